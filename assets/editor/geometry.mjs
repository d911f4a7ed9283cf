// Outlines in slide coordinates (0-1 from the top-left). Pure: nothing here changes what it is given.

export const SIZE_MIN = 0.002; // of the slide; an outline is never thinner
const DIGITS = 1e5;

export const round = (value) => Math.round(value * DIGITS) / DIGITS;
export const clamp = (value, low = 0, high = 1) => Math.min(Math.max(value, low), high);
const inside = ([x, y]) => [round(clamp(x)), round(clamp(y))];

// The box around an outline: {x0, y0, x1, y1}.
export function bounds(part) {
  const xs = part.points.map(([x]) => x);
  const ys = part.points.map(([, y]) => y);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

// The box around several boxes.
export function around(boxes) {
  return {
    x0: Math.min(...boxes.map((box) => box.x0)),
    y0: Math.min(...boxes.map((box) => box.y0)),
    x1: Math.max(...boxes.map((box) => box.x1)),
    y1: Math.max(...boxes.map((box) => box.y1)),
  };
}

export const corners = (box) => [
  [round(box.x0), round(box.y0)],
  [round(box.x1), round(box.y1)],
];

// How far an outline can be moved without leaving the slide.
export function reach(box, dx, dy) {
  return [clamp(dx, -box.x0, 1 - box.x1), clamp(dy, -box.y0, 1 - box.y1)];
}

export function moved(part, dx, dy) {
  const [x, y] = reach(bounds(part), dx, dy);
  return { ...part, points: part.points.map((point) => inside([point[0] + x, point[1] + y])) };
}

// The outline stretched into another box; an outline without width or height cannot be stretched that way.
export function fitted(part, box) {
  const from = bounds(part);
  const along = (value, low, high, low1, high1) =>
    high > low ? low1 + ((value - low) / (high - low)) * (high1 - low1) : low1;
  const points = part.points.map(([x, y]) =>
    inside([along(x, from.x0, from.x1, box.x0, box.x1), along(y, from.y0, from.y1, box.y0, box.y1)]),
  );
  return { ...part, points };
}

// The box with the sides that a handle ("nw", "e"...) holds at another place, never turned inside out.
export function dragged(box, handle, x, y) {
  const next = { ...box };
  if (handle.includes("w")) next.x0 = clamp(x, 0, box.x1 - SIZE_MIN);
  if (handle.includes("e")) next.x1 = clamp(x, box.x0 + SIZE_MIN, 1);
  if (handle.includes("n")) next.y0 = clamp(y, 0, box.y1 - SIZE_MIN);
  if (handle.includes("s")) next.y1 = clamp(y, box.y0 + SIZE_MIN, 1);
  return next;
}

// The box between two points, at least as large as an outline has to be.
export function between([xa, ya], [xb, yb]) {
  const [x0, x1] = [Math.min(xa, xb), Math.max(xa, xb)];
  const [y0, y1] = [Math.min(ya, yb), Math.max(ya, yb)];
  return { x0, y0, x1: Math.max(x1, x0 + SIZE_MIN), y1: Math.max(y1, y0 + SIZE_MIN) };
}

const replaced = (part, points) => ({ ...part, points });

export const vertexMoved = (part, index, point) =>
  replaced(part, part.points.map((old, at) => (at === index ? inside(point) : old)));

export const vertexAdded = (part, after, point) =>
  replaced(part, [...part.points.slice(0, after + 1), inside(point), ...part.points.slice(after + 1)]);

export const vertexRemoved = (part, index) =>
  part.points.length > 3 ? replaced(part, part.points.filter((_, at) => at !== index)) : part;

export const middleOf = (part, index) => {
  const [a, b] = [part.points[index], part.points[(index + 1) % part.points.length]];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
};

// A rectangle or an ellipse as vertices, so that they can be moved one by one.
export function asPolygon(part, sides = 16) {
  if (part.shape === "polygon") return part;
  const { x0, y0, x1, y1 } = bounds(part);
  const points =
    part.shape === "rectangle"
      ? [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
      : Array.from({ length: sides }, (_, k) => {
          const angle = (2 * Math.PI * k) / sides;
          return [(x0 + x1) / 2 + (Math.cos(angle) * (x1 - x0)) / 2, (y0 + y1) / 2 + (Math.sin(angle) * (y1 - y0)) / 2];
        });
  return { ...part, shape: "polygon", points: points.map(inside) };
}

const cross = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
const same = (a, b) => a[0] === b[0] && a[1] === b[1];
const within = (a, b, c) =>
  Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);

// Whether two segments have any point in common.
function meet(a, b, c, d) {
  const [p, q, r, s] = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)].map(Math.sign);
  if (p !== q && r !== s) return true;
  return (
    (p === 0 && within(a, b, c)) || (q === 0 && within(a, b, d)) || (r === 0 && within(c, d, a)) || (s === 0 && within(c, d, b))
  );
}

// Whether these vertices enclose an area with no line crossing or touching another.
export function isSimple(vertices) {
  const points = vertices.filter((point, at) => !same(point, vertices[(at + 1) % vertices.length]));
  const count = points.length;
  if (count < 3) return false;
  const edge = (at) => [points[at % count], points[(at + 1) % count]];
  for (let i = 0; i < count; i++) {
    const [a, b] = edge(i);
    const [, c] = edge(i + 1);
    const back = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0;
    if (cross(a, b, c) === 0 && back) return false; // a line that turns back on itself
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue; // neighbours
      if (meet(a, b, ...edge(j))) return false;
    }
  }
  return true;
}

export const hasArea = (part) => {
  if (part.shape === "polygon") return isSimple(part.points);
  const { x0, y0, x1, y1 } = bounds(part);
  return x1 > x0 && y1 > y0;
};
