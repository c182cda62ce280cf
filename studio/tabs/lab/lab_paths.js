// The flow on the plane: a prior, which may be drawn here, carried to points along a family of paths.
function pathsView() {
  const state = { data: "three", prior: "gaussian", path: "straight", field: "own", turns: 0.5, points: 240, seed: 0 };
  const SMILE = [[-1.7, 0.2, -1.3, -0.9, -0.5, -1.5, 0.5, -1.5, 1.3, -0.9, 1.7, 0.2], [-0.9, 1.3, -0.9, 1.7], [0.9, 1.3, 0.9, 1.7]];
  let strokes = structuredClone(SMILE), view = null, moment = 0, playing = 0, held = null;
  const canvas = make("canvas", { class: "plane paths", role: "img", "aria-label": word("paths_canvas") });
  const status = complaint(), ended = make("p", { class: "notes", role: "status" }), charts = make("div", { class: "charts" });
  const ask = newest((setting) => server.lab_paths(setting), (answer) => {
    root.classList.remove("busy");
    if (tell(status, answer)) return;
    view = answer;
    draw();
    ended.replaceChildren(make("p", { class: answer.reached > 0.99 ? "good" : "note" }, word("paths_reached", { share: Math.round(100 * answer.reached),
      shares: answer.shares.map((each) => Math.round(100 * each)).join(", ") })));
    const { own, equal, half } = answer.residuals;
    charts.replaceChildren(chart("residual", { places: answer.probed.map((t) => 1 - t), ends: ["t = 1", "t = 0"], name: (k) => `t = ${answer.probed[k]}`, at: 3, powers: true,
      series: [["own", own], ["equal", equal], ["half", half]].map(([key, values]) => ({ text: word(`field_of_${key}`), values, dashed: key !== state.field })) }));
  });
  const pencil = () => state.prior === "drawn";
  function changed() {
    if (pencil() && !strokes.length) { draw(); return; }
    root.classList.add("busy");
    ask({ ...state, ...(pencil() ? { strokes } : {}) });
  }
  const set = (name) => (value) => { state[name] = name === "points" ? Math.round(value) : value; shownParts(); draw(); changed(); };

  function draw() {
    const side = canvas.clientWidth || 480, at = frame(side, EDGE), pen = prepared(canvas, side, side);
    if (pencil()) {
      pen.strokeStyle = ink("--soft");
      pen.lineWidth = at.length(0.12);
      pen.lineCap = pen.lineJoin = "round";
      pen.globalAlpha = 0.3;
      for (const stroke of strokes) {
        pen.beginPath();
        for (let k = 0; k < stroke.length; k += 2) pen.lineTo(at.x(stroke[k]), at.y(stroke[k + 1]));
        if (stroke.length === 2) pen.lineTo(at.x(stroke[0]) + 0.1, at.y(stroke[1]));
        pen.stroke();
      }
      pen.globalAlpha = 1;
    }
    if (!view || (pencil() && (!strokes.length || held))) return;
    const last = view.frames.length - 1, k = Math.round(moment * last), now = view.frames[k], tint = (i) => colour(view.ends[i]);
    pen.lineWidth = 1;
    pen.globalAlpha = 0.3;
    view.paths.forEach((path, i) => {
      pen.strokeStyle = tint(i);
      pen.beginPath();
      const steps = Math.round((k / last) * (path.length / 2 - 1));
      for (let j = 0; j <= steps; j++) pen.lineTo(at.x(path[2 * j] / 100), at.y(path[2 * j + 1] / 100));
      pen.stroke();
    });
    pen.globalAlpha = 1;
    dots(pen, at, now, tint, 3, 0.85);
    for (let i = 0; i < view.data.length; i += 2) {
      pen.strokeStyle = ink("--ink");
      pen.lineWidth = 1.6;
      pen.beginPath();
      pen.arc(at.x(view.data[i] / 100), at.y(view.data[i + 1] / 100), 5, 0, 7);
      pen.stroke();
    }
  }

  // The hand that draws
  const place = (event) => { const box = canvas.getBoundingClientRect();
    return frame(box.width, EDGE).back(event.clientX - box.left, event.clientY - box.top).map((v) => +Math.min(Math.max(v, -EDGE), EDGE).toFixed(2)); };
  canvas.addEventListener("pointerdown", (event) => {
    if (!pencil() || strokes.length >= 60) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    held = place(event);
    strokes.push(held);
    go(0);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = place(event), total = strokes.reduce((sum, each) => sum + each.length, 0);
    if (!held || total > 3900 || Math.hypot(x - held.at(-2), y - held.at(-1)) < 0.06) return;
    held.push(x, y);
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { if (held) { held = null; changed(); } });
  const clear = make("button", { type: "button", class: "plain", onclick: () => { strokes = []; draw(); } }, `× ${word("prior_clear")}`);
  const drawing = make("div", { class: "drawnprior", hidden: true }, help("prior_draw_help"), clear);
  new ResizeObserver(draw).observe(canvas);

  const time = slider(word("lab_time"), { low: 0, high: 1, step: 0.02, value: 1, id: "paths-time" }, (value) => { stop(); go(1 - value); });
  function go(share) { moment = share; time.put(1 - share); draw(); }
  const play = make("button", { type: "button", class: "play", onclick: () => (playing ? stop() : start()) }, `▶ ${word("lab_play")}`);
  function start() {
    const began = performance.now(), length = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : 2600;
    play.textContent = `❚❚ ${word("lab_pause")}`;
    (function tick(now) {
      go(Math.min((now - began) / length, 1));
      if (moment < 1 && element.isConnected) playing = requestAnimationFrame(tick);
      else stop();
    })(began);
  }
  function stop() { cancelAnimationFrame(playing); playing = 0; play.textContent = `▶ ${word("lab_play")}`; }
  go(1);

  const turns = sliding("path_turns", { low: -2, high: 2, step: 0.05, value: state.turns }, set("turns"));
  const sides = picking("paths_prior", ["gaussian", "uniform", "sampled", "drawn"], state.prior, set("prior"));
  function shownParts() {
    turns.hidden = state.path !== "spiral";
    drawing.hidden = !pencil();
    canvas.classList.toggle("pencil", pencil());
  }
  shownParts();
  changed();
  return make("div", { class: "view pathsview" },
    make("div", { class: "controls" }, make("p", { class: "about" }, word("paths_sentence")), sides, drawing,
      picking("path_of", ["straight", "trigonometric", "exploding", "spiral"], state.path, set("path")), turns,
      picking("field_of", ["own", "equal", "half"], state.field, set("field")),
      picking("paths_data", ["three", "ring", "grid"], state.data, set("data")),
      sliding("paths_points", { low: 20, high: 800, step: 20, value: state.points }, set("points")), status),
    make("div", { class: "stagearea" },
      make("div", { class: "top" }, make("div", { class: "canvasbox" }, canvas),
        make("div", { class: "beside" }, make("div", { class: "timebox" }, time, make("div", { class: "ends" }, make("span", {}, "t = 0"), make("span", {}, "t = 1")), play), ended)),
      charts));
}
