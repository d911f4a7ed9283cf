"""Fixations by clustering (after I2MC): cuts where gaze, split in two places, goes from one to the other."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pipeline.domain import Bools, Floats
from pipeline.events.runs import runs
from pipeline.events.track import Indices, Track
from pipeline.parameters import ClusteringParameters

CHUNK_SAMPLES = 2_000_000  # of the windows that are split at a time, for the memory's sake


def detect(track: Track, parameters: ClusteringParameters) -> tuple[Indices, Indices]:
    """First index, and index past the last, of each stretch of samples without a cut.

    Windows that slide over the gaze are each split into two clusters. The fewer changes from one cluster
    to the other a window has, the more each weighs; their mean over all windows is high where gaze went
    from one place to another, and low where there is but noise. Runs shorter than a window give nothing.

    References
    ----------
    Hessels, Niehorster, Kemner & Hooge (2017), Noise-robust fixation detection in eye movement data:
    Identification by two-means clustering (I2MC), doi:10.3758/s13428-016-0822-1
    """
    weight = cut_weights(track, parameters)
    known = weight[np.isfinite(weight)]
    limit = known.mean() + parameters.deviations * known.std() if len(known) else 0.0
    joined = weight <= limit  # each sample and the next; False where the weight is not known
    first, stop = runs(joined)
    return first, stop + 1


def cut_weights(track: Track, parameters: ClusteringParameters) -> Floats:
    """How much speaks for a cut between each sample and the next, 0-1, (n,); NaN where no window reached."""
    size = max(3, round(parameters.window_ms / track.step_ms))
    starts = _window_starts(track, size, max(1, round(parameters.step_ms / track.step_ms)))
    total = np.zeros(len(track))
    factors = [factor for factor in parameters.factors if factor < size]  # two samples or more are left
    for some in np.array_split(starts, 1 + len(starts) * size // CHUNK_SAMPLES):
        for factor in factors:
            _add_changes(total, track.place_mm, some, size, factor)
    edges = np.zeros(len(track) + 1)
    edges[starts] += 1
    edges[starts + size - 1] -= 1
    windows = np.cumsum(edges[:-1]).round()
    return np.where(windows > 0, total / np.maximum(windows, 1) / len(factors), np.nan)


def _window_starts(track: Track, size: int, step: int) -> Indices:
    """First sample of each window of this size: every so many samples of a run, and at its end."""
    stops = np.flatnonzero(track.run_ends) + 1
    firsts = np.concatenate([[0], stops[:-1]])
    since = np.arange(len(track)) - np.repeat(firsts, stops - firsts)
    remaining = track.run_stop - np.arange(len(track))
    return np.flatnonzero(((since % step == 0) & (remaining >= size)) | (remaining == size))


def _add_changes(total: Floats, place_mm: Floats, starts: Indices, size: int, factor: int) -> None:
    """Add each window's changes between clusters, weighed, to the samples that they come after.

    Of every `factor` samples only the first is looked at, so a change may be after any of them.
    """
    if len(starts) == 0:
        return
    windows = sliding_window_view(place_mm, size, axis=0)[starts, :, ::factor]
    second = in_second_cluster(np.moveaxis(windows, 1, 2))
    changes = second[:, 1:] != second[:, :-1]
    weights = changes / np.maximum(changes.sum(axis=1, keepdims=True), 1)
    for offset in range(factor * changes.shape[1]):
        total[starts + offset] += weights[:, offset // factor]


def in_second_cluster(windows: Floats) -> Bools:
    """Split the samples of each window into the two clusters that are tightest along its main axis.

    Along one axis the best of all splits is found at once, without iterations or a random start.

    Parameters
    ----------
    windows : (n, samples, 2), each with two samples or more

    Returns
    -------
    (n, samples), False and True for the two; all False where all samples are in one place
    """
    centred = windows - windows.mean(axis=1, keepdims=True)
    x, y = centred[..., 0], centred[..., 1]
    angle = np.arctan2(2 * (x * y).sum(axis=1), (x**2 - y**2).sum(axis=1)) / 2
    along = x * np.cos(angle)[:, None] + y * np.sin(angle)[:, None]
    ordered = np.sort(along, axis=1)
    below = np.arange(1, along.shape[1])
    sums = np.cumsum(ordered, axis=1)[:, :-1]
    spread = sums**2 / below + sums**2 / below[::-1]  # between clusters; the sum of all is 0
    best = np.argmax(spread, axis=1)[:, None]
    middle = (np.take_along_axis(ordered, best, 1) + np.take_along_axis(ordered, best + 1, 1)) / 2
    return np.asarray(along > middle)
