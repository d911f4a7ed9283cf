"""The course designer's home: which slides and regions of the school need work."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import listing, rules, slide_list
from dashboard.components.charts import chart_card
from dashboard.components.slide_list import LIST, VIEWS, SlideFilter
from dashboard.group import Rules
from dashboard.lesson_list import Listed, lesson_list
from dashboard.school import current_school
from dashboard.shell import REVISION, page
from dashboard.slide_table import slide_table
from dashboard.texts import t

PATH: Final = urls.DESIGN
TITLE: Final = "page-design"
LEAD: Final = "design-lead"
TABLE: Final = "design-table"
FILTER: Final = "design-filter"  # dcc.Store: as addresses have it
ADDRESS: Final = "design-address"
VIEW: Final = "design-view"
WORDS: Final = "design-words"
COURSE: Final = "design-course"
LESSON: Final = "design-lesson"
CLEAR: Final = "design-clear-only"
TYPING_MS: Final = 300


def layout(**query: Any) -> Component:
    """The frame; what needs the whole school summed up comes a moment later."""
    whose, asked = Rules.read(query), SlideFilter.read(query)
    lessons = lesson_list(current_school())
    csv = urls.table("slides", **whose.query())
    return page(
        t(TITLE),
        html.Span(t("design-waiting"), id=LEAD),
        dcc.Store(FILTER, data=asked.query()),
        listing.store(LIST, slide_list.look(query, asked.view)),
        dcc.Store(ADDRESS),
        rules.controls(whose, None, "", current_school().groups()),
        chart_card(
            t("design-title"),
            t("design-note"),
            _form(asked, lessons),
            html.Div(id=TABLE, className="design-table", **{"aria-live": "polite", "aria-busy": "true"}),
            csv=csv,
        ),
        html.P(
            [t("design-regions-download") + " ", *_regions_downloads(whose)],
            className="muted small below-card",
        ),
    )


def register_callbacks(app: Dash) -> None:
    """The table follows the rules, the filter, its headings, and whatever happens in the school."""
    app.callback(
        Output(TABLE, "children"),
        Output(TABLE, "aria-busy"),
        Output(LEAD, "children"),
        rules.changed(),
        Input(FILTER, "data"),
        Input(listing.look_id(LIST), "data"),
        Input(REVISION, "data"),
    )(_table)
    app.callback(
        Output(FILTER, "data"),
        *(Input(name, "value") for name in (COURSE, LESSON, WORDS, VIEW)),
        Input(CLEAR, "checked"),
        prevent_initial_call=True,
    )(_gather)
    app.callback(Output(LESSON, "data"), Input(COURSE, "value"), prevent_initial_call=True)(
        lambda course: _lesson_choices(lesson_list(current_school()), course)
    )
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        rules.changed(),
        Input(FILTER, "data"),
        Input(listing.look_id(LIST), "data"),
        prevent_initial_call=True,
    )
    listing.register(app, LIST, [each for view in VIEWS for each in slide_list.columns(view)])


def _table(
    whose: dict[str, Any] | None, filtered: dict[str, Any] | None, look: dict[str, Any] | None, _: Any
) -> tuple[list[Component], str, str]:
    rules_asked, asked, school = Rules.read(whose), SlideFilter.read(filtered), current_school()
    table, chosen = slide_table(school, rules_asked), slide_list.look(look, asked.view)
    return (
        slide_list.slide_list(school, table, asked, chosen, rules_asked),
        "false",
        slide_list.in_words(table),
    )


def _gather(course: Any, lesson: Any, words: Any, view: Any, clear: Any) -> dict[str, str | None]:
    if course and lesson and not str(lesson).startswith(f"{course}/"):
        lesson = None
    asked = {"course": course, "lesson": lesson, "q": words, "view": view, "clear": "1" if clear else None}
    return SlideFilter.read(asked).query()


def _form(asked: SlideFilter, lessons: tuple[Listed, ...]) -> Component:
    courses = {each.row.course_id: each.row.course_title for each in lessons}
    return html.Div(
        [
            dmc.SegmentedControl(
                id=VIEW, value=asked.view, size="xs",
                data=[{"value": view, "label": t(f"design-view-{view}")} for view in VIEWS],
                **{"aria-label": t("design-view")},
            ),
            dmc.TextInput(id=WORDS, value=asked.words, placeholder=t("design-words"), size="xs", w=190,
                          debounce=TYPING_MS, **{"aria-label": t("design-words")}),
            dmc.Select(id=COURSE, value=asked.course, placeholder=t("overview-all-courses"), size="xs", w=180,
                       data=[{"value": key, "label": title} for key, title in courses.items()],
                       clearable=True, searchable=True, **{"aria-label": t("overview-course")}),
            dmc.Select(id=LESSON, value=asked.lesson, placeholder=t("design-all-lessons"), size="xs", w=220,
                       data=_lesson_choices(lessons, asked.course),
                       clearable=True, searchable=True, **{"aria-label": t("design-lesson")}),
            dmc.Switch(id=CLEAR, checked=asked.clear, label=t("design-clear-only"), size="xs"),
        ],
        className="filter-form",
        role="search",
        **{"aria-label": t("design-find")},
    )  # fmt: skip


def _lesson_choices(lessons: tuple[Listed, ...], course: str | None) -> list[dict[str, str]]:
    return [
        {"value": "/".join(each.place), "label": f"{each.row.course_title}, {each.row.lesson_title}"}
        for each in lessons
        if course is None or each.row.course_id == course
    ]


def _regions_downloads(whose: Rules) -> list[Component]:
    csv = urls.table("required-regions", **whose.query())
    links = (("CSV", csv), ("Parquet", urls.as_parquet(csv)))
    return [html.A(words, href=address, className="download", download="") for words, address in links]
