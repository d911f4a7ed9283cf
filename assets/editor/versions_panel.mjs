// Every version of the regions, with who and when; one can be looked at and used again.

import { h, replace } from "./dom.mjs";

export class VersionsPanel {
  constructor(editor, t) {
    Object.assign(this, { editor, t });
    this.name = h("input", { type: "text", maxlength: 80, autocomplete: "nickname", value: editor.author, oninput: () => editor.setAuthor(this.name.value) });
    this.list = h("ol", { class: "edit-list edit-versions", "aria-label": t("versions") });
    this.node = h(
      "div",
      {},
      h("label", { class: "edit-field" }, h("span", { class: "edit-field-label" }, t("your-name")), this.name),
      h("p", { class: "muted small" }, t("your-name-note")),
      this.list,
    );
  }

  show() {
    if (this.name !== document.activeElement) this.name.value = this.editor.author;
    replace(this.list, ...this.editor.server.versions.map((version) => this.row(version)));
  }

  row(version) {
    const { editor, t } = this;
    const used = version.version === editor.server.version;
    const looked = editor.preview?.version === version.version;
    const button = (key, onclick) =>
      h("button", { class: "edit-button edit-quiet", "data-focus": `${key}-${version.version}`, "aria-label": t(`${key}-version`, { n: version.version }), onclick }, t(key));
    return h(
      "li",
      { "data-version": version.version, "data-chosen": looked },
      h(
        "div",
        { class: "edit-version-words" },
        h("div", {}, h("strong", {}, t("version-n", { n: version.version })), " ", used && h("span", { class: "chip chip-good" }, t("in-use"))),
        h("div", { class: "muted small" }, version.author ?? t("nobody-named"), " · ", when(version.created_at), " · ", t("regions-n", { n: version.regions })),
      ),
      looked ? button("back-to-mine", () => editor.stopLooking()) : button("look", () => editor.look(version.version)),
      !used && button("restore", () => editor.restore(version.version)),
    );
  }
}

// Day and time as the reader's browser writes them.
export const when = (iso) => new Date(iso).toLocaleString(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" });
