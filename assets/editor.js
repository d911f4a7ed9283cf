// Puts the editor of regions on its page; its parts are modules that no other page loads.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const modules = () => import("/assets/editor/main.mjs");
  const mount = async (config) => {
    const { start } = await modules();
    const root = document.getElementById("edit-root");
    if (root) await start(root, config);
    return config.regions_url;
  };
  // The catalogue has changed: perhaps these regions have, by somebody else.
  const revised = async (_, mounted) => {
    if (mounted) (await modules()).revised();
    return window.dash_clientside.no_update;
  };
  // The buttons of the slide's page: here a region is chosen in the editor, and the list keeps its order.
  const fill = (place, html) => {
    place.innerHTML = html;
    for (const button of place.querySelectorAll("button[data-sort-by]")) button.replaceWith(...button.childNodes);
    for (const button of place.querySelectorAll("button.region-button")) {
      const { region } = button.closest("[data-region]").dataset;
      button.addEventListener("click", async () => (await modules()).choose(region));
    }
  };
  // Our own HTML (dashboard/plain_html.py), in which everything that was ever typed is escaped.
  const measured = (html) => {
    const place = document.getElementById("edit-measures");
    if (place && html) fill(place, html);
    return window.dash_clientside.no_update;
  };
  window.dash_clientside.editor = { mount, revised, measured };
})();
