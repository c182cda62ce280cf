// The drawings that a column is told of: a click opens them on the Draw tab, or takes them off.
element.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-told]")?.dataset.told;
  if (["sketch", "forget"].includes(asked)) trigger(asked, {});
});
