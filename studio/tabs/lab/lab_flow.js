// The flow in one dimension.
function flowView() {
  const state = { points: [0.5, 0.5, 1.2, 1.7], prior: "uniform", lines: 41 };
  const canvas = make("canvas", { class: "flow", role: "img", "aria-label": word("flow_canvas") });
  const status = make("p", { class: "status error", role: "alert", hidden: true }), ends = make("dl", { class: "ends-table" });
  let view = null;
  const draw = () => { if (view) flowCanvas(canvas, view, canvas.clientWidth || 600, canvas.clientHeight || 380); };
  const ask = newest((setting) => server.lab_flow(setting), (answer) => {
    if (tell(status, answer)) return;
    view = answer;
    ends.replaceChildren(...answer.ends.map((each) => make("div", {}, make("dt", {}, `x0 = ${shown(each.point)}`),
      make("dd", {}, `${(100 * each.share).toFixed(0)} % (${word("flow_wanted")}: ${(100 * each.wanted).toFixed(0)} %)`))));
    draw();
  });
  const typed = make("input", { type: "text", value: "0.5, 0.5, 1.2, 1.7", "aria-label": word("flow_points"), oninput: (event) => {
    state.points = event.target.value;  // read by the server, as every list
    ask(state);
  } });
  new ResizeObserver(draw).observe(canvas);
  ask(state);
  return make("div", { class: "view flowview" },
    make("div", { class: "controls" }, make("p", { class: "about" }, word("flow_sentence")),
      make("div", { class: "field choice" }, make("h3", {}, word("flow_points")), typed), title("flow_prior"),
      chips(word("flow_prior"), ["uniform", "normal", "triangle"].map((key) => [key, word(`flow_${key}`)]), "uniform", (key) => { state.prior = key; ask(state); }),
      slider(word("flow_lines"), { low: 2, high: 120, step: 1, value: 41 }, (value) => { state.lines = Math.round(value); ask(state); }),
      title("flow_ends"), ends, status),
    make("div", { class: "stagearea" }, canvas, make("div", { class: "axis" }, make("span", {}, "t = 1"), make("span", {}, "t = 0.5"), make("span", {}, "t = 0"))));
}
