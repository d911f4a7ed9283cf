// The slide page's choices are written into its address, so that it can be kept and passed on.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.slide = {
  remember: (overlay, regions, students, opacity) => {
    const query = new URLSearchParams();
    query.set("overlay", overlay);
    if (!regions) query.set("regions", "0");
    if (students && students.length) query.set("students", students.join(","));
    if (overlay === "heatmap" && opacity !== 80) query.set("opacity", String(opacity));
    const address = `${window.location.pathname}?${query.toString().replaceAll("%2C", ",")}`;
    window.history.replaceState(window.history.state, "", address);
    return address;
  },
};
