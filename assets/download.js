// "PNG" and "SVG" buttons: the graph they name as a picture for print, made in the browser.
//
// A picture is 16 cm wide, a PNG 300 dots an inch. It is drawn on white in the light scheme's colours whatever
// the page looks like, with the chart's title above and its caption below, and nothing in it is fetched from
// anywhere: the pictures of slides that plotly draws are inside it.
(() => {
  const WIDTH = 720; // px that the chart is laid out in: 12 px type is then 7.6 pt on paper
  const MARGIN = 16;
  const WIDTH_MM = 160;
  const DOTS_PER_INCH = 300;
  const TITLE = { size: 17, weight: 650, leading: 22 };
  const NOTE = { size: 12, weight: 400, leading: 17 };
  const INK = { title: "#1b2a33", note: "#5c6a74" };

  // Every text in a figure's description with the colours of the dark scheme replaced by those of the light.
  const relit = (value, colours) => {
    if (typeof value === "string") {
      return value.replace(/#[0-9a-f]{6}/gi, (hex) => colours[hex.toLowerCase()] ?? hex);
    }
    if (Array.isArray(value)) {
      return typeof value[0] === "number" ? value : value.map((each) => relit(each, colours));
    }
    if (value && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, relit(each, colours)]));
    }
    return value; // numbers, truth values, typed arrays
  };

  const isDark = () => document.documentElement.dataset.mantineColorScheme === "dark";

  const figureOf = (plot, colours) => {
    const { width, height } = plot.getBoundingClientRect();
    const whole = plot.closest(".graph")?.style.aspectRatio ? (height * WIDTH) / width : height;
    const told = { data: plot.data, layout: plot.layout };
    const { data, layout } = isDark() ? relit(told, colours) : told;
    const size = { width: WIDTH, height: Math.round(whole), autosize: false };
    return { data, layout: { ...layout, ...size, paper_bgcolor: "#ffffff" } };
  };

  const linesOf = (text, style) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.weight} ${style.size}px ${fontFamily()}`;
    const lines = [];
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= WIDTH) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };

  const fontFamily = () => getComputedStyle(document.body).fontFamily.replaceAll('"', "'");

  const escaped = (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

  const textOf = (lines, top, style, colour) =>
    lines
      .map((line, i) => {
        const y = top + i * style.leading + style.size;
        const look = `font-size="${style.size}" font-weight="${style.weight}" fill="${colour}"`;
        return `<text x="${MARGIN}" y="${y}" font-family="${fontFamily()}" ${look}>${escaped(line)}</text>`;
      })
      .join("");

  // The chart between its title and its caption, as one SVG that needs nothing else.
  const framed = (chart, title, notes) => {
    const above = linesOf(title, TITLE);
    const below = notes.flatMap((note) => linesOf(note, NOTE));
    const chartTop = MARGIN + above.length * TITLE.leading + (above.length ? 6 : 0);
    const chartHeight = Number(/<svg[^>]* height="([\d.]+)"/.exec(chart)[1]);
    const belowTop = chartTop + chartHeight + (below.length ? 8 : 0);
    const width = WIDTH + 2 * MARGIN;
    const height = Math.ceil(belowTop + below.length * NOTE.leading + MARGIN);
    const placed = chart.replace(/^[^<]*<svg/, `<svg x="${MARGIN}" y="${chartTop}"`);
    const size = `width="${WIDTH_MM}mm" height="${((WIDTH_MM * height) / width).toFixed(2)}mm"`;
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size} ` +
      `viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="#ffffff"/>` +
      `${textOf(above, MARGIN, TITLE, INK.title)}${placed}${textOf(below, belowTop, NOTE, INK.note)}</svg>`;
    return { svg, width, height };
  };

  const drawn = async ({ svg, width, height }) => {
    const across = Math.round((WIDTH_MM / 25.4) * DOTS_PER_INCH);
    const down = Math.round((across * height) / width);
    const image = new Image(across, down);
    const sized = svg.replace(/ width="[\d.]+mm" height="[\d.]+mm"/, ` width="${across}" height="${down}"`);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sized)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [across, down];
    canvas.getContext("2d").drawImage(image, 0, 0, across, down);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return withDensity(new Uint8Array(await blob.arrayBuffer()));
  };

  const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
    let rest = n;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
    return rest >>> 0;
  });

  // The PNG with its density, so that other programs place it 16 cm wide.
  const withDensity = (png) => {
    const chunk = new DataView(new ArrayBuffer(21));
    const perMetre = Math.round(DOTS_PER_INCH / 0.0254);
    chunk.setUint32(0, 9);
    [..."pHYs"].forEach((letter, i) => chunk.setUint8(4 + i, letter.charCodeAt(0)));
    chunk.setUint32(8, perMetre);
    chunk.setUint32(12, perMetre);
    chunk.setUint8(16, 1);
    let crc = 0xffffffff;
    for (let i = 4; i < 17; i += 1) crc = CRC[(crc ^ chunk.getUint8(i)) & 255] ^ (crc >>> 8);
    chunk.setUint32(17, (crc ^ 0xffffffff) >>> 0);
    const head = 33; // signature and IHDR
    return new Blob([png.slice(0, head), chunk.buffer, png.slice(head)], { type: "image/png" });
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const textIn = (root, selector) =>
    [...(root?.querySelectorAll(selector) ?? [])].map((each) => each.textContent.trim());

  // What is said of a chart: by its downloads themselves, else by the card that they stand in and by the page,
  // whose first sentences tell how many students it is about; and of what course and lesson it is.
  const wordsOf = (button) => {
    const told = button.closest(".downloads")?.dataset ?? {};
    const card = button.closest(".card");
    const [heading = ""] = textIn(card, "h2");
    const [name = ""] = textIn(document, "h1");
    const note = [...textIn(card, ".chart-head p"), ...textIn(document, ".lead")].join(" ");
    const title = told.title ?? (heading || name);
    const place = [...textIn(document, ".breadcrumb li"), name].filter(Boolean);
    return {
      title,
      caption: told.caption ?? note,
      place: [...new Set(place)].filter((each) => each !== title).join(" \u00b7 "),
    };
  };

  const download = async (button) => {
    const plot = document.querySelector(`#${CSS.escape(button.dataset.graph)} .js-plotly-plot`);
    if (!plot || !window.Plotly) return;
    const colours = JSON.parse(button.closest(".downloads")?.dataset.light ?? "{}");
    const figure = figureOf(plot, colours);
    const size = { width: figure.layout.width, height: figure.layout.height };
    const chart = await window.Plotly.toImage(figure, { format: "svg", imageDataOnly: true, ...size });
    const { title, caption, place } = wordsOf(button);
    const picture = framed(chart, title, [caption, place]);
    const blob =
      button.dataset.kind === "svg"
        ? new Blob([picture.svg], { type: "image/svg+xml" })
        : await drawn(picture);
    save(blob, `${button.dataset.name}.${button.dataset.kind}`);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-graph]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    download(button).finally(() => button.removeAttribute("aria-busy"));
  });
})();
