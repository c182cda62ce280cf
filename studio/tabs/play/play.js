// Runs once when the table appears: clicks on heads and pictures, and the dialog in which a picture is large.
const { word, make } = window.kit(__WORDS__);

// The table is drawn here and not by the template: only cells that have changed are touched, and their pictures stay
// until the next ones are there. Even pieces are skeleton, odd ones are one element each.
const root = element.querySelector(".pieces");
let drawn = [], cells = [];

function parse(html) {
  const holder = document.createElement("template"); // inert: nothing loads from it
  holder.innerHTML = html.startsWith("<t") ? `<table><tbody><tr>${html}</tr></tbody></table>` : html;
  return holder.content;
}

function alter(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) { old.replaceWith(fresh); return; }
  if (old.nodeType === Node.TEXT_NODE) { if (old.data !== fresh.data) old.data = fresh.data; return; }
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const before = [...old.childNodes], after = [...fresh.childNodes];
  after.forEach((node, i) => (before[i] ? alter(before[i], node) : old.append(node)));
  before.slice(after.length).forEach((node) => node.remove());
}

function draw() {
  const pieces = props.value || [];
  if (pieces.length !== drawn.length || pieces.some((piece, i) => i % 2 === 0 && piece !== drawn[i])) {
    root.innerHTML = pieces.join("");
    cells = [...root.querySelectorAll("thead .head, tbody td.cell, tfoot td.numbers")];
  } else {
    for (let i = 1; i < pieces.length; i += 2)
      if (pieces[i] !== drawn[i]) alter(cells[(i - 1) / 2], parse(pieces[i]).querySelector("th, td"));
  }
  drawn = [...pieces];
}

document.getElementById("large")?.remove();
const picture = make("img", { alt: "", width: 384, height: 384 });
const title = make("h2", {});
const facts = make("dl", {});
const note = make("p", {});
const download = make("a", { class: "download" });
const saved = make("a", { class: "further" });
const python = make("button", { type: "button", class: "further" });
const close = make("button", { type: "button", class: "close" }, "×");
const dialog = make("dialog", { id: "large" }, close, picture,
  make("div", { class: "facts" }, title, facts, make("div", { class: "keeping" }, download, saved, python), note));
document.body.append(dialog);

// A rule, pulls or a sampler's options as a text; "" when there are none. Pictures are shown by their beginning.
function written(value) {
  if (value === null || Object.keys(value).length === 0) return "";
  const short = (_, each) => (typeof each === "string" && each.startsWith("data:image/") ? `${each.slice(0, 14)}…` : each);
  return JSON.stringify(value, short, 1).replace(/\s+/g, " ");
}

// What the recipe says, in words that the server knows; where it does not answer, the recipe's own names.
let asked = 0;
async function describe(text, recipe) {
  const number = ++asked;
  facts.replaceChildren();
  let rows = null;
  try { rows = await server.facts(text); } catch { /* offline */ }
  if (number !== asked) return; // another picture is open by now
  if (!rows?.length) { raw(recipe); return; }
  for (const [label, value] of rows) {
    const [dt, dd] = [make("dt", {}), make("dd", {})];
    dt.innerHTML = label; // escaped by the server
    dd.innerHTML = value;
    facts.append(make("div", {}, dt, dd));
  }
}

function raw(recipe) {
  for (const [name, value] of Object.entries(recipe)) {
    const said = typeof value === "object" ? written(value) : String(value);
    if (!said || name === "seeds") continue;
    facts.append(make("div", {}, make("dt", {}, name), make("dd", {}, said)));
  }
}

let opened = null; // the button whose picture is large, as it was then: what it holds changes with a run
const held = (button) => [button.querySelector("img").src, button.dataset.recipe, button.dataset.png].join();
function open(button) {
  const text = button.dataset.recipe || "", before = dialog.open && opened?.at === button.dataset.open ? opened.text : null;
  opened = { at: button.dataset.open, text, held: held(button) };
  const recipe = button.dataset.recipe ? JSON.parse(button.dataset.recipe) : {};
  const seed = button.dataset.seed;
  picture.src = button.querySelector("img").src;
  title.textContent = `${word("seed")} ${seed}`;
  if (text !== before) describe(text, recipe);
  const final = Boolean(button.dataset.png);
  for (const each of [download, saved, python]) each.hidden = !final;
  for (const [node, key] of [[download, "download"], [saved, "json"], [python, "python"]]) node.textContent = word(key);
  close.setAttribute("aria-label", word("close"));
  dialog.setAttribute("aria-label", word("recipe"));
  note.textContent = final ? word("use_recipe") : word("preview_only");
  if (final) {
    const name = (recipe.prompt || recipe.category || "picture").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40);
    download.href = button.dataset.png;
    download.download = `guidance-${name}-w${button.dataset.w}-seed-${seed}.png`;
    saved.href = `data:application/json,${encodeURIComponent(button.dataset.recipe)}`;
    saved.download = download.download.replace(/png$/, "json");
    dialog.dataset.recipe = button.dataset.recipe;
  }
  if (!dialog.open) dialog.showModal();
}

// A picture that is large while a run goes on follows it, and is one to keep in the end.
function follow() {
  const button = dialog.open && element.querySelector(`[data-open="${opened.at}"]`);
  if (button && held(button) !== opened.held) open(button);
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
  const [column, row] = opened.at.split("-").map(Number);
  const next = element.querySelector(`[data-open="${column + step[0]}-${row + step[1]}"]`);
  if (next) open(next);
  event.preventDefault();
});
python.addEventListener("click", async () => window.studio.copy(await server.python(dialog.dataset.recipe), python));
close.addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

draw();
watch("value", () => { draw(); follow(); });
