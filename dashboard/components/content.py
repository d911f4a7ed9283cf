"""The class against the content: which maps foretell looking, and the slide as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.charts import chart_card
from dashboard.content import ContentView
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.map_comparison import CENTRE_BIAS, METRICS, REST_OF_CLASS
from pipeline.attention.registry import MEASURES

MAPS: Final = (CENTRE_BIAS, "content", "saliency", REST_OF_CLASS)
KINDS: Final = ("maps", "students")  # of the tables to download
BASELINES: Final = (CENTRE_BIAS, REST_OF_CLASS)
WHOLE_SLIDE: Final = (
    ("fixation_rate_hz", "slide-content-a-second"),
    ("scanpath_widths", "slide-content-widths"),
    ("spatial_entropy", "slide-content-of-one"),
    ("transition_entropy", "slide-content-of-one"),
    ("stationary_entropy", "slide-content-of-one"),
)


def waiting() -> Component:
    """Until the answer is there."""
    return html.P(t("slide-content-waiting"), className="card muted small")


def cards(content: ContentView, csv: Mapping[str, str]) -> Component:
    """All of it; `csv` has the addresses of the tables by kind."""
    return html.Div(
        [
            _maps(content, csv["maps"]),
            _whole_slide(content, csv["students"]),
        ],
        className="stack",
    )


def _maps(content: ContentView, csv: str) -> Component:
    """Seven measures of how well each map foretells looking, between the baselines."""
    maps = content.maps.set_index(["metric", "map"])
    heads = [html.Th(t("slide-content-measure"), scope="col")]
    heads += [html.Th(t(f"slide-map-{name}"), scope="col", className="number") for name in MAPS]
    heads.append(html.Th(_map_legend(), scope="col", className="map-track-head"))
    caption = html.Caption(t("slide-maps-caption"), className="visually-hidden")
    lines = [_metric(metric, maps.loc[metric]) for metric in METRICS]
    drawn = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers maps")
    n = int(content.maps["counted_n"].max()) if len(content.maps) else 0
    return chart_card(
        t("slide-maps-title"),
        t("slide-maps-note", n=n),
        html.Div(drawn, className="table-scroll", tabIndex="0"),
        csv=csv,
    )


def _metric(metric: str, values: pd.DataFrame) -> Component:
    measure = MEASURES[metric]
    better = f", {t('slide-maps-lower')}" if metric == "kl_divergence" else ""
    name = html.Th(
        [measure.label, html.Span(f"{measure.unit}{better}", className="interval")],
        scope="row",
        title=f"{measure.definition} {measure.notes}",
    )
    cells = [_value(values, each, measure.digits) for each in MAPS]
    return html.Tr([name, *cells, html.Td(_track(values), className="map-track-cell")])


def _value(values: pd.DataFrame, name: str, digits: int) -> Component:
    if name not in values.index or pd.isna(values.at[name, "value"]):
        return html.Td("–", className="number")
    value, low, high = (float(values.at[name, each]) for each in ("value", "low", "high"))
    interval = (
        "" if pd.isna(low) else t("slide-between", low=_number(low, digits), high=_number(high, digits))
    )
    return html.Td([_number(value, digits), html.Span(interval, className="interval")], className="number")


def _track(values: pd.DataFrame) -> Component:
    """The four values of a line: a tick for each baseline, a dot for content, a ring for the picture."""
    known = values["value"].dropna()
    low, span = known.min(), known.max() - known.min()
    if not span > 0:
        return html.Span("–", className="muted")
    marks: list[Component] = [html.Span(className="track-line")]
    at = {name: f"{100 * (value - low) / span:.2f}%" for name, value in known.items()}
    if set(BASELINES) <= set(at):
        ends = sorted(100 * (known[name] - low) / span for name in BASELINES)
        marks.append(
            html.Span(
                className="map-between",
                style={"left": f"{ends[0]:.2f}%", "width": f"{ends[1] - ends[0]:.2f}%"},
            )
        )
    kinds = {
        CENTRE_BIAS: "map-centre",
        REST_OF_CLASS: "map-rest",
        "saliency": "track-ring",
        "content": "track-dot",
    }
    marks += [
        html.Span(className=f"{kind} map-mark", style={"left": at[name]}, title=t(f"slide-map-{name}"))
        for name, kind in kinds.items()
        if name in at
    ]
    return html.Div(marks, className="track", **{"aria-hidden": "true"})


def _map_legend() -> Component:
    return html.Span(
        [
            html.Span([html.Span(className="legend-tick map-centre"), t("slide-maps-key-centre")]),
            html.Span([html.Span(className="legend-dot"), t("slide-maps-key-content")]),
            html.Span([html.Span(className="legend-ring"), t("slide-maps-key-picture")]),
            html.Span([html.Span(className="legend-tick map-rest"), t("slide-maps-key-class")]),
        ],
        className="track-legend",
    )


def _whole_slide(content: ContentView, csv: str) -> Component:
    """Where students' time went, on average, and how gaze moved: medians over students."""
    rows = [
        html.Tr(
            [
                html.Th(MEASURES[name].label, scope="row", title=_meaning(name)),
                *_median(content.students[name], t(unit)),
            ]
        )
        for name, unit in WHOLE_SLIDE
    ]
    heads = [
        html.Th(t("slide-content-measure"), scope="col"),
        html.Th(t("slide-content-median"), scope="col", className="number"),
    ]
    heads.append(html.Th(t("slide-content-half"), scope="col", className="number"))
    caption = html.Caption(t("slide-whole-caption"), className="visually-hidden")
    return chart_card(
        t("slide-whole-title"),
        t("slide-whole-note", n=len(content.students)),
        _time_bar(content.students),
        html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="numbers"),
        csv=csv,
    )


def _meaning(name: str) -> str:
    measure = MEASURES[name]
    return f"{measure.definition} {measure.notes}".strip()


def _median(values: pd.Series, unit: str) -> list[Component]:
    known = values.dropna()
    if known.empty:
        return [html.Td("–", className="number"), html.Td("–", className="number")]
    low, middle, high = known.quantile([0.25, 0.5, 0.75])
    digits = 1 if middle >= 10 else 2
    return [
        html.Td([f"{middle:.{digits}f} ", html.Span(unit, className="muted small")], className="number"),
        html.Td(t("slide-between", low=f"{low:.{digits}f}", high=f"{high:.{digits}f}"), className="number"),
    ]


def _time_bar(students: pd.DataFrame) -> Component:
    """One bar: on the slide, beside it, not tracked, each the mean over students of their own shares."""
    if students.empty:
        return html.P(t("slide-nobody"), className="muted small")
    tracked = students["tracked_share"].mean()
    on = (students["tracked_share"] * students["on_slide_share"].fillna(0.0)).mean()
    shares = (
        (t("slide-time-on"), on, "time-on"),
        (t("slide-time-beside"), tracked - on, "time-beside"),
        (t("slide-time-untracked"), 1 - tracked, "time-untracked"),
    )
    bar = [
        html.Span(className=kind, style={"width": f"{100 * share:.2f}%"}, title=f"{words} {percent(share)}")
        for words, share, kind in shares
    ]
    key = [
        html.Span([html.Span(className=f"time-key {kind}"), f"{words} {percent(share)}"])
        for words, share, kind in shares
    ]
    return html.Div(
        [
            html.Div(bar, className="time-bar", **{"aria-hidden": "true"}),
            html.P(html.Span(key, className="track-legend"), className="muted small"),
        ]
    )


def _number(value: float, digits: int) -> str:
    shown = f"{value:.{digits}f}"
    return shown.lstrip("-") if float(shown) == 0 else shown.replace("-", "\N{MINUS SIGN}")
