// A click on the chart of a class over time opens the slide that was shown at that moment.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const open = (click, slides) => {
    const at = click?.points?.[0]?.x;
    const slide = (slides || []).find(({ from_s, until_s }) => at >= from_s && at < until_s);
    return slide ? slide.href : window.dash_clientside.no_update;
  };
  window.dash_clientside.lesson = { open };
})();
