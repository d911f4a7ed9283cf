"""Fixations by velocity (I-VT): gaze slower than a threshold set by the recording's own noise."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import correlate1d

from pipeline.domain import Floats
from pipeline.events.runs import runs
from pipeline.events.track import Indices, Track
from pipeline.parameters import VelocityParameters


def detect(track: Track, parameters: VelocityParameters) -> tuple[Indices, Indices]:
    """First index, and index past the last, of each stretch of slow gaze.

    Saccades, and the oscillations right after them, are faster than the threshold and belong to none.

    References
    ----------
    Salvucci & Goldberg (2000), doi:10.1145/355017.355028; the threshold as a multiple of the median-based
    spread of the velocity: Engbert & Kliegl (2003), doi:10.1016/S0042-6989(03)00084-1
    """
    speed = speed_deg_s(track, parameters.window_ms)
    return slow_stretches(speed, speed_limit_deg_s(speed, parameters), track.run_stop)


def speed_deg_s(track: Track, window_ms: float) -> Floats:
    """Speed of the gaze at each sample, (n,): the slope of the places over the window about it.

    Sums over the window of index times place and of index times time, divided: the least-squares slope
    where samples are evenly spaced, and true to any steady motion where they are not. Beyond the end of
    its run, the last sample is repeated in both. NaN in runs of one sample.
    """
    half = max(1, round(window_ms / (2 * track.step_ms)))
    columns = np.column_stack([track.place_mm, track.t_ms])
    last = track.run_ends
    first = np.roll(last, 1)
    copies = 1 + half * (first.astype(np.intp) + last)
    weights = np.arange(-half, half + 1.0)
    sums = correlate1d(np.repeat(columns, copies, axis=0), weights, axis=0)
    sums = sums[np.cumsum(copies) - copies + half * first]
    with np.errstate(invalid="ignore", divide="ignore"):
        velocity = 1000 * sums[:, :2] / sums[:, 2:] * track.deg_per_mm
    return np.hypot(velocity[:, 0], velocity[:, 1])


def speed_limit_deg_s(speed: Floats, parameters: VelocityParameters) -> float:
    """What is faster than this is no noise: a multiple of the median speed, and never too little."""
    known = speed[np.isfinite(speed)]
    usual = float(np.median(known)) if len(known) else 0.0
    return max(parameters.speed_min_deg_s, parameters.noise_factor * usual)


def slow_stretches(speed: Floats, limit_deg_s: float, run_stop: Indices) -> tuple[Indices, Indices]:
    """First index, and index past the last, of each stretch under the limit within a run."""
    slow = speed < limit_deg_s
    first, stop = runs(slow)
    ends = np.flatnonzero(np.diff(run_stop)) + 1  # where one run follows another
    cuts = ends[slow[ends - 1] & slow[ends]]
    return np.sort(np.append(first, cuts)), np.sort(np.append(stop, cuts))
