// A small drawing kit for the slides' diagrams and charts.

const SVG = "http://www.w3.org/2000/svg";

/** Numbers 0-1 that are the same on every run. */
function dice(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return seed / 4294967296;
  };
}

/** Shapes for the svg of this id; attributes are SVG's own. */
function drawing(id) {
  const svg = document.getElementById(id);
  const add = (name, attributes, text) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    svg.append(node);
    return node;
  };
  const kit = {
    add,
    rect: (x, y, width, height, rest = {}) => add("rect", {x, y, width, height, ...rest}),
    ellipse: (cx, cy, rx, ry, rest = {}) => add("ellipse", {cx, cy, rx, ry, ...rest}),
    path: (d, rest = {}) => add("path", {d, fill: "none", ...rest}),
    line: (x1, y1, x2, y2, rest = {}) => add("line", {x1, y1, x2, y2, ...rest}),
    label(x, y, text, {anchor = "start", size = 18, weight = 400, fill, turn, style = ""} = {}) {
      const look = `font-size:${size}px;font-weight:${weight};${fill ? `fill:${fill};` : ""}${style}`;
      const place = turn ? {transform: `rotate(${turn} ${x} ${y})`} : {};
      return add("text", {x, y, "text-anchor": anchor, style: look, ...place}, text);
    },
    arrow(x1, y1, x2, y2, stroke, width = 3.5, head = 10) {
      const angle = Math.atan2(y2 - y1, x2 - x1);
      const wing = (turn) => `${x2 - head * Math.cos(angle + turn)} ${y2 - head * Math.sin(angle + turn)}`;
      const shape = {stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round"};
      kit.path(`M${x1} ${y1}L${x2} ${y2}M${wing(0.5)}L${x2} ${y2}L${wing(-0.5)}`, shape);
    },
    /** A name on a light plate, readable over any drawing. */
    tag(x, y, text, {fill = "#ffffffe8", size = 17} = {}) {
      const plate = kit.rect(x, y, 10, size + 11, {fill, rx: 6});
      const words = kit.label(x + 9, y + size + 2.5, text, {size, weight: 600});
      plate.setAttribute("width", words.getComputedTextLength() + 18);
    },
  };
  return kit;
}

/** Axes with grid, ticks [from, to, step] and names; returns the scales x(value) and y(value) in px. */
function axes(kit, {left, top, width, height, x, y, grid, xName, yName, size = 17, ink = "var(--ink)", log = false}) {
  const at = (value, [from, to]) => (value - from) / (to - from);
  const scaleX = (value) => left + width * (log ? at(Math.log10(value), x.map(Math.log10)) : at(value, x));
  const scaleY = (value) => top + height * (1 - at(value, y));
  const round = (value) => +value.toFixed(6);
  for (let v = y[0]; v <= y[1] + 1e-9; v += y[2]) {
    kit.line(left, scaleY(v), left + width, scaleY(v), {stroke: grid, "stroke-width": 1.5});
    kit.label(left - 12, scaleY(v) + size * 0.35, round(v), {anchor: "end", size, fill: ink});
  }
  for (let v = x[0]; !log && v <= x[1] + 1e-9; v += x[2]) {
    kit.line(scaleX(v), top + height, scaleX(v), top + height + 7, {stroke: ink, "stroke-width": 1.5});
    kit.label(scaleX(v), top + height + 12 + size, round(v), {anchor: "middle", size, fill: ink});
  }
  kit.line(left, top + height, left + width, top + height, {stroke: ink, "stroke-width": 2});
  kit.label(left + width / 2, top + height + 28 + 2 * size, xName, {anchor: "middle", size: size + 2, weight: 600, fill: ink});
  kit.label(left - 52, top + height / 2, yName, {anchor: "middle", size: size + 2, weight: 600, turn: -90, fill: ink});
  return {x: scaleX, y: scaleY};
}

/** A smooth path through points that never overshoots (monotone tangents by finite differences). */
function smooth(points) {
  const slope = points.map((_, i) => {
    if (i === 0 || i === points.length - 1) return 0;
    const [a, b, c] = [points[i - 1], points[i], points[i + 1]];
    const before = (b[1] - a[1]) / (b[0] - a[0]), after = (c[1] - b[1]) / (c[0] - b[0]);
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  if (points.length > 2) slope[0] = (points[1][1] - points[0][1]) / (points[1][0] - points[0][0]);
  return points.map(([x, y], i) => {
    if (i === 0) return `M${x} ${y}`;
    const [px, py] = points[i - 1], third = (x - px) / 3;
    return `C${px + third} ${py + slope[i - 1] * third} ${x - third} ${y - slope[i] * third} ${x} ${y}`;
  }).join("");
}

const CREST = `<svg width="46" height="46" viewBox="0 0 46 46" fill="none" stroke="currentColor" stroke-width="1.8"
  stroke-linejoin="round" stroke-linecap="round"><circle cx="23" cy="23" r="21.5" opacity=".6"/>
  <path d="M23 37V20M23 27c-8 0-11-5-11-11 8 0 11 4 11 11Zm0-5c0-7 4-11 11-11 0 7-4 11-11 11Z"/></svg>`;

/** Fills each slide's step bar (with its own step lit) and its school sign. */
function steps(...names) {
  document.querySelectorAll(".slide").forEach((slide, here) => {
    const bar = slide.querySelector(".steps");
    bar.innerHTML = names.map((name, i) => `<span class="${i === here ? "here" : ""}">${name}</span>`).join("");
    const sign = slide.querySelector(".school");
    if (sign) sign.innerHTML = `${CREST}<div>Linden<br>School</div>`;
  });
}
