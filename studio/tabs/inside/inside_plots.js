// The plots of the Inside tab: one quantity a plot, from noise to picture, with a cursor at the chosen step.
const EDGE = { left: 42, right: 10, top: 8, bottom: 20 }, HEIGHT = 132;

const brief = (value) => {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value), digits = size === 0 ? 0 : size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  return (size > 0 && size < 0.0005 ? value.toExponential(0) : value.toFixed(digits)).replace("-", "−");
};

const exact = (value, digits) => (value === null || value === undefined ? "–" : (+value.toFixed(digits) || 0).toFixed(digits).replace("-", "−"));

// Round numbers, three or so, from low to high, and how many digits tell them apart.
function ticks(low, high) {
  const rough = (high - low) / 3 || 1, power = 10 ** Math.floor(Math.log10(rough));
  const steps = [0.5, 1, 2, 2.5, 5, 10].map((k) => k * power), next = steps.findIndex((each, i) => i && each >= rough * 0.999);
  const multiples = (step) => {
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(+(k * step).toPrecision(12));
    return found;
  };
  const step = multiples(steps[next]).length > 1 ? steps[next] : steps[next - 1]; // one line alone says no scale
  const found = multiples(step);
  let digits = 0;
  while (digits < 8 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
  return [found, digits];
}

// name: of the words. series: [{ values: moments × seeds, tint, label, dashed }]. range: fixed ends, or a floor at 0.
function plot({ name, series, range, levels, row, pick, about }) {
  const flat = series.flatMap((each) => each.values.flat()).filter((v) => v !== null);
  if (!flat.length) return null;
  let low = range?.low ?? Math.min(...flat), high = range?.high ?? Math.max(...flat);
  if (high - low < 1e-9 * Math.max(Math.abs(high), 1)) [low, high] = range ? [low, low + 1] : [low - 0.5, high + 0.5];
  else if (!range) { const room = 0.06 * (high - low); low -= room; high += room; } else if (range.high === undefined) high *= 1.06;
  const [lines, digits] = ticks(low, high), last = levels.length - 1, svg = drawn("svg", { role: "img", height: HEIGHT });
  const legend = make("div", { class: "key" }), readings = series.map(() => make("b", {}));
  series.forEach((each, i) => legend.append(make("span", { class: each.tint }, make("i", { class: each.dashed ? "stroke dashed" : "stroke" }),
    ...(each.label ? [told(each.label)] : []), " ", readings[i])));
  const node = make("figure", { class: "plot", "data-name": name }, make("figcaption", {}, told(`plot_${name}`), ...(about ? [": ", about] : [])), legend, svg,
    make("p", { class: "help" }, told(`plot_${name}_help`)));
  let x, y, cursor, dots;

  function redraw() {
    const width = svg.clientWidth || node.clientWidth || 320, right = width - EDGE.right, bottom = HEIGHT - EDGE.bottom;
    x = (m) => EDGE.left + (m / Math.max(last, 1)) * (right - EDGE.left);
    y = (v) => bottom - ((v - low) / (high - low)) * (bottom - EDGE.top);
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const parts = lines.flatMap((v) => [
      drawn("line", { class: v === 0 ? "grid zero" : "grid", x1: EDGE.left, x2: right, y1: y(v), y2: y(v) }),
      drawn("text", { x: EDGE.left - 6, y: y(v) + 3.5, "text-anchor": "end" }, exact(v, digits))]);
    const marks = Math.min(width < 300 ? 3 : 5, last + 1);
    for (let k = 0; k < marks; k++) {
      const m = Math.round((k / Math.max(marks - 1, 1)) * last);
      parts.push(drawn("text", { x: x(m), y: HEIGHT - 5, "text-anchor": k === 0 ? "start" : k === marks - 1 ? "end" : "middle" }, `${k ? "" : `${word("inside_noise")} `}${levels[m].level.toFixed(2)}`));
    }
    for (const each of series) {
      const group = drawn("g", { class: each.tint });
      const seeds = each.values[0].map((_, s) => s).sort((p, q) => (p === row) - (q === row)); // the chosen one on top
      for (const s of seeds) {
        let path = "", pen = false;
        each.values.forEach((values, m) => {
          if (values[s] === null) { pen = false; return; }
          path += `${pen ? "L" : "M"}${x(m).toFixed(1)} ${y(values[s]).toFixed(1)}`;
          pen = true;
        });
        if (path) group.append(drawn("path", { d: path, class: `${s === row ? "main" : "other"}${each.dashed ? " dashed" : ""}` }));
      }
      parts.push(group);
    }
    cursor = drawn("line", { class: "cursor", y1: EDGE.top, y2: bottom });
    dots = series.map((each) => drawn("circle", { class: `dot ${each.tint}`, r: 3.5 }));
    svg.replaceChildren(...parts, cursor, ...dots);
  }

  let at = 0;
  node.redraw = redraw;
  node.show = (m) => {
    at = m;
    if (!cursor) redraw();
    cursor.setAttribute("x1", x(m));
    cursor.setAttribute("x2", x(m));
    series.forEach((each, i) => {
      const value = each.values[m]?.[row] ?? null;
      readings[i].textContent = exact(value, digits + 1);
      dots[i].setAttribute("visibility", value === null ? "hidden" : "visible");
      if (value !== null) { dots[i].setAttribute("cx", x(m)); dots[i].setAttribute("cy", y(value)); }
    });
    svg.setAttribute("aria-label", `${word(`plot_${name}`)}, ${word("inside_noise")} ${levels[m].level.toFixed(2)}: ` +
      series.map((each) => `${each.label ? word(each.label) : ""} ${exact(each.values[m]?.[row] ?? null, digits + 1)}`).join(", "));
  };
  const moment = (event) => {
    const box = svg.getBoundingClientRect();
    return Math.min(Math.max(Math.round(((event.clientX - box.left - EDGE.left) / (box.width - EDGE.left - EDGE.right)) * last), 0), last);
  };
  svg.addEventListener("pointerdown", (event) => { pick(moment(event)); if (event.pointerType === "mouse") svg.setPointerCapture(event.pointerId); });
  svg.addEventListener("pointermove", (event) => { if (event.buttons & 1) pick(moment(event)); });
  new ResizeObserver(() => { if (svg.clientWidth) { redraw(); node.show(at); } }).observe(svg);
  return node;
}

// All plots of a view; those without a number are left out.
function plots(view, pick) {
  const { numbers, levels, row } = view, of = (name, tint, label, dashed) => ({ values: numbers[name], tint, label, dashed });
  const pull = view.pull ? [of("pull", `rule-${view.pull}`, "line_pull")] : [];
  return [
    { name: "difference", series: [of("difference", "rule-classifier_free")], range: { low: 0 } },
    { name: "cosine", series: [of("cosine", "rule-classifier_free")] },
    { name: "guidance", series: [of("change", `rule-${view.rule}`, "line_rule"), ...pull], range: { low: 0 } },
    { name: "direction", series: view.pull ? [of("pull_cosine", `rule-${view.pull}`)] : [] },
    { name: "label", series: [of("judge", "ink", "line_judge"), of("guide", "rule-classifier", "line_guide"),
      of("guide_noised", "rule-classifier", "line_guide_noised", true)].filter((each) => each.values.flat().some((v) => v !== null)), range: { low: 0, high: 1 }, about: view.label && twice(view.label) },
    { name: "clip", series: [of("clip_score", "rule-clip")] },
    { name: "variance", series: [of("variance", "ink")], range: { low: 0 } },
  ].map((each) => plot({ ...each, levels, row, pick })).filter(Boolean);
}
