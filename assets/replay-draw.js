// The drawing of the replay: gaze over a slide, and the line below it that says when how many were tracked.
(() => {
  const TRAIL_MS = 1500; // how long a point can be seen
  const FADES = 6; // steps in which a trail fades
  const RADIUS = 9;
  const FEW = 6; // up to so many, everybody's name is written beside them

  const sized = (canvas, width, height) => {
    const dots = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * dots), Math.round(height * dots)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    const pen = canvas.getContext("2d");
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, width, height);
    return pen;
  };

  // Where gaze was just now, fading; never over a change of slide or a loss of tracking.
  const trail = (pen, gaze, number, time, start, { width, height }) => {
    const { hold, colour } = gaze.plan.students[number];
    const paths = Array.from({ length: FADES }, () => null);
    let next = null;
    gaze.backwards(number, Math.max(start, time - TRAIL_MS), time, (t, x, y) => {
      const here = x === null ? null : { t, x: x * width, y: y * height };
      if (here && next && next.t - t <= hold) {
        const fade = Math.min(Math.floor(((time - t) / TRAIL_MS) * FADES), FADES - 1);
        paths[fade] = paths[fade] || new Path2D();
        paths[fade].moveTo(next.x, next.y);
        paths[fade].lineTo(here.x, here.y);
      }
      next = here;
      return false;
    });
    pen.strokeStyle = colour;
    pen.lineWidth = gaze.plan.students.length > FEW ? 2.5 : 3.5;
    pen.lineCap = "round";
    const faint = pen.globalAlpha;
    paths.forEach((path, i) => {
      if (!path) return;
      pen.globalAlpha = faint * 0.75 * (1 - (i + 0.5) / FADES);
      pen.stroke(path);
    });
    pen.globalAlpha = faint;
  };

  const dot = (pen, x, y, colour) => {
    pen.beginPath();
    pen.arc(x, y, RADIUS, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
  };

  // Not tracked: a hollow, dashed ring where gaze was last known to be, never a dot.
  const ring = (pen, x, y, colour) => {
    pen.beginPath();
    pen.arc(x, y, RADIUS + 2, 0, 2 * Math.PI);
    pen.setLineDash([4, 4]);
    pen.lineWidth = 2;
    pen.strokeStyle = colour;
    pen.stroke();
    pen.setLineDash([]);
  };

  // Beside the slide: an open arrow head at its edge, pointing out.
  const arrow = (pen, at, colour, { width, height }) => {
    const x = Math.min(Math.max(at.x, 0), 1) * width;
    const y = Math.min(Math.max(at.y, 0), 1) * height;
    const angle = Math.atan2(at.y * height - y, at.x * width - x);
    pen.save();
    pen.translate(x, y);
    pen.rotate(angle);
    pen.beginPath();
    pen.moveTo(-11, -8);
    pen.lineTo(-2, 0);
    pen.lineTo(-11, 8);
    pen.lineWidth = 3;
    pen.lineCap = "round";
    pen.strokeStyle = colour;
    pen.stroke();
    pen.restore();
  };

  const label = (pen, text, x, y, colour, { width }) => {
    pen.font = "600 12px system-ui, sans-serif";
    const wide = pen.measureText(text).width;
    const left = x + RADIUS + 5 + wide > width ? x - RADIUS - 5 - wide : x + RADIUS + 5;
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = "#ffffff";
    pen.strokeText(text, left, y + 4);
    pen.fillStyle = colour;
    pen.fillText(text, left, y + 4);
  };

  const outline = (pen, part, { width, height }) => {
    const points = part.points.map(([x, y]) => [x * width, y * height]);
    pen.beginPath();
    if (part.shape === "ellipse") {
      const [[x0, y0], [x1, y1]] = points;
      const radii = [Math.abs(x1 - x0) / 2, Math.abs(y1 - y0) / 2];
      pen.ellipse((x0 + x1) / 2, (y0 + y1) / 2, ...radii, 0, 0, 2 * Math.PI);
    } else if (part.shape === "rectangle") {
      const [[x0, y0], [x1, y1]] = points;
      pen.rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    } else {
      points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.closePath();
    }
    pen.stroke();
  };

  const regions = (pen, slide, size) => {
    for (const region of slide.regions) {
      pen.strokeStyle = region.colour;
      pen.lineWidth = 2;
      for (const part of region.parts) outline(pen, part, size);
    }
  };

  // One picture of a moment. `states`: where each student is; `focus`: the names that stand out, if any do.
  const scene = (canvas, size, { gaze, time, shown, states, still, focus, outlined }) => {
    const pen = sized(canvas, size.width, size.height);
    if (!shown) return;
    const slide = gaze.plan.slides[shown];
    if (outlined) regions(pen, slide, size);
    const { students } = gaze.plan;
    const last = (i) => focus.has(students[i].name);
    const order = students.map((_, i) => i).sort((a, b) => last(a) - last(b));
    for (const i of order) {
      const { name, colour } = students[i];
      const { state, x, y } = states[i];
      pen.globalAlpha = focus.size && !focus.has(name) ? 0.18 : 1;
      if (!still && (state === "on" || state === "beside" || state === "lost")) {
        const piece = window.gazeboard.replay.pieceAt(students[i], time);
        trail(pen, gaze, i, time, piece[1], size);
      }
      if (state === "on") dot(pen, x * size.width, y * size.height, colour);
      else if (state === "lost" && x !== undefined) ring(pen, x * size.width, y * size.height, colour);
      else if (state === "beside") arrow(pen, { x, y }, colour, size);
      const named = students.length > 1 && (students.length <= FEW || focus.has(name));
      if (named && state === "on") label(pen, name, x * size.width, y * size.height, colour, size);
    }
    pen.globalAlpha = 1;
  };

  const hatching = (pen, colour) => {
    const tile = document.createElement("canvas");
    [tile.width, tile.height] = [6, 6];
    const line = tile.getContext("2d");
    line.strokeStyle = colour;
    line.lineWidth = 1.4;
    line.beginPath();
    for (const x of [-6, 0, 6]) {
      line.moveTo(x, 6);
      line.lineTo(x + 6, 0);
    }
    line.stroke();
    return pen.createPattern(tile, "repeat");
  };

  // How many were tracked, as an area; above it, hatched, who had the slide open and was not.
  const strip = (canvas, size, tracked, end) => {
    const pen = sized(canvas, size.width, size.height);
    const style = getComputedStyle(canvas);
    const most = Math.max(1, ...tracked.open);
    const hatch = hatching(pen, style.getPropertyValue("--untracked").trim());
    const solid = style.getPropertyValue("--strip").trim();
    tracked.open.forEach((open, i) => {
      const from = ((i * tracked.step_ms) / end) * size.width;
      const to = (Math.min((i + 1) * tracked.step_ms, end) / end) * size.width;
      const [seen, all] = [tracked.tracked[i], open].map((n) => (n / most) * size.height);
      pen.fillStyle = solid;
      pen.fillRect(from, size.height - seen, to - from + 0.4, seen);
      pen.fillStyle = hatch;
      pen.fillRect(from, size.height - all, to - from + 0.4, all - seen);
    });
  };

  Object.assign(window.gazeboard.replay, { scene, strip, TRAIL_MS });
})();
