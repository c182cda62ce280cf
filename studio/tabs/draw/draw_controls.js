// Controls of the Draw tab: plain inputs whose texts stand in both languages.
const WORDS = __WORDS__, { chinese, word, told, twice, make, newest } = window.kit(WORDS);
const labelled = []; // [node, attribute, key, values]: what the style sheet cannot choose by language
const label = ([node, attribute, key, values]) => node.setAttribute(attribute, word(key, values));
function name(node, attributes, values = {}) {
  for (const [attribute, key] of Object.entries(attributes)) {
    const old = labelled.find((each) => each[0] === node && each[1] === attribute), entry = [node, attribute, key, values];
    old ? (labelled[labelled.indexOf(old)] = entry) : labelled.push(entry);
    label(entry);
  }
  return node;
}

const button = (key, clicked, attributes = {}) => make("button", { type: "button", class: "plain", onclick: clicked, ...attributes }, told(key));
const help = (key) => make("p", { class: "help" }, told(key));
const title = (key) => make("h3", {}, told(key));

// A slider with its number, which can be typed. changed(value) is called on every move.
let sliders = 0;
function slider(key, { low, high, step, value, id }, changed) {
  const own = `draw_slider_${sliders++}`;
  const range = make("input", { type: "range", id: own, min: low, max: high, step, "data-name": id });
  const number = name(make("input", { type: "number", min: low, max: high, step: "any" }), { "aria-label": key });
  const fill = () => range.style.setProperty("--part", `${(100 * (range.value - low)) / (high - low || 1)}%`);
  const node = make("div", { class: "field" }, make("label", { for: own }, told(key)), number, range);
  node.put = (v) => { if (document.activeElement !== number) number.value = +(+v).toFixed(2); range.value = v; fill(); };
  node.put(value);
  range.addEventListener("input", () => { number.value = range.value; fill(); changed(+range.value); });
  number.addEventListener("change", () => {
    const typed = number.value === "" || !Number.isFinite(+number.value) ? value : +number.value;
    range.value = number.value = Math.min(Math.max(typed, low), high);
    fill();
    changed(+number.value);
  });
  return node;
}

function check(key, checked, changed, id = "") {
  const box = make("input", { type: "checkbox", checked, "data-name": id, onchange: () => changed(box.checked) });
  const node = make("label", { class: "check" }, box, make("span", {}, told(key)));
  node.put = (on) => { box.checked = on; };
  return node;
}

// A few words of which one is chosen. items: [key, node].
function chips(key, items, chosen, picked) {
  const row = name(make("div", { class: "chips", role: "group" }), { "aria-label": key });
  for (const [item, node] of items)
    row.append(make("button", { type: "button", "data-key": item, onclick: () => { row.choose(item); picked(item); } }, node));
  row.choose = (item) => row.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.key === String(item))));
  row.choose(chosen);
  return row;
}

function text(key, about, value, changed, attributes = {}) {
  const input = make("input", { type: "text", id: `draw_${attributes.name}`, maxlength: 400, autocomplete: "off", ...attributes });
  input.value = value;
  input.addEventListener("change", () => changed(input.value));
  const node = make("div", { class: "written" }, make("label", { for: input.id }, told(key)), ...(about ? [help(about)] : []), input);
  node.put = (v) => { input.value = v; };
  node.input = input;
  return node;
}

const section = (key, ...children) => make("details", { class: "section", "data-name": key }, make("summary", {}, told(key)), ...children);
