// The plane: guidance on a mixture whose truth is known, with hands on it.
const LAYERS = ["density", "data", "noised", "now", "plain", "guided", "paths", "final"];
const NUMBERS = ["mean_error", "covariance_error", "share", "precision", "recall", "entropy"];
const CLOUDS = ["conditional", "guided", "tilted"];

function planeView(known) {
  const scene = structuredClone(known.scenes.classifier_free);
  const state = { components: scene.components, label: scene.label, rule: scene.rule, pull: scene.pull, sampler: scene.sampler,
    steps: 50, points: 2000, seed: 0, at: 0.4, schedule: "cosine" };
  const layers = new Set(["density", "guided", "paths", "final"]);
  let view = null, chosen = -1, playing = 0, moment = null;

  const canvas = make("canvas", { class: "plane", role: "img", "aria-label": word("lab_canvas"), tabindex: "0" });
  const status = make("p", { class: "status error", role: "alert", hidden: true });
  const notes = make("div", { class: "notes", role: "status" });
  const took = make("p", { class: "took" });
  const about = make("p", { class: "about" });
  const editing = make("div", { class: "editing" });
  const labels = make("div", {});

  const ask = newest((setting) => server.lab_plane(setting), (answer) => {
    root.classList.remove("busy");
    if (tell(status, answer)) return;
    view = answer;
    moment = null;
    draw();
  });
  const changed = () => { root.classList.add("busy"); ask(state); };
  const entries = Object.values(known.catalogue).flat();
  const called = (name) => said(entries.find((each) => each.name === name)?.called ?? [name, name]);

  // Controls
  const rule = entryControl("rule", known.catalogue.rule, state.rule, (spec) => { state.rule = spec; off(); changed(); }, true);
  const pull = entryControl("pull", known.catalogue.pull, state.pull, (spec) => { state.pull = spec; off(); changed(); }, true);
  const sampler = entryControl("sampler", known.catalogue.sampler, state.sampler, (spec) => { state.sampler = spec; off(); changed(); }, false);
  const scenes = chips(word("lab_scenes"), Object.keys(known.scenes).map((key) => [key, word(`scene_${key}`), word(`scene_${key}_help`)]), "classifier_free", (key) => {
    const next = structuredClone(known.scenes[key]);
    Object.assign(state, next);
    [[rule, state.rule], [pull, state.pull], [sampler, state.sampler]].forEach(([control, spec]) => control.put(spec));
    state.rule = rule.spec(); state.pull = pull.spec(); state.sampler = sampler.spec();
    about.textContent = word(`scene_${key}_help`);
    presets.choose("");
    chosen = -1;
    redrawEditing();
    changed();
  });
  about.textContent = word("scene_classifier_free_help");
  const off = () => { scenes.choose(""); about.textContent = ""; };
  const presets = chips(word("lab_world"), Object.keys(known.presets).map((key) => [key, word(`preset_${key}`)]), "three", (key) => {
    state.components = structuredClone(known.presets[key]);
    state.label = state.components[0][4];
    chosen = -1;
    off();
    redrawEditing();
    changed();
  });

  function redrawLabels() {
    const classes = [...new Set(state.components.map((c) => c[4]))].sort((a, b) => a - b);
    if (!classes.includes(state.label)) state.label = classes[0];
    labels.replaceChildren(chips(word("lab_label"), classes.map((k) => [String(k), String(k)]), String(state.label),
      (key) => { state.label = +key; off(); changed(); }, (key) => colour(+key)));
    labels.firstChild.classList.add("tinted");
  }
  function redrawEditing() {
    redrawLabels();
    const part = state.components[chosen];
    const set = (index) => (value) => { part[index] = value; off(); changed(); draw(); };
    const add = make("button", { type: "button", class: "plain", disabled: state.components.length >= 40, onclick: () => {
      const like = state.components[Math.max(chosen, 0)];
      state.components.push([+(Math.random() * 2 - 1).toFixed(2), +(Math.random() * 2 - 1).toFixed(2), like[2], like[3], like[4]]);
      chosen = state.components.length - 1;
      off(); redrawEditing(); changed();
    } }, `+ ${word("lab_add")}`);
    const remove = make("button", { type: "button", class: "plain", disabled: !part || state.components.length < 2, onclick: () => {
      state.components.splice(chosen, 1);
      chosen = -1;
      off(); redrawEditing(); changed();
    } }, `− ${word("lab_remove")}`);
    editing.replaceChildren(...(part ? [
      slider(word("lab_x"), { low: -3, high: 3, step: 0.05, value: part[0] }, set(0)),
      slider(word("lab_y"), { low: -3, high: 3, step: 0.05, value: part[1] }, set(1)),
      slider(word("lab_deviation"), { low: 0, high: 1.5, step: 0.02, value: part[2] }, set(2)),
      slider(word("lab_weight"), { low: 0.1, high: 5, step: 0.1, value: part[3] }, set(3)),
      slider(word("lab_class"), { low: 0, high: 11, step: 1, value: part[4] }, (value) => { part[4] = Math.round(value); off(); redrawLabels(); changed(); draw(); }),
    ] : [make("p", { class: "help" }, word("lab_edit_help"))]), make("div", { class: "row" }, add, remove));
  }
  redrawEditing();

  const time = slider(word("lab_time"), { low: 0, high: 1, step: 0.01, value: state.at, id: "at" }, (value) => {
    state.at = value;
    stop();
    changed();
  });
  const play = make("button", { type: "button", class: "play", onclick: () => (playing ? stop() : start()) }, `▶ ${word("lab_play")}`);
  const steps = slider(word("lab_steps"), { low: 1, high: 200, step: 1, value: state.steps, id: "steps" }, (value) => { state.steps = Math.round(value); changed(); });
  const points = slider(word("lab_points"), { low: 100, high: 4000, step: 100, value: state.points, id: "points" }, (value) => { state.points = Math.round(value); changed(); });
  const again = make("button", { type: "button", class: "plain", onclick: () => { state.seed = (state.seed + 1) % 1000; changed(); } }, `↻ ${word("lab_again")}`);
  const toggles = make("div", { class: "layers" }, ...LAYERS.map((name) => make("label", {},
    make("input", { type: "checkbox", checked: layers.has(name), "data-layer": name,
      onchange: (event) => { layers[event.target.checked ? "add" : "delete"](name); draw(); } }), word(`layer_${name}`))));

  // Clouds and their numbers
  const small = {}, cells = {};
  const columns = CLOUDS.map((name) => {
    small[name] = make("canvas", { class: "small", role: "img", "aria-label": word(`cloud_${name}`) });
    cells[name] = Object.fromEntries(NUMBERS.map((key) => [key, make("dd", {})]));
    return make("figure", { class: `cloud ${name}` }, make("figcaption", {}, word(`cloud_${name}`)), small[name],
      make("dl", {}, ...NUMBERS.flatMap((key) => [make("div", {}, make("dt", {}, word(`number_${key}`)), cells[name][key])])));
  });

  function draw() {
    if (!view) return;
    const side = canvas.clientWidth || 480, at = frame(side, EDGE), pen = prepared(canvas, side, side);
    const last = view.levels.length - 1, k = moment ?? null, now = k === null ? [view.t.a, view.t.b] : view.levels[k];
    if (layers.has("density")) density(pen, at, state.components, ...now);
    if (k === null) {
      if (layers.has("data")) dots(pen, at, view.clouds.data, (i) => colour(view.labels[i]), 1.6, 0.5);
      if (layers.has("noised")) dots(pen, at, view.clouds.noised, (i) => colour(view.labels[i]), 1.6, 0.5);
      if (layers.has("now")) dots(pen, at, view.clouds.now, ink("--ink"), 1.6, 0.5);
      if (layers.has("plain")) arrows(pen, at, view.fields.plain, view.fields.edge, view.fields.side, ink("--soft"));
      if (layers.has("guided")) arrows(pen, at, view.fields.guided, view.fields.edge, view.fields.side, ink("--ink"));
    }
    if (layers.has("paths")) lines(pen, at, view.paths, view.guided_labels, k ?? last);
    if (layers.has("final") && (k === null || k === last)) dots(pen, at, view.clouds.guided, (i) => colour(view.guided_labels[i]), 1.7, 0.55);
    rings(pen, at, state.components, chosen);
    const close = around(CLOUDS.map((name) => view.clouds[name]).filter(Boolean));
    for (const name of CLOUDS) {
      const wide = small[name].clientWidth || 160, here = close(wide), paper = prepared(small[name], wide, wide), cloud = view.clouds[name];
      if (cloud) dots(paper, here, cloud, name === "guided" ? (i) => colour(view.guided_labels[i]) : colour(state.label), 1.3, 0.6);
      const numbers = view.numbers[name];
      for (const key of NUMBERS) cells[name][key].textContent = numbers && numbers[key] !== null ? numbers[key].toFixed(key === "entropy" ? 2 : 3).replace("-", "−") : "—";
      small[name].parentElement.classList.toggle("missing", !cloud);
    }
    const lines_ = [];
    if (view.same !== null) lines_.push(["good", word("lab_same", { gamma: shown(1 + view.strength), w: shown(view.strength), difference: power(view.same) })]);
    if (view.inactive.length) lines_.push(["note", word("lab_silent", { names: view.inactive.map(called).join(", ") })]);
    if (view.weaker) lines_.push(["note", word("lab_weaker", { name: called(view.weaker) })]);
    if (view.away > 0.02) lines_.push(["note", word("lab_away", { share: (100 * view.away).toFixed(0) })]);
    if (view.tilted_exact < 0.999) lines_.push(["note", word("lab_resampled", { share: (100 * (1 - view.tilted_exact)).toFixed(0) })]);
    notes.replaceChildren(...lines_.map(([kind, text]) => make("p", { class: kind }, text)));
    took.textContent = word("lab_took", { points: state.points, steps: state.steps, calls: view.calls, ms: view.ms });
  }

  function start() {
    if (!view) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches, total = view.levels.length;
    play.textContent = `❚❚ ${word("lab_pause")}`;
    const began = performance.now(), length = calm ? 1 : 2600;
    (function tick(now) {
      const share = Math.min((now - began) / length, 1);
      moment = Math.min(Math.floor(share * total), total - 1);
      draw();
      if (share < 1 && element.isConnected) playing = requestAnimationFrame(tick);
      else stop();
    })(began);
  }
  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    moment = null;
    play.textContent = `▶ ${word("lab_play")}`;
    draw();
  }

  // Hands on the canvas
  let held = null;
  const place = (event) => { const box = canvas.getBoundingClientRect(); return frame(box.width, EDGE).back(event.clientX - box.left, event.clientY - box.top); };
  canvas.addEventListener("pointerdown", (event) => {
    const [x, y] = place(event), reach = event.pointerType === "touch" ? 0.45 : 0.28;
    const gaps = state.components.map((c) => Math.hypot(c[0] - x, c[1] - y)), near = gaps.indexOf(Math.min(...gaps));
    chosen = gaps[near] < reach ? near : -1;
    if (chosen >= 0) { held = [x - state.components[chosen][0], y - state.components[chosen][1]]; canvas.setPointerCapture(event.pointerId); event.preventDefault(); }
    redrawEditing();
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = place(event), limit = (v) => +Math.min(Math.max(v, -3), 3).toFixed(3);
    state.components[chosen][0] = limit(x - held[0]);
    state.components[chosen][1] = limit(y - held[1]);
    off();
    draw();
    changed();
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { if (held) { held = null; redrawEditing(); } });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (!move || chosen < 0) return;
    event.preventDefault();
    [0, 1].forEach((i) => { state.components[chosen][i] = +Math.min(Math.max(state.components[chosen][i] + move[i], -3), 3).toFixed(3); });
    redrawEditing(); draw(); changed();
  });
  new ResizeObserver(() => draw()).observe(canvas);

  const side = make("div", { class: "controls" }, title("lab_scenes"), scenes, about, rule, pull, sampler,
    make("div", { class: "plainfields" }, steps, points, again),
    picking("schedule_kind", ["cosine", "linear", "scaled_linear", "straight"], state.schedule, (kind) => { state.schedule = kind; changed(); }), title("lab_world"), presets, title("lab_label"), labels, editing);
  const stage = make("div", { class: "stagearea" },
    make("div", { class: "top" }, make("div", { class: "canvasbox" }, canvas),
      make("div", { class: "beside" }, make("div", { class: "timebox" }, time, make("div", { class: "ends" }, make("span", {}, word("lab_clean")), make("span", {}, word("lab_noise"))), play),
        title("lab_layers"), toggles, status, notes, took)),
    make("div", { class: "clouds" }, ...columns), make("p", { class: "help" }, word("lab_numbers_help")));
  changed();
  return make("div", { class: "view planeview" }, side, stage);
}
