"""Overview: every course with its lessons, what is being worked on, and what could not be processed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from statistics import fmean, median
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.accuracy import error_deg, is_assumed
from dashboard.school import current_school
from dashboard.shell import PULSE, REVISION, page
from dashboard.texts import t
from dashboard.words import count, day, percent
from dashboard.work import Item, Work, current_work
from pipeline.storage.rows import LessonRow, SessionRow, State

PATH: Final = urls.OVERVIEW
TITLE: Final = "page-lessons"
LEAD: Final = "overview-lead"
WORK: Final = "overview-work"
LESSONS: Final = "overview-lessons"
FAILED_SHOWN: Final = 5
FAILED_SHOWN_FOR: Final = dt.timedelta(days=7)
UNKNOWN: Final = "–"


def layout(**_: Any) -> Component:
    """The page as of now; it follows what happens from then on."""
    return page(
        t(TITLE),
        html.Span(_lead(), id=LEAD),
        html.Div(
            [html.Div(_work(current_work()), id=WORK), html.Div(_lessons(), id=LESSONS, className="stack")],
            className="stack",
        ),
    )


def register_callbacks(app: Dash) -> None:
    """Progress with every beat, lessons whenever anything has changed."""
    app.callback(Output(WORK, "children"), Input(PULSE, "n_intervals"), prevent_initial_call=True)(
        lambda _: _work(current_work())
    )
    app.callback(
        Output(LESSONS, "children"),
        Output(LEAD, "children"),
        Input(REVISION, "data"),
        prevent_initial_call=True,
    )(lambda _: (_lessons(), _lead()))


def _lead() -> str:
    school = current_school()
    lessons, sessions = school.lessons(), school.sessions()
    if not lessons:
        return "No lessons yet."
    courses = len({lesson.course_id for lesson in lessons})
    readable = [row for row in sessions if row.is_readable]
    students = len({row.student for row in readable})
    seen = f"{count(len(readable), 'session')} of {count(students, 'student')}" if readable else "No session"
    return f"{count(courses, 'course')} with {count(len(lessons), 'lesson')}. {seen} can be looked at so far."


def _work(work: Work) -> Component | None:
    """The card of what is in work; nothing while nothing is."""
    if not work.unfinished:
        return None
    finished = work.total - work.unfinished
    waiting = (
        [html.P(f"{count(work.waiting, 'session')} waiting", className="muted small")] if work.waiting else []
    )
    return html.Section(
        [
            html.Div(
                [
                    html.H2("In work"),
                    html.Span(f"{finished} of {work.total} sessions finished", className="muted small"),
                ],
                className="card-head",
            ),
            html.Ul([_item(item) for item in work.running], className="work-list"),
            *waiting,
        ],
        className="card",
        **{"aria-label": "Sessions in work"},
    )


def _item(item: Item) -> Component:
    return html.Li(
        [
            html.Span(item.student or "New session", className="work-student"),
            html.Span(item.lesson or "", className="work-lesson muted"),
            dmc.Progress(value=100 * item.share, size=6, className="work-bar", **{"aria-label": item.doing}),
            html.Span(item.doing, className="work-doing muted"),
        ]
    )


def _lessons() -> list[Component]:
    school = current_school()
    lessons, sessions = school.lessons(), school.sessions()
    failed = [row for row in sessions if row.state is State.FAILED and _age(row) < FAILED_SHOWN_FOR]
    courses = [
        _course(title, list(rows), sessions) for title, rows in groupby(lessons, lambda r: r.course_title)
    ]
    return [*([_failed(failed)] if failed else []), *(courses or [_empty()])]


def _empty() -> Component:
    return html.Section(
        [
            html.H2("Nothing here yet"),
            html.P(
                [
                    "A lesson is a folder with ",
                    html.Code("lesson.json"),
                    " and its slides as images. Bring one in on the command line with ",
                    html.Code("python -m pipeline add-lesson FOLDER --data DATA"),
                    ", then upload the sessions of its students.",
                ]
            ),
        ],
        className="card empty",
    )


def _course(title: str, lessons: Sequence[LessonRow], sessions: Sequence[SessionRow]) -> Component:
    return html.Section(
        [
            html.H2(title, className="section-head"),
            html.Ul([html.Li(_lesson(lesson, sessions)) for lesson in lessons], className="lesson-grid"),
        ]
    )


def _lesson(lesson: LessonRow, sessions: Sequence[SessionRow]) -> Component:
    """A lesson as a card: its first slide, how many students, how well tracked, since when."""
    key = (lesson.course_id, lesson.lesson_id)
    own = [row for row in sessions if (row.course_id, row.lesson_id) == key]
    readable = [row for row in own if row.is_readable]
    first = current_school().lesson(*key).slides[:1]
    picture = [
        html.Img(src=urls.slide_image(*key, slide.slide_id), alt="", className="slide-picture")
        for slide in first
    ]
    return dcc.Link(
        [
            *picture,
            html.H3(lesson.lesson_title),
            html.P(_summary(lesson, own), className="muted small"),
            *([_facts(readable)] if readable else []),
        ],
        href=urls.lesson(*key),
        className="card lesson-card",
    )


def _facts(readable: Sequence[SessionRow]) -> Component:
    return html.Dl(
        [
            *_fact("students", str(len({row.student for row in readable}))),
            *_fact("tracked, mean", _mean_tracked(readable)),
            *_fact("typical error", _median_error(readable)),
        ],
        className="facts",
    )


def _fact(name: str, value: str) -> tuple[Component, Component]:
    return html.Dt(name), html.Dd(value)


def _summary(lesson: LessonRow, sessions: Sequence[SessionRow]) -> str:
    """``4 slides, 12 sessions, last 12 November 2026``."""
    if not sessions:
        return f"{count(lesson.slides, 'slide')}, no sessions yet"
    unfinished = sum(row.state in (State.QUEUED, State.RUNNING) for row in sessions)
    return ", ".join(
        [
            count(lesson.slides, "slide"),
            f"{count(len(sessions), 'session')}{f' ({unfinished} in work)' if unfinished else ''}",
            f"last {day(max(row.created_at for row in sessions))}",
        ]
    )


def _mean_tracked(sessions: Sequence[SessionRow]) -> str:
    shares = [share for row in sessions if (share := row.quality.get("tracked_share")) is not None]
    return percent(fmean(shares)) if shares else UNKNOWN


def _median_error(sessions: Sequence[SessionRow]) -> str:
    errors = [error for row in sessions if (error := error_deg(row)) is not None]
    assumed = " (assumed)" if any(is_assumed(row) for row in sessions) else ""
    return f"{median(errors):.1f}°{assumed}" if errors else UNKNOWN


def _age(row: SessionRow) -> dt.timedelta:
    return dt.datetime.now(dt.UTC) - (row.finished_at or row.created_at)


def _failed(failed: Sequence[SessionRow]) -> Component:
    """The latest sessions that could not be processed, each with its reason."""
    latest = sorted(failed, key=lambda row: row.finished_at or row.created_at, reverse=True)
    shown = [
        html.Li(
            [
                html.Div(
                    [
                        dcc.Link(row.student or row.name, href=urls.session(row.session_id)),
                        html.Span(day(row.finished_at or row.created_at), className="muted small"),
                    ],
                    className="failed-name",
                ),
                html.P(row.error or "No reason was recorded.", className="small"),
            ]
        )
        for row in latest[:FAILED_SHOWN]
    ]
    more = len(latest) - len(shown)
    return html.Section(
        [
            html.H2("Could not be processed"),
            html.Ul(shown, className="failed-list"),
            *([html.P(f"and {more} more", className="muted small")] if more > 0 else []),
        ],
        className="card",
    )
