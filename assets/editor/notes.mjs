// What has to be said above the slide: work brought back, an old version, what cannot be saved, a conflict.

import * as regions from "./regions.mjs";
import { h, replace } from "./dom.mjs";
import { when } from "./versions_panel.mjs";

const SHOWN_MAX = 6;

export class Notes {
  constructor(editor, t) {
    Object.assign(this, { editor, t });
    this.node = h("div", { class: "edit-notes" });
    this.last = "";
  }

  show() {
    const { editor } = this;
    const kinds = [editor.conflict && this.conflict(), editor.refused && this.refused(), editor.preview && this.preview(),
      editor.newer && !editor.conflict && this.newer(), editor.restored && this.restored(), editor.complaining && this.problems()].filter(Boolean);
    const html = kinds.map((kind) => kind.outerHTML).join("");
    if (html === this.last) return; // so that nothing is read out twice
    this.last = html;
    replace(this.node, ...kinds);
  }

  // Who pressed a button far below has to see what came of it.
  reveal() {
    this.node.scrollIntoView({ block: "nearest" });
  }

  note(kind, title, ...children) {
    return h("section", { class: "edit-note", "data-kind": kind, role: kind === "info" ? "status" : "alert" }, h("h2", {}, title), ...children);
  }

  button(key, onclick, values = {}) {
    return h("button", { class: "edit-button", "data-focus": key, onclick }, this.t(key, values));
  }

  row(...buttons) {
    return h("div", { class: "edit-row" }, ...buttons);
  }

  who(answer) {
    return answer.author ?? this.t("somebody");
  }

  conflict() {
    const { editor, t } = this;
    const theirs = editor.conflict;
    const values = { author: this.who(theirs), n: theirs.version, when: when(theirs.created_at), seen: editor.server.version };
    return this.note(
      "conflict",
      t("conflict-title", values),
      h("p", {}, t("conflict-words", values)),
      h("h3", {}, t("conflict-compare")),
      this.compared(editor.doc, regions.fromServer(theirs)),
      this.row(this.button("save-over", () => editor.saveOver()), this.button("take-theirs", () => editor.takeTheirs()), this.button("decide-later", () => editor.decideLater())),
    );
  }

  // What is other in the second, as sentences.
  compared(first, second) {
    const { t } = this;
    const found = regions.differences(first, second);
    const list = (names) => names.map((name) => `“${name}”`).join(", ");
    const lines = [
      found.added.length && t("diff-added", { names: list(found.added) }),
      found.removed.length && t("diff-removed", { names: list(found.removed) }),
      ...found.changed.map(({ name, fields }) => t("diff-changed", { name, fields: fields.map((field) => t(`diff-${field}`)).join(", ") })),
      found.stacking && t("diff-stacking"),
      found.overlap && t("diff-overlap"),
    ].filter(Boolean);
    return h("ul", { class: "edit-differences small" }, (lines.length ? lines : [t("diff-none")]).map((line) => h("li", {}, line)));
  }

  refused() {
    const { editor, t } = this;
    return this.note("bad", t("not-saved"), h("p", {}, editor.refused), this.row(this.button("try-again", () => editor.save())));
  }

  preview() {
    const { editor, t } = this;
    const seen = editor.preview;
    const values = { n: seen.version, author: seen.author ?? t("nobody-named"), when: when(seen.created_at) };
    const used = seen.version === editor.server.version;
    return this.note(
      "info",
      t("looking-title", values),
      h("p", {}, t("looking-words")),
      this.compared(editor.doc, regions.fromServer(seen)),
      this.row(!used && this.button("restore", () => editor.restore(seen.version)), this.button("back-to-mine", () => editor.stopLooking())),
    );
  }

  newer() {
    const { editor, t } = this;
    return this.note("info", t("newer-title", { n: editor.newer.version, author: this.who(editor.newer) }), h("p", {}, t(editor.dirty ? "newer-words" : "newer-words-clean")),
      this.row(this.button("show-differences", () => editor.showConflict(editor.newer))));
  }

  restored() {
    const { editor, t } = this;
    return this.note("info", t("draft-title"), h("p", {}, t("draft-words", { when: when(editor.restored) })),
      this.row(this.button("draft-keep", () => editor.keepDraft()), this.button("draft-drop", () => editor.dropDraft())));
  }

  problems() {
    const { editor, t } = this;
    const found = editor.problems;
    if (!found.length) return null;
    const item = (problem) => h("li", {}, h("button", { class: "edit-link", onclick: () => editor.goTo(problem) }, editor.where(problem)), ": ", editor.describe(problem));
    const more = found.length > SHOWN_MAX && h("li", {}, t("problems-more", { n: found.length - SHOWN_MAX }));
    return this.note("bad", t("problems-title"), h("ul", { class: "edit-differences small" }, found.slice(0, SHOWN_MAX).map(item), more));
  }
}
