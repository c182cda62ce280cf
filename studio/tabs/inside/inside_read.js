// Any picture, drawn here, uploaded or taken from the film above, read by sentences of one's own.
const { word, told, make, newest } = window.kit(__WORDS__);
const root = element.querySelector(".reading"), SIDE = 128, WORLDS = __WORLDS__;
const INKS = ["#111827", "#dc2626", "#f59e0b", "#16a34a", "#2563eb", "#a855f7", "#ffffff"];
const state = { world: WORLDS[0], noise: 0 };
let ink = INKS[1], held = null, picture = false;

const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img", tabindex: "0" }), pen = canvas.getContext("2d", { willReadFrequently: true });
const sentences = make("textarea", { rows: 5, spellcheck: "false" });
const world = make("select", {}, ...WORLDS.map((each) => make("option", { value: each }, each)));
const noise = make("input", { type: "range", min: 0, max: 1, step: 0.02, value: 0 }), level = make("output", {}, "0.00");
const status = make("p", { class: "status error", role: "alert", hidden: true }), table = make("div", { class: "answers", role: "status" });
const file = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif" });

function white() { pen.fillStyle = "#fff"; pen.fillRect(0, 0, SIDE, SIDE); }
function put(source, width, height) {
  const share = SIDE / Math.max(width, height), w = width * share, h = height * share;
  white();
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, (SIDE - w) / 2, (SIDE - h) / 2, w, h);
  picture = true;
  read();
}

const ask = newest((question) => server.inside_read(question), (answer) => {
  const wrong = answer ? answer.problem?.[document.documentElement.lang === "zh" ? 1 : 0] : word("inside_offline");
  status.textContent = wrong || "";
  status.hidden = !wrong;
  table.classList.toggle("late", Boolean(wrong));
  if (!wrong) show(answer);
});
function read() {
  if (picture) ask({ ...state, picture: canvas.toDataURL("image/png"), sentences: sentences.value });
}
function show({ sentences: texts, ...by }) {
  const names = ["guide", "judge"].filter((name) => by[name]);
  table.replaceChildren(
    make("div", { class: "line names" }, make("span", {}), ...names.map((name) => make("b", { class: name }, told(`read_${name}`)))),
    ...texts.map((text, i) => make("div", { class: "line" }, make("span", {}, text), ...names.map((name) => {
      const bar = make("i", {}, make("u", {}), make("b", {}, `${Math.round(100 * by[name][i])} %`));
      bar.style.setProperty("--share", by[name][i]);
      return bar;
    }))));
}

const nothing = () => table.replaceChildren(make("p", { class: "help" }, told("read_nothing")));

const place = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) * SIDE / box.width, (event.clientY - box.top) * SIDE / box.height]; };
function line(from, to) {
  Object.assign(pen, { strokeStyle: ink, lineWidth: 9, lineCap: "round" });
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(to[0] + 0.01, to[1]);
  pen.stroke();
}
canvas.addEventListener("pointerdown", (event) => { event.preventDefault(); canvas.setPointerCapture(event.pointerId); held = place(event); line(held, held); });
canvas.addEventListener("pointermove", (event) => { if (!held) return; const next = place(event); line(held, next); held = next; });
for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { if (held) { held = null; picture = true; read(); } });
file.addEventListener("change", async () => {
  try { const opened = await createImageBitmap(file.files[0]); put(opened, opened.width, opened.height); }
  catch { status.textContent = word("read_bad"); status.hidden = false; }
  file.value = "";
});
function take() {
  const shown = document.querySelector("#inside_view canvas.x0"), name = document.querySelector("#inside_view .inside")?.dataset.world;
  if (!name) { status.textContent = word("read_no_film"); status.hidden = false; return; }
  if (WORLDS.includes(name)) state.world = world.value = name;
  put(shown, shown.width, shown.height);
}
sentences.addEventListener("input", read);
world.addEventListener("change", () => { state.world = world.value; read(); });
noise.addEventListener("input", () => { state.noise = +noise.value; level.textContent = (+noise.value).toFixed(2); noise.style.setProperty("--part", `${100 * noise.value}%`); read(); });

function draw() {
  const before = sentences.value;
  if (!before || before === sentences.dataset.first) sentences.value = sentences.dataset.first = word("read_first");
  const button = (key, pressed) => make("button", { type: "button", class: "plain", onclick: pressed }, told(key));
  canvas.setAttribute("aria-label", word("read_canvas"));
  sentences.setAttribute("aria-label", word("read_sentences"));
  world.setAttribute("aria-label", word("read_world"));
  noise.setAttribute("aria-label", word("read_noise"));
  const inks = make("div", { class: "inks", role: "group", "aria-label": word("read_ink") }, ...INKS.map((each) => {
    const chip = make("button", { type: "button", "aria-label": each, "aria-pressed": String(each === ink), onclick: () => { ink = each;
      inks.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === chip))); } });
    chip.style.setProperty("--ink-chip", each);
    return chip;
  }));
  root.replaceChildren(make("h3", {}, told("read_title")), make("p", { class: "help" }, told("read_help")),
    make("div", { class: "three" },
      make("div", { class: "sheet" }, canvas, inks, make("div", { class: "buttons" }, button("read_take", take),
        make("label", { class: "plain" }, told("read_upload"), file), button("read_clear", () => { white(); picture = false; nothing(); }))),
      make("div", { class: "asking" }, make("label", {}, told("read_sentences")), sentences, make("p", { class: "help" }, told("read_sentences_help")),
        make("label", { class: "row" }, told("read_noise"), level), noise, make("p", { class: "help" }, told("read_noise_help")),
        make("label", { class: "row" }, told("read_world"), world), make("p", { class: "help" }, told("read_world_help"))),
      make("div", {}, status, table)));
}
white();
draw();
nothing();
document.addEventListener("studio:language", draw); // what a screen reader is told, and the first sentences
