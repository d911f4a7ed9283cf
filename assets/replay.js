// The replay of a session: gaze over the slides, from arrays that are fetched once, drawn on a canvas.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const TRAIL_MS = 1500; // how long a point can be seen
  const STEP_MS = 5000; // of the arrow keys
  const SPEEDS = [0.5, 1, 2, 4];
  const UNITS = 10000; // of a slide's width and height in the data
  const GAZE = "#0b6e8a";

  const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    if (tag === "button") element.type = "button";
    return element;
  };

  // Index of the last number that is not after the time; -1 for none.
  const before = (times, time) => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  class Replay {
    constructor(root, gaze) {
      this.gaze = gaze;
      this.slides = JSON.parse(root.dataset.slides);
      this.end = Math.max(...gaze.slides.map((slide) => slide.end_ms));
      this.time = 0;
      this.speed = 1;
      this.playing = false;
      this.still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.build(root);
      this.show();
    }

    build(root) {
      this.stage = make("div", "replay-stage");
      this.slide = make("img", "replay-slide");
      this.canvas = make("canvas", "replay-canvas");
      this.canvas.setAttribute("aria-hidden", "true");
      this.pause = make("p", "replay-message");
      this.stage.append(this.slide, this.canvas, this.pause);

      this.button = make("button", "replay-play", "Play");
      this.button.addEventListener("click", () => this.toggle());
      this.range = make("input", "replay-time");
      Object.assign(this.range, { type: "range", min: 0, max: this.end, step: 50, value: 0 });
      this.range.setAttribute("aria-label", "Time in the recording");
      this.range.addEventListener("input", () => this.seek(Number(this.range.value)));
      this.clock = make("span", "replay-clock");
      const marks = make("div", "replay-marks");
      for (const slide of this.gaze.slides) {
        const mark = make("span", "replay-mark");
        mark.style.left = `${(100 * slide.start_ms) / this.end}%`;
        marks.append(mark);
      }
      const bar = make("div", "replay-bar");
      bar.append(this.range, marks);
      const speeds = make("div", "replay-speeds");
      speeds.setAttribute("role", "group");
      speeds.setAttribute("aria-label", "Speed");
      this.speedButtons = SPEEDS.map((speed) => {
        const button = make("button", "replay-speed", `${speed}×`);
        button.addEventListener("click", () => this.setSpeed(speed));
        speeds.append(button);
        return button;
      });
      const controls = make("div", "replay-controls");
      controls.append(this.button, bar, this.clock, speeds);
      this.title = make("p", "replay-title");
      const hint = make("p", "replay-hint", "Space plays and pauses, arrow keys move by 5 s.");
      const words = make("div", "replay-words");
      words.append(this.title, hint);

      root.tabIndex = 0;
      root.setAttribute("role", "group");
      root.setAttribute("aria-label", "Replay of gaze over the slides. Space plays, arrow keys move.");
      root.addEventListener("keydown", (event) => this.key(event));
      root.replaceChildren(this.stage, controls, words);
      this.setSpeed(1);
      new ResizeObserver(() => this.draw()).observe(this.stage);
      document.addEventListener("visibilitychange", () => document.hidden && this.stop());
    }

    key(event) {
      const onButton = event.target.tagName === "BUTTON";
      if (event.key === " " && !onButton) this.toggle();
      else if (event.key === "ArrowRight") this.seek(this.time + STEP_MS);
      else if (event.key === "ArrowLeft") this.seek(this.time - STEP_MS);
      else if (event.key === "Home") this.seek(0);
      else return;
      event.preventDefault();
    }

    setSpeed(speed) {
      this.speed = speed;
      this.speedButtons.forEach((button, i) => button.setAttribute("aria-pressed", String(SPEEDS[i] === speed)));
    }

    toggle() {
      if (this.playing) this.stop();
      else this.play();
    }

    play() {
      if (this.time >= this.end) this.time = 0;
      this.playing = true;
      this.button.textContent = "Pause";
      this.last = performance.now();
      requestAnimationFrame((now) => this.tick(now));
    }

    stop() {
      this.playing = false;
      this.button.textContent = "Play";
    }

    tick(now) {
      if (!this.playing || !this.stage.isConnected) return;
      this.time += (now - this.last) * this.speed;
      this.last = now;
      if (this.time >= this.end) {
        this.time = this.end;
        this.stop();
      }
      this.show();
      requestAnimationFrame((next) => this.tick(next));
    }

    seek(time) {
      this.time = Math.min(Math.max(time, 0), this.end);
      this.show();
    }

    // Everything that follows from the time.
    show() {
      const shown = this.gaze.slides.find((s) => s.start_ms <= this.time && this.time < s.end_ms);
      const known = shown && this.slides[shown.slide_id];
      if (known && this.current !== shown.slide_id) {
        this.current = shown.slide_id;
        this.slide.src = known.image;
        this.slide.alt = known.title;
        this.stage.style.aspectRatio = String(known.ratio);
      }
      this.stage.classList.toggle("replay-empty", !shown);
      this.pause.textContent = shown ? "" : this.time >= this.end ? "" : "No slide was on screen";
      this.title.textContent = known ? `Slide ${known.title}` : "";
      this.range.value = this.time;
      this.range.setAttribute("aria-valuetext", clock(this.time));
      this.clock.textContent = `${clock(this.time)} / ${clock(this.end)}`;
      this.start = shown ? shown.start_ms : this.time;
      this.draw();
    }

    draw() {
      const { width, height } = this.stage.getBoundingClientRect();
      const dots = window.devicePixelRatio || 1;
      if (this.canvas.width !== Math.round(width * dots)) {
        this.canvas.width = Math.round(width * dots);
        this.canvas.height = Math.round(height * dots);
      }
      const pen = this.canvas.getContext("2d");
      pen.setTransform(dots, 0, 0, dots, 0, 0);
      pen.clearRect(0, 0, width, height);
      const last = before(this.gaze.t_ms, this.time);
      if (last < 0) return;
      if (!this.still) this.trail(pen, last, width, height);
      this.point(pen, last, width, height);
    }

    place(i, width, height) {
      const x = this.gaze.x[i];
      return x === null ? null : [(x / UNITS) * width, (this.gaze.y[i] / UNITS) * height];
    }

    // Where gaze was just now, fading; never over a change of slide or a loss of tracking.
    trail(pen, last, width, height) {
      pen.lineCap = "round";
      pen.strokeStyle = GAZE;
      pen.lineWidth = 4;
      for (let i = last; i > 0; i -= 1) {
        const age = this.time - this.gaze.t_ms[i - 1];
        if (age > TRAIL_MS || this.gaze.t_ms[i - 1] < this.start) break;
        const [from, to] = [this.place(i - 1, width, height), this.place(i, width, height)];
        if (!from || !to) continue;
        pen.globalAlpha = 0.7 * (1 - age / TRAIL_MS);
        pen.beginPath();
        pen.moveTo(...from);
        pen.lineTo(...to);
        pen.stroke();
      }
      pen.globalAlpha = 1;
    }

    // Where gaze is: a dot; a dashed ring at the last known place where it is not tracked.
    point(pen, last, width, height) {
      const here = this.place(last, width, height);
      let i = last;
      while (i > 0 && this.gaze.x[i] === null && this.gaze.t_ms[i] > this.start) i -= 1;
      const at = here || this.place(i, width, height);
      if (!at) return;
      pen.beginPath();
      pen.arc(...at, 11, 0, 2 * Math.PI);
      pen.setLineDash(here ? [] : [4, 4]);
      pen.lineWidth = here ? 2.5 : 2;
      pen.strokeStyle = here ? "#ffffff" : GAZE;
      pen.fillStyle = here ? GAZE : "transparent";
      pen.fill();
      pen.stroke();
      pen.setLineDash([]);
    }
  }

  const mount = async (id) => {
    const root = document.getElementById(id);
    if (!root || root.dataset.mounted) return "mounted";
    root.dataset.mounted = "true";
    root.replaceChildren(make("p", "replay-message", "Loading the gaze…"));
    try {
      const answer = await fetch(root.dataset.source);
      if (!answer.ok) throw new Error(String(answer.status));
      const gaze = await answer.json();
      if (gaze.t_ms.length) new Replay(root, gaze);
      else root.replaceChildren(make("p", "replay-message", "No gaze was recorded while a slide was open."));
    } catch {
      root.replaceChildren(make("p", "replay-message", "The gaze could not be loaded. Reload the page to try again."));
    }
    return "mounted";
  };

  window.dash_clientside.replay = { mount };
})();
