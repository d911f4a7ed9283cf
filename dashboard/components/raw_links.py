"""The way to sessions as they are stored, for other programs."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.texts import t


def raw_links(csv: str, parquet: str) -> Component:
    """A line with a zip of CSV and one of Parquet files; these are their addresses."""
    links = [
        html.A(t("raw-csv"), href=csv, download="", className="download"),
        html.A(t("raw-parquet"), href=parquet, download="", className="download"),
    ]
    words = html.Span([html.Strong(t("raw-title")), " ", t("raw-note")])
    return html.Div([words, html.Span(links, className="downloads")], className="raw-links muted small")
