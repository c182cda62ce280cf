// What is drawn with: the sheet under pointer and keys, tools, colours and layers.
const SKETCHES = __SKETCHES__, CRAYONS = __CRAYONS__, FIRST = __FIRST__, USUAL = __USUAL__, WAYS = __WAYS__;
const LATER = { stroke: 120, control: 400 }; // milliseconds until the pictures follow
const root = element.querySelector(".drawing");
const plainLayer = (kind) => ({ strength: USUAL[kind] ?? 1, start: 0, end: 1 });
const state = {
  setting: structuredClone(FIRST), way: WAYS[0], reference: "", auto: true, layer: "mask", tool: "pen", colour: "orange", own: "#f5821e",
  width: { edges: 1, lines: 2, mask: 6, labels: 4, blocks: 1 }, told: Object.fromEntries([...KINDS, "reference"].map((kind) => [kind, plainLayer(kind)])),
};
let ready = null; // what the server says there is

// What is available
const wayOf = (way) => ready?.ways?.[state.setting.world]?.[way];
const known = (kind) => { const way = wayOf(state.way); return !way || (!way.why && way.kinds.includes(kind)); };
const referenceKnown = () => !ready?.reference?.[state.setting.world];

// The sheet and its tools
const canvas = name(make("canvas", { class: "sheet", width: 768, height: 768, tabindex: "0", role: "img" }), { "aria-label": "draw_sheet" });
let cross = null, held = null, last = null, dragged = false;
const place = (event) => { const box = canvas.getBoundingClientRect(); return [((event.clientX - box.left) / box.width) * SHEET, ((event.clientY - box.top) / box.height) * SHEET]; };
const hex = (value) => [1, 3, 5].map((i) => parseInt(value.slice(i, i + 2), 16));
const how = () => ({ width: state.width[state.layer], colour: state.colour === "own" ? hex(state.own) : CRAYONS[state.colour], erase: state.tool === "eraser" });
const repaint = () => paintSheet(canvas, state.layer, cross, state.width[state.layer]);

function touch(at, from = at) {
  if (state.tool === "fill") flood(state.layer, at, how());
  else stroke(state.layer, from, at, how());
}
function beginStroke() {
  remember();
  sheet.on[state.layer] = true;
  clearTimeout(timer);
}
canvas.addEventListener("pointerdown", (event) => {
  if (held !== null || event.button > 0 || !known(state.layer)) return;
  held = event.pointerId;
  try { canvas.setPointerCapture(held); } catch { /* a pointer that is gone already */ }
  canvas.focus({ preventScroll: true });
  event.preventDefault();
  cross = null;
  beginStroke();
  last = place(event);
  touch(last);
  repaint();
});
canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== held || state.tool === "fill") return;
  for (const each of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
    const next = place(each);
    touch(next, last);
    last = next;
  }
  repaint();
});
for (const ended of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(ended, (event) => {
  if (event.pointerId !== held) return;
  held = null;
  changed(true);
});

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !known(state.layer)) return;
  const far = event.shiftKey || state.layer === "blocks" ? CELL : 1;
  if (event.key in MOVES) {
    const from = cross || [SHEET / 2 + 0.5, SHEET / 2 + 0.5];
    cross = MOVES[event.key].map((step, i) => Math.min(Math.max(from[i] + far * step, 0.5), SHEET - 0.5));
    if (dragged) touch(cross, from);
  } else if (event.key === " " && !event.repeat) {
    cross ||= [SHEET / 2 + 0.5, SHEET / 2 + 0.5];
    beginStroke();
    dragged = true; // as long as the bar is down, the arrow keys draw
    touch(cross);
  } else if (event.key !== " ") return;
  event.preventDefault();
  repaint();
});
canvas.addEventListener("keyup", (event) => { if (event.key === " " && dragged) { dragged = false; changed(true); } });
canvas.addEventListener("blur", () => { if (cross) { cross = null; repaint(); } });

const tools = Object.fromEntries(["pen", "fill", "eraser"].map((tool) => [tool, button(`draw_${tool}`, () => { state.tool = tool; marks(); }, { "data-tool": tool })]));
const back = button("draw_undo", () => { if (undo()) changed(true); }, { "data-do": "undo" });
name(back, { title: "draw_keys" });
const forth = button("draw_redo", () => { if (redo()) changed(true); }, { "data-do": "redo" });
const clear = button("draw_clear", () => { remember(); clearAll(); changed(true); }, { "data-do": "clear" });
const width = slider("draw_width", { low: 1, high: 16, step: 1, value: 6, id: "width" }, (value) => { state.width[state.layer] = value; });
const palette = name(make("div", { class: "palette", role: "group" }), { "aria-label": "draw_colour" });
for (const [colour, [r, g, b]] of Object.entries(CRAYONS))
  palette.append(name(make("button", { type: "button", "data-colour": colour, style: `--c: rgb(${r} ${g} ${b})`, onclick: () => { state.colour = colour; marks(); } }),
    { "aria-label": `crayon ${colour}`, title: `crayon ${colour}` }));
const own = name(make("input", { type: "color", value: state.own, oninput: () => { state.own = own.value; state.colour = "own"; marks(); } }), { "aria-label": "draw_any_colour", title: "draw_any_colour" });
palette.append(own);

const layerHelp = make("p", { class: "help layer-help" });
const layerRow = name(make("div", { class: "layers", role: "group" }), { "aria-label": "draw_layers" });
const layers = Object.fromEntries(KINDS.map((kind) => {
  const thumb = make("canvas", { width: SHEET, height: SHEET, "aria-hidden": "true" });
  const on = name(make("input", { type: "checkbox", "data-kind": kind, onchange: () => { remember(); sheet.on[kind] = on.checked; changed(true); } }), { "aria-label": "draw_on", title: "draw_on" });
  const pick = name(make("button", { type: "button", "data-layer": kind, onclick: () => choose(kind) }, thumb, told(`draw_${kind}`)), { title: `draw_${kind}_help` });
  const node = make("div", { class: "layer" }, pick, on);
  layerRow.append(node);
  return [kind, { thumb, on, pick, node }];
}));

function choose(kind) {
  state.layer = kind;
  if (state.tool === "fill" && kind in INK && kind !== "mask") state.tool = "pen";
  if (kind !== "blocks" && state.colour === "own") state.colour = "orange";
  width.put(state.width[kind]);
  layerHelp.replaceChildren(told(`draw_${kind}_help`));
  marks();
  repaint();
}

// What the buttons say of the state; nothing here moves anything.
function marks() {
  for (const [tool, node] of Object.entries(tools)) node.setAttribute("aria-pressed", String(tool === state.tool));
  tools.fill.disabled = state.layer === "edges" || state.layer === "lines";
  width.classList.toggle("off", state.layer === "blocks" || state.tool === "fill");
  palette.classList.toggle("off", !coloured(state.layer) || state.tool === "eraser");
  own.classList.toggle("off", state.layer !== "blocks");
  own.setAttribute("aria-pressed", String(state.colour === "own"));
  palette.querySelectorAll("button").forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.colour === state.colour)));
  back.disabled = !sheet.past.length;
  forth.disabled = !sheet.future.length;
  for (const [kind, { on, pick, node, thumb }] of Object.entries(layers)) {
    pick.setAttribute("aria-pressed", String(kind === state.layer));
    on.checked = sheet.on[kind];
    pick.disabled = on.disabled = !known(kind);
    node.classList.toggle("off", !sheet.on[kind]);
    paintThumb(thumb, kind);
    strengths[kind].hidden = !sheet.on[kind];
  }
  strengths.reference.hidden = !state.reference;
  noLayers.hidden = Boolean(state.reference) || KINDS.some((kind) => sheet.on[kind]);
}
