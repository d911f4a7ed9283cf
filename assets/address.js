// What is chosen on a page is written into its address, so that it can be kept, passed on and copied.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const isSet = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

  // Every part is an object of names and values as the address is to have them; lists are joined by commas.
  const remember = (...parts) => {
    const query = new URLSearchParams();
    for (const part of parts) {
      for (const [name, value] of Object.entries(part || {})) {
        if (isSet(value)) query.set(name, Array.isArray(value) ? value.join(",") : String(value));
      }
    }
    const words = query.toString().replaceAll("%2C", ",");
    const address = window.location.pathname + (words ? `?${words}` : "");
    window.history.replaceState(window.history.state, "", address);
    return address;
  };

  // The button says whether the link was copied, then falls silent again.
  const copy = async (clicks, button) => {
    if (!clicks) return window.dash_clientside.no_update;
    const [copied, failed, usual] = [button.copied, button.failed, button.usual];
    let said = copied;
    try {
      await navigator.clipboard.writeText(window.location.href);
    } catch {
      said = failed;
    }
    setTimeout(() => window.dash_clientside.set_props("copy-link", { children: usual }), 2500);
    return said;
  };

  window.dash_clientside.address = { remember, copy };
})();
