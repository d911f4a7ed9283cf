"""The slide workbench: where gaze fell on one slide, and how that differs from what was intended."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import content, rules, states, workbench
from dashboard.components.charts import downloads, known
from dashboard.figures.slide import aspect_ratio
from dashboard.group import Rules
from dashboard.school import SlideView, current_school
from dashboard.sentences import lead, left_out
from dashboard.shell import REVISION, page
from dashboard.texts import t
from dashboard.theme import SCHEME
from pipeline.storage.rows import NotFound

PATH: Final = urls.SLIDE
TITLE: Final = "page-slide"
PLACE: Final = "slide-place"  # dcc.Store: course, lesson and slide of this page
LEAD: Final = "slide-lead"
GRAPH: Final = "slide-graph"
GRAPH_DOWNLOADS: Final = "slide-graph-downloads"
PANEL: Final = "slide-panel"
ORDER: Final = "slide-order"
REMOVED: Final = "slide-removed"
NUMBERS: Final = "slide-numbers"
CONTENT: Final = "slide-content"
CHOSEN: Final = "slide-chosen"  # dcc.Store: what of this page's own is in the address
ADDRESS: Final = "slide-address"  # where the script that writes the address answers


def layout(course_id: str = "", lesson_id: str = "", slide_id: str = "", **query: Any) -> Component:
    """The page as its address says; what is chosen on it is written back into the address."""
    choice, place = workbench.Choice.from_query(query), (course_id, lesson_id, slide_id)
    try:
        view = current_school().slide_view(*place, choice.students, choice.rules)
    except NotFound:
        return states.nowhere()
    return page(
        view.slide.title,
        html.Span(lead(view), id=LEAD),
        dcc.Store(PLACE, data=place),
        dcc.Store(ADDRESS),
        dcc.Store(CHOSEN, data=choice.query()),
        workbench.controls(choice, view.group.students),
        rules.controls(
            choice.rules,
            left_out(view.group.excluded),
            REMOVED,
            current_school().groups(),
            current_school().slide_versions(course_id, lesson_id).get(slide_id, ()),
        ),
        html.Div(
            [
                workbench.picture_card(view, GRAPH, GRAPH_DOWNLOADS),
                html.Section(workbench.panel(view, choice), id=PANEL, className="card beside"),
                html.Div(workbench.order(view), id=ORDER),
            ],
            className="workbench",
        ),
        html.Div(
            [
                html.Div(id=NUMBERS),
                html.Div(content.waiting(), id=CONTENT),
            ],
            className="stack",
        ),
        workbench.neighbours(view, choice),
        actions=[dcc.Link(t("edit-link"), href=_edit(view, choice), className="button")],
        crumbs=[
            (view.lesson.course_title, None),
            (view.lesson.lesson_title, urls.lesson(course_id, lesson_id, **choice.rules.query())),
        ],
    )


def _edit(view: SlideView, choice: workbench.Choice) -> str:
    place = (view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id)
    return urls.edit(*place, **choice.rules.query())


def register_callbacks(app: Dash) -> None:
    """The picture follows every choice, the numbers whose gaze it is, the address all of it."""
    chosen = [*(Input(*control) for control in workbench.CONTROLS), rules.changed()]
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
        Output(REMOVED, "children"),
        Input(workbench.STUDENTS_ID, "value"),
        rules.changed(),
        Input(REVISION, "data"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_words)
    for output, answer in ((NUMBERS, _numbers), (CONTENT, _content)):
        app.callback(
            Output(output, "children"),
            Input(workbench.STUDENTS_ID, "value"),
            rules.changed(),
            Input(REVISION, "data"),
            State(PLACE, "data"),
        )(answer)
    app.callback(Output(CHOSEN, "data"), *chosen[:-1], prevent_initial_call=True)(_chosen)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(CHOSEN, "data"),
        rules.changed(),
        prevent_initial_call=True,
    )
    app.callback(Output(workbench.OPACITY_ID, "disabled"), Input(workbench.OVERLAY_ID, "value"))(
        lambda overlay: overlay != "heatmap"
    )
    app.callback(Output(workbench.REGIONS_ID, "disabled"), Input(workbench.OVERLAY_ID, "value"))(
        lambda overlay: overlay == "regions"
    )


def _chosen(overlay: str, regions: bool, students: list[str], opacity: int) -> dict[str, Any]:
    return workbench.Choice(overlay, regions, tuple(students or ()), opacity).query()


def _picture(
    overlay: str,
    regions: bool,
    students: list[str],
    opacity: int,
    whose: dict[str, Any] | None,
    scheme: str | None,
    _: Any,
    place: list[str],
) -> tuple[go.Figure, dict[str, Any], list[Component]]:
    choice = workbench.Choice(overlay, regions, tuple(students or ()), opacity, Rules.read(whose))
    view = current_school().slide_view(*place, choice.students, choice.rules)
    figure = workbench.draw(current_school(), view, choice, known(scheme))
    csv = urls.overlay_csv(*place, overlay, **choice.whose())
    links = [downloads((GRAPH, f"{place[1]}-{place[2]}-{overlay}"), csv)]
    return figure, {"aspectRatio": aspect_ratio(view.slide, view.error)}, links


def _words(
    students: list[str], whose: dict[str, Any] | None, _: Any, place: list[str]
) -> tuple[str, list[Component], Component, list[Component]]:
    choice = workbench.Choice.of(students, whose)
    view = current_school().slide_view(*place, choice.students, choice.rules)
    return (
        lead(view),
        workbench.panel(view, choice),
        workbench.order(view),
        rules.left_out_list(left_out(view.group.excluded)),
    )


def _numbers(students: list[str], whose: dict[str, Any] | None, _: Any, place: list[str]) -> Component:
    """Worked out after the page is there: allowing for the error takes longer."""
    choice = workbench.Choice.of(students, whose)
    asked = (*place, choice.students, choice.rules)
    table = current_school().region_table(*asked)
    return workbench.numbers(current_school().slide_view(*asked), table, choice)


def _content(students: list[str], whose: dict[str, Any] | None, _: Any, place: list[str]) -> Component:
    """Worked out after the page is there: it takes long."""
    choice = workbench.Choice.of(students, whose)
    asked = (*place, choice.students, choice.rules)
    csv = {kind: urls.content_csv(*place, kind, **choice.whose()) for kind in content.KINDS}
    return content.cards(current_school().content_view(*asked), csv)
