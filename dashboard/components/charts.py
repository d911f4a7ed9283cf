"""A chart on a page: its card with title, note and downloads, and the graph itself."""

from __future__ import annotations

import json
from typing import Any, Final

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import urls
from dashboard.theme import GRAPH_CONFIG, TO_LIGHT
from pipeline.parameters import AttentionParameters

GROUP_MIN: Final = AttentionParameters.group_min

_HIDDEN = {"visible": False, "fixedrange": True}
_BLANK = go.Figure(  # until the first answer: nothing, rather than empty axes
    layout={
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "xaxis": _HIDDEN, "yaxis": _HIDDEN
    }
)  # fmt: skip


def graph(
    name: str, *, label: str, figure: go.Figure | None = None, style: dict[str, Any] | None = None
) -> Component:
    """The one way to a graph: nothing of it leaves this server. `label` is what it is called aloud."""
    return html.Div(
        dcc.Graph(
            id=name,
            figure=figure if figure is not None else _BLANK,
            config=GRAPH_CONFIG,
            style=style or {},
            className="graph",
        ),
        role="img",
        style={"minHeight": (style or {}).get("height", 0)},  # so that nothing moves when it comes
        **{"aria-label": label},
    )


def known(scheme: str | None) -> str:
    """The colour scheme; nothing is drawn before the browser has said which."""
    if scheme is None:
        raise PreventUpdate
    return scheme


def chart_card(
    title: str,
    note: str | Component,
    *children: Any,
    png: tuple[str, str] | None = None,
    csv: str | None = None,
    csv_id: str | None = None,
) -> Component:
    """A card around a chart: what is seen, how to read it, the chart, its downloads.

    `png` is the graph's id and the name of the file; `csv` the address of its numbers.
    """
    return html.Section(
        [
            html.Div(
                [
                    html.Div([html.H2(title), html.P(note, className="muted small")]),
                    downloads(png, csv, csv_id),
                ],
                className="chart-head",
            ),
            *children,
        ],
        className="card chart-card",
    )


def downloads(
    png: tuple[str, str] | None,
    csv: str | None,
    csv_id: str | None = None,
    *,
    title: str | None = None,
    caption: str | None = None,
) -> Component:
    """Links to a chart as a picture (PNG, SVG) and as numbers (CSV, Parquet).

    `png` is the graph's id and the name of the files, which `assets/download.js` makes; `csv` the address of
    a table, as `urls.table` gives it. `title` stands above the chart in the picture, `caption` (how to read
    it, n, filters) below it; otherwise both are taken from the card that the links are in.
    """
    links: list[Component] = []
    told: dict[str, str | None] = {}
    if png:
        links += [_picture(png, kind) for kind in ("png", "svg")]
        told = {"data-title": title, "data-caption": caption, "data-light": json.dumps(TO_LIGHT)}
    if csv:
        identity = {"id": csv_id} if csv_id else {}
        links.append(_numbers("CSV", csv, **identity))
        links.append(_numbers("Parquet", urls.as_parquet(csv)))
    given = {key: value for key, value in told.items() if value is not None}
    return html.Div(links, className="downloads", **given)


def _picture(png: tuple[str, str], kind: str) -> Component:
    data = {"data-graph": png[0], "data-name": png[1], "data-kind": kind}
    title = f"Download as a picture for print ({kind.upper()})"
    return html.Button(kind.upper(), type="button", className="download", title=title, **data)


def _numbers(words: str, address: str, **identity: str) -> Component:
    title = f"Download the numbers ({words})"
    return html.A(words, href=address, className="download", title=title, download="", **identity)


def stat(value: str, words: str, title: str = "") -> Component:
    """A number that is read first, and what it is; `title` defines it."""
    return html.Div(
        [html.Div(value, className="stat-value"), html.Div(words, className="stat-words")],
        className="stat",
        title=title,
    )


def too_few(students: int) -> list[Component]:
    """A remark where a class is too small for its figures to say much about it; nothing where it is not."""
    if not 0 < students < GROUP_MIN:
        return []
    title = f"Fewer than {GROUP_MIN} students say little about a class."
    return [chip(f"too few students: {students}", "warn", title)]


def chip(words: str, kind: str = "plain", title: str = "") -> Component:
    """A short remark in colour: bad, warn, good or plain; `title` defines it."""
    return html.Span(words, className=f"chip chip-{kind}", title=title)
