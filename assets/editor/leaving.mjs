// Leaving the page with unsaved work: the browser asks when it is closed, we ask before a link is followed.

import { h } from "./dom.mjs";

// Watch as long as the editor is on the page; gives back how to stop.
export function leaving(editor) {
  const close = (event) => {
    if (!editor.root.isConnected || !editor.dirty) return;
    editor.storeDraft();
    event.preventDefault();
  };
  const follow = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || !editor.root.isConnected || !editor.dirty || link.dataset.anyway) return;
    const here = link.target === "_blank" || link.hasAttribute("download") || link.getAttribute("href").startsWith("#");
    if (here || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    ask(editor, link);
  };
  window.addEventListener("beforeunload", close);
  document.addEventListener("click", follow, true);
  return () => {
    window.removeEventListener("beforeunload", close);
    document.removeEventListener("click", follow, true);
  };
}

function ask(editor, link) {
  const { t } = editor;
  const go = () => {
    link.dataset.anyway = "true";
    link.click();
    delete link.dataset.anyway;
  };
  const dialog = h("dialog", { class: "edit-dialog", "aria-label": t("leave-title") }, h("h2", {}, t("leave-title")), h("p", {}, t("leave-words")));
  const button = (key, onclick, more = {}) => h("button", { class: "edit-button", onclick, ...more }, t(key));
  const leave = () => {
    editor.storeDraft();
    dialog.close();
    go();
  };
  const saveFirst = async () => {
    dialog.close();
    await editor.save();
    if (!editor.dirty) go();
  };
  dialog.append(h("div", { class: "edit-row" }, button("leave-save", saveFirst, { autofocus: true }), button("leave-keep", leave), button("leave-stay", () => dialog.close())));
  editor.open(dialog);
}
