// Links to reports: made for the filters in the page's address, with a word while that takes a moment.
(() => {
  const PATIENCE = 60; // tries, a second apart, while the server makes another report
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  const fetched = async (address) => {
    for (let i = 0; i < PATIENCE; i += 1) {
      const answer = await fetch(address);
      if (answer.ok) return answer;
      if (answer.status !== 503) break;
      await pause(Number(answer.headers.get("Retry-After")) || 1);
    }
    throw new Error("no report");
  };

  const nameOf = (answer) =>
    /filename="?([^";]+)"?/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "report.pdf";

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const open = async (link) => {
    const usual = link.textContent;
    const address = new URL(link.href);
    address.search = window.location.search;
    link.setAttribute("aria-busy", "true");
    link.textContent = link.dataset.report;
    try {
      const answer = await fetched(address);
      save(await answer.blob(), nameOf(answer));
      link.textContent = usual;
    } catch {
      link.textContent = link.dataset.failed;
      await pause(4);
      link.textContent = usual;
    } finally {
      link.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-report]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy") !== "true") open(link);
  });
})();
