// The Lab's pictures: densities, clouds, arrows and lines on canvases, in the colours of the page, light and dark.
const { chinese, word, make, drawn, newest } = window.kit(__WORDS__);

const LIGHT = ["#4338ca", "#c2570c", "#0f766e", "#be185d", "#2563eb", "#a16207", "#65a30d", "#7c3aed", "#0891b2", "#dc2626", "#475569", "#15803d"];
const DARK = ["#a5b4fc", "#fb923c", "#2dd4bf", "#f472b6", "#60a5fa", "#facc15", "#a3e635", "#c4b5fd", "#22d3ee", "#f87171", "#94a3b8", "#4ade80"];
const isDark = () => Boolean(element.closest(".dark") || document.body.classList.contains("dark"));
const colour = (label) => (isDark() ? DARK : LIGHT)[label % 12];
const ink = (name) => getComputedStyle(element).getPropertyValue(name).trim();
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

// A canvas of `side` CSS pixels, sharp on any screen.
function prepared(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// Plane coordinates, ±edge, to pixels.
const frame = (side, edge) => ({
  side, edge,
  x: (v) => ((v + edge) / (2 * edge)) * side,
  y: (v) => ((edge - v) / (2 * edge)) * side,
  back: (px, py) => [(px / side) * 2 * edge - edge, edge - (py / side) * 2 * edge],
  length: (v) => (v / (2 * edge)) * side,
});

// One window for several clouds, so that they can be compared: all but their outermost points are in it.
function around(clouds) {
  const ends = [0, 1].map((axis) => {
    const all = clouds.flatMap((cloud) => {
      const sorted = cloud.filter((_, k) => k % 2 === axis).sort((p, q) => p - q);
      return [sorted[Math.floor(0.005 * sorted.length)], sorted[Math.ceil(0.995 * sorted.length) - 1]];
    });
    return [Math.min(...all) / 100, Math.max(...all) / 100];
  });
  const reach = Math.min(0.6 * Math.max(ends[0][1] - ends[0][0], ends[1][1] - ends[1][0], 0.2), 20);
  const middle = ends.map(([low, high]) => (low + high) / 2);
  return (side) => ({ side, x: (v) => ((v - middle[0] + reach) / (2 * reach)) * side, y: (v) => ((middle[1] + reach - v) / (2 * reach)) * side });
}

// p_t of the mixture, tinted by class: component k at time t is N(a m, a² s² + b²).
function density(pen, at, components, a, b) {
  const n = 84, image = new ImageData(n, n), total = components.reduce((sum, c) => sum + c[3], 0);
  const parts = components.map(([x, y, s, weight, label]) => {
    const variance = Math.max(a * a * s * s + b * b, 2e-4);
    return { x: a * x, y: a * y, inverse: -0.5 / variance, scale: weight / total / variance, tint: rgb(colour(label)) };
  });
  const values = new Float64Array(n * n), tints = new Float64Array(3 * n * n);
  let top = 0;
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) {
    const x = ((i + 0.5) / n) * 2 * at.edge - at.edge, y = at.edge - ((j + 0.5) / n) * 2 * at.edge, place = j * n + i;
    for (const p of parts) {
      const value = p.scale * Math.exp(p.inverse * ((x - p.x) ** 2 + (y - p.y) ** 2));
      values[place] += value;
      for (let c = 0; c < 3; c++) tints[3 * place + c] += value * p.tint[c];
    }
    top = Math.max(top, values[place]);
  }
  const strength = isDark() ? 120 : 105;
  for (let place = 0; place < n * n; place++) {
    const value = values[place] || 1e-300;
    for (let c = 0; c < 3; c++) image.data[4 * place + c] = tints[3 * place + c] / value;
    image.data[4 * place + 3] = strength * Math.pow(values[place] / top, 0.5);
  }
  const small = document.createElement("canvas");
  small.width = small.height = n;
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, at.side, at.side);
}

function dots(pen, at, points, tint, size = 1.5, alpha = 0.6) {
  pen.globalAlpha = alpha;
  for (let k = 0; k < points.length; k += 2) {
    pen.fillStyle = typeof tint === "function" ? tint(k / 2) : tint;
    pen.fillRect(at.x(points[k] / 100) - size / 2, at.y(points[k + 1] / 100) - size / 2, size, size);
  }
  pen.globalAlpha = 1;
}

function arrows(pen, at, field, edge, n, tint) {
  let longest = 0;
  for (let k = 0; k < field.length; k += 2) longest = Math.max(longest, Math.hypot(field[k], field[k + 1]));
  const cell = (2 * edge) / (n - 1), reach = at.length(cell) * 0.95;
  pen.strokeStyle = tint;
  pen.fillStyle = tint;
  pen.lineWidth = 1.3;
  for (let k = 0; k < n * n; k++) {
    const u = field[2 * k], v = field[2 * k + 1], size = Math.hypot(u, v);
    if (size < 1e-9 || longest === 0) continue;
    const long = reach * Math.sqrt(size / longest), x = at.x(-edge + (k % n) * cell), y = at.y(-edge + Math.floor(k / n) * cell);
    const dx = (u / size) * long, dy = (-v / size) * long, head = Math.min(4.5, 0.45 * long);
    pen.globalAlpha = 0.35 + 0.55 * Math.sqrt(size / longest);
    pen.beginPath();
    pen.moveTo(x - dx / 2, y - dy / 2);
    pen.lineTo(x + dx / 2, y + dy / 2);
    pen.stroke();
    const angle = Math.atan2(dy, dx);
    pen.beginPath();
    pen.moveTo(x + dx / 2, y + dy / 2);
    for (const turn of [2.6, -2.6]) pen.lineTo(x + dx / 2 + head * Math.cos(angle + turn), y + dy / 2 + head * Math.sin(angle + turn));
    pen.fill();
  }
  pen.globalAlpha = 1;
}

function lines(pen, at, paths, labels, upto = Infinity) {
  pen.lineWidth = 1;
  // Paths that wander, as those of noisy samplers do, are drawn faintly: they would hide everything.
  const detour = (path) => {
    let length = 0;
    for (let i = 2; i < path.length; i += 2) length += Math.hypot(path[i] - path[i - 2], path[i + 1] - path[i - 1]);
    return length / (1 + Math.hypot(path.at(-2) - path[0], path.at(-1) - path[1]));
  };
  const middle = paths.map(detour).sort((a, b) => a - b)[Math.floor(paths.length / 2)] || 1;
  const strength = Math.min(0.45, Math.max(0.1, 0.7 / middle));
  paths.forEach((path, k) => {
    const end = Math.min(path.length / 2, upto + 1);
    pen.strokeStyle = colour(labels[k]);
    pen.globalAlpha = strength;
    pen.beginPath();
    for (let i = 0; i < end; i++) pen.lineTo(at.x(path[2 * i] / 100), at.y(path[2 * i + 1] / 100));
    pen.stroke();
    pen.globalAlpha = 1;
    pen.fillStyle = colour(labels[k]);
    pen.beginPath();
    pen.arc(at.x(path[2 * end - 2] / 100), at.y(path[2 * end - 1] / 100), 2.1, 0, 7);
    pen.fill();
  });
}

// Rings to take hold of: a component's mean, with one deviation around it.
function rings(pen, at, components, chosen) {
  components.forEach(([x, y, s, , label], k) => {
    pen.strokeStyle = colour(label);
    pen.lineWidth = k === chosen ? 2.4 : 1.2;
    pen.setLineDash(k === chosen ? [] : [4, 3]);
    pen.beginPath();
    pen.arc(at.x(x), at.y(y), Math.max(at.length(s), 5), 0, 7);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = k === chosen ? colour(label) : ink("--card");
    pen.beginPath();
    pen.arc(at.x(x), at.y(y), k === chosen ? 5 : 3.4, 0, 7);
    pen.fill();
    pen.stroke();
  });
}

// The flow: t from 1 at the left to 0 at the right, x upwards.
function flowCanvas(canvas, view, width, height) {
  const pen = prepared(canvas, width, height), rows = view.density, n = rows[0].length, tint = rgb(colour(0));
  const image = new ImageData(rows.length, n);
  rows.forEach((row, i) => row.forEach((value, j) => {
    const place = 4 * ((n - 1 - j) * rows.length + i);
    image.data.set([...tint, value * 0.75], place);
  }));
  const small = document.createElement("canvas");
  small.width = rows.length;
  small.height = n;
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, width, height);
  const y = (v) => height * (1 - (v - view.low) / (view.high - view.low));
  pen.strokeStyle = colour(1);
  pen.lineWidth = 1.1;
  pen.globalAlpha = 0.8;
  for (const line of view.lines) {
    pen.beginPath();
    line.forEach((v, i) => pen.lineTo((width * i) / (line.length - 1), y(v / 1000)));
    pen.stroke();
  }
  pen.globalAlpha = 1;
  pen.fillStyle = ink("--ink");
  for (const point of view.points) {
    pen.beginPath();
    pen.arc(width - 4, y(point), 4, 0, 7);
    pen.fill();
  }
}
