"""The class against the content: which maps foretell looking, the slide as a whole, ways between regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.charts import chart_card
from dashboard.content import ContentView
from dashboard.figures.slide import region_colours
from dashboard.words import count, percent
from pipeline.attention.map_comparison import CENTRE_BIAS, METRICS, REST_OF_CLASS
from pipeline.attention.registry import MEASURES
from pipeline.attention.transitions import ELSEWHERE, Step

MAPS: Final = {
    CENTRE_BIAS: "Centre of the slide",
    "content": "Content",
    "saliency": "Picture",
    REST_OF_CLASS: "Rest of the class",
}
KINDS: Final = ("maps", "students", "transitions")  # of the tables to download
BASELINES: Final = (CENTRE_BIAS, REST_OF_CLASS)
WHOLE_SLIDE: Final = (
    ("fixation_rate_hz", "a second"),
    ("scanpath_widths", "slide widths"),
    ("spatial_entropy", "of 1"),
    ("transition_entropy", "of 1"),
    ("stationary_entropy", "of 1"),
)


def waiting() -> Component:
    """Until the answer is there."""
    return html.P("The class is being held against the content…", className="card muted small")


def cards(content: ContentView, csv: Mapping[str, str]) -> Component:
    """All of it; `csv` has the addresses of the tables by kind."""
    return html.Div(
        [
            _maps(content, csv["maps"]),
            html.Div([_whole_slide(content, csv["students"]), _ways(content, csv["transitions"])],
                     className="two-cards"),
        ],
        className="stack",
    )  # fmt: skip


def _maps(content: ContentView, csv: str) -> Component:
    """Seven measures of how well each map foretells looking, between the baselines."""
    maps = content.maps.set_index(["metric", "map"])
    heads = [html.Th("Measure", scope="col")]
    heads += [html.Th(MAPS[name], scope="col", className="number") for name in MAPS]
    heads.append(html.Th(_map_legend(), scope="col", className="map-track-head"))
    caption = html.Caption("How well each map foretells looking", className="visually-hidden")
    lines = [_metric(metric, maps.loc[metric]) for metric in METRICS]
    drawn = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers maps")
    n = int(content.maps["counted_n"].max()) if len(content.maps) else 0
    return chart_card(
        "The class against the content",
        "How well where a student looked is foretold by the regions' weights (content), by what stands out "
        "in the picture, and by two baselines. Read each line between them: no better than the centre of the "
        "slide is habit, as good as the rest of the class is as well as can be expected. Mean of "
        f"{count(n, 'student')}, 95 % interval below.",
        html.Div(drawn, className="table-scroll"),
        csv=csv,
    )


def _metric(metric: str, values: pd.DataFrame) -> Component:
    measure = MEASURES[metric]
    better = ", lower is better" if metric == "kl_divergence" else ""
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
    interval = "" if pd.isna(low) else f"{_number(low, digits)} to {_number(high, digits)}"
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
        html.Span(className=f"{kind} map-mark", style={"left": at[name]}, title=MAPS[name])
        for name, kind in kinds.items()
        if name in at
    ]
    return html.Div(marks, className="track", **{"aria-hidden": "true"})


def _map_legend() -> Component:
    return html.Span(
        [
            html.Span([html.Span(className="legend-tick map-centre"), "centre"]),
            html.Span([html.Span(className="legend-dot"), "content"]),
            html.Span([html.Span(className="legend-ring"), "picture"]),
            html.Span([html.Span(className="legend-tick map-rest"), "class"]),
        ],
        className="track-legend",
    )


def _whole_slide(content: ContentView, csv: str) -> Component:
    """Where students' time went, on average, and how gaze moved: medians over students."""
    rows = [
        html.Tr(
            [
                html.Th(MEASURES[name].label, scope="row", title=_meaning(name)),
                *_median(content.students[name], unit),
            ]
        )
        for name, unit in WHOLE_SLIDE
    ]
    heads = [html.Th("Measure", scope="col"), html.Th("Median", scope="col", className="number")]
    heads.append(html.Th("Middle half", scope="col", className="number"))
    caption = html.Caption("The slide as a whole, over students", className="visually-hidden")
    return chart_card(
        "The slide as a whole",
        f"Where the time of {count(len(content.students), 'student')} went (mean over students of their own "
        "shares), and how gaze moved. Not tracked says nothing about looking.",
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
        html.Td(f"{low:.{digits}f} to {high:.{digits}f}", className="number"),
    ]


def _time_bar(students: pd.DataFrame) -> Component:
    """One bar: on the slide, beside it, not tracked, each the mean over students of their own shares."""
    if students.empty:
        return html.P("Nobody's gaze can be shown.", className="muted small")
    tracked = students["tracked_share"].mean()
    on = (students["tracked_share"] * students["on_slide_share"].fillna(0.0)).mean()
    shares = (
        ("on the slide", on, "time-on"),
        ("beside it", tracked - on, "time-beside"),
        ("not tracked", 1 - tracked, "time-untracked"),
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


def _ways(content: ContentView, csv: str) -> Component:
    """From which region gaze went on to which: shares of each line, shaded."""
    aois = content.slide.aois
    names = {aoi.aoi_id: aoi.name for aoi in aois} | {ELSEWHERE: "Elsewhere"}
    colours = region_colours(aois)
    numbers = {name: str(i) for i, name in enumerate(names, start=1)}
    visits = content.transitions[content.transitions["step"] == Step.VISITS]
    cells = visits.set_index(["from_aoi", "to_aoi"])[["transition_probability", "transition_count"]]
    heads = [html.Th("From", scope="col"), html.Th("Left", scope="col", className="number")]
    heads += [
        html.Th(_short(numbers[to], names[to]), scope="col", className="way", title=names[to]) for to in names
    ]
    lines = [
        html.Tr(
            [
                html.Th(_from(numbers[name], names[name], colours.get(name)), scope="row"),
                html.Td(
                    f"{visits.loc[visits['from_aoi'] == name, 'transition_count'].sum():.0f}",
                    className="number",
                ),
                *(_way(cells, name, to, f"{names[name]} to {names[to]}") for to in names),
            ]
        )
        for name in names
    ]
    caption = html.Caption(
        "From region to region: share of the ways that left a region", className="visually-hidden"
    )
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers ways")
    return chart_card(
        "From region to region",
        "Where gaze went next on leaving a region, in percent of the times it was left, all students "
        "together. Numbers above the columns are those of the lines.",
        html.Div(table, className="table-scroll"),
        csv=csv,
    )


def _short(number: str, name: str) -> list[Component | str]:
    return [
        html.Span(f"to {name}", className="visually-hidden"),
        html.Span(number, **{"aria-hidden": "true"}),
    ]


def _from(number: str, name: str, colour: str | None) -> Component:
    swatch = html.Span(className="swatch", style={"background": colour} if colour else {})
    return html.Span([swatch, f"{number} {name}"], className="region")


def _way(cells: pd.DataFrame, start: str, stop: str, words: str) -> Component:
    if (start, stop) not in cells.index:
        return html.Td("" if start == stop else "·", className="way muted")
    share, times = cells.loc[(start, stop)]
    return html.Td(
        f"{100 * share:.0f}",
        className="way",
        style={"--share": f"{100 * share:.0f}%"},
        title=f"{words}: {count(int(times), 'time')}",
    )


def _number(value: float, digits: int) -> str:
    shown = f"{value:.{digits}f}"
    return shown.lstrip("-") if float(shown) == 0 else shown.replace("-", "\N{MINUS SIGN}")
