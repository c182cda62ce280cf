// Which A, which B, and which seed is shown large.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.source) trigger("choose", { side: button.closest("[data-side]").dataset.side, source: button.dataset.source });
  else if (button.dataset.inside) trigger("inside", { side: button.dataset.inside });
  else if (button.dataset.seed) trigger("pick", { seed: Number(button.dataset.seed) });
});
