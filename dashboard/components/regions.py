"""The regions of a slide, intended against looked at: small charts of HTML that a screen reader can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.charts import chip
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.registry import MEASURES

ERROR_MATTERS: Final = 0.03  # of all looking, between the observed and the probable share


def region_list(
    table: pd.DataFrame,
    colours: dict[str, str],
    sort: str | None = None,
    *,
    rows_id: str | None = None,
    heads_id: str | None = None,
) -> Component:
    """One line a region: intended tick, observed dot with its interval, gap in points, reach, remarks.

    With ids the table can be sorted by each column; `sort` is one of `choice.COLUMNS`, with a minus for
    falling.
    """
    if table.empty:
        return html.P(t("slide-no-regions"), className="muted")
    top = _axis_end(table)
    heads = [
        _sort_head("region", t("slide-column-region"), sort),
        _sort_head(
            "share", t("slide-column-to", top=percent(top)), sort, title=_definition("observed_share")
        ),
        _sort_head(
            "gap", t("slide-column-gap"), sort, title=f"{_definition('gap')} {t('slide-column-gap-unit')}"
        ),
        _sort_head("reach", t("slide-column-reach"), sort, title=_definition("reach_share")),
    ]
    lines = sorted_rows([(_keys(row, i), row) for i, (_, row) in enumerate(table.iterrows())], sort)
    rows = [_line(row, colours[row["aoi_id"]], top, keys) for keys, row in lines]
    caption = html.Caption(t("slide-regions-caption"), className="visually-hidden")
    head = html.Thead(html.Tr(heads, **_identity(heads_id)))
    body = html.Tbody(rows, **_identity(rows_id))
    return html.Div(
        [
            html.P(_legend(), className="muted small"),
            html.Table([caption, head, body], className="region-list"),
        ]
    )


Keys = dict[str, float | None]


def sorted_rows(rows: list[tuple[Keys, Any]], sort: str | None) -> list[tuple[Keys, Any]]:
    """Rows by one of their keys; what is unknown comes last either way."""
    if not sort:
        return rows
    name, falling = sort.removeprefix("-"), sort.startswith("-")

    def place(row: tuple[Keys, Any]) -> tuple[bool, float]:
        value = row[0][name]
        return value is None, 0.0 if value is None else -value if falling else value

    return sorted(rows, key=place)


def _keys(row: pd.Series, place: int) -> Keys:
    """What a line is sorted by in each column; regions stand in the order they are meant to be read."""
    values = {"share": row["observed_share"], "gap": row["gap"], "reach": row["reach_share"]}
    known: Keys = {name: None if pd.isna(value) else float(value) for name, value in values.items()}
    return {"region": float(place), **known}


def _sort_head(name: str, words: str, sort: str | None, title: str = "") -> Component:
    """A heading that sorts: a button, so that the keyboard reaches it."""
    by = (sort or "").removeprefix("-") == name
    order = {"aria-sort": "descending" if (sort or "").startswith("-") else "ascending"} if by else {}
    first = "ascending" if name == "region" else "falling"
    button = html.Button(
        words, type="button", className="sort-button", title=title or None,
        **{"data-sort-by": name, "data-first": first},
    )  # fmt: skip
    number = "number" if name in ("gap", "reach") else ""
    return html.Th(button, scope="col", className=number, **{"data-column": name, **order})


def _identity(name: str | None) -> dict[str, str]:
    return {"id": name} if name else {}


def region_numbers(table: pd.DataFrame, colours: dict[str, str]) -> Component:
    """Every measure of every region, each with its interval below, as a table."""
    columns = (
        ("expected_share", t("slide-numbers-intended")),
        ("observed_share", t("slide-numbers-observed")),
        ("probable_share", t("slide-numbers-probable")),
        ("gap", t("slide-numbers-gap")),
        ("reach_share", t("slide-column-reach")),
        ("ttff_ms", t("slide-numbers-first")),
        ("dwell_ms", t("slide-numbers-dwell")),
    )
    head = [
        _head(t("slide-column-region")),
        *(_head(label, True, _definition(name)) for name, label in columns),
    ]
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
    caption = html.Caption(t("slide-numbers-caption"), className="visually-hidden")
    thead = html.Thead(html.Tr([*head, _head(t("slide-numbers-remarks"))]))
    drawn = html.Table([caption, thead, html.Tbody(lines)], className="numbers region-numbers")
    return html.Div(drawn, className="table-scroll", tabIndex="0")


def region_bars(table: pd.DataFrame, colours: dict[str, str]) -> Component:
    """For a thumbnail: a coloured bar for what was looked at, a hairline above for what was intended."""
    known = table.dropna(subset=["expected_share"])
    top = max(known[["expected_share", "observed_share"]].max().max(), 0.01) if len(known) else 1.0
    return html.Div(
        [_bars(row, colours[row["aoi_id"]], top) for _, row in known.iterrows()], className="bars"
    )


def _line(row: pd.Series, colour: str, top: float, keys: Keys) -> Component:
    return html.Tr(
        [
            html.Th([_name(row, colour, button=True), *_remarks(row)], scope="row"),
            html.Td(_track(row, colour, top), className="track-cell"),
            _with_interval(_points(row["gap"]), _between(row, "gap", _points)),
            _with_interval(_reach(row), _between(row, "reach", _share)),
        ],
        **{"data-region": row["aoi_id"], "data-sort": json.dumps(keys)},
    )


def _with_interval(value: str, interval: str) -> Component:
    """A number with its 95 % interval below it."""
    return html.Td(
        [value, html.Span(interval, className="interval", title=t("slide-interval"))], className="number"
    )


def _name(row: pd.Series, colour: str, *, button: bool = False) -> Component:
    """A region's colour and name; as a button, it holds the region up wherever it is drawn."""
    swatch = html.Span(className="swatch", style={"background": colour})
    if not button:
        return html.Span([swatch, row["name"]], className="region")
    title = t("slide-hold", region=row["name"])
    return html.Button(
        [swatch, row["name"]], type="button", className="region region-button", title=title,
        **{"aria-pressed": "false"},
    )  # fmt: skip


def _remarks(row: pd.Series) -> list[Component]:
    """What has to be known before the numbers are believed, or acted on."""
    remarks = []
    missed = int(row["tracked_n"] - row["reach_n"])
    if row["required"] and missed > 0:
        remarks.append(chip(t("slide-remark-missed", n=missed), "bad"))
    if row["smaller_than_error"]:
        remarks.append(chip(t("slide-remark-small"), "warn", MEASURES["smaller_than_error"].definition))
    if _error_matters(row):
        words = t("slide-remark-probable", share=percent(row["probable_share"]))
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
    words = t(
        "slide-track-words", looked=_share(row["observed_share"]), intended=_share(row["expected_share"])
    )
    return html.Div([*marks, html.Span(words, className="visually-hidden")], className="track", title=words)


def _bars(row: pd.Series, colour: str, top: float) -> Component:
    observed = 0.0 if pd.isna(row["observed_share"]) else row["observed_share"]
    words = t(
        "slide-bar-words", name=row["name"], looked=_share(observed), intended=_share(row["expected_share"])
    )
    return html.Div(
        [
            html.Span(className="bar-intended", style={"width": _css(row["expected_share"] / top)}),
            html.Span(className="bar-observed", style={"width": _css(observed / top), "background": colour}),
            html.Span(words, className="visually-hidden"),
        ],
        className="bar",
        title=words,
    )


def _legend() -> Component:
    return html.Span(
        [
            html.Span([html.Span(className="legend-tick"), t("slide-key-intended")]),
            html.Span([html.Span(className="legend-dot"), t("slide-key-observed")]),
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
    return "" if pd.isna(low) else t("slide-between", low=words(low).removesuffix("%"), high=words(high))


def _points(gap: float) -> str:
    return "–" if pd.isna(gap) else f"{100 * gap:+.0f}".replace("-", "\N{MINUS SIGN}").replace("+0", "0")


def _reach(row: pd.Series) -> str:
    return f"{row['reach_n']:.0f} / {row['tracked_n']:.0f}"


def _seconds(duration_ms: float) -> str:
    return "–" if pd.isna(duration_ms) else f"{duration_ms / 1000:.1f}"
