"""The teacher's home: what happened last, what is in work or failed, and every lesson."""

from __future__ import annotations

from typing import Any, Final

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import lesson_cards
from dashboard.components.work_card import failed_card, work_card
from dashboard.lesson_list import Filter, Listed, latest, lesson_list
from dashboard.school import current_school
from dashboard.shell import PULSE, REVISION, page
from dashboard.texts import t
from dashboard.work import current_work

PATH: Final = urls.OVERVIEW
TITLE: Final = "page-lessons"
LEAD: Final = "overview-lead"
WORK: Final = "overview-work"
FAILED: Final = "overview-failed"
LATEST: Final = "overview-latest"
LESSONS: Final = "overview-lessons"
FILTER: Final = "overview-filter"  # dcc.Store: as addresses have it
ADDRESS: Final = "overview-address"  # where the script that writes the address answers
LATEST_SHOWN: Final = 3


def layout(**query: Any) -> Component:
    """The page as of now; it follows what happens from then on."""
    asked, lessons = Filter.read(query), lesson_list(current_school())
    last = latest(lessons, LATEST_SHOWN)
    return page(
        t(TITLE),
        html.Span(_lead(lessons), id=LEAD),
        dcc.Store(FILTER, data=asked.query()),
        dcc.Store(ADDRESS),
        html.Div(
            [
                html.Div(work_card(current_work()), id=WORK),
                html.Section(
                    [
                        html.H2(t("overview-latest"), className="section-head"),
                        html.Div(lesson_cards.latest_waiting(last), id=LATEST, className="latest-list"),
                    ],
                    className="latest-section",
                ),
                html.Div(failed_card(current_school().sessions()), id=FAILED),
                html.Section(
                    [
                        html.Div(
                            [html.H2(t("overview-all")), lesson_cards.filter_form(lessons, asked)],
                            className="section-line",
                        ),
                        html.Div(lesson_cards.lesson_grid(lessons, asked), id=LESSONS, className="stack"),
                    ]
                ),
            ],
            className="stack",
        ),
    )


def register_callbacks(app: Dash) -> None:
    """Progress with every beat, the rest whenever anything has changed; what was found a moment later."""
    app.callback(Output(WORK, "children"), Input(PULSE, "n_intervals"), prevent_initial_call=True)(
        lambda _: work_card(current_work())
    )
    app.callback(Output(LATEST, "children"), Input(REVISION, "data"))(_latest)
    app.callback(
        Output(LESSONS, "children"),
        Output(LEAD, "children"),
        Output(FAILED, "children"),
        Input(REVISION, "data"),
        Input(FILTER, "data"),
        prevent_initial_call=True,
    )(_lessons)
    app.callback(
        Output(FILTER, "data"),
        *(Input(each, "value") for each in lesson_cards.CONTROLS),
        State(FILTER, "data"),
        prevent_initial_call=True,
    )(_gather)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(FILTER, "data"),
        prevent_initial_call=True,
    )


def _latest(_: Any) -> list[Component]:
    school = current_school()
    return lesson_cards.latest_cards(school, latest(lesson_list(school), LATEST_SHOWN))


def _lessons(_: Any, asked: dict[str, Any] | None) -> tuple[list[Component], str, Component | None]:
    lessons = lesson_list(current_school())
    cards = lesson_cards.lesson_grid(lessons, Filter.read(asked))
    return cards, _lead(lessons), failed_card(current_school().sessions())


def _gather(*values: Any) -> dict[str, str | None]:
    *chosen, _ = values
    names = ("course", "since", "until", "q")
    return Filter.read(dict(zip(names, chosen, strict=True))).query()


def _lead(lessons: tuple[Listed, ...]) -> str:
    if not lessons:
        return t("overview-lead-none")
    readable = [row for row in current_school().sessions() if row.is_readable]
    courses = t("overview-courses", n=len({each.row.course_id for each in lessons}))
    words = t("overview-lead", courses=courses, lessons=t("overview-lessons", n=len(lessons)))
    if not readable:
        return f"{words} {t('overview-lead-unseen')}"
    students = t("overview-of-students", n=len({row.student for row in readable}))
    seen = t("overview-lead-seen", sessions=t("overview-sessions", n=len(readable)), students=students)
    return f"{words} {seen}"
