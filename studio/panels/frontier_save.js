// What leaves the Frontier tab: numbers as CSV and JSON, pictures as one labelled PNG. Everything is made here.
// A text that a spreadsheet takes for a text and not for a formula.
const cellText = (value) => {
  const text = typeof value === "number" ? String(value) : String(value ?? "");
  const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function asCsv(view) {
  const names = Object.values(MEASURES).flat().filter((name) => view.cells.some((cell) => cell?.figures[name]));
  const rows = [["rule", "setting", "n", ...names.flatMap((name) => [name, `${name}_low`, `${name}_high`, `${name}_n`]), "recipe"]];
  view.curves.forEach((curve) => curve.cells.forEach((i) => {
    const cell = view.cells[i];
    if (cell) rows.push([curve.name[0], view.labels[i], cell.n, ...names.flatMap((name) => cell.figures[name] ?? ["", "", "", ""]), JSON.stringify(cell.recipe)]);
  }));
  return `\ufeff${rows.map((row) => row.map(cellText).join(",")).join("\r\n")}\r\n`;
}

function asJson(view) {
  const cells = view.cells.map((cell) => cell && { ...cell, sheet: undefined });
  return JSON.stringify({ world: view.world, steps: view.steps, seeds: view.seeds, prompts: view.prompts, clip: view.clip || "world",
    curves: view.curves.map((curve) => ({ name: curve.name[0], kind: curve.kind, points: curve.cells.map((i) => cells[i] && { setting: view.labels[i], ...cells[i] }).filter(Boolean) })) }, null, 1);
}

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
