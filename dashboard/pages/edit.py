"""The editor of a slide's regions: drawn in the browser, kept in versions, measured once saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.regions import region_list
from dashboard.components.rules import stored
from dashboard.figures.slide import region_colours
from dashboard.group import Rules
from dashboard.plain_html import to_html
from dashboard.region_sets import slide_in
from dashboard.school import SlideView, current_school
from dashboard.shell import REVISION, page
from dashboard.texts import for_scripts, t
from dashboard.theme import REGION_COLOURS
from pipeline.domain import Lesson, Slide

PATH: Final = urls.EDIT
TITLE: Final = "edit-page"

ROOT: Final = "edit-root"
CONFIG: Final = "edit-config"  # what the browser's part has to know
MOUNTED: Final = "edit-mounted"
SAVED: Final = "edit-saved"  # changes with every save
NEWS: Final = "edit-news"
MEASURES: Final = "edit-measures"
MEASURED: Final = "edit-measured"  # dcc.Store: what is to be in MEASURES, as HTML
SHOWN: Final = "edit-shown"
BROWSER_WORDS: Final = "edit-js-"


def layout(course_id: str = "", lesson_id: str = "", slide_id: str = "", **query: Any) -> Component:
    """The page at once, the editor as soon as its modules are there."""
    place = (course_id, lesson_id, slide_id)
    rules = replace(Rules.read(query), version=None)  # it is always the present picture that is drawn on
    lesson = current_school().lesson(course_id, lesson_id)
    slide = slide_in(lesson, slide_id)
    return page(
        t("edit-title", slide=slide.title),
        t("edit-lead"),
        dcc.Store(CONFIG, data=config(lesson, slide, rules)),
        *[dcc.Store(name) for name in (MOUNTED, SAVED, NEWS, MEASURED, SHOWN)],
        html.Div(
            [
                html.Div(html.P(t("edit-loading"), className="muted"), id=ROOT, className="edit-root"),
                html.Section(
                    html.P(t("edit-measures-loading"), className="muted small"),
                    id=MEASURES,
                    className="card edit-measures",
                    key="/".join(place),  # of another slide, another element
                ),
            ],
            className="edit",
        ),
        actions=[
            dcc.Link(t("edit-back-to-slide"), href=urls.slide(*place, **rules.query()), className="button")
        ],
        crumbs=[
            (lesson.course_title, None),
            (lesson.lesson_title, urls.lesson(course_id, lesson_id, **rules.query())),
            (slide.title, urls.slide(*place, **rules.query())),
        ],
    )


def config(lesson: Lesson, slide: Slide, rules: Rules) -> dict[str, Any]:
    """What the browser's part has to know: the slide, where to ask, colours and words."""
    place = (lesson.course_id, lesson.lesson_id, slide.slide_id)
    return {
        "place": place,
        "rules": stored(rules),
        "slide": {"width": slide.width_px, "height": slide.height_px, "image": urls.slide_image(*place)},
        "regions_url": urls.regions(*place),
        "proposals_url": urls.proposals(*place),
        "saved_store": SAVED,
        "colours": REGION_COLOURS,
        "texts": for_scripts(BROWSER_WORDS),
    }


def register_callbacks(app: Dash) -> None:
    """The browser's part is put in its place; measures follow every save, and every other change."""
    app.clientside_callback(
        ClientsideFunction("editor", "mount"), Output(MOUNTED, "data"), Input(CONFIG, "data")
    )
    app.clientside_callback(
        ClientsideFunction("editor", "revised"),
        Output(NEWS, "data"),
        Input(REVISION, "data"),
        State(MOUNTED, "data"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(MEASURED, "data"), Input(SAVED, "data"), Input(REVISION, "data"), State(CONFIG, "data")
    )(_measures)
    app.clientside_callback(
        ClientsideFunction("editor", "measured"), Output(SHOWN, "data"), Input(MEASURED, "data")
    )


def _measures(_: Any, __: Any, known: dict[str, Any]) -> str:
    view = current_school().slide_view(*known["place"], (), Rules.read(known["rules"]))
    return to_html(measures(view))


def measures(view: SlideView) -> list[Component]:
    """What the class looked at, by the regions that are saved."""
    students = len(view.group.shown)
    words = (
        t("edit-measures-note", version=view.slide.aoi_version, students=students)
        if students
        else t("edit-measures-nobody")
    )
    return [
        html.H2(t("edit-measures")),
        html.P(words, className="muted small", **{"data-version": view.slide.aoi_version}),
        region_list(view.table, region_colours(view.slide.aois)),
    ]
