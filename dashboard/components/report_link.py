"""The way to a report on paper, which takes a moment to be made."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.texts import t


def report_link(address: str) -> Component:
    """A link to a PDF.

    `assets/report.js` asks for it with the filters that the page's address has by then, and says that it is
    being made; without that script it is an ordinary link.
    """
    said = {"data-report": t("report-link-busy"), "data-failed": t("report-link-failed")}
    look = {"className": "button quiet", "aria-live": "polite"}
    return html.A(t("report-link"), href=address, download="", **look, **said)
