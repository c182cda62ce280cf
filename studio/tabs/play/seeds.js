// Beside the seeds: dice that throw new ones, and a lock that keeps them. Locked dice can be reached and say why they rest.
const { word, make, drawn } = window.kit(__WORDS__);
const root = element.querySelector(".seed-tools");
const PIPS = [[8, 8], [16, 8], [12, 12], [8, 16], [16, 16]];
const locked = () => props.value?.locked === true;

const sign = (...parts) => drawn("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...parts);
const shackle = drawn("path", {});
const dice = make("button", { type: "button", class: "dice" },
  sign(drawn("rect", { x: 3, y: 3, width: 18, height: 18, rx: 4 }), ...PIPS.map(([cx, cy]) => drawn("circle", { cx, cy, r: 1.6 }))));
const lock = make("button", { type: "button", class: "lock" }, sign(shackle, drawn("rect", { x: 5, y: 11, width: 14, height: 10, rx: 2 })));
root.append(dice, lock);

function name(button, label, help) {
  button.setAttribute("aria-label", word(label));
  button.title = word(help);
}

function draw() {
  name(dice, "dice", locked() ? "dice_locked" : "dice");
  name(lock, "lock", locked() ? "locked_help" : "lock_help");
  dice.setAttribute("aria-disabled", locked());
  lock.setAttribute("aria-pressed", locked());
  shackle.setAttribute("d", locked() ? "M8 11V8a4 4 0 0 1 8 0v3" : "M8 11V8a4 4 0 0 1 7.6-1.8");
}

dice.addEventListener("click", () => { if (!locked()) trigger("dice", {}); });
lock.addEventListener("click", () => { props.value = { locked: !locked() }; draw(); });
draw();
watch("value", draw);
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["lang"] });
