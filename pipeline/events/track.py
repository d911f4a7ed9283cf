"""What every detector of fixations starts from: the usable samples, cut into runs and filtered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats, Screen
from pipeline.events.visual_angle import deg_per_mm, distances_mm, to_mm

Indices = NDArray[np.intp]
CLOCK_JITTER_MS = 1.0  # timestamps are often rounded to whole ms


@dataclass(frozen=True)
class Track:
    """The usable samples, in order. `run_stop` is the index past the end of each sample's run.

    A run goes on over no loss longer than allowed, no change of slide or of the slide's rectangle. Each
    sample stands for the time from `begin_ms` to `end_ms`.
    """

    slide_id: NDArray[np.object_]
    t_ms: Floats
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
        return len(self.t_ms)

    @property
    def run_ends(self) -> Bools:
        """Whether each sample is the last of its run."""
        return np.asarray(self.run_stop == np.arange(1, len(self) + 1))


def step_ms(t_ms: Floats) -> float:
    """The usual time from one sample to the next; 0 where there are not two."""
    return float(np.median(np.diff(t_ms))) if len(t_ms) > 1 else 0.0


def track_of(gaze: pd.DataFrame, segments: pd.DataFrame, screen: Screen, gap_max_ms: float) -> Track:
    """Keep what was tracked on slides, cut it into runs and filter it.

    Parameters
    ----------
    gaze : columns of GAZE, in order of time
    segments : as `detect.fixations` takes them
    screen : gives mm per px
    gap_max_ms : the longest loss that a run goes on over
    """
    t_all = gaze["t_ms"].to_numpy(float)
    usual_ms = step_ms(t_all)
    segment = _segment_of(t_all, segments)
    usable = (gaze["valid"] & gaze["slide_id"].notna() & gaze["screen_x_px"].notna()).to_numpy(bool)
    kept = np.flatnonzero(usable & (segment >= 0) & (usual_ms > 0))
    used, segment, t_ms = gaze.iloc[kept], segment[kept], t_all[kept]
    onset_ms, duration_ms, width_px, height_px = (
        segments[name].to_numpy(float)[segment]
        for name in ("onset_ms", "duration_ms", "width_px", "height_px")
    )

    lost_ms = np.diff(t_ms) - usual_ms
    breaks = (lost_ms > gap_max_ms + CLOCK_JITTER_MS) | (np.diff(segment) != 0)
    run_stop = _run_stops(breaks, len(t_ms))
    raw_mm = to_mm(used, screen)
    scale = deg_per_mm(raw_mm, distances_mm(gaze)[kept])
    half_ms = np.minimum(np.diff(t_ms, prepend=-np.inf, append=np.inf), usual_ms) / 2
    shown_mm = np.column_stack([width_px, height_px]) * screen.mm_per_px
    return Track(
        slide_id=used["slide_id"].to_numpy(object),
        t_ms=t_ms,
        begin_ms=np.maximum(t_ms - half_ms[:-1], onset_ms),
        end_ms=np.minimum(t_ms + half_ms[1:], onset_ms + duration_ms),
        place_mm=median_of_three(raw_mm, run_stop),
        slide_xy=median_of_three(used[["slide_x", "slide_y"]].to_numpy(float), run_stop),
        deg_per_mm=scale,
        sigma_xy=used["sigma_deg"].to_numpy(float)[:, None] / scale / shown_mm,
        run_stop=run_stop,
        step_ms=usual_ms,
        noise_deg=noise_std_deg((np.diff(raw_mm, axis=0) * scale[1:])[~breaks]),
    )


def _segment_of(t_ms: Floats, segments: pd.DataFrame) -> Indices:
    """Index of the segment each time falls into, -1 for none."""
    onset = segments["onset_ms"].to_numpy(float)
    index = np.searchsorted(onset, t_ms, "right") - 1
    if len(onset) == 0:
        return index
    offset = onset + segments["duration_ms"].to_numpy(float)
    return np.where((index >= 0) & (t_ms <= offset[index]), index, -1)


def _run_stops(breaks: Bools, count: int) -> Indices:
    """Index one past the run of each sample, given whether a break follows each but the last."""
    stops = np.append(np.flatnonzero(breaks) + 1, count)
    return np.repeat(stops, np.diff(stops, prepend=0))


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
