// Lines that outlines stick to while they are dragged. Pure.

import { bounds } from "./geometry.mjs";

// The upright (x) and level (y) lines of the slide, of these regions and of these boxes.
export function linesOf(regions, boxes) {
  const all = [...regions.flatMap((region) => region.parts.map(bounds)), ...boxes];
  const sorted = (values) => [...new Set(values)].sort((a, b) => a - b);
  return {
    x: sorted([0, 0.5, 1, ...all.flatMap((box) => [box.x0, box.x1])]),
    y: sorted([0, 0.5, 1, ...all.flatMap((box) => [box.y0, box.y1])]),
  };
}

// The shortest step that brings one of the values onto a line, and the line; null where all are too far.
function step(values, lines, tolerance) {
  let best = null;
  for (const value of values) {
    for (const line of lines) {
      const by = line - value;
      if (Math.abs(by) <= tolerance && (best === null || Math.abs(by) < Math.abs(best.by))) best = { by, line };
    }
  }
  return best;
}

const answer = (x, y) => ({
  dx: x ? x.by : 0,
  dy: y ? y.by : 0,
  guides: { x: x ? [x.line] : [], y: y ? [y.line] : [] },
});

// How to move a box so that an edge or its middle lies on a line; tolerances are [x, y] in slide units.
export function snapBox(box, lines, tolerance) {
  const xs = [box.x0, (box.x0 + box.x1) / 2, box.x1];
  const ys = [box.y0, (box.y0 + box.y1) / 2, box.y1];
  return answer(step(xs, lines.x, tolerance[0]), step(ys, lines.y, tolerance[1]));
}

// How to move a point so that it lies on lines; an axis that is held (an edge's other one) stays.
export function snapPoint([x, y], lines, tolerance, axes = "xy") {
  return answer(
    axes.includes("x") ? step([x], lines.x, tolerance[0]) : null,
    axes.includes("y") ? step([y], lines.y, tolerance[1]) : null,
  );
}
