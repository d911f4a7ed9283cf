// The choices on a page are written into its address, so that it can be kept and passed on.
window.dash_clientside = window.dash_clientside || {};
(() => {
  // Whose recordings count, as dashboard/group.py reads it; what is as usual is left out.
  const addRules = (query, tracked, accuracy, uncalibrated) => {
    if (typeof tracked === "number" && tracked !== 50) query.set("tracked", String(tracked));
    if (typeof accuracy === "number") query.set("accuracy", String(accuracy));
    if (uncalibrated && uncalibrated !== "auto") query.set("uncalibrated", uncalibrated);
  };
  const write = (query) => {
    const words = query.toString().replaceAll("%2C", ",");
    const address = window.location.pathname + (words ? `?${words}` : "");
    window.history.replaceState(window.history.state, "", address);
    return address;
  };
  window.dash_clientside.slide = {
    remember: (overlay, regions, students, opacity, ...rules) => {
      const query = new URLSearchParams();
      query.set("overlay", overlay);
      if (!regions) query.set("regions", "0");
      if (students && students.length) query.set("students", students.join(","));
      if (overlay === "heatmap" && opacity !== 80) query.set("opacity", String(opacity));
      addRules(query, ...rules);
      return write(query);
    },
  };
  window.dash_clientside.lesson = {
    remember: (...rules) => {
      const query = new URLSearchParams();
      addRules(query, ...rules);
      return write(query);
    },
  };
})();
