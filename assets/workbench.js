// The slide workbench: layers put together, the address, what is held up, sorting, and the keyboard.
//
// The server draws each layer by itself (dashboard/components/overlays.py). Here they are fetched, kept, and joined
// to one figure, each with its own opacity.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const KEEP = () => window.dash_clientside.no_update;
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const isSet = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);
  const WIDEST = 720; // px: a picture for print is laid out so wide, and its legend has to fit as well
  const REGION = "region:";
  const SOON_MS = 150;
  const LATER_MS = 900;

  // ---- What is chosen

  const overlaysOf = (chosen, usual) => {
    const named = chosen?.overlays ?? usual.overlays;
    return named === "none" ? [] : named.split(",");
  };

  // Every control of the page is called slide-choice-NAME, NAME as in the address; what is as usual is not said.
  const choose = (...values) => {
    const { inputs_list: inputs, states_list: states } = window.dash_clientside.callback_context;
    const usual = states[0].value;
    const chosen = {};
    inputs.forEach(({ id }, i) => {
      const name = id.replace("slide-choice-", "").replace("opacity-", "opacity.");
      let value = values[i];
      if (name === "overlays") {
        const order = usual.order.filter((each) => (value ?? []).includes(each));
        value = order.length ? order.join(",") : "none";
      }
      if (typeof value === "number") value = String(value);
      const expected = name.startsWith("opacity.") ? String(usual.opacity[name.slice(8)]) : usual[name];
      if (isSet(value) && value !== expected) chosen[name] = value;
    });
    return same(chosen, states[1].value) ? KEEP() : chosen;
  };

  // Whose gaze it is: what the words, tables and charts follow.
  const whose = (chosen, rules, revision, present) => {
    const asked = { ...rules, revision: revision ?? present?.revision };
    if (chosen?.students?.length) asked.students = chosen.students;
    return same(asked, present) ? KEEP() : asked;
  };

  // The picture first: what stands below it is asked for a little later, what takes the server long last of all,
  // and only if nothing has changed since.
  const postponed = (ms) => {
    let giveUp = null;
    return (whose) =>
      new Promise((done) => {
        if (giveUp) giveUp();
        const timer = setTimeout(() => done(whose), ms);
        giveUp = () => {
          clearTimeout(timer);
          done(KEEP());
        };
      });
  };
  const [soon, later] = [postponed(SOON_MS), postponed(LATER_MS)];

  // ---- The picture

  const LAYERS_MAX = 60;
  const layers = new Map(); // the layers that were got last, by their address

  // A layer as the server draws it; what was got once is kept.
  const layerOf = (name, chosen, whose, scheme, usual) => {
    const asked = new URLSearchParams({ ...whose, scheme });
    for (const option of usual.options[name]) if (isSet(chosen?.[option])) asked.set(option, chosen[option]);
    const address = `${usual.addresses[name]}?${asked}`;
    if (!layers.has(address)) {
      const got = fetch(address).then((answer) => (answer.ok ? answer.json() : null));
      layers.set(address, got.catch(() => null));
      layers.get(address).then((layer) => layer || layers.delete(address));
      if (layers.size > LAYERS_MAX) layers.delete(layers.keys().next().value);
    }
    return layers.get(address);
  };

  const down = (item, px) => {
    if (item.name !== "legend" || !px) return item;
    if ("yshift" in item) return { ...item, yshift: item.yshift - px };
    return { ...item, y0: item.y0 - px, y1: item.y1 - px };
  };

  const faded = (item, share) =>
    item.name === "legend" || share === 1 ? item : { ...item, opacity: (item.opacity ?? 1) * share };

  // The region that is held up stands out, the others step back.
  const lit = (item, region) => {
    if (!region || !item.name?.startsWith?.(REGION)) return item;
    if (item.name !== REGION + region) return { ...item, opacity: 0.25 * (item.opacity ?? 1) };
    return item.line ? { ...item, line: { ...item.line, width: 2 * item.line.width } } : item;
  };

  let turn = 0;
  const compose = async (chosen, whose, scheme, usual) => {
    if (!scheme || !whose) return [KEEP(), KEEP()];
    turn += 1;
    const mine = turn;
    const shown = overlaysOf(chosen, usual);
    const names = usual.layers.filter((name) => name === "base" || shown.includes(name));
    const got = await Promise.all(names.map((name) => layerOf(name, chosen, whose, scheme, usual)));
    return mine === turn && got[0] ? joined(names, got, chosen, usual) : [KEEP(), KEEP()];
  };

  const joined = (names, layers, chosen, usual) => {
    const base = layers[0];
    const figure = { data: [], layout: { ...base.layout, images: [...base.layout.images], shapes: [...(base.layout.shapes ?? [])], annotations: [...(base.layout.annotations ?? [])] } };
    const { meta } = base.layout;
    let rows = meta.legend_px;
    names.forEach((name, i) => {
      const layer = layers[i];
      if (name === "base" || !layer) return;
      const share = Number(chosen?.[`opacity.${name}`] ?? usual.opacity[name]) / 100;
      const draw = (items) => (items ?? []).map((item) => lit(faded(down(item, rows), share), chosen?.region));
      figure.data.push(...draw(layer.data));
      for (const kind of ["images", "shapes", "annotations"]) figure.layout[kind].push(...draw(layer.layout[kind]));
      rows += layer.layout.meta?.legend_px ?? 0;
    });
    // plotly takes pictures of one place and size for one picture: no two are of the very same width.
    figure.layout.images = figure.layout.images.map((image, i) => ({ ...image, layer: "below", sizex: image.sizex + i * 1e-7 }));
    const width = Math.min(document.getElementById("slide-graph")?.clientWidth || WIDEST, WIDEST);
    const strip = Math.max(meta.circle, ((rows + 8) * meta.aspect) / width);
    figure.layout.yaxis = { ...figure.layout.yaxis, range: [1 + strip, -meta.top] };
    return [figure, { aspectRatio: meta.aspect / (meta.top + 1 + strip) }];
  };

  // ---- A region held up everywhere

  const HELD = "slide-choice-region";
  const held = () => document.querySelector("[data-held]")?.dataset.held ?? "";
  const hold = (region) => window.dash_clientside.set_props(HELD, { data: region || null });

  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);

  const inChart = (id, region) => {
    const plot = plotOf(id);
    if (!plot?.data?.some((trace) => trace.meta)) return;
    const opacity = plot.data.map((trace) => (!region || trace.meta === region ? 1 : 0.22));
    if (!same(opacity, plot.data.map((trace) => trace.opacity ?? 1))) window.Plotly.restyle(plot, { opacity });
  };

  const highlight = (chosen) => {
    const region = chosen?.region ?? "";
    setTimeout(() => {
      const page = document.querySelector(".slide-page");
      if (!page) return;
      page.dataset.held = region;
      for (const each of page.querySelectorAll("[data-region]")) {
        each.classList.toggle("is-held", each.dataset.region === region);
        const button = each.querySelector("button.region-button");
        if (button) button.setAttribute("aria-pressed", String(each.dataset.region === region));
      }
      for (const id of ["slide-scarf", "slide-reach", "slide-order-graph"]) inChart(id, region);
    }, 0);
    return region;
  };

  const inside = ({ shape, points }, x, y) => {
    const xs = points.map((point) => point[0]);
    const ys = points.map((point) => point[1]);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    if (x < left || x > right || y < top || y > bottom) return false;
    if (shape === "rectangle") return true;
    if (shape === "ellipse") {
      return ((2 * x - left - right) / (right - left)) ** 2 + ((2 * y - top - bottom) / (bottom - top)) ** 2 <= 1;
    }
    let within = false;
    points.forEach(([x1, y1], i) => {
      const [x2, y2] = points[(i + 1) % points.length];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
    });
    return within;
  };

  // The topmost region at a place of the page, by what the picture's axes say of it.
  const regionAt = (event) => {
    const plot = plotOf("slide-graph");
    const regions = JSON.parse(document.getElementById("slide-outlines")?.dataset.regions ?? "[]");
    const layout = plot?._fullLayout;
    if (!layout) return "";
    const box = plot.getBoundingClientRect();
    const x = layout.xaxis.p2d(event.clientX - box.left - layout.xaxis._offset);
    const y = layout.yaxis.p2d(event.clientY - box.top - layout.yaxis._offset);
    const hit = regions.reverse().find(({ parts }) => parts.some((part) => inside(part, x, y)));
    return hit?.id ?? "";
  };

  let pressing = false;
  document.addEventListener("pointerdown", () => (pressing = true));
  document.addEventListener("pointerup", () => setTimeout(() => (pressing = false), 0));

  document.addEventListener("focusin", (event) => {
    if (!event.target.closest?.(".slide-page")) return; // the editor shows the same list
    const region = event.target.closest?.("button.region-button")?.closest("[data-region]")?.dataset.region;
    if (region && !pressing && region !== held()) hold(region);
  });

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!target.closest?.(".slide-page")) return;
    const row = target.closest("button.region-button")?.closest("[data-region]");
    if (row) return hold(row.dataset.region === held() ? "" : row.dataset.region);
    const head = target.closest("button[data-sort-by]");
    if (head) return sortBy(head);
    const student = target.closest("button[data-student]");
    if (student) return alone(student.dataset.student);
    if (target.closest("#slide-graph")) {
      const region = regionAt(event);
      hold(region === held() ? "" : region);
    }
  });

  const alone = (student) => {
    window.dash_clientside.set_props("slide-choice-students", { value: [student] });
    document.querySelector(".slide-page")?.scrollIntoView({ block: "start" });
  };

  // A click on a student's line shows that student alone.
  const pick = (clicked, figure) => {
    const place = clicked?.points?.[0]?.y;
    const student = figure?.layout?.yaxis?.ticktext?.[place];
    return student ? [student] : KEEP();
  };

  // ---- The table of regions

  const sortBy = (button) => {
    const present = button.closest("th").getAttribute("aria-sort");
    const name = button.dataset.sortBy;
    const falling = present ? present === "ascending" : button.dataset.first === "falling";
    window.dash_clientside.set_props("slide-choice-sort", { data: (falling ? "-" : "") + name });
  };

  const sorted = (sort, rows) => {
    if (!sort || !rows?.length) return KEEP();
    const [falling, name] = [sort.startsWith("-"), sort.replace("-", "")];
    const key = (row) => JSON.parse(row.props["data-sort"])[name];
    const compare = (one, other) => {
      const [a, b] = [key(one), key(other)];
      if (a === null || b === null) return (a === null) - (b === null); // unknown last, either way
      const less = typeof a === "string" ? a.localeCompare(b) : a - b;
      return falling ? -less : less;
    };
    // Not through Dash, which would make the headings anew and take the focus away.
    for (const head of document.querySelectorAll("#slide-region-heads th")) {
      if (head.dataset.column === name) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    return [...rows].sort(compare);
  };

  // ---- Beside: options of what is shown, steps of the table of ways, other slides

  const options = (chosen, usual) => {
    const shown = overlaysOf(chosen, usual);
    return usual.order.map((name) => (shown.includes(name) ? "overlay-options" : "overlay-options is-off"));
  };

  const neighbours = (chosen, rules, addresses) => {
    const { region, order, students, against, ...kept } = { ...chosen };
    if (against && !against.startsWith("version:")) kept.against = against;
    const query = new URLSearchParams();
    const { version, ...whose } = { ...rules };
    for (const [name, value] of Object.entries({ ...kept, ...whose })) if (isSet(value)) query.set(name, value);
    const words = query.toString().replaceAll("%2C", ",");
    return addresses.map((address) => (address ? address + (words ? `?${words}` : "") : KEEP()));
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, textarea, select")) return;
    if (!document.querySelector(".slide-page")) return;
    if (event.key === "Escape" && held()) return hold("");
    const link = document.getElementById({ "[": "slide-previous", "]": "slide-next" }[event.key] ?? "");
    if (link && !link.closest("[hidden]")) link.click();
  });

  window.dash_clientside.workbench = { choose, whose, soon, later, compose, highlight, pick, sorted, options, neighbours };
})();
