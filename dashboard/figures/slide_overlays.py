"""More that can lie over a slide: fog, what stands out, gaze points, errors, the flow of gaze.

As in `figures.slide`, each function adds one layer in slide units, and its rows to the legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.figures import legend
from dashboard.figures.heatmap import fog_scale, prominence_scale
from dashboard.figures.slide import add_values, bounds, on_slide, over_slide, region_colours
from dashboard.texts import t
from dashboard.theme import LIGHT
from pipeline.domain import Aoi, Floats

ELLIPSES_MAX: Final = 300  # of fixations, the longest: more cannot be told apart
CORNERS: Final = 24  # of an ellipse
FLOW_MIN: Final = 0.1  # of the ways that left a region: rarer ones are not drawn
FLOW_PX: Final = 12.0  # width of an arrow that every way took
FLOW_BEND: Final = 0.18  # of the distance, to the left of the way: there and back are two arrows


def add_fog(figure: go.Figure, percent: Floats, picture_url: str, *, students: int, scheme: str) -> go.Figure:
    """Fog that thins with the percentage (54, 96) of the students who looked at a place."""
    figure.add_layout_image(over_slide(picture_url, layer="below"))
    add_values(figure, percent, "slide-kind-percent-value")
    caption = [t("slide-fog-caption"), t("slide-kind-percent-whose", n=students)]
    legend.add_caption(figure, caption, scheme)
    _add_scale(figure, fog_scale(), "0 %", "100 %", len(caption), scheme)
    return figure


def add_saliency(figure: go.Figure, share: Floats, picture_url: str, *, scheme: str) -> go.Figure:
    """What stands out in the picture itself, as a share (54, 96) of what does most; nobody's gaze."""
    figure.add_layout_image(over_slide(picture_url, layer="below"))
    add_values(figure, 100 * share, "slide-saliency-value")
    caption = [t("slide-saliency-caption"), t("slide-saliency-note")]
    legend.add_caption(figure, caption, scheme)
    _add_scale(figure, prominence_scale(), "0 %", "100 %", len(caption), scheme)
    return figure


def add_cloud(
    figure: go.Figure, picture_url: str, *, points: int, of: str, students: int, scheme: str
) -> go.Figure:
    """Every gaze sample or fixation as a point; `of` is one of the answers to the option "cloud"."""
    figure.add_layout_image(over_slide(picture_url, layer="below"))
    caption = [t(f"slide-cloud-{of}-caption", n=points), t("slide-cloud-whose", n=students)]
    legend.add_caption(figure, caption, scheme)
    legend.take(figure, len(caption), marks=False)
    return figure


def add_fixation_errors(figure: go.Figure, fixations: pd.DataFrame, *, scheme: str) -> go.Figure:
    """Around each fixation, the ellipse of its error (sigma) in the slide's own scale."""
    seen = on_slide(fixations).dropna(subset=["sigma_x", "sigma_y"])
    shown = seen.nlargest(ELLIPSES_MAX, "duration_ms")
    middles = shown[["slide_x", "slide_y"]].to_numpy(float)
    _add_ellipses(figure, middles, shown[["sigma_x", "sigma_y"]].to_numpy(float), LIGHT.accent, "fixation")
    caption = [
        t("slide-errors-fixations", n=len(shown), left=len(seen) - len(shown)),
        t("slide-errors-note"),
    ]
    legend.add_caption(figure, caption, scheme)
    legend.take(figure, len(caption), marks=False)
    return figure


def add_region_errors(
    figure: go.Figure, aois: Sequence[Aoi], spread: pd.DataFrame, *, scheme: str
) -> go.Figure:
    """In the middle of each region, an ellipse of each session's error (`spread`: sigma_x, sigma_y)."""
    known = spread.dropna()[["sigma_x", "sigma_y"]].to_numpy(float)
    for aoi, colour in zip(aois, region_colours(tuple(aois)).values(), strict=True):
        middles = np.tile(_middle(aoi), (len(known), 1))
        _add_ellipses(figure, middles, known, colour, f"region:{aoi.aoi_id}")
    caption = [t("slide-errors-regions", n=len(known)), t("slide-errors-regions-note")]
    legend.add_caption(figure, caption, scheme)
    legend.take(figure, len(caption), marks=False)
    return figure


def add_flow(
    figure: go.Figure, aois: Sequence[Aoi], ways: pd.DataFrame, *, students: int, scheme: str
) -> go.Figure:
    """Arrows between regions, as wide as the share of the ways out of the one that led to the other.

    `ways` is the part of `transition_table` about visits; those from or to elsewhere cannot be drawn.
    """
    middles = {aoi.aoi_id: _middle(aoi) for aoi in aois}
    names = {aoi.aoi_id: aoi.name for aoi in aois}
    colours = region_colours(tuple(aois))
    between = ways[ways["from_aoi"].isin(list(middles)) & ways["to_aoi"].isin(list(middles))]
    drawn = between[between["transition_probability"] >= FLOW_MIN].sort_values("transition_probability")
    tips = []
    for row in drawn.itertuples():
        tips.append(_add_arrow(figure, middles[row.from_aoi], middles[row.to_aoi],
                               row.transition_probability, colours[row.from_aoi]))  # fmt: skip
    told = [
        t("slide-flow-way", start=names[row.from_aoi], stop=names[row.to_aoi],
          share=f"{row.transition_probability:.0%}", n=int(row.transition_count),
          students=int(row.students_n))
        for row in drawn.itertuples()
    ]  # fmt: skip
    x, y = np.array(tips, np.float32).reshape(-1, 2).T
    figure.add_trace(
        go.Scatter(
            x=x, y=y, mode="markers+text", text=[f"{p:.0%}" for p in drawn["transition_probability"]],
            textfont={"size": 10, "color": LIGHT.text}, hovertext=told, hoverinfo="text", name="flow",
            marker={"size": 24, "color": "#ffffff", "opacity": 0.85, "line": {"width": 0}},
        )
    )  # fmt: skip
    caption = [t("slide-flow-caption"), t("slide-flow-note", least=f"{FLOW_MIN:.0%}", n=students)]
    legend.add_caption(figure, caption, scheme)
    legend.take(figure, len(caption), marks=False)
    return figure


def flow_width_px(probability: float) -> float:
    """How wide an arrow is drawn."""
    return max(1.0, FLOW_PX * probability)


def _add_scale(
    figure: go.Figure, scale: Sequence[tuple[float, str]], low: str, high: str, lines: int, scheme: str
) -> None:
    colours = [colour for _, colour in scale]
    legend.add_colours(figure, colours, (low, high), lines, scheme, left_px=30)
    legend.take(figure, lines, marks=True)


def _middle(aoi: Aoi) -> Floats:
    left, top, right, bottom = bounds(aoi)
    return np.array([(left + right) / 2, (top + bottom) / 2])


def _add_ellipses(figure: go.Figure, middles: Floats, sigmas: Floats, colour: str, name: str) -> None:
    """Ellipses of these half axes, all in one line with gaps."""
    turn = np.append(np.linspace(0, 2 * np.pi, CORNERS), np.nan)
    x = middles[:, :1] + sigmas[:, :1] * np.cos(turn)
    y = middles[:, 1:] + sigmas[:, 1:] * np.sin(turn)
    figure.add_trace(
        go.Scatter(
            x=x.ravel().astype(np.float32), y=y.ravel().astype(np.float32), mode="lines",
            line={"color": colour, "width": 1}, opacity=0.6, hoverinfo="skip", name=name,
        )
    )  # fmt: skip


def _add_arrow(figure: go.Figure, start: Floats, stop: Floats, probability: float, colour: str) -> Floats:
    """A curved arrow; returns the place of its number, at the middle of the bow."""
    way = stop - start
    bend = (start + stop) / 2 + FLOW_BEND * np.array([way[1], -way[0]])
    tip = _bow(start, bend, stop, np.array([0.92]))[0]
    line = " ".join(f"{x:.4f},{y:.4f}" for x, y in (bend, tip))
    width = flow_width_px(probability)
    figure.add_shape(
        type="path", path=f"M{start[0]:.4f},{start[1]:.4f} Q{line}", layer="above", opacity=0.8,
        line={"color": colour, "width": width}, name="flow",
    )  # fmt: skip
    before = _bow(start, bend, stop, np.array([0.86]))[0]
    figure.add_annotation(
        x=tip[0], y=tip[1], ax=before[0], ay=before[1], xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowcolor=colour, arrowwidth=max(width / 2, 1.5), arrowsize=1.4,
        standoff=0, name="flow",
    )  # fmt: skip
    return np.asarray(_bow(start, bend, stop, np.array([0.5]))[0])


def _bow(start: Floats, bend: Floats, stop: Floats, at: Floats) -> Floats:
    """Places on a quadratic Bezier curve (n, 2)."""
    s = at[:, None]
    return np.asarray((1 - s) ** 2 * start + 2 * s * (1 - s) * bend + s**2 * stop)
