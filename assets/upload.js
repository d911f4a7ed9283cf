// Sends files in pieces and shows how far each has come. A broken connection is tried again, a file that
// was chosen before continues where it stopped, and uploads go on while other pages are looked at.
(() => {
  const TRIES = 8;
  const STATES_MS = 1000;
  const NO_ROOM = 507;
  const KNOWN = /\.(zip|webm|mp4)$/i;
  const STUDENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
  const VIDEO = /\.(webm|mp4)$/i;

  const rows = []; // list items of this visit, newest first; they outlive the page they are shown on
  const waiting = []; // functions that send one file each
  let sending = false;
  let videos = []; // chosen videos that wait for their form
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
    row.at("checking", "Checking what arrived", 1);
    return await (await ask("POST", `/api/uploads/${id}/finish`)).json();
  }

  async function send(file, form, row) {
    try {
      const session = await transfer(file, form, row);
      localStorage.removeItem(key(file, form));
      follow(session.session_id, row);
    } catch (error) {
      if (!(error instanceof Refused)) return row.at("stopped", error.message);
      localStorage.removeItem(key(file, form));
      row.refused(error.answer);
    }
  }

  // From acceptance to the finished session
  async function follow(id, row) {
    row.at("working", "Accepted, waiting for its turn", 0);
    for (;;) {
      const session = await (await ask("GET", "/api/sessions/" + id)).json();
      if (session.state === "done") {
        row.at("done", "Ready.");
        return row.link("Open the session", session.url);
      }
      if (session.state === "failed") {
        row.at("refused", "It was accepted, but could not be processed.");
        return row.detail.replaceChildren(element("p", "small", session.error || "No reason was recorded."));
      }
      if (session.state === "running") row.at("working", session.doing, session.share);
      await pause(STATES_MS);
    }
  }

  async function work() {
    if (sending) return;
    sending = true;
    while (waiting.length) await waiting.shift()();
    sending = false;
  }

  function queue(file, form) {
    const row = new Row(file.name, file.size);
    if (!KNOWN.test(file.name)) {
      return row.refused({ where: file.name, expected: "a .zip package or a .webm or .mp4 video", got: "another kind of file" });
    }
    if (!file.size) return row.refused({ where: file.name, expected: "a file with content", got: "an empty file" });
    if (file.size > maxBytes) {
      return row.refused({ where: file.name, expected: "at most " + sized(maxBytes), got: sized(file.size) });
    }
    row.at("waiting", "Waiting", 0);
    waiting.push(() => send(file, form, row));
    work();
  }

  // The page

  const place = (id) => document.getElementById(id);
  const show = () => place("upload-list")?.replaceChildren(...rows.map((row) => row.node));

  function choose(files) {
    const chosen = [...files];
    chosen.filter((file) => !VIDEO.test(file.name)).forEach((file) => queue(file, {}));
    videos.push(...chosen.filter((file) => VIDEO.test(file.name)));
    form();
  }

  function form() {
    const box = place("upload-form");
    if (!box) return;
    box.hidden = !videos.length;
    timeline = null;
    place("upload-timeline-name").textContent = "choose file";
    place("upload-form-file").textContent = videos.length ? videos[0].name : "";
    if (videos.length) box.scrollIntoView({ block: "nearest" });
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
    drop.append(filePicker("upload-file", ".zip,.webm,.mp4", true, choose));
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
    form();
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

  function sendVideo(_, lesson, student) {
    const [slides, fields] = dash_clientside.callback_context.states_list.slice(2);
    const shown = slides.filter((slide) => slide.value !== "" && slide.value != null);
    const missing = {
      "upload-lesson": !lesson && "Choose the lesson that was shown",
      "upload-student": !STUDENT.test(student || "") && "Letters, digits and . _ - only, at most 64",
    };
    for (const [id, error] of Object.entries(missing)) dash_clientside.set_props(id, { error });
    if (Object.values(missing).some(Boolean)) return false;

    const [course_id, lesson_id] = lesson.split("/");
    const details = { course_id, lesson_id, student };
    details.screen = JSON.stringify(Object.fromEntries(fields.map((field) => [field.id.field, field.value])));
    if (timeline) details.timeline = timeline;
    else details.slide_times = JSON.stringify(shown.map((slide) => [slide.id.slide, slide.value]));
    queue(videos.shift(), details);
    form();
    return false;
  }

  function cancelVideo() {
    videos.shift();
    form();
    return false;
  }

  // A field that is being corrected is no longer wrong.
  const corrected = () => null;

  const upload = { mount, sendVideo, cancelVideo, corrected };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { upload });
})();
