"""Sessions as a table: whose, how far, how good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.accuracy import error_deg, is_assumed
from dashboard.components import listing
from dashboard.components.charts import chip
from dashboard.components.listing import Column, Look
from dashboard.texts import t
from dashboard.words import day, percent
from pipeline.storage.rows import SessionRow, State

LIST: Final = "sessions"  # the prefix of its ids
TRACKED_LOW: Final = 0.8
USUAL: Final = Look("student")


def columns() -> tuple[Column, ...]:
    """What stands in the table."""
    names = ("student", "came", "state", "tracked", "error", "rate")
    numbers = names[3:]
    return (
        *(Column(name, t(f"sessions-{name}"), name in numbers) for name in names),
        Column("remarks", t("sessions-remarks"), sortable=False),
    )


def look(query: Mapping[str, Any] | None) -> Look:
    """How an address asks for the table."""
    return Look.read(query, columns(), USUAL)


def sessions_table(rows: Sequence[SessionRow], chosen: Look = USUAL) -> Component:
    """The sessions of a lesson, by student or as chosen, a piece of them where they are many."""
    if not rows:
        return html.P(t("sessions-none"), className="muted")
    shown = chosen.rows(_values(rows))
    lines = [_line(rows[place]) for place in shown.index]
    table = html.Table([listing.heads(LIST, columns(), chosen), html.Tbody(lines)], className="numbers")
    return html.Div(
        [html.Div(table, className="table-scroll", tabIndex="0"), listing.pager(LIST, chosen, len(rows))],
    )


def state(row: SessionRow) -> str:
    """How far a session has come, in a word."""
    return t(f"sessions-state-{row.state.value}")


def _values(rows: Sequence[SessionRow]) -> pd.DataFrame:
    """What the table is sorted by; the index is the place in the list."""
    frame = pd.DataFrame(
        {
            "student": [str(row.student or row.name) for row in rows],
            "came": [row.created_at for row in rows],
            "state": [state(row) for row in rows],
            "tracked": [row.quality.get("tracked_share") for row in rows],
            "error": [error_deg(row) for row in rows],
            "rate": [row.quality.get("sampling_rate_hz") for row in rows],
        }
    )
    numbers = ["tracked", "error", "rate"]
    return frame.astype(dict.fromkeys(numbers, float)).sort_values(["student", "came"])


def _line(row: SessionRow) -> Component:
    quality = row.quality
    error = "sessions-error-assumed" if is_assumed(row) else "sessions-error-deg"
    numbers = (
        _number(quality.get("tracked_share"), percent),
        _number(error_deg(row), lambda deg: t(error, deg=f"{deg:.1f}")),
        _number(quality.get("sampling_rate_hz"), lambda hz: f"{hz:.0f} Hz"),
    )
    return html.Tr(
        [
            html.Th(dcc.Link(row.student or row.name, href=urls.session(row.session_id)), scope="row"),
            html.Td(day(row.created_at), className="nowrap"),
            html.Td(state(row)),
            *[html.Td(number, className="number") for number in numbers],
            html.Td(
                _failure(row) if row.state is State.FAILED else html.Div(_remarks(row), className="remarks")
            ),
        ]
    )


def _remarks(row: SessionRow) -> list[Component]:
    remarks = []
    if row.synthetic:
        remarks.append(chip(t("sessions-synthetic")))
    if row.is_readable and not row.calibrated:
        remarks.append(chip(t("sessions-uncalibrated"), "warn"))
    if (tracked := row.quality.get("tracked_share")) is not None and tracked < TRACKED_LOW:
        remarks.append(chip(t("sessions-often-untracked"), "warn"))
    return remarks


def _failure(row: SessionRow) -> Component:
    return html.Span(row.error or t("sessions-no-reason"), className="small failure")


def _number(value: float | None, words: Callable[[float], str]) -> str:
    return "–" if value is None else words(value)
