"""From the stretches that a detector found to fixations: merge what is one, drop what is none, describe."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.domain import FIXATIONS, Bools, Floats, typed
from pipeline.events.track import CLOCK_JITTER_MS, Indices, Track
from pipeline.parameters import DetectorParameters


def assemble(track: Track, first: Indices, stop: Indices, parameters: DetectorParameters) -> pd.DataFrame:
    """The table of FIXATIONS for stretches of samples, in order and apart from one another."""
    fixation = _merge(track, first, stop, parameters)
    kept = _long_enough(track, first, stop, fixation, parameters)[fixation]
    return _describe(track, first[kept], stop[kept], np.unique(fixation[kept], return_inverse=True)[1])


def _merge(track: Track, first: Indices, stop: Indices, parameters: DetectorParameters) -> Indices:
    """Number of the fixation each stretch belongs to: neighbours close in time and place are one."""
    if len(first) < 2:
        return np.zeros(len(first), np.intp)
    centre = _sums(track.place_mm, first, stop) / (stop - first)[:, None]
    distance = np.hypot(*(np.diff(centre, axis=0) * track.deg_per_mm[first[1:]]).T)
    near_deg = max(parameters.merge_distance_deg, parameters.merge_noise_factor * track.noise_deg)
    pause_ms = track.begin_ms[first[1:]] - track.end_ms[stop[:-1] - 1]
    joined = (
        (track.run_stop[first[1:]] == track.run_stop[first[:-1]])
        & (pause_ms <= parameters.merge_gap_ms + CLOCK_JITTER_MS)
        & (distance < near_deg)
    )
    return np.concatenate([[0], np.cumsum(~joined)])


def _sums(values: Floats, first: Indices, stop: Indices) -> Floats:
    """Sum of the rows (n, k) from each first to before each stop."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(total[stop] - total[first])


def _long_enough(
    track: Track, first: Indices, stop: Indices, fixation: Indices, parameters: DetectorParameters
) -> Bools:
    """Whether each fixation lasts long enough and has samples enough to be one."""
    lead, last = _bounds(fixation)
    lasts_ms = track.end_ms[stop[last] - 1] - track.begin_ms[first[lead]]
    samples = np.bincount(fixation, stop - first) if len(fixation) else np.zeros(0)
    return np.asarray(
        (lasts_ms >= parameters.duration_min_ms - CLOCK_JITTER_MS) & (samples >= parameters.samples_min)
    )


def _bounds(fixation: Indices) -> tuple[Indices, Indices]:
    """Index of the first and of the last stretch of each fixation."""
    return np.flatnonzero(np.diff(fixation, prepend=-1)), np.flatnonzero(np.diff(fixation, append=-1))


def _describe(track: Track, first: Indices, stop: Indices, fixation: Indices) -> pd.DataFrame:
    """One row a fixation, over the samples of its stretches."""
    length = stop - first
    number = np.repeat(fixation, length)
    member = np.arange(length.sum()) + np.repeat(first - (np.cumsum(length) - length), length)
    lead, last = _bounds(fixation)
    starts = np.searchsorted(number, np.arange(len(lead)))
    samples = np.diff(np.append(starts, len(number)))
    place_mm, slide_xy = track.place_mm[member], track.slide_xy[member]
    spread_mm = np.maximum.reduceat(place_mm, starts) - np.minimum.reduceat(place_mm, starts)
    centre = np.add.reduceat(slide_xy, starts) / samples[:, None]
    sigma = pd.DataFrame(track.sigma_xy[member]).groupby(number).median().to_numpy()
    begin = first[lead]
    table = {
        "fixation_id": np.arange(len(lead)),
        "slide_id": track.slide_id[begin],
        "onset_ms": track.begin_ms[begin],
        "duration_ms": track.end_ms[stop[last] - 1] - track.begin_ms[begin],
        "slide_x": centre[:, 0],
        "slide_y": centre[:, 1],
        "dispersion_deg": (spread_mm * track.deg_per_mm[begin]).sum(axis=1),
        "samples": samples,
        "sigma_x": sigma[:, 0],
        "sigma_y": sigma[:, 1],
    }
    return typed(pd.DataFrame(table), FIXATIONS)
