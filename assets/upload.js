// Sends files in pieces and shows how far each has come. A broken connection is tried again, a file that
// was chosen before continues where it stopped, and uploads go on while other pages are looked at.
(() => {
  const TRIES = 8;
  const STATES_MS = 1000;
  const NO_ROOM = 507;
  const KNOWN = /\.(zip|webm|mp4|tsv|csv|txt|asc|json|gz|parquet)$/i;
  const EXPORT = /\.(tsv|csv|txt|asc|json|gz|parquet)$/i;
  const KINDS = ".zip,.webm,.mp4,.tsv,.csv,.txt,.asc,.json,.gz,.parquet";
  const STUDENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
  const VIDEO = /\.(webm|mp4)$/i;

  const rows = []; // list items of this visit, newest first; they outlive the page they are shown on
  const waiting = []; // functions that send one file each
  let sending = false;
  const asking = []; // what waits for its form: {file}, and of an export {id, row, found} besides
  let shown = null; // the one whose form is shown
  let timeline = null; // text of a chosen timeline.csv
  let maxBytes = Infinity;

  // Small helpers

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const sized = (bytes) =>
    bytes < 1e6 ? Math.ceil(bytes / 1e3) + " KB" : (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0) + " MB";

  class Refused extends Error {
    constructor(answer) {
      super(answer.message);
      this.answer = answer;
    }
  }
  const refuse = (where, expected, got) => new Refused({ where, expected, got });

  // One request, tried again while the server cannot be reached; throws Refused with the server's reason.
  async function ask(method, url, { body, headers = {}, allowed = [] } = {}) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const response = await fetch(url, { method, headers, body }).catch(() => null);
      if (response?.ok || allowed.includes(response?.status)) return response;
      if (response && (response.status < 500 || response.status === NO_ROOM)) {
        throw new Refused(await response.json().catch(() => ({ message: response.statusText })));
      }
      await pause(Math.min(500 * 2 ** attempt, 15000));
    }
    throw new Error("The server does not answer. Choose the file again later; it continues where it stopped.");
  }

  // One row of the list

  class Row {
    constructor(name, size) {
      this.node = element("article", "card upload");
      this.name = element("h3", "", name);
      this.size = element("span", "muted small", sized(size));
      this.bar = element("progress");
      this.bar.max = 1;
      this.bar.setAttribute("aria-label", "Progress of " + name);
      this.text = element("p", "upload-text small");
      this.text.setAttribute("role", "status");
      this.detail = element("div", "upload-detail");
      const head = element("div", "upload-head");
      head.append(this.name, this.size);
      this.node.append(head, this.bar, this.text, this.detail);
      rows.unshift(this);
      show();
    }

    at(state, text, share) {
      this.node.dataset.state = state;
      if (this.text.textContent !== text) this.text.textContent = text;
      this.bar.hidden = share === undefined;
      if (share !== undefined) this.bar.value = share;
    }

    link(text, url) {
      const link = element("a", "", text);
      link.href = url;
      this.detail.replaceChildren(link);
    }

    refused(answer) {
      this.at("refused", answer.session_id ? "This file is here already." : "Not accepted. Nothing of it was kept.");
      if (answer.session_id) return this.link("Open the session it became", answer.url);
      if (!answer.where) return this.detail.replaceChildren(element("p", "small", answer.message));
      const list = element("dl", "reason");
      for (const [name, value] of [["Where", answer.where], ["Expected", answer.expected], ["Found", answer.got]]) {
        list.append(element("dt", "", name), element("dd", "", value));
      }
      this.detail.replaceChildren(list);
    }
  }

  // Sending

  const key = (file, form) =>
    "gazeboard-upload:" + [file.name, file.size, file.lastModified, JSON.stringify(form)].join(":");

  // The upload of this file that was begun before, or a new one: [id, bytes that have arrived].
  async function begin(file, form) {
    const known = localStorage.getItem(key(file, form));
    if (known) {
      const response = await ask("HEAD", "/api/uploads/" + known, { allowed: [404] });
      if (response.ok) return [known, Number(response.headers.get("Upload-Offset"))];
    }
    const body = JSON.stringify({ name: file.name, size_bytes: file.size, ...form });
    const headers = { "Content-Type": "application/json" };
    const answer = await (await ask("POST", "/api/uploads", { body, headers })).json();
    localStorage.setItem(key(file, form), answer.upload_id);
    return [answer.upload_id, 0];
  }

  async function transfer(file, form, row) {
    const pieceBytes = 4 * 1024 * 1024;
    let [id, offset] = await begin(file, form);
    while (offset < file.size) {
      row.at("sending", `Sending: ${sized(offset)} of ${sized(file.size)}`, offset / file.size);
      const response = await ask("PATCH", "/api/uploads/" + id, {
        body: file.slice(offset, offset + pieceBytes),
        headers: { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" },
        allowed: [409],
      });
      offset = Number(response.headers.get("Upload-Offset"));
    }
    return id;
  }

  // Have the server look at an upload, or finish it, with what was said about it.
  async function tell(id, what, said) {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify(said);
    return await (await ask("POST", `/api/uploads/${id}/${what}`, { body, headers })).json();
  }

  async function send(file, form, row) {
    try {
      const id = await transfer(file, form, row);
      row.at("checking", "Checking what arrived", 1);
      const answer = await tell(id, "finish", {});
      localStorage.removeItem(key(file, form));
      follow(answer, row);
    } catch (error) {
      gaveUp(error, file, form, row);
    }
  }

  function gaveUp(error, file, form, row) {
    if (!(error instanceof Refused)) return row.at("stopped", error.message);
    localStorage.removeItem(key(file, form));
    row.refused(error.answer);
  }

  // An export is sent, looked at, and then asked about.
  async function sendExport(file, form, row) {
    try {
      const id = await transfer(file, form, row);
      row.at("checking", "Looking at what arrived", 1);
      const found = await tell(id, "look", {});
      row.at("asking", "Waiting for what you say about it in the form above");
      asking.push({ file, id, row, found });
      showForm();
    } catch (error) {
      gaveUp(error, file, form, row);
    }
  }

  // From acceptance to the finished sessions
  async function follow({ sessions, url }, row) {
    row.at("working", "Accepted, waiting for its turn", 0);
    for (const [place, id] of sessions.entries()) {
      const session = await finished(id, row, place, sessions.length);
      if (session.state === "failed") {
        row.at("refused", "It was accepted, but could not be processed.");
        return row.detail.replaceChildren(element("p", "small", session.error || "No reason was recorded."));
      }
    }
    if (sessions.length === 1) {
      row.at("done", "Ready.");
      return row.link("Open the session", url);
    }
    row.at("done", `Ready: ${sessions.length} sessions.`);
    row.link("Open the lesson", url);
  }

  // The state of a session once it is done or failed, progress told on the way
  async function finished(id, row, place, count) {
    for (;;) {
      const session = await (await ask("GET", "/api/sessions/" + id)).json();
      if (session.state === "done" || session.state === "failed") return session;
      const words = count === 1 ? session.doing : `Session ${place + 1} of ${count}: ${session.doing}`;
      if (session.state === "running") row.at("working", words, (place + session.share) / count);
      await pause(STATES_MS);
    }
  }

  async function work() {
    if (sending) return;
    sending = true;
    while (waiting.length) await waiting.shift()();
    sending = false;
  }

  function queue(file, form, task = send) {
    const row = new Row(file.name, file.size);
    if (!KNOWN.test(file.name)) {
      return row.refused({ where: file.name, expected: "a .zip package, a .webm or .mp4 video or a tracker's export", got: "another kind of file" });
    }
    if (!file.size) return row.refused({ where: file.name, expected: "a file with content", got: "an empty file" });
    if (file.size > maxBytes) {
      return row.refused({ where: file.name, expected: "at most " + sized(maxBytes), got: sized(file.size) });
    }
    row.at("waiting", "Waiting", 0);
    waiting.push(() => task(file, form, row));
    work();
  }

  // The page

  const place = (id) => document.getElementById(id);
  const show = () => place("upload-list")?.replaceChildren(...rows.map((row) => row.node));

  function choose(files) {
    for (const file of files) {
      if (VIDEO.test(file.name)) asking.push({ file });
      else queue(file, {}, EXPORT.test(file.name) ? sendExport : send);
    }
    showForm();
  }

  // The form of what has waited longest, unless it is there already.
  function showForm() {
    const box = place("upload-form");
    const item = asking[0] || null;
    if (!box || item === shown) return;
    shown = item;
    box.hidden = !item;
    timeline = null;
    place("upload-timeline-name").textContent = "choose file";
    place("upload-form-file").textContent = item ? (item.id ? "Recording " : "Video ") + item.file.name : "";
    objection("");
    dash_clientside.set_props("upload-export", { data: item?.found ?? null });
    dash_clientside.set_props("upload-student", { value: "" });
    if (item) box.scrollIntoView({ block: "nearest" });
  }

  // Why what was said in the form does not do
  const objection = (text) => (place("upload-refusal").textContent = text);

  // The form's file is dealt with.
  function asked(item) {
    asking.splice(asking.indexOf(item), 1);
    showForm();
  }

  function filePicker(id, accept, multiple, chosen) {
    const input = element("input", "visually-hidden");
    Object.assign(input, { id, type: "file", accept, multiple });
    input.addEventListener("change", () => {
      chosen(input.files);
      input.value = ""; // the same file may be chosen again
    });
    return input;
  }

  function mount(id, maxMegabytes) {
    maxBytes = Number(maxMegabytes) * 1e6;
    const drop = place(id);
    if (!drop || drop.querySelector("input")) return;
    drop.append(filePicker("upload-file", KINDS, true, choose));
    const over = (event) => {
      event.preventDefault();
      drop.classList.toggle("is-over", event.type === "dragover");
    };
    drop.addEventListener("dragover", over);
    drop.addEventListener("dragleave", over);
    drop.addEventListener("drop", (event) => {
      over(event);
      choose(event.dataTransfer.files);
    });
    mountTimeline();
    show();
    shown = null;
    showForm();
  }

  function mountTimeline() {
    const chosen = async ([file]) => {
      timeline = await file.text();
      place("upload-timeline-name").textContent = file.name;
    };
    place("upload-timeline").append(filePicker("upload-timeline-file", ".csv", false, chosen));
  }

  // A drop that misses the zone would make the browser leave the page.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => place("upload-drop") && event.preventDefault());
  }

  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });

  async function submit(_, lesson, student) {
    const [slides, fields, stimuli, keep] = dash_clientside.callback_context.states_list.slice(2);
    const missing = {
      "upload-lesson": !lesson && "Choose the lesson that was shown",
      "upload-student": !STUDENT.test(student || "") && "Letters, digits and . _ - only, at most 64",
    };
    for (const [id, error] of Object.entries(missing)) dash_clientside.set_props(id, { error });
    if (Object.values(missing).some(Boolean)) return false;

    const item = shown;
    const [course_id, lesson_id] = lesson.split("/");
    const details = { course_id, lesson_id, student };
    details.screen = JSON.stringify(Object.fromEntries(fields.map((field) => [field.id.field, given(field.value)])));
    const appeared = slides.filter((slide) => given(slide.value) !== null);
    if (timeline) details.timeline = timeline;
    else if (!stimuli.length) {
      details.slide_times = JSON.stringify(appeared.map((slide) => [slide.id.slide, slide.value]));
    }
    if (!item.id) {
      queue(item.file, details);
      asked(item);
      return false;
    }
    const names = item.found.stimuli;
    if (stimuli.length) {
      details.slides = JSON.stringify(Object.fromEntries(stimuli.map((one) => [names[one.id.number], one.value || ""])));
    }
    if (keep.length) details.fixations = keep[0].value ? "kept" : "recomputed";
    if (item.found.columns.length) details.columns = JSON.stringify(item.found.mapping);
    await finishExport(item, details);
    return false;
  }

  const given = (value) => (value === "" || value === undefined ? null : value);

  async function finishExport(item, details) {
    objection("");
    dash_clientside.set_props("upload-send", { loading: true });
    try {
      const answer = await tell(item.id, "finish", details);
      localStorage.removeItem(key(item.file, {}));
      asked(item);
      follow(answer, item.row);
    } catch (error) {
      if (!(error instanceof Refused)) return objection(error.message);
      if (!error.answer.session_id) return objection(error.answer.message);
      asked(item); // it is here already
      gaveUp(error, item.file, {}, item.row);
    }
  }

  // Look at a table again with the columns that were chosen.
  async function read(clicks, _) {
    if (!clicks) return false;
    const item = shown;
    const [fields] = dash_clientside.callback_context.states_list;
    const chosen = fields.filter((field) => field.value).map((field) => [field.id.field, field.value]);
    try {
      item.found = await tell(item.id, "look", { columns: JSON.stringify(Object.fromEntries(chosen)) });
      dash_clientside.set_props("upload-export", { data: item.found });
    } catch (error) {
      asked(item);
      gaveUp(error, item.file, {}, item.row);
    }
    return false;
  }

  function cancel() {
    const item = shown;
    asked(item);
    if (item.id) {
      localStorage.removeItem(key(item.file, {}));
      fetch("/api/uploads/" + item.id, { method: "DELETE" });
      item.row.at("stopped", "Given up. Nothing of it was kept.");
    }
    return false;
  }

  // A field that is being corrected is no longer wrong.
  const corrected = () => null;

  const upload = { mount, submit, read, cancel, corrected };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { upload });
})();
