"""The library: courses and their lessons, made, named and put into the bin."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.library import ask, empty, frame, refresh
from dashboard.library import LessonOnShelf, Shelf, library_shelves
from dashboard.pages import library_bin, library_lesson, library_students
from dashboard.school import current_school
from dashboard.texts import t

PATH: Final = urls.LIBRARY
TITLE: Final = "page-library"


def layout(**_: Any) -> Component:
    """Every course with its lessons."""
    new = ask(t("library-new-course"), "create-course", look="button primary")
    return frame(
        t("library-title"),
        t("library-lead"),
        PATH,
        shelves(),
        about=["courses"],
        actions=[new],
    )


def register_callbacks(app: Dash) -> None:
    """The bodies of all pages of the library follow what is done."""
    bodies = {
        "courses": shelves,
        "slides": library_lesson.slides,
        "students": library_students.everybody,
        "bin": library_bin.binned,
    }
    refresh(app, bodies)


def shelves() -> list[Component]:
    """Every course with its lessons, or how to begin."""
    found = library_shelves(current_school())
    if not found:
        first = ask(t("library-new-course"), "create-course", look="button primary")
        return [empty(t("library-no-courses"), t("library-no-courses-how"), first)]
    return [_shelf(shelf) for shelf in found]


def _shelf(shelf: Shelf) -> Component:
    lessons: Component = html.Ul([html.Li(_lesson(each)) for each in shelf.lessons], className="shelf")
    if not shelf.lessons:
        lessons = html.P(t("library-no-lessons-yet"), className="muted")
    buttons = [
        ask(t("library-new-lesson"), "create-lesson", shelf.course_id),
        ask(t("library-rename"), "rename-course", shelf.course_id),
        ask(t("library-delete"), "delete-course", shelf.course_id, danger=True),
    ]
    head = html.Div([html.H2(shelf.title), html.Div(buttons, className="quiet-links")], className="card-head")
    return html.Section([head, lessons], className="card")


def _lesson(lesson: LessonOnShelf) -> Component:
    """A line: its first slide, its title, how much there is of it, and what can be done."""
    row, place = lesson.row, (lesson.row.course_id, lesson.row.lesson_id)
    picture: Component = html.Div(className="shelf-picture")
    if row.first_slide:
        source = urls.slide_thumbnail(*place, row.first_slide)
        picture = html.Img(src=source, alt="", className="shelf-picture")
    sessions = urls.library_sessions(lesson="/".join(place))
    return html.Div(
        [
            picture,
            html.Div(
                [
                    dcc.Link(row.lesson_title, href=urls.library_lesson(*place), className="shelf-title"),
                    html.Div(
                        [
                            html.Span(t("library-slides", slides=row.slides)),
                            dcc.Link(t("library-sessions", sessions=lesson.sessions), href=sessions),
                        ],
                        className="muted small facts-line",
                    ),
                ],
                className="shelf-words",
            ),
            html.Div(
                [
                    dcc.Link(t("library-change-slides"), href=urls.library_lesson(*place)),
                    dcc.Link(t("library-results"), href=urls.lesson(*place)),
                    ask(t("library-rename"), "rename-lesson", *place),
                    ask(t("library-delete"), "delete-lesson", *place, danger=True),
                ],
                className="quiet-links",
            ),
        ],
        className="shelf-line",
    )
