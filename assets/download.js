// "PNG" and "SVG" buttons: the graph they name as a picture, made in the browser.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-graph]");
  if (!button) return;
  const plot = document.querySelector(`#${CSS.escape(button.dataset.graph)} .js-plotly-plot`);
  if (!plot || !window.Plotly) return;
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  const { width, height } = plot.getBoundingClientRect();
  const figure = { data: plot.data, layout: { ...plot.layout, paper_bgcolor: paper, width, height } };
  window.Plotly.downloadImage(figure, {
    format: button.dataset.kind,
    scale: button.dataset.kind === "png" ? 2 : 1,
    width,
    height,
    filename: button.dataset.name,
  });
});
