// The four pictures, the columns side by side, and one picture large.
const SEEDS = 4;
const four = make("div", { class: "four" });
const figures = make("div", { class: "figures" });
const beside = make("div", { class: "beside", hidden: true });

const fileName = (seed) => `drawing-${(state.setting.prompt || "picture").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40)}-seed-${seed}`;

// A tile keeps its node, so that a picture gives way to the next one without a blink.
function tile(old, picture, seed, column) {
  if (!picture?.src) return old?.tagName === "DIV" ? old : make("div", { class: "picture" });
  const node = old?.tagName === "BUTTON" ? old : make("button", { type: "button", class: "picture" },
    make("img", { alt: "", width: 384, height: 384, decoding: "sync" }), make("span", { class: "unseen" }));
  const image = node.querySelector("img");
  if (image.getAttribute("src") !== picture.src) image.src = picture.src;
  node.querySelector(".unseen").replaceChildren(twice(column.title), ", ", told("draw_seed", { seed }));
  node.onclick = () => openLarge(picture, seed, column);
  node.dataset.png = picture.png ? "1" : "";
  return node;
}

function told_figures(column) {
  return (column?.figures || []).map(([names, value]) => make("div", {}, make("dt", {}, twice(names)), make("dd", {}, value)));
}

let above = null; // the column that stands above
function showFour(column) {
  above = column;
  compare.disabled = !pngs(column).length;
  const seeds = column?.seeds?.length ? column.seeds : Array.from({ length: SEEDS }, (_, k) => k);
  const old = [...four.children];
  const fresh = seeds.map((seed, k) => tile(old[k], column?.pictures?.[k], seed, column));
  if (fresh.length !== old.length || fresh.some((node, k) => node !== old[k])) four.replaceChildren(...fresh);
  four.dataset.key = column?.key || "";
  figures.replaceChildren(make("dl", {}, ...told_figures(column)));
}

// On the Compare tab, against the same without conditions: as A, or to be drawn there.
const pngs = (column) => (column?.pictures || []).map((each) => each.png).filter(Boolean);
function openCompare(column) {
  const plain = table?.columns.includes(column) ? table.columns.find((each) => each.key === "none") : null;
  trigger("compare", { a: plain === column ? [] : pngs(plain), b: pngs(column) });
}
const compare = name(button("draw_compare", () => openCompare(above), { id: "draw_compare", disabled: true }), { title: "draw_compare_help" });

// The columns have a table of their own below; the last of them also stands above.
let table = null;
function showBeside(columns) {
  const keys = columns.map((each) => each.key).join(), seeds = columns.find((each) => each.seeds?.length)?.seeds || [];
  if (!table || table.keys !== `${keys}|${seeds}`) {
    const cells = columns.map(() => seeds.map(() => make("td", {}, tile(null))));
    const feet = columns.map((each) => make("td", { class: "numbers", "data-key": each.key }));
    table = { keys: `${keys}|${seeds}`, cells, feet };
    beside.replaceChildren(make("h3", {}, told("draw_each")), make("div", { class: "scroll" }, make("table", { style: `--columns:${columns.length}` },
      make("thead", {}, make("tr", {}, make("th", {}), ...columns.map((each) => make("th", { scope: "col", "data-key": each.key }, twice(each.title))))),
      make("tbody", {}, ...seeds.map((seed, row) => make("tr", {}, make("th", { scope: "row" }, String(seed)), ...cells.map((column) => column[row])))),
      make("tfoot", {}, make("tr", {}, make("th", {}), ...feet)))));
  }
  columns.forEach((column, i) => {
    table.cells[i].forEach((cell, row) => {
      const fresh = tile(cell.firstChild, column.pictures?.[row], seeds[row], column);
      if (fresh !== cell.firstChild) cell.replaceChildren(fresh);
    });
    const opens = name(button("draw_compare_one", () => openCompare(table.columns[i]), { class: "plain opens", disabled: !pngs(column).length }), { title: "draw_compare_help" });
    table.feet[i].replaceChildren(make("dl", {}, ...told_figures(column)), ...(column.key === "none" ? [] : [opens]));
  });
  table.columns = columns;
  beside.hidden = false;
}

function showColumns(columns) {
  followLarge(columns);
  if (columns.length === 1) return showFour(columns[0]);
  showBeside(columns);
  const all = columns.find((each) => each.key === "all");
  if (all?.pictures?.length) showFour(all);
}

const largeImage = make("img", { alt: "", width: 384, height: 384 });
const largeTitle = make("h2", {}), largeFacts = make("dl", {}), largeNote = make("p", { class: "help" }, told("draw_preview"));
const largePng = make("a", { class: "plain primary-like" }, told("draw_download"));
const largePlay = button("draw_play", () => { largeDialog.close(); trigger("play", { png: largeDialog.png }); });
const largeInside = button("draw_inside", () => { largeDialog.close(); trigger("inside", { png: largeDialog.png }); });
const largeAgain = button("draw_again", () => { largeDialog.close(); openTake(largeDialog.png); });
const largeClose = name(make("button", { type: "button", class: "close", onclick: () => largeDialog.close() }, "×"), { "aria-label": "draw_close" });
const largeDialog = name(make("dialog", { class: "large-drawing" }, largeClose, largeImage, make("div", { class: "facts" }, largeTitle, largeFacts,
  make("div", { class: "row" }, largePng, largeAgain, largeInside, largePlay), largeNote)), { "aria-label": "draw_large" });
largeDialog.addEventListener("click", (event) => { if (event.target === largeDialog) largeDialog.close(); });

let largeTurn = 0, largeOf = {};
// A picture that is large while a run goes on follows it, and is one to keep in the end.
function followLarge(columns) {
  const column = largeDialog.open && columns.find((each) => each.key === largeOf.key);
  const picture = column && column.pictures?.[column.seeds.indexOf(largeOf.seed)];
  if (picture?.src && picture.src !== largeOf.src) openLarge(picture, largeOf.seed, column);
}
async function openLarge(picture, seed, column) {
  const mine = ++largeTurn, kept = Boolean(picture.png);
  largeOf = { key: column.key, seed, src: picture.src };
  largeImage.src = picture.src;
  largeTitle.replaceChildren(twice(column.title), " · ", told("draw_seed", { seed }));
  largeFacts.replaceChildren();
  for (const each of [largePng, largePlay, largeInside, largeAgain]) each.hidden = !kept;
  largeNote.hidden = kept;
  if (!largeDialog.open) largeDialog.showModal();
  if (!kept) return;
  largeDialog.png = picture.png;
  Object.assign(largePng, { href: picture.png, download: `${fileName(seed)}.png` });
  let rows;
  try { rows = await server.draw_facts(picture.png); } catch { rows = null; }
  if (mine !== largeTurn || !Array.isArray(rows)) return;
  largeFacts.replaceChildren(...rows.map(([label, value]) => {
    const [dt, dd] = [make("dt", {}), make("dd", {})];
    dt.innerHTML = label; // escaped by the server
    dd.innerHTML = value;
    return make("div", {}, dt, dd);
  }));
}
