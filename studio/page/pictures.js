// A few small pictures: chosen here, made small here, and held as texts. Nothing is uploaded.
const SIDE = 64;
const { word, make } = window.kit(__WORDS__);
const root = element.querySelector(".pictures");
let bad = false;

const held = () => props.value || { most: 0, pictures: [] };

function set(pictures) {
  props.value = { most: held().most, pictures };
  draw();
  trigger("input");
}

async function small(file) {
  const picture = await createImageBitmap(file);
  const share = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = make("canvas", {
    width: Math.max(1, Math.round(share * picture.width)),
    height: Math.max(1, Math.round(share * picture.height)),
  });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

async function choose(files) {
  const { most, pictures } = held();
  try {
    const fresh = await Promise.all([...files].slice(0, most).map(small));
    bad = false;
    set([...pictures, ...fresh].slice(-most));
  } catch {
    bad = true;
    draw();
  }
}

function draw() {
  const { most, pictures } = held();
  const thumbs = pictures.filter((url) => url.startsWith("data:image/png;base64,")).map((url, i) => {
    const remove = make("button", { type: "button", "aria-label": word("pictures_remove"), title: word("pictures_remove") }, "×");
    remove.addEventListener("click", () => set(held().pictures.filter((_, j) => j !== i)));
    return make("span", { class: "thumb" }, make("img", { src: url, alt: "", width: 56, height: 56 }), remove);
  });
  const input = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif", multiple: most > 1,
    onchange: () => choose(input.files) });
  const button = make("label", { class: "choose" }, word(pictures.length ? "pictures_another" : "pictures_choose"), input);
  root.replaceChildren(
    make("div", { class: "name" }, word("pictures")),
    make("div", { class: "about" }, word("pictures_help")),
    make("div", { class: "row" }, ...thumbs, button),
    ...(bad ? [make("div", { class: "bad", role: "alert" }, word("pictures_bad"))] : []),
  );
}

draw();
watch("value", draw);
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["lang"] });
