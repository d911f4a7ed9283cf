"""Sessions as a table: whose, how far, how good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.accuracy import error_deg, is_assumed
from dashboard.components.charts import chip
from dashboard.words import day, percent
from pipeline.storage.rows import SessionRow, State

HEADS = ("Student", "Date", "State", "Tracked", "Error", "Sampling rate", "Remarks")
NUMBERS = HEADS[3:6]
TRACKED_LOW = 0.8
STATES = {State.QUEUED: "waiting", State.RUNNING: "in work", State.DONE: "ready", State.FAILED: "failed"}


def sessions_table(rows: Sequence[SessionRow]) -> Component:
    """All sessions of a lesson, by student."""
    if not rows:
        return html.P("No session has been uploaded for this lesson yet.", className="muted")
    heads = [html.Th(name, scope="col", className="number" if name in NUMBERS else "") for name in HEADS]
    ordered = sorted(rows, key=lambda row: (str(row.student), row.created_at))
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_line(row) for row in ordered])], className="numbers"
    )
    return html.Div(table, className="table-scroll")


def _line(row: SessionRow) -> Component:
    quality = row.quality
    numbers = (
        _number(quality.get("tracked_share"), percent),
        _number(error_deg(row), lambda deg: f"{deg:.1f}°{' assumed' if is_assumed(row) else ''}"),
        _number(quality.get("sampling_rate_hz"), lambda hz: f"{hz:.0f} Hz"),
    )
    return html.Tr(
        [
            html.Th(dcc.Link(row.student or row.name, href=urls.session(row.session_id)), scope="row"),
            html.Td(day(row.created_at), className="nowrap"),
            html.Td(STATES[row.state]),
            *[html.Td(number, className="number") for number in numbers],
            html.Td(
                _failure(row) if row.state is State.FAILED else html.Div(_remarks(row), className="remarks")
            ),
        ]
    )


def _remarks(row: SessionRow) -> list[Component]:
    remarks = []
    if row.synthetic:
        remarks.append(chip("synthetic"))
    if row.is_readable and not row.calibrated:
        remarks.append(chip("uncalibrated", "warn"))
    if (tracked := row.quality.get("tracked_share")) is not None and tracked < TRACKED_LOW:
        remarks.append(chip("often not tracked", "warn"))
    return remarks


def _failure(row: SessionRow) -> Component:
    return html.Span(row.error or "No reason was recorded.", className="small failure")


def _number(value: float | None, words: Callable[[float], str]) -> str:
    return "–" if value is None else words(value)
