"""How long the gaze follows behind the calibration's dots: the eyes' reaction, and any lag of the clock.

When a dot jumps, the gaze crosses the middle between the old and the new place a reaction time later. All
that takes is gaze of any gain and offset, so it can be measured before anything is calibrated.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Floats
from pipeline.parameters import CalibrationParameters

FRAMES_MIN = 5  # to say where the gaze rested


def gaze_delay_ms(
    t_ms: Floats,
    points_mm: Floats,
    usable: Bools,
    calibration: pd.DataFrame,
    parameters: CalibrationParameters,
) -> float | None:
    """Median time from a dot's appearance to the gaze being halfway there.

    Parameters
    ----------
    t_ms, usable : shape (n,), times of the frames and whether the eyes can be seen
    points_mm : shape (n, 2), uncalibrated points of gaze
    calibration : CALIBRATION columns, in order of time

    Returns
    -------
    ms, or None where fewer than `parameters.dots_min` jumps can be timed
    """
    onsets, offsets = (calibration[c].to_numpy(dtype=np.float64) for c in ("t_on_ms", "t_off_ms"))
    rests = [
        _rest(points_mm, usable & (t_ms >= on + parameters.settle_ms) & (t_ms <= off))
        for on, off in zip(onsets, offsets, strict=True)
    ]
    delays = [
        _crossing_ms(t_ms, points_mm, usable, onset, before, after, parameters)
        for onset, before, after in zip(onsets[1:], rests[:-1], rests[1:], strict=True)
    ]
    timed = [delay for delay in delays if delay is not None]
    return float(np.median(timed)) if len(timed) >= parameters.dots_min else None


def _rest(points_mm: Floats, frames: Bools) -> Floats | None:
    """Where the gaze rested in these frames."""
    return np.median(points_mm[frames], axis=0) if frames.sum() >= FRAMES_MIN else None


def _crossing_ms(
    t_ms: Floats,
    points_mm: Floats,
    usable: Bools,
    onset_ms: float,
    before: Floats | None,
    after: Floats | None,
    parameters: CalibrationParameters,
) -> float | None:
    """Time after the onset at which the gaze first crosses the middle of its way; None if unseen."""
    if before is None or after is None:
        return None
    way = after - before
    length2 = float(way @ way)
    if length2 < parameters.jump_min_mm**2:
        return None
    near = (
        usable
        & (t_ms >= onset_ms - parameters.reaction_ms / 2)
        & (t_ms <= onset_ms + parameters.delay_max_ms)
    )
    t, done = t_ms[near], (points_mm[near] - before) @ way / length2
    crossed = np.flatnonzero(
        (done[:-1] < 0.5) & (done[1:] >= 0.5) & (np.diff(t) < parameters.frame_gap_max_ms)
    )
    if len(crossed) == 0:
        return None
    k = crossed[0]
    return float(t[k] + (t[k + 1] - t[k]) * (0.5 - done[k]) / (done[k + 1] - done[k]) - onset_ms)
