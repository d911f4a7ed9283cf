"""One session as it would have happened: what was shown, where the student looked, how the head moved.

Everything runs on the page's clock. `Recording.lag_ms` is the time by which the video lags behind that
clock without saying so: a frame stamped t shows the world at t - lag.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.domain import Floats, Lesson
from pipeline.synthetic.desk import Desk
from pipeline.synthetic.gaze_behaviour import Behaviour, GazePath, Scan, dot_scan, follow, slide_scan
from pipeline.synthetic.head import HeadPath, move_head
from pipeline.synthetic.schedule import plan_calibration, plan_timeline, to_screen, visible_slides

LAG_SHARE, LAG_MS = 0.5, (20.0, 200.0)
DIM_SHARE, DIM_RATE_HZ = 0.2, (15.0, 20.0)
DROPPED_SHARE = 0.01
AWAY = ((-0.7, 0.6), (1.7, 0.6), (0.4, 1.8))  # beside and below the screen, as shares of it


@dataclass(frozen=True)
class Recording:
    """All that happened, before anything is drawn. `frame_ms` are the frames' stamps, `end_ms` the end."""

    desk: Desk
    calibration: pd.DataFrame
    timeline: pd.DataFrame
    gaze: GazePath
    head: HeadPath
    frame_ms: Floats
    lag_ms: float
    dim: bool

    @property
    def video_start_ms(self) -> float:
        return float(self.frame_ms[0])


def plan_recording(
    rng: np.random.Generator, lesson: Lesson, behaviour: Behaviour, seconds: float, desk: Desk, rate_hz: float
) -> Recording:
    """Calibration, head motion, validation, then the slides for `seconds`."""
    video_start = float(rng.integers(250, 1600))
    calibration = plan_calibration(rng, desk.screen, video_start + rng.uniform(900, 1800))
    slides_from = float(calibration["t_off_ms"].iloc[-1]) + rng.uniform(600, 1200)
    timeline = plan_timeline(rng, lesson, desk.screen, slides_from, seconds, behaviour)
    end = float(timeline["t_ms"].iloc[-1]) + 400
    gaze = follow(rng, _scan(rng, lesson, behaviour, desk, calibration, timeline), end + 500, desk.px_per_deg)
    exercise = calibration.loc[calibration["kind"] == "head_motion", ["t_on_ms", "t_off_ms"]].to_numpy(
        np.float64
    )[0]
    head = move_head(
        rng,
        desk.to_camera(gaze.places_px),
        desk.rest_mm,
        desk.to_camera(desk.size_px / 2),
        (exercise[0] + 400, exercise[1] - 200),
    )
    dim = bool(rng.random() < DIM_SHARE)
    rate_hz = min(rate_hz, rng.uniform(*DIM_RATE_HZ)) if dim else rate_hz
    lag = float(rng.uniform(*LAG_MS)) if rng.random() < LAG_SHARE else 0.0
    frames = _frame_times(rng, video_start, end, rate_hz)
    return Recording(desk, calibration, timeline, gaze, head, frames, lag, dim)


def _scan(
    rng: np.random.Generator,
    lesson: Lesson,
    behaviour: Behaviour,
    desk: Desk,
    calibration: pd.DataFrame,
    timeline: pd.DataFrame,
) -> Scan:
    """Where the eyes go during the whole session, px."""
    parts = [Scan(np.array([0.0]), desk.size_px * rng.uniform(0.3, 0.7, (1, 2)))]
    for on, off, x, y in calibration[["t_on_ms", "t_off_ms", "x_px", "y_px"]].to_numpy(np.float64):
        parts.append(dot_scan(rng, on, off, np.array([x, y]), desk.px_per_deg))
    starts = timeline.loc[timeline["event"] == "slide_shown", "t_ms"].to_numpy(np.float64)
    ends = np.append(starts[1:], timeline["t_ms"].iloc[-1])
    for slide, on, off in zip(lesson.slides, starts, ends, strict=True):
        scan = slide_scan(rng, slide, behaviour, on, off)
        parts.append(Scan(scan.onset_ms, to_screen(timeline, scan.onset_ms, scan.places_px)))
    scan = Scan.joined(parts)
    if behaviour is Behaviour.LOOKS_AWAY:
        return _look_away(rng, scan, starts[0], ends[-1], desk.size_px)
    return _elsewhere_while_hidden(rng, scan, timeline, starts[0], desk.size_px)


def _look_away(rng: np.random.Generator, scan: Scan, start_ms: float, end_ms: float, size_px: Floats) -> Scan:
    """The scan with a few stretches replaced by places beside or below the screen."""
    places = scan.places_px.copy()
    when = start_ms + 3000
    while when < end_ms - 3000:
        lasts = rng.uniform(1500, 3500)
        inside = (scan.onset_ms >= when) & (scan.onset_ms < when + lasts)
        side = np.array(AWAY[rng.integers(len(AWAY))])
        places[inside] = size_px * (side + rng.normal(0, 0.06, (inside.sum(), 2)))
        when += lasts + rng.exponential(9000) + 3000
    return Scan(scan.onset_ms, places)


def _elsewhere_while_hidden(
    rng: np.random.Generator, scan: Scan, timeline: pd.DataFrame, start_ms: float, size_px: Floats
) -> Scan:
    """The scan with places anywhere on the screen while another tab is before the slides."""
    hidden = np.array([slide is None for slide in visible_slides(timeline, scan.onset_ms)])
    hidden &= scan.onset_ms > start_ms
    elsewhere = size_px * rng.uniform(0.05, 0.95, scan.places_px.shape)
    return Scan(scan.onset_ms, np.where(hidden[:, None], elsewhere, scan.places_px))


def _frame_times(rng: np.random.Generator, start_ms: float, end_ms: float, rate_hz: float) -> Floats:
    """Stamps in whole ms, with jitter and a few frames dropped."""
    count = int((end_ms - start_ms) / 1000 * rate_hz)
    steps = 1000 / rate_hz + rng.normal(0, 1.2, count)
    steps[rng.random(count) < DROPPED_SHARE] *= 2
    stamps = np.round(np.cumsum(np.maximum(steps, 5)))
    return np.asarray(start_ms + np.concatenate([[0.0], stamps]))
