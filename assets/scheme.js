// Light, dark or as the system: chosen once, kept in this browser, set before anything is painted.
// Loaded in the head; Mantine reads the same key.
(() => {
  const KEY = "mantine-color-scheme-value";
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => localStorage.getItem(KEY) || "auto";
  const resolved = (choice) => (choice === "auto" ? (system.matches ? "dark" : "light") : choice);
  const paint = () => {
    document.documentElement.dataset.mantineColorScheme = resolved(chosen());
    return resolved(chosen());
  };

  paint();
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.scheme = {
    // What the control shows when the page opens.
    chosen: () => chosen(),
    // A choice: kept, painted, and told to the charts and to Mantine.
    choose: (choice) => {
      if (choice) localStorage.setItem(KEY, choice);
      const scheme = paint();
      return [scheme, scheme];
    },
  };
  system.addEventListener("change", () => {
    const scheme = paint();
    window.dash_clientside.set_props("scheme", { data: scheme });
    window.dash_clientside.set_props("mantine", { forceColorScheme: scheme });
  });
})();
