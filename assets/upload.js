// Sends files in pieces and shows how far each has come. A broken connection is tried again, a file that
// was chosen before continues where it stopped, and uploads go on while other pages are looked at.
(() => {
  const STATES_MS = 1000;
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
  let words = {}; // what is said, from the page

  const filled = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`%${key}%`, value), words[name]);

  const { element, pause, sized, Refused, ask, transfer, Row, reason, filePicker, dropZone } = window.gazeboardTransfer;
  const { tell: say, forget } = window.gazeboardTransfer;

  // Rows of the list

  function addRow(name, size) {
    const row = new Row(name, size);
    rows.unshift(row);
    show();
    return row;
  }

  function refused(row, answer) {
    if (answer.in_bin) return inBin(row, answer);
    row.at("refused", answer.session_id ? words["here-already"] : words["not-accepted"]);
    if (answer.session_id) return row.link(words["open-became"], answer.url);
    row.detail.replaceChildren(answer.where ? reason(answer) : element("p", "small", answer.message));
  }

  // What it became was deleted, and can be restored.
  function inBin(row, answer) {
    row.at("refused", answer.said);
    const button = element("button", "button", answer.restore);
    button.type = "button";
    button.dataset.do = JSON.stringify(["restore", ["sessions", answer.session_id]]);
    button.addEventListener("click", () => row.link(words["open-became"], answer.url));
    row.detail.replaceChildren(button);
  }

  // Sending

  // Send a file and show how far it has come.
  const carry = (file, form, row) =>
    transfer(file, form, (sent) => row.at("sending", filled("sending", { sent: sized(sent), size: sized(file.size) }), sent / file.size));

  // Have the server look at an upload, or finish it, with what was said about it.
  const tell = (id, what, said) => say("POST", `/api/uploads/${id}/${what}`, said);

  async function send(file, form, row) {
    try {
      const id = await carry(file, form, row);
      row.at("checking", words.checking, 1);
      const answer = await tell(id, "finish", {});
      forget(file, form);
      follow(answer, row);
    } catch (error) {
      gaveUp(error, file, form, row);
    }
  }

  function gaveUp(error, file, form, row) {
    if (!(error instanceof Refused)) return row.at("stopped", error.message);
    forget(file, form);
    refused(row, error.answer);
  }

  // An export is sent, looked at, and then asked about.
  async function sendExport(file, form, row) {
    try {
      const id = await carry(file, form, row);
      row.at("checking", words.looking, 1);
      const found = await tell(id, "look", {});
      row.at("asking", words.asking);
      asking.push({ file, id, row, found });
      showForm();
    } catch (error) {
      gaveUp(error, file, form, row);
    }
  }

  // From acceptance to the finished sessions
  async function follow({ sessions, url }, row) {
    row.at("working", words.accepted, 0);
    for (const [place, id] of sessions.entries()) {
      const session = await finished(id, row, place, sessions.length);
      if (session.state === "failed") {
        row.at("refused", words.failed);
        return row.detail.replaceChildren(element("p", "small", session.error || words["no-reason"]));
      }
    }
    if (sessions.length === 1) {
      row.at("done", words.ready);
      return row.link(words["open-session"], url);
    }
    row.at("done", filled("ready-some", { n: sessions.length }));
    row.link(words["open-lesson"], url);
  }

  // The state of a session once it is done or failed, progress told on the way
  async function finished(id, row, place, count) {
    for (;;) {
      const session = await (await ask("GET", "/api/sessions/" + id)).json();
      if (session.state === "done" || session.state === "failed") return session;
      const said = filled("session-of", { place: place + 1, count, doing: session.doing });
      if (session.state === "running") row.at("working", count === 1 ? session.doing : said, (place + session.share) / count);
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
    const row = addRow(file.name, file.size);
    if (!KNOWN.test(file.name)) {
      return refused(row, { where: file.name, expected: words["expected-kind"], got: words["got-kind"] });
    }
    if (!file.size) return refused(row, { where: file.name, expected: words["expected-content"], got: words["got-empty"] });
    if (file.size > maxBytes) {
      return refused(row, { where: file.name, expected: filled("expected-size", { size: sized(maxBytes) }), got: sized(file.size) });
    }
    row.at("waiting", words.waiting, 0);
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
    place("upload-timeline-name").textContent = words["choose-file"];
    place("upload-form-file").textContent = item ? filled(item.id ? "recording" : "video", { name: item.file.name }) : "";
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

  function mount(id, maxMegabytes) {
    maxBytes = Number(maxMegabytes) * 1e6;
    const drop = place(id);
    if (drop) words = JSON.parse(drop.dataset.words);
    if (!drop || drop.querySelector("input")) return;
    dropZone(drop, filePicker("upload-file", KINDS, true, choose), choose);
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

  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });

  async function submit(_, lesson, student) {
    const [slides, fields, stimuli, keep] = dash_clientside.callback_context.states_list.slice(2);
    const missing = {
      "upload-lesson": !lesson && words["need-lesson"],
      "upload-student": !STUDENT.test(student || "") && words["need-student"],
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
      forget(item.file, {});
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
      forget(item.file, {});
      fetch("/api/uploads/" + item.id, { method: "DELETE" });
      item.row.at("stopped", words["given-up"]);
    }
    return false;
  }

  // A field that is being corrected is no longer wrong.
  const corrected = () => null;

  const upload = { mount, submit, read, cancel, corrected };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { upload });
})();
