// Runs once when the table appears: clicks on heads and pictures, and the dialog in which a picture is large.
const WORDS = __WORDS__;
const word = (key) => WORDS[key][document.documentElement.lang === "zh" ? 1 : 0];

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

document.getElementById("large")?.remove();
const picture = make("img", { alt: "", width: 384, height: 384 });
const title = make("h2", {});
const facts = make("dl", {});
const note = make("p", {});
const download = make("a", { class: "download" }, word("download"));
const close = make("button", { type: "button", class: "close", "aria-label": word("close") }, "×");
const dialog = make("dialog", { id: "large", "aria-label": word("recipe") }, close, picture,
  make("div", { class: "facts" }, title, facts, download, note));
document.body.append(dialog);

function open(button) {
  const recipe = button.dataset.recipe ? JSON.parse(button.dataset.recipe) : {};
  const seed = button.dataset.seed;
  picture.src = button.querySelector("img").src;
  title.textContent = `${word("seed")} ${seed}`;
  facts.replaceChildren();
  for (const [name, value] of Object.entries(recipe)) {
    if (value === "" || name === "seeds") continue;
    const shown = name === "w" ? `${value} (s = ${+(1 + value).toFixed(2)})` : String(value);
    facts.append(make("div", {}, make("dt", {}, name), make("dd", {}, shown)));
  }
  const final = Boolean(button.dataset.png);
  download.hidden = !final;
  note.textContent = final ? word("use_recipe") : word("preview");
  if (final) {
    const name = (recipe.prompt || recipe.category || "picture").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40);
    download.href = button.dataset.png;
    download.download = `guidance-${name}-w${recipe.w}-seed-${seed}.png`;
  }
  dialog.dataset.at = button.dataset.open;
  if (!dialog.open) dialog.showModal();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.open) open(button);
  else if (button.dataset.pick) trigger("pick", { column: Number(button.dataset.pick) });
  else if (button.dataset.remove) trigger("drop", { column: Number(button.dataset.remove) });
  else if (button.dataset.add) trigger("more", {});
});

const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
dialog.addEventListener("keydown", (event) => {
  const step = STEP[event.key];
  if (!step) return;
  const [column, row] = dialog.dataset.at.split("-").map(Number);
  const next = element.querySelector(`[data-open="${column + step[0]}-${row + step[1]}"]`);
  if (next) open(next);
  event.preventDefault();
});
close.addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
