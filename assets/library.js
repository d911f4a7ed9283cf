// The library: what is done at once and can be undone, dialogs, slides brought in and put in order, sessions
// chosen in the table. Buttons say what they are for in data attributes (dashboard/components/library.py).
window.dash_clientside = window.dash_clientside || {};
(() => {
  const POLL_MS = 400;
  const SETTLED_MS = 450; // after the last key, before an order is kept
  const TOASTS_MAX = 3;
  const SHOWN_MS = 20000; // and longer while the pointer or the focus is on it
  const KINDS = ".png,.jpg,.jpeg,.webp,.pdf";
  const KNOWN = /\.(png|jpe?g|webp|pdf)$/i;
  const FIELD = "library-field-";

  const place = (id) => document.getElementById(id);
  const words = () => place("toasts").dataset;
  const tools = () => window.gazeboardTransfer;
  const set = (id, props) => window.dash_clientside.set_props(id, props);

  // What was done, and how to undo it

  function toast(sentence, { undo, left = [], bad = false } = {}) {
    const { element } = tools();
    const node = element("div", "toast" + (bad ? " toast-bad" : ""));
    const text = element("div", "toast-text");
    text.append(element("p", "", sentence), ...left.map((each) => element("p", "small", each)));
    node.append(text);
    if (undo) {
      const button = element("button", "button", words().undo);
      button.type = "button";
      button.dataset.do = JSON.stringify(undo);
      button.addEventListener("click", () => node.remove());
      node.append(button);
    }
    const close = element("button", "toast-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", words().close);
    close.addEventListener("click", () => node.remove());
    node.append(close);
    place("toasts").append(node);
    const end = () => (node.matches(":hover, :focus-within") ? setTimeout(end, SHOWN_MS) : node.remove());
    setTimeout(end, SHOWN_MS);
    const all = place("toasts").children;
    while (all.length > TOASTS_MAX) all[0].remove();
  }

  // The page shows what is there now.
  function changed() {
    if (document.querySelector("nav.parts")) set("library-changed", { data: Date.now() });
  }

  // Go to another page without loading everything again
  function go(url) {
    window.history.pushState({}, "", url);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  let acting = false;

  async function act(action, form) {
    if (acting) return;
    acting = true;
    const problem = form && place("library-problem");
    if (problem) problem.textContent = "";
    try {
      const done = await tools().tell("POST", "/api/library", { do: action }, { tries: 3 });
      if (form) set("library-dialog", { opened: false });
      toast(done.sentence, { undo: done.undo, left: done.left });
      if (done.url) go(done.url);
      changed();
    } catch (error) {
      const said = error.answer ? error.answer.message : words().broken;
      if (problem) problem.textContent = said;
      else toast(said, { bad: true });
      changed();
    } finally {
      acting = false;
    }
  }

  // Buttons and forms, wherever they are

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-do], button[data-ask], button[data-cancel], button[data-replace], button[data-remove], button[data-all]");
    if (!button) return;
    const { dataset } = button;
    if (dataset.do) act(JSON.parse(dataset.do));
    else if (dataset.cancel) set("library-dialog", { opened: false });
    else if (dataset.replace) choosePicture(slideOf(button));
    else if (dataset.remove) act(["delete-slides", ...placeOf(), [slideOf(button)]]);
    else if (dataset.all) chooseAll();
    else set("library-ask", { data: { ask: dataset.ask, of: about(JSON.parse(dataset.of), button), at: Date.now() } });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-do]");
    if (!form) return;
    event.preventDefault();
    const action = JSON.parse(form.dataset.do);
    for (let number = 0; place(FIELD + number); number++) action.push(place(FIELD + number).value);
    act(action, form);
  });

  // Rows of a table that are chosen

  const choice = { ids: [], all: false, filter: {} };

  const slideOf = (node) => node.closest("[data-slide]").dataset.slide;
  const placeOf = () => JSON.parse(place("library-cards").dataset.place); // course and lesson

  // What a button is about: the rows that are chosen, the slide whose card it is in, or what it says.
  const about = (of, button) => {
    if (of[0] === "slide") return [...placeOf(), slideOf(button)];
    if (of[0] !== "chosen") return of;
    return choice.all ? ["filter", JSON.stringify(choice.filter)] : choice.ids;
  };

  // What is chosen, in words; what can be done with it is only offered where something is.
  function tellChoice() {
    const box = document.querySelector(".chosen-actions");
    if (!box) return "";
    const count = choice.ids.length;
    for (const button of box.querySelectorAll("[data-ask]")) {
      const one = button.dataset.ask === "rename-student";
      button.disabled = one ? count !== 1 : !choice.all && !count;
    }
    const said = box.dataset;
    if (choice.all) return said.every;
    return count > 1 ? said.many.replace("#", count) : count ? said.one : said.none;
  }

  function chosen(rows, filter) {
    choice.ids = (rows || []).map((row) => row.session_id || row.student);
    choice.all = false;
    choice.filter = filter || {};
    document.querySelector(".grid")?.classList.remove("all-chosen");
    return tellChoice();
  }

  function chooseAll() {
    table()?.deselectAll();
    choice.ids = [];
    choice.all = true;
    document.querySelector(".grid")?.classList.add("all-chosen");
    set("library-session-chosen", { children: tellChoice() });
  }

  function table() {
    try {
      return window.dash_ag_grid.getApi("library-grid");
    } catch {
      return null; // it is still being made
    }
  }

  // The table asks for its rows again; nothing is chosen where other rows may be shown.
  function refill(filter) {
    const api = table();
    if (!api) return "";
    const because = window.dash_clientside.callback_context.triggered.map((each) => each.prop_id);
    choice.filter = filter || {};
    if (because.some((each) => !each.startsWith("revision"))) {
      choice.ids = [];
      choice.all = false;
      api.deselectAll();
      document.querySelector(".grid")?.classList.remove("all-chosen");
      set("library-session-chosen", { children: tellChoice() });
      api.purgeInfiniteCache();
    } else api.refreshInfiniteCache();
    return "";
  }

  // Slides brought in

  let lesson = null; // [course, lesson] of the page
  let maxBytes = Infinity;
  const rows = []; // {place, node}, newest first; they outlive the page they are shown on

  const remembered = (where) => "gazeboard-reading:" + where.join("/");
  const shown = () => {
    const own = rows.filter((row) => lesson && row.where.join("/") === lesson.join("/"));
    place("library-uploads")?.replaceChildren(...own.map((row) => row.node));
  };

  function addRow(name, size) {
    const row = new (tools().Row)(name, size);
    row.where = lesson;
    rows.unshift(row);
    shown();
    return row;
  }

  const objection = (file) => {
    if (!KNOWN.test(file.name)) return { where: file.name, expected: words().kinds, got: words().other };
    if (!file.size) return { where: file.name, expected: words().content, got: words().nothing };
    if (file.size > maxBytes) {
      return { where: file.name, expected: "≤ " + tools().sized(maxBytes), got: tools().sized(file.size) };
    }
    return null;
  };

  // Send files, have them read together, and tell what came of it.
  async function bring(files, slideId = null) {
    if (!files.length || !lesson) return;
    const where = lesson;
    const ordered = [...files].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    const bad = ordered.map(objection).filter(Boolean);
    const good = ordered.filter((file) => !objection(file));
    const size = good.reduce((sum, file) => sum + file.size, 0);
    const name = ordered.length === 1 ? ordered[0].name : words().files.replace("#", ordered.length);
    const row = addRow(name, size);
    if (bad.length) row.detail.append(...bad.map(tools().reason));
    if (!good.length) return row.at("refused", words().refused);
    try {
      const uploads = [];
      let before = 0;
      for (const file of good) {
        const at = (sent) => row.at("sending", words().sending, (before + sent) / size);
        uploads.push(await tools().transfer(file, { purpose: "slides" }, at));
        before += file.size;
      }
      const propose = place("library-propose")?.checked ?? true;
      const asked = { course_id: where[0], lesson_id: where[1], uploads, propose, slide_id: slideId };
      const answer = await tools().tell("POST", "/api/library/readings", asked);
      localStorage.setItem(remembered(where), answer.reading_id);
      await follow(answer.reading_id, row, bad);
    } catch (error) {
      row.at("refused", error.answer ? words().refused : error.message);
      if (error.answer) row.detail.append(tools().reason(error.answer));
    } finally {
      for (const file of good) tools().forget(file, { purpose: "slides" });
    }
  }

  // From reading to the slides
  async function follow(id, row, bad = []) {
    for (;;) {
      const said = await (await tools().ask("GET", "/api/library/readings/" + id)).json();
      if (said.state !== "reading") return finish(said, row, bad);
      row.at("working", said.words, said.share);
      await tools().pause(POLL_MS);
    }
  }

  function finish(said, row, bad) {
    const { element, reason } = tools();
    localStorage.removeItem(remembered(row.where));
    row.at(said.state === "done" ? "done" : "refused", said.words);
    const lines = said.repeats.map((each) => element("p", "small muted", each));
    const links = said.links.map((each) => {
      const link = element("a", "button", each.text);
      link.href = each.url;
      return link;
    });
    if (said.undo) {
      const button = element("button", "button", words().undo);
      button.type = "button";
      button.dataset.do = JSON.stringify(said.undo);
      button.addEventListener("click", () => actions.remove());
      links.push(button);
    }
    const actions = element("div", "form-actions");
    actions.append(...links);
    row.detail.replaceChildren(...[...bad, ...said.refused].map(reason), ...lines, ...(links.length ? [actions] : []));
    changed();
  }

  function choosePicture(slideId) {
    const picker = tools().filePicker("library-picture", KINDS, false, (files) => {
      picker.remove();
      bring(files, slideId);
      place("library-uploads")?.scrollIntoView({ block: "nearest" });
    });
    document.body.append(picker);
    picker.setAttribute("aria-hidden", "true");
    picker.tabIndex = -1;
    picker.click();
  }

  function mount(id, [, ...where]) {
    lesson = where;
    const zone = place(id);
    if (!zone || zone.querySelector("input")) return "";
    maxBytes = Number(zone.dataset.maxMb) * 1e6;
    tools().dropZone(zone, tools().filePicker("library-files", KINDS, true, (files) => bring(files)), (files) => bring(files));
    const known = localStorage.getItem(remembered(where));
    const followed = rows.some((row) => row.where.join("/") === where.join("/") && row.node.dataset.state === "working");
    if (known && !followed) follow(known, addRow(words().earlier)).catch(() => localStorage.removeItem(remembered(where)));
    shown();
    return "";
  }

  // Slides put in order: by the handle, with the pointer or with the arrow keys. The cards change places by
  // their CSS order until the server has the new one and the list is made anew.

  let order = null; // ids as they are to be
  let held = null; // id of the slide whose handle has the focus afterwards
  let timer = null;

  const cards = () => [...(place("library-cards")?.children || [])];
  const ids = () => order || cards().map((card) => card.dataset.slide);

  function show() {
    for (const card of cards()) card.style.order = order.indexOf(card.dataset.slide);
  }

  function put(id, to) {
    const all = ids();
    const from = all.indexOf(id);
    const target = Math.max(0, Math.min(all.length - 1, to));
    if (from === target || from < 0) return false;
    order = all.filter((each) => each !== id);
    order.splice(target, 0, id);
    show();
    place("library-said").textContent = `${words().moved} ${target + 1} / ${all.length}`;
    return true;
  }

  function keep() {
    clearTimeout(timer);
    timer = null;
    const now = cards().map((card) => card.dataset.slide);
    if (!order || order.join() === now.join()) return;
    act(["order-slides", ...placeOf(), order]);
  }

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    if (!handle || event.altKey || event.ctrlKey || event.metaKey) return;
    const id = slideOf(handle);
    const at = ids().indexOf(id);
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: ids().length - 1 };
    if (!(event.key in to)) return;
    event.preventDefault();
    held = id;
    if (!put(id, to[event.key])) return;
    clearTimeout(timer);
    timer = setTimeout(keep, SETTLED_MS);
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    if (!handle || event.button > 0) return;
    event.preventDefault();
    handle.focus();
    const card = handle.closest("[data-slide]");
    const id = card.dataset.slide;
    held = id;
    card.classList.add("is-held");
    const move = (each) => {
      const over = document.elementFromPoint(each.clientX, each.clientY)?.closest("[data-slide]");
      if (over && over !== card) put(id, ids().indexOf(over.dataset.slide));
    };
    const end = () => {
      card.classList.remove("is-held");
      for (const [kind, listener] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) {
        document.removeEventListener(kind, listener);
      }
      keep();
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });

  // The list was made anew: it is in order by itself, and the focus goes back to the slide that was moved.
  function arranged() {
    if (timer) return "";
    requestAnimationFrame(() => {
      order = null;
      for (const card of cards()) card.style.order = "";
      const card = held && cards().find((each) => each.dataset.slide === held);
      if (card && [document.body, null].includes(document.activeElement)) card.querySelector("[data-handle]").focus();
    });
    return "";
  }

  // Tab leads past a table; Enter follows the link of the cell that has the focus.
  window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  window.dashAgGridFunctions.libraryLeave = () => false;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".ag-cell")) event.target.querySelector("a")?.click();
  });

  // A link in a table
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.LibraryLink = (props) => {
    if (!props.data) return null;
    const follow = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(props.data.href);
    };
    return window.React.createElement("a", { href: props.data.href, onClick: follow }, props.value);
  };

  window.dash_clientside.library = { mount, arranged, chosen, refill };
  window.gazeboardGo = go;
})();
