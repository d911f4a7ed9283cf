// The list of the regions in their intended order, and the form of the chosen one.

import * as geometry from "./geometry.mjs";
import * as regions from "./regions.mjs";
import { h, replace, set } from "./dom.mjs";
import { checkField, choiceField, numberField, textField } from "./fields.mjs";

const SHAPES = ["rectangle", "ellipse", "polygon"];

export class RegionsPanel {
  constructor(editor, t) {
    Object.assign(this, { editor, t, shown: null, unit: "percent" });
    this.list = h("ol", { class: "edit-list", "aria-label": t("list-label") });
    this.overlap = choiceField(
      t("overlap"),
      [["all", t("overlap-all")], ["topmost", t("overlap-topmost")]],
      () => editor.doc.overlap,
      (overlap) => editor.change({ ...editor.doc, overlap }),
    );
    this.form = this.makeForm();
    this.none = h("p", { class: "muted small" }, t("choose-one"));
    this.node = h(
      "div",
      {},
      this.list,
      h("div", { class: "edit-row" }, h("button", { class: "edit-button", onclick: () => editor.addDefault() }, t("new-region"))),
      this.none,
      this.form,
      h("div", { class: "edit-overlap" }, this.overlap.node),
    );
    this.reorder = null;
    this.list.addEventListener("pointermove", (event) => this.dragged(event));
    this.list.addEventListener("pointerup", () => this.dropped());
    this.list.addEventListener("pointercancel", () => this.dropped(false));
  }

  show() {
    if (!this.reorder) this.showList();
    this.overlap.sync();
    this.showForm();
  }

  // The list

  showList() {
    const { doc } = this.editor;
    const shares = regions.expectedShares(doc);
    const wrong = new Set(this.editor.problems.map((problem) => problem.key));
    const rows = regions.inOrder(doc).map((region, at) => this.row(region, at, shares.get(region.key), wrong.has(region.key)));
    replace(this.list, ...(rows.length ? rows : [h("li", { class: "muted small" }, this.t("list-empty"))]));
  }

  // Scroll the list, and nothing but the list: the page must stay still under a finger.
  reveal(key) {
    const row = key === null ? null : this.list.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!row) return;
    const [box, frame] = [row.getBoundingClientRect(), this.list.getBoundingClientRect()];
    if (box.top < frame.top) this.list.scrollTop -= frame.top - box.top;
    if (box.bottom > frame.bottom) this.list.scrollTop += box.bottom - frame.bottom;
  }

  row(region, at, share, wrong) {
    const { editor, t } = this;
    const placed = region.order !== null;
    const grip = h(
      "button",
      {
        class: "edit-grip-button", "data-focus": `grip-${region.key}`, disabled: !placed,
        "aria-label": t("move-in-order", { name: region.name }), title: t("move-hint"),
        onkeydown: (event) => this.stepped(event, region, at),
        onpointerdown: (event) => placed && this.pick(event, region.key),
      },
      placed ? String(at + 1) : "–",
    );
    const choose = h(
      "button",
      {
        class: "edit-choose", "data-focus": `choose-${region.key}`, "aria-pressed": String(editor.selection.key === region.key),
        onclick: () => editor.select(region.key, 0),
      },
      h("span", { class: "swatch", style: `background:${editor.colourOf(region.key)}` }),
      h("span", { class: "edit-choose-name" }, region.name.trim() || t("unnamed")),
      wrong && h("span", { class: "chip chip-bad" }, t("to-correct")),
      region.required && h("span", { class: "chip" }, t("required-short")),
      h("span", { class: "edit-choose-share", title: t("share-title") }, share === null ? "–" : percent(share)),
    );
    return h("li", { "data-key": region.key, "data-chosen": editor.selection.key === region.key }, grip, choose);
  }

  stepped(event, region, at) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || region.order === null) return;
    event.preventDefault();
    const last = this.editor.doc.regions.filter((each) => each.order !== null).length - 1;
    const place = Math.min(Math.max(at + by, 0), last);
    this.editor.change(regions.reordered(this.editor.doc, region.key, place));
    this.editor.say("moved-to-place", { name: region.name, n: place + 1 });
  }

  pick(event, key) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.reorder = { key, row: event.target.closest("li") };
    this.reorder.row.dataset.dragged = "true";
    this.list.setPointerCapture(event.pointerId);
  }

  dragged(event) {
    if (!this.reorder) return;
    const { row } = this.reorder;
    const others = [...this.list.children].filter((each) => each !== row && !each.querySelector(".edit-grip-button:disabled"));
    const below = others.find((each) => {
      const box = each.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    const before = below ?? others.at(-1)?.nextSibling ?? null;
    if (before !== row && row.nextSibling !== before) this.list.insertBefore(row, before);
  }

  dropped(kept = true) {
    if (!this.reorder) return;
    const { key, row } = this.reorder;
    const place = [...this.list.children].indexOf(row);
    this.reorder = null;
    const doc = kept ? regions.reordered(this.editor.doc, key, place) : this.editor.doc;
    this.editor.change(regions.equal(doc, this.editor.doc) ? this.editor.doc : doc);
    this.showList();
  }

  // The form

  get region() {
    return regions.find(this.editor.doc, this.editor.selection.key);
  }

  get part() {
    return this.region?.parts[this.editor.selection.part] ?? null;
  }

  put(values, tag = null) {
    const { key } = this.editor.selection;
    this.editor.change(regions.updated(this.editor.doc, key, values), tag && `${tag}-${key}`);
  }

  putPart(part, tag = null) {
    const { key, part: at } = this.editor.selection;
    this.editor.change(regions.withPart(this.editor.doc, key, at, part), tag && `${tag}-${key}-${at}`);
  }

  makeForm() {
    const { t, editor } = this;
    const fields = {
      name: textField(t("name"), () => this.region.name, (name) => this.put({ name }, "name"), { maxlength: regions.LIMITS.name }),
      role: choiceField(t("role"), regions.ROLES.map((role) => [role, t(`role-${role}`)]), () => this.region.role, (role) => this.put({ role })),
      weight: numberField(t("weight"), {
        t, range: () => [0, regions.LIMITS.weight], step: () => 0.01, read: () => this.region.weight, write: (weight) => this.put({ weight }, "weight"),
      }),
      required: checkField(t("required"), () => this.region.required, (required) => this.put({ required })),
      placed: checkField(t("has-place"), () => this.region.order !== null, (wanted) => editor.change(regions.placed(editor.doc, editor.selection.key, wanted))),
    };
    this.share = h("p", { class: "edit-share small muted" });
    this.layer = h("span", { class: "small muted" });
    this.parts = h("div", { class: "edit-parts", role: "group", "aria-label": t("outlines") });
    this.numbers = this.makeNumbers();
    this.fields = fields;
    const button = (key, onclick, more = {}) => h("button", { class: "edit-button", onclick, ...more }, t(key));
    return h(
      "div",
      { class: "edit-form" },
      h("h2", {}, t("chosen-region")),
      fields.name.node,
      h("div", { class: "edit-pair" }, fields.role.node, fields.weight.node),
      this.share,
      h("div", { class: "edit-checks" }, fields.required.node, fields.placed.node),
      h("h3", {}, t("outlines")),
      this.parts,
      this.numbers,
      h("h3", {}, t("layer")),
      h("div", { class: "edit-row" }, this.layer, button("forward", () => editor.restack(1), { title: "]" }), button("back", () => editor.restack(-1), { title: "[" })),
      h("div", { class: "edit-row edit-actions" }, button("duplicate", () => editor.duplicate()), button("delete", () => editor.remove(), { "data-bad": true })),
    );
  }

  makeNumbers() {
    const { t } = this;
    const unit = () => (this.unit === "px" ? "px" : "%");
    const whole = (axis) => (this.unit === "px" ? this.editor.slide[axis === "x" ? "width" : "height"] : 100);
    const step = () => (this.unit === "px" ? 1 : 0.1);
    const box = () => geometry.bounds(this.part);
    const length = (label, axis, read, range, write) =>
      numberField(t(label), {
        t, unit, step, "data-number": label,
        range: () => range(box()).map((value) => value * whole(axis)),
        read: () => read(box()) * whole(axis),
        write: (value) => this.putPart(write(box(), value / whole(axis)), label),
      });
    const into = (values) => geometry.fitted(this.part, { ...box(), ...values });
    const thin = geometry.SIZE_MIN;
    this.lengths = [
      length("x", "x", (b) => b.x0, (b) => [0, 1 - b.x1 + b.x0], (b, x) => geometry.moved(this.part, x - b.x0, 0)),
      length("y", "y", (b) => b.y0, (b) => [0, 1 - b.y1 + b.y0], (b, y) => geometry.moved(this.part, 0, y - b.y0)),
      length("width", "x", (b) => b.x1 - b.x0, (b) => [thin, 1 - b.x0], (b, w) => into({ x1: b.x0 + w })),
      length("height", "y", (b) => b.y1 - b.y0, (b) => [thin, 1 - b.y0], (b, height) => into({ y1: b.y0 + height })),
    ];
    this.times = this.makeTimes();
    this.vertex = this.makeVertex(unit, step, whole);
    this.units = h("div", { class: "edit-segments", role: "group", "aria-label": t("unit") });
    return h(
      "div",
      {},
      h("div", { class: "edit-row edit-number-head" }, h("span", { class: "small muted" }, t("box")), this.units),
      h("div", { class: "edit-quad" }, this.lengths.map((field) => field.node)),
      this.vertex.node,
      h("div", { class: "edit-pair" }, this.times.map((field) => field.node)),
    );
  }

  makeTimes() {
    const { t } = this;
    const most = regions.LIMITS.time_ms / 1000;
    const seconds = (label, read, range, write, more = {}) =>
      numberField(t(label), { t, unit: () => t("seconds"), step: () => 0.1, range, read, write, ...more });
    return [
      seconds("from", () => this.part.from_ms / 1000, () => [0, (this.part.until_ms ?? regions.LIMITS.time_ms) / 1000 - 0.1],
        (from) => this.putPart({ ...this.part, from_ms: Math.round(1000 * (from ?? 0)) }, "from"), { empty: true }),
      seconds("until", () => (this.part.until_ms === null ? null : this.part.until_ms / 1000), () => [this.part.from_ms / 1000 + 0.1, most],
        (until) => this.putPart({ ...this.part, until_ms: until === null ? null : Math.round(1000 * until) }, "until"), { empty: true, placeholder: t("to-the-end") }),
    ];
  }

  makeVertex(unit, step, whole) {
    const { t, editor } = this;
    const at = () => editor.selection.vertex ?? 0;
    const choice = h("select", { "aria-label": t("corner"), onchange: (event) => editor.select(editor.selection.key, editor.selection.part, Number(event.target.value)) });
    const place = (label, axis) =>
      numberField(t(label), {
        t, unit, step, "data-number": label,
        range: () => [0, whole(axis)],
        read: () => this.part.points[at()][axis === "x" ? 0 : 1] * whole(axis),
        write: (value) => {
          const point = [...this.part.points[at()]];
          point[axis === "x" ? 0 : 1] = value / whole(axis);
          this.putPart(geometry.vertexMoved(this.part, at(), point), `${label}-${at()}`);
        },
      });
    const fields = [place("corner-x", "x"), place("corner-y", "y")];
    const remove = h("button", { class: "edit-button", onclick: () => editor.removeVertex() }, t("corner-remove"));
    const node = h(
      "div",
      { class: "edit-vertex" },
      h("div", { class: "edit-trio" }, h("label", { class: "edit-field" }, h("span", { class: "edit-field-label" }, t("corner")), choice), fields.map((field) => field.node)),
      h("div", { class: "edit-row" }, h("button", { class: "edit-button", onclick: () => editor.addVertex() }, t("corner-add")), remove),
    );
    return { node, choice, fields, at, remove };
  }

  showForm() {
    const { editor, t, region } = this;
    this.form.hidden = !region;
    this.none.hidden = Boolean(region) || !editor.doc.regions.length;
    if (!region) return void (this.shown = null);
    const { key, part, vertex } = editor.selection;
    const now = JSON.stringify([key, part, vertex, this.unit, this.part.shape]);
    const anew = now !== this.shown;
    this.shown = now;
    Object.values(this.fields).forEach((field) => field.sync(anew));
    [...this.lengths, ...this.times].forEach((field) => field.sync(anew));
    this.showShare(region);
    this.showParts(region);
    this.showUnits();
    this.showVertex(anew);
    const layer = editor.doc.regions.indexOf(region) + 1;
    this.layer.textContent = t("layer-of", { n: layer, count: editor.doc.regions.length });
    const wrong = editor.problems.filter((problem) => problem.key === key && problem.field === "name");
    this.fields.name.complain(wrong.length ? editor.describe(wrong[0]) : "");
  }

  showShare(region) {
    const share = regions.expectedShares(this.editor.doc).get(region.key);
    const words = share === null ? this.t("share-none") : this.t("share", { share: percent(share) });
    if (this.share.textContent !== words) this.share.textContent = words;
  }

  showParts(region) {
    const { editor, t } = this;
    const { key, part: chosen } = editor.selection;
    const choices = region.parts.map((part, at) =>
      h(
        "button",
        { class: "edit-button", "data-focus": `part-${at}`, "aria-pressed": String(at === chosen), onclick: () => editor.select(key, at) },
        t("outline-n", { n: at + 1, shape: t(`shape-${part.shape}`) }),
      ),
    );
    const add = SHAPES.map((shape) =>
      h("button", { class: "edit-button edit-quiet", "data-focus": `add-${shape}`, title: t("outline-add-title"), onclick: () => editor.addOutline(shape) }, `+ ${t(`shape-${shape}`)}`),
    );
    const less = region.parts.length > 1 && h("button", { class: "edit-button edit-quiet", "data-focus": "part-remove", onclick: () => editor.removePart() }, t("outline-remove"));
    const bend = region.parts[chosen]?.shape !== "polygon" &&
      h("button", { class: "edit-button edit-quiet", "data-focus": "part-bend", onclick: () => this.putPart(geometry.asPolygon(this.part)) }, t("as-polygon"));
    replace(this.parts, h("div", { class: "edit-row" }, choices, less), h("div", { class: "edit-row" }, add, bend));
  }

  showUnits() {
    const unit = (name, words) =>
      h("button", { "data-focus": name, "aria-pressed": String(this.unit === name), onclick: () => void ((this.unit = name), this.showForm()) }, words);
    replace(this.units, unit("percent", "%"), unit("px", this.t("slide-px")));
  }

  showVertex(anew) {
    const { node, choice, fields, at, remove } = this.vertex;
    const polygon = this.part.shape === "polygon";
    node.hidden = !polygon;
    if (!polygon) return;
    const { length } = this.part.points;
    if (choice.options.length !== length) choice.replaceChildren(...this.part.points.map((_, n) => h("option", { value: n }, String(n + 1))));
    choice.value = String(at());
    set(remove, { disabled: length <= 3 });
    fields.forEach((field) => field.sync(anew));
  }

  // A field with something in it that could not be taken.
  get bad() {
    const { name, ...others } = this.fields;
    const fields = [...Object.values(others), ...this.lengths, ...this.times, ...this.vertex.fields];
    return this.region ? fields.find((field) => field.bad && !field.node.closest("[hidden]")) : undefined;
  }

  focusName() {
    this.fields.name.input.focus();
    this.fields.name.input.select();
  }
}

const percent = (share) => `${Math.round(1000 * share) / 10} %`;
