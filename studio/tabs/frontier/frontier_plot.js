// The plot of the Frontier tab: curves of points with intervals, each point a button.
const MEASURES = __MEASURES__;
const { chinese, word, told, twice, make, drawn, download } = window.kit(__WORDS__);

const brief = (value) => {
  const size = Math.abs(value), digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
};
const figure = (each) => `${brief(each[0])} [${brief(each[1])}, ${brief(each[2])}]`;

function ticks(low, high, most) {
  const rough = (high - low) / most || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((each) => each >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(+(k * step).toPrecision(12));
  let digits = 0;
  while (digits < 6 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
  return found.map((v) => [v, (v || 0).toFixed(digits).replace("-", "−")]);
}

// Each curve has its own mark, so that it is told apart without its colour.
const MARKS = [
  (x, y, r) => drawn("circle", { cx: x, cy: y, r }),
  (x, y, r) => drawn("rect", { x: x - r * 0.9, y: y - r * 0.9, width: 1.8 * r, height: 1.8 * r }),
  (x, y, r) => drawn("path", { d: `M${x} ${y - 1.25 * r}L${x + 1.15 * r} ${y + 0.85 * r}L${x - 1.15 * r} ${y + 0.85 * r}Z` }),
  (x, y, r) => drawn("path", { d: `M${x} ${y - 1.3 * r}L${x + 1.3 * r} ${y}L${x} ${y + 1.3 * r}L${x - 1.3 * r} ${y}Z` }),
  (x, y, r) => drawn("path", { d: `M${x} ${y + 1.25 * r}L${x + 1.15 * r} ${y - 0.85 * r}L${x - 1.15 * r} ${y - 0.85 * r}Z` }),
];
// A second curve of one colour is lighter, a third lighter still.
const shade = (view, c) => `shade${Math.min(view.curves.slice(0, c).filter((each) => each.kind === view.curves[c].kind).length, 4)}`;

// Draws into svg; on: { pick(cell), pin(cell), hover(cell or null) }. Returns how many points could not be drawn.
function plot(svg, view, { up, right, picked, pinned }, on) {
  const width = Math.max(280, svg.parentNode.clientWidth || 640), narrow = width < 480, height = narrow ? 330 : Math.min(480, Math.max(360, width * 0.56));
  const edge = { left: 52, right: 16, top: 14, bottom: 42 };
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.style.height = `${height}px`;
  svg.setAttribute("aria-label", `${word("frontier_chart")}. ${word(`measure_${up}`)} / ${word(`measure_${right}`)}`);
  const points = [];
  let missing = 0;
  view.curves.forEach((curve, c) => curve.cells.forEach((i) => {
    const cell = view.cells[i], x = cell?.figures[right], y = cell?.figures[up];
    if (x && y) points.push({ i, c, x, y });
    else if (cell) missing += 1;
  }));
  const span = (key) => {
    let low = Math.min(...points.map((p) => Math.min(p[key][0], Math.max(p[key][1], p[key][0] - 0.6 * Math.abs(p[key][0]) - 1e-3))));
    let high = Math.max(...points.map((p) => Math.max(p[key][0], p[key][2])));
    if (!points.length) [low, high] = [0, 1];
    const room = 0.07 * (high - low || 1);
    return [low - room, high + room];
  };
  const [x0, x1] = span("x"), [y0, y1] = span("y");
  const sx = (v) => edge.left + ((v - x0) / (x1 - x0)) * (width - edge.left - edge.right);
  const sy = (v) => height - edge.bottom - ((v - y0) / (y1 - y0)) * (height - edge.top - edge.bottom);
  const clip = drawn("clipPath", { id: "frontier_clip" }, drawn("rect", { x: edge.left, y: edge.top, width: width - edge.left - edge.right, height: height - edge.top - edge.bottom }));
  const back = drawn("g", { class: "back" }, clip);
  for (const [v, text] of ticks(x0, x1, narrow ? 4 : 7)) back.append(drawn("line", { class: "grid", x1: sx(v), x2: sx(v), y1: edge.top, y2: height - edge.bottom }),
    drawn("text", { x: sx(v), y: height - edge.bottom + 16, "text-anchor": "middle" }, text));
  for (const [v, text] of ticks(y0, y1, 6)) back.append(drawn("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: sy(v), y2: sy(v) }),
    drawn("text", { x: edge.left - 7, y: sy(v) + 4, "text-anchor": "end" }, text));
  back.append(drawn("text", { class: "axis", x: (edge.left + width - edge.right) / 2, y: height - 6, "text-anchor": "middle" }, `${word(`measure_${right}`)} →`),
    drawn("text", { class: "axis", transform: `translate(13 ${(edge.top + height - edge.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, `${word(`measure_${up}`)} →`));
  const lines = drawn("g", {}), marks = drawn("g", {}), taken = [];
  // Where a label has room: right or left of its point, above or below; else nowhere.
  const placed = (x, y, text) => {
    const wide = 6.6 * text.length + 4;
    for (const [dx, dy] of [[10, -8], [10, 16], [-10 - wide, -8], [-10 - wide, 16], [10, -22], [10, 30]]) {
      const box = [x + dx, y + dy - 11, x + dx + wide, y + dy + 3];
      const inside = box[0] > edge.left && box[2] < width - 2 && box[1] > 2 && box[3] < height - edge.bottom;
      if (!inside || taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
      taken.push(box);
      return drawn("text", { x: box[0], y: box[3] - 3 }, text);
    }
    return null;
  };
  view.curves.forEach((curve, c) => {
    const own = points.filter((p) => p.c === c);
    const group = drawn("g", { class: `curve rule-${curve.kind} ${shade(view, c)}` });
    if (own.length > 1) group.append(drawn("path", { class: "line", d: own.map((p, k) => `${k ? "L" : "M"}${sx(p.x[0]).toFixed(1)} ${sy(p.y[0]).toFixed(1)}`).join("") }));
    for (const p of own) group.append(
      drawn("line", { class: "whisker", x1: sx(p.x[1]), x2: sx(p.x[2]), y1: sy(p.y[0]), y2: sy(p.y[0]), "clip-path": "url(#frontier_clip)" }),
      drawn("line", { class: "whisker", x1: sx(p.x[0]), x2: sx(p.x[0]), y1: sy(p.y[1]), y2: sy(p.y[2]), "clip-path": "url(#frontier_clip)" }));
    lines.append(group);
    own.forEach((p, k) => {
      const x = sx(p.x[0]), y = sy(p.y[0]), name = curve.name[chinese() ? 1 : 0];
      const state = `${p.i === picked ? " picked" : ""}${pinned.includes(p.i) ? " pinned" : ""}`;
      const last = k === own.length - 1;
      const node = drawn("g", { class: `point rule-${curve.kind} ${shade(view, c)}${state}`, tabindex: 0, role: "button", "data-cell": p.i,
        "aria-label": `${name} ${view.labels[p.i]}: ${word(`measure_${up}`)} ${figure(p.y)}, ${word(`measure_${right}`)} ${figure(p.x)}, n = ${p.x[3]}` },
      drawn("circle", { class: "reach", cx: x, cy: y, r: 13 }), MARKS[c % MARKS.length](x, y, 5.5));
      const text = last || p.i === picked || pinned.includes(p.i) ? placed(x, y, view.labels[p.i]) : null;
      if (text) node.append(text);
      node.addEventListener("click", () => on.pick(p.i));
      node.addEventListener("pointerenter", () => on.hover(p.i, c, x, y));
      node.addEventListener("focus", () => on.hover(p.i, c, x, y));
      node.addEventListener("pointerleave", () => on.hover(null));
      node.addEventListener("blur", () => on.hover(null));
      node.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") on.pick(p.i);
        else if (event.key === "p" || event.key === "P") on.pin(p.i);
        else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
          const all = [...svg.querySelectorAll(".point")], at = all.indexOf(event.currentTarget);
          all[(at + (event.key === "ArrowRight" ? 1 : all.length - 1)) % all.length].focus();
        } else return;
        event.preventDefault();
      });
      marks.append(node);
    });
  });
  svg.replaceChildren(back, lines, marks);
  return missing;
}
