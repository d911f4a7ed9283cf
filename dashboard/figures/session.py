"""One student's session: when gaze was where, what it was measured under, and how far off it was where.

Hatching always means not tracked, which says nothing about looking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.base import empty_figure
from dashboard.figures.time import add_slides, class_over_time, clock_ticks
from dashboard.texts import t
from dashboard.theme import Palette, palette, template
from pipeline.domain import Floats, Screen

# What is drawn below one another: its own lines (column, name, colour of the region palette), its unit.
HEAD_LINES = (("head_yaw_deg", "yaw"), ("head_pitch_deg", "pitch"), ("head_roll_deg", "roll"))
HEAD_COLOURS = ("#33709f", "#b0561a", "#7b5ea7")
COLUMNS = {
    "tracked": "tracked_share",
    "distance": "distance_mm",
    "head": "head_yaw_deg",
    "rate": "rate_hz",
    "brightness": "brightness",
}
ROW_PX = 92


def session_timeline(shares: pd.DataFrame, stretches: pd.DataFrame, *, scheme: str) -> go.Figure:
    """Gaze on the slide, elsewhere and not tracked over a session, with the slide that was open.

    Parameters
    ----------
    shares : t_s, on_slide, elsewhere, not_tracked (0-1), students
    stretches : t_s, end_s, number: each stretch in which a slide was open
    """
    if shares.empty or shares["on_slide"].isna().all():
        return empty_figure(t("session-timeline-empty"), scheme)
    shown = shares.assign(**shares[["on_slide", "elsewhere", "not_tracked"]].fillna(0.0))
    figure = class_over_time(shown, stretches[["t_s", "number"]].head(0), scheme=scheme)
    figure.update_layout(
        xaxis={"title": {"text": t("session-time-axis")}},
        yaxis={"title": {"text": t("session-timeline-share")}},
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
        legend={"y": 1.16},
    )
    figure.update_traces(hovertemplate="%{y:.0%}")
    add_slides(figure, stretches, palette(scheme))
    return figure


def quality_over_time(
    quality: pd.DataFrame, ranges: Mapping[str, Sequence[float]], stretches: pd.DataFrame, *, scheme: str
) -> go.Figure:
    """Tracked share, distance, turn of the head, rate and brightness below one another.

    Parameters
    ----------
    quality : as `session_time.session_quality` gives it
    ranges : least and most of `distance_mm` and of each turn of the head while calibrating, where known
    stretches : t_s, end_s, number
    """
    if quality.empty:
        return empty_figure(t("session-quality-empty"), scheme)
    colours = palette(scheme)
    rows = [name for name in COLUMNS if _has(quality, name)]
    figure = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.22 / len(rows))
    t_s = quality["t_s"].to_numpy(float)
    for place, name in enumerate(rows, start=1):
        _DRAW[name](figure, place, t_s, quality, ranges, colours)
        axis = {"title": {"text": t(f"session-quality-{name}")}, "fixedrange": True, "nticks": 4}
        figure.update_yaxes(**axis, row=place, col=1)
    ticks = {"title": {"text": t("session-time-axis")}} | clock_ticks(t_s)
    figure.update_xaxes(showgrid=False, range=[t_s[0], t_s[-1]])
    figure.update_xaxes(**ticks, row=len(rows), col=1)
    figure.update_layout(
        template=template(scheme), dragmode="zoom", hovermode="x", height=60 + ROW_PX * len(rows),
        margin={"l": 8, "r": 8, "t": 22, "b": 8}, showlegend=False,
    )  # fmt: skip
    add_slides(figure, stretches, colours)
    return figure


def accuracy_map(
    dots: pd.DataFrame, screen: Screen, radius_px: Floats, *, slide: Sequence[float] | None, scheme: str
) -> go.Figure:
    """The dots where they were on the screen, each with a circle as large as its error.

    Parameters
    ----------
    dots : DOT_COLUMNS of `session_time`
    radius_px : the error of each dot on the screen
    slide : left, top, right, bottom px of where slides lay, if known
    """
    if dots.empty:
        return empty_figure(t("session-dots-none"), scheme)
    colours = palette(scheme)
    axis = {"fixedrange": True, "showgrid": False, "visible": False}
    figure = go.Figure(
        layout={
            "template": template(scheme), "showlegend": False, "dragmode": False,
            "margin": {"l": 2, "r": 2, "t": 2, "b": 2, "autoexpand": False}, "hovermode": "closest",
            "xaxis": axis | {"range": [-8, screen.width_px + 8], "constrain": "domain"},
            "yaxis": axis | {"range": [screen.height_px + 8, -8], "scaleanchor": "x"},
        }
    )  # fmt: skip
    outline = {"color": colours.muted, "width": 1.5}
    figure.add_shape(
        type="rect", x0=0, y0=0, x1=screen.width_px, y1=screen.height_px, line=outline,
        fillcolor=colours.page, layer="below",
    )  # fmt: skip
    if slide is not None:
        x0, y0, x1, y1 = slide
        figure.add_shape(
            type="rect", x0=x0, y0=y0, x1=x1, y1=y1, layer="below",
            line={"color": colours.line, "width": 1, "dash": "dot"}, fillcolor=colours.surface,
        )  # fmt: skip
    for dot, radius in zip(dots.itertuples(), radius_px, strict=True):
        _add_dot(figure, dot, float(radius), colours)
    figure.add_trace(_dot_marks(dots, screen, colours))
    return figure


def _add_dot(figure: go.Figure, dot: Any, radius: float, colours: Palette) -> None:
    """The circle of a dot's error, and a line to where gaze fell; `dot` is a row of `itertuples`."""
    kept = dot.kind == "calibrate"
    x, y, at = dot.x_px, dot.y_px, (dot.gaze_x_px, dot.gaze_y_px)
    colour = colours.muted if kept else colours.accent
    figure.add_shape(
        type="circle", x0=x - radius, x1=x + radius, y0=y - radius, y1=y + radius, layer="below",
        line={"color": colour, "width": 1, "dash": "dot" if kept else "solid"},
        fillcolor=colour, opacity=0.12 if kept else 0.28,
    )  # fmt: skip
    if np.isfinite(np.asarray(at, dtype=float)).all():
        line = {"color": colour, "width": 1.5}
        figure.add_shape(type="line", x0=x, y0=y, x1=at[0], y1=at[1], line=line, layer="below")


def _dot_marks(dots: pd.DataFrame, screen: Screen, colours: Palette) -> go.Scatter:
    used = (dots["kind"] == "calibrate").to_numpy()
    low = (dots["y_px"] > 0.85 * screen.height_px).to_numpy()  # no room for words below
    return go.Scatter(
        x=dots["x_px"].to_numpy(np.float32),
        y=dots["y_px"].to_numpy(np.float32),
        mode="markers+text",
        text=[f"{error:.1f}°" for error in dots["error_deg"]],
        textposition=["top center" if each else "bottom center" for each in low],
        textfont={"size": 12, "color": [colours.muted if each else colours.text for each in used]},
        marker={
            "size": 8,
            "symbol": ["circle-open" if each else "circle" for each in used],
            "color": [colours.muted if each else colours.accent for each in used],
        },
        customdata=[t("session-dots-used") if each else t("session-dots-other") for each in used],
        hovertemplate="%{text}, %{customdata}<extra></extra>",
        name="dots",
    )


def _has(quality: pd.DataFrame, name: str) -> bool:
    column = {
        "distance": "distance_mm",
        "head": "head_yaw_deg",
        "rate": "rate_hz",
        "tracked": "tracked_share",
    }
    return bool(quality[column.get(name, name)].notna().any())


def _tracked(figure: go.Figure, row: int, t_s: Floats, quality: pd.DataFrame, _: object, c: Palette) -> None:
    figure.add_trace(_line(t_s, 100 * quality["tracked_share"], c.accent, "%{y:.0f} %", fill=True), row, 1)
    figure.update_yaxes(range=[0, 105], tickvals=[0, 50, 100], row=row, col=1)


def _distance(
    figure: go.Figure, row: int, t_s: Floats, quality: pd.DataFrame, ranges: Mapping[str, Sequence[float]],
    c: Palette,
) -> None:  # fmt: skip
    _add_range(figure, row, ranges.get("distance_mm"), 0.1, c)
    low, high = (quality[f"distance_mm_{end}"] / 10 for end in ("low", "high"))
    figure.add_trace(_band(t_s, low, high, c.accent), row, 1)
    figure.add_trace(_line(t_s, quality["distance_mm"] / 10, c.accent, "%{y:.0f} cm"), row, 1)
    ends = [low.min(), high.max(), *(bound / 10 for bound in ranges.get("distance_mm", ()))]
    figure.update_yaxes(range=[min(ends) - 1, max(ends) + 1], row=row, col=1)


def _head(
    figure: go.Figure, row: int, t_s: Floats, quality: pd.DataFrame, ranges: Mapping[str, Sequence[float]],
    c: Palette,
) -> None:  # fmt: skip
    for (column, name), colour in zip(HEAD_LINES, HEAD_COLOURS, strict=True):
        words = t(f"session-head-{name}")
        _add_range(figure, row, ranges.get(column), 1.0, c, colour)
        figure.add_trace(_line(t_s, quality[column], colour, f"{words} %{{y:.0f}}°"), row, 1)
    key = "   ".join(
        f'<span style="color:{colour}">▬</span> {t(f"session-head-{name}")}'
        for (_, name), colour in zip(HEAD_LINES, HEAD_COLOURS, strict=True)
    )
    figure.add_annotation(
        x=1, y=1, xref="x domain", yref="y domain", row=row, col=1, xanchor="right", yanchor="bottom",
        text=key, showarrow=False, font={"color": c.muted, "size": 12}, borderpad=0,
    )  # fmt: skip


def _rate(figure: go.Figure, row: int, t_s: Floats, quality: pd.DataFrame, _: object, c: Palette) -> None:
    figure.add_trace(_line(t_s, quality["rate_hz"], c.accent, "%{y:.0f} Hz"), row, 1)
    figure.update_yaxes(rangemode="tozero", row=row, col=1)


def _brightness(
    figure: go.Figure, row: int, t_s: Floats, quality: pd.DataFrame, _: object, c: Palette
) -> None:
    figure.add_trace(_line(t_s, quality["brightness"], c.accent, "%{y:.0f}"), row, 1)
    figure.update_yaxes(range=[0, 255], tickvals=[0, 128, 255], row=row, col=1)


_DRAW = {
    "tracked": _tracked, "distance": _distance, "head": _head, "rate": _rate, "brightness": _brightness,
}  # fmt: skip


def _add_range(
    figure: go.Figure, row: int, bounds: Sequence[float] | None, scale: float, c: Palette, colour: str = ""
) -> None:
    """The range of the calibration as a band behind the lines."""
    if bounds is None:
        return
    low, high = (scale * bound for bound in bounds)
    figure.add_hrect(
        y0=low, y1=high, row=row, col=1, layer="below", line_width=0, fillcolor=colour or c.good,
        opacity=0.13, exclude_empty_subplots=False,
    )  # fmt: skip


def _line(t_s: Floats, values: pd.Series, colour: str, said: str, *, fill: bool = False) -> go.Scatter:
    filled = {"fill": "tozeroy", "fillcolor": _faint(colour)} if fill else {}
    return go.Scatter(
        x=t_s.astype(np.float32), y=values.to_numpy(np.float32), mode="lines", connectgaps=False,
        line={"color": colour, "width": 1.4, "shape": "hv" if fill else "linear"}, name="",
        hovertemplate=f"{said}<extra></extra>", **filled,
    )  # fmt: skip


def _band(t_s: Floats, low: pd.Series, high: pd.Series, colour: str) -> go.Scatter:
    """From low to high, where both are known."""
    known = (low.notna() & high.notna()).to_numpy()
    around = np.concatenate([t_s[known], t_s[known][::-1]]).astype(np.float32)
    edge = np.concatenate([low.to_numpy()[known], high.to_numpy()[known][::-1]]).astype(np.float32)
    return go.Scatter(
        x=around, y=edge, mode="lines", line={"width": 0}, fill="toself", fillcolor=_faint(colour),
        hoverinfo="skip", name="band",
    )  # fmt: skip


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.2)"
