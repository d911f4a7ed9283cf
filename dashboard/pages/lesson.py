"""A lesson: what to look at first, its slides, the class over time, who could not be tracked, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import class_time, listing, quiz, rules, sessions, states
from dashboard.components.charts import chart_card, known
from dashboard.components.filmstrip import filmstrip
from dashboard.components.findings import findings_card
from dashboard.components.left_out import left_out_card
from dashboard.components.raw_links import raw_links
from dashboard.components.report_link import report_link
from dashboard.figures.time import class_over_time
from dashboard.findings import look_first
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.lesson_summary import LessonSummary, lesson_summary
from dashboard.school import current_school
from dashboard.sentences import lesson_lead
from dashboard.shell import REVISION, page
from dashboard.texts import t
from dashboard.theme import SCHEME
from pipeline.storage.rows import NotFound, SessionRow

PATH: Final = urls.LESSON
TITLE: Final = "page-lesson"
PLACE: Final = "lesson-place"  # dcc.Store: course and lesson of this page
LEAD: Final = "lesson-lead"
FIRST: Final = "lesson-first"
SLIDES: Final = "lesson-slides"
LEFT_OUT: Final = "lesson-left-out"
SESSIONS: Final = "lesson-sessions"
QUIZ: Final = "lesson-quiz"
ADDRESS: Final = "lesson-address"  # where the script that writes the address answers
TIME: Final = class_time.GRAPH


def layout(course_id: str = "", lesson_id: str = "", **query: Any) -> Component:
    """The page as of now; it follows what happens from then on."""
    place = (course_id, lesson_id)
    whose, look = Rules.read(query), sessions.look(query)
    try:
        view = lesson_summary(current_school(), *place, whose)
    except NotFound:
        return states.nowhere()
    return page(
        view.lesson.lesson_title,
        html.Span(_lead(view), id=LEAD),
        dcc.Store(PLACE, data=place),
        dcc.Store(ADDRESS),
        listing.store(sessions.LIST, look),
        rules.controls(whose, None, "", current_school().groups()),
        html.Div(
            [
                html.Div(_first(view, whose), id=FIRST),
                html.Div(filmstrip(view, whose), id=SLIDES),
                class_time.time_card(view.lesson, whose),
                html.Div(left_out_card(view), id=LEFT_OUT),
                html.Div(quiz.waiting(), id=QUIZ),
                _sessions_card(view, look),
            ],
            className="stack",
        ),
        crumbs=[
            (t("page-lessons"), urls.OVERVIEW),
            (view.lesson.course_title, urls.lessons(course=course_id)),
        ],
        actions=_actions(place, whose),
    )


def register_callbacks(app: Dash) -> None:
    """Everything follows the rules and the arrival of sessions; the chart follows the colour scheme too."""
    listens = (rules.changed(), Input(REVISION, "data"), State(PLACE, "data"))
    app.callback(
        Output(LEAD, "children"),
        Output(SLIDES, "children"),
        Output(LEFT_OUT, "children"),
        *listens,
        prevent_initial_call=True,
    )(_refresh)
    app.callback(
        Output(FIRST, "children"),
        Output(class_time.NUMBERS, "children"),
        Output(class_time.SLIDES, "data"),
        *listens,
    )(_with_time)
    app.callback(Output(TIME, "figure"), Input(SCHEME, "data"), *listens)(_time)
    app.callback(Output(QUIZ, "children"), *listens)(_quiz)
    look = Input(listing.look_id(sessions.LIST), "data")
    app.callback(
        Output(SESSIONS, "children"),
        look,
        Input(REVISION, "data"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_sessions)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        rules.changed(),
        look,
        prevent_initial_call=True,
    )
    listing.register(app, sessions.LIST, sessions.columns())
    class_time.register(app)


def _refresh(
    whose: dict[str, Any] | None, _: Any, place: list[str]
) -> tuple[str, Component, Component | None]:
    asked = Rules.read(whose)
    view = lesson_summary(current_school(), *place, asked)
    return _lead(view), filmstrip(view, asked), left_out_card(view)


def _with_time(
    whose: dict[str, Any] | None, _: Any, place: list[str]
) -> tuple[Component, Component | None, list[dict[str, Any]]]:
    """What is known only once all gaze of the lesson has been gone through."""
    asked = Rules.read(whose)
    view, time = lesson_summary(current_school(), *place, asked), current_school().lesson_time(*place, asked)
    found = findings_card(look_first(view, time), view.lesson, asked, judged=_judged(view))
    numbers = class_time.time_numbers(time, view.lesson, asked)
    return found, numbers, class_time.slide_places(time, view.lesson, asked)


def _time(scheme: str | None, whose: dict[str, Any] | None, _: Any, place: list[str]) -> go.Figure:
    asked, scheme = Rules.read(whose), known(scheme)
    time = current_school().lesson_time(*place, asked)
    found = look_first(lesson_summary(current_school(), *place, asked), time)
    return class_over_time(time.shares, time.starts, scheme=scheme, marked=class_time.marked(found))


def _quiz(whose: dict[str, Any] | None, _: Any, place: list[str]) -> Component:
    """Worked out after the page is there: it takes a moment."""
    asked = Rules.read(whose)
    table = current_school().quiz_view(*place, asked)
    return quiz.quiz_card(table, (place[0], place[1]), urls.quiz_csv(*place, **asked.query()))


def _sessions(look: dict[str, Any] | None, _: Any, place: list[str]) -> Component:
    return sessions.sessions_table(current_school().sessions(*place), sessions.look(look))


def _first(view: LessonSummary, whose: Rules) -> Component:
    """As far as it is known at once; what is said of times comes a moment later."""
    return findings_card(look_first(view), view.lesson, whose, judged=_judged(view))


def _judged(view: LessonSummary) -> bool:
    """Whether anybody's gaze says something about a slide."""
    return any(slide.group.shown for slide in view.slides)


def _lead(view: LessonSummary) -> str:
    waiting = [t("summary-pending", n=view.pending)] if view.pending else []
    return " ".join([lesson_lead(view), *waiting])


def _actions(place: tuple[str, str], whose: Rules) -> Sequence[Component]:
    """What can be done with the lesson."""
    query = whose.query() | {"version": None}
    links = (
        ("lesson-replay", urls.replay_page(*place, **query)),
        ("lesson-compare", urls.compare(Item(place), **query)),
    )
    buttons = [dcc.Link(t(key), href=address, className="button quiet") for key, address in links]
    return [*buttons, report_link(urls.lesson_report(*place, **whose.query()))]


def _sessions_card(view: LessonSummary, look: listing.Look) -> Component:
    rows: Sequence[SessionRow] = view.sessions
    place = (view.lesson.course_id, view.lesson.lesson_id)
    return chart_card(
        t("sessions-title"),
        t("sessions-note"),
        html.Div(sessions.sessions_table(rows, look), id=SESSIONS),
        *([raw_links(*_raw(view))] if any(row.is_readable for row in rows) else []),
        csv=urls.sessions_csv(*place),
    )


def _raw(view: LessonSummary) -> list[str]:
    """Addresses of the raw data of everybody, however good."""
    place = (view.lesson.course_id, view.lesson.lesson_id)
    return [urls.raw_lesson(*place, kind) for kind in ("csv", "parquet")]
