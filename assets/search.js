// Search: the key / leads to the field, Enter in it to what was found, and the words stand in the address.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const remember = (words) => window.dash_clientside.address.remember({ q: (words || "").trim() });

  // Where the words go: the field of the page that shows what was found, else the one beside every page.
  const field = () => {
    const seen = (id) => document.getElementById(id)?.offsetParent && document.getElementById(id);
    return seen("search-words") || seen("search-field");
  };

  const writes = (node) => node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    if (document.querySelector("[role=dialog]")) return;
    event.preventDefault();
    if (field()) return field().select();
    window.gazeboardGo("/search");
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form.search-form");
    if (!form) return;
    event.preventDefault();
    const words = document.getElementById("search-field").value.trim();
    window.gazeboardGo("/search" + (words ? "?" + new URLSearchParams({ q: words }) : ""));
  });

  window.dash_clientside.search = { remember };
})();
