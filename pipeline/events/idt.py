"""Fixations by dispersion (I-DT), with thresholds that fit a webcam's noise and frame rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import FIXATIONS, Floats, Screen, empty, typed
from pipeline.events.visual_angle import deg_per_mm, distances_mm, to_mm
from pipeline.parameters import FixationParameters

Indices = NDArray[np.intp]
CLOCK_JITTER_MS = 1.0  # timestamps are often rounded to whole ms


def fixations(
    gaze: pd.DataFrame, segments: pd.DataFrame, screen: Screen, parameters: FixationParameters
) -> pd.DataFrame:
    """Find the fixations on slides.

    A fixation is the longest stretch of gaze from its first sample on whose dispersion, (max x - min x) +
    (max y - min y) in degrees, stays within the threshold, if it lasts long enough. Stretches that follow
    one another at nearly the same place are merged. None reaches across a loss of tracking, a change of
    slide or of the slide's rectangle.

    Each sample stands for the time half-way to its neighbours, at most one median step in all. So a
    fixation begins half a step before its first sample, ends half a step after its last, and the sum of
    all durations never exceeds the time that slides were shown.

    Parameters
    ----------
    gaze : columns of GAZE, in order of time
    segments : slide_id, onset_ms, duration_ms, x_px, y_px, width_px, height_px of each stretch of time in
        which one slide was shown in one rectangle of the screen, in order of time
    screen : gives mm per px
    parameters : thresholds

    Returns
    -------
    Columns of FIXATIONS. `slide_x`, `slide_y`: mean of the median-filtered gaze. `sigma_x`, `sigma_y`: the
    median `sigma_deg` of its samples in slide units (not less for many samples: the larger part of a
    webcam's error is systematic and does not average out).

    References
    ----------
    Salvucci & Goldberg (2000), Identifying fixations and saccades in eye-tracking protocols,
    doi:10.1145/355017.355028
    """
    track = _track(gaze, segments, screen, parameters)
    if len(track) == 0:
        return empty(FIXATIONS)
    limit_deg = dispersion_limit_deg(track.noise_deg, parameters)
    reach = longest_within(track.place_mm, track.deg_per_mm, track.run_stop, limit_deg)
    first, stop = _windows(track, reach, parameters)
    fixation = _merge(track, first, stop, parameters)
    return _describe(track, first, stop, fixation)


@dataclass(frozen=True)
class _Track:
    """The usable samples, in order. `run_stop` is the index past the end of each sample's run."""

    slide_id: NDArray[np.object_]
    begin_ms: Floats
    end_ms: Floats
    place_mm: Floats  # (n, 2), median-filtered
    slide_xy: Floats  # (n, 2), median-filtered
    deg_per_mm: Floats  # (n, 2)
    sigma_xy: Floats  # (n, 2), slide units
    run_stop: Indices
    step_ms: float
    noise_deg: float

    def __len__(self) -> int:
        return len(self.begin_ms)


def _track(
    gaze: pd.DataFrame, segments: pd.DataFrame, screen: Screen, parameters: FixationParameters
) -> _Track:
    """Keep what was tracked on slides, cut it into runs and filter it."""
    t_all = gaze["t_ms"].to_numpy(float)
    step_ms = float(np.median(np.diff(t_all))) if len(t_all) > 1 else 0.0
    segment = _segment_of(t_all, segments)
    usable = (gaze["valid"] & gaze["slide_id"].notna() & gaze["screen_x_px"].notna()).to_numpy(bool)
    kept = np.flatnonzero(usable & (segment >= 0) & (step_ms > 0))
    used, segment, t_ms = gaze.iloc[kept], segment[kept], t_all[kept]
    shown = segments.iloc[segment]

    lost_ms = np.diff(t_ms) - step_ms
    breaks = (lost_ms > parameters.gap_max_ms + CLOCK_JITTER_MS) | (np.diff(segment) != 0)
    run_stop = _run_stops(breaks, len(t_ms))
    raw_mm = to_mm(used, screen)
    scale = deg_per_mm(raw_mm, distances_mm(gaze)[kept])
    shown_mm = shown[["width_px", "height_px"]].to_numpy(float) * screen.mm_per_px
    begin_ms, end_ms = _extents(t_ms, step_ms, shown)
    return _Track(
        slide_id=used["slide_id"].to_numpy(object),
        begin_ms=begin_ms,
        end_ms=end_ms,
        place_mm=median_of_three(raw_mm, run_stop),
        slide_xy=median_of_three(used[["slide_x", "slide_y"]].to_numpy(float), run_stop),
        deg_per_mm=scale,
        sigma_xy=used["sigma_deg"].to_numpy(float)[:, None] / scale / shown_mm,
        run_stop=run_stop,
        step_ms=step_ms,
        noise_deg=noise_std_deg((np.diff(raw_mm, axis=0) * scale[1:])[~breaks]),
    )


def _extents(t_ms: Floats, step_ms: float, shown: pd.DataFrame) -> tuple[Floats, Floats]:
    """Begin and end of the time each sample stands for, within the segment it was shown in."""
    half_ms = np.minimum(np.diff(t_ms, prepend=-np.inf, append=np.inf), step_ms) / 2
    onset_ms, duration_ms = shown["onset_ms"].to_numpy(float), shown["duration_ms"].to_numpy(float)
    begin_ms = np.maximum(t_ms - half_ms[:-1], onset_ms)
    return begin_ms, np.minimum(t_ms + half_ms[1:], onset_ms + duration_ms)


def _segment_of(t_ms: Floats, segments: pd.DataFrame) -> Indices:
    """Index of the segment each time falls into, -1 for none."""
    onset = segments["onset_ms"].to_numpy(float)
    index = np.searchsorted(onset, t_ms, "right") - 1
    if len(onset) == 0:
        return index
    offset = onset + segments["duration_ms"].to_numpy(float)
    return np.where((index >= 0) & (t_ms <= offset[index]), index, -1)


def _run_stops(breaks: NDArray[np.bool_], count: int) -> Indices:
    """Index one past the run of each sample, given whether a break follows each but the last."""
    stops = np.append(np.flatnonzero(breaks) + 1, count)
    return np.asarray(stops[np.searchsorted(stops, np.arange(count), "right")])


def median_of_three(values: Floats, run_stop: Indices) -> Floats:
    """Median of each sample and its two neighbours, shape (n, k); the ends of a run stay as they are."""
    if len(values) < 3:
        return values
    before, here, after = values[:-2], values[1:-1], values[2:]
    median = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
    inside = (run_stop[:-2] == run_stop[2:])[:, None]
    return np.concatenate([values[:1], np.where(inside, median, here), values[-1:]])


def noise_std_deg(steps_deg: Floats) -> float:
    """Standard deviation of the noise per axis, from sample-to-sample differences (n, 2) by their MAD.

    Saccades are few among the steps, and the MAD does not notice them. NaN without any step.
    """
    if len(steps_deg) == 0:
        return np.nan
    std = 1.4826 * np.median(np.abs(steps_deg), axis=0) / np.sqrt(2)
    return float(np.sqrt(np.mean(std**2)))


def dispersion_limit_deg(noise_deg: float, parameters: FixationParameters) -> float:
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


def _windows(track: _Track, reach: Indices, parameters: FixationParameters) -> tuple[Indices, Indices]:
    """First index, and index past the last, of each fixation: from the left, each as long as it can be."""
    slow = 1000 / track.step_ms < parameters.slow_rate_hz
    duration_ms = parameters.slow_duration_min_ms if slow else parameters.duration_min_ms
    samples = parameters.slow_samples_min if slow else parameters.samples_min
    here = np.arange(len(track))
    long_enough = track.end_ms[np.maximum(reach - 1, 0)] - track.begin_ms >= duration_ms - CLOCK_JITTER_MS
    can_start = np.flatnonzero(long_enough & (reach - here >= samples))
    following = np.append(can_start, len(track))[np.searchsorted(can_start, np.append(here, len(track)))]
    first, jump, stop = [], following.tolist(), reach.tolist()
    at = jump[0]
    while at < len(track):
        first.append(at)
        at = jump[stop[at]]
    starts = np.array(first, dtype=np.intp)
    return starts, reach[starts]


def _merge(track: _Track, first: Indices, stop: Indices, parameters: FixationParameters) -> Indices:
    """Number of the fixation each window belongs to: neighbours close in time and place are one."""
    if len(first) < 2:
        return np.zeros(len(first), np.intp)
    total = np.concatenate([np.zeros((1, 2)), np.cumsum(track.place_mm, axis=0)])
    centre = (total[stop] - total[first]) / (stop - first)[:, None]
    distance = np.hypot(*(np.diff(centre, axis=0) * track.deg_per_mm[first[1:]]).T)
    pause_ms = track.begin_ms[first[1:]] - track.end_ms[stop[:-1] - 1]
    joined = (
        (track.run_stop[first[1:]] == track.run_stop[first[:-1]])
        & (pause_ms <= parameters.merge_gap_ms + CLOCK_JITTER_MS)
        & (distance < parameters.merge_distance_deg)
    )
    return np.concatenate([[0], np.cumsum(~joined)])


def _describe(track: _Track, first: Indices, stop: Indices, fixation: Indices) -> pd.DataFrame:
    """One row a fixation, over the samples of its windows."""
    length = stop - first
    number = np.repeat(fixation, length)
    member = np.arange(length.sum()) + np.repeat(first - (np.cumsum(length) - length), length)
    samples = pd.DataFrame(
        np.hstack([track.place_mm, track.slide_xy, track.sigma_xy])[member],
        columns=["x_mm", "y_mm", "slide_x", "slide_y", "sigma_x", "sigma_y"],
    )
    groups = samples.groupby(number)
    lead = first[np.unique(fixation, return_index=True)[1]]
    onset_ms = track.begin_ms[lead]
    spread_mm = (groups.max() - groups.min())[["x_mm", "y_mm"]].to_numpy()
    table = groups[["slide_x", "slide_y"]].mean().join(groups[["sigma_x", "sigma_y"]].median())
    table = table.assign(
        fixation_id=np.arange(len(table)),
        slide_id=track.slide_id[lead],
        onset_ms=onset_ms,
        duration_ms=pd.Series(track.end_ms[stop - 1]).groupby(fixation).max().to_numpy() - onset_ms,
        dispersion_deg=(spread_mm * track.deg_per_mm[lead]).sum(axis=1),
        samples=groups.size(),
    )
    return typed(table, FIXATIONS)
