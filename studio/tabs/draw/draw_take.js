// A picture is chosen, dropped or taken from what was drawn before; its layers are shown before any of them is used.
const MOST_MB = 20;
let source = ""; // the picture that the dialog is about
const takeStatus = make("div", { class: "told", role: "status" });
const takeShelf = make("div", { class: "shelf" });
const takeMaps = make("div", { class: "maps" });
const takePicture = make("img", { class: "source", alt: "", width: 96, height: 96, hidden: true });
const takeFile = name(make("input", { type: "file", accept: "image/*" }), { "aria-label": "draw_choose" });
const takeUse = button("draw_take_use", () => useMaps(), { class: "plain primary-like", disabled: true });
const takeReference = button("draw_take_reference", () => { takeDialog.close(); useReference(source); }, { disabled: true });
const takeClose = name(make("button", { type: "button", class: "close", onclick: () => takeDialog.close() }, "×"), { "aria-label": "draw_close" });
const takeDialog = name(make("dialog", { class: "taking" }, takeClose, make("h2", {}, told("draw_take_title")), help("draw_take_help"),
  make("div", { class: "row" }, takePicture, make("label", { class: "choose" }, told("draw_choose"), takeFile)), takeStatus,
  make("div", { class: "of-source", hidden: true }, title("draw_take_kinds"), takeMaps, make("div", { class: "row" }, takeUse, takeReference)),
  title("draw_shelf"), takeShelf), { "aria-label": "draw_take_title" });

const said = (place, node, bad) => { place.replaceChildren(...(node ? [make("p", { class: bad ? "status error" : "status", role: bad ? "alert" : null }, node)] : [])); };
const read = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = failed;
  reader.readAsDataURL(file);
});

// liked: it is to be a reference, and not layers.
function openTake(url = "", liked = false) {
  said(takeStatus);
  takeReference.classList.toggle("primary-like", liked);
  takeUse.classList.toggle("primary-like", !liked);
  if (!takeDialog.open) takeDialog.showModal();
  trigger("shelf", {});
  if (url) showSource(url);
}

async function takeFrom(file) {
  if (!file) return;
  if (!takeDialog.open) openTake();
  if (file.size > MOST_MB * 1e6)
    return said(takeStatus, told("draw_too_large", { size: (file.size / 1e6).toFixed(1), most: MOST_MB }), true);
  said(takeStatus, told("draw_reading"));
  let url, answer;
  try { url = await read(file); } catch { return said(takeStatus, told("draw_no_file"), true); }
  try { answer = await server.draw_opened(url); } catch { answer = null; }
  if (answer?.picture) return showSource(answer.picture);
  said(takeStatus, answer?.problem ? twice(answer.problem) : told("draw_offline"), true);
}
takeFile.addEventListener("change", () => { takeFrom(takeFile.files[0]); takeFile.value = ""; });

let turn = 0;
async function showSource(url) {
  const mine = ++turn;
  source = url;
  Object.assign(takePicture, { src: url, hidden: false });
  said(takeStatus, told("draw_reading"));
  let maps;
  try { maps = await server.draw_look(KINDS.map((kind) => ({ kind, picture: url, drawn: false, strength: 1, start: 0, end: 1 }))); } catch { maps = null; }
  if (mine !== turn) return;
  if (!Array.isArray(maps)) return said(takeStatus, told("draw_offline"), true);
  said(takeStatus);
  takeMaps.replaceChildren(...maps.map(({ kind, map, empty, note }) => {
    const box = make("input", { type: "checkbox", checked: kind === "mask" && !empty && Boolean(map), disabled: !map || !known(kind), "data-kind": kind, onchange: able });
    const about = note ? twice([note.en, note.zh]) : told(`draw_${kind}_help`);
    const node = make("label", { class: "map" }, ...(map ? [make("img", { src: map, alt: "", width: 96, height: 96 })] : [make("span", { class: "no-map" })]),
      make("span", { class: "named" }, box, make("b", {}, told(`draw_${kind}`))), make("small", {}, about));
    node.map = map;
    return node;
  }));
  takeDialog.querySelector(".of-source").hidden = false;
  takeReference.disabled = !referenceKnown();
  able();
}
const chosenMaps = () => [...takeMaps.children].filter((node) => node.querySelector("input").checked);
function able() { takeUse.disabled = !chosenMaps().length; }

async function useMaps() {
  const chosen = chosenMaps();
  takeDialog.close();
  remember();
  for (const node of chosen) {
    const { kind } = node.querySelector("input").dataset;
    await putPicture(kind, node.map);
    sheet.on[kind] = true;
  }
  choose(chosen[0].querySelector("input").dataset.kind);
  changed(true);
}

function showShelf(pictures) {
  takeShelf.replaceChildren(...(pictures.length ? pictures.map(({ src, picture, caption }) => {
    const each = make("button", { type: "button", onclick: () => showSource(picture) }, make("img", { src, alt: "", width: 64, height: 64 }));
    each.setAttribute("aria-label", caption);
    each.title = caption;
    return each;
  }) : [help("draw_shelf_empty")]));
}

// Dropped on the sheet or on the dialog; the page's own drop, which loads recipes, does not see it.
function receives(node) {
  const holds = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  node.addEventListener("dragover", (event) => { if (holds(event)) { event.preventDefault(); node.classList.add("over"); } });
  node.addEventListener("dragleave", () => node.classList.remove("over"));
  node.addEventListener("drop", (event) => {
    node.classList.remove("over");
    document.documentElement.classList.remove("dropping");
    if (!holds(event)) return;
    event.preventDefault();
    takeFrom(event.dataTransfer.files[0]);
  });
}
takeDialog.addEventListener("click", (event) => { if (event.target === takeDialog) takeDialog.close(); });
receives(takeDialog);
