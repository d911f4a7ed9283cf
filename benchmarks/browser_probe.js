// Put into every page before its own scripts: tells when what was asked for is on the screen.
(() => {
  const QUIET_MS = 300; // nothing more has changed for so long: the new picture is complete
  const PATIENCE_MS = 15000;
  const now = () => performance.now();
  const probe = { inFlight: 0 };
  window.__probe = probe;

  const fetch = window.fetch;
  window.fetch = (...asked) => {
    probe.inFlight += 1;
    return fetch(...asked).finally(() => (probe.inFlight -= 1));
  };

  // Something is shown if it has a size, and its pictures (those within sight) have been decoded.
  const inSight = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.top < window.innerHeight && box.bottom > 0;
  };
  const shown = (selector) => {
    const element = document.querySelector(selector);
    if (!element || !element.getBoundingClientRect().width) return false;
    const pictures = [...element.querySelectorAll("img"), ...(element.matches("img") ? [element] : [])];
    const drawn = [...element.querySelectorAll("image")];
    return (
      pictures.every((img) => !inSight(img) || (img.complete && img.naturalWidth)) &&
      drawn.every((image) => image.getAttribute("href") || image.getAttribute("xlink:href"))
    );
  };
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(now())));

  const all = async (selectors, elsewhere = () => true) => {
    for (;;) {
      const time = await frame();
      if (elsewhere() && selectors.every(shown)) return frame();
      if (time - (probe.began ?? 0) > PATIENCE_MS) return NaN;
    }
  };

  // Milliseconds from the start of the navigation to the frame in which all of this was there.
  probe.painted = (selectors) => all(selectors);

  // When the next click or key comes; what follows is timed from there.
  const begin = () =>
    new Promise((resolve) => {
      const kinds = ["pointerdown", "keydown"];
      const note = (event) => {
        kinds.forEach((kind) => window.removeEventListener(kind, note, true));
        probe.began = event.timeStamp;
        resolve(event.timeStamp);
      };
      kinds.forEach((kind) => window.addEventListener(kind, note, true));
    });

  // From a click to all of this under another address and another heading.
  probe.arrival = (selectors) => {
    const left = location.pathname;
    const heading = document.querySelector("h1");
    const said = heading?.textContent;
    const elsewhere = () => {
      const now = document.querySelector("h1");
      return location.pathname !== left && now && (now !== heading || now.textContent !== said);
    };
    probe.answer = begin().then(async (began) => (await all(selectors, elsewhere)) - began);
  };

  // From a click to the last change of what is drawn there, once it has been quiet for a while.
  probe.redrawing = (selector) => {
    let last = NaN;
    const note = (element) => {
      const within = element instanceof Element ? element : element.parentElement;
      if (within?.closest(selector)) frame().then((time) => (last = time));
    };
    const observer = new MutationObserver((changes) => changes.forEach((change) => note(change.target)));
    const loaded = (event) => event.target instanceof Element && note(event.target);
    const plot = document.querySelector(`${selector} .js-plotly-plot`);
    probe.answer = begin().then(async (began) => {
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      document.addEventListener("load", loaded, true);
      plot?.on?.("plotly_afterplot", () => note(plot));
      for (;;) {
        const time = await frame();
        const quiet = time - last > QUIET_MS && !probe.inFlight;
        if (quiet || time - began > PATIENCE_MS) {
          observer.disconnect();
          document.removeEventListener("load", loaded, true);
          return last - began;
        }
      }
    });
  };

  // Nothing is on its way and nothing has changed for a while.
  probe.settled = async () => {
    while (!document.body) await frame();
    let last = now();
    const observer = new MutationObserver(() => (last = now()));
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    const began = now();
    while (now() - last < QUIET_MS || probe.inFlight) {
      await frame();
      if (now() - began > PATIENCE_MS) break;
    }
    observer.disconnect();
  };
})();
