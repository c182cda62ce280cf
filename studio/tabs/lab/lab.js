// Runs when the Lab appears: asks the server what there is, and then, for each change, only for the newest state.
const root = element.querySelector(".lab");
const EDGE = 3.2;
function tell(place, answer) {
  const problem = answer?.problem, text = !answer ? word("lab_offline")
    : problem ? problem.said[chinese() ? 1 : 0]
    : answer.failed || "";
  place.textContent = text;
  place.hidden = !text;
  place.closest(".view")?.classList.toggle("late", Boolean(text)); // what stands there is of other settings
  return Boolean(text);
}

async function begin() {
  const waiting = make("p", { class: "about", role: "status" }, word("lab_loading"));
  root.replaceChildren(waiting);
  let known;
  try { known = await server.lab_start(); } catch { known = null; }
  if (tell(waiting, known)) { waiting.append(make("button", { type: "button", class: "plain", onclick: begin }, "↻")); return; }
  const makers = { plane: planeView, schedule: scheduleView, kernel: kernelView, flow: flowView, paths: pathsView, views: fourView };
  const views = { plane: planeView(known) };
  const nav = chips(word("lab"), Object.keys(makers).map((key) => [key, word(`lab_${key}`)]), "plane", (key) => {
    if (!views[key]) root.append((views[key] = makers[key](known)));
    for (const [name, node] of Object.entries(views)) node.hidden = name !== key;
    root.dataset.view = key;
  });
  nav.classList.add("nav");
  root.replaceChildren(nav, views.plane);
}
begin();
document.addEventListener("studio:language", begin); // its texts are drawn here
