// One guided step: the exact law of x' beside the Gaussian that is drawn in its place.
function kernelView(known) {
  const state = { preset: "three", label: 1, x: 0.3, y: 0.4, at: 0.5, steps: 8, gradient: "x", variance: "beta_tilde" };
  const canvas = make("canvas", { class: "plane", role: "img", "aria-label": word("kernel_canvas"), tabindex: "0" });
  const status = complaint(), numbers = make("dl", { class: "ends-table" }), labels = make("div", {}), charts = make("div", { class: "charts" });
  const small = Object.fromEntries(["exact", "approximate", "gap"].map((name) => [name, make("canvas", { class: "small", role: "img", "aria-label": word(`kernel_${name}`) })]));
  let view = null;
  const ask = newest((setting) => server.lab_kernel(setting), (answer) => {
    if (tell(status, answer)) return;
    view = answer;
    draw();
    const last = Math.log(answer.counts.at(-1) / answer.counts[0]);
    numbers.replaceChildren(...[["distance", answer.distance], ["without", answer.without], ["deviations", answer.deviations], ["likely", answer.likely]]
      .map(([key, value]) => make("div", {}, make("dt", {}, word(`kernel_${key}`)), make("dd", {}, brief(value)))));
    charts.replaceChildren(chart("distance", { places: answer.counts.map((n) => Math.log(n / answer.counts[0]) / last), ends: [word("kernel_few"), word("kernel_many")],
      name: (k) => word("kernel_count", { steps: answer.counts[k] }), at: 3,
      series: [{ text: "p(x′|x, y)", values: answer.distances }, { text: "p(x′|x)", values: answer.distances_without, dashed: true }] }));
  });
  const set = (name) => (value) => { state[name] = name === "steps" ? Math.round(value) : value; ask(state); };

  function draw() {
    if (!view) return;
    const side = canvas.clientWidth || 420, at = frame(side, EDGE), pen = prepared(canvas, side, side), { x, y, reach } = view.window;
    density(pen, at, view.components, view.t.a, view.t.b);
    pen.strokeStyle = pen.fillStyle = ink("--ink");
    pen.strokeRect(at.x(x - reach), at.y(y + reach), at.length(2 * reach), at.length(2 * reach));
    spot(pen, at.x(state.x), at.y(state.y), 6, ink("--ink"), "x");
    const tint = rgb(colour(state.label)), other = rgb(isDark() ? "#94a3b8" : "#475569");
    for (const [name, paper] of Object.entries(small)) {
      const wide = paper.clientWidth || 160, brush = prepared(paper, wide, wide);
      grid(brush, view[name], tint, other, wide);
      const place = (point) => [((point[0] - x + reach) / (2 * reach)) * wide, ((y + reach - point[1]) / (2 * reach)) * wide];
      if (name !== "exact") spot(brush, ...place(view.means.plain), 3, ink("--soft"), "μ");
      if (name !== "exact") spot(brush, ...place(view.means.approximate), 3.5, colour((state.label + 3) % 12), "");
      if (name !== "approximate") spot(brush, ...place(view.means.exact), 3.5, ink("--ink"), "");
    }
  }
  function spot(pen, x, y, size, tint, text) {
    pen.fillStyle = tint;
    pen.beginPath();
    pen.arc(x, y, size, 0, 7);
    pen.fill();
    pen.font = "600 13px system-ui";
    pen.fillText(text, x + size + 3, y - size);
  }
  // Bytes of a square, rows from the top; below zero in the other tint.
  function grid(pen, values, tint, other, wide) {
    const n = Math.sqrt(values.length), image = new ImageData(n, n);
    values.forEach((value, k) => image.data.set([...(value < 0 ? other : tint), Math.min(255, 1.1 * Math.abs(value))], 4 * k));
    const cells = document.createElement("canvas");
    cells.width = cells.height = n;
    cells.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(cells, 0, 0, wide, wide);
  }

  function move(x, y) {
    [state.x, state.y] = [x, y].map((v) => +Math.min(Math.max(v, -3), 3).toFixed(3));
    draw();
    ask(state);
  }
  let held = false;
  const drag = (event) => { const box = canvas.getBoundingClientRect(); move(...frame(box.width, EDGE).back(event.clientX - box.left, event.clientY - box.top)); };
  canvas.addEventListener("pointerdown", (event) => { held = true; canvas.setPointerCapture(event.pointerId); drag(event); });
  canvas.addEventListener("pointermove", (event) => { if (held) drag(event); });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { held = false; });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(state.x + step[0], state.y + step[1]);
  });
  new ResizeObserver(draw).observe(canvas);

  function classes() {
    const there = [...new Set(known.presets[state.preset].map((part) => part[4]))].sort((a, b) => a - b);
    if (!there.includes(state.label)) state.label = there[0];
    labels.replaceChildren(chips(word("kernel_label"), there.map((k) => [String(k), String(k)]), String(state.label), (key) => { state.label = +key; ask(state); }, (key) => colour(+key)));
    labels.firstChild.classList.add("tinted");
  }
  classes();
  ask(state);
  return make("div", { class: "view kernelview" },
    make("div", { class: "controls" }, make("p", { class: "about" }, word("kernel_sentence")),
      title("lab_world"), chips(word("lab_world"), Object.keys(known.presets).map((key) => [key, word(`preset_${key}`)]), state.preset, (key) => { state.preset = key; classes(); ask(state); }),
      title("kernel_label"), labels,
      sliding("kernel_time", { low: 0.01, high: 1, step: 0.01, value: state.at }, set("at")),
      sliding("kernel_steps", { low: 2, high: 200, step: 1, value: state.steps }, set("steps")),
      picking("gradient_at", ["x", "mean"], state.gradient, set("gradient")),
      picking("variance_of", ["beta_tilde", "beta"], state.variance, set("variance")), status),
    make("div", { class: "stagearea" },
      make("div", { class: "top" }, make("div", { class: "canvasbox" }, canvas), make("div", { class: "beside" }, help("kernel_canvas_help"), numbers)),
      make("div", { class: "clouds" }, ...Object.entries(small).map(([name, paper]) => make("figure", { class: "cloud" }, make("figcaption", {}, word(`kernel_${name}`)), paper))),
      help("kernel_clouds_help"), charts));
}
