// What was done, so that it can be undone. Pure: every function gives a new history.

export const STEPS_MAX = 200;
const TOGETHER_MS = 1000; // changes of one kind in quick succession are one step

export const begin = (present) => ({ past: [], present, future: [], tag: null, at: 0 });

// A step. A tag names a kind of change: typing a name, nudging an outline.
export function commit(history, present, tag = null, now = Date.now()) {
  if (present === history.present) return history;
  const joins = tag !== null && tag === history.tag && now - history.at < TOGETHER_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present, future: [], tag, at: now };
}

export function undo(history) {
  if (!history.past.length) return history;
  const present = history.past.at(-1);
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], tag: null, at: 0 };
}

export function redo(history) {
  if (!history.future.length) return history;
  const [present, ...future] = history.future;
  return { past: [...history.past, history.present], present, future, tag: null, at: 0 };
}

// The same change to every document there is: ids that the server gave.
export const throughout = (history, change) => ({
  ...history,
  past: history.past.map(change),
  present: change(history.present),
  future: history.future.map(change),
});
