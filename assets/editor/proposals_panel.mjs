// Regions that were found in the picture: taken as they are, several as one, added to a region, or refused.

import * as regions from "./regions.mjs";
import { around, bounds } from "./geometry.mjs";
import { h, replace } from "./dom.mjs";

const ALIKE = 0.7; // intersection over union of two boxes that are for the same thing

export class ProposalsPanel {
  constructor(editor, t) {
    Object.assign(this, { editor, t, all: null, failed: false });
    this.node = h("div", {});
  }

  get open() {
    return this.all?.filter((each) => !each.gone) ?? [];
  }

  get checked() {
    return this.open.filter((each) => each.checked);
  }

  get boxes() {
    return (this.all ?? []).flatMap((each) => each.parts.map(bounds));
  }

  async load(url) {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(response.statusText);
      const found = regions.fromServer({ overlap: "all", aois: (await response.json()).aois }).regions;
      this.all = found.map((region, number) => ({ ...region, number, checked: false, gone: false }));
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.editor.render();
  }

  show() {
    replace(this.node, ...this.content());
  }

  content() {
    const { t } = this;
    if (this.failed) return [h("p", { class: "small" }, t("proposals-failed")), this.button("try-again", () => this.editor.loadProposals())];
    if (!this.all) return [h("p", { class: "muted small", role: "status" }, t("proposals-looking"))];
    if (!this.all.length) return [h("p", { class: "muted small" }, t("proposals-none"))];
    if (!this.open.length) return [h("p", { class: "muted small" }, t("proposals-done")), this.button("proposals-again", () => this.again())];
    return [h("p", { class: "muted small" }, t("proposals-lead")), h("ul", { class: "edit-list edit-proposal-list" }, this.open.map((each) => this.row(each))), this.together()];
  }

  button(key, onclick, values = {}, more = {}) {
    return h("button", { class: "edit-button", "data-focus": key, onclick, ...more }, this.t(key, values));
  }

  row(proposal) {
    const { t } = this;
    const like = this.alike(proposal);
    const box = h("input", { type: "checkbox", "data-focus": `check-${proposal.number}`, onchange: () => this.toggle(proposal.number) });
    box.checked = proposal.checked;
    const small = (key, onclick) =>
      h("button", { class: "edit-button edit-quiet", "data-focus": `${key}-${proposal.number}`, "aria-label": t(`${key}-one`, { name: proposal.name }), onclick }, t(key));
    return h(
      "li",
      { "data-proposal-row": proposal.number, "data-chosen": proposal.checked },
      h("label", { class: "edit-proposal-name" }, box, h("span", {}, proposal.name, " ", h("span", { class: "muted small" }, like ? t("proposal-like", { name: like }) : t(`role-${proposal.role}`)))),
      small("accept", () => this.accept([proposal])),
      small("reject", () => this.reject([proposal])),
    );
  }

  // The name of a region that is there already where the proposal is, or null.
  alike(proposal) {
    const mine = around(proposal.parts.map(bounds));
    const size = (box) => Math.max(0, box.x1 - box.x0) * Math.max(0, box.y1 - box.y0);
    const same = (region) => {
      const its = around(region.parts.map(bounds));
      const common = size({ x0: Math.max(mine.x0, its.x0), y0: Math.max(mine.y0, its.y0), x1: Math.min(mine.x1, its.x1), y1: Math.min(mine.y1, its.y1) });
      return common / (size(mine) + size(its) - common) >= ALIKE;
    };
    return this.editor.doc.regions.find(same)?.name ?? null;
  }

  together() {
    const { checked, editor } = this;
    const into = regions.find(editor.doc, editor.selection.key);
    const none = { disabled: !checked.length };
    return h(
      "div",
      { class: "edit-together" },
      h("p", { class: "small muted", role: "status" }, this.t("proposals-checked", { n: checked.length, count: this.open.length })),
      h(
        "div",
        { class: "edit-row" },
        this.button("check-all", () => this.checkAll(checked.length < this.open.length)),
        this.button("accept-checked", () => this.accept(checked), {}, none),
        this.button("merge-checked", () => this.merge(), {}, { disabled: checked.length < 2 }),
        into && this.button("join-checked", () => this.join(into), { name: into.name }, none),
        this.button("reject-checked", () => this.reject(checked), {}, none),
      ),
    );
  }

  toggle(number) {
    this.all = this.all.map((each) => (each.number === number ? { ...each, checked: !each.checked } : each));
    this.editor.render();
  }

  checkAll(checked) {
    this.all = this.all.map((each) => ({ ...each, checked: checked && !each.gone }));
    this.editor.render();
  }

  again() {
    this.all = this.all.map((each) => ({ ...each, gone: false, checked: false }));
    this.editor.render();
  }

  settle(these) {
    const numbers = new Set(these.map((each) => each.number));
    this.all = this.all.map((each) => (numbers.has(each.number) ? { ...each, gone: true, checked: false } : each));
  }

  accept(these) {
    const [doc, keys] = regions.accepted(this.editor.doc, these);
    this.settle(these);
    this.editor.change(doc);
    this.editor.select(keys.at(-1), 0);
    this.editor.say("accepted-n", { n: these.length });
  }

  merge() {
    const these = this.checked;
    const [doc, key] = regions.merged(this.editor.doc, these);
    this.settle(these);
    this.editor.change(doc);
    this.editor.select(key, 0);
    this.editor.say("merged-n", { n: these.length });
  }

  join(region) {
    const these = this.checked;
    this.settle(these);
    this.editor.change(regions.joined(this.editor.doc, region.key, these));
    this.editor.say("joined-n", { n: these.length, name: region.name });
  }

  reject(these) {
    this.settle(these);
    this.editor.render();
    this.editor.say("rejected-n", { n: these.length });
  }
}
