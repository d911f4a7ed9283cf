"""Blinks: short closures of the lids, seen as dips of the eyes' openness below its own recent past."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Floats
from pipeline.events.runs import runs
from pipeline.parameters import BlinkParameters


def blinks(t_ms: Floats, openness: Floats, parameters: BlinkParameters) -> Bools:
    """Which samples give no gaze because the lids are closing, closed or opening.

    Closures too long for a blink are included (the lids are closed all the same), dips too short for one
    are not (noise). Samples without a face (NaN) are no blink.

    Parameters
    ----------
    t_ms : (n,) increasing
    openness : (n,) any unit, with the influence of the gaze's pitch removed; NaN where no face was found

    Returns
    -------
    (n,) True from `pad_before_ms` before a closure to `pad_after_ms` after it
    """
    closures = _closures(t_ms, openness, parameters)
    onset = closures["onset_ms"].to_numpy() - parameters.pad_before_ms
    offset = closures["onset_ms"].to_numpy() + closures["duration_ms"].to_numpy() + parameters.pad_after_ms
    # Paddings may overlap, so count how many closures have begun and how many have ended.
    open_closures = np.searchsorted(onset, t_ms, "right") - np.searchsorted(offset, t_ms, "left")
    return np.asarray((open_closures > 0) & np.isfinite(openness))


def blink_events(t_ms: Floats, openness: Floats, parameters: BlinkParameters) -> pd.DataFrame:
    """The blinks, without padding: `onset_ms`, `duration_ms`, one row each."""
    closures = _closures(t_ms, openness, parameters)
    return closures[closures["duration_ms"] <= parameters.duration_max_ms].reset_index(drop=True)


def _closures(t_ms: Floats, openness: Floats, parameters: BlinkParameters) -> pd.DataFrame:
    """Stretches of closed lids that are long enough to be real."""
    if len(t_ms) < 2:
        return pd.DataFrame({"onset_ms": [], "duration_ms": []}, dtype=float)
    closed = openness < parameters.openness_ratio * _usual_openness(t_ms, openness, parameters.window_ms)
    first, stop = runs(closed)
    half_step_ms = float(np.median(np.diff(t_ms))) / 2
    onset = t_ms[first] - half_step_ms
    duration = t_ms[stop - 1] + half_step_ms - onset
    return pd.DataFrame({"onset_ms": onset, "duration_ms": duration})[duration >= parameters.duration_min_ms]


def _usual_openness(t_ms: Floats, openness: Floats, window_ms: float) -> Floats:
    """Upper quartile of the openness over the window before each sample (the first window for its own)."""
    clock = pd.to_timedelta(t_ms, unit="ms")
    quartile = pd.Series(openness, index=clock).rolling(pd.Timedelta(window_ms, "ms")).quantile(0.75)
    reference = np.searchsorted(t_ms, np.maximum(t_ms, t_ms[0] + window_ms))
    return np.asarray(quartile.to_numpy()[np.minimum(reference, len(t_ms) - 1)])
