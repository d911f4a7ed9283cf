"""From screen to slide: which slide lay where on the screen at each moment, by the timeline.

A *segment* is a stretch of time in which one slide was visible in one unchanging rectangle. Times in ms
on the page's clock, rectangles in screen px, slide coordinates 0-1 from the slide's top-left corner.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import EXPOSURES, Columns, Floats, typed

SEGMENTS: Final[Columns] = {
    "slide_id": "string",
    "onset_ms": "float64",
    "duration_ms": "float64",
    "x_px": "float64",
    "y_px": "float64",
    "width_px": "float64",
    "height_px": "float64",
}
RECTANGLE: Final = ["x_px", "y_px", "width_px", "height_px"]
SAMPLE_STEP_MAX_MS: Final = 100.0  # a sample stands for no longer than this: what follows is a loss,
SAMPLE_STEPS_MAX: Final = 1.5  # unless the camera is slow and a usual step takes about as long
TOUCH_MS: Final = 1e-6  # onset + duration meets the next onset up to rounding


def segments(timeline: pd.DataFrame, end_ms: float) -> pd.DataFrame:
    """The stretches in which a slide could be seen, in order of time, never overlapping.

    Parameters
    ----------
    timeline : columns of TIMELINE, validated, in order of time
    end_ms : when the recording ended; what the timeline says beyond is cut off

    Returns
    -------
    DataFrame with the columns of SEGMENTS. Time in which the page was hidden, or no slide shown, is in
    no segment; a moved or resized slide begins a new one.
    """
    event = timeline["event"].to_numpy(dtype=object)
    shown, hidden = event == "slide_shown", event == "slide_hidden"
    times = np.minimum(np.append(timeline["t_ms"].to_numpy(dtype=float), end_ms), end_ms)

    slide = timeline["slide"].astype(object).where(shown, np.nan).mask(hidden, "").ffill()
    page = pd.Series(np.select([event == "page_hidden", event == "page_visible"], [0.0, 1.0], np.nan))
    placed = shown | ((event == "window_resized") & timeline["width_px"].notna().to_numpy())
    rectangle = timeline[RECTANGLE].where(pd.Series(placed, index=timeline.index), np.nan).ffill()

    table = rectangle.assign(slide_id=slide, onset_ms=times[:-1], duration_ms=np.diff(times))
    visible = slide.notna() & (slide != "") & (page.ffill().fillna(1.0) == 1.0).to_numpy()
    return _joined(table[visible & (table["duration_ms"] > 0)], ["slide_id", *RECTANGLE])


def _joined(table: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    """One row for rows that follow one another without a gap and agree in the columns `same`."""
    offset_ms = table["onset_ms"] + table["duration_ms"]
    gapless = (table["onset_ms"] - offset_ms.shift()).abs() < TOUCH_MS
    follows = gapless & (table[same] == table[same].shift()).all(axis=1)
    runs = table.assign(offset_ms=offset_ms).groupby(np.cumsum(~follows.to_numpy(dtype=bool)))
    first = runs.first()
    return typed(first.assign(duration_ms=runs["offset_ms"].last() - first["onset_ms"]), SEGMENTS)


def _row_at(t_ms: Floats, onset_ms: Floats, duration_ms: Floats) -> NDArray[np.intp]:
    """The stretch each time falls into (its end excluded), -1 for none; shape of `t_ms`."""
    row = np.searchsorted(onset_ms, t_ms, side="right") - 1
    if not len(onset_ms):
        return row
    return np.where((row >= 0) & (t_ms < (onset_ms + duration_ms)[row]), row, -1)


def to_slides(
    t_ms: Floats, screen_x_px: Floats, screen_y_px: Floats, segments: pd.DataFrame
) -> tuple[NDArray[Any], Floats, Floats]:
    """The slide on screen at each time, and where on it the point lay.

    Parameters
    ----------
    t_ms, screen_x_px, screen_y_px : shape (n,); NaN coordinates stay NaN
    segments : as `segments` returns them

    Returns
    -------
    slide_id : object (n,), None while no slide was visible
    slide_x, slide_y : (n,) slide coordinates; outside 0-1 is off the slide; NaN without a slide
    """
    row = _row_at(t_ms, segments["onset_ms"].to_numpy(), segments["duration_ms"].to_numpy())
    on = row >= 0
    slide_id = np.full(len(t_ms), None, dtype=object)
    slide_id[on] = segments["slide_id"].to_numpy(dtype=object)[row[on]]
    slide = np.full((2, len(t_ms)), np.nan)
    place = segments[RECTANGLE].to_numpy(dtype=float)[row[on]]
    slide[0, on] = (np.asarray(screen_x_px)[on] - place[:, 0]) / place[:, 2]
    slide[1, on] = (np.asarray(screen_y_px)[on] - place[:, 1]) / place[:, 3]
    return slide_id, slide[0], slide[1]


def exposures(segments: pd.DataFrame, gaze: pd.DataFrame) -> pd.DataFrame:
    """How long each slide could be seen, and for how much of that the eyes were tracked, and on it.

    One row for each uninterrupted showing of a slide: moves and resizes do not split it.

    Parameters
    ----------
    segments : as `segments` returns them
    gaze : columns of GAZE, in order of time

    Returns
    -------
    DataFrame with the columns of EXPOSURES; `tracked_ms` and `on_slide_ms` never exceed `duration_ms`.
    """
    showing = _joined(segments, ["slide_id"])
    onset_ms, duration_ms = showing["onset_ms"].to_numpy(), showing["duration_ms"].to_numpy()
    t_ms = gaze["t_ms"].to_numpy(dtype=float)
    row = _row_at(t_ms, onset_ms, duration_ms)
    on = row >= 0
    left_ms = (onset_ms + duration_ms)[row[on]] - t_ms[on]
    stands_for_ms = np.minimum(_steps_ms(t_ms)[on], left_ms)

    valid = gaze["valid"].to_numpy(dtype=bool)[on]
    x, y = (gaze[name].to_numpy(dtype=float)[on] for name in ("slide_x", "slide_y"))
    on_slide = valid & (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)

    def total(chosen: NDArray[np.bool_]) -> Floats:
        stood_for_ms = np.where(chosen, stands_for_ms, 0.0)
        return np.bincount(row[on], stood_for_ms, minlength=len(showing)).astype(np.float64)

    return typed(showing.assign(tracked_ms=total(valid), on_slide_ms=total(on_slide)), EXPOSURES)


def _steps_ms(t_ms: Floats) -> Floats:
    """The time each sample stands for: until the next, if that is no loss; shape of `t_ms`."""
    if len(t_ms) < 2:
        return np.zeros(len(t_ms))
    step_ms = np.diff(t_ms)
    usual_ms = float(np.median(step_ms))
    longest_ms = max(SAMPLE_STEP_MAX_MS, SAMPLE_STEPS_MAX * usual_ms)
    return np.append(step_ms, usual_ms).clip(max=longest_ms)
