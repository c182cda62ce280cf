// One picture of the history in a dialog: opens when the server has sent it, and tells what was pressed.
const dialog = () => element.querySelector("dialog.one");
const opened = () => element.querySelector(".opened");

function show() {
  if (!opened()) { dialog()?.close(); return; }
  for (const time of element.querySelectorAll("time")) {
    const made = new Date(time.dateTime);
    if (!isNaN(made)) time.textContent = made.toLocaleString(document.documentElement.lang);
  }
  if (!dialog().open) dialog().showModal();
}
show();
watch("value", show);

async function copy(button) {
  const code = element.querySelector(".code"), before = button.innerHTML;
  try { await navigator.clipboard.writeText(code.textContent); } catch { code.hidden = false; return; } // to copy by hand
  button.textContent = "✓";
  setTimeout(() => { button.innerHTML = before; }, 1500);
}

element.addEventListener("click", (event) => {
  if (event.target === dialog() || event.target.closest(".close")) { dialog().close(); return; }
  const button = event.target.closest("button"), id = Number(opened()?.dataset.id);
  if (!button || !opened()) return;
  if (button.dataset.copy) copy(button);
  else if (button.dataset.star) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    button.querySelector("[aria-hidden]").textContent = on ? "★" : "☆";
    trigger("star", { id, on });
  } else if (button.dataset.do) {
    dialog().close();
    if (button.dataset.do === "play") trigger("play", { id });
    else if (button.dataset.do === "inside") trigger("inside", { id });
    else if (button.dataset.do === "delete") trigger("drop", { id });
    else trigger("compare", { id, side: button.dataset.do });
  }
});

// Arrow keys go to the neighbours on the page.
element.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || !opened()) return;
  const tiles = [...document.querySelectorAll("#shelf [data-choose]")];
  const at = tiles.findIndex((tile) => tile.dataset.choose === opened().dataset.id);
  tiles[at + step]?.click();
  event.preventDefault();
});
