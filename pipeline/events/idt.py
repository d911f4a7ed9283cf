"""Fixations by dispersion (I-DT): the longest stretches of gaze that stay within a small area."""

from __future__ import annotations

import numpy as np

from pipeline.domain import Bools, Floats
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
    reach = longest_within(track.place_mm, track.deg_per_mm, track.run_stop, limit_deg)
    lasts_ms = track.end_ms[np.maximum(reach - 1, 0)] - track.begin_ms
    long_enough = lasts_ms >= parameters.duration_min_ms - CLOCK_JITTER_MS
    return from_the_left(reach, long_enough & (reach - np.arange(len(track)) >= parameters.samples_min))


def dispersion_limit_deg(noise_deg: float, parameters: DispersionParameters) -> float:
    """The widest dispersion that noise of this size would give a steady gaze, within sensible bounds."""
    low, high = parameters.dispersion_min_deg, parameters.dispersion_max_deg
    return low if np.isnan(noise_deg) else float(np.clip(parameters.noise_factor * noise_deg, low, high))


def longest_within(place_mm: Floats, scale: Floats, run_stop: Indices, limit_deg: float) -> Indices:
    """Index one past the longest stretch from each sample on whose dispersion is within the limit.

    Binary lifting: the extremes of all stretches of 1, 2, 4... samples are tabled, then every sample at
    once tries to go on by the longest of these, the next longest, and so forth.

    Parameters
    ----------
    place_mm, scale : (n, 2), places and the degrees that a mm subtends there; the first sample's count
    run_stop : (n,), no stretch goes beyond
    limit_deg : on (max x - min x) + (max y - min y)
    """
    count = len(place_mm)
    lowest = [np.hstack([place_mm, -place_mm])]  # minima of x, y, -x, -y over 2**level samples
    while 2 ** len(lowest) <= np.max(run_stop - np.arange(count)):
        half = 2 ** (len(lowest) - 1)
        lowest.append(np.minimum(lowest[-1][:-half], lowest[-1][half:]))
    stop = np.arange(count)
    seen = np.full((count, 4), np.inf)
    for level in reversed(range(len(lowest))):
        ahead = np.flatnonzero(stop + 2**level <= run_stop)
        wider = np.minimum(seen[ahead], lowest[level][stop[ahead]])
        dispersion = -((wider[:, :2] + wider[:, 2:]) * scale[ahead]).sum(axis=1)
        fits = dispersion <= limit_deg
        seen[ahead[fits]] = wider[fits]
        stop[ahead[fits]] += 2**level
    return stop


def from_the_left(reach: Indices, can_start: Bools) -> tuple[Indices, Indices]:
    """Stretches that follow one another: each begins at the first sample that can start one."""
    count = len(reach)
    starts = np.flatnonzero(can_start)
    following = np.append(starts, count)[np.searchsorted(starts, np.arange(count + 1))]
    first, jump, stop = [], following.tolist(), reach.tolist()
    at = jump[0]
    while at < count:
        first.append(at)
        at = jump[stop[at]]
    chosen = np.array(first, dtype=np.intp)
    return chosen, reach[chosen]
