"""Fixations by dispersion (I-DT): the longest stretches of gaze that stay within a small area."""

from __future__ import annotations

import numpy as np

from pipeline.domain import Floats
from pipeline.events.track import CLOCK_JITTER_MS, Indices, Track
from pipeline.parameters import DispersionParameters


def detect(track: Track, parameters: DispersionParameters) -> tuple[Indices, Indices]:
    """First index, and index past the last, of each fixation: from the left, each as long as it can be.

    A fixation is the longest stretch from its first sample on whose dispersion, (max x - min x) +
    (max y - min y) in degrees, stays within the threshold, if it lasts long enough.

    References
    ----------
    Salvucci & Goldberg (2000), Identifying fixations and saccades in eye-tracking protocols,
    doi:10.1145/355017.355028
    """
    limit_deg = dispersion_limit_deg(track.noise_deg, parameters)
    lasts_until_ms = track.begin_ms + parameters.duration_min_ms - CLOCK_JITTER_MS
    enough = np.searchsorted(track.end_ms, lasts_until_ms) + 1
    enough = np.maximum(enough, np.arange(len(track)) + parameters.samples_min)
    return stretches(track.place_mm, track.deg_per_mm, enough, track.run_stop, limit_deg)


def dispersion_limit_deg(noise_deg: float, parameters: DispersionParameters) -> float:
    """The widest dispersion that noise of this size would give a steady gaze, within sensible bounds."""
    low, high = parameters.dispersion_min_deg, parameters.dispersion_max_deg
    return low if np.isnan(noise_deg) else float(np.clip(parameters.noise_factor * noise_deg, low, high))


def stretches(
    place_mm: Floats, scale: Floats, enough: Indices, run_stop: Indices, limit_deg: float
) -> tuple[Indices, Indices]:
    """Stretches that follow one another, each from the first sample that can start one, as long as it can be.

    Parameters
    ----------
    place_mm, scale : (n, 2), places and the degrees that a mm subtends there; the first sample's count
    enough : (n,), index past the shortest stretch from each sample that is long enough
    run_stop : (n,), no stretch goes beyond
    limit_deg : on (max x - min x) + (max y - min y)
    """
    within = np.flatnonzero(enough <= run_stop)
    starts = within[dispersion_deg(place_mm, scale, within, enough[within]) <= limit_deg]
    first, stop, place = [], [], 0
    while place < len(starts):
        first.append(starts[place])
        stop.append(_reach(place_mm, scale, starts[place], enough[starts[place]], run_stop, limit_deg))
        place = int(np.searchsorted(starts, stop[-1]))
    return np.array(first, dtype=np.intp), np.array(stop, dtype=np.intp)


def dispersion_deg(place_mm: Floats, scale: Floats, first: Indices, stop: Indices) -> Floats:
    """Dispersion of the samples from each first to before each stop, (len(first),).

    The extremes over 1, 2, 4... samples are tabled in turn; two that overlap make up any length.
    """
    level_of = np.frexp(stop - first)[1] - 1  # the greatest power of two that is no longer
    dispersion = np.zeros(len(first))
    lowest = np.hstack([place_mm, -place_mm])  # minima of x, y, -x, -y over 2**level samples
    for level in range(int(level_of.max(initial=-1)) + 1):
        these = np.flatnonzero(level_of == level)
        begin, end = first[these], stop[these] - 2**level
        extremes = np.minimum(lowest[begin], lowest[end])
        dispersion[these] = -((extremes[:, :2] + extremes[:, 2:]) * scale[begin]).sum(axis=1)
        lowest = np.minimum(lowest[: -(2**level)], lowest[2**level :])
    return dispersion


def _reach(
    place_mm: Floats, scale: Floats, start: int, sure: int, run_stop: Indices, limit_deg: float
) -> int:
    """Index past the longest stretch from a sample, which is known to reach to `sure` at least."""
    high, low = place_mm[start:sure].max(axis=0), place_mm[start:sure].min(axis=0)
    at, last = sure, int(run_stop[start])
    while at < last:
        ahead = place_mm[at : min(last, at + (at - start))]  # as much again as is known by now
        highs = np.maximum(np.maximum.accumulate(ahead, axis=0), high)
        lows = np.minimum(np.minimum.accumulate(ahead, axis=0), low)
        too_far = ((highs - lows) * scale[start]).sum(axis=1) > limit_deg
        if too_far.any():
            return at + int(np.argmax(too_far))
        high, low, at = highs[-1], lows[-1], at + len(ahead)
    return last
