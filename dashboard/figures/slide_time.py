"""A slide over time: each student's line, how far the class had come, and in which order it looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.base import empty_figure
from dashboard.slide_paths import BESIDE, HIDDEN, UNTRACKED, reach_steps
from dashboard.texts import t
from dashboard.theme import palette, template
from pipeline.attention.transitions import ELSEWHERE
from pipeline.domain import Aoi

LINE_PX: Final = 20  # of a student
AXIS_PX: Final = 44
BAR, THIN = 0.78, 0.16  # of a line: beside the slide is a thin one


def scarf(
    bars: pd.DataFrame,
    students: Sequence[str],
    aois: Sequence[Aoi],
    colours: Mapping[str, str],
    *,
    scheme: str,
) -> go.Figure:
    """Students by time, the first on top: coloured by region, grey elsewhere, hatched where not tracked.

    Parameters
    ----------
    bars : `student`, `state`, `start_s`, `end_s`, as `slide_paths.Scarf` has them
    students : in the order of the lines
    """
    if not len(bars):
        return empty_figure(t("slide-scarf-empty"), scheme)
    place = {student: i for i, student in enumerate(students)}
    end_s = float(bars["end_s"].max())
    figure = go.Figure(layout=_scarf_layout(students, end_s, scheme))
    looks = _looks(aois, colours, scheme)
    for state, own in bars.groupby("state"):
        name, style = looks[str(state)]
        start = own["start_s"].to_numpy(np.float32)
        figure.add_trace(
            go.Bar(
                orientation="h",
                base=start,
                x=own["end_s"].to_numpy(np.float32) - start,
                y=own["student"].map(place).to_numpy(np.int16),
                name=name,
                meta=str(state),
                hovertemplate="%{fullData.name}, %{base:.1f} s, %{x:.1f} s<extra></extra>",
                **style,
            )
        )
    return figure


def scarf_height(students: int) -> int:
    """px"""
    return AXIS_PX + LINE_PX * max(students, 3)


def reach(
    first_s: pd.DataFrame, aois: Sequence[Aoi], colours: Mapping[str, str], students: int, *, scheme: str
) -> go.Figure:
    """Share of the students who had looked at each region by a time since the slide was opened: steps.

    `first_s` has `aoi_id` and `first_s` (NaN for never), a row for each student and region.
    """
    if not students or not aois:
        return empty_figure(t("slide-reach-empty"), scheme)
    last = first_s["first_s"].max()
    until = float(last) * 1.04 if last > 0 else 1.0
    figure, of = go.Figure(layout=_reach_layout(until, scheme)), t("slide-reach-of", n=students)
    for aoi in aois:
        own = first_s.loc[first_s["aoi_id"] == aoi.aoi_id, "first_s"].to_numpy(float)
        time_s, share = reach_steps(own, students)
        figure.add_trace(
            go.Scatter(
                x=np.append(time_s, until).astype(np.float32),
                y=np.append(share, share[-1]).astype(np.float32),
                mode="lines",
                line={"shape": "hv", "color": colours[aoi.aoi_id], "width": 2},
                name=aoi.name,
                meta=aoi.aoi_id,
                hovertemplate=f"%{{y:.0%}} {of}<extra>%{{fullData.name}}</extra>",
            )
        )
    return figure


def order(table: pd.DataFrame, aois: Sequence[Aoi], colours: Mapping[str, str], *, scheme: str) -> go.Figure:
    """The intended place of each region on the left, the place by its median first look on the right.

    `table` is the class's AOI table. Regions without an intended place stand on the right alone; those that
    nobody looked at on the left.
    """
    intended, looked = places(table, aois)
    if not looked:
        return empty_figure(t("slide-order-empty"), scheme)
    ink, rows = palette(scheme), max(len(intended), len(looked))
    figure = go.Figure(layout=_order_layout(rows, scheme))
    for aoi in aois:
        ends = [(x, among[aoi.aoi_id]) for x, among in ((0, intended), (1, looked)) if aoi.aoi_id in among]
        if ends:
            x, y = zip(*ends, strict=True)
            figure.add_trace(
                go.Scatter(
                    x=x, y=y, mode="lines+markers", name=aoi.name, meta=aoi.aoi_id, hoverinfo="skip",
                    line={"color": colours[aoi.aoi_id], "width": 2}, marker={"size": 10},
                )
            )  # fmt: skip
    seconds = (table.set_index("aoi_id")["ttff_ms"] / 1000).to_dict()
    names = {aoi.aoi_id: aoi.name for aoi in aois}
    for aoi_id, place in looked.items():
        words = t("slide-order-at", name=names[aoi_id], seconds=f"{seconds[aoi_id]:.1f}")
        _add_end(figure, 1, place, words, ink.text)
    for aoi_id, place in intended.items():
        _add_end(figure, 0, place, names[aoi_id], ink.text if aoi_id in looked else ink.muted)
    return figure


def places(table: pd.DataFrame, aois: Sequence[Aoi]) -> tuple[dict[str, int], dict[str, int]]:
    """The places, from 1, of the regions as intended and as they were first looked at (median)."""
    meant = sorted((aoi for aoi in aois if aoi.order is not None), key=lambda aoi: aoi.order or 0)
    first = table.dropna(subset=["ttff_ms"]).sort_values("ttff_ms", kind="stable")["aoi_id"]
    return {aoi.aoi_id: i for i, aoi in enumerate(meant, 1)}, {str(a): i for i, a in enumerate(first, 1)}


def _looks(
    aois: Sequence[Aoi], colours: Mapping[str, str], scheme: str
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name and style of the bars of each state."""
    ink = palette(scheme)
    hatched = {
        "marker": {
            "color": "rgba(0,0,0,0)",
            "pattern": {"shape": "/", "fgcolor": ink.untracked, "size": 6, "solidity": 0.25},
            "line": {"width": 0},
        },
        "width": BAR,
    }
    plain = {"marker": {"color": ink.away, "line": {"width": 0}}}
    regions = {
        aoi.aoi_id: (aoi.name, {"marker": {"color": colours[aoi.aoi_id], "line": {"width": 0}}, "width": BAR})
        for aoi in aois
    }
    return regions | {
        ELSEWHERE: (t("slide-elsewhere"), {**plain, "width": BAR}),
        BESIDE: (t("slide-beside"), {**plain, "width": THIN}),
        UNTRACKED: (t("slide-untracked"), hatched),
        HIDDEN: (t("slide-hidden"), hatched),
    }


def _scarf_layout(students: Sequence[str], end_s: float, scheme: str) -> dict[str, Any]:
    return {
        "template": template(scheme), "barmode": "overlay", "showlegend": False, "dragmode": False,
        "height": scarf_height(len(students)), "bargap": 0, "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 4, "b": 36},
        "xaxis": {"range": [0, end_s], "fixedrange": True, "title": {"text": t("slide-time-axis")}},
        "yaxis": {
            "range": [len(students) - 0.5, -0.5], "fixedrange": True, "showgrid": False,
            "tickvals": list(range(len(students))), "ticktext": list(students), "tickfont": {"size": 11},
        },
    }  # fmt: skip


def _reach_layout(until_s: float, scheme: str) -> dict[str, Any]:
    return {
        "template": template(scheme), "showlegend": True, "dragmode": False, "height": 260,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 36},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False,
                   "itemdoubleclick": False},
        "xaxis": {"range": [0, until_s], "fixedrange": True, "title": {"text": t("slide-opened-axis")}},
        "yaxis": {"range": [0, 1.03], "fixedrange": True, "tickformat": ".0%", "nticks": 5},
    }  # fmt: skip


def _order_layout(rows: int, scheme: str) -> dict[str, Any]:
    hidden = {"visible": False, "fixedrange": True}
    ink = palette(scheme)
    heads = [
        {"x": x, "y": 0.15, "text": t(key), "showarrow": False, "xanchor": anchor,
         "font": {"size": 12, "color": ink.muted}}
        for x, key, anchor in ((0, "slide-order-intended", "right"), (1, "slide-order-looked", "left"))
    ]  # fmt: skip
    return {
        "template": template(scheme), "showlegend": False, "dragmode": False, "hovermode": False,
        "height": 40 + 28 * rows, "margin": {"l": 4, "r": 4, "t": 4, "b": 4}, "annotations": heads,
        "xaxis": hidden | {"range": [-1.25, 2.4]}, "yaxis": hidden | {"range": [rows + 0.5, -0.3]},
    }  # fmt: skip


def _add_end(figure: go.Figure, x: int, place: int, words: str, colour: str) -> None:
    figure.add_annotation(
        x=x, y=place, xshift=12 if x else -12, xanchor="left" if x else "right", text=words, showarrow=False,
        font={"size": 12, "color": colour},
    )  # fmt: skip
