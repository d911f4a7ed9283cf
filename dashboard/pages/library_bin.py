"""The bin: what was deleted in the last thirty days, to be restored or deleted for good."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.library import ask, do, empty, frame
from dashboard.library import library_bin
from dashboard.school import current_school
from dashboard.texts import t
from dashboard.words import short_day
from pipeline.storage.rows import BinRow
from pipeline.storage.the_bin import KEPT

PATH: Final = urls.LIBRARY_BIN
TITLE: Final = "page-library"
ROWS_SHOWN: Final = 200
TITLE_SHOWN: Final = 140  # characters


def layout(**_: Any) -> Component:
    """What is in the bin, the latest first."""
    return frame(
        t("library-part-bin"),
        t("library-bin-lead", days=KEPT.days),
        PATH,
        binned(),
        about=["bin"],
    )


def register_callbacks(app: Dash) -> None:
    """None of its own: `pages.library` sees to the list."""


def binned() -> Component:
    """What is in the bin, or that there is nothing."""
    rows = library_bin(current_school())
    if not rows:
        back = dcc.Link(t("library-to-sessions"), href=urls.LIBRARY_SESSIONS)
        return empty(t("library-bin-empty"), t("library-bin-empty-how"), back)
    heads = ("what", "title", "deleted", "gone", "actions")
    head = html.Thead(html.Tr([html.Th(t(f"library-bin-{name}"), scope="col") for name in heads]))
    lines = [_line(row) for row in rows[:ROWS_SHOWN]]
    more = len(rows) - len(lines)
    return html.Section(
        [
            html.Div(
                [
                    html.H2(t("library-bin-entries", entries=len(rows))),
                    ask(t("library-empty-bin"), "empty-bin", danger=True, look="button"),
                ],
                className="card-head",
            ),
            html.Div(
                html.Table([head, html.Tbody(lines)], className="numbers"),
                className="table-scroll",
                tabIndex="0",
            ),
            *([html.P(t("library-and-more", more=more), className="muted small")] if more > 0 else []),
        ],
        className="card",
    )


def _line(row: BinRow) -> Component:
    kind = t(f"library-bin-{row.kind}", sessions=len(row.sessions))
    title = row.title if len(row.title) <= TITLE_SHOWN else row.title[:TITLE_SHOWN].rsplit(" ", 1)[0] + " …"
    key = ["batch", row.deleted_at.isoformat()] if row.kind == "sessions" else list(row.key)
    along = row.kind in ("course", "lesson") and row.sessions
    what: list[Any] = [kind]
    if along:
        what.append(html.Span(t("library-bin-along", sessions=len(row.sessions)), className="interval"))
    return html.Tr(
        [
            html.Td(what, className="nowrap"),
            html.Th(title, scope="row"),
            html.Td(short_day(row.deleted_at), className="nowrap"),
            html.Td(short_day(row.deleted_at + KEPT), className="nowrap"),
            html.Td(
                html.Div(
                    [
                        do(t("library-restore"), "restore", key),
                        ask(t("library-purge"), "purge", *key, danger=True),
                    ],
                    className="quiet-links nowrap",
                )
            ),
        ]
    )
