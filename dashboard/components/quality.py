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
from dashboard.texts import t
from dashboard.words import percent
from pipeline.storage.rows import SessionRow

LOW_RATE_HZ = 20.0
HIGH_ERROR_DEG = 3.0
LOW_TRACKED = 0.8
MUCH_OUT_OF_RANGE = 0.2
SEVERAL_FACES = 0.05


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
    row, gaze, quality = view.row, view.row.report.get("gaze", {}), view.row.quality
    if not row.calibrated:
        yield t("session-remark-uncalibrated")
    if gaze.get("mirrored"):
        yield t("session-remark-mirrored")
    if (error_deg(row) or 0.0) > HIGH_ERROR_DEG and row.calibrated:
        yield t("session-remark-error", degrees=f"{HIGH_ERROR_DEG:.0f}")
    if (tracked := quality.get("tracked_share")) is not None and tracked < LOW_TRACKED:
        yield t("session-remark-untracked")
    if (rate := quality.get("sampling_rate_hz")) is not None and rate < LOW_RATE_HZ:
        kind = "samples" if row.calibration is None else "images"
        yield t("session-remark-rate", hz=f"{LOW_RATE_HZ:.0f}", kind=kind)
    if (quality.get("head_out_of_range_share") or 0.0) > MUCH_OUT_OF_RANGE:
        yield t("session-remark-head")
    if (quality.get("several_faces_share") or 0.0) > SEVERAL_FACES:
        yield t("session-remark-faces")


def figures(view: SessionView) -> Iterator[Figure]:
    """The numbers that are known."""
    quality = view.row.quality
    if (tracked := quality.get("tracked_share")) is not None:
        gap_s = (quality.get("longest_gap_ms") or 0.0) / 1000
        yield _figure("tracked", percent(tracked), seconds=f"{gap_s:.1f}")
    yield from _accuracy(view)
    if (spread := quality.get("precision_std_deg")) is not None:
        yield _figure("precision", f"{spread:.1f}°")
    if (rate := quality.get("sampling_rate_hz")) is not None:
        yield _figure("rate", f"{rate:.0f} Hz", ms=f"{1000 / rate:.0f}")
    if view.distance_mm is not None:
        yield _figure("distance", f"{view.distance_mm / 10:.0f} cm")
    if (outside := quality.get("head_out_of_range_share")) is not None and view.row.calibration:
        yield _figure("head", percent(outside))
    if (on := quality.get("on_slide_share")) is not None:
        yield _figure("on", percent(on))
    if (blinks := quality.get("blink_rate_per_min")) is not None:
        yield _figure("blinks", t("session-figure-blinks-value", n=f"{blinks:.0f}"))


def _figure(name: str, value: str, **values: str) -> Figure:
    return Figure(t(f"session-figure-{name}"), value, t(f"session-figure-{name}-meaning", **values))


def _accuracy(view: SessionView) -> Iterator[Figure]:
    """The error on validation dots, or the estimate where there were none."""
    measured, estimated = view.row.quality.get("accuracy_deg"), error_deg(view.row)
    degrees = measured if measured is not None else estimated
    label = t("session-accuracy")
    if degrees is None or view.row.header is None:
        yield Figure(label, t("session-accuracy-unknown"), t("session-accuracy-no-dots"))
        return
    screen = view.row.header.screen
    mm = (view.distance_mm or DISTANCE_MM) * np.tan(np.radians(degrees))
    source = _error_source(view.row)
    if screen.size_source == "assumed":
        source = f"{source}; {t('session-accuracy-screen-assumed')}"
    share = percent(mm / np.hypot(screen.width_mm, screen.height_mm))
    meaning = t("session-accuracy-meaning", cm=f"{mm / 10:.1f}", share=share, source=source)
    yield Figure(label, f"{degrees:.1f}°", meaning)


def _error_source(row: SessionRow) -> str:
    """How the error is known."""
    if row.quality.get("accuracy_deg") is not None:
        return t("session-error-measured")
    if is_assumed(row):
        why = row.report.get("gaze", {}).get("sigma_source", t("session-error-typical"))
        return t("session-error-assumed", why=why)
    if row.calibration is None:
        return t("session-error-stated")
    return t("session-error-estimated")
