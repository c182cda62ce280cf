// Runs when the Inside tab appears: a film with a scrubber and the plots under it, all of it drawn here.
const root = element.querySelector(".inside");
const THUMB = 44;
let film = null; // what is shown: { view, sheets, charts, frame, show }

const large = ["x", "x0", "heat"].map((name) => make("canvas", { class: name, role: "img", width: LARGE, height: LARGE }));
const captions = ["x", "x0", "heat"].map((name) => make("figcaption", {}, told(`inside_${name}`)));
const detail = make("p", { class: "help heat-help" });
const at = make("p", { class: "at" }); // the scrubber says it to a screen reader
const range = make("input", { type: "range", min: 0, max: 0, step: 1, disabled: true });
const play = make("button", { type: "button", class: "plain", disabled: true });
const strip = make("canvas", { class: "strip", "aria-hidden": "true" });
const ends = make("div", { class: "ends" });
const save = make("div", { class: "save", hidden: true });
const notes = make("div", { class: "notes", role: "status" });
const charts = make("div", { class: "plots" });
const empty = make("p", { class: "nothing" }, told("inside_empty"));
const reel = make("div", { class: "reel" }, strip);

root.replaceChildren(
  make("div", { class: "row3" }, ...large.map((canvas, i) => make("figure", {}, canvas, captions[i]))),
  detail,
  make("div", { class: "scrub" }, play, range), ends, at, empty,
  make("div", { class: "after", hidden: true }, reel, make("p", { class: "help" }, told("inside_scrub_help")), save, notes, charts,
    make("p", { class: "help" }, told("plot_hint"))));
const after = root.querySelector(".after");

const near = (frames, moment) => frames.reduce((best, m, k) => (Math.abs(m - moment) < Math.abs(frames[best] - moment) ? k : best), 0);

function label() {
  play.replaceChildren(playing ? "❚❚ " : "▶ ", told(playing ? "inside_pause" : "inside_play"));
  range.setAttribute("aria-label", word("inside_scrub"));
  strip.title = word("inside_strip");
}

function describe(view, moment) {
  const level = view.levels[moment];
  if (moment >= view.recipe.steps) return word("inside_at_end");
  return word("inside_at", { step: moment + 1, total: view.recipe.steps, level: level.level.toFixed(2), sigma: brief(level.sigma), snr: brief(level.log_snr) });
}

let wanted = null;
function show(frame, moment = null) {
  if (!film) return;
  const { view, sheets } = film;
  film.frame = Math.min(Math.max(frame, 0), view.frames.length - 1);
  film.moment = moment ?? view.frames[film.frame];
  range.value = film.frame;
  range.style.setProperty("--part", `${(100 * film.frame) / Math.max(view.frames.length - 1, 1)}%`);
  const text = describe(view, film.moment);
  range.setAttribute("aria-valuetext", text);
  at.textContent = text;
  if (wanted === null) requestAnimationFrame(() => {
    const k = film.frame, none = !view.peaks[k];
    wanted = null;
    paint(large[0], sheets.x, k);
    paint(large[1], sheets.x0, k);
    paintHeat(large[2], sheets.x0, sheets.heat, k);
    detail.replaceChildren(none ? told("inside_no_heat") : told("inside_heat_help", { peak: brief(view.peaks[k]) }));
    ["x", "x0", "heat"].forEach((name, i) => large[i].setAttribute("aria-label", `${word(`inside_${name}`)}. ${describe(view, view.frames[k])}`));
    film.charts.forEach((chart) => chart.show(film.moment));
    reelTo(k);
  });
  wanted = frame;
}

// The strip: every frame small, x_t above x̂0, the chosen one outlined.
function reelTo(frame) {
  const { view, sheets } = film, count = view.frames.length, ratio = Math.min(devicePixelRatio || 1, 16000 / (count * THUMB));
  if (film.strip !== ratio) {
    film.strip = ratio;
    Object.assign(strip, { width: Math.round(count * THUMB * ratio), height: Math.round(2 * THUMB * ratio) });
    Object.assign(strip.style, { width: `${count * THUMB}px`, height: `${2 * THUMB}px` });
    const pen = strip.getContext("2d");
    pen.scale(ratio, ratio);
    pen.imageSmoothingQuality = "high";
    ["x", "x0"].forEach((name, row) => {
      const { image, width, height, perRow } = sheets[name];
      for (let k = 0; k < count; k++) pen.drawImage(image, (k % perRow) * width, Math.floor(k / perRow) * height, width, height,
        k * THUMB + 1, row * THUMB + 1, THUMB - 2, THUMB - 2);
    });
  }
  reel.style.setProperty("--at", `${frame * THUMB}px`);
  const left = frame * THUMB + THUMB / 2 - reel.clientWidth / 2;
  if (Math.abs(reel.scrollLeft - left) > reel.clientWidth / 3) reel.scrollLeft = left;
}
const pickStrip = (event) => show(Math.floor((event.clientX - strip.getBoundingClientRect().left) / THUMB));
strip.addEventListener("pointerdown", pickStrip);
strip.addEventListener("pointermove", (event) => { if (event.buttons & 1 && event.pointerType === "mouse") pickStrip(event); });

// Playing
let playing = 0;
function start() {
  if (!film) return;
  let last = performance.now();
  if (film.frame >= film.view.frames.length - 1) show(0);
  playing = requestAnimationFrame(function tick(now) {
    if (!film || !element.isConnected || film.frame >= film.view.frames.length - 1) return stop();
    if (now - last >= 110) { last = now; show(film.frame + 1); }
    playing = requestAnimationFrame(tick);
  });
  label();
}
function stop() { cancelAnimationFrame(playing); playing = 0; label(); }
play.addEventListener("click", () => (playing ? stop() : start()));
range.addEventListener("input", () => { if (playing) stop(); show(+range.value); });

const MOVES = { ArrowLeft: (k) => k - 1, ArrowDown: (k) => k - 1, ArrowRight: (k) => k + 1, ArrowUp: (k) => k + 1, Home: () => 0, End: () => Infinity };
document.addEventListener("keydown", (event) => {
  const focus = document.activeElement, here = focus === document.body || root.contains(focus);
  if (!film || !element.isConnected || !root.offsetParent || !here || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && focus.tagName !== "BUTTON") { event.preventDefault(); (playing ? stop : start)(); return; }
  const sideways = event.key.endsWith("Left") || event.key.endsWith("Right");
  if (!(event.key in MOVES) || (focus !== range && !sideways)) return; // up, down and the ends scroll the page elsewhere
  event.preventDefault();
  if (playing) stop();
  show(MOVES[event.key](film.frame));
});

// Saving
async function keep(kind, button) {
  const before = [...button.childNodes];
  button.disabled = true;
  button.replaceChildren(told("inside_saving"));
  let answer;
  try { answer = await server.inside_film({ name: film.view.id, kind }); } catch { answer = null; }
  button.disabled = false;
  button.replaceChildren(...before);
  const problem = save.querySelector(".error");
  problem.hidden = Boolean(answer?.data);
  if (!answer?.data) { answer?.problem ? (problem.innerHTML = answer.problem) : problem.replaceChildren(told("inside_offline")); return; }
  const bytes = Uint8Array.from(atob(answer.data), (c) => c.charCodeAt(0));
  download(answer.file, new Blob([bytes], { type: answer.mime }));
}

function live({ x, x0, size, index, total }) {
  root.classList.add("live");
  empty.hidden = true;
  Promise.all([x, x0].map((uri) => opened(uri, size, 1))).then((sheets) => {
    if (!root.classList.contains("live")) return; // the run is over
    sheets.forEach((sheet, i) => paint(large[i], sheet, 0));
    at.textContent = word("inside_running", { index: Math.min(index + 1, total), total });
  });
}

let newest = 0;
async function load(view) {
  const turn = ++newest, names = ["x", "x0", "heat"];
  const opening = await Promise.all(names.map((name) => opened(view.sheets[name], view.size, view.per_row)));
  if (turn !== newest) return;
  if (playing) stop();
  root.classList.remove("live");
  const drawings = plots(view, (moment) => { if (playing) stop(); show(near(view.frames, moment), moment); });
  film = { view, sheets: Object.fromEntries(names.map((name, i) => [name, opening[i]])), charts: drawings, frame: 0, moment: 0, strip: 0 };
  charts.replaceChildren(...drawings);
  root.dataset.world = view.recipe.world;
  Object.assign(range, { max: view.frames.length - 1, disabled: false });
  play.disabled = view.frames.length < 2;
  ends.replaceChildren(...[0, 0.5, 1].map((share) => {
    const level = view.levels[view.frames[Math.round(share * (view.frames.length - 1))]];
    return make("span", {}, told("inside_noise"), ` ${level.level.toFixed(2)}`);
  }));
  const buttons = Object.entries(view.films).map(([kind, missing]) => {
    const button = make("button", { type: "button", class: "plain", disabled: Boolean(missing), "data-kind": kind }, kind.toUpperCase());
    button.addEventListener("click", () => keep(kind, button));
    return missing ? make("span", { class: "lacking" }, button, told("inside_no_package", { package: missing })) : button;
  });
  save.replaceChildren(make("span", {}, told("inside_save")), ...buttons, make("p", { class: "status error", role: "alert", hidden: true }));
  const lines = [];
  if (view.thinned && view.done) lines.push(told("inside_thinned", { frames: view.frames.length, moments: view.levels.length }));
  lines.push(...view.remarks.map((key) => told(key, { looks: view.calls_a_step })));
  notes.innerHTML = view.notes; // escaped by the server
  notes.append(...lines.map((line) => make("p", {}, line)));
  empty.hidden = true;
  save.hidden = after.hidden = false;
  show(near(view.frames, view.levels.reduce((best, each, k) => (Math.abs(each.level - 0.5) < Math.abs(view.levels[best].level - 0.5) ? k : best), 0)));
}

function shown() {
  const value = props.value;
  if (value?.live) live(value.live);
  else if (value?.id && value.id !== film?.view.id) load(value);
  else if (root.classList.contains("live")) { root.classList.remove("live"); if (film) show(film.frame); else empty.hidden = false; }
}

label();
shown();
watch("value", shown);
new MutationObserver(() => {
  label();
  if (!film) return;
  film.charts.forEach((chart) => chart.redraw());
  show(film.frame, film.moment);
}).observe(document.documentElement, { attributeFilter: ["lang"] });
