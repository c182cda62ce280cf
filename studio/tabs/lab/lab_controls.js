// The Lab's controls: plain inputs, made from what the server declares, so that a new rule appears by itself.
const shown = (value) => String(+(+value).toFixed(4)).replace("-", "−");
const power = (value) => {
  const [digit, exponent] = value.toExponential(0).split("e");
  const raised = [...String(+exponent)].map((c) => ({ "-": "⁻" })[c] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[+c]).join("");
  return value === 0 ? "0" : `${digit} · 10${raised}`;
};
const said = (pair) => pair[chinese() ? 1 : 0];
let made = 0;

// A slider with its number, which can be typed. changed(value) is called on every move.
function slider(label, { low, high, step, value, help = "", id = "" }, changed) {
  const name = `lab-slider-${made++}`;
  const range = make("input", { type: "range", id: name, min: low, max: high, step, "data-name": id || label });
  const number = make("input", { type: "number", min: low, max: high, step: "any", "aria-label": label });
  range.value = number.value = value;
  const fill = () => range.style.setProperty("--part", `${(100 * (range.value - low)) / (high - low || 1)}%`);
  fill();
  range.addEventListener("input", () => { number.value = range.value; fill(); changed(+range.value); });
  number.addEventListener("change", () => {
    const typed = Math.min(Math.max(Number.isFinite(+number.value) && number.value !== "" ? +number.value : value, low), high);
    number.value = range.value = typed;
    fill();
    changed(typed);
  });
  const node = make("div", { class: "field", title: help }, make("label", { for: name }, label), number, range);
  node.put = (v) => { if (document.activeElement !== number) number.value = +(+v).toFixed(4); range.value = v; fill(); };
  return node;
}

// A few words of which one is chosen.
function chips(label, items, chosen, picked, tints = null) {
  const row = make("div", { class: "chips", role: "group", "aria-label": label });
  for (const [key, text, help] of items) {
    const chip = make("button", { type: "button", "data-key": key, "aria-pressed": String(key === chosen), title: help || "",
      onclick: () => { row.choose(key); picked(key); } }, text);
    if (tints) chip.style.setProperty("--tint", tints(key));
    row.append(chip);
  }
  row.choose = (key) => row.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.key === String(key))));
  return row;
}

const title = (key) => make("h3", {}, word(key));
const help = (key) => make("p", { class: "help" }, word(key));

// One of a few under its name, with a line that says what it does. The words: key, key_help and key_OPTION.
const picking = (key, options, chosen, picked) => make("section", { class: "picking" }, title(key),
  chips(word(key), options.map((each) => [each, word(`${key}_${each}`)]), chosen, picked), help(`${key}_help`));

// A slider with such a line. The words: key and key_help.
const sliding = (key, ends, changed) => make("section", {}, slider(word(key), { id: key, ...ends }, changed), help(`${key}_help`));

// A line for what is wrong, as `tell` writes it.
const complaint = () => make("p", { class: "status error", role: "alert", hidden: true });

// One of the registry, with its options. The spec is what the server is sent: {"name": ..., options..., "rule": {...}}.
function entryControl(key, entries, spec, changed, optional) {
  const select = make("select", { "aria-label": word(`lab_${key}`), "data-name": key });
  const body = make("div", { class: "options" }), note = make("p", { class: "help" });
  if (optional) select.append(make("option", { value: "" }, word("lab_none")));
  for (const entry of entries) select.append(make("option", { value: entry.name, disabled: Boolean(entry.reason) }, said(entry.called)));
  let current = spec;

  function field(option, target) {
    if (!(option.name in target)) target[option.name] = option.default;
    if (option.kind === "choice") {
      const choose = make("select", { "aria-label": said(option.label), "data-name": option.name,
        onchange: (event) => { target[option.name] = event.target.value; changed(current); } },
        ...option.choices.map(([each, ...called]) => make("option", { value: each }, said(called).replace("beta_tilde", "β̃").replace(/^beta$/, "β"))));
      choose.value = target[option.name];
      return make("div", { class: "field choice", title: said(option.help) }, make("label", {}, said(option.label)), choose);
    }
    return slider(said(option.label), { ...option, help: said(option.help), value: target[option.name], id: option.name }, (value) => {
      target[option.name] = value;
      changed(current);
    });
  }

  function draw() {
    const entry = entries.find((each) => each.name === (current && current.name));
    select.value = entry ? entry.name : "";
    note.textContent = entry ? said(entry.summary) : "";
    body.replaceChildren(...(entry ? entry.options.map((option) => field(option, current)) : []));
    if (entry && entry.inner) {
      const inner = (current[entry.inner.field] ||= { name: entry.inner.name });
      body.append(make("div", { class: "inner" }, make("span", {}, `${word("lab_inner")} ${said(entry.inner.called)}`),
        ...entry.inner.options.map((option) => field(option, inner))));
    }
  }
  select.addEventListener("change", () => {
    current = select.value ? { name: select.value } : null;
    draw();
    changed(current);
  });
  draw();
  const reasons = entries.filter((each) => each.reason);
  const why = make("details", { class: "why", hidden: !reasons.length }, make("summary", {}, word("lab_unavailable", { count: reasons.length })),
    ...reasons.map((each) => make("p", {}, make("b", {}, said(each.called)), " ", said(each.reason))));
  const node = make("section", { class: `entry ${key}` }, make("div", { class: "field choice" }, make("h3", {}, word(`lab_${key}`)), select), note, body, why);
  node.put = (spec) => { current = spec ? structuredClone(spec) : null; draw(); };
  node.spec = () => current;
  return node;
}
