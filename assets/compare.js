// The table of a comparison on the clipboard: as a table for word processors, as lines with tabs for all else.
window.dash_clientside = window.dash_clientside || {};
(() => {
  const words = (cell) => cell.innerText.replace(/\s+/g, " ").replace(/ [↑↓]$/, "").trim();

  const rowsOf = (table) =>
    [...table.rows].map((row) =>
      [...row.cells].map((cell) => {
        const chips = [...cell.querySelectorAll(".chip")].map((chip) => chip.textContent);
        return chips.length ? chips.join("; ") : words(cell);
      }),
    );

  const escaped = (text) => text.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);

  const asHtml = (rows) => {
    const [head, ...body] = rows;
    const line = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
    return `<table border="1"><thead>${line(head, "th")}</thead><tbody>${body.map((each) => line(each, "td")).join("")}</tbody></table>`;
  };

  // Works without a secure context too, which a school's server in the local network is not.
  const toClipboard = (html, text) => {
    const put = (event) => {
      event.clipboardData.setData("text/html", html);
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", put, { once: true });
    try {
      return document.execCommand("copy");
    } finally {
      document.removeEventListener("copy", put);
    }
  };

  const copy = (clicks) => {
    const button = document.getElementById("compare-copy");
    const table = document.querySelector(".compare-table");
    if (!clicks || !button || !table) return window.dash_clientside.no_update;
    const usual = button.dataset.usual;
    const rows = rowsOf(table);
    const about = document.getElementById("compare-about");
    const done = toClipboard(asHtml(rows) + (about ? `<p>${escaped(about.textContent)}</p>` : ""),
      rows.map((cells) => cells.join("\t")).join("\n") + (about ? `\n${about.textContent}` : ""));
    setTimeout(() => window.dash_clientside.set_props("compare-copy", { children: usual }), 2500);
    return done ? button.dataset.copied : button.dataset.failed;
  };

  window.dash_clientside.compare = { copy };
})();
