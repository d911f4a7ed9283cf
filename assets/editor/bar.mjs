// The bar over the slide: tools, undo and redo, snapping, zoom, and saving.

import { h, s, set } from "./dom.mjs";

export const TOOLS = [
  ["select", "V", "M5 3l12 9-6 1-3 6z"],
  ["rectangle", "R", "M3 5h14v10H3z"],
  ["ellipse", "E", "M10 4.5c4.4 0 7.5 2.4 7.5 5.5s-3.1 5.5-7.5 5.5S2.5 13.100 2.500 10 5.600 4.500 10 4.500z"],
  ["polygon", "P", "M10 3l7 5-2.500 9h-9L3 8z"],
];
const UNDO = "M7 5L3 9l4 4M3 9h8a5 5 0 0 1 0 10H8";
const ZOOMS = ["fit", "1", "2"];

const icon = (path) => s("svg", { viewBox: "0 0 20 20", class: "edit-icon", "aria-hidden": "true" }, s("path", { d: path }));

export class Bar {
  constructor(editor, t) {
    Object.assign(this, { editor, t });
    const tool = ([name, letter, path]) =>
      h("button", { "data-tool": name, title: t("tool-title", { letter }), onclick: () => editor.setTool(name) }, icon(path), h("span", {}, t(`tool-${name}`)));
    this.tools = h("div", { class: "edit-segments", role: "group", "aria-label": t("tools") }, TOOLS.map(tool));
    const step = (key, letter, onclick, more = {}) =>
      h("button", { class: "edit-button edit-square", "aria-label": t(key), title: `${t(key)} (${letter})`, onclick, ...more }, icon(UNDO));
    this.undo = step("undo", "Ctrl+Z", () => editor.undo());
    this.redo = step("redo", "Ctrl+Y", () => editor.redo(), { "data-mirrored": true });
    this.snap = h("input", { type: "checkbox", onchange: () => editor.setSnap(this.snap.checked) });
    this.zooms = h(
      "div",
      { class: "edit-segments", role: "group", "aria-label": t("zoom") },
      ZOOMS.map((zoom) => h("button", { "data-zoom": zoom, onclick: () => editor.setZoom(zoom) }, zoom === "fit" ? t("zoom-fit") : `${100 * zoom} %`)),
    );
    this.help = h("button", { class: "edit-button edit-square", "aria-label": t("help"), title: t("help"), onclick: () => editor.help() }, "?");
    this.state = h("span", { class: "edit-state small", role: "status" });
    this.save = h("button", { class: "edit-button edit-save", title: "Ctrl+S", onclick: () => editor.save() }, t("save"));
    this.node = h(
      "div",
      { class: "edit-bar" },
      this.tools,
      h("div", { class: "edit-row" }, this.undo, this.redo),
      h("label", { class: "edit-check", title: t("snap-title") }, this.snap, h("span", {}, t("snap"))),
      this.zooms,
      this.help,
      h("div", { class: "edit-saving" }, this.state, this.save),
    );
  }

  show() {
    const { editor, t } = this;
    const locked = editor.locked;
    for (const button of this.tools.children) set(button, { "aria-pressed": String(button.dataset.tool === editor.tool), disabled: locked });
    for (const button of this.zooms.children) set(button, { "aria-pressed": String(button.dataset.zoom === editor.zoom) });
    set(this.undo, { disabled: locked || !editor.history.past.length });
    set(this.redo, { disabled: locked || !editor.history.future.length });
    this.snap.checked = editor.snap;
    set(this.save, { disabled: editor.saving || locked || !editor.dirty });
    const words = editor.saving ? t("saving") : editor.dirty ? t("unsaved") : t("saved", { n: editor.server.version });
    if (this.state.textContent !== words) this.state.textContent = words;
    set(this.node, { "data-dirty": editor.dirty });
  }
}
