"""Beside the charts of a session's quality: what they say, in sentences and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.charts import chart_card, graph
from dashboard.figures.session import COLUMNS, ROW_PX
from dashboard.school import SessionView
from dashboard.texts import t
from dashboard.words import percent
from pipeline.domain import Screen

WHERE = (
    ("top-left", "top", "top-right"),
    ("left", "middle", "right"),
    ("bottom-left", "bottom", "bottom-right"),
)


def dots_card(name: str, view: SessionView, dots: pd.DataFrame, ratio: float, csv: str) -> Component:
    """The error at places of the screen: the map in a graph of this id, in words and in numbers."""
    title = t("session-dots-title")
    if dots.empty or view.row.header is None:
        return html.Section(
            [html.H2(title), html.P(t("session-dots-none-why"), className="muted small")], className="card"
        )
    screen = view.row.header.screen
    measured, fitted = ((dots["kind"] == "calibrate") == used for used in (False, True))
    key = "session-dots-note" if fitted.any() else "session-dots-note-old"
    note = t(key, measured=int(measured.sum()), fitted=int(fitted.sum()))
    drawing = graph(
        name, label=t("session-dots-label", n=len(dots)), style={"aspectRatio": ratio, "width": "100%"}
    )
    return chart_card(
        title,
        note,
        html.P(list(_dots_words(dots[measured], screen)), className="small"),
        drawing,
        html.P(t("session-dots-slide"), className="muted small"),
        html.Details([html.Summary(t("session-dots-table")), _dots_table(dots, screen)], className="small"),
        png=(name, f"session-{view.row.session_id}-accuracy"),
        csv=csv,
    )


def _dots_words(measured: pd.DataFrame, screen: Screen) -> Iterator[str]:
    if measured.empty:
        return
    worst = measured.loc[measured["error_deg"].idxmax()]
    yield t(
        "session-dots-worst",
        mean=f"{measured['error_deg'].mean():.1f}",
        worst=f"{worst['error_deg']:.1f}",
        where=_where(worst["x_px"], worst["y_px"], screen),
    )


def _where(x_px: float, y_px: float, screen: Screen) -> str:
    """A place on the screen in words, by thirds."""
    column, row = (
        int(np.clip(3 * place // whole, 0, 2))
        for place, whole in ((x_px, screen.width_px), (y_px, screen.height_px))
    )
    return t(f"session-where-{WHERE[row][column]}")


def _dots_table(dots: pd.DataFrame, screen: Screen) -> Component:
    heads = [t(f"session-dots-{name}") for name in ("place", "error", "spread", "kind")]
    lines = [
        html.Tr(
            [
                html.Td(f"{dot.x_px:.0f}, {dot.y_px:.0f} px ({_where(dot.x_px, dot.y_px, screen)})"),
                html.Td(f"{dot.error_deg:.1f}°", className="number"),
                html.Td(f"{dot.precision_std_deg:.1f}°", className="number"),
                html.Td(t("session-dots-used") if dot.kind == "calibrate" else t("session-dots-other")),
            ]
        )
        for dot in dots.itertuples()
    ]
    head = [html.Th(words, className="number" if 0 < i < 3 else "") for i, words in enumerate(heads)]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(lines)], className="numbers")
    return html.Div(table, className="table-scroll", tabIndex="0")


def measured_card(
    name: str, view: SessionView, quality: pd.DataFrame, ranges: Mapping[str, Sequence[float]], csv: str
) -> Component:
    """What gaze was measured under over the session: the chart in a graph of this id, and in words."""
    step_s = float(quality["t_s"].iloc[1]) if len(quality) > 1 else 1.0
    key = "session-measured-note" if ranges else "session-measured-note-plain"
    rows = sum(bool(quality[column].notna().any()) for column in COLUMNS.values() if column in quality)
    return chart_card(
        t("session-measured-title"),
        t(key, step=f"{step_s:.2g}"),
        html.P(" ".join(measured_words(view, quality, ranges)), className="small"),
        graph(name, label=t("session-measured-label"), style={"height": 60 + ROW_PX * max(rows, 1)}),
        png=(name, f"session-{view.row.session_id}-measured"),
        csv=csv,
    )


def measured_words(
    view: SessionView, quality: pd.DataFrame, ranges: Mapping[str, Sequence[float]]
) -> Iterator[str]:
    """The chart in sentences."""
    if quality.empty:
        yield t("session-quality-empty")
        return
    often = float((quality["tracked_share"].fillna(0.0) >= 0.5).mean())
    yield t("session-measured-tracked", share=percent(often))
    distance = quality["distance_mm"].dropna() / 10
    if len(distance):
        low, high = (f"{distance.quantile(share):.0f}" for share in (0.1, 0.9))
        bounds = ranges.get("distance_mm")
        calibrated = (
            t("session-measured-calibrated", low=f"{bounds[0] / 10:.0f}", high=f"{bounds[1] / 10:.0f}")
            if bounds
            else ""
        )
        yield t("session-measured-distance", low=low, high=high, calibrated=calibrated)
    outside = view.row.quality.get("head_out_of_range_share")
    if outside is not None and view.row.calibration:
        yield t("session-measured-out", share=percent(outside))
