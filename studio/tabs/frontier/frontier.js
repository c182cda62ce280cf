// Runs when the Frontier tab appears: the plot, the pictures of its points, and what leaves the page.
const root = element.querySelector(".frontier");
let view = null, up = "agreement", right = "distance", picked = null, pinned = [], hovered = null;

const menuFor = (pick) => {
  const list = make("select", { class: "menu", onchange: () => pick(list.value) });
  return list;
};
const upMenu = menuFor((value) => { up = value; draw(); });
const rightMenu = menuFor((value) => { right = value; draw(); });
const svg = drawn("svg", { role: "group" });
const tip = make("div", { class: "tip", hidden: true, role: "status" });
const legend = make("div", { class: "legend" });
const lacking = make("p", { class: "help lacking", hidden: true });
const judge = make("p", { class: "help judge", hidden: true });
const compared = make("div", { class: "compared" });
const button = (key, act) => make("button", { type: "button", class: "plain", onclick: act }, told(key));
const gridButton = button("frontier_grid", async () => {
  const c = view.curves.findIndex((curve) => curve.cells.includes(picked ?? pinned[0]));
  gridButton.disabled = true;
  try { download("frontier.png", await asGrid(view, Math.max(c, 0))); } finally { gridButton.disabled = false; }
});
const csvButton = button("frontier_csv", () => download("frontier.csv", new Blob([asCsv(view)], { type: "text/csv" })));
const jsonButton = button("frontier_json", () => download("frontier.json", new Blob([asJson(view)], { type: "application/json" })));
const body = make("tbody", {}), heading = make("tr", {});
const numbers = make("details", { class: "numbers" }, make("summary", {}, told("frontier_table")),
  make("div", { class: "scroller", tabindex: 0 }, make("table", {}, make("thead", {}, heading), body)));
const empty = make("p", { class: "nothing" }, told("frontier_empty"));
const board = make("div", { class: "board" }, svg, tip);

root.replaceChildren(empty, make("div", { class: "content", hidden: true },
  make("div", { class: "menus" }, make("label", {}, told("frontier_up"), upMenu), make("label", {}, told("frontier_right"), rightMenu)),
  legend, board, lacking, judge, make("p", { class: "help" }, told("frontier_hint")), compared,
  make("div", { class: "save" }, gridButton, csvButton, jsonButton), make("p", { class: "help" }, told("frontier_grid_of")), numbers));
const content = root.querySelector(".content");

const there = (name) => view.cells.some((cell) => cell?.figures[name]);
// The pictures of a point; those of the first view are fetched when they are opened.
async function sheetOf(i) {
  const cell = view.cells[i];
  cell.sheet ||= await server.frontier_sheet(i);
  return cell.sheet;
}
const curveOf = (i) => view.curves.findIndex((curve) => curve.cells.includes(i));

function menus() {
  for (const [menu, chosen, first] of [[upMenu, up, "frontier_up"], [rightMenu, right, "frontier_right"]]) {
    menu.replaceChildren(...Object.entries(MEASURES).map(([name, own]) => {
      const part = make("optgroup", { label: word(`group_${name}`) });
      part.append(...own.filter(there).map((each) => make("option", { value: each, title: word(`measure_${each}_help`) }, word(`measure_${each}`))));
      return part;
    }).filter((part) => part.children.length));
    menu.value = chosen;
    menu.setAttribute("aria-label", word(first));
  }
}

function pick(i) {
  picked = i;
  tip.hidden = true;
  draw();
}

function pin(i) {
  pinned = pinned.includes(i) ? pinned.filter((each) => each !== i) : [...pinned, i].slice(-2);
  draw();
}

function hover(i, c, x, y) {
  tip.hidden = i === null;
  if (i === null) return;
  const cell = view.cells[i], curve = view.curves[c];
  tip.replaceChildren(make("b", { class: `rule-${curve.kind}` }, twice(curve.name), ` · ${view.labels[i]}`), make("span", {}, `n = ${cell.n}`),
    ...[...new Set([up, right, "agreement", "clip_score", "distance", "vendi"])].filter((name) => cell.figures[name])
      .map((name) => make("span", {}, told(`measure_${name}`), ` ${figure(cell.figures[name])}`)));
  const box = svg.viewBox.baseVal, wide = svg.clientWidth / box.width;
  tip.style.left = `${Math.min(Math.max(x * wide + 14, 0), Math.max(0, svg.clientWidth - 230))}px`;
  tip.style.top = `${y + 14}px`;
}

// One point opened: its pictures, a column a seed and a row a prompt, and its numbers.
function opened(i) {
  const cell = view.cells[i], curve = view.curves[curveOf(i)], seeds = view.seeds.length;
  const isPinned = pinned.includes(i);
  const toggle = make("button", { type: "button", class: "plain", "aria-pressed": String(isPinned), onclick: () => pin(i) }, told(isPinned ? "frontier_unpin" : "frontier_pin"));
  // A picture of the sheet by its place; the button opens the first one.
  const inside = (row, column) => trigger("inside", { recipe: { ...recipesOf(view, i)[row], seeds: [view.seeds[column]] } });
  const within = make("button", { type: "button", class: "plain", onclick: () => inside(0, 0) }, told("open_one"));
  const image = make("img", { src: cell.sheet || null, decoding: "sync", alt: `${curve.name[chinese() ? 1 : 0]} ${view.labels[i]}: ${cell.n}`, style: `--seeds:${seeds}; aspect-ratio: ${seeds} / ${Math.ceil(cell.n / seeds)}` });
  image.title = word("frontier_inside");
  image.onclick = (event) => {
    const box = image.getBoundingClientRect(), at = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
    inside(at((event.clientY - box.top) / box.height, Math.ceil(cell.n / seeds)), at((event.clientX - box.left) / box.width, seeds));
  };
  if (!cell.sheet) sheetOf(i).then((source) => { image.src = source; });
  const facts = make("dl", {}, ...[up, right, ...Object.values(MEASURES).flat()].filter((name, k, all) => cell.figures[name] && all.indexOf(name) === k)
    .map((name) => make("div", { title: word(`measure_${name}_help`) }, make("dt", {}, told(`measure_${name}`)), make("dd", {}, figure(cell.figures[name])))));
  const prompts = make("p", { class: "help" }, view.prompts.filter(Boolean).join(" · "));
  return make("section", { class: `point-card rule-${curve.kind} ${shade(view, curveOf(i))}`, "data-cell": i },
    make("header", {}, make("h3", {}, make("i", { class: "dot" }), twice(curve.name), ` · ${view.labels[i]}`), make("span", { class: "n" }, `n = ${cell.n}`), within, toggle),
    make("div", { class: "sheet" }, image), prompts, facts);
}

function table() {
  const names = Object.values(MEASURES).flat().filter(there);
  heading.replaceChildren(make("th", { scope: "col" }, told("frontier_rule")), make("th", { scope: "col" }, told("frontier_setting")), make("th", { scope: "col" }, "n"),
    ...names.map((name) => make("th", { scope: "col", title: word(`measure_${name}_help`) }, told(`measure_${name}`))));
  body.replaceChildren(...view.curves.flatMap((curve) => curve.cells.filter((i) => view.cells[i]).map((i) => make("tr", {},
    make("td", {}, twice(curve.name)), make("th", { scope: "row" }, view.labels[i]), make("td", {}, String(view.cells[i].n)),
    ...names.map((name) => make("td", {}, view.cells[i].figures[name] ? figure(view.cells[i].figures[name]) : "–"))))));
}

function draw() {
  content.hidden = !view;
  empty.hidden = Boolean(view);
  if (!view || !root.clientWidth) return;
  const known = (i) => i !== null && Boolean(view.cells[i]);
  if (!known(picked)) picked = null;
  pinned = pinned.filter(known);
  const focused = svg.contains(document.activeElement) ? document.activeElement.dataset.cell : null;
  menus();
  const named = view.curves.length > 1 || view.curves[0].name[0];
  legend.replaceChildren(...(named ? view.curves.map((curve, c) => make("span", { class: `rule-${curve.kind} ${shade(view, c)}` }, key(c), twice(curve.name))) : []));
  const missing = plot(svg, view, { up, right, picked, pinned }, { pick, pin, hover });
  lacking.hidden = !missing;
  lacking.replaceChildren(told("frontier_missing", { points: missing }));
  judge.hidden = !view.clip;
  judge.replaceChildren(told("frontier_clip", { clip: view.clip }));
  const shown = [...new Set([...pinned, ...(picked === null ? [] : [picked])])];
  compared.replaceChildren(...shown.map(opened));
  for (const each of [gridButton, csvButton, jsonButton]) each.disabled = !view.cells.some(Boolean);
  table();
  if (focused != null) svg.querySelector(`.point[data-cell="${focused}"]`)?.focus();
}

function key(c) {
  const icon = drawn("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" });
  icon.append(MARKS[c % MARKS.length](7, 7, 4.6));
  return icon;
}

function take() {
  const fresh = props.value;
  if (!fresh || !fresh.curves) return;
  const same = view && JSON.stringify(view.labels) === JSON.stringify(fresh.labels) && JSON.stringify(view.curves) === JSON.stringify(fresh.curves);
  view = fresh;
  if (!same) { picked = null; pinned = []; }
  if (fresh.cells.every(Boolean)) for (const [i, wanted] of [[0, up], [1, right]])
    if (!there(wanted)) { const other = Object.values(MEASURES)[i].find(there); if (other && i) right = other; else if (other) up = other; }
  draw();
}

take();
watch("value", take);
// A scroll bar that comes and goes must not redraw the plot, which would move it again.
let wide = 0;
new ResizeObserver(() => {
  if (Math.abs(root.clientWidth - wide) <= 20) return;
  wide = root.clientWidth;
  requestAnimationFrame(draw);
}).observe(root);
new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
