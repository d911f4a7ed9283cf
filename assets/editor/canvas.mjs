// The slide with its regions on it, as SVG: drawing what there is, and what mouse, pen and fingers do to it.
//
// The canvas knows no document of its own. It draws the view it is given and tells the editor of every change:
// `live` while something is being dragged, `done` when it is let go.

import * as geometry from "./geometry.mjs";
import { find, updated, withPart } from "./regions.mjs";
import { linesOf, snapBox, snapPoint } from "./snapping.mjs";
import { morph, s, set } from "./dom.mjs";

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const SNAP_PX = 7;
const STILL_PX = 4; // a pointer that moves less has clicked
const LABEL_PX = 11.5;
const LABEL_MAX = 30; // letters
const EDGE_HANDLES_FROM_PX = 44;
const NO_GUIDES = { x: [], y: [] };

const pen = document.createElement("canvas").getContext("2d");

export class Canvas {
  constructor(stage, slide, t, editor) {
    Object.assign(this, { stage, slide, t, editor, view: null, drag: null, drawing: [], guides: NO_GUIDES });
    this.layers = Object.fromEntries(
      ["ghosts", "regions", "proposals", "guides", "handles", "drawing"].map((name) => [name, s("g", { class: `edit-${name}` })]),
    );
    const frame = { x: 0, y: 0, width: slide.width, height: slide.height };
    this.svg = s(
      "svg",
      { class: "edit-svg", viewBox: `0 0 ${slide.width} ${slide.height}`, "data-tool": "select" },
      s("image", { ...frame, href: slide.image, preserveAspectRatio: "none" }),
      s("rect", { ...frame, class: "edit-frame" }),
      Object.values(this.layers),
    );
    stage.append(this.svg);
    this.listen();
  }

  listen() {
    const on = (name, what) => this.svg.addEventListener(name, what.bind(this), { passive: false });
    on("pointerdown", this.pressed);
    on("pointermove", this.pulled);
    on("pointerup", this.released);
    on("pointercancel", this.cancelled);
    on("touchstart", this.touched);
    on("dblclick", this.closeIfDrawing);
    on("focusin", this.focused);
    on("dragstart", (event) => event.preventDefault());
    this.sizes = new ResizeObserver(() => this.view && this.draw());
    this.sizes.observe(this.stage);
  }

  destroy() {
    this.sizes.disconnect();
  }

  // Slide px in one px of the page.
  get unit() {
    const matrix = this.svg.getScreenCTM();
    return matrix && matrix.a > 0 ? 1 / matrix.a : 1;
  }

  get tolerance() {
    return [(SNAP_PX * this.unit) / this.slide.width, (SNAP_PX * this.unit) / this.slide.height];
  }

  place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [point.x / this.slide.width, point.y / this.slide.height];
  }

  // Drawing

  show(view) {
    this.view = view;
    set(this.svg, { "data-tool": view.tool, "data-locked": view.locked });
    this.draw();
  }

  draw() {
    this.busy = true; // the focus is put back where it was: nobody has moved it
    this.drawAll();
    this.busy = false;
  }

  drawAll() {
    this.px = this.unit;
    this.drawRegions();
    morph(this.layers.ghosts, this.view.ghosts.flatMap((region) => region.parts.map((part) => this.outline(part, { class: "edit-ghost" }))));
    morph(this.layers.proposals, this.view.proposals.map((proposal) => this.proposal(proposal)));
    this.drawGuides();
    this.drawHandles();
    this.drawDrawing();
  }

  // Groups are kept as long as their region is there, so that the focus stays where it is.
  drawRegions() {
    const had = new Map([...this.layers.regions.children].map((group) => [group.dataset.key, group]));
    const held = this.layers.regions.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const groups = this.view.doc.regions.map((region, at) => {
      const group = had.get(region.key) ?? s("g", { class: "edit-region", "data-key": region.key, role: "button" });
      this.fillRegion(group, region, this.view.colours[at % this.view.colours.length]);
      return group;
    });
    const now = [...this.layers.regions.children];
    if (now.length !== groups.length || groups.some((group, at) => group !== now[at])) {
      this.layers.regions.replaceChildren(...groups);
      if (held !== null) groups.find((group) => group.dataset.key === held)?.focus({ preventScroll: true });
    }
  }

  fillRegion(group, region, colour) {
    const { selection } = this.view;
    const chosen = selection.key === region.key;
    set(group, {
      tabindex: this.view.locked ? null : 0,
      "data-chosen": chosen,
      "aria-pressed": String(chosen),
      "aria-label": this.spoken(region),
    });
    const timed = (part) => part.from_ms > 0 || part.until_ms !== null;
    const outlines = region.parts.map((part, at) =>
      this.outline(part, {
        class: "edit-outline", "data-part": at, stroke: colour, fill: colour,
        "data-timed": timed(part), "data-chosen": chosen && selection.part === at,
      }),
    );
    const halo = this.outline(region.parts[chosen ? selection.part : 0] ?? region.parts[0], { class: "edit-halo" });
    const times = region.parts.filter(timed).map((part) => this.time(part, colour));
    morph(group, [halo, ...outlines, ...times, this.label(region, colour)]);
  }

  spoken(region) {
    const [part] = region.parts;
    const box = geometry.bounds(part);
    const percent = (value) => Math.round(1000 * value) / 10;
    return this.t("region-spoken", {
      name: region.name || this.t("unnamed"), role: this.t(`role-${region.role}`), parts: region.parts.length,
      x: percent(box.x0), y: percent(box.y0), width: percent(box.x1 - box.x0), height: percent(box.y1 - box.y0),
    });
  }

  outline(part, attributes) {
    const { width, height } = this.slide;
    if (part.shape === "polygon") {
      return s("polygon", { ...attributes, points: part.points.map(([x, y]) => `${x * width},${y * height}`).join(" ") });
    }
    const { x0, y0, x1, y1 } = geometry.bounds(part);
    if (part.shape === "rectangle") {
      return s("rect", { ...attributes, x: x0 * width, y: y0 * height, width: (x1 - x0) * width, height: (y1 - y0) * height });
    }
    const middle = { cx: ((x0 + x1) / 2) * width, cy: ((y0 + y1) / 2) * height };
    return s("ellipse", { ...attributes, ...middle, rx: ((x1 - x0) / 2) * width, ry: ((y1 - y0) / 2) * height });
  }

  // The name on its colour, above the region's first outline and never beyond the slide's right edge.
  label(region, colour) {
    const size = LABEL_PX * this.px;
    const name = region.name.trim() || this.t("unnamed");
    const text = name.length > LABEL_MAX ? `${name.slice(0, LABEL_MAX - 1)}…` : name;
    pen.font = `600 ${LABEL_PX}px ${getComputedStyle(document.body).fontFamily}`;
    const width = (pen.measureText(text).width + 10) * this.px;
    const box = geometry.bounds(region.parts[0]);
    const x = Math.max(0, Math.min(box.x0 * this.slide.width, this.slide.width - width));
    const y = box.y0 * this.slide.height - 1.5 * size;
    return s(
      "g",
      { class: "edit-label", "aria-hidden": "true" },
      s("rect", { x, y, width, height: 1.5 * size, rx: 3 * this.px, fill: colour }),
      s("text", { x: x + 5 * this.px, y: y + 1.1 * size, "font-size": size }, text),
    );
  }

  time(part, colour) {
    const box = geometry.bounds(part);
    const seconds = (ms) => String(Math.round(ms / 100) / 10);
    const words = part.until_ms === null
      ? this.t("time-from", { from: seconds(part.from_ms) })
      : this.t("time-between", { from: seconds(part.from_ms), until: seconds(part.until_ms) });
    const at = { x: box.x0 * this.slide.width + 5 * this.px, y: box.y1 * this.slide.height - 5 * this.px };
    return s("text", { class: "edit-time", ...at, fill: colour, "font-size": LABEL_PX * this.px }, words);
  }

  proposal(proposal) {
    const outlines = proposal.parts.map((part) => this.outline(part, { class: "edit-proposal-outline" }));
    return s("g", { class: "edit-proposal", "data-proposal": proposal.number, "data-chosen": proposal.checked }, outlines);
  }

  drawGuides() {
    const { width, height } = this.slide;
    const upright = this.guides.x.map((x) => s("line", { x1: x * width, x2: x * width, y1: 0, y2: height }));
    const level = this.guides.y.map((y) => s("line", { x1: 0, x2: width, y1: y * height, y2: y * height }));
    morph(this.layers.guides, [...upright, ...level]);
  }

  drawHandles() {
    const { selection, locked, tool } = this.view;
    const part = locked || tool !== "select" ? null : find(this.view.doc, selection.key)?.parts[selection.part];
    morph(this.layers.handles, part ? this.handlesOf(part) : []);
  }

  handlesOf(part) {
    if (part.shape === "polygon") {
      const middles = part.points.map((_, at) => this.handle(geometry.middleOf(part, at), { "data-middle": at }));
      const count = part.points.length;
      const vertices = part.points.map((point, at) =>
        this.handle(point, {
          "data-vertex": at, tabindex: 0, role: "button", "data-chosen": this.view.selection.vertex === at,
          "aria-label": this.t("vertex-spoken", { n: at + 1, count, x: Math.round(1000 * point[0]) / 10, y: Math.round(1000 * point[1]) / 10 }),
        }),
      );
      return [...middles, ...vertices];
    }
    const box = geometry.bounds(part);
    const narrow = (box.x1 - box.x0) * this.slide.width < EDGE_HANDLES_FROM_PX * this.px;
    const low = (box.y1 - box.y0) * this.slide.height < EDGE_HANDLES_FROM_PX * this.px;
    const shown = HANDLES.filter((name) => name.length === 2 || (/[ns]/.test(name) ? !narrow : !low));
    return shown.map((name) => {
      const x = name.includes("w") ? box.x0 : name.includes("e") ? box.x1 : (box.x0 + box.x1) / 2;
      const y = name.includes("n") ? box.y0 : name.includes("s") ? box.y1 : (box.y0 + box.y1) / 2;
      return this.handle([x, y], { "data-handle": name });
    });
  }

  // A small mark inside a large invisible one, for fingers.
  handle([x, y], attributes) {
    const at = { cx: x * this.slide.width, cy: y * this.slide.height };
    const radius = (attributes["data-middle"] !== undefined ? 4 : 6) * this.px;
    const wide = (matchMedia("(pointer: coarse)").matches ? 20 : 11) * this.px;
    return s("g", { class: "edit-handle", ...attributes }, s("circle", { ...at, r: wide, class: "edit-grip" }), s("circle", { ...at, r: radius, class: "edit-dot" }));
  }

  drawDrawing() {
    const { width, height } = this.slide;
    const shown = this.drag?.kind === "draw" && this.drag.part ? [this.outline(this.drag.part, { class: "edit-new" })] : [];
    if (this.drawing.length) {
      const points = [...this.drawing, this.drag?.at ?? this.pointer ?? this.drawing.at(-1)];
      shown.push(s("polyline", { class: "edit-new", points: points.map(([x, y]) => `${x * width},${y * height}`).join(" ") }));
      shown.push(...this.drawing.map(([x, y], at) => s("circle", { class: at ? "edit-new-dot" : "edit-new-dot edit-new-first", cx: x * width, cy: y * height, r: (at ? 4 : 6) * this.px })));
    }
    morph(this.layers.drawing, shown);
  }

  // Pointers

  // A finger on a region or a handle is ours, beside them it moves the page. (Browsers heed touch-action on
  // the whole picture only, not on what is drawn in it.)
  touched(event) {
    const ours = this.view.tool !== "select" || event.target.closest(".edit-region, .edit-handle, .edit-proposal");
    if (ours && !this.view.locked && event.touches.length === 1) event.preventDefault();
  }

  pressed(event) {
    if (!event.isPrimary || event.button !== 0 || this.view.locked || this.drag) return;
    const [target, at] = [event.target, this.place(event)];
    if (this.view.tool !== "select") this.startDrawing(event, at);
    else if (target.closest("[data-handle]")) this.startHandle(target.closest("[data-handle]").dataset.handle, at);
    else if (target.closest("[data-vertex]")) this.startVertex(Number(target.closest("[data-vertex]").dataset.vertex), at);
    else if (target.closest("[data-middle]")) this.startMiddle(Number(target.closest("[data-middle]").dataset.middle), at);
    else if (target.closest("[data-proposal]")) return this.editor.checkProposal(Number(target.closest("[data-proposal]").dataset.proposal));
    else this.startMove(event, at);
    if (!this.drag) return;
    event.preventDefault();
    this.takeFocus();
    Object.assign(this.drag, { id: event.pointerId, start: at, client: [event.clientX, event.clientY], started: false });
    this.svg.setPointerCapture(event.pointerId);
  }

  // The browser gives the focus to nothing that is drawn: keys are to act on what was pressed.
  takeFocus() {
    const { kind, selection, vertex } = this.drag;
    if (kind === "vertex") this.focusVertex(vertex);
    else if (selection) this.focusRegion(selection.key);
    else this.stage.focus({ preventScroll: true });
  }

  get chosen() {
    const { doc, selection } = this.view;
    return find(doc, selection.key)?.parts[selection.part] ?? null;
  }

  lines(except) {
    const others = this.view.doc.regions.filter((region) => region.key !== except);
    return linesOf(others, this.view.snapBoxes);
  }

  startHandle(handle, at) {
    const { selection } = this.view;
    const box = geometry.bounds(this.chosen);
    const corner = [handle.includes("w") ? box.x0 : box.x1, handle.includes("n") ? box.y0 : box.y1];
    this.drag = { kind: "handle", handle, part: this.chosen, off: [corner[0] - at[0], corner[1] - at[1]], lines: this.lines(selection.key), selection };
  }

  startVertex(vertex, at) {
    const selection = { ...this.view.selection, vertex };
    this.editor.select(selection.key, selection.part, vertex);
    const point = this.chosen.points[vertex];
    this.drag = { kind: "vertex", vertex, part: this.chosen, off: [point[0] - at[0], point[1] - at[1]], lines: this.lines(selection.key), selection };
  }

  startMiddle(middle, at) {
    const part = geometry.vertexAdded(this.chosen, middle, geometry.middleOf(this.chosen, middle));
    this.editor.live(withPart(this.view.doc, this.view.selection.key, this.view.selection.part, part));
    this.startVertex(middle + 1, at);
    this.drag.part = part;
    this.drag.always = true; // a click adds the vertex too
  }

  // The selected region goes along with the pointer if it is under it, else the smallest one there.
  startMove(event, at) {
    const under = this.under(event);
    const mine = under.find((each) => each.key === this.view.selection.key);
    const hit = mine ?? under[0];
    if (!hit) return void this.editor.select(null);
    this.editor.select(hit.key, hit.part);
    const region = find(this.view.doc, hit.key);
    const whole = (event.ctrlKey || event.metaKey) && region.parts.length > 1;
    this.drag = { kind: "move", region, whole, smallest: under[0], lines: this.lines(hit.key), selection: { key: hit.key, part: hit.part } };
  }

  // The outlines under the pointer, the smallest first.
  under(event) {
    return document
      .elementsFromPoint(event.clientX, event.clientY)
      .filter((element) => element.classList.contains("edit-outline"))
      .map((element) => {
        const [key, part] = [element.parentNode.dataset.key, Number(element.dataset.part)];
        const box = geometry.bounds(find(this.view.doc, key).parts[part]);
        return { key, part, area: (box.x1 - box.x0) * (box.y1 - box.y0) };
      })
      .sort((a, b) => a.area - b.area);
  }

  startDrawing(event, at) {
    const lines = this.lines(null);
    this.drag = { kind: this.view.tool === "polygon" ? "vertices" : "draw", lines, from: this.snapped(at, lines, event) };
  }

  snaps(event) {
    return this.view.snap && !event.altKey;
  }

  snapped(point, lines, event, axes = "xy") {
    const onSlide = point.map((value) => geometry.clamp(value));
    const by = this.snaps(event) ? snapPoint(onSlide, lines, this.tolerance, axes) : { dx: 0, dy: 0, guides: NO_GUIDES };
    this.guides = by.guides;
    return [onSlide[0] + by.dx, onSlide[1] + by.dy];
  }

  pulled(event) {
    if (!event.isPrimary || !this.view) return;
    const at = this.place(event);
    if (!this.drag) {
      if (this.drawing.length) this.hover(at, event);
      return;
    }
    if (event.pointerId !== this.drag.id) return;
    const [x, y] = this.drag.client;
    if (!this.drag.started && Math.hypot(event.clientX - x, event.clientY - y) < STILL_PX) return;
    this.drag.started = true;
    const { doc } = this.view;
    const { key, part } = this.drag.selection ?? {};
    if (this.drag.kind === "move") this.editor.live(this.movedDocument(at, event));
    if (this.drag.kind === "handle") this.editor.live(withPart(doc, key, part, this.stretched(at, event)));
    if (this.drag.kind === "vertex") this.editor.live(withPart(doc, key, part, this.bent(at, event)));
    if (this.drag.kind === "draw") this.sketch(at, event);
    if (this.drag.kind === "vertices") this.hover(at, event);
  }

  hover(at, event) {
    this.pointer = this.snapped(at, this.lines(null), event);
    if (this.drag) this.drag.at = this.pointer;
    this.drawGuides();
    this.drawDrawing();
  }

  movedDocument(at, event) {
    const { region, whole, start, lines, selection } = this.drag;
    const parts = whole ? region.parts : [region.parts[selection.part]];
    const box = geometry.around(parts.map(geometry.bounds));
    const pulled = [at[0] - start[0], at[1] - start[1]];
    if (event.shiftKey) pulled[Math.abs(pulled[0]) < Math.abs(pulled[1]) ? 0 : 1] = 0; // along one axis
    const [dx, dy] = geometry.reach(box, ...pulled);
    const there = { x0: box.x0 + dx, x1: box.x1 + dx, y0: box.y0 + dy, y1: box.y1 + dy };
    const by = this.snaps(event) ? snapBox(there, lines, this.tolerance) : { dx: 0, dy: 0, guides: NO_GUIDES };
    this.guides = by.guides;
    const move = (part) => geometry.moved(part, dx + by.dx, dy + by.dy);
    const next = region.parts.map((part, n) => (whole || n === selection.part ? move(part) : part));
    return updated(this.view.doc, selection.key, { parts: next });
  }

  stretched(at, event) {
    const { handle, part, off, lines } = this.drag;
    const axes = (/[we]/.test(handle) ? "x" : "") + (/[ns]/.test(handle) ? "y" : "");
    const point = this.snapped([at[0] + off[0], at[1] + off[1]], lines, event, axes);
    return geometry.fitted(part, geometry.dragged(geometry.bounds(part), handle, ...point));
  }

  bent(at, event) {
    const { vertex, part, off, lines } = this.drag;
    return geometry.vertexMoved(part, vertex, this.snapped([at[0] + off[0], at[1] + off[1]], lines, event));
  }

  sketch(at, event) {
    const { from, lines } = this.drag;
    const box = geometry.between(from, this.snapped(at, lines, event));
    this.drag.part = { shape: this.view.tool, points: geometry.corners(box) };
    this.drawGuides();
    this.drawDrawing();
  }

  released(event) {
    const drag = this.drag;
    if (!drag || event.pointerId !== drag.id) return;
    this.drag = null;
    this.guides = NO_GUIDES;
    if (drag.kind === "vertices") this.vertexDrawn(drag.at ?? drag.from);
    else if (drag.kind === "draw") drag.part ? this.editor.drawn(drag.part) : this.editor.say("draw-longer");
    else if (drag.started || drag.always) this.editor.done();
    else if (drag.kind === "move" && drag.smallest.key !== drag.selection.key) this.editor.select(drag.smallest.key, drag.smallest.part);
    this.draw();
  }

  cancelled() {
    if (!this.drag) return;
    this.drag = null;
    this.guides = NO_GUIDES;
    this.editor.forget();
  }

  // Polygons, vertex by vertex

  vertexDrawn(point) {
    const first = this.drawing[0];
    const near = first && this.drawing.length > 2 && this.far(first, point) < 12;
    if (near) return this.close();
    const last = this.drawing.at(-1);
    if (last && this.far(last, point) < 3) return; // the second press of a double click
    this.drawing.push(point.map(geometry.round));
    this.editor.drawingChanged(this.drawing.length);
  }

  far(a, b) {
    return Math.hypot((a[0] - b[0]) * this.slide.width, (a[1] - b[1]) * this.slide.height) / this.px;
  }

  closeIfDrawing() {
    if (this.drawing.length > 2) this.close();
  }

  close() {
    if (this.drawing.length < 3) return void this.editor.say("polygon-more");
    const part = { shape: "polygon", points: this.drawing };
    this.stopDrawing();
    this.editor.drawn(part);
  }

  vertexBack() {
    this.drawing.pop();
    this.editor.drawingChanged(this.drawing.length);
    this.drawDrawing();
  }

  stopDrawing() {
    this.drawing = [];
    this.pointer = null;
    this.drag = null;
    this.guides = NO_GUIDES;
    this.editor.drawingChanged(0);
    if (this.view) this.draw();
  }

  // Scroll the stage, if it is larger than its frame, so that the outline is in its middle.
  centre(part) {
    if (!part) return;
    const { x0, y0, x1, y1 } = geometry.bounds(part);
    const [picture, frame] = [this.svg.getBoundingClientRect(), this.stage.getBoundingClientRect()];
    this.stage.scrollLeft += picture.left + ((x0 + x1) / 2) * picture.width - frame.left - frame.width / 2;
    this.stage.scrollTop += picture.top + ((y0 + y1) / 2) * picture.height - frame.top - frame.height / 2;
  }

  // The keyboard's way to a region

  focused(event) {
    if (this.busy || this.view.locked || this.drag) return;
    const vertex = event.target.closest("[data-vertex]");
    const region = event.target.closest(".edit-region");
    const { selection } = this.view;
    if (vertex && selection.vertex !== Number(vertex.dataset.vertex)) {
      this.editor.select(selection.key, selection.part, Number(vertex.dataset.vertex));
    } else if (region && selection.key !== region.dataset.key) this.editor.select(region.dataset.key, 0);
  }

  focusRegion(key) {
    this.layers.regions.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  focusVertex(vertex) {
    this.layers.handles.querySelector(`[data-vertex="${vertex}"]`)?.focus({ preventScroll: true });
  }
}
