"""The slide workbench: where gaze fell on one slide, and how that differs from what was intended."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import workbench
from dashboard.components.charts import downloads, known
from dashboard.figures.slide import aspect_ratio
from dashboard.pages import not_found
from dashboard.school import current_school
from dashboard.sentences import lead
from dashboard.shell import REVISION, page
from dashboard.theme import SCHEME
from pipeline.storage.rows import NotFound

PATH: Final = urls.SLIDE
TITLE: Final = "Slide"
PLACE: Final = "slide-place"  # dcc.Store: course, lesson and slide of this page
LEAD: Final = "slide-lead"
GRAPH: Final = "slide-graph"
GRAPH_DOWNLOADS: Final = "slide-graph-downloads"
PANEL: Final = "slide-panel"
ORDER: Final = "slide-order"
NUMBERS: Final = "slide-numbers"
ADDRESS: Final = "slide-address"  # where the script that writes the address answers


def layout(course_id: str = "", lesson_id: str = "", slide_id: str = "", **query: Any) -> Component:
    """The page as its address says; what is chosen on it is written back into the address."""
    choice, place = workbench.Choice.from_query(query), (course_id, lesson_id, slide_id)
    try:
        view = current_school().slide_view(*place, choice.students)
    except NotFound:
        return not_found.layout()
    return page(
        view.slide.title,
        html.Span(lead(view), id=LEAD),
        dcc.Store(PLACE, data=place),
        dcc.Store(ADDRESS),
        workbench.controls(choice, view.group.students),
        html.Div(
            [
                workbench.picture_card(view, GRAPH, GRAPH_DOWNLOADS),
                html.Section(workbench.panel(view), id=PANEL, className="card beside"),
                html.Div(workbench.order(view), id=ORDER),
            ],
            className="workbench",
        ),
        html.Div(workbench.numbers(view, choice), id=NUMBERS),
        workbench.neighbours(view, choice),
        crumbs=[
            (view.lesson.course_title, None),
            (view.lesson.lesson_title, urls.lesson(course_id, lesson_id)),
        ],
    )


def register_callbacks(app: Dash) -> None:
    """The picture follows every choice, the numbers the choice of students, the address all of it."""
    chosen = [Input(*control) for control in workbench.CONTROLS]
    app.callback(
        Output(GRAPH, "figure"),
        Output(GRAPH, "style"),
        Output(GRAPH_DOWNLOADS, "children"),
        *chosen,
        Input(SCHEME, "data"),
        Input(REVISION, "data"),
        State(PLACE, "data"),
    )(_picture)
    app.callback(
        Output(LEAD, "children"),
        Output(PANEL, "children"),
        Output(ORDER, "children"),
        Output(NUMBERS, "children"),
        Input(workbench.STUDENTS_ID, "value"),
        Input(REVISION, "data"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_words)
    app.clientside_callback(
        ClientsideFunction("slide", "remember"), Output(ADDRESS, "data"), *chosen, prevent_initial_call=True
    )
    app.callback(Output(workbench.OPACITY_ID, "disabled"), Input(workbench.OVERLAY_ID, "value"))(
        lambda overlay: overlay != "heatmap"
    )
    app.callback(Output(workbench.REGIONS_ID, "disabled"), Input(workbench.OVERLAY_ID, "value"))(
        lambda overlay: overlay == "regions"
    )


def _picture(
    overlay: str,
    regions: bool,
    students: list[str],
    opacity: int,
    scheme: str | None,
    _: Any,
    place: list[str],
) -> tuple[go.Figure, dict[str, Any], list[Component]]:
    choice = workbench.Choice(overlay, regions, tuple(students or ()), opacity)
    view = current_school().slide_view(*place, choice.students)
    figure = workbench.draw(current_school(), view, choice, known(scheme))
    csv = urls.overlay_csv(*place, overlay, students=choice.students or None)
    links = [downloads((GRAPH, f"{place[1]}-{place[2]}-{overlay}"), csv)]
    return figure, {"aspectRatio": aspect_ratio(view.slide, view.error)}, links


def _words(
    students: list[str], _: Any, place: list[str]
) -> tuple[str, list[Component], Component, Component]:
    choice = workbench.Choice(students=tuple(students or ()))
    view = current_school().slide_view(*place, choice.students)
    return lead(view), workbench.panel(view), workbench.order(view), workbench.numbers(view, choice)
