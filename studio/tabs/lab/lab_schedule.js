// The forward process of a schedule, and the losses of training.
function scheduleView() {
  const state = { kind: "cosine", steps: 25, loss: "bound", variance: "beta_tilde" }, VIEWS = ["x0", "eps", "score", "v"];
  const status = complaint(), charts = make("div", { class: "charts" });
  const ask = newest((setting) => server.lab_schedule(setting), (answer) => {
    if (tell(status, answer)) return;
    const left = (places) => places.map((t) => 1 - t), steps = answer.steps.slice(0, -1), ends = [word("lab_noise"), word("lab_clean")];
    const at = (times) => (k) => `t = ${times[k].toFixed(2)}`, middle = Math.floor(steps.length / 2);
    charts.replaceChildren(
      chart("levels", { places: left(answer.curve.t), ends, name: at(answer.curve.t), at: 50, marks: left(answer.steps),
        series: [{ text: "a = √ᾱ", values: answer.curve.a }, { text: "b = √(1−ᾱ)", values: answer.curve.b }] }),
      chart("weights", { places: left(steps), ends, name: at(steps), at: middle, powers: true,
        series: VIEWS.map((view) => ({ text: word(`loss_of_${view}`), values: answer.weights[view] })) }),
      chart("added", { places: left(steps), ends, name: at(steps), at: middle, series: [{ text: word("schedule_share"), values: answer.share }] }));
  });
  const set = (name) => (value) => { state[name] = name === "steps" ? Math.round(value) : value; ask(state); };
  ask(state);
  return make("div", { class: "view scheduleview" },
    make("div", { class: "controls" }, make("p", { class: "about" }, word("schedule_sentence")),
      picking("schedule_kind", ["cosine", "linear", "scaled_linear", "straight"], state.kind, set("kind")),
      sliding("schedule_steps", { low: 3, high: 250, step: 1, value: state.steps }, set("steps")),
      picking("loss_of", ["bound", "x0", "eps", "score", "v"], state.loss, set("loss")),
      picking("variance_of", ["beta_tilde", "beta"], state.variance, set("variance")), status),
    make("div", { class: "stagearea" }, charts));
}
