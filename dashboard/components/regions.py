"""The regions of a slide, intended against looked at: small charts of HTML that a screen reader can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.charts import chip
from dashboard.words import percent
from pipeline.attention.registry import MEASURES

ERROR_MATTERS: Final = 0.03  # of all looking, between the observed and the probable share


def region_list(table: pd.DataFrame, colours: dict[str, str]) -> Component:
    """One line a region: intended tick, observed dot with its interval, gap in points, reach, remarks."""
    if table.empty:
        return html.P("This slide has no regions yet.", className="muted")
    top = _axis_end(table)
    heads = [
        _head("Region"),
        _head(f"0 to {percent(top)}", title=_definition("observed_share")),
        _head("Gap", True, _definition("gap") + " In points of all looking."),
        _head("Reached", True, _definition("reach_share")),
    ]
    rows = [_line(row, colours[row["aoi_id"]], top) for _, row in table.iterrows()]
    return html.Div(
        [
            html.P(_legend(), className="muted small"),
            html.Table(
                [
                    html.Caption(
                        "Intended and observed share of looking by region", className="visually-hidden"
                    ),
                    html.Thead(html.Tr(heads)),
                    html.Tbody(rows),
                ],
                className="region-list",
            ),
        ]
    )


def order_of_looking(table: pd.DataFrame, colours: dict[str, str]) -> Component:
    """One line a region, in the order they are meant to be read: when it was first looked at."""
    latest = table["ttff_ms"].max()
    lines = [_first_look(row, colours[row["aoi_id"]], latest) for _, row in table.iterrows()]
    return html.Ol(lines, className="order")


def region_numbers(table: pd.DataFrame, colours: dict[str, str]) -> Component:
    """Every measure of every region, each with its interval below, as a table."""
    columns = (
        ("expected_share", "Intended"),
        ("observed_share", "Looked at"),
        ("probable_share", "Probable"),
        ("gap", "Gap, points"),
        ("reach_share", "Reached"),
        ("ttff_ms", "First look, s"),
        ("dwell_ms", "Dwell, s"),
    )
    head = [_head("Region"), *(_head(label, True, _definition(name)) for name, label in columns)]
    lines = [
        html.Tr(
            [
                html.Th(_name(row, colours[row["aoi_id"]]), scope="row"),
                html.Td(_share(row["expected_share"]), className="number"),
                _with_interval(_share(row["observed_share"]), _between(row, "observed", _share)),
                _with_interval(_share(row["probable_share"]), _between(row, "probable", _share)),
                _with_interval(_points(row["gap"]), _between(row, "gap", _points)),
                _with_interval(_reach(row), _between(row, "reach", _share)),
                _with_interval(_seconds(row["ttff_ms"]), _between(row, "ttff", _seconds, "_ms")),
                html.Td(_seconds(row["dwell_ms"]), className="number"),
                html.Td(_remarks(row)),
            ],
            **{"data-region": row["aoi_id"]},
        )
        for _, row in table.iterrows()
    ]
    caption = html.Caption("Every measure of every region", className="visually-hidden")
    thead = html.Thead(html.Tr([*head, _head("Remarks")]))
    drawn = html.Table([caption, thead, html.Tbody(lines)], className="numbers region-numbers")
    return html.Div(drawn, className="table-scroll")


def region_bars(table: pd.DataFrame, colours: dict[str, str]) -> Component:
    """For a thumbnail: a coloured bar for what was looked at, a hairline above for what was intended."""
    known = table.dropna(subset=["expected_share"])
    top = max(known[["expected_share", "observed_share"]].max().max(), 0.01) if len(known) else 1.0
    return html.Div(
        [_bars(row, colours[row["aoi_id"]], top) for _, row in known.iterrows()], className="bars"
    )


def _line(row: pd.Series, colour: str, top: float) -> Component:
    return html.Tr(
        [
            html.Th([_name(row, colour), *_remarks(row)], scope="row"),
            html.Td(_track(row, colour, top), className="track-cell"),
            _with_interval(_points(row["gap"]), _between(row, "gap", _points)),
            _with_interval(_reach(row), _between(row, "reach", _share)),
        ]
    )


def _with_interval(value: str, interval: str) -> Component:
    """A number with its 95 % interval below it."""
    return html.Td(
        [value, html.Span(interval, className="interval", title="95 % interval")], className="number"
    )


def _name(row: pd.Series, colour: str) -> Component:
    return html.Span(
        [html.Span(className="swatch", style={"background": colour}), row["name"]], className="region"
    )


def _remarks(row: pd.Series) -> list[Component]:
    """What has to be known before the numbers are believed, or acted on."""
    remarks = []
    missed = int(row["tracked_n"] - row["reach_n"])
    if row["required"] and missed > 0:
        remarks.append(chip(f"missed by {missed}", "bad"))
    if row["smaller_than_error"]:
        remarks.append(chip("smaller than error", "warn", MEASURES["smaller_than_error"].definition))
    if _error_matters(row):
        words = f"{percent(row['probable_share'])} allowing for error"
        remarks.append(chip(words, title=_definition("probable_share")))
    return [html.Div(remarks, className="remarks")] if remarks else []


def _error_matters(row: pd.Series) -> bool:
    """Whether the share would be clearly another if every fixation were taken with its error."""
    off = abs(row["probable_share"] - row["observed_share"])
    return bool(off >= ERROR_MATTERS)  # False for NaN


def _track(row: pd.Series, colour: str, top: float) -> Component:
    """A line from 0 to `top`: tick for intended, band for the interval, dot for looked at."""
    marks: list[Component] = [html.Span(className="track-line")]
    if pd.notna(row["observed_low"]):
        left, right = row["observed_low"] / top, row["observed_high"] / top
        band = {"left": _css(left), "width": _css(right - left), "background": colour}
        marks.append(html.Span(className="track-band", style=band))
    if pd.notna(row["expected_share"]):
        marks.append(html.Span(className="track-tick", style={"left": _css(row["expected_share"] / top)}))
    if pd.notna(row["observed_share"]):
        dot = {"left": _css(row["observed_share"] / top), "background": colour}
        marks.append(html.Span(className="track-dot", style=dot))
    words = f"looked at {_share(row['observed_share'])}, intended {_share(row['expected_share'])}"
    return html.Div([*marks, html.Span(words, className="visually-hidden")], className="track", title=words)


def _bars(row: pd.Series, colour: str, top: float) -> Component:
    observed = 0.0 if pd.isna(row["observed_share"]) else row["observed_share"]
    words = f"{row['name']}: looked at {_share(observed)} of intended {_share(row['expected_share'])}"
    return html.Div(
        [
            html.Span(className="bar-intended", style={"width": _css(row["expected_share"] / top)}),
            html.Span(className="bar-observed", style={"width": _css(observed / top), "background": colour}),
            html.Span(words, className="visually-hidden"),
        ],
        className="bar",
        title=words,
    )


def _first_look(row: pd.Series, colour: str, latest_ms: float) -> Component:
    if pd.isna(row["ttff_ms"]):
        marks = [html.Span("nobody looked", className="muted small")]
    else:
        at = 0.82 * row["ttff_ms"] / latest_ms if latest_ms > 0 else 0.0  # room for the number on its right
        seconds = html.Span(_seconds(row["ttff_ms"]) + " s", className="order-words")
        marks = [html.Span([html.Span(className="order-dot", style={"background": colour}), seconds],
                           className="order-mark", style={"left": _css(at)})]  # fmt: skip
    return html.Li([_name(row, colour), html.Div(marks, className="order-line")])


def _legend() -> Component:
    return html.Span(
        [
            html.Span([html.Span(className="legend-tick"), "intended"]),
            html.Span([html.Span(className="legend-dot"), "looked at, band: 95 % interval"]),
        ],
        className="track-legend",
    )


def _head(content: Any, number: bool = False, title: str = "") -> Component:
    return html.Th(content, scope="col", className="number" if number else "", title=title)


def _definition(name: str) -> str:
    """What a column means, as the registry of measures has it."""
    return MEASURES[name].definition


def _axis_end(table: pd.DataFrame) -> float:
    """The end of the tracks: the next 10 % above everything that is drawn on them."""
    highest = table[["expected_share", "observed_share", "observed_high"]].max().max()
    return 1.0 if pd.isna(highest) else max(0.1, min(1.0, -(-float(highest) // 0.1) * 0.1))


def _css(share: float) -> str:
    return f"{100 * min(max(float(share), 0.0), 1.0):.2f}%"


def _share(share: float) -> str:
    return "–" if pd.isna(share) else percent(share)


def _between(row: pd.Series, measure: str, words: Callable[[float], str], unit: str = "") -> str:
    """``41 to 93%``: the interval of a measure; nothing where there is none."""
    low, high = row[f"{measure}_low{unit}"], row[f"{measure}_high{unit}"]
    return "" if pd.isna(low) else f"{words(low).removesuffix('%')} to {words(high)}"


def _points(gap: float) -> str:
    return "–" if pd.isna(gap) else f"{100 * gap:+.0f}".replace("-", "\N{MINUS SIGN}").replace("+0", "0")


def _reach(row: pd.Series) -> str:
    return f"{row['reach_n']:.0f} / {row['tracked_n']:.0f}"


def _seconds(duration_ms: float) -> str:
    return "–" if pd.isna(duration_ms) else f"{duration_ms / 1000:.1f}"
