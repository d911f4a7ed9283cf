// The editor of a slide's regions: what there is, what is chosen, what is being done; and its saving.

import * as geometry from "./geometry.mjs";
import * as history from "./history.mjs";
import * as regions from "./regions.mjs";
import { Bar } from "./bar.mjs";
import { Canvas } from "./canvas.mjs";
import { h, set, speaker } from "./dom.mjs";
import { keys, SHORTCUTS } from "./keys.mjs";
import { leaving } from "./leaving.mjs";
import { Notes } from "./notes.mjs";
import { ProposalsPanel } from "./proposals_panel.mjs";
import { RegionsPanel } from "./regions_panel.mjs";
import { VersionsPanel } from "./versions_panel.mjs";

const AUTHOR = "gazeboard-author";
const SNAP = "gazeboard-snap";
const DRAFT_MS = 250;
const NOTHING = { key: null, part: 0, vertex: null };

// The storage of the browser may be full or forbidden; the editor then does without.
const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const keep = (name, value) => {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
};

export class Editor {
  constructor(root, config, answer) {
    Object.assign(this, {
      root, config, slide: config.slide, t: speaker(config.texts),
      server: null, history: null, liveDoc: null, selection: NOTHING,
      tool: "select", addingTo: null, snap: kept(SNAP) !== "off", zoom: "fit", tab: "regions", cornersSet: 0,
      preview: null, conflict: null, newer: null, refused: null, restored: null, complaining: false, saving: false,
      author: kept(AUTHOR) ?? "", problems: [],
    });
    this.take(answer);
    this.history = history.begin(this.server.doc);
    this.build();
    this.bringBack();
    this.release = [keys(this), leaving(this)];
    this.render();
    this.loadProposals();
  }

  destroy() {
    this.storeDraft();
    this.release.forEach((release) => release());
    this.canvas.destroy();
  }

  build() {
    const { t } = this;
    this.stage = h("div", { class: "edit-stage", tabindex: 0, role: "group", "aria-label": t("stage-label") });
    this.hint = h("div", { class: "edit-hint small muted" });
    this.spoken = h("div", { class: "visually-hidden", role: "status" });
    this.canvas = new Canvas(this.stage, this.slide, t, this);
    this.bar = new Bar(this, t);
    this.notes = new Notes(this, t);
    this.panels = { regions: new RegionsPanel(this, t), proposals: new ProposalsPanel(this, t), versions: new VersionsPanel(this, t) };
    this.tabs = h("div", { class: "edit-tabs", role: "tablist", "aria-label": t("panel") });
    this.sheets = {};
    for (const [name, panel] of Object.entries(this.panels)) {
      this.tabs.append(h("button", { role: "tab", id: `edit-tab-${name}`, "aria-controls": `edit-sheet-${name}`, onclick: () => this.setTab(name) }));
      this.sheets[name] = h("div", { role: "tabpanel", id: `edit-sheet-${name}`, "aria-labelledby": `edit-tab-${name}` }, panel.node);
    }
    this.tabs.addEventListener("keydown", (event) => this.stepTab(event));
    this.root.replaceChildren(
      this.bar.node,
      this.notes.node,
      h("section", { class: "card edit-stage-card", "aria-label": t("slide-with-regions") }, this.stage, this.hint),
      h("section", { class: "card edit-panel" }, this.tabs, ...Object.values(this.sheets)),
      this.spoken,
    );
  }

  // What there is

  get doc() {
    return this.liveDoc ?? this.history.present;
  }

  get dirty() {
    return !regions.equal(this.history.present, this.server.doc);
  }

  get locked() {
    return this.preview !== null;
  }

  colourOf(key) {
    return this.config.colours[this.doc.regions.findIndex((region) => region.key === key) % this.config.colours.length];
  }

  take(answer) {
    this.server = { ...answer, doc: regions.fromServer(answer) };
  }

  // Showing

  render() {
    this.problems = regions.problems(this.doc);
    if (!this.problems.length) this.complaining = false;
    this.settleSelection();
    this.showCanvas();
    this.bar.show();
    this.notes.show();
    this.panels[this.tab].show();
    this.showTabs();
    this.showHint();
  }

  settleSelection() {
    const region = regions.find(this.doc, this.selection.key);
    if (!region) this.selection = NOTHING;
    else if (!region.parts[this.selection.part]) this.selection = { ...this.selection, part: 0, vertex: null };
    const part = region?.parts[this.selection.part];
    if (this.selection.vertex !== null && !(part?.shape === "polygon" && part.points[this.selection.vertex])) {
      this.selection = { ...this.selection, vertex: null };
    }
  }

  showCanvas() {
    const { proposals } = this.panels;
    const theirs = this.conflict ? regions.drawnElsewhere(this.doc, regions.fromServer(this.conflict)) : [];
    this.canvas.show({
      doc: this.preview ? regions.fromServer(this.preview) : this.doc,
      selection: this.preview ? NOTHING : this.selection,
      tool: this.tool, snap: this.snap, locked: this.locked, colours: this.config.colours,
      proposals: this.tab === "proposals" && !this.locked ? proposals.open : [],
      snapBoxes: proposals.boxes,
      ghosts: theirs,
    });
  }

  showTabs() {
    const { t } = this;
    const counts = { regions: this.doc.regions.length, proposals: this.panels.proposals.all ? this.panels.proposals.open.length : null, versions: this.server.versions.length };
    for (const tab of this.tabs.children) {
      const name = tab.id.replace("edit-tab-", "");
      const words = counts[name] === null ? t(`tab-${name}`) : `${t(`tab-${name}`)} ${counts[name]}`;
      if (tab.textContent !== words) tab.textContent = words;
      set(tab, { "aria-selected": String(name === this.tab), tabindex: name === this.tab ? 0 : -1 });
      this.sheets[name].hidden = name !== this.tab;
    }
  }

  showHint() {
    const { t } = this;
    const button = (key, onclick) => h("button", { class: "edit-button edit-quiet", onclick }, t(key));
    const drawing = this.tool === "polygon" && this.cornersSet > 0;
    const about = this.locked ? "locked" : this.tool === "select" && this.tab === "proposals" ? "proposals" : this.tool;
    const words = t(`hint-${about}`);
    const content = [h("span", {}, words)];
    if (drawing) content.push(button("corner-back", () => this.canvas.vertexBack()), button("finish", () => this.canvas.close()));
    if (this.tool !== "select") content.push(button("cancel", () => this.setTool("select")));
    this.hint.replaceChildren(...content);
  }

  say(key, values = {}) {
    const words = this.t(key, values);
    this.spoken.textContent = "";
    this.spoken.textContent = words;
  }

  // Choosing

  select(key, part = 0, vertex = null) {
    this.selection = key === null ? NOTHING : { key, part, vertex };
    this.render();
    this.panels.regions.reveal(key);
  }

  setTool(tool) {
    this.tool = tool;
    if (tool === "select") this.addingTo = null;
    this.canvas.stopDrawing();
    this.render();
    if (tool !== "select") this.stage.focus({ preventScroll: true });
  }

  setTab(tab) {
    this.tab = tab;
    this.render();
  }

  stepTab(event) {
    const names = Object.keys(this.panels);
    const by = { ArrowRight: 1, ArrowLeft: names.length - 1 }[event.key];
    if (!by) return;
    this.setTab(names[(names.indexOf(this.tab) + by) % names.length]);
    this.tabs.querySelector("[aria-selected=true]").focus();
  }

  setSnap(snap) {
    this.snap = snap;
    keep(SNAP, snap ? "on" : "off");
    this.render();
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.canvas.svg.style.width = zoom === "fit" ? "" : `${this.slide.width * Number(zoom)}px`;
    set(this.stage, { "data-zoom": zoom });
    this.render();
    this.canvas.centre(this.part);
  }

  setAuthor(author) {
    this.author = author;
    keep(AUTHOR, author.trim() || null);
  }

  // Changing

  change(doc, tag = null) {
    this.liveDoc = null;
    this.history = history.commit(this.history, doc, tag);
    this.changed();
  }

  changed() {
    this.refused = null;
    this.render();
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.storeDraft(), DRAFT_MS);
  }

  // While something is dragged: seen, but not done yet.
  live(doc) {
    this.liveDoc = doc;
    this.showCanvas();
    if (this.tab === "regions") this.panels.regions.showForm();
  }

  done() {
    if (this.liveDoc) this.change(this.liveDoc);
  }

  forget() {
    this.liveDoc = null;
    this.render();
  }

  undo() {
    this.history = history.undo(this.history);
    this.changed();
    this.say("undone");
  }

  redo() {
    this.history = history.redo(this.history);
    this.changed();
    this.say("redone");
  }

  // An outline was drawn: of a new region, or a further one of a region.
  drawn(part) {
    const whole = { from_ms: 0, until_ms: null, ...part };
    const to = this.addingTo;
    this.tool = "select";
    this.addingTo = null;
    if (to !== null && regions.find(this.doc, to)) {
      const at = regions.find(this.doc, to).parts.length;
      this.change(regions.withPart(this.doc, to, at, whole));
      this.select(to, at);
    } else this.addRegion(whole);
    this.canvas.focusRegion(this.selection.key);
  }

  addRegion(part) {
    if (this.doc.regions.length >= regions.LIMITS.regions) return this.say("too-many-short");
    const [doc, key] = regions.added(this.doc, part, this.t("new-name", { n: this.doc.regions.length + 1 }));
    this.change(doc);
    this.setTab("regions");
    this.select(key, 0);
    this.say("added", { name: regions.find(doc, key).name });
  }

  // Without a pointer: a rectangle in the middle, its name ready to be typed over.
  addDefault() {
    this.addRegion({ shape: "rectangle", points: [[0.4, 0.4], [0.6, 0.6]] });
    this.panels.regions.focusName();
  }

  addOutline(shape) {
    this.addingTo = this.selection.key;
    this.tool = shape;
    this.render();
    this.stage.focus({ preventScroll: true });
  }

  drawingChanged(corners) {
    this.cornersSet = corners;
    if (this.history) this.showHint();
  }

  duplicate() {
    if (!regions.find(this.doc, this.selection.key)) return;
    const [doc, key] = regions.duplicated(this.doc, this.selection.key);
    this.change(doc);
    this.select(key, 0);
  }

  remove() {
    const region = regions.find(this.doc, this.selection.key);
    if (!region) return;
    this.change(regions.removed(this.doc, region.key));
    this.stage.focus({ preventScroll: true });
    this.say("removed", { name: region.name });
  }

  removePart() {
    const { key, part } = this.selection;
    this.change(regions.withoutPart(this.doc, key, part));
    this.select(key, 0);
  }

  get part() {
    return regions.find(this.doc, this.selection.key)?.parts[this.selection.part] ?? null;
  }

  putPart(part, tag = null) {
    this.change(regions.withPart(this.doc, this.selection.key, this.selection.part, part), tag);
  }

  addVertex() {
    const { key, part, vertex } = this.selection;
    const at = vertex ?? 0;
    this.putPart(geometry.vertexAdded(this.part, at, geometry.middleOf(this.part, at)));
    this.select(key, part, at + 1);
  }

  removeVertex() {
    const { key, part, vertex } = this.selection;
    this.putPart(geometry.vertexRemoved(this.part, vertex ?? 0));
    this.select(key, part, Math.max(0, (vertex ?? 0) - 1));
  }

  // By px of the slide: the vertex, or the outline, or (with `whole`) all outlines of the region.
  nudge(dx, dy, whole) {
    const region = regions.find(this.doc, this.selection.key);
    if (!region) return;
    const [x, y] = [dx / this.slide.width, dy / this.slide.height];
    const tag = `nudge-${region.key}`;
    if (this.selection.vertex !== null) {
      const [px, py] = this.part.points[this.selection.vertex];
      this.putPart(geometry.vertexMoved(this.part, this.selection.vertex, [px + x, py + y]), tag);
    } else if (whole) {
      const by = geometry.reach(geometry.around(region.parts.map(geometry.bounds)), x, y);
      this.change(regions.updated(this.doc, region.key, { parts: region.parts.map((part) => geometry.moved(part, ...by)) }), tag);
    } else this.putPart(geometry.moved(this.part, x, y), tag);
  }

  stretch(dx, dy) {
    if (!this.part) return;
    const box = geometry.bounds(this.part);
    const x1 = geometry.clamp(box.x1 + dx / this.slide.width, box.x0 + geometry.SIZE_MIN, 1);
    const y1 = geometry.clamp(box.y1 + dy / this.slide.height, box.y0 + geometry.SIZE_MIN, 1);
    this.putPart(geometry.fitted(this.part, { ...box, x1, y1 }), `stretch-${this.selection.key}`);
  }

  restack(steps) {
    this.change(regions.restacked(this.doc, this.selection.key, steps));
  }

  // Proposals

  loadProposals() {
    this.panels.proposals.load(this.config.proposals_url);
  }

  checkProposal(number) {
    this.panels.proposals.toggle(number);
  }

  // What is wrong

  where(problem) {
    const region = regions.find(this.doc, problem.key);
    if (!region) return this.t("tab-regions");
    const name = region.name.trim() || this.t("unnamed");
    return problem.part === null ? name : this.t("where-outline", { name, n: problem.part + 1 });
  }

  describe(problem) {
    return this.t(`problem-${problem.problem}`, { got: problem.got });
  }

  goTo(problem) {
    this.setTab("regions");
    this.select(problem.key, problem.part ?? 0);
    if (problem.field === "name") this.panels.regions.focusName();
    else this.canvas.focusRegion(problem.key);
  }

  // Saving

  async save() {
    if (this.saving || this.locked || this.heldUp() || !this.dirty) return;
    this.complaining = this.problems.length > 0;
    if (this.complaining) return this.complain();
    await this.send(this.server.version);
  }

  complain() {
    this.render();
    this.notes.reveal();
  }

  // A field that says what it expects has to be corrected first.
  heldUp() {
    const { bad } = this.panels.regions;
    if (!bad) return false;
    this.setTab("regions");
    bad.input.focus();
    return true;
  }

  async send(seenVersion) {
    const sent = this.history.present;
    const body = { ...regions.toServer(sent), seen_version: seenVersion, author: this.author.trim() || null };
    Object.assign(this, { saving: true, refused: null });
    this.render();
    try {
      const response = await fetch(this.config.regions_url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) this.savedAs(answer, sent);
      else if (response.status === 409) this.showConflict(answer.present);
      else this.refused = answer.message;
    } catch {
      this.refused = this.t("no-answer");
    }
    this.saving = false;
    this.render();
    if (this.conflict || this.refused) this.notes.reveal();
  }

  savedAs(answer, sent) {
    this.take(answer);
    const ids = new Map(sent.regions.map((region, at) => [region.key, answer.aois[at].id]));
    this.history = history.throughout(this.history, (doc) => regions.withIds(doc, ids));
    Object.assign(this, { conflict: null, newer: null, restored: null });
    this.storeDraft();
    this.say("saved", { n: answer.version });
    window.dash_clientside.set_props(this.config.saved_store, { data: { version: answer.version, at: Date.now() } });
  }

  // Versions

  async fetchVersion(version) {
    const response = await fetch(`${this.config.regions_url}?version=${version}`);
    if (!response.ok) throw new Error(response.statusText);
    return response.json();
  }

  async look(version) {
    try {
      this.preview = await this.fetchVersion(version);
    } catch {
      this.say("no-answer");
    }
    this.render();
  }

  stopLooking() {
    this.preview = null;
    this.render();
  }

  // A former version is saved anew; what was there before can be had back by undoing.
  async restore(version) {
    try {
      const answer = await this.fetchVersion(version);
      this.preview = null;
      this.change(regions.fromServer(answer));
      await this.save();
    } catch {
      this.refused = this.t("no-answer");
      this.render();
    }
  }

  // Somebody may have saved while this was being edited.
  async lookForNewer() {
    const response = await fetch(this.config.regions_url).catch(() => null);
    if (!response?.ok || this.saving) return;
    const answer = await response.json();
    if (answer.version === this.server.version) this.newer = null;
    else if (this.dirty) this.newer = answer;
    else {
      this.take(answer);
      this.change(this.server.doc);
    }
    this.render();
  }

  showConflict(answer) {
    Object.assign(this, { conflict: answer, newer: answer });
    this.complain();
  }

  decideLater() {
    this.conflict = null;
    this.render();
  }

  async saveOver() {
    const theirs = this.conflict;
    this.conflict = null;
    this.complaining = this.problems.length > 0;
    if (this.complaining) return this.complain();
    await this.send(theirs.version);
  }

  // Mine stays one step back in the history.
  async takeTheirs() {
    const theirs = this.conflict;
    Object.assign(this, { conflict: null, newer: null, restored: null });
    this.take({ versions: this.server.versions, ...theirs });
    this.change(this.server.doc);
    this.say("took-theirs");
    this.canvas.stage.focus({ preventScroll: true });
  }

  // Drafts

  get draftName() {
    return `gazeboard-regions:${this.config.place.join("/")}`;
  }

  storeDraft() {
    clearTimeout(this.draftTimer);
    const draft = { version: this.server.version, doc: this.history.present, at: new Date().toISOString() };
    keep(this.draftName, this.dirty ? JSON.stringify(draft) : null);
  }

  // Work that was not saved when the page was left. It began from a version that may not be the present one.
  bringBack() {
    let draft = null;
    try {
      draft = JSON.parse(kept(this.draftName) ?? "null");
    } catch {
      return keep(this.draftName, null);
    }
    const doc = regions.fromDraft(draft?.doc);
    if (!doc || regions.equal(doc, this.server.doc)) return keep(this.draftName, null);
    this.history = history.commit(this.history, doc);
    this.restored = draft.at;
    if (Number.isInteger(draft.version) && draft.version !== this.server.version) {
      this.newer = { ...this.server };
      this.server = { ...this.server, version: draft.version };
    }
  }

  keepDraft() {
    this.restored = null;
    this.render();
  }

  dropDraft() {
    this.restored = null;
    if (this.newer) this.take(this.newer);
    this.newer = null;
    this.change(this.server.doc);
  }

  help() {
    const { t } = this;
    const rows = SHORTCUTS.flatMap(([letters, key]) => [h("dt", {}, letters), h("dd", {}, t(key))]);
    const dialog = h("dialog", { class: "edit-dialog", "aria-label": t("help") }, h("h2", {}, t("help")), h("dl", { class: "edit-shortcuts" }, rows), h("p", { class: "small muted" }, t("help-touch")),
      h("form", { method: "dialog", class: "edit-row" }, h("button", { class: "edit-button", type: "submit" }, t("close"))));
    this.open(dialog);
  }

  open(dialog) {
    dialog.addEventListener("close", () => dialog.remove());
    this.root.append(dialog);
    dialog.showModal();
  }
}

let editor = null;

// Put the editor into an element of the page, in the place of the one before.
export async function start(root, config) {
  editor?.destroy();
  editor = null;
  const response = await fetch(config.regions_url);
  if (!response.ok) return void root.replaceChildren(h("p", { class: "card" }, speaker(config.texts)("no-answer")));
  editor = new Editor(root, config, await response.json());
}

export const revised = () => editor?.root.isConnected && editor.lookForNewer();

// Choose the region of this id, if there is still one.
export function choose(id) {
  const region = editor?.doc.regions.find((each) => each.id === id);
  if (region && !editor.locked) editor.select(region.key, 0);
}
