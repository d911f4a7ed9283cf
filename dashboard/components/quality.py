"""How good a recording is: each number with what it means for reading the charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard.accuracy import DISTANCE_MM, error_deg, is_assumed
from dashboard.components.charts import chip
from dashboard.school import SessionView
from dashboard.words import percent
from pipeline.storage.rows import SessionRow

LOW_RATE_HZ = 20.0
HIGH_ERROR_DEG = 3.0
LOW_TRACKED = 0.8
MUCH_OUT_OF_RANGE = 0.2


@dataclass(frozen=True)
class Figure:
    """A number on a recording, in words."""

    label: str
    value: str
    meaning: str


def quality_panel(view: SessionView) -> Component:
    """Warnings first, then every number with its meaning."""
    warnings = [html.Li(chip(text, "warn")) for text in remarks(view)]
    lines = [
        html.Div(
            [
                html.Dt(f.label),
                html.Dd(f.value, className="quality-value"),
                html.Dd(f.meaning, className="muted"),
            ]
        )
        for f in figures(view)
    ]
    parts = [html.Ul(warnings, className="remarks-list")] if warnings else []
    return html.Div([*parts, html.Dl(lines, className="quality")])


def remarks(view: SessionView) -> Iterator[str]:
    """What has to be known before anything of this recording is believed."""
    row, gaze = view.row, view.row.report.get("gaze", {})
    if not row.calibrated:
        yield "Not calibrated: the side of the slide may be right, the region is not reliable"
    if gaze.get("mirrored"):
        yield "The video was mirrored and has been turned back"
    if (error_deg(row) or 0.0) > HIGH_ERROR_DEG and row.calibrated:
        yield f"Error above {HIGH_ERROR_DEG:.0f}°: small regions cannot be told apart"
    if (tracked := row.quality.get("tracked_share")) is not None and tracked < LOW_TRACKED:
        yield "Often not tracked: that says nothing about where the student looked"
    if (rate := row.quality.get("sampling_rate_hz")) is not None and rate < LOW_RATE_HZ:
        what = "samples" if row.calibration is None else "images"
        yield f"Below {LOW_RATE_HZ:.0f} {what} a second: short fixations are missed"
    if (row.quality.get("head_out_of_range_share") or 0.0) > MUCH_OUT_OF_RANGE:
        yield "The head was often placed as it never was during calibration: gaze is less certain then"
    if (row.quality.get("several_faces_share") or 0.0) > 0.05:
        yield "A second face was in the picture; the one that stayed was followed"


def figures(view: SessionView) -> Iterator[Figure]:
    """The numbers that are known."""
    quality = view.row.quality
    if (tracked := quality.get("tracked_share")) is not None:
        gap_s = (quality.get("longest_gap_ms") or 0.0) / 1000
        yield Figure(
            "Tracked",
            percent(tracked),
            f"of the time slides were shown, blinks aside. Longest stretch without gaze: {gap_s:.1f} s.",
        )
    yield from _accuracy(view)
    if (spread := quality.get("precision_std_deg")) is not None:
        yield Figure("Precision", f"{spread:.1f}°", "is how far single samples scatter while the eye rests.")
    if (rate := quality.get("sampling_rate_hz")) is not None:
        yield Figure(
            "Sampling rate", f"{rate:.0f} Hz", f"is one look at the eyes every {1000 / rate:.0f} ms."
        )
    if view.distance_mm is not None:
        yield Figure(
            "Distance", f"{view.distance_mm / 10:.0f} cm", "from the eyes to the screen, most of the time."
        )
    if (outside := quality.get("head_out_of_range_share")) is not None and view.row.calibration:
        yield Figure(
            "Head out of range",
            percent(outside),
            "of the time, turned or placed as it never was while calibrating.",
        )
    if (on := quality.get("on_slide_share")) is not None:
        yield Figure("On the slide", percent(on), "of the tracked gaze; the rest fell beside it.")
    if (blinks := quality.get("blink_rate_per_min")) is not None:
        yield Figure(
            "Blinks", f"{blinks:.0f} a minute", "were found and left out; 10 to 20 are usual at a screen."
        )


def _accuracy(view: SessionView) -> Iterator[Figure]:
    """The error on validation dots, or the estimate where there were none."""
    measured, estimated = view.row.quality.get("accuracy_deg"), error_deg(view.row)
    degrees = measured if measured is not None else estimated
    if degrees is None or view.row.header is None:
        yield Figure("Accuracy", "unknown", "The recording has no dots to measure it on.")
        return
    screen = view.row.header.screen
    mm = (view.distance_mm or DISTANCE_MM) * np.tan(np.radians(degrees))
    share = mm / np.hypot(screen.width_mm, screen.height_mm)
    source = _error_source(view.row)
    assumed = "; the size of the screen is assumed" if screen.size_source == "assumed" else ""
    yield Figure(
        "Accuracy",
        f"{degrees:.1f}°",
        f"is {mm / 10:.1f} cm or {percent(share)} of the screen's diagonal between true and measured gaze "
        f"({source}{assumed}).",
    )


def _error_source(row: SessionRow) -> str:
    """How the error is known."""
    if row.quality.get("accuracy_deg") is not None:
        return "measured on dots that calibration did not use"
    if is_assumed(row):
        why = row.report.get("gaze", {}).get("sigma_source", "typical of the format")
        return f"assumed, {why}: the export states none"
    if row.calibration is None:
        return "stated by the export, not measured here"
    return "estimated, not measured"
