// For the whole page, before anything is drawn: language, keys, and files that are dropped anywhere.
(() => {
  if (window.studio) return; // a page loads its head once, but gradio may put it in again
  const root = document.documentElement, KEY = "studio-language";

  // Language: by ?__lang=, by what was chosen with the switch, or by the browser. HTML comes in both languages, and the
  // style sheet shows that of the document; components are translated by gradio.
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const of = (name) => (String(name).toLowerCase().startsWith("zh") ? "zh" : "en");
  const asked = new URLSearchParams(location.search).get("__lang") || remembered();
  let language = of(asked || navigator.language || "en");
  const settle = () => { if (root.lang !== language) root.lang = language; };
  settle();
  new MutationObserver(settle).observe(root, { attributes: true, attributeFilter: ["lang"] }); // gradio writes its own there

  // Names of tabs: gradio keeps the first ones until a tab is opened.
  const TABS = __TABS__; // [English, Chinese] of each
  function rename() {
    for (const button of document.querySelectorAll('.tab-container button, .overflow-menu button, [role="tab"]'))
      for (const node of button.childNodes) {
        const pair = node.nodeType === Node.TEXT_NODE && TABS.find((each) => each.includes(node.data.trim()));
        const name = pair && pair[language === "zh" ? 1 : 0];
        if (name && node.data.trim() !== name) node.data = name;
      }
  }
  let renaming = null;

  // What is read aloud of gradio's own controls: it says that in English only.
  const SPOKEN = {
    zh: [[/^number input for (.+)$/, "$1：数值"], [/^range slider for (.+)$/, "$1：滑块"], [/^More tabs$/, "更多标签页"]],
    en: [[/^更多标签页$/, "More tabs"]], // the others gradio writes again
  };
  let waiting = false;
  function pronounce() {
    waiting = false;
    for (const node of document.querySelectorAll("input[aria-label], button[aria-label]"))
      for (const [there, said] of SPOKEN[language])
        if (there.test(node.ariaLabel)) node.ariaLabel = node.ariaLabel.replace(there, said);
  }
  new MutationObserver(() => {
    if (language !== "zh" || waiting) return;
    waiting = true;
    requestAnimationFrame(pronounce);
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] });

  async function translate() {
    const files = performance.getEntriesByType("resource").map((each) => each.name);
    const file = files.find((name) => /\/assets\/core-[^/]+\.js$/.test(name));
    if (!file) return false;
    const { changeLocale } = await import(file); // as gradio's settings do
    changeLocale(language === "zh" ? "zh-CN" : "en");
    const tabs = document.querySelector("#tabs");
    if (tabs && !renaming) {
      renaming = new MutationObserver(rename); // more of them, as in the menu of a narrow page
      renaming.observe(tabs, { childList: true, subtree: true });
    }
    setTimeout(rename);
    return true;
  }
  async function speak(next) {
    language = of(next);
    settle();
    pronounce();
    try { localStorage.setItem(KEY, language); } catch { /* a browser that keeps nothing */ }
    await translate();
    document.dispatchEvent(new CustomEvent("studio:language", { detail: language })); // for what scripts have drawn
  }
  if (asked && of(asked) !== of(navigator.language || "en")) {
    const wait = setInterval(async () => {
      if (document.querySelector('#tabs [role="tab"]') && await translate()) clearInterval(wait);
    }, 50);
    setTimeout(() => clearInterval(wait), 120000); // a slow machine takes its time to show the page
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#language")) speak(language === "zh" ? "en" : "zh");
  });

  // Keys: Ctrl+Enter presses the primary button of the tab that is seen, Escape its cancel.
  const seen = (selector) => [...document.querySelectorAll(selector)].find((each) => !each.disabled && each.offsetParent !== null);
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation(); // a text box would submit as well
      seen("button.primary")?.click();
    } else if (event.key === "Escape" && event.target.getAttribute?.("aria-expanded") !== "true") {
      seen('button[id$="cancel"]')?.click();
    }
  }, true);

  // Files: a PNG or JSON that is dropped where nothing else takes it is loaded as a recipe.
  const holds = (event) => !event.defaultPrevented && [...(event.dataTransfer?.types || [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) root.classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!holds(event)) return;
    event.preventDefault();
    const file = event.dataTransfer.files[0], place = document.querySelector("#dropped");
    const input = place?.parentElement.querySelector('input[type="file"]:has(+ #dropped)');
    if (!file || !input) return;
    const held = new DataTransfer();
    held.items.add(file);
    input.files = held.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // How often something was asked for on each tab: a cancel names the last one, for it may reach the server first.
  const clicks = {};

  // What buttons of the page do with a text that the server has made.
  window.studio = {
    speak,
    click(tab) { return (clicks[tab] = (clicks[tab] || 0) + 1); },
    clicked(tab) { return clicks[tab] || 0; },
    async copy(text, button) {
      if (!text) return;
      const before = button?.innerHTML;
      try { await navigator.clipboard.writeText(text); } catch { prompt("", text); return; }
      if (!button) return;
      button.textContent = "✓";
      setTimeout(() => { button.innerHTML = before; }, 1500);
    },
    save(text, name) {
      if (text) window.kit().download(name, new Blob([text], { type: "application/json" }));
    },
  };
})();
