// The pictures of the Inside tab: frames cut from sheets, enlarged by Lanczos, heat laid over them.
const { word, told, twice, make, drawn, download } = window.kit(__WORDS__);

const LARGE = 384; // pixels a side of an enlarged picture, as in the table

// For each of `to` pixels, the six of `from` around it and their weights (Lanczos, three lobes).
const weights = new Map();
function lanczos(from, to) {
  const key = `${from}>${to}`;
  if (!weights.has(key)) {
    const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
    const scale = Math.max(from / to, 1), reach = 3 * scale;
    weights.set(key, Array.from({ length: to }, (_, i) => {
      const middle = ((i + 0.5) * from) / to - 0.5, taps = [];
      for (let j = Math.ceil(middle - reach); j <= Math.floor(middle + reach); j++) {
        const x = (j - middle) / scale, w = Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
        taps.push([Math.min(Math.max(j, 0), from - 1), w]);
      }
      const sum = taps.reduce((total, [, w]) => total + w, 0);
      return taps.map(([j, w]) => [j, w / sum]);
    }));
  }
  return weights.get(key);
}

// The first `channels` of RGBA pixels, width × height, enlarged. Gives floats, to be cut to 0..255 when they are stored.
function enlarged(data, width, height, channels, toWidth, toHeight) {
  const across = lanczos(width, toWidth), down = lanczos(height, toHeight);
  const half = new Float32Array(height * toWidth * channels), whole = new Float32Array(toHeight * toWidth * channels);
  for (let y = 0; y < height; y++) for (let i = 0; i < toWidth; i++) for (const [j, w] of across[i])
    for (let c = 0; c < channels; c++) half[(y * toWidth + i) * channels + c] += w * data[(y * width + j) * 4 + c];
  for (let i = 0; i < toHeight; i++) for (const [j, w] of down[i]) {
    const from = j * toWidth * channels, to = i * toWidth * channels;
    for (let k = 0; k < toWidth * channels; k++) whole[to + k] += w * half[from + k];
  }
  return whole;
}

// A sheet of frames: .tile(k) gives the pixels of one, .image the whole.
async function opened(uri, [width, height], perRow) {
  const image = new Image();
  image.src = uri;
  await image.decode();
  const paper = make("canvas", { width: image.width, height: image.height }), pen = paper.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0);
  return { image, width, height, perRow,
    tile: (k) => pen.getImageData((k % perRow) * width, Math.floor(k / perRow) * height, width, height).data };
}

const sizeOf = ({ width, height }) => {
  const scale = LARGE / Math.max(width, height);
  return [Math.round(width * scale), Math.round(height * scale)];
};

function paint(canvas, sheet, k) {
  const [w, h] = sizeOf(sheet), from = enlarged(sheet.tile(k), sheet.width, sheet.height, 3, w, h), image = new ImageData(w, h);
  for (let i = 0; i < w * h; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = from[3 * i + c];
    image.data[4 * i + 3] = 255;
  }
  put(canvas, image);
}

// The picture in pale grey under its heat in red, as film.over draws it.
function paintHeat(canvas, pictures, heats, k) {
  const [w, h] = sizeOf(pictures), under = enlarged(pictures.tile(k), pictures.width, pictures.height, 3, w, h);
  const heat = enlarged(heats.tile(k), heats.width, heats.height, 1, w, h), image = new ImageData(w, h);
  for (let i = 0; i < w * h; i++) {
    const grey = 140 + 0.45 * (0.299 * under[3 * i] + 0.587 * under[3 * i + 1] + 0.114 * under[3 * i + 2]);
    const share = Math.min(Math.max(heat[i] / 255, 0), 1);
    [220, 38, 38].forEach((red, c) => { image.data[4 * i + c] = grey * (1 - share) + red * share; });
    image.data[4 * i + 3] = 255;
  }
  put(canvas, image);
}

function put(canvas, image) {
  if (canvas.width !== image.width || canvas.height !== image.height) Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
