// The sheet: 64 × 64 pixels a layer, as the network is told them, and what undo goes back to. Nothing of the page here.
const SHEET = 64, CELL = 8, PAST = 60;
const KINDS = ["edges", "lines", "mask", "labels", "blocks"];
const FROM_BELOW = ["blocks", "labels", "mask", "lines", "edges"];
const INK = { edges: [15, 23, 42], lines: [30, 41, 110], mask: [100, 116, 139] }; // how they look here; they are told in black
const coloured = (kind) => !(kind in INK);

const blank = () => Object.fromEntries(KINDS.map((kind) => [kind, new Uint8ClampedArray(4 * SHEET * SHEET)]));
const copied = (pixels) => Object.fromEntries(KINDS.map((kind) => [kind, pixels[kind].slice()]));
const sheet = { pixels: blank(), on: Object.fromEntries(KINDS.map((kind) => [kind, false])), past: [], future: [] };

const isEmpty = (kind) => !sheet.pixels[kind].some((value, i) => i % 4 === 3 && value > 15);
const drawnOn = () => KINDS.some((kind) => sheet.on[kind] && !isEmpty(kind));

// Undo goes over everything that stands on the sheet, and which layers are used.
const moment = () => ({ pixels: copied(sheet.pixels), on: { ...sheet.on } });
function remember() {
  sheet.past.push(moment());
  if (sheet.past.length > PAST) sheet.past.shift();
  sheet.future.length = 0;
}
function travel(from, to) {
  const there = from.pop();
  if (!there) return false;
  to.push(moment());
  Object.assign(sheet, there);
  return true;
}
const undo = () => travel(sheet.past, sheet.future), redo = () => travel(sheet.future, sheet.past);

function setPixel(kind, x, y, cover, { colour, erase }) {
  if (x < 0 || y < 0 || x >= SHEET || y >= SHEET) return;
  const data = sheet.pixels[kind], at = 4 * (y * SHEET + x);
  if (erase) data[at + 3] = kind === "lines" ? Math.min(data[at + 3], 255 * (1 - cover)) : 0;
  else {
    data.set(coloured(kind) ? colour : INK[kind], at);
    data[at + 3] = kind === "lines" ? Math.max(data[at + 3], 255 * cover) : 255;
  }
}

function setCell(x, y, how) {
  const left = CELL * Math.floor(x / CELL), top = CELL * Math.floor(y / CELL);
  for (let j = 0; j < CELL; j++) for (let i = 0; i < CELL; i++) setPixel("blocks", left + i, top + j, 1, how);
}

// From one point to the next, in pixels of the sheet. how: { width, colour, erase }.
function stroke(kind, [x0, y0], [x1, y1], how) {
  if (kind === "blocks") {
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 2));
    for (let k = 0; k <= steps; k++) setCell(x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps, how);
    return;
  }
  const reach = how.width / 2, far = reach + 1, length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [low, high] = [[Math.min(x0, x1), Math.min(y0, y1)], [Math.max(x0, x1), Math.max(y0, y1)]];
  let nearest = [Infinity, 0, 0];
  for (let y = Math.floor(low[1] - far); y <= high[1] + far; y++) for (let x = Math.floor(low[0] - far); x <= high[0] + far; x++) {
    const px = x + 0.5 - x0, py = y + 0.5 - y0, share = Math.min(Math.max((px * (x1 - x0) + py * (y1 - y0)) / length ** 2, 0), 1);
    const gap = Math.hypot(px - share * (x1 - x0), py - share * (y1 - y0));
    if (gap < nearest[0]) nearest = [gap, x, y];
    if (kind === "lines") { if (gap < reach + 0.5) setPixel(kind, x, y, Math.min(1, reach + 0.5 - gap), how); }
    else if (gap <= Math.max(reach, 0.5)) setPixel(kind, x, y, 1, how);
  }
  if (kind !== "lines") setPixel(kind, nearest[1], nearest[2], 1, how); // a dot between four pixels is one of them
}

// Fills what has the colour of the pixel that was touched, as far as it goes.
function flood(kind, [x, y], how) {
  const start = [Math.floor(x), Math.floor(y)], data = sheet.pixels[kind];
  const value = (i, j) => { const at = 4 * (j * SHEET + i); return data[at + 3] < 128 ? "" : data.slice(at, at + 3).join(); };
  if (start.some((v) => v < 0 || v >= SHEET)) return;
  const wanted = value(...start), seen = new Uint8Array(SHEET * SHEET), open = [start];
  while (open.length) {
    const [i, j] = open.pop();
    if (i < 0 || j < 0 || i >= SHEET || j >= SHEET || seen[j * SHEET + i] || value(i, j) !== wanted) continue;
    seen[j * SHEET + i] = 1;
    open.push([i + 1, j], [i - 1, j], [i, j + 1], [i, j - 1]);
  }
  seen.forEach((inside, k) => { if (inside) setPixel(kind, k % SHEET, Math.floor(k / SHEET), 1, how); });
}

function clearAll() { sheet.pixels = blank(); }

const small = make("canvas", { width: SHEET, height: SHEET }), smallPen = small.getContext("2d", { willReadFrequently: true });

// A layer as it is told: a PNG in a data URL, black or coloured on white; "" for an empty one.
function pictureOf(kind) {
  if (isEmpty(kind)) return "";
  const image = new ImageData(SHEET, SHEET), data = sheet.pixels[kind];
  for (let at = 0; at < data.length; at += 4) {
    const part = data[at + 3] / 255;
    for (let c = 0; c < 3; c++) image.data[at + c] = 255 * (1 - part) + (coloured(kind) ? data[at + c] * part : 0);
    image.data[at + 3] = 255;
  }
  smallPen.putImageData(image, 0, 0);
  return small.toDataURL("image/png");
}

// The inverse: puts a picture of a layer, black or coloured on white, on the sheet.
async function putPicture(kind, url) {
  const data = new Uint8ClampedArray(4 * SHEET * SHEET);
  if (url) {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    smallPen.imageSmoothingEnabled = picture.width > SHEET && !coloured(kind);
    smallPen.fillStyle = "#fff";
    smallPen.fillRect(0, 0, SHEET, SHEET);
    smallPen.drawImage(picture, 0, 0, SHEET, SHEET);
    const from = smallPen.getImageData(0, 0, SHEET, SHEET).data;
    for (let at = 0; at < data.length; at += 4) {
      const ink = 255 - Math.min(from[at], from[at + 1], from[at + 2]);
      data.set(coloured(kind) ? from.slice(at, at + 3) : INK[kind], at);
      data[at + 3] = coloured(kind) ? (ink ? 255 : 0) : kind === "lines" ? ink : ink >= 128 ? 255 : 0;
    }
  }
  sheet.pixels[kind] = data;
}

// The border of the shape, over colours.
function outline(pen, side) {
  const data = sheet.pixels.mask, inside = (x, y) => x >= 0 && y >= 0 && x < SHEET && y < SHEET && data[4 * (y * SHEET + x) + 3] > 127, unit = side / SHEET;
  pen.globalAlpha = 1;
  pen.beginPath();
  for (let y = 0; y <= SHEET; y++) for (let x = 0; x <= SHEET; x++) {
    if (inside(x, y) !== inside(x - 1, y)) { pen.moveTo(x * unit, y * unit); pen.lineTo(x * unit, (y + 1) * unit); }
    if (inside(x, y) !== inside(x, y - 1)) { pen.moveTo(x * unit, y * unit); pen.lineTo((x + 1) * unit, y * unit); }
  }
  pen.strokeStyle = "rgb(51 65 85)";
  pen.lineWidth = unit / 3;
  pen.stroke();
}

// Layers above each other on white paper, the chosen one in full. cross: where the keyboard stands, or null.
function paintSheet(canvas, chosen, cross, width) {
  const pen = canvas.getContext("2d"), side = canvas.width, seen = FROM_BELOW.filter((kind) => sheet.on[kind] && !isEmpty(kind));
  pen.globalAlpha = 1;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, side, side);
  pen.imageSmoothingEnabled = false;
  for (const kind of seen) {
    if (kind === "mask" && seen.some(coloured)) { outline(pen, side); continue; } // colours stay to be seen
    smallPen.putImageData(new ImageData(sheet.pixels[kind].slice(), SHEET, SHEET), 0, 0);
    pen.globalAlpha = kind === chosen || seen.length === 1 ? 1 : 0.55;
    pen.drawImage(small, 0, 0, side, side);
  }
  pen.globalAlpha = 1;
  pen.lineWidth = side / 512;
  if (chosen === "blocks") {
    pen.strokeStyle = "rgb(15 23 42 / 0.12)";
    for (let k = 1; k < CELL; k++) {
      pen.strokeRect((k * side) / CELL, -9, 0, side + 18);
      pen.strokeRect(-9, (k * side) / CELL, side + 18, 0);
    }
  }
  if (!cross) return;
  const [x, y] = cross.map((v) => (v * side) / SHEET), reach = ((chosen === "blocks" ? CELL : Math.max(width, 1)) * side) / SHEET / 2;
  pen.strokeStyle = "#db2777";
  pen.lineWidth = side / 256;
  pen.strokeRect(x - reach, y - reach, 2 * reach, 2 * reach);
}

function paintThumb(canvas, kind) {
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, SHEET, SHEET);
  smallPen.putImageData(new ImageData(sheet.pixels[kind].slice(), SHEET, SHEET), 0, 0);
  pen.drawImage(small, 0, 0);
}
