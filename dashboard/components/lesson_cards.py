"""Lessons as cards: the latest with what was found in them, all of them by course; and a way to find one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.findings import findings_list
from dashboard.findings import look_first
from dashboard.group import Rules
from dashboard.lesson_list import Filter, Listed
from dashboard.lesson_summary import LessonSummary, lesson_summary
from dashboard.school import School
from dashboard.sentences import left_out_rows
from dashboard.texts import t
from dashboard.words import day, percent

COURSE: Final = "overview-course"
WORDS: Final = "overview-words"
SINCE: Final = "overview-since"
UNTIL: Final = "overview-until"
CONTROLS: Final = (COURSE, SINCE, UNTIL, WORDS)  # in the order of the fields of `Filter`
FINDINGS: Final = 3  # of a lesson
NAMED: Final = 6  # students
TYPING_MS: Final = 300
UNKNOWN: Final = "–"


def latest_cards(school: School, lessons: Sequence[Listed]) -> list[Component]:
    """What was found in these lessons; takes a moment."""
    return [_latest(school, each) for each in lessons]


def latest_waiting(lessons: Sequence[Listed]) -> list[Component]:
    """The same until it is known."""
    waiting = html.P(t("overview-latest-waiting"), className="muted small")
    return [html.Section([_head(each), waiting], className="card latest") for each in lessons]


def filter_form(lessons: Sequence[Listed], asked: Filter) -> Component:
    """Which lessons are shown."""
    courses = {each.row.course_id: each.row.course_title for each in lessons}
    if asked.course is not None:
        courses.setdefault(asked.course, asked.course)
    choices = [{"value": key, "label": title} for key, title in courses.items()]
    days = ((SINCE, asked.since, "rules-since"), (UNTIL, asked.until, "rules-until"))
    return html.Div(
        [
            dmc.TextInput(id=WORDS, value=asked.words, placeholder=t("overview-words"), size="xs", w=190,
                          debounce=TYPING_MS, **{"aria-label": t("overview-words")}),
            dmc.Select(id=COURSE, value=asked.course, data=choices, placeholder=t("overview-all-courses"),
                       clearable=True, searchable=True, size="xs", w=190,
                       **{"aria-label": t("overview-course")}),
            *(dmc.DateInput(id=name, value=value.isoformat() if value else None, placeholder=t(words),
                            clearable=True, valueFormat="D MMM YYYY", size="xs", w=112,
                            **{"aria-label": t(f"{words}-label")}) for name, value, words in days),
        ],
        className="filter-form",
        role="search",
        **{"aria-label": t("overview-find")},
    )  # fmt: skip


def lesson_grid(lessons: Sequence[Listed], asked: Filter) -> list[Component]:
    """The lessons that are asked for, course by course."""
    found = [each for each in lessons if asked.fits(each)]
    if not lessons:
        return [_empty()]
    if not found:
        return [html.P(t("overview-none-found"), className="muted")]
    said = [] if len(found) == len(lessons) else [_found(len(found), len(lessons))]
    courses = groupby(found, lambda each: (each.row.course_id, each.row.course_title))
    return [*said, *(_course(title, list(own)) for (_, title), own in courses)]


def _found(found: int, lessons: int) -> Component:
    words = t("overview-found", found=found, lessons=lessons)
    return html.P([words, " ", dcc.Link(t("overview-show-all"), href=urls.OVERVIEW)], className="muted small")


def _latest(school: School, lesson: Listed) -> Component:
    view = lesson_summary(school, *lesson.place)
    found = look_first(view, school.lesson_time(*lesson.place), FINDINGS)
    body = findings_list(found, view.lesson, Rules()) if found else html.P(t(_nothing(view)))
    return html.Section(
        [_head(lesson), html.P(_tracked(view), className="small"), body, *_pending(view)],
        className="card latest",
    )


def _nothing(view: LessonSummary) -> str:
    shown = any(slide.group.shown for slide in view.slides)
    return "findings-none" if shown else "findings-unknown"


def _pending(view: LessonSummary) -> list[Component]:
    return [html.P(t("summary-pending", n=view.pending), className="muted small")] if view.pending else []


def _head(lesson: Listed) -> Component:
    where = [lesson.row.course_title, *([", ".join(lesson.groups)] if lesson.groups else [])]
    if lesson.last_readable:
        where.append(day(lesson.last_readable))
    return html.Div(
        [
            html.H3(dcc.Link(lesson.row.lesson_title, href=urls.lesson(*lesson.place))),
            html.Span(" · ".join(where), className="muted small"),
        ],
        className="latest-head",
    )


def _tracked(view: LessonSummary) -> str:
    """How many could be tracked well enough, and who could not."""
    out = left_out_rows(view)
    students = {name for slide in view.slides for name in slide.group.students}
    words = t("overview-tracked", tracked=len(students) - len(out), students=len(students))
    if not out:
        return words
    names = ", ".join(row.student for row in out[:NAMED])
    more = len(out) - NAMED
    key = "overview-not-tracked-more" if more > 0 else "overview-not-tracked"
    return f"{words} {t(key, names=names, more=more)}"


def _course(title: str, lessons: Sequence[Listed]) -> Component:
    return html.Section(
        [
            html.H3(title, className="section-head"),
            html.Ul([html.Li(_lesson(lesson)) for lesson in lessons], className="lesson-grid"),
        ]
    )


def _lesson(lesson: Listed) -> Component:
    """A lesson as a card: its first slide, how many students, how well tracked, since when."""
    return dcc.Link(
        [
            *_picture(lesson),
            html.Div(
                [
                    html.H4(lesson.row.lesson_title),
                    html.P(_summary(lesson), className="muted small"),
                    *([_facts(lesson)] if lesson.students else []),
                ],
                className="lesson-words",
            ),
        ],
        href=urls.lesson(*lesson.place),
        className="card lesson-card",
    )


def _picture(lesson: Listed) -> list[Component]:
    """The first slide; nothing of a lesson that has none yet."""
    first = lesson.row.first_slide
    if first is None:
        return []
    return [html.Img(src=urls.slide_thumbnail(*lesson.place, first), alt="", className="slide-picture")]


def _summary(lesson: Listed) -> str:
    """``4 slides, 12 sessions, last 12 November 2026``."""
    slides = t("overview-slides", n=lesson.row.slides)
    if not lesson.last:
        return t("overview-no-sessions", slides=slides)
    work = t("overview-in-work", n=lesson.unfinished) if lesson.unfinished else ""
    sessions = " ".join(filter(None, [t("overview-sessions", n=lesson.sessions), work]))
    return t("overview-lesson", slides=slides, sessions=sessions, last=day(lesson.last))


def _facts(lesson: Listed) -> Component:
    error = UNKNOWN if lesson.error_deg is None else f"{lesson.error_deg:.1f}°"
    assumed = t("overview-assumed") if lesson.error_assumed and lesson.error_deg is not None else ""
    facts: tuple[tuple[str, Any], ...] = (
        ("overview-students", str(lesson.students)),
        ("overview-tracked-mean", UNKNOWN if lesson.tracked_share is None else percent(lesson.tracked_share)),
        ("overview-error", f"{error} {assumed}".rstrip()),
    )
    return html.Dl([html.Div([html.Dt(t(name)), html.Dd(value)]) for name, value in facts], className="facts")


def _empty() -> Component:
    command = "python -m pipeline add-lesson FOLDER --data DATA"
    return html.Section(
        [
            html.H3(t("overview-empty-title")),
            html.P(t("overview-empty")),
            html.P([t("overview-empty-command"), " ", html.Code(command)], className="muted small"),
        ],
        className="card empty",
    )
