// What leaves the Frontier tab: numbers as CSV and JSON, pictures as one labelled PNG. Everything is made here.
// A text that a spreadsheet takes for a text and not for a formula.
const cellText = (value) => {
  const text = typeof value === "number" ? String(value) : String(value ?? "");
  const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

// The recipes of a point: they differ in the prompt alone.
const recipesOf = (view, i) => view.asked.length ? view.asked.map((prompt) => ({ ...view.cells[i].recipe, prompt })) : [view.cells[i].recipe];

// A point by itself: what was drawn, whole, and what it measured.
function pointOf(view, curve, i) {
  const { rule, options, n, figures, recipe } = view.cells[i], recipes = recipesOf(view, i);
  return { curve: curve.name[0], setting: view.labels[i], rule, options, world: recipe.world, prompts: recipes.map((each) => each.prompt), seeds: recipe.seeds,
    n, clip: view.clip || "world", recipes, figures: Object.fromEntries(Object.entries(figures).map(([name, [value, low, high, of]]) => [name, { value, low, high, n: of }])) };
}
const pointsOf = (view) => view.curves.map((curve) => curve.cells.filter((i) => view.cells[i]).map((i) => pointOf(view, curve, i)));

function asCsv(view) {
  const points = pointsOf(view).flat(), moved = [...new Set(points.flatMap((point) => Object.keys(point.options)))];
  const names = Object.values(MEASURES).flat().filter((name) => points.some((point) => point.figures[name]));
  const figureOf = (each) => each ? [each.value, each.low, each.high, each.n] : ["", "", "", ""];
  const head = ["curve", "setting", "rule", ...moved, "world", "prompts", "seeds", "n", "judge_clip", ...names.flatMap((name) => [name, `${name}_low`, `${name}_high`, `${name}_n`]), "recipes"];
  const rows = points.map((point) => [point.curve, point.setting, point.rule, ...moved.map((name) => point.options[name] ?? ""),
    point.world, JSON.stringify(point.prompts), point.seeds.join(" "), point.n, point.clip, ...names.flatMap((name) => figureOf(point.figures[name])), JSON.stringify(point.recipes)]);
  return `\ufeff${[head, ...rows].map((row) => row.map(cellText).join(",")).join("\r\n")}\r\n`;
}

const asJson = (view) => JSON.stringify({ curves: pointsOf(view).map((points, c) => ({ name: view.curves[c].name[0], kind: view.curves[c].kind, points })) }, null, 1);

const loaded = (source) => new Promise((done, failed) => {
  const image = new Image();
  image.onload = () => done(image);
  image.onerror = failed;
  image.src = source;
});

// A curve as a grid: a row a setting, a column a seed, of the first prompts; beyond 12 columns the rest is left out.
async function asGrid(view, c) {
  const curve = view.curves[c], cells = curve.cells.filter((i) => view.cells[i]);
  const sheets = await Promise.all(cells.map(async (i) => loaded(await sheetOf(i))));
  const side = sheets[0].width / view.seeds.length, prompts = view.prompts.length;
  const perRow = view.seeds.length >= 12 ? 1 : Math.max(1, Math.min(prompts, Math.floor(12 / view.seeds.length)));
  const columns = Math.min(view.seeds.length, 12) * perRow, big = side * 2, left = 150, head = 66;
  const canvas = make("canvas", { width: left + columns * (big + 4) + 12, height: head + cells.length * (big + 4) + 12 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#0f172a";
  pen.font = "600 17px system-ui, sans-serif";
  pen.fillText(`${curve.name[chinese() ? 1 : 0]} · ${view.world}`, 12, 24);
  pen.imageSmoothingQuality = "high";
  for (let k = 0; k < columns; k++) {
    const x = left + k * (big + 4), prompt = Math.floor(k / view.seeds.length), seed = view.seeds[k % view.seeds.length];
    pen.font = "13px system-ui, sans-serif";
    pen.fillStyle = "#64748b";
    pen.fillText(`${word("seed")} ${seed}`, x, head - 8, big);
    pen.fillStyle = "#0f172a";
    if (k % view.seeds.length === 0) pen.fillText(view.prompts[prompt], x, head - 26, big * view.seeds.length);
  }
  cells.forEach((i, row) => {
    const y = head + row * (big + 4);
    pen.font = "14px system-ui, sans-serif";
    pen.fillText(view.labels[i], 12, y + big / 2 + 5, left - 20);
    for (let k = 0; k < columns; k++) pen.drawImage(sheets[row], (k % view.seeds.length) * side, Math.floor(k / view.seeds.length) * side, side, side, left + k * (big + 4), y, big, big);
  });
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
