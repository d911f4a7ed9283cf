// Sends a file in pieces and shows how far it has come: what the page Upload and the library share. A broken
// connection is tried again, and a file that was chosen before continues where it stopped.
(() => {
  const TRIES = 8;
  const NO_ROOM = 507;
  const PIECE_BYTES = 4 * 1024 * 1024;

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
  async function ask(method, url, { body, headers = {}, allowed = [], tries = TRIES } = {}) {
    for (let attempt = 0; attempt < tries; attempt++) {
      const response = await fetch(url, { method, headers, body }).catch(() => null);
      if (response?.ok || allowed.includes(response?.status)) return response;
      if (response && (response.status < 500 || response.status === NO_ROOM)) {
        throw new Refused(await response.json().catch(() => ({ message: response.statusText })));
      }
      if (attempt + 1 < tries) await pause(Math.min(500 * 2 ** attempt, 15000));
    }
    throw new Error("The server does not answer. Choose the file again later; it continues where it stopped.");
  }

  // An object sent as JSON, and the object that is answered
  async function tell(method, url, said, options = {}) {
    const headers = { "Content-Type": "application/json" };
    return await (await ask(method, url, { body: JSON.stringify(said), headers, ...options })).json();
  }

  const key = (file, form) =>
    "gazeboard-upload:" + [file.name, file.size, file.lastModified, JSON.stringify(form)].join(":");
  const forget = (file, form) => localStorage.removeItem(key(file, form));

  // The upload of this file that was begun before, or a new one: [id, bytes that have arrived].
  async function begin(file, form) {
    const known = localStorage.getItem(key(file, form));
    if (known) {
      const response = await ask("HEAD", "/api/uploads/" + known, { allowed: [404] });
      if (response.ok) return [known, Number(response.headers.get("Upload-Offset"))];
    }
    const answer = await tell("POST", "/api/uploads", { name: file.name, size_bytes: file.size, ...form });
    localStorage.setItem(key(file, form), answer.upload_id);
    return [answer.upload_id, 0];
  }

  // All of a file; `sent` is told how many bytes have arrived. The upload's id.
  async function transfer(file, form, sent) {
    let [id, offset] = await begin(file, form);
    while (offset < file.size) {
      sent(offset);
      const response = await ask("PATCH", "/api/uploads/" + id, {
        body: file.slice(offset, offset + PIECE_BYTES),
        headers: { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" },
        allowed: [409],
      });
      offset = Number(response.headers.get("Upload-Offset"));
    }
    return id;
  }

  // A file on its way, as a card
  class Row {
    constructor(name, size) {
      this.node = element("article", "card upload");
      this.name = element("h3", "", name);
      this.size = element("span", "muted small", size === undefined ? "" : sized(size));
      this.bar = element("progress");
      this.bar.max = 1;
      this.bar.setAttribute("aria-label", "Progress of " + name);
      this.text = element("p", "upload-text small");
      this.text.setAttribute("role", "status");
      this.detail = element("div", "upload-detail");
      const head = element("div", "upload-head");
      head.append(this.name, this.size);
      this.node.append(head, this.bar, this.text, this.detail);
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
  }

  // What was wrong with a file, as a list of terms
  function reason(answer) {
    const list = element("dl", "reason");
    for (const [name, value] of [["Where", answer.where], ["Expected", answer.expected], ["Found", answer.got]]) {
      list.append(element("dt", "", name), element("dd", "", value));
    }
    return list;
  }

  // A place that files are dropped on, with the field that a click or a key opens
  function filePicker(id, accept, multiple, chosen) {
    const input = element("input", "visually-hidden");
    Object.assign(input, { id, type: "file", accept, multiple });
    input.addEventListener("change", () => {
      chosen([...input.files]);
      input.value = ""; // the same file may be chosen again
    });
    return input;
  }

  function dropZone(zone, picker, chosen) {
    zone.append(picker);
    const over = (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", event.type === "dragover");
    };
    zone.addEventListener("dragover", over);
    zone.addEventListener("dragleave", over);
    zone.addEventListener("drop", (event) => {
      over(event);
      chosen([...event.dataTransfer.files]);
    });
  }

  // A drop that misses the zone would make the browser leave the page.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => document.querySelector(".drop") && event.preventDefault());
  }

  window.gazeboardTransfer = {
    element, pause, sized, Refused, refuse, ask, tell, forget, transfer, Row, reason, filePicker, dropZone,
  };
})();
