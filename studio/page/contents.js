// The names above the list of rules lead to their entries, in the language that is shown.
element.addEventListener("click", (event) => {
  const name = event.target.closest("[data-entry]")?.dataset.entry;
  const heading = name && [...document.querySelectorAll(".catalogue h3")].find((each) =>
    each.offsetParent && each.textContent.trim().split(/[\s·]/)[0] === name);
  if (!heading) return;
  heading.tabIndex = -1; // a keyboard goes on from there
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
});
