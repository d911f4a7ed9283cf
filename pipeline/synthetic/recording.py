"""One session as it would have happened: screen, camera, calibration, slides, gaze and head over time.

Everything runs on the page's clock. `Recording.lag_ms` is the time by which the video lags behind that
clock without saying so: a frame stamped t shows the world at t - lag.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.domain import CALIBRATION, TIMELINE, Camera, Floats, Lesson, Screen
from pipeline.synthetic.camera import Lens, screen_to_camera
from pipeline.synthetic.gaze_behaviour import Behaviour, GazePath, Scan, dot_scan, follow, slide_scan
from pipeline.synthetic.head import HeadPath, move_head

SCREENS = ((1366, 768), (1440, 900), (1536, 864), (1920, 1080), (1920, 1200), (2560, 1440))
GRID = (0.07, 0.5, 0.93)
INNER = (0.285, 0.715)
DOTS = [(x, y) for x in GRID for y in GRID] + [(x, y) for x in INNER for y in INNER]
VALIDATION = ((0.3, 0.5), (0.7, 0.48), (0.5, 0.2), (0.5, 0.8), (0.18, 0.72), (0.82, 0.25))


@dataclass(frozen=True)
class Desk:
    """How a student sits before a screen: the geometry of one session."""

    screen: Screen
    camera: Camera
    lens: Lens
    tilt_deg: tuple[float, float]
    rest_mm: Floats  # the eyes, in camera axes

    @property
    def px_per_deg(self) -> float:
        return float(self.rest_mm[2] * np.tan(np.radians(1.0)) / self.screen.mm_per_px[0])

    @property
    def screen_corners_mm(self) -> Floats:
        """The screen's top-left and bottom-right corner (2, 3)."""
        return self.to_camera(np.array([[0.0, 0.0], [self.screen.width_px, self.screen.height_px]]))

    def to_camera(self, points_px: Floats) -> Floats:
        return screen_to_camera(points_px, self.screen, self.camera, self.tilt_deg)


@dataclass(frozen=True)
class Recording:
    """All that happened, before anything is drawn."""

    desk: Desk
    calibration: pd.DataFrame
    timeline: pd.DataFrame
    gaze: GazePath
    head: HeadPath
    video_start_ms: float
    lag_ms: float
    frame_ms: Floats  # stamps on the page's clock, whole ms after video_start_ms
    end_ms: float
    dim: bool


def draw_desk(rng: np.random.Generator, width_px: int, height_px: int) -> Desk:
    """A screen of 14-24 inch, a webcam in its upper rim and a plausible distance."""
    size_px = SCREENS[rng.integers(len(SCREENS))]
    diagonal_mm = rng.uniform(14, 24) * 25.4
    mm = np.array(size_px) * diagonal_mm / np.hypot(*size_px)
    screen = Screen(*size_px, round(float(mm[0]), 1), round(float(mm[1]), 1), "stated")
    fov = float(np.clip(rng.normal(68, 7), 55, 85))
    stated = round(fov, 1) if rng.random() < 0.3 else None
    camera = Camera(round(float(rng.normal(0, 3)), 1), round(float(rng.uniform(6, 14)), 1), stated, None)
    distance = np.clip(rng.normal(430 + 0.35 * diagonal_mm, 45), 450, 750)
    rest = np.array([rng.normal(0, 18), rng.normal(2, 25), distance])
    return Desk(
        screen, camera, Lens(width_px, height_px, fov), (rng.normal(0, 0.5), rng.normal(0, 0.7)), rest
    )


def plan_recording(
    rng: np.random.Generator, lesson: Lesson, behaviour: Behaviour, seconds: float, desk: Desk, rate_hz: float
) -> Recording:
    """Calibration, head motion, validation, then the slides for `seconds`."""
    video_start = float(rng.integers(250, 1600))
    calibration = _calibration(rng, desk.screen, video_start + rng.uniform(900, 1800))
    slides_from = float(calibration["t_off_ms"].iloc[-1]) + rng.uniform(600, 1200)
    timeline = _timeline(rng, lesson, desk.screen, slides_from, seconds, behaviour)
    end = float(timeline["t_ms"].iloc[-1]) + 400
    scan = _whole_scan(rng, lesson, behaviour, desk, calibration, timeline)
    gaze = follow(rng, scan, end + 500, desk.px_per_deg)
    exercise = calibration[calibration["kind"] == "head_motion"].iloc[0]
    centre = desk.to_camera(np.array([desk.screen.width_px, desk.screen.height_px]) / 2)
    head = move_head(
        rng,
        desk.to_camera(gaze.places_px),
        desk.rest_mm,
        centre,
        (exercise["t_on_ms"] + 400, exercise["t_off_ms"] - 200),
    )
    lag = float(rng.uniform(20, 200)) if rng.random() < 0.5 else 0.0
    dim = bool(rng.random() < 0.2)
    frames = _frame_times(rng, video_start, end, min(rate_hz, rng.uniform(15, 20)) if dim else rate_hz)
    return Recording(desk, calibration, timeline, gaze, head, video_start, lag, frames, end, dim)


def _calibration(rng: np.random.Generator, screen: Screen, start_ms: float) -> pd.DataFrame:
    rows, now = [], start_ms
    size = np.array([screen.width_px, screen.height_px])
    order = rng.permutation(len(DOTS))
    validate = np.array(VALIDATION)[rng.permutation(len(VALIDATION))[: rng.integers(4, 6)]]
    validate = validate + rng.uniform(-0.03, 0.03, validate.shape)
    plan = [("calibrate", *DOTS[k], rng.uniform(1800, 2000)) for k in order]
    plan += [("head_motion", 0.5, 0.5, rng.uniform(6000, 8000))]
    plan += [("validate", x, y, rng.uniform(1800, 2000)) for x, y in validate]
    for kind, x, y, lasts in plan:
        place = np.round(size * (x, y))
        rows.append((round(now, 1), round(now + lasts, 1), place[0], place[1], kind))
        now += lasts + rng.uniform(20, 60)
    return pd.DataFrame(rows, columns=list(CALIBRATION)).astype(CALIBRATION)


def _slide_rectangle(
    rng: np.random.Generator, screen: Screen, width_px: int, height_px: int
) -> tuple[float, ...]:
    """Where a slide lies in a browser window: below its bars, letterboxed."""
    bars, rim = rng.uniform(0.07, 0.13) * screen.height_px, rng.uniform(0.005, 0.02) * screen.width_px
    room = np.array([screen.width_px - 2 * rim, screen.height_px - bars - 2 * rim])
    scale = float(min(room / (width_px, height_px)))
    size = np.round(np.array([width_px, height_px]) * scale)
    corner = np.round(np.array([rim, bars + rim]) + (room - size) / 2)
    return float(corner[0]), float(corner[1]), float(size[0]), float(size[1])


def _timeline(
    rng: np.random.Generator,
    lesson: Lesson,
    screen: Screen,
    start_ms: float,
    seconds: float,
    behaviour: Behaviour,
) -> pd.DataFrame:
    shares = rng.uniform(0.85, 1.15, len(lesson.slides))
    shares = shares / shares.sum() * seconds * 1000
    rectangle = _slide_rectangle(rng, screen, lesson.slides[0].width_px, lesson.slides[0].height_px)
    rows: list[tuple[object, ...]] = []
    now = start_ms
    nothing = (np.nan,) * 4
    for number, (slide, lasts) in enumerate(zip(lesson.slides, shares, strict=True)):
        rows.append((round(now, 1), "slide_shown", slide.slide_id, *rectangle))
        if behaviour is Behaviour.LEAVES_TAB and number == len(lesson.slides) // 2:
            rows.append((round(now + 0.35 * lasts, 1), "page_hidden", pd.NA, *nothing))
            rows.append(
                (round(now + 0.35 * lasts + min(4000.0, 0.45 * lasts), 1), "page_visible", pd.NA, *nothing)
            )
        now += lasts
    rows.append((round(now, 1), "slide_hidden", lesson.slides[-1].slide_id, *nothing))
    return pd.DataFrame(rows, columns=list(TIMELINE)).astype(TIMELINE)


def shown_slides(timeline: pd.DataFrame, t_ms: Floats) -> list[str | None]:
    """The slide that could be seen at each moment, None for none."""
    slide: str | None = None
    visible, shown = True, []
    for event, name in zip(timeline["event"], timeline["slide"], strict=True):
        visible = {"page_hidden": False, "page_visible": True}.get(event, visible)
        slide = {"slide_shown": name, "slide_hidden": None}.get(event, slide)
        shown.append(slide if visible else None)
    at = np.searchsorted(timeline["t_ms"].to_numpy(), t_ms, side="right") - 1
    return [None if k < 0 else shown[k] for k in at]


def _whole_scan(
    rng: np.random.Generator,
    lesson: Lesson,
    behaviour: Behaviour,
    desk: Desk,
    calibration: pd.DataFrame,
    timeline: pd.DataFrame,
) -> Scan:
    size = np.array([desk.screen.width_px, desk.screen.height_px], float)
    parts = [Scan(np.array([0.0]), size[None] * rng.uniform(0.3, 0.7, (1, 2)))]
    for row in calibration.itertuples():
        dot = np.array([row.x_px, row.y_px], float)
        parts.append(dot_scan(rng, float(row.t_on_ms), float(row.t_off_ms), dot, desk.px_per_deg))
    shown = timeline[timeline["event"] == "slide_shown"]
    ends = np.append(shown["t_ms"].to_numpy()[1:], timeline["t_ms"].iloc[-1])
    for row, slide, off in zip(shown.itertuples(), lesson.slides, ends, strict=True):
        scan = slide_scan(rng, slide, behaviour, float(row.t_ms), float(off))
        corner, extent = np.array([row.x_px, row.y_px], float), np.array([row.width_px, row.height_px], float)
        parts.append(Scan(scan.onset_ms, corner + scan.places_px * extent))
    scan = Scan.joined(parts)
    if behaviour is Behaviour.LOOKS_AWAY:
        scan = _look_away(rng, scan, float(shown["t_ms"].iloc[0]), float(ends[-1]), size)
    return scan


def _look_away(rng: np.random.Generator, scan: Scan, start_ms: float, end_ms: float, size: Floats) -> Scan:
    """Replace a few stretches by places beside or below the screen."""
    places = scan.places_px.copy()
    when = start_ms + 3000
    while when < end_ms - 3000:
        lasts = rng.uniform(1500, 3500)
        side = np.array([(-0.7, 0.6), (1.7, 0.6), (0.4, 1.8)])[rng.integers(3)]
        inside = (scan.onset_ms >= when) & (scan.onset_ms < when + lasts)
        places[inside] = size * (side + rng.normal(0, 0.06, (inside.sum(), 2)))
        when += lasts + rng.exponential(9000) + 3000
    return Scan(scan.onset_ms, places)


def _frame_times(rng: np.random.Generator, start_ms: float, end_ms: float, rate_hz: float) -> Floats:
    """Stamps in whole ms, with jitter and a few frames dropped."""
    count = int((end_ms - start_ms) / 1000 * rate_hz)
    steps = 1000 / rate_hz + rng.normal(0, 1.2, count)
    steps[rng.random(count) < 0.01] *= 2
    stamps = np.unique(np.round(np.cumsum(np.maximum(steps, 5)))).astype(float)
    return np.asarray(start_ms + np.concatenate([[0.0], stamps]))
