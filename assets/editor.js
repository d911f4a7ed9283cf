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
  // Our own HTML (dashboard/plain_html.py), in which everything that was ever typed is escaped.
  const measured = (html) => {
    const place = document.getElementById("edit-measures");
    if (place && html) place.innerHTML = html;
    return window.dash_clientside.no_update;
  };
  window.dash_clientside.editor = { mount, revised, measured };
})();
