"""The administrator's home: how the courses compare, and whether everything is in order."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import urls
from dashboard.compared_measures import MEASURES, USUAL
from dashboard.comparison import AGAINST, Comparison
from dashboard.comparison_tables import Choice, called, chart_rows, made
from dashboard.comparison_words import definition, dots_words, hidden, lead
from dashboard.components import compare as compare_parts
from dashboard.components import order_cards, rules
from dashboard.components.charts import downloads, graph, known
from dashboard.context import current
from dashboard.figures.compare import Scale, dots_and_means, height_px
from dashboard.group import Rules
from dashboard.items import LIMIT
from dashboard.order import consent_of, failed, quality_rows, sizes_of
from dashboard.presets import all_courses
from dashboard.school import School, current_school
from dashboard.shell import PULSE, REVISION, page
from dashboard.texts import t
from dashboard.theme import SCHEME
from dashboard.work import current_work
from pipeline.storage.rows import NotFound

PATH: Final = urls.ADMINISTER
TITLE: Final = "page-administer"
LEAD: Final = "administer-lead"
SAID: Final = "administer-said"
NOTE: Final = "administer-note"
MEASURE: Final = "administer-measure"
GRAPH: Final = "administer-graph"
TABLE: Final = "administer-table"
SORTED: Final = "compare-sorted"  # dcc.Store that the headings of the comparison's table fill
CHOSEN: Final = "administer-chosen"  # dcc.Store: what of this page's own is in the address
ADDRESS: Final = "administer-address"
QUALITY: Final = "administer-quality"
CONSENT: Final = "administer-consent"
STORAGE: Final = "administer-storage"
QUEUE: Final = "administer-queue"
TRIED: Final = "administer-tried"
SHOWN: Final = ("gap_score", "on_slide_share", "required_share", "order_tau_mean")


def layout(**query: Any) -> Component:
    """What the catalogue knows at once; the courses side by side a moment later."""
    school, whose, measure = current_school(), Rules.read(query), _measure(query.get("measure"))
    return page(
        t(TITLE),
        html.Span(_order_words(school), id=LEAD),
        dcc.Store(SORTED, data="value"),
        dcc.Store(CHOSEN, data=_chosen(measure)),
        dcc.Store(ADDRESS),
        dcc.Store(TRIED),
        rules.controls(whose, None, "", school.groups()),
        html.Div(
            [
                _courses_card(measure, len(all_courses(school))),
                html.Div(order_cards.quality_card(quality_rows(school)), id=QUALITY),
                html.Div(
                    [
                        html.Div(order_cards.consent_card(consent_of(school)), id=CONSENT),
                        html.Div(_queue(), id=QUEUE),
                        html.Div(_storage(school), id=STORAGE, className="wide"),
                    ],
                    className="order-grid",
                ),
            ],
            className="stack",
        ),
        actions=[dcc.Link(t("administer-compare"), href=_compare_address(school, measure, whose),
                          className="button quiet")],
    )  # fmt: skip


def register_callbacks(app: Dash) -> None:
    """The comparison follows measure and rules; the rest whatever happens; sizes when they are known."""
    asked = (Input(CHOSEN, "data"), rules.changed(), Input(REVISION, "data"))
    app.callback(
        Output(SAID, "children"),
        Output(NOTE, "children"),
        Output(TABLE, "children"),
        *asked,
        Input(SORTED, "data"),
    )(_compared)
    app.callback(Output(GRAPH, "figure"), Output(GRAPH, "style"), *asked, Input(SCHEME, "data"))(_figure)
    app.callback(
        Output(LEAD, "children"),
        Output(QUALITY, "children"),
        Output(CONSENT, "children"),
        Input(REVISION, "data"),
        prevent_initial_call=True,
    )(_in_order)
    app.callback(Output(STORAGE, "children"), Input(PULSE, "n_intervals"))(
        lambda _: _storage(current_school())
    )
    app.callback(
        Output(QUEUE, "children"),
        Input(PULSE, "n_intervals"),
        Input(TRIED, "data"),
        prevent_initial_call=True,
    )(lambda _, __: _queue())
    app.callback(
        Output(TRIED, "data"),
        Input({"type": order_cards.RETRY, "session": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )(_retry)
    app.callback(Output(CHOSEN, "data"), Input(MEASURE, "value"), prevent_initial_call=True)(
        lambda value: _chosen(_measure(value))
    )
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(CHOSEN, "data"),
        rules.changed(),
        State(ADDRESS, "data"),
        prevent_initial_call=True,
    )


def _courses_card(measure: str, rows: int) -> Component:
    options = [{"value": key, "label": t(f"compare-measure-{MEASURES[key].words}")} for key in SHOWN]
    csv = urls.table("quality")
    return html.Section(
        [
            html.Div(
                [html.H2(t("administer-courses")), downloads((GRAPH, "courses"), csv)], className="chart-head"
            ),
            dmc.SegmentedControl(
                id=MEASURE, data=options, value=measure, size="xs", **{"aria-label": t("compare-measure")}
            ),
            html.P(t("administer-courses-waiting"), id=SAID, className="said", **{"aria-live": "polite"}),
            html.Div(id=NOTE),
            graph(GRAPH, label=t("administer-courses-label"), style={"height": height_px(rows)}),
            html.Div(id=TABLE),
        ],
        className="card chart-card",
    )


def _compared(
    chosen: dict[str, Any] | None, whose: dict[str, Any] | None, _: Any, sort: str | None
) -> tuple[str, list[Component], Component | None]:
    school, asked = current_school(), Rules.read(whose)
    found = _found(school, _measure((chosen or {}).get("measure")), asked)
    words = [dots_words([each.item for each in found.found]), t("compare-ring"), hidden(found)]
    pending = [t("summary-pending", n=found.pending)] if found.pending else []
    courses = len({row.course_id for row in school.lessons()})
    most = [t("administer-first", shown=LIMIT, courses=courses)] if courses > LIMIT else []
    said = " ".join([lead(found, called(school, found), ""), *most, *pending])
    note = [
        html.P(" ".join(each for each in words if each), className="muted small"),
        html.P(definition(found.measure, [each.item for each in found.found]), className="muted small"),
    ]
    return said, note, compare_parts.table(school, found, sort or "", asked)


def _figure(
    chosen: dict[str, Any] | None, whose: dict[str, Any] | None, _: Any, scheme: str | None
) -> tuple[go.Figure, dict[str, Any]]:
    school, scheme = current_school(), known(scheme)
    found = _found(school, _measure((chosen or {}).get("measure")), Rules.read(whose))
    rows, dots = chart_rows(school, found)
    title, score = t(f"compare-measure-{found.measure.words}"), found.measure.kind == "score"
    scale = Scale(title, ".0%" if found.measure.kind == "share" else ".2f", from_zero=score)
    return dots_and_means(rows, dots, scale, scheme=scheme), {"height": height_px(len(rows))}


def _found(school: School, measure: str, whose: Rules) -> Comparison:
    return made(school, Choice(all_courses(school), measure, None, AGAINST[1]), whose)


def _in_order(_: Any) -> tuple[str, Component, Component]:
    school = current_school()
    quality = order_cards.quality_card(quality_rows(school))
    return _order_words(school), quality, order_cards.consent_card(consent_of(school))


def _order_words(school: School) -> str:
    """What is not in order, in a sentence or two."""
    consent, work = consent_of(school), current_work()
    parts = [t("administer-lead", courses=len({row.course_id for row in school.lessons()}),
               sessions=consent.sessions)]  # fmt: skip
    if work.unfinished:
        parts.append(t("administer-lead-work", n=work.unfinished))
    wrong = [order_cards.consent_words(consent)] if consent.without else []
    if lost := len(failed(school)):
        wrong.append(t("administer-lead-failed", n=lost))
    return " ".join([*parts, *(wrong or [t("administer-lead-fine")])])


def _queue() -> Component:
    rows = failed(current_school())
    catalogue = current().catalogue
    able = {row.session_id: catalogue.recording(row) is not None for row in rows[: order_cards.SHOWN]}
    return order_cards.queue_card(current_work(), rows, able)


def _storage(school: School) -> Component:
    titles = {row.course_id: row.course_title for row in school.lessons()}
    return order_cards.storage_card(sizes_of(school), titles)


def _retry(_: Any) -> str:
    """Have a session processed again."""
    asked = ctx.triggered_id
    if not asked or not any(each["value"] for each in ctx.triggered):  # a button that has just appeared
        raise PreventUpdate
    catalogue = current().catalogue
    try:
        if catalogue.recording(catalogue.session(asked["session"])) is None:
            raise PreventUpdate
        return str(catalogue.process_again(asked["session"]))
    except NotFound as gone:
        raise PreventUpdate from gone


def _compare_address(school: School, measure: str, whose: Rules) -> str:
    query = whose.query() | {"against": AGAINST[1], "version": None}
    return urls.compare(*all_courses(school), measure=None if measure == USUAL else measure, **query)


def _measure(asked: Any) -> str:
    return str(asked) if asked in SHOWN else USUAL


def _chosen(measure: str) -> dict[str, str | None]:
    return {"measure": None if measure == USUAL else measure}
