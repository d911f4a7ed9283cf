"""Who could not be tracked in a lesson, why, and what that means for its figures."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.accuracy import error_deg
from dashboard.lesson_summary import LessonFigures
from dashboard.sentences import LeftOut, left_out_rows
from dashboard.texts import t
from dashboard.words import percent
from pipeline.storage.rows import SessionRow

UNKNOWN = "–"


def left_out_card(lesson: LessonFigures) -> Component | None:
    """A line for each student who is not counted on some slide; nothing where there is nobody to count."""
    students = {name for slide in lesson.slides for name in slide.group.students}
    if not students:
        return None
    rows = left_out_rows(lesson)
    if not rows:
        body: list[Component] = [html.P(t("left-out-nobody", students=len(students)))]
    else:
        lead = t("left-out-lead", out=len(rows), students=len(students))
        body = [
            html.P([html.Strong(lead), " ", t("left-out-meaning")], className="left-out-lead"),
            _table(rows, {row.session_id: row for row in lesson.sessions}),
        ]
    return html.Section([html.H2(t("left-out-title")), *body], className="card left-out", id="left-out")


def _table(rows: Sequence[LeftOut], sessions: dict[str, SessionRow]) -> Component:
    columns = ("student", "why", "where", "tracked", "error")
    heads = [
        html.Th(t(f"left-out-{name}"), scope="col", className="number" if name in columns[3:] else "")
        for name in columns
    ]
    lines = [_line(row, reason, sessions.get(row.session_id)) for row in rows for reason in row.reasons]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers")
    return html.Div(table, className="table-scroll", tabIndex="0")


def _line(row: LeftOut, reason: tuple[str, str], session: SessionRow | None) -> Component:
    why, where = reason
    tracked = session.quality.get("tracked_share") if session else None
    error = error_deg(session) if session else None
    return html.Tr(
        [
            html.Th(dcc.Link(row.student, href=urls.session(row.session_id)), scope="row"),
            html.Td(f"{why[:1].upper()}{why[1:]}"),
            html.Td(where or t("left-out-everywhere")),
            html.Td(UNKNOWN if tracked is None else percent(tracked), className="number"),
            html.Td(UNKNOWN if error is None else f"{error:.1f}°", className="number"),
        ]
    )
