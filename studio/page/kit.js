// What the scripts of the panels draw with, once for the whole page: elements, and words in both languages.
// window.kit(words), words: key -> [English, Chinese]; {name} in them is filled in.
window.kit = (words = {}) => {
  const SVG = "http://www.w3.org/2000/svg";
  const chinese = () => document.documentElement.lang === "zh";
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const word = (key, values = {}) => filled(words[key][chinese() ? 1 : 0], values);

  // Attributes: true and false as such, null is none, on... a listener. Children: nodes and texts.
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  function drawn(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  // A text in both languages, of which the style sheet shows one.
  function twice(texts) {
    const node = document.createDocumentFragment();
    texts.forEach((text, i) => node.append(make("span", { class: ["en", "zh"][i], lang: ["en", "zh"][i] }, text)));
    return node;
  }
  const told = (key, values = {}) => twice(words[key].map((text) => filled(text, values)));

  function download(name, blob) {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // Asks `call` with the newest state only: at most one question is on its way. answered(null): the server does not answer.
  function newest(call, answered) {
    let state, waiting = false, asking = false;
    return async function ask(next) {
      state = next;
      waiting = true;
      if (asking) return;
      asking = true;
      while (waiting) {
        waiting = false;
        let answer;
        try { answer = await call(structuredClone(state)); } catch { answer = null; }
        if (!waiting) answered(answer ?? null); // gradio answers nothing when the server does not
      }
      asking = false;
    };
  }

  return { chinese, word, told, twice, make, drawn, download, newest };
};
