// Clicks on the tiles and on the pages of the history.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.choose) trigger("choose", { id: Number(button.dataset.choose) });
  else if (button.dataset.star) trigger("star", { id: Number(button.dataset.star), on: button.getAttribute("aria-pressed") !== "true" });
  else if (button.dataset.page) trigger("turn", { to: Number(button.dataset.page) });
});
