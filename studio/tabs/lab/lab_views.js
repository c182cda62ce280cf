// One sample in its four views.
function fourView() {
  const state = { picture: 184, at: 0.5, seed: 0 }, NAMES = ["x", "x0", "eps", "score", "v"];
  const status = make("p", { class: "status error", role: "alert", hidden: true }), about = make("p", { class: "help" });
  const tiles = Object.fromEntries(NAMES.map((name) => [name, { image: make("img", { alt: word(`views_${name}`), width: 192, height: 192, hidden: true }), error: make("p", { class: "help" }), point: make("dd", {}) }]));
  const ask = newest((setting) => server.lab_views(setting), (answer) => {
    if (tell(status, answer)) return;
    for (const name of NAMES) {
      tiles[name].point.textContent = `(${answer.point[name].map((v) => v.toFixed(3).replace("-", "−")).join(", ")})`;
      tiles[name].image.hidden = !answer.picture;
      if (answer.picture) tiles[name].image.src = answer.picture.tiles[name];
      if (name !== "x") tiles[name].error.textContent = `${word("views_error")} ${power(Math.max(answer.point.errors[name], answer.picture ? answer.picture.errors[name] : 0))}`;
    }
    about.textContent = answer.picture ? `${answer.picture.name} · a = ${answer.t.a.toFixed(3)}, b = ${answer.t.b.toFixed(3)}` : word("views_no_picture", { reason: answer.why });
  });
  ask(state);
  const field = (name, low, high, step) => slider(word(name === "at" ? "lab_time" : name === "seed" ? "lab_seed" : "views_picture"), { low, high, step, value: state[name], id: `views-${name}` }, (value) => { state[name] = name === "at" ? value : Math.round(value); ask(state); });
  return make("div", { class: "view fourview" },
    make("div", { class: "controls" }, make("p", { class: "about" }, word("views_sentence")), field("at", 0, 1, 0.01), field("picture", 0, 399, 1), field("seed", 0, 99, 1), about, status),
    make("div", { class: "stagearea" }, make("div", { class: "tiles" }, ...NAMES.map((name) => make("figure", {}, make("figcaption", {}, word(`views_${name}`)), tiles[name].image, tiles[name].error))),
      title("views_point"), make("dl", { class: "ends-table" }, ...NAMES.map((name) => make("div", {}, make("dt", {}, { x: "x_t", x0: "x0", eps: "ε", score: "−ε/b", v: "v" }[name]), tiles[name].point)))));
}
