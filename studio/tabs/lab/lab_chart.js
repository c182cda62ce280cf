// Curves over one quantity, with a cursor that says their values. places: of the values, 0 to 1 from the left.
const ROOM = { left: 52, right: 12, top: 8, bottom: 20 }, TALL = 170, LEAST = 1e-12;
const brief = (value) => {
  const size = Math.abs(value);
  return (size !== 0 && (size < 0.001 || size >= 1e5) ? power(value) : String(+value.toPrecision(3))).replace("-", "−");
};

// The words: chart_KEY and chart_KEY_help. series: [{ text, values, dashed }]. ends: texts under both ends, at: of the
// cursor to begin with. powers: a logarithmic scale. marks: places of small ticks.
function chart(key, { places, series, ends, name, powers = false, marks = [], at = 0 }) {
  const scaled = powers ? (v) => Math.log10(Math.max(v, LEAST)) : (v) => v, flat = series.flatMap((each) => each.values.map(scaled));
  let low = powers ? Math.floor(Math.min(...flat)) : Math.min(0, ...flat), high = powers ? Math.ceil(Math.max(...flat)) : Math.max(...flat);
  if (high - low < 1e-9) [low, high] = powers ? [low - 1, high + 1] : [low, low + 1];
  if (!powers && !low) { const unit = 10 ** Math.floor(Math.log10(high)); high = unit * [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((each) => each * unit >= high * 0.9999); }
  const svg = drawn("svg", { role: "img", height: TALL }), readings = series.map(() => make("b", {})), where = make("span", {});
  const legend = make("div", { class: "key" }, where, ...series.map((each, k) => {
    const node = make("span", {}, make("i", { class: each.dashed ? "stroke dashed" : "stroke" }), `${each.text} `, readings[k]);
    node.style.setProperty("--tint", colour(k));
    return node;
  }));
  const node = make("figure", { class: "chart", "data-name": key }, make("figcaption", {}, word(`chart_${key}`)), legend, svg, help(`chart_${key}_help`));
  let x, y, cursor = null;

  function redraw() {
    const width = svg.clientWidth || 420, right = width - ROOM.right, bottom = TALL - ROOM.bottom, parts = [];
    x = (place) => ROOM.left + place * (right - ROOM.left);
    y = (v) => bottom - ((Math.min(Math.max(scaled(v), low), high) - low) / (high - low)) * (bottom - ROOM.top);
    svg.setAttribute("viewBox", `0 0 ${width} ${TALL}`);
    const lines = powers ? 1 + Math.min(high - low, 4) : 5;
    for (let k = 0; k < lines; k++) {
      const level = low + (k / (lines - 1)) * (high - low), value = powers ? 10 ** Math.round(level) : level, height = y(value);
      parts.push(drawn("line", { class: "grid", x1: ROOM.left, x2: right, y1: height, y2: height }),
        drawn("text", { x: ROOM.left - 6, y: height + 3.5, "text-anchor": "end" }, powers ? power(value).replace("1 · ", "") : brief(value)));
    }
    ends.forEach((text, k) => parts.push(drawn("text", { x: k ? right : ROOM.left, y: TALL - 5, "text-anchor": k ? "end" : "start" }, text)));
    for (const place of marks) parts.push(drawn("line", { class: "mark", x1: x(place), x2: x(place), y1: bottom, y2: bottom - 5 }));
    series.forEach((each, k) => parts.push(drawn("path", { class: each.dashed ? "dashed" : "", stroke: colour(k),
      d: each.values.map((v, i) => `${i ? "L" : "M"}${x(places[i]).toFixed(1)} ${y(v).toFixed(1)}`).join("") })));
    cursor = drawn("line", { class: "cursor", y1: ROOM.top, y2: bottom });
    svg.replaceChildren(...parts, cursor);
    show(at);
  }
  function show(k) {
    at = Math.min(Math.max(k, 0), places.length - 1);
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, x(places[at]));
    where.textContent = name(at);
    series.forEach((each, i) => { readings[i].textContent = brief(each.values[at]); });
    svg.setAttribute("aria-label", `${word(`chart_${key}`)}, ${name(at)}: ${series.map((each) => `${each.text} ${brief(each.values[at])}`).join(", ")}`);
  }
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect(), share = (event.clientX - box.left - ROOM.left) / (box.width - ROOM.left - ROOM.right);
    show(places.reduce((best, place, k) => (Math.abs(place - share) < Math.abs(places[best] - share) ? k : best), 0));
  });
  new ResizeObserver(() => { if (svg.clientWidth) redraw(); }).observe(svg);
  return node;
}
