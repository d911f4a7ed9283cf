// The replay: recordings of one student or of a class on one clock, drawn sixty times a second.
//
// The page hands over a plan (dashboard/components/replay.py): slides, who had which open when, where gaze is
// fetched, and every word that is said. What is being looked at (slide, time, speed, who stands out) is handed
// back as the "moment", which the page keeps in its address.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const { Gaze, scene, strip, TRAIL_MS } = window.gazeboard.replay;
  const STEP_MS = 5000; // of the arrow keys
  const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
  const AHEAD_MS = 20000; // of the recording, fetched beforehand at normal speed
  const WORDS_MS = 250; // between two changes of what is written while playing
  const STILL_MS = 500; // between two pictures where motion is unwanted

  const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
  const filled = (words, values) =>
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`%${name}%`, value), words);

  const make = (tag, className, text, attributes = {}) => {
    const element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    if (tag === "button") element.type = "button";
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  class Player {
    constructor(root) {
      this.root = root;
      this.time = 0;
      this.speed = 1;
      this.playing = false;
      this.focus = new Set();
      this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
      root.addEventListener("keydown", (event) => this.key(event));
      new ResizeObserver(() => this.plan && this.paint()).observe(root);
      new MutationObserver(() => this.plan && this.paint()).observe(document.documentElement, {
        attributeFilter: ["data-mantine-color-scheme"],
      });
      document.addEventListener("visibilitychange", () => document.hidden && this.stop());
    }

    // Show these recordings; at the moment that the address asks for, or at the one that was being looked at.
    load(plan, outlined, moment) {
      this.outlined = outlined;
      if (this.plan?.key === plan.key) return this.paint();
      const first = !this.plan;
      const wanted = first ? moment : this.moment();
      this.plan = plan;
      this.words = plan.words;
      this.gaze = new Gaze(plan, () => this.show());
      this.current = undefined;
      this.tracked = null;
      this.build();
      if (first) {
        this.focus = new Set((moment?.focus || "").split(",").filter(Boolean));
        this.speed = SPEEDS.includes(Number(moment?.speed)) ? Number(moment.speed) : 1;
      }
      this.setSpeed(this.speed);
      this.markFocus();
      this.seek(this.asked(wanted));
      return this.fetchTracked();
    }

    // Nobody is left to be shown.
    unload() {
      this.stop();
      this.plan = null;
      this.root.replaceChildren();
    }

    // t counts from the opening of `slide` where one is named, else from the beginning.
    asked(moment) {
      const opened = this.plan.stretches.find(([slide]) => slide === moment?.slide);
      const t = 1000 * (Number(moment?.t) || 0);
      return opened ? Math.min(opened[1] + t, opened[2] - 1) : t;
    }

    moment() {
      const stretch = this.stretch();
      const named = this.plan.align === "slide" && stretch;
      const t = (this.time - (named ? stretch[1] : 0)) / 1000;
      return {
        slide: named ? stretch[0] : null,
        t: t >= 0.001 ? Number(t.toFixed(3)) : null,
        speed: this.speed === 1 ? null : this.speed,
        focus: this.focus.size ? [...this.focus] : null,
        regions: this.outlined ? 1 : null,
      };
    }

    tell() {
      window.dash_clientside.set_props("replay-moment", { data: this.moment() });
      this.said.textContent = this.summary();
    }

    build() {
      const { words } = this;
      this.stage = make("div", "replay-stage");
      this.picture = make("img", "replay-slide");
      this.canvas = make("canvas", "replay-canvas", "", { "aria-hidden": "true" });
      this.message = make("p", "replay-message");
      this.stage.append(this.picture, this.canvas, this.message);
      this.title = make("p", "replay-title");
      this.count = make("p", "replay-count");
      const above = make("div", "replay-words");
      above.append(this.title, this.count);
      this.said = make("p", "visually-hidden", "", { "aria-live": "polite" });
      const main = make("div", "replay-main");
      main.append(this.stage, above, this.buildBar(), this.buildControls(), make("p", "replay-hint", words.hint), this.said);
      const parts = [main];
      if (this.plan.students.length > 1) parts.push(this.buildLegend());
      this.root.tabIndex = 0;
      this.root.setAttribute("role", "group");
      this.root.setAttribute("aria-label", words.label);
      this.root.classList.toggle("replay-many", parts.length > 1);
      this.root.replaceChildren(...parts);
    }

    buildBar() {
      const bar = make("div", "replay-bar");
      const numbers = make("div", "replay-marks");
      this.plan.stretches.forEach(([slide, start, end]) => {
        const mark = make("span", "replay-mark");
        mark.style.left = `${(100 * start) / this.plan.end}%`;
        mark.style.width = `${(100 * (end - start)) / this.plan.end}%`;
        mark.append(make("span", "replay-number", String(this.plan.slides[slide].number)));
        mark.title = this.plan.slides[slide].title;
        numbers.append(mark);
      });
      this.line = make("canvas", "replay-strip", "", { role: "img", "aria-label": this.words.line });
      this.range = make("input", "replay-time", "", { type: "range", min: 0, max: Math.ceil(this.plan.end), step: 1 });
      this.range.setAttribute("aria-label", this.words.time);
      this.range.addEventListener("input", () => this.seek(Number(this.range.value)));
      bar.append(numbers, this.line, this.range);
      return bar;
    }

    buildControls() {
      const { words } = this;
      this.button = make("button", "replay-play", words.play);
      this.button.addEventListener("click", () => this.toggle());
      const back = make("button", "replay-step", "\u25c0", { "aria-label": words.previous, title: words.previous });
      const on = make("button", "replay-step", "\u25b6", { "aria-label": words.next, title: words.next });
      back.addEventListener("click", () => this.turn(-1));
      on.addEventListener("click", () => this.turn(1));
      this.clock = make("span", "replay-clock");
      const speeds = make("div", "replay-speeds", "", { role: "group", "aria-label": words.speed });
      this.speedButtons = SPEEDS.map((speed) => {
        const button = make("button", "replay-speed", `${speed}×`);
        button.addEventListener("click", () => this.setSpeed(speed, true));
        speeds.append(button);
        return button;
      });
      const controls = make("div", "replay-controls");
      controls.append(this.button, back, on, this.clock, speeds);
      return controls;
    }

    buildLegend() {
      const legend = make("div", "replay-legend", "", { role: "group", "aria-label": this.words.legend });
      const list = make("ul", "replay-students");
      this.lines = this.plan.students.map(({ name, colour }) => {
        const button = make("button", "replay-student", "", { "aria-pressed": "false" });
        const spot = make("span", "replay-spot");
        spot.style.setProperty("--spot", colour);
        const state = make("span", "replay-state");
        button.append(spot, make("span", "replay-name", name), state);
        button.addEventListener("click", () => this.choose(name));
        const item = make("li", "");
        item.append(button);
        list.append(item);
        return { button, state, spot };
      });
      legend.append(make("p", "small muted", this.words.legend), list);
      return legend;
    }

    choose(name) {
      if (!this.focus.delete(name)) this.focus.add(name);
      this.markFocus();
      this.show();
      this.tell();
    }

    markFocus() {
      const names = new Set(this.plan.students.map(({ name }) => name));
      this.focus = new Set([...this.focus].filter((name) => names.has(name)));
      if (names.size < 2) return;
      this.plan.students.forEach(({ name }, i) =>
        this.lines[i].button.setAttribute("aria-pressed", String(this.focus.has(name))),
      );
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const turns = {
        ArrowRight: () => this.seek(this.time + STEP_MS, true),
        ArrowLeft: () => this.seek(this.time - STEP_MS, true),
        Home: () => this.seek(0, true),
        End: () => this.seek(this.plan.end, true),
        PageDown: () => this.turn(1),
        PageUp: () => this.turn(-1),
        "+": () => this.faster(1),
        "=": () => this.faster(1),
        "-": () => this.faster(-1),
      };
      const act = event.key === " " && event.target.tagName !== "BUTTON" ? () => this.toggle() : turns[event.key];
      if (!act || !this.plan) return;
      event.preventDefault();
      act();
    }

    faster(by) {
      const place = SPEEDS.indexOf(this.speed) + by;
      this.setSpeed(SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)], true);
    }

    setSpeed(speed, told = false) {
      this.speed = speed;
      this.speedButtons.forEach((button, i) => button.setAttribute("aria-pressed", String(SPEEDS[i] === speed)));
      if (told) this.tell();
    }

    // To the opening of the next slide, or of this one and then of the one before.
    turn(by) {
      const starts = this.plan.stretches.map(([, start]) => start);
      const to = by > 0 ? starts.find((start) => start > this.time) : starts.findLast((start) => start < this.time - 1000);
      this.seek(to ?? (by > 0 ? this.plan.end : 0), true);
    }

    toggle() {
      if (this.playing) this.stop();
      else this.play();
    }

    play() {
      if (this.time >= this.plan.end) this.time = 0;
      this.playing = true;
      this.button.textContent = this.words.pause;
      this.last = performance.now();
      requestAnimationFrame((now) => this.tick(now));
    }

    stop() {
      if (!this.playing) return;
      this.playing = false;
      this.button.textContent = this.words.play;
      this.show();
      this.tell();
    }

    tick(now) {
      if (!this.playing || !this.root.isConnected) return;
      if (this.motion.matches && now - this.last < STILL_MS) {
        requestAnimationFrame((next) => this.tick(next));
        return;
      }
      const passed = Math.max(now - this.last, 0) * this.speed;
      this.last = now;
      if (this.ready(this.time)) this.time = Math.min(this.time + passed, this.plan.end);
      this.show(now);
      if (this.time >= this.plan.end) this.stop();
      else requestAnimationFrame((next) => this.tick(next));
    }

    ready(time) {
      return this.gaze.need(time, TRAIL_MS, AHEAD_MS * Math.max(this.speed, 1));
    }

    seek(time, told = false) {
      this.time = Math.min(Math.max(time, 0), this.plan.end);
      this.show();
      if (told) this.tell();
      else if (!this.playing) this.tellSoon();
    }

    tellSoon() {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.plan && this.root.isConnected && this.tell(), 300);
    }

    stretch() {
      const last = this.time >= this.plan.end ? this.plan.stretches.at(-1) : undefined;
      return last || this.plan.stretches.find(([, start, end]) => start <= this.time && this.time < end);
    }

    // Everything that follows from the time; words seldom, so that they can be read.
    show(now = null) {
      this.here = this.ready(this.time);
      this.turnTo(this.stretch()?.[0] ?? null);
      this.range.value = this.time;
      this.paintScene();
      if (now !== null && now - (this.worded ?? 0) < WORDS_MS) return;
      this.worded = now ?? 0;
      this.write();
    }

    turnTo(slide) {
      if (this.current === slide) return;
      this.current = slide;
      const known = this.plan.slides[slide];
      this.stage.classList.toggle("replay-empty", !known);
      if (!known) return;
      this.picture.src = known.image;
      this.picture.alt = known.title;
      this.stage.style.setProperty("--ratio", known.ratio);
      const next = this.plan.stretches[this.plan.stretches.findIndex(([id]) => id === slide) + 1];
      if (next) new Image().src = this.plan.slides[next[0]].image;
      if (this.playing) this.said.textContent = filled(this.words.slide, known);
      this.write();
    }

    // For the seen and for screen readers: which slide, when, how many are tracked, who is where.
    write() {
      const { words } = this;
      const known = this.plan.slides[this.current];
      const failed = this.gaze.failed && !this.here;
      const waiting = this.here ? "" : failed ? words.failed : words.loading;
      this.message.textContent = known ? waiting : words["no-slide"];
      this.title.textContent = known ? filled(words.slide, known) : "";
      this.clock.textContent = `${clock(this.time)} / ${clock(this.plan.end)}`;
      this.range.setAttribute("aria-valuetext", filled(words.at, { time: clock(this.time), slide: known ? known.number : "–" }));
      this.count.textContent = this.here && known ? this.counted() : "";
      if (this.plan.students.length < 2) return;
      this.places().forEach((place, i) => {
        const { state, spot, button } = this.lines[i];
        const other = this.plan.slides[place.slide];
        state.textContent = filled(words.states[place.state], { number: other ? other.number : "" });
        spot.dataset.state = place.state;
        const why = this.plan.students[i].left_out[this.current];
        button.title = place.state === "left-out" ? why : "";
      });
    }

    places() {
      return this.plan.students.map((_, i) => this.gaze.at(i, this.time, this.current));
    }

    counted() {
      const states = this.places().map(({ state }) => state);
      const number = (...kinds) => states.filter((state) => kinds.includes(state)).length;
      const values = { tracked: number("on", "beside"), open: number("on", "beside", "lost"), on: number("on") };
      if (states.length > 1) return filled(this.words.count, values);
      return filled(this.words.states[states[0]], {});
    }

    summary() {
      const known = this.plan.slides[this.current];
      const slide = known ? filled(this.words.slide, known) : this.words["no-slide"];
      return [slide, clock(this.time), this.here && known ? this.counted() : ""].filter(Boolean).join(". ");
    }

    paint() {
      this.paintScene();
      if (!this.tracked) return;
      const { width, height } = this.line.getBoundingClientRect();
      strip(this.line, { width, height }, this.tracked, this.plan.end);
    }

    paintScene() {
      const { width, height } = this.canvas.getBoundingClientRect();
      scene(this.canvas, { width, height }, {
        gaze: this.gaze,
        time: this.time,
        shown: this.current,
        states: this.places(),
        still: this.motion.matches,
        focus: this.focus,
        outlined: this.outlined,
      });
    }

    async fetchTracked() {
      const { plan } = this;
      const answer = await fetch(plan.tracked).catch(() => null);
      if (!answer?.ok || plan !== this.plan) return;
      this.tracked = await answer.json();
      this.paint();
    }
  }

  const players = new WeakMap();

  // Called with the plan whenever it appears or changes, and when regions are to be outlined or not any more.
  const mount = (plan, outlined, id, moment) => {
    const root = document.getElementById(id);
    if (!root || !plan) return window.dash_clientside.no_update;
    if (!players.has(root)) players.set(root, new Player(root));
    const player = players.get(root);
    if (plan.students.length && plan.stretches.length) {
      player.load(plan, outlined, moment);
      player.tellSoon();
      return "mounted";
    }
    player.unload();
    root.replaceChildren(make("p", "replay-message", plan.words.nothing));
    return "empty";
  };

  window.dash_clientside.replay = { mount };
})();
