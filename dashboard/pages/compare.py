"""Courses, lessons, slides, groups and periods side by side, with what can be told apart and what cannot."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import urls
from dashboard.compared_measures import MEASURES
from dashboard.comparison import Comparison
from dashboard.comparison_tables import Choice, called, chart_rows, made
from dashboard.comparison_words import (
    definition,
    dots_words,
    heading,
    hidden,
    lead,
    measure_name,
    names,
    removed,
)
from dashboard.components import compare, compared_slides, rules
from dashboard.components.charts import downloads, graph, known
from dashboard.components.report_link import report_link
from dashboard.figures.compare import Scale, dots_and_means, height_px
from dashboard.group import Rules
from dashboard.items import Item, known_items
from dashboard.school import School, current_school
from dashboard.shell import REVISION, page
from dashboard.texts import t
from dashboard.theme import SCHEME

PATH: Final = urls.COMPARE
TITLE: Final = "page-compare"
ITEMS: Final = "compare-items"  # dcc.Store: the items as words
SORTED: Final = "compare-sorted"  # dcc.Store: the column that sorts the table
CHOSEN: Final = "compare-chosen"  # dcc.Store: what of this page's own is in the address
ADDRESS: Final = "compare-address"  # where the script that writes the address answers
HEADING: Final = "compare-heading"
LEAD: Final = "compare-lead"
LIST: Final = "compare-list"
REMOVED: Final = "compare-removed"
SAID: Final = "compare-said"
ABOUT: Final = "compare-about"  # the script that copies the table takes it along
CARDS: Final = "compare-cards"  # all but the items; hidden while nothing is compared
GRAPH: Final = "compare-graph"
NOTE: Final = "compare-note"
DOWNLOADS: Final = "compare-downloads"
TABLE: Final = "compare-table"
TABLE_DOWNLOADS: Final = "compare-table-downloads"
SLIDES: Final = "compare-slides"
CHOICES: Final = (compare.MEASURE_ID, compare.REGION_ID, compare.AGAINST_ID)


def layout(**query: Any) -> Component:
    """The page as its address says; what is chosen on it is written back into the address."""
    school, choice, whose = current_school(), Choice.read(query), Rules.read(query)
    choice = choice.possible(school)
    found = made(school, choice, whose)
    return page(
        html.Span(heading(school, choice.items), id=HEADING),
        html.Span(_lead(school, found), id=LEAD),
        dcc.Store(ITEMS, data=[str(item) for item in choice.items]),
        dcc.Store(SORTED, data=choice.sort),
        dcc.Store(CHOSEN, data=choice.query()),
        dcc.Store(ADDRESS),
        html.Div(_list(school, choice), id=LIST),
        compare.builder(school, choice.items, is_open=len(choice.items) < 2),
        html.Div(_said(school, choice, found), id=SAID),
        html.Div(
            [
                compare.controls(school, choice),
                rules.controls(whose, None, "", school.groups()),
                html.Div(
                    _removed(school, found, whose), id=REMOVED, className="small", **{"aria-live": "polite"}
                ),
                html.Div(
                    [
                        _chart_card(school, found, whose, choice),
                        _table_card(school, found, whose, choice),
                        html.Div(id=SLIDES, className="stack"),
                    ],
                    className="stack",
                ),
            ],
            id=CARDS,
            hidden=not found.found,
        ),
        actions=[report_link(urls.compare_report(**choice.query(), **whose.query()))],
    )


def register_callbacks(app: Dash) -> None:
    """The items follow the builder and the buttons, everything else the items and what is chosen."""
    app.callback(
        Output(ITEMS, "data"),
        Input(compare.ADD_ID, "n_clicks"),
        Input({"type": compare.REMOVE, "item": ALL}, "n_clicks"),
        Input({"type": compare.UP, "item": ALL}, "n_clicks"),
        State(ITEMS, "data"),
        *(State(name, "value") for name in BUILDER),
        prevent_initial_call=True,
    )(_changed)
    _register_builder(app)
    app.callback(
        Output(SORTED, "data"),
        Input({"type": compare.SORT, "column": ALL}, "n_clicks"),
        State(SORTED, "data"),
        prevent_initial_call=True,
    )(_sort)
    asked = [Input(ITEMS, "data"), *(Input(name, "value") for name in CHOICES), rules.changed()]
    app.callback(
        *(Output(name, "children") for name in FOLLOWING),
        Output(CARDS, "hidden"),
        Output(CHOSEN, "data"),
        *asked,
        Input(SORTED, "data"),
        Input(REVISION, "data"),
        prevent_initial_call=True,
    )(_follow)
    app.callback(
        Output(compare.MEASURE_ID, "data"),
        Output(compare.MEASURE_ID, "value"),
        Output(compare.REGION_ID, "data"),
        Output(compare.REGION_ID, "value"),
        Output(compare.REGION_FIELD, "hidden"),
        Output(compare.AGAINST_ID, "data"),
        Input(ITEMS, "data"),
        Input(compare.MEASURE_ID, "value"),
        State(compare.REGION_ID, "value"),
        prevent_initial_call=True,
    )(_options)
    app.callback(
        Output(GRAPH, "figure"),
        Output(GRAPH, "style"),
        *asked,
        Input(SCHEME, "data"),
        Input(REVISION, "data"),
    )(_figure)
    app.callback(
        Output(SLIDES, "children"),
        Input(ITEMS, "data"),
        rules.changed(),
        Input(SCHEME, "data"),
        Input(REVISION, "data"),
    )(_slides)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(CHOSEN, "data"),
        rules.changed(),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("compare", "copy"),
        Output(compare.COPY_ID, "children"),
        Input(compare.COPY_ID, "n_clicks"),
        prevent_initial_call=True,
    )


BUILDER: Final = (
    compare.COURSE_ID,
    compare.LESSON_ID,
    compare.SLIDE_ID,
    compare.VERSION_ID,
    compare.GROUP_ID,
    compare.SINCE_ID,
    compare.UNTIL_ID,
)
FOLLOWING: Final = (HEADING, LEAD, LIST, REMOVED, SAID, NOTE, DOWNLOADS, TABLE, TABLE_DOWNLOADS)


def _register_builder(app: Dash) -> None:
    """Choosing a course offers its lessons, and so on down."""
    app.callback(
        Output(compare.LESSON_ID, "data"),
        Output(compare.LESSON_ID, "value"),
        Input(compare.COURSE_ID, "value"),
    )(lambda course: (compare.lesson_options(current_school(), course), None))
    app.callback(
        Output(compare.SLIDE_ID, "data"),
        Output(compare.SLIDE_ID, "value"),
        Input(compare.LESSON_ID, "value"),
        State(compare.COURSE_ID, "value"),
    )(lambda lesson, course: (compare.slide_options(current_school(), course, lesson), None))
    app.callback(
        Output(compare.VERSION_ID, "data"),
        Output(compare.VERSION_ID, "value"),
        Output(compare.VERSION_ID, "disabled"),
        Input(compare.SLIDE_ID, "value"),
        State(compare.LESSON_ID, "value"),
        State(compare.COURSE_ID, "value"),
    )(_versions)


def _versions(slide: str | None, lesson: str | None, course: str | None) -> tuple[Any, None, bool]:
    options = compare.version_options(current_school(), course, lesson, slide)
    return options, None, not options


def _changed(_: Any, __: Any, ___: Any, words: list[str], *built: str | None) -> list[str]:
    """The items after something was added, removed or moved up."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate  # a button that has only just appeared
    asked = ctx.triggered_id
    if asked == compare.ADD_ID:
        course, lesson, slide, version, group, since, until = built
        place = [each for each in (course, lesson, slide) if each]
        given = {"version": version if slide else None, "group": group, "since": since, "until": until}
        own = Rules.read(given)
        item = Item(tuple(place), own.group, own.since, own.until, own.version)
        return [str(each) for each in known_items([*words, str(item)])]
    at = words.index(asked["item"]) if asked["item"] in words else -1
    if at < 0:
        raise PreventUpdate
    if asked["type"] == compare.REMOVE:
        return [*words[:at], *words[at + 1 :]]
    return [*words[: at - 1], words[at], words[at - 1], *words[at + 1 :]] if at else words


def _sort(_: Any, present: str) -> str:
    """First as it is usual, then the other way round, then as the items stand."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    column = ctx.triggered_id["column"]
    following = {column: f"-{column}", f"-{column}": ""}
    return following.get(present or "", column)


def _choice(words: list[str], measure: str, region: str | None, against: str, sort: str = "") -> Choice:
    asked = {"of": words, "measure": measure, "region": region, "against": against, "sort": sort}
    return Choice.read(asked).possible(current_school())


def _follow(
    words: list[str],
    measure: str,
    region: str | None,
    against: str,
    whose: dict[str, Any] | None,
    sort: str,
    _: Any,
) -> tuple[Any, ...]:
    school, asked = current_school(), Rules.read(whose)
    choice = _choice(words, measure, region, against, sort)
    found = made(school, choice, asked)
    return (
        heading(school, choice.items),
        _lead(school, found),
        _list(school, choice),
        _removed(school, found, asked),
        _said(school, choice, found),
        _note(school, found),
        _downloads(found, asked, choice),
        compare.table(school, found, choice.sort, asked),
        _table_downloads(asked, choice),
        not found.found,
        choice.query(),
    )


def _options(words: list[str], measure: str, region: str | None) -> tuple[Any, ...]:
    school = current_school()
    choice = _choice(words, measure, region, "")
    return (
        compare.measure_options(school, choice),
        choice.measure,
        compare.region_options(school, choice),
        choice.region or region,
        not MEASURES[choice.measure].region,
        compare.against_options(school, choice),
    )


def _figure(
    words: list[str],
    measure: str,
    region: str | None,
    against: str,
    whose: dict[str, Any] | None,
    scheme: str | None,
    _: Any,
) -> tuple[go.Figure, dict[str, Any]]:
    school = current_school()
    found = made(school, _choice(words, measure, region, against), Rules.read(whose))
    rows, dots = chart_rows(school, found)
    figure = dots_and_means(rows, dots, _scale(school, found), scheme=known(scheme))
    return figure, {"height": height_px(len(rows))}


def _slides(words: list[str], whose: dict[str, Any] | None, scheme: str | None, _: Any) -> list[Component]:
    """Worked out after the page is there: a map takes a moment."""
    items = known_items(words)
    if not compared_slides.can_be_laid_over(items):
        return []
    return compared_slides.cards(current_school(), items[0], items[1], Rules.read(whose), known(scheme))


def _list(school: School, choice: Choice) -> Any:
    return compare.item_list(school, choice.items)


def _lead(school: School, found: Comparison) -> str:
    return lead(found, called(school, found), _region_name(school, found))


def _region_name(school: School, found: Comparison) -> str:
    items = [each.item for each in found.found]
    named = {each["value"]: each["label"] for each in compare.region_options(school, Choice(tuple(items)))}
    return named.get(found.region or "", "")


def _removed(school: School, found: Comparison, whose: Rules) -> list[Component]:
    lines = removed(found, called(school, found), whose)
    if not lines:
        return [html.P(t("rules-nobody"), className="muted")] if found.found else []
    return [html.Ul([html.Li(line) for line in lines], className="compare-removed muted")]


def _said(school: School, choice: Choice, found: Comparison) -> list[Component]:
    said = []
    if found.missing:
        missing = ", ".join(names(school, found.missing))
        said.append(html.P(t("compare-missing", names=missing), role="status", className="card small"))
    if found.pending:
        said.append(html.P(t("compare-pending", n=found.pending), role="status", className="card small"))
    return said


def _scale(school: School, found: Comparison) -> Scale:
    words = measure_name(found.measure, _region_name(school, found))
    if found.measure.kind == "share":
        return Scale(words, ".0%")
    if found.measure.kind == "time":
        return Scale(f"{words} (s)", ".1f", 1 / 1000)
    return Scale(words, ".2f", from_zero=found.measure.kind == "score")


def _chart_card(school: School, found: Comparison, whose: Rules, choice: Choice) -> Component:
    measure = t(f"compare-measure-{found.measure.words}")
    label = t("compare-chart-label", measure=measure)
    return html.Section(
        [
            html.Div(
                [
                    html.Div(_note(school, found), id=NOTE),
                    html.Div(_downloads(found, whose, choice), id=DOWNLOADS),
                ],
                className="chart-head",
            ),
            graph(GRAPH, label=label, style={"height": height_px(len(found.found))}),
        ],
        className="card chart-card",
    )


def _note(school: School, found: Comparison) -> list[Component]:
    """What the chart shows, how to read it, what the measure is, and what is not shown."""
    words = [dots_words([each.item for each in found.found]), t("compare-ring"), hidden(found)]
    return [
        html.H2(measure_name(found.measure, _region_name(school, found))),
        html.P(" ".join(each for each in words if each), className="muted small"),
        html.P(
            definition(found.measure, [each.item for each in found.found]),
            className="muted small compare-definition",
            id=ABOUT,
        ),
    ]


def _downloads(found: Comparison, whose: Rules, choice: Choice) -> Component:
    csv = urls.table("comparison-dots", **_address(whose, choice))
    return downloads((GRAPH, f"comparison-{found.measure.key}"), csv)


def _table_downloads(whose: Rules, choice: Choice) -> Component:
    return downloads(None, urls.table("comparison", **_address(whose, choice)))


def _address(whose: Rules, choice: Choice) -> dict[str, Any]:
    return choice.query() | whose.query() | {"sort": None}


def _table_card(school: School, found: Comparison, whose: Rules, choice: Choice) -> Component:
    words = {
        "data-usual": t("compare-copy"), "data-copied": t("compare-copied"),
        "data-failed": t("compare-copy-failed"),
    }  # fmt: skip
    copy = html.Button(
        t("compare-copy"), id=compare.COPY_ID, type="button", className="button quiet", n_clicks=0, **words
    )
    return html.Section(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.H2(t("compare-table-title")),
                            html.P(t("compare-table-note"), className="muted small"),
                        ]
                    ),
                    html.Div(
                        [copy, html.Div(_table_downloads(whose, choice), id=TABLE_DOWNLOADS)],
                        className="compare-table-actions",
                    ),
                ],
                className="chart-head",
            ),
            html.Div(compare.table(school, found, choice.sort, whose), id=TABLE),
        ],
        className="card chart-card",
    )
