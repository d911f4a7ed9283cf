"""Fixations from gaze, by the method that suits its sampling rate: the one way in to all detectors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain import FIXATIONS, Screen, empty
from pipeline.errors import InputError
from pipeline.events import clustering, idt, ivt
from pipeline.events.assemble import assemble
from pipeline.events.track import Indices, Track, noise_std_deg, step_ms, track_of
from pipeline.events.visual_angle import deg_per_mm, distances_mm, to_mm
from pipeline.parameters import (
    ClusteringParameters,
    DispersionParameters,
    FixationParameters,
    VelocityParameters,
)

METHODS = ("idt", "ivt", "clustering")
Settings = DispersionParameters | VelocityParameters | ClusteringParameters


def fixations(
    gaze: pd.DataFrame, segments: pd.DataFrame, screen: Screen, parameters: FixationParameters
) -> pd.DataFrame:
    """Find the fixations on slides.

    Stretches of gaze that the chosen method finds and that follow one another at nearly the same place
    are merged; what is too short is dropped. None reaches across a loss of tracking, a change of slide or
    of the slide's rectangle.

    Each sample stands for the time half-way to its neighbours, at most one median step in all. So a
    fixation begins half a step before its first sample, ends half a step after its last, and the sum of
    all durations never exceeds the time that slides were shown.

    Parameters
    ----------
    gaze : columns of GAZE, in order of time
    segments : slide_id, onset_ms, duration_ms, x_px, y_px, width_px, height_px of each stretch of time in
        which one slide was shown in one rectangle of the screen, in order of time
    screen : gives mm per px
    parameters : the method and its thresholds

    Returns
    -------
    Columns of FIXATIONS. `slide_x`, `slide_y`: mean of the median-filtered gaze. `sigma_x`, `sigma_y`: the
    median `sigma_deg` of its samples in slide units (not less for many samples: the larger part of a
    webcam's error is systematic and does not average out).

    Raises
    ------
    InputError : there is no such method
    """
    settings = _settings(gaze, chosen_method(gaze, screen, parameters), parameters)
    track = track_of(gaze, segments, screen, settings.gap_max_ms)
    if len(track) == 0:
        return empty(FIXATIONS)
    first, stop = _detect(track, settings)
    return assemble(track, first, stop, settings)


def chosen_method(gaze: pd.DataFrame, screen: Screen, parameters: FixationParameters) -> str:
    """The method asked for; with "auto" I-DT for slow webcams, I-VT for quiet trackers, clustering else.

    Where "auto" draws the lines, agreement with experts does (docs/events.md).
    """
    if parameters.method in METHODS:
        return parameters.method
    if parameters.method != "auto":
        raise InputError("method", f"auto or one of {', '.join(METHODS)}", parameters.method)
    rate_hz = _rate_hz(gaze)
    if rate_hz < parameters.slow_rate_hz:
        return "idt"
    quiet = rate_hz >= parameters.tracker_rate_hz and _noise_deg(gaze, screen) <= parameters.quiet_noise_deg
    return "ivt" if quiet else "clustering"


def describe(gaze: pd.DataFrame, screen: Screen, parameters: FixationParameters) -> dict[str, Any]:
    """What the fixations of this gaze are found with, fit for JSON.

    Returns
    -------
    `method`; `reason` it was chosen for, with `rate_hz` and `noise_deg` (None where no two samples tell);
    `parameters` of that method; `notes` on each threshold shorter than one sample, which cannot do what it
    says
    """
    method, step = chosen_method(gaze, screen, parameters), step_ms(gaze["t_ms"].to_numpy(float))
    settings, noise_deg = asdict(_settings(gaze, method, parameters)), _noise_deg(gaze, screen)
    notes = [
        f"{name} is {value:g} ms, shorter than one sample ({step:.1f} ms)"
        for name, value in settings.items()
        if name.endswith("_ms") and 0 < value < step
    ]
    return {
        "method": method,
        "reason": _reason(method, step, parameters),
        "rate_hz": round(1000 / step, 2) if step > 0 else None,
        "noise_deg": round(noise_deg, 3) if np.isfinite(noise_deg) else None,
        "parameters": settings,
        "notes": notes,
    }


def _reason(method: str, step: float, parameters: FixationParameters) -> str:
    """Why "auto" takes this method, in the words of its thresholds."""
    if parameters.method != "auto":
        return "asked for"
    slow, tracker = f"{parameters.slow_rate_hz:g} Hz", f"{parameters.tracker_rate_hz:g} Hz"
    if method == "idt":
        return f"fewer samples than {slow}"
    if step > 1000 / parameters.tracker_rate_hz:
        return f"{slow} or more, but under {tracker}"
    limit = f"{parameters.quiet_noise_deg:g} deg"
    return f"{tracker} or more, noise up to {limit}" if method == "ivt" else f"noise over {limit}"


def _settings(gaze: pd.DataFrame, method: str, parameters: FixationParameters) -> Settings:
    """A method's thresholds for this sampling rate."""
    rate_hz = _rate_hz(gaze)
    tracker = rate_hz >= parameters.tracker_rate_hz
    if method == "ivt":
        return parameters.ivt if tracker else parameters.ivt_webcam
    if method == "clustering":
        return parameters.clustering_tracker if tracker else parameters.clustering
    return parameters.idt_slow if rate_hz < parameters.slow_rate_hz else parameters.idt


def _noise_deg(gaze: pd.DataFrame, screen: Screen) -> float:
    """Noise of the valid gaze from sample to sample, STD per axis; NaN where it cannot be told."""
    place_mm = to_mm(gaze, screen)
    steps_deg = np.diff(place_mm, axis=0) * deg_per_mm(place_mm, distances_mm(gaze))[1:]
    return noise_std_deg(steps_deg[np.isfinite(steps_deg).all(axis=1)])


def _rate_hz(gaze: pd.DataFrame) -> float:
    """Samples a second; 0 where there are none to tell."""
    step = step_ms(gaze["t_ms"].to_numpy(float))
    return 1000 / step if step > 0 else 0.0


def _detect(track: Track, settings: Settings) -> tuple[Indices, Indices]:
    match settings:
        case DispersionParameters():
            return idt.detect(track, settings)
        case VelocityParameters():
            return ivt.detect(track, settings)
        case ClusteringParameters():
            return clustering.detect(track, settings)
