"""The slide workbench: where gaze fell on one slide, and how that differs from what was intended."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import slide_tables, urls
from dashboard.choice import OVERLAYS, Choice
from dashboard.components import content, rules, slide_time, states, workbench
from dashboard.components.charts import downloads, known
from dashboard.figures import slide_time as over_time
from dashboard.figures.slide import region_colours
from dashboard.school import SlideView, current_school
from dashboard.sentences import lead, left_out
from dashboard.shell import REVISION, page
from dashboard.slide_paths import slide_reach, slide_scarf, slide_ways
from dashboard.theme import SCHEME
from pipeline.attention.transitions import Step
from pipeline.storage.rows import NotFound

PATH: Final = urls.SLIDE
TITLE: Final = "page-slide"
PLACE: Final = "slide-place"  # dcc.Store: course, lesson and slide of this page
LEAD: Final = "slide-lead"
VERSIONS: Final = "slide-versions"
GRAPH_DOWNLOADS: Final = "slide-graph-downloads"
EXPORT: Final = "slide-export"
PANEL: Final = "slide-panel"
REMOVED: Final = "slide-removed"
NUMBERS: Final = "slide-numbers"
CONTENT: Final = "slide-content"
CHOSEN: Final = "slide-chosen"  # dcc.Store: what of this page's own is in the address
WHOSE: Final = "slide-whose"  # dcc.Store: whose gaze it is, and of which revision
SOON, LATER = "slide-soon", "slide-later"  # dcc.Store: the same, for what is asked after the picture
USUAL: Final = "slide-usual"  # dcc.Store: what the script needs to know of choices
NEIGHBOURS: Final = "slide-neighbours"  # dcc.Store: the slides before and after
ADDRESS: Final = "slide-address"  # where the script that writes the address answers
HELD: Final = "slide-held"  # where the script that holds a region up answers

assert slide_tables  # its tables are served once it is imported


def layout(course_id: str = "", lesson_id: str = "", slide_id: str = "", **query: Any) -> Component:
    """The page as its address says; what is chosen on it is written back into the address."""
    choice, place, school = Choice.read(query), (course_id, lesson_id, slide_id), current_school()
    try:
        view = school.slide_view(*place, choice.students, choice.rules)
    except NotFound:
        return states.nowhere()
    versions = school.slide_versions(course_id, lesson_id).get(slide_id, ())
    nav, addresses = workbench.neighbours(view)
    options = workbench.options(choice, school.groups(), versions, view.slide.version)
    whose = _given(choice.whose()) | {"revision": school.revision()}
    body = page(
        view.slide.title,
        html.Span(lead(view), id=LEAD),
        dcc.Store(PLACE, data=place),
        dcc.Store(ADDRESS),
        dcc.Store(HELD),
        dcc.Store(CHOSEN, data=_given(choice.query())),
        dcc.Store(WHOSE, data=whose),
        dcc.Store(SOON),
        dcc.Store(LATER),
        dcc.Store(USUAL, data=workbench.usual(place)),
        dcc.Store(NEIGHBOURS, data=addresses),
        html.Div(workbench.versions_note(school, view, choice), id=VERSIONS),
        workbench.controls(choice, view.group.students),
        rules.controls(choice.rules, _left_out(view), REMOVED, school.groups(), versions),
        html.Div(
            [
                workbench.picture_card(view, options, GRAPH_DOWNLOADS),
                html.Section(workbench.panel(view, choice), id=PANEL, className="card beside"),
                slide_time.order_card(),
            ],
            className="workbench",
        ),
        html.Div(
            [
                slide_time.scarf_card(view, choice),
                html.Div([slide_time.reach_card(), slide_time.ways_card(choice)], className="two-cards"),
                html.Div(id=NUMBERS),
                html.Div(content.waiting(), id=CONTENT),
            ],
            className="stack",
        ),
        nav,
        crumbs=[
            (view.lesson.course_title, None),
            (view.lesson.lesson_title, urls.lesson(course_id, lesson_id, **choice.rules.query())),
        ],
        actions=workbench.actions(view, choice, html.Div(id=EXPORT)),
    )
    return html.Div(body, className="slide-page", **{"data-held": ""})


def register_callbacks(app: Dash) -> None:
    """The picture follows every choice, the numbers whose gaze it is, the address all of it."""
    _register_choice(app)
    _register_picture(app)
    place = State(PLACE, "data")
    app.callback(
        *(Output(each, "children") for each in (LEAD, VERSIONS, PANEL, REMOVED)),
        Input(WHOSE, "data"),
        State(CHOSEN, "data"),
        place,
        prevent_initial_call=True,
    )(_words)
    shown = (Input(CHOSEN, "data"), Input(WHOSE, "data"), place)
    app.callback(Output(GRAPH_DOWNLOADS, "children"), *shown)(_links)
    app.callback(Output(EXPORT, "children"), Input(workbench.EXPORT_FOLD, "n_clicks"), *shown)(_export)
    _register_charts(app)
    for output, whose, answer in ((NUMBERS, SOON, _numbers), (CONTENT, LATER, _content)):
        app.callback(Output(output, "children"), Input(whose, "data"), place)(answer)


def _register_choice(app: Dash) -> None:
    """What is chosen, in the browser alone: kept, written into the address, and passed on to neighbours."""
    chosen, usual = Input(CHOSEN, "data"), State(USUAL, "data")
    _in_browser(
        app, "choose", Output(CHOSEN, "data"), *(Input(*control) for control in workbench.CONTROLS), usual,
        State(CHOSEN, "data"), prevent_initial_call=True,
    )  # fmt: skip
    _in_browser(
        app, "whose", Output(WHOSE, "data"), chosen, rules.changed(), Input(REVISION, "data"),
        State(WHOSE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    for name, store in (("soon", SOON), ("later", LATER)):
        _in_browser(app, name, Output(store, "data"), Input(WHOSE, "data"))
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        chosen,
        rules.changed(),
        prevent_initial_call=True,
    )
    lines = [Output(workbench.options_id(name), "className") for name in OVERLAYS]
    _in_browser(app, "options", lines, chosen, usual)
    _in_browser(
        app, "neighbours", [Output(each, "href") for each in (workbench.PREVIOUS, workbench.NEXT)], chosen,
        rules.changed(), State(NEIGHBOURS, "data"),
    )  # fmt: skip
    _in_browser(
        app, "sorted", Output(workbench.ROWS, "children"), Input(workbench.SORT_ID, "data"),
        State(workbench.ROWS, "children"), prevent_initial_call=True,
    )  # fmt: skip
    drawn = [Input(each, "figure") for each in (slide_time.SCARF, slide_time.REACH, slide_time.ORDER)]
    told = [Input(each, "children") for each in (PANEL, NUMBERS, slide_time.WAYS_TABLES)]
    _in_browser(app, "highlight", Output(HELD, "data"), chosen, *drawn, *told)
    _in_browser(
        app, "pick", Output(workbench.STUDENTS_ID, "value"), Input(slide_time.SCARF, "clickData"),
        State(slide_time.SCARF, "figure"), prevent_initial_call=True,
    )  # fmt: skip


def _register_picture(app: Dash) -> None:
    """The browser fetches the layers that it has not got yet, and joins those that are chosen."""
    _in_browser(
        app, "compose", [Output(workbench.GRAPH, "figure"), Output(workbench.GRAPH, "style")],
        Input(CHOSEN, "data"), Input(WHOSE, "data"), Input(SCHEME, "data"), State(USUAL, "data"),
    )  # fmt: skip


def _register_charts(app: Dash) -> None:
    whose, scheme, place = Input(SOON, "data"), Input(SCHEME, "data"), State(PLACE, "data")
    for name, below, answer in (
        (slide_time.REACH, slide_time.REACH_BELOW, _reach),
        (slide_time.ORDER, slide_time.ORDER_BELOW, _order),
    ):
        app.callback(Output(name, "figure"), Output(below, "children"), whose, scheme, place)(answer)
    app.callback(
        Output(slide_time.SCARF, "figure"),
        Output(slide_time.SCARF_BELOW, "children"),
        whose,
        scheme,
        Input(workbench.ORDER_ID, "value"),
        place,
    )(_scarf)
    app.callback(
        Output(slide_time.SCARF_TABLE, "children"),
        Input(slide_time.SCARF_FOLD, "n_clicks"),
        whose,
        place,
        prevent_initial_call=True,
    )(_scarf_table)
    app.callback(Output(slide_time.WAYS_TABLES, "children"), whose, Input(workbench.STEP_ID, "value"), place)(
        _ways
    )


def _in_browser(app: Dash, name: str, output: Any, *parts: Any, **how: Any) -> None:
    app.clientside_callback(ClientsideFunction("workbench", name), output, *parts, **how)


def _given(query: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


Whose = dict[str, Any]


def _words(
    whose: Whose, chosen: dict[str, Any], place: list[str]
) -> tuple[str, list[Component], list[Component], list[Component]]:
    choice = _choice(chosen, whose)
    view = current_school().slide_view(*place, choice.students, choice.rules)
    return (
        lead(view),
        workbench.versions_note(current_school(), view, choice),
        workbench.panel(view, choice),
        rules.left_out_list(_left_out(view)),
    )


def _links(chosen: dict[str, Any], whose: Whose, place: tuple[str, str, str]) -> Component:
    return workbench.picture_links(place, _choice(chosen, whose))


def _export(
    opened: int | None, chosen: dict[str, Any], whose: Whose, place: tuple[str, str, str]
) -> list[Component]:
    if not opened:
        raise PreventUpdate
    return workbench.export_links(place, _choice(chosen, whose))


def _choice(chosen: dict[str, Any] | None, whose: Whose | None) -> Choice:
    """What is chosen to be seen, of those whose gaze is shown."""
    return Choice.read({**(chosen or {}), "students": (whose or {}).get("students")}, whose or {})


def _asked(whose: Whose | None, place: list[str]) -> tuple[Any, ...]:
    if whose is None:
        raise PreventUpdate
    choice = Choice.read(whose)
    return (*place, choice.students, choice.rules)


def _scarf(
    whose: Whose, scheme: str | None, order: str | None, place: list[str]
) -> tuple[go.Figure, list[Component]]:
    scheme, asked = known(scheme), _asked(whose, place)
    found = slide_scarf(current_school(), *asked)
    names = dict(zip(found.bars["session_id"].astype(str), found.bars["student"], strict=True))
    looks = slide_reach(current_school(), *asked)
    students = slide_time.order_of(looks, found.students, names, order)
    colours = region_colours(found.slide.aois)
    csv = urls.table("scarf", *place, **Choice.read(whose).whose())
    figure = over_time.scarf(found.bars, students, found.slide.aois, colours, scheme=scheme)
    return figure, [downloads((slide_time.SCARF, f"{place[2]}-scarf"), csv)]


def _scarf_table(opened: int | None, whose: Whose, place: list[str]) -> Component:
    """Made when it is opened: a class of students is many cells."""
    if not opened:
        raise PreventUpdate
    found = slide_scarf(current_school(), *_asked(whose, place))
    return slide_time.scarf_table(found, found.students)


def _reach(whose: Whose, scheme: str | None, place: list[str]) -> tuple[go.Figure, list[Component]]:
    scheme, asked = known(scheme), _asked(whose, place)
    view, found = current_school().slide_view(*asked), slide_reach(current_school(), *asked)
    aois, n = view.slide.aois, len(view.group.shown)
    csv = urls.table("reach", *place, **Choice.read(whose).whose())
    figure = over_time.reach(found, aois, region_colours(aois), n, scheme=scheme)
    return figure, slide_time.reach_below(view, found, csv)


def _order(whose: Whose, scheme: str | None, place: list[str]) -> tuple[go.Figure, list[Component]]:
    scheme, view = known(scheme), current_school().slide_view(*_asked(whose, place))
    aois = view.slide.aois
    csv = urls.regions_csv(*place, **Choice.read(whose).whose())
    figure = over_time.order(view.table, aois, region_colours(aois), scheme=scheme)
    return figure, slide_time.order_below(view, csv)


def _ways(whose: Whose, step: str | None, place: list[str]) -> list[Component]:
    asked = _asked(whose, place)
    slide = current_school().slide_view(*asked).slide
    csv = urls.content_csv(*place, "transitions", **Choice.read(whose).whose())
    chosen = Step(Choice.read({"step": step}).step)
    return slide_time.ways_table(slide_ways(current_school(), *asked), slide.aois, chosen, csv)


def _numbers(whose: Whose, place: list[str]) -> Component:
    """Worked out after the page is there: allowing for the error takes longer."""
    asked = _asked(whose, place)
    table = current_school().region_table(*asked)
    return workbench.numbers(current_school().slide_view(*asked), table, Choice.read(whose))


def _content(whose: Whose, place: list[str]) -> Component:
    """Worked out after the page is there: it takes long."""
    asked, query = _asked(whose, place), Choice.read(whose).whose()
    csv = {kind: urls.content_csv(*place, kind, **query) for kind in content.KINDS}
    return content.cards(current_school().content_view(*asked), csv)


def _left_out(view: SlideView) -> rules.LeftOut:
    students = tuple(each.student for each in view.group.excluded)
    return rules.LeftOut(students, tuple(left_out(view.group.excluded)))
