"""A lesson: what to look at first, its slides for the whole class, the class over time, its sessions."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import quiz, rules, states
from dashboard.components.charts import chart_card, graph, known
from dashboard.components.filmstrip import filmstrip
from dashboard.components.raw_links import raw_links
from dashboard.components.report_link import report_link
from dashboard.components.sessions import sessions_table
from dashboard.figures.time import class_over_time
from dashboard.group import Rules
from dashboard.school import LessonView, current_school
from dashboard.sentences import left_out_of_lesson, lesson_lead, look_first
from dashboard.shell import REVISION, page
from dashboard.theme import SCHEME
from pipeline.storage.rows import NotFound

PATH: Final = urls.LESSON
TITLE: Final = "page-lesson"
PLACE: Final = "lesson-place"  # dcc.Store: course and lesson of this page
LEAD: Final = "lesson-lead"
REMOVED: Final = "lesson-removed"
BODY: Final = "lesson-body"  # what is not a plotly chart
SESSIONS: Final = "lesson-sessions"
QUIZ: Final = "lesson-quiz"
ADDRESS: Final = "lesson-address"  # where the script that writes the address answers
TIME: Final = "lesson-time"


def layout(course_id: str = "", lesson_id: str = "", **query: Any) -> Component:
    """The page as of now; it follows what happens from then on."""
    place = (course_id, lesson_id)
    whose = Rules.read(query)
    try:
        view = current_school().lesson_view(*place, whose)
    except NotFound:
        return states.nowhere()
    time_card = chart_card(
        "The class over time",
        "Share of all students who had the slide open, whoever counts elsewhere; slides in order, each from "
        "when it was opened.",
        graph(TIME, label="Share of students with gaze on the slide over time", style={"height": 240}),
        png=(TIME, f"{lesson_id}-over-time"),
        csv=urls.lesson_csv(*place),
    )
    return page(
        view.lesson.lesson_title,
        html.Span(lesson_lead(view), id=LEAD),
        dcc.Store(PLACE, data=place),
        dcc.Store(ADDRESS),
        rules.controls(whose, left_out_of_lesson(view), REMOVED, current_school().groups()),
        html.Div(
            [
                html.Div(_body(view, whose), id=BODY, className="stack"),
                html.Div(quiz.waiting(), id=QUIZ),
                time_card,
                html.Div(_sessions(view), id=SESSIONS),
            ],
            className="stack",
        ),
        crumbs=[(view.lesson.course_title, None)],
        actions=[report_link(urls.lesson_report(*place, **whose.query()))],
    )


def register_callbacks(app: Dash) -> None:
    """Everything follows the rules and the arrival of sessions; the chart follows the colour scheme too."""
    app.callback(
        Output(LEAD, "children"),
        Output(BODY, "children"),
        Output(SESSIONS, "children"),
        Output(REMOVED, "children"),
        rules.changed(),
        Input(REVISION, "data"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_refresh)
    app.callback(Output(QUIZ, "children"), rules.changed(), Input(REVISION, "data"), State(PLACE, "data"))(
        _quiz
    )
    app.callback(
        Output(TIME, "figure"),
        Input(SCHEME, "data"),
        rules.changed(),
        Input(REVISION, "data"),
        State(PLACE, "data"),
    )(_time)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        rules.changed(),
        prevent_initial_call=True,
    )


def _refresh(
    whose: dict[str, Any] | None, _: Any, place: list[str]
) -> tuple[str, list[Component], Component, list[Component]]:
    asked = Rules.read(whose)
    view = current_school().lesson_view(*place, asked)
    removed = rules.left_out_list(left_out_of_lesson(view))
    return lesson_lead(view), _body(view, asked), _sessions(view), removed


def _quiz(whose: dict[str, Any] | None, _: Any, place: list[str]) -> Component:
    """Worked out after the page is there: it takes a moment."""
    asked = Rules.read(whose)
    table = current_school().quiz_view(*place, asked)
    return quiz.quiz_card(table, (place[0], place[1]), urls.quiz_csv(*place, **asked.query()))


def _time(scheme: str | None, whose: dict[str, Any] | None, _: Any, place: list[str]) -> go.Figure:
    time = current_school().lesson_time(*place, Rules.read(whose))
    return class_over_time(time.shares, time.starts, scheme=known(scheme))


def _body(view: LessonView, whose: Rules) -> list[Component]:
    first = _first(view, whose)
    return [*([first] if first else []), filmstrip(view, whose)]


def _first(view: LessonView, whose: Rules) -> Component | None:
    """What to open first, in sentences that lead there."""
    findings = look_first(view)
    if not findings:
        return None
    place = (view.lesson.course_id, view.lesson.lesson_id)
    lines = [
        html.Li(
            [
                html.Strong(f"Slide {finding.number}. "),
                finding.sentence + " ",
                dcc.Link("open", href=urls.slide(*place, finding.slide_id, **whose.query())),
            ]
        )
        for finding in findings
    ]
    return html.Section([html.H2("Look at these first"), html.Ol(lines)], className="card first")


def _sessions(view: LessonView) -> Component:
    place = (view.lesson.course_id, view.lesson.lesson_id)
    return chart_card(
        "Sessions",
        "One line a recording. Error: typical distance between true and measured gaze, in degrees of sight.",
        sessions_table(view.sessions),
        *([raw_links(*_raw(view))] if any(row.is_readable for row in view.sessions) else []),
        csv=urls.sessions_csv(*place),
    )


def _raw(view: LessonView) -> list[str]:
    """Addresses of the raw data of everybody, however good."""
    place = (view.lesson.course_id, view.lesson.lesson_id)
    return [urls.raw_lesson(*place, kind) for kind in ("csv", "parquet")]
