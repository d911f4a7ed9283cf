"""What happened over time: a class over a lesson, one student over a session.

Hatching always means not tracked, which says nothing about looking.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.base import empty_figure
from dashboard.texts import t
from dashboard.theme import DARK_AREA, LIGHT, Palette, palette, template
from pipeline.domain import Floats

NUMBER_ROOM = 0.03  # of the whole time, between the numbers of two slides
_AREA = {"light": LIGHT.accent, "dark": DARK_AREA}


def class_over_time(
    shares: pd.DataFrame,
    starts: pd.DataFrame,
    *,
    scheme: str,
    marked: Sequence[tuple[float, float]] = (),
) -> go.Figure:
    """Share of the students with gaze on the slide, elsewhere, and not tracked, stacked to 100 %.

    Parameters
    ----------
    shares : columns t_s, on_slide, elsewhere, not_tracked (0-1, together 1), students (how many had the
        slide open); one row a step of time
    starts : columns t_s, number: when each slide begins, and its number in the lesson
    marked : stretches of time (s) that are told of beside the chart: they are outlined
    """
    if shares.empty:
        return empty_figure(t("lesson-time-empty"), scheme)
    colours = palette(scheme)
    figure = go.Figure()
    for column, name, fill in (
        ("on_slide", t("lesson-time-on"), {"color": _AREA[colours.name]}),
        ("elsewhere", t("lesson-time-elsewhere"), {"color": colours.away}),
        ("not_tracked", t("lesson-time-untracked"), _hatch(colours)),
    ):
        figure.add_trace(_band(shares, column, name, fill))
    figure.update_layout(
        template=template(scheme),
        hovermode="x unified",
        dragmode=False,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        xaxis={"title": {"text": t("lesson-time-axis")}, "showgrid": False, "fixedrange": True}
        | clock_ticks(shares["t_s"].to_numpy(float)),
        yaxis={"range": [0, 1], "tickformat": ".0%", "fixedrange": True, "nticks": 3,
               "title": {"text": t("lesson-time-share")}},
    )  # fmt: skip
    for t_s, number in zip(starts["t_s"], starts["number"], strict=True):
        figure.add_vline(x=t_s, line={"color": colours.surface, "width": 2})
        figure.add_annotation(
            x=t_s, y=0, yref="paper", yanchor="bottom", xanchor="left", text=f" {number}", showarrow=False,
            font={"color": "#ffffff", "size": 12},
        )  # fmt: skip
    for start, end in marked:
        outline = {"color": colours.text, "width": 1.5}
        figure.add_shape(type="rect", x0=start, x1=end, y0=0, y1=1, line=outline, fillcolor="rgba(0,0,0,0)")
    return figure


def gaze_over_time(gaze: pd.DataFrame, slides: pd.DataFrame, *, scheme: str) -> go.Figure:
    """Gaze across and down the slide over time, slide changes, and where it was not tracked.

    Parameters
    ----------
    gaze : columns t_s, slide_x, slide_y (NaN where not tracked), thinned to what a screen can show
    slides : columns t_s, end_s, number: each stretch in which a slide was open
    """
    if gaze.empty:
        return empty_figure(t("session-timeline-empty"), scheme)
    colours = palette(scheme)
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    t_s = gaze["t_s"].to_numpy(float)
    for row, column in ((1, "slide_x"), (2, "slide_y")):
        figure.add_trace(_gaps(t_s, gaze[column].to_numpy(float), colours), row, 1)
        figure.add_trace(_gaze_line(t_s, gaze[column], colours), row, 1)
    add_slides(figure, slides, colours)
    axis = {"range": [0, 1], "fixedrange": True, "tickvals": [0, 0.5, 1], "showgrid": True}
    figure.update_layout(
        template=template(scheme),
        dragmode="zoom",
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
        showlegend=False,
        xaxis={"range": [t_s[0], t_s[-1]], "showgrid": False},
        xaxis2={"title": {"text": t("session-time-axis")}, "showgrid": False} | clock_ticks(t_s),
        yaxis=axis | _places("across", "left", "middle", "right"),
        yaxis2=axis | {"range": [1, 0]} | _places("down", "top", "middle", "bottom"),
    )
    return figure


def _places(title: str, *ticks: str) -> dict[str, object]:
    """An axis that has words for its ends and its middle."""
    words = [t(f"session-gaze-{name}") for name in ticks]
    return {"ticktext": words, "title": {"text": t(f"session-gaze-{title}")}}


def add_slides(figure: go.Figure, stretches: pd.DataFrame, colours: Palette) -> None:
    """A line where each slide was opened, over all rows, with its number where there is room for it.

    `stretches`: t_s, end_s, number.
    """
    if stretches.empty:
        return
    whole_s = float(stretches["end_s"].max() - stretches["t_s"].min()) or 1.0
    lines, numbers, last_s = [], [], -np.inf
    above = {
        "y": 1.0, "yref": "paper", "yanchor": "bottom", "xanchor": "left", "showarrow": False,
        "font": {"color": colours.muted, "size": 12},
    }  # fmt: skip
    for start_s, number in zip(stretches["t_s"], stretches["number"], strict=True):
        line = {"color": colours.muted, "width": 1}
        lines.append(
            {"type": "line", "x0": start_s, "x1": start_s, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        )
        if (start_s - last_s) / whole_s >= NUMBER_ROOM:
            last_s = start_s
            numbers.append({"x": start_s, "text": f" {number:.0f}", **above})
    figure.update_layout(  # all at once: one by one takes plotly a tenth of a second
        shapes=[*figure.layout.shapes, *lines], annotations=[*figure.layout.annotations, *numbers]
    )


def _band(shares: pd.DataFrame, column: str, name: str, fill: dict[str, object]) -> go.Scatter:
    pattern = {"fillpattern": fill} if "shape" in fill else {"fillcolor": fill["color"]}
    return go.Scatter(
        x=shares["t_s"].to_numpy(np.float32),
        y=shares[column].to_numpy(np.float32),
        customdata=shares["students"].to_numpy(np.int16),
        name=name,
        stackgroup="class",
        mode="lines",
        line={"width": 0, "shape": "hv"},
        hovertemplate="%{y:.0%} of %{customdata}" if column == "on_slide" else "%{y:.0%}",
        **pattern,
    )


def _hatch(colours: Palette) -> dict[str, object]:
    return {
        "shape": "/",
        "fgcolor": colours.untracked,
        "bgcolor": colours.surface,
        "size": 6,
        "solidity": 0.25,
    }


def _gaze_line(t_s: Floats, values: pd.Series, colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=t_s.astype(np.float32),
        y=values.to_numpy(np.float32),
        mode="lines",
        connectgaps=False,
        line={"color": colours.accent, "width": 1.2},
        name="gaze",
        showlegend=False,
        hovertemplate="%{x:.1f} s: %{y:.2f}<extra></extra>",
    )


def _gaps(t_s: Floats, values: Floats, colours: Palette) -> go.Scatter:
    """Hatched boxes over the stretches without a value."""
    x, y = [], []
    for start, end in missing_stretches(t_s, np.isnan(values)):
        x += [start, end, end, start, None]
        y += [0, 0, 1, 1, None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"width": 0}, fill="toself", fillpattern=_hatch(colours),
        name=t("lesson-time-untracked"), hoverinfo="skip",
    )  # fmt: skip


def missing_stretches(t_s: Floats, missing: np.ndarray, shortest_s: float = 0.3) -> list[tuple[float, float]]:
    """Start and end of each run of missing values that lasts long enough to be seen."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(int)))
    starts, ends = t_s[edges[::2]], t_s[np.minimum(edges[1::2], len(t_s) - 1)]
    return [(float(a), float(b)) for a, b in zip(starts, ends, strict=True) if b - a >= shortest_s]


def clock_ticks(t_s: Floats) -> dict[str, object]:
    """Ticks at whole steps of a clock, written as minutes and seconds."""
    span = float(t_s[-1] - t_s[0])
    step = next((s for s in (5, 10, 15, 30, 60, 120, 300, 600) if span / s <= 12), 900)
    ticks = np.arange(np.ceil(t_s[0] / step - 1e-6) * step, t_s[-1] + 1e-9, step)
    return {"tickvals": ticks.tolist(), "ticktext": [clock(tick) for tick in ticks]}


def clock(seconds: float) -> str:
    """Seconds as m:ss."""
    minutes, rest = divmod(round(float(seconds)), 60)
    return f"{minutes}:{rest:02d}"
