"""What the page shows when: calibration dots, then slides. The tables of a session package."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.domain import CALIBRATION, TIMELINE, Floats, Lesson, Screen, typed
from pipeline.synthetic.gaze_behaviour import Behaviour

# Places as shares of the screen. Validation dots lie elsewhere than those that are fitted.
OUTER, INNER = (0.07, 0.5, 0.93), (0.285, 0.715)
DOTS = [(x, y) for x in OUTER for y in OUTER] + [(x, y) for x in INNER for y in INNER]
VALIDATION_DOTS = ((0.3, 0.5), (0.7, 0.48), (0.5, 0.2), (0.5, 0.8), (0.18, 0.72), (0.82, 0.25))
DOT_MS = (1800.0, 2000.0)
HEAD_MOTION_MS = (6000.0, 8000.0)
HIDDEN_MS = 4000.0
RESIZED_SHARE = 0.15  # of the sessions
NOWHERE = (np.nan,) * 4


def plan_calibration(rng: np.random.Generator, screen: Screen, start_ms: float) -> pd.DataFrame:
    """13 dots, slow head motion at the middle, then 4 or 5 dots elsewhere: the columns of CALIBRATION."""
    chosen = rng.permutation(len(VALIDATION_DOTS))[: rng.integers(4, 6)]
    validation = np.array(VALIDATION_DOTS)[chosen] + rng.uniform(-0.03, 0.03, (len(chosen), 2))
    shown = [("calibrate", np.array(DOTS[k]), DOT_MS) for k in rng.permutation(len(DOTS))]
    shown += [("head_motion", np.array([0.5, 0.5]), HEAD_MOTION_MS)]
    shown += [("validate", place, DOT_MS) for place in validation]
    rows, now = [], start_ms
    for kind, place, lasts in shown:
        off = now + rng.uniform(*lasts)
        x, y = np.round(place * (screen.width_px, screen.height_px))
        rows.append((round(now, 1), round(off, 1), x, y, kind))
        now = off + rng.uniform(20, 60)
    return typed(pd.DataFrame(rows, columns=list(CALIBRATION)), CALIBRATION)


def plan_timeline(
    rng: np.random.Generator,
    lesson: Lesson,
    screen: Screen,
    start_ms: float,
    seconds: float,
    behaviour: Behaviour,
) -> pd.DataFrame:
    """All slides once, together `seconds` long: the columns of TIMELINE.

    Some students leave the tab for a while during the middle slide, some make the window smaller there.
    """
    shares = rng.uniform(0.85, 1.15, len(lesson.slides))
    lasts_ms = shares / shares.sum() * seconds * 1000
    rectangle = _letterbox(rng, screen, lesson, 1.0)
    resized = rng.random() < RESIZED_SHARE
    rows: list[tuple[object, ...]] = []
    now = start_ms
    for number, (slide, lasts) in enumerate(zip(lesson.slides, lasts_ms, strict=True)):
        rows.append((now, "slide_shown", slide.slide_id, *rectangle))
        if number == len(lesson.slides) // 2:
            middle = now + 0.35 * lasts
            if behaviour is Behaviour.LEAVES_TAB:
                rows.append((middle, "page_hidden", None, *NOWHERE))
                rows.append((middle + min(HIDDEN_MS, 0.45 * lasts), "page_visible", None, *NOWHERE))
            elif resized:
                rectangle = _letterbox(rng, screen, lesson, rng.uniform(0.75, 0.9))
                rows.append((middle, "window_resized", None, *rectangle))
        now += lasts
    rows.append((now, "slide_hidden", lesson.slides[-1].slide_id, *NOWHERE))
    timeline = typed(pd.DataFrame(rows, columns=list(TIMELINE)), TIMELINE)
    return timeline.assign(t_ms=timeline["t_ms"].round(1))


def _letterbox(rng: np.random.Generator, screen: Screen, lesson: Lesson, share: float) -> tuple[float, ...]:
    """Where slides lie in a window of this share of the screen, below the browser's bars."""
    bars = rng.uniform(0.07, 0.13) * screen.height_px
    rim = rng.uniform(0.005, 0.02) * screen.width_px
    slide = np.array([lesson.slides[0].width_px, lesson.slides[0].height_px])
    room = np.array([screen.width_px, screen.height_px - bars]) * share - 2 * rim
    size = np.round(slide * (room / slide).min())
    corner = np.round(np.array([rim, bars + rim]) + (room - size) / 2)
    return float(corner[0]), float(corner[1]), float(size[0]), float(size[1])


def visible_slides(timeline: pd.DataFrame, t_ms: Floats) -> list[str | None]:
    """The slide that could be seen at each moment, None for none."""
    page_visible, slide, after = True, None, []
    for event, name in zip(timeline["event"], timeline["slide"], strict=True):
        page_visible = {"page_hidden": False, "page_visible": True}.get(event, page_visible)
        slide = {"slide_shown": name, "slide_hidden": None}.get(event, slide)
        after.append(slide if page_visible else None)
    at = np.searchsorted(timeline["t_ms"].to_numpy(), t_ms, side="right") - 1
    return [None if k < 0 else after[k] for k in at]


def to_screen(timeline: pd.DataFrame, t_ms: Floats, slide_places: Floats) -> Floats:
    """Places (n, 2) in slide coordinates at these moments (n,), in px of the screen."""
    placed = timeline[timeline["x_px"].notna()]
    at = np.searchsorted(placed["t_ms"].to_numpy(), t_ms, side="right") - 1
    rectangles = placed[["x_px", "y_px", "width_px", "height_px"]].to_numpy(np.float64)[np.maximum(at, 0)]
    return np.asarray(rectangles[:, :2] + slide_places * rectangles[:, 2:])
