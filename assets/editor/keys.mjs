// The keyboard's way to everything. Single letters count on the slide only, where nobody writes.

import { TOOLS } from "./bar.mjs";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LARGE_PX = 10;

export const SHORTCUTS = [
  ["V R E P", "key-tools"],
  ["N", "key-new"],
  ["Tab", "key-tab"],
  ["← ↑ → ↓", "key-arrows"],
  ["Shift + ←", "key-large"],
  ["Alt + ←", "key-stretch"],
  ["Ctrl + ←", "key-whole"],
  ["Enter", "key-enter"],
  ["Insert, +", "key-insert"],
  ["Del", "key-delete"],
  ["[ ]", "key-layer"],
  ["Ctrl + D", "key-duplicate"],
  ["Ctrl + Z, Ctrl + Y", "key-undo"],
  ["Ctrl + S", "key-save"],
  ["Esc", "key-escape"],
  ["Alt", "key-alt"],
];

// Listen as long as the editor is on the page; gives back how to stop.
export function keys(editor) {
  const listen = (event) => {
    if (!editor.root.isConnected || editor.root.querySelector("dialog[open]")) return;
    if (event.target !== document.body && !editor.root.contains(event.target)) return;
    if (pressed(editor, event)) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function pressed(editor, event) {
  const command = event.ctrlKey || event.metaKey;
  const letter = event.key.toLowerCase();
  if (command && letter === "s") return editor.save(), true;
  if (editor.locked) return false;
  const writing = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (command && !writing && letter === "z") return (event.shiftKey ? editor.redo() : editor.undo()), true;
  if (command && !writing && letter === "y") return editor.redo(), true;
  if (command && !writing && letter === "d") return editor.duplicate(), true;
  if (event.key === "Escape") return escape(editor);
  return editor.stage.contains(event.target) && onSlide(editor, event, command);
}

function escape(editor) {
  if (editor.canvas.drag) return editor.canvas.cancelled(), true;
  if (editor.tool !== "select") return editor.setTool("select"), true;
  if (editor.selection.vertex !== null) {
    const { key, part } = editor.selection;
    return editor.select(key, part), editor.canvas.focusRegion(key), true;
  }
  return editor.select(null), true;
}

function onSlide(editor, event, command) {
  const arrow = ARROWS[event.key];
  if (arrow && editor.selection.key !== null) {
    const [dx, dy] = arrow.map((step) => step * (event.shiftKey ? LARGE_PX : 1));
    if (event.altKey) editor.stretch(dx, dy);
    else editor.nudge(dx, dy, command);
    return true;
  }
  if (command || event.altKey) return false;
  if (editor.canvas.drawing.length) {
    if (event.key === "Enter") return editor.canvas.close(), true;
    if (event.key === "Backspace") return editor.canvas.vertexBack(), true;
  }
  const tool = TOOLS.find(([, letter]) => letter.toLowerCase() === event.key.toLowerCase());
  if (tool) return editor.setTool(tool[0]), true;
  if (event.key === "n" || event.key === "N") return editor.addDefault(), true;
  return editor.selection.key !== null && onChosen(editor, event);
}

function onChosen(editor, event) {
  const onVertex = editor.selection.vertex !== null;
  if (event.key === "Delete" || event.key === "Backspace") {
    if (!onVertex) return editor.remove(), true;
    return editor.removeVertex(), editor.canvas.focusVertex(editor.selection.vertex), true;
  }
  if (event.key === "Insert" || event.key === "+") {
    if (editor.part?.shape !== "polygon") return false;
    return editor.addVertex(), editor.canvas.focusVertex(editor.selection.vertex), true;
  }
  if (event.key === "]") return editor.restack(1), true;
  if (event.key === "[") return editor.restack(-1), true;
  if (event.key === "Enter" && !onVertex) {
    editor.setTab("regions");
    return editor.panels.regions.focusName(), true;
  }
  return false;
}
