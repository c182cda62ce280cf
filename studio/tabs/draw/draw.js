// Runs when the Draw tab appears, after its other scripts: what is told of the sheet, and the pictures that follow it.

// The form
const set = (key) => (value) => { state.setting[key] = value; changed(false); };
const prompt = text("draw_prompt", "draw_prompt_help", state.setting.prompt, set("prompt"), { name: "prompt" });
const w = slider("draw_w", { low: -1, high: 10, step: 0.1, value: state.setting.w, id: "w" }, set("w"));
const seeds = text("draw_seeds", "draw_seeds_help", state.setting.seeds, set("seeds"), { name: "seeds" });
const negative = text("draw_negative_prompt", null, "", set("negative_prompt"), { name: "negative_prompt" });
const steps = slider("draw_steps", { low: 1, high: 50, step: 1, value: state.setting.steps, id: "steps" }, set("steps"));
const ways = chips("draw_way", WAYS.map((way) => [way, told(`way_${way}`)]), state.way, (way) => { state.way = way; availability(); changed(false); });
const wayHelp = make("p", { class: "help" });
const branches = chips("draw_branches", ["both", "conditional"].map((each) => [each, told(`draw_${each}`)]), state.setting.branches, set("branches"));
const two = check("draw_two", false, (on) => { state.setting.w_condition = on ? 1 : null; wCondition.hidden = !on; wCondition.put(1); changed(false); }, "two");
const wCondition = slider("draw_w_condition", { low: -1, high: 10, step: 0.1, value: 1, id: "w_condition" }, set("w_condition"));
wCondition.hidden = true;
const worlds = make("div", {});
const auto = check("draw_auto", true, (on) => { state.auto = on; if (on) later(); }, "auto");
const noLayers = make("p", { class: "help" }, told("draw_nothing"));
const strengths = Object.fromEntries([...KINDS, "reference"].map((kind) => {
  const fields = [["strength", 0, 2, 0.05], ["start", 0, 1, 0.05], ["end", 0, 1, 0.05]].map(([each, low, high, step]) =>
    slider(`draw_${each}`, { low, high, step, value: state.told[kind][each], id: `${kind}_${each}` }, (value) => { state.told[kind][each] = value; changed(false); }));
  const node = make("div", { class: "strengths", "data-kind": kind, hidden: true }, make("b", {}, told(`draw_${kind}`)), ...fields);
  node.put = (values) => ["strength", "start", "end"].forEach((each, i) => { state.told[kind][each] = values[each]; fields[i].put(values[each]); });
  return [kind, node];
}));

const referenceImage = make("img", { alt: "", width: 64, height: 64, hidden: true });
const referenceWhy = make("p", { class: "help" });
const referenceAdd = button("draw_take", () => openTake("", true));
const referenceRemove = button("draw_remove", () => useReference(""), { hidden: true });
function useReference(url, quiet = false) {
  state.reference = url;
  referenceImage.hidden = referenceRemove.hidden = !url;
  if (url) referenceImage.src = url;
  if (!quiet) changed(true);
}

const status = make("div", { class: "told", id: "draw_status" });
const empty = make("p", { class: "empty-note", role: "status" });
const run = make("button", { type: "button", class: "primary", id: "draw_run", onclick: () => go("all") }, told("draw_run"));
const each = button("draw_each", () => go("each"), { id: "draw_each" });
const cancel = button("draw_cancel", () => { clearTimeout(timer); halt(); }, { id: "draw_cancel", disabled: true });
const maps = make("div", { class: "maps" });
const examples = name(make("div", { class: "sketches", role: "group" }), { "aria-label": "draw_examples" });

// Asking: the pictures follow a stroke soon and a control a little later; what is asked while a run is on ends it.
let timer = 0, listening = false;
let asks = {}, drawnAs = "", ended = ""; // what was asked for by its click, what stands here was asked with, and how that ended, as HTML
const halt = () => trigger("halt", { click: window.studio.clicked("draw") });
function busy(on) {
  root.classList.toggle("busy", on);
  cancel.disabled = !on;
}
const layerOf = (kind) => ({ kind, picture: pictureOf(kind), drawn: true, ...state.told[kind] });
const usedLayers = () => KINDS.filter((kind) => sheet.on[kind] && known(kind)).map(layerOf);
function wish() {
  const reference = state.reference && referenceKnown() ? { picture: state.reference, ...state.told.reference } : null;
  return { setting: { ...state.setting }, layers: usedLayers(), reference, way: state.way };
}
function go(columns) {
  clearTimeout(timer);
  listening = true;
  busy(true); // before the server has heard of it: it can be cancelled from now on
  const asked = wish();
  const click = window.studio.click("draw");
  asks[click] = JSON.stringify(asked);
  trigger("draw", { click, asked: { ...asked, columns } });
}
// What is shown and what is set, told apart: pictures of something else are dimmed.
function tell() {
  if (root.classList.contains("busy")) return;
  const late = Boolean(drawnAs) && drawnAs !== JSON.stringify(wish());
  root.classList.toggle("stale", late);
  status.innerHTML = ended; // escaped by the server
  if (late && !status.querySelector(".error")) status.replaceChildren(make("div", { class: "status changed", role: "status" }, make("div", { class: "line" }, told("changed"))));
}
const refusedStill = newest((asked) => server.draw_refused(asked), (found) => { if (typeof found === "string") { ended = found; tell(); } });
const blocked = () => Boolean(wayOf(state.way)?.why);
function later(wait = LATER.control) {
  clearTimeout(timer);
  tell();
  if (status.querySelector(".error")) refusedStill(wish());
  if (state.auto && !blocked()) timer = setTimeout(() => go("all"), wait);
}
const lookAgain = newest((asked) => server.draw_look(asked), (found) => {
  if (!Array.isArray(found)) return;
  maps.replaceChildren(...found.map(({ kind, map, empty: none, note }) => make("figure", { class: "map", "data-kind": kind },
    map ? make("img", { src: map, alt: "", width: 96, height: 96 }) : make("span", { class: "no-map" }),
    make("figcaption", {}, told(`draw_${kind}`), ...(none ? [" · ", told("draw_map_empty")] : [])), ...(note ? [make("small", {}, twice([note.en, note.zh]))] : []))));
});
function changed(drawn) {
  marks();
  repaint();
  const nothing = !drawnOn() && !state.reference;
  empty.replaceChildren(...(nothing ? [told("draw_nothing")] : []));
  lookAgain(usedLayers());
  later(drawn ? LATER.stroke : LATER.control);
}

// Its pictures, where they were drawn before with the settings that the page has: then nothing needs to be run.
function showBefore(sketch) {
  const before = ready?.examples?.find((one) => one.name === sketch.name && one.prompt === state.setting.prompt && one.pictures.length);
  const same = JSON.stringify({ ...state.setting, prompt: "" }) === JSON.stringify(FIRST) && state.way === WAYS[0] && !state.reference;
  if (!before || !same || blocked()) return false;
  clearTimeout(timer);
  listening = false; // a run that is on is of what stood here before
  drawnAs = JSON.stringify(wish());
  ended = "";
  tell();
  showFour({ key: "all", title: sketch.title, seeds: String(FIRST.seeds).split(",").map(Number), pictures: before.pictures, figures: before.figures });
  return true;
}
async function begin(sketch) {
  remember();
  await showSketch(sketch);
  changed(true);
  if (showBefore(sketch)) halt(); // what is drawn now is not of this sketch
}
async function showSketch({ name: called, prompt: asked, layers: told_ }) {
  sheet.pixels = blank();
  for (const kind of KINDS) sheet.on[kind] = false;
  for (const layer of told_) {
    await putPicture(layer.kind, layer.picture);
    sheet.on[layer.kind] = true;
    strengths[layer.kind].put(layer);
  }
  state.setting.prompt = Array.isArray(asked) ? asked[chinese() ? 1 : 0] : asked;
  prompt.put(state.setting.prompt);
  root.dataset.sketch = called;
  choose(told_[0]?.kind ?? state.layer);
}
for (const sketch of SKETCHES) {
  const picture = sketch.layers.find((each) => !coloured(each.kind)) || sketch.layers[0];
  examples.append(make("button", { type: "button", "data-sketch": sketch.name, onclick: () => begin(sketch) },
    make("img", { src: picture.picture, alt: "", width: 64, height: 64 }), twice(sketch.title)));
}

function availability() {
  const way = wayOf(state.way), why = way?.why;
  for (const chip of ways.children) chip.classList.toggle("closed", Boolean(wayOf(chip.dataset.key)?.why));
  wayHelp.replaceChildren(why ? twice(["en", "zh"].map((_, i) => WORDS.draw_unavailable[i].replace("{reason}", why[i]))) : told(`way_${state.way}_help`));
  wayHelp.classList.toggle("why", Boolean(why));
  const reason = ready?.reference?.[state.setting.world];
  referenceWhy.replaceChildren(reason ? twice(["en", "zh"].map((_, i) => WORDS.draw_unavailable[i].replace("{reason}", reason[i]))) : "");
  referenceAdd.disabled = Boolean(reason);
  run.disabled = each.disabled = root.classList.contains("busy") ? false : Boolean(why);
  root.classList.toggle("closed", Boolean(why));
  marks();
}

function shown() {
  const value = props.value;
  if (!value) return;
  if (value.shelf) return showShelf(value.shelf);
  if (value.open) return started.then(() => openRecipe(value.open));
  if (listening || value.running) ended = value.status ?? ended;
  if (value.columns?.length && listening) {
    showColumns(value.columns);
    drawnAs = asks[value.click];
    for (const each in asks) if (+each < value.click) delete asks[each];
  }
  busy(Boolean(value.running));
  status.innerHTML = ended; // escaped by the server
  tell();
}

root.append(
  make("div", { class: "controls" },
    make("div", { class: "ask" }, prompt, make("div", { class: "actions" }, run, cancel), auto),
    make("div", { class: "form" }, w, help("draw_w_help"), seeds, title("draw_way"), ways, wayHelp,
      section("draw_reference", help("draw_reference_help"), make("div", { class: "row" }, referenceImage, referenceAdd, referenceRemove), referenceWhy),
      section("draw_strengths", help("draw_strengths_help"), noLayers, ...Object.values(strengths)),
      section("draw_maps", help("draw_maps_help"), maps),
      section("draw_more", negative, steps, help("draw_steps_help"), title("draw_branches"), branches, help("draw_branches_help"), two, wCondition, worlds))),
  make("div", { class: "begin" }, title("draw_examples"), examples),
  make("div", { class: "easel" }, canvas, make("div", { class: "toolbar" }, tools.pen, tools.fill, tools.eraser, back, forth, clear),
    make("div", { class: "how" }, width, palette), layerRow, layerHelp, make("div", { class: "row taking-row" }, button("draw_take", () => openTake(), { id: "draw_take" }), empty)),
  make("div", { class: "outcome" }, four, figures, status, make("div", { class: "row each" }, each, compare, help("draw_each_help"))),
  beside, takeDialog, largeDialog);
receives(canvas);
root.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.matches?.('input[type="text"], input[type="number"]')) return;
  const back_ = event.key.toLowerCase() === "z" && !event.shiftKey, forth_ = event.key.toLowerCase() === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
  if (!back_ && !forth_) return;
  event.preventDefault();
  if (back_ ? undo() : redo()) changed(true);
});
prompt.input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) { state.setting.prompt = prompt.input.value; go("all"); } });

async function start() {
  showFour(null);
  await showSketch(SKETCHES[0]);
  changed(true);
  clearTimeout(timer);
  try { ready = await server.draw_start(document.documentElement.lang); } catch { ready = null; }
  if (ready?.worlds?.length > 1) {
    const names = ready.worlds.map(([world, en, zh]) => [world, twice([en, zh])]);
    worlds.replaceChildren(title("draw_world"), chips("draw_world", names, state.setting.world, (world) => { state.setting.world = world; availability(); changed(false); }));
  }
  if (!ready) { ended = make("p", { class: "status error", role: "alert" }, told("draw_offline")).outerHTML; tell(); }
  if (blocked()) { const open = WAYS.find((way) => wayOf(way) && !wayOf(way).why); if (open) { state.way = open; ways.choose(open); } }
  availability();
  if (!showBefore(SKETCHES[0]) && ready && !blocked()) go("all");
}
const started = start();
shown();
watch("value", shown);
new MutationObserver(async () => {
  labelled.forEach(label);
  let found;
  try { found = await server.draw_start(document.documentElement.lang); } catch { found = null; }
  if (ready && found) ready.examples = found.examples; // the sketches are asked for in the language of the page
}).observe(document.documentElement, { attributeFilter: ["lang"] });
