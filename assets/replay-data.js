// Gaze for the replay: blocks of bytes as dashboard/replay_bytes.py makes them, fetched as they are needed.
window.gazeboard = window.gazeboard || {};
(() => {
  const MAGIC = 0x31524247; // "GBR1", little-endian
  const NOT_TRACKED = 65535;
  const LEAST = -1;
  const SPAN = 3;
  const RING_MS = 10000; // how long a last place is remembered

  const toSlide = (whole) => (whole / (NOT_TRACKED - 1)) * SPAN + LEAST;

  // Index of the last number from low to high that is not after the time; low - 1 for none.
  const before = (times, time, low, high) => {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (times[middle] <= time) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  };

  const unpack = (buffer) => {
    const view = new DataView(buffer);
    if (view.getUint32(0, true) !== MAGIC) throw new Error("not a block of gaze");
    const length = view.getUint32(4, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
    const edges = [0];
    for (const count of header.samples) edges.push(edges[edges.length - 1] + count);
    const n = edges[edges.length - 1];
    const at = 8 + length;
    return {
      edges, // of each student's samples in the arrays
      t: new Int32Array(buffer, at, n),
      x: new Uint16Array(buffer, at + 4 * n, n),
      y: new Uint16Array(buffer, at + 6 * n, n),
    };
  };

  // The piece of a student's time that holds this moment, or null. Pieces: [slide, start, end], ascending.
  const pieceAt = (student, time) => {
    let [low, high] = [0, student.pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (student.pieces[middle][1] <= time) low = middle + 1;
      else high = middle;
    }
    const piece = student.pieces[low - 1];
    return piece && time < piece[2] ? piece : null;
  };

  class Gaze {
    constructor(plan, arrived) {
      this.plan = plan;
      this.arrived = arrived; // called when a block has come, or could not
      this.blocks = new Map();
      this.asked = new Set();
      this.failed = false;
    }

    number(time) {
      return Math.min(Math.max(Math.floor(time / this.plan.window), 0), this.plan.windows - 1);
    }

    // What is needed to draw this moment, and whether it is there; `ahead` ms are fetched beforehand.
    need(time, past, ahead) {
      const now = this.number(time);
      for (let i = this.number(time - past); i <= this.number(time + ahead); i += 1) this.fetch(i);
      return this.blocks.has(now) && this.blocks.has(this.number(time - past));
    }

    async fetch(number) {
      if (this.asked.has(number)) return;
      this.asked.add(number);
      try {
        const answer = await fetch(this.plan.source.replace("WINDOW", String(number)));
        if (!answer.ok) throw new Error(String(answer.status));
        this.blocks.set(number, unpack(await answer.arrayBuffer()));
        this.failed = false;
      } catch {
        this.failed = true;
        setTimeout(() => this.asked.delete(number), 2000); // tried again when it is needed then
      }
      this.arrived();
    }

    // Calls visit(t, x, y) for a student's samples from one moment to another, latest first; x is null where
    // not tracked. Stops where visit says so.
    backwards(student, from, to, visit) {
      for (let number = this.number(to); number >= this.number(from); number -= 1) {
        const block = this.blocks.get(number);
        if (!block) return;
        const [low, high] = [block.edges[student], block.edges[student + 1]];
        for (let i = before(block.t, to, low, high); i >= low && block.t[i] >= from; i -= 1) {
          const lost = block.x[i] === NOT_TRACKED;
          const stop = visit(block.t[i], lost ? null : toSlide(block.x[i]), lost ? null : toSlide(block.y[i]));
          if (stop) return;
        }
      }
    }

    // Where a student is at this moment: state, and place where one is known.
    at(number, time, shown) {
      const student = this.plan.students[number];
      const piece = pieceAt(student, time);
      if (!piece) return { state: this.absence(student, shown) };
      if (piece[0] !== shown) return { state: "other", slide: piece[0] };
      if (!this.blocks.has(this.number(time))) return { state: "loading" };
      let found = null;
      let lost = false;
      this.backwards(number, Math.max(piece[1], time - RING_MS), time, (t, x, y) => {
        if (x === null || time - t > student.hold) lost = true;
        if (x === null) return false;
        found = { x, y };
        return true;
      });
      if (!found || lost) return { state: "lost", ...(found || {}) };
      const inside = found.x >= 0 && found.x <= 1 && found.y >= 0 && found.y <= 1;
      return { state: inside ? "on" : "beside", ...found };
    }

    absence(student, shown) {
      if (shown && student.left_out[shown]) return "left-out";
      return shown && student.pieces.some((piece) => piece[0] === shown) ? "closed" : "not-shown";
    }
  }

  window.gazeboard.replay = { Gaze, pieceAt };
})();
