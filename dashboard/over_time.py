"""Tables over time, thinned to what a chart can show: a class over a lesson, one student over a session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.domain import Lesson

STEP_S = 1.0  # of the class over time
POINTS_MAX = 3000  # of one student's gaze in a chart


@dataclass(frozen=True)
class LessonTime:
    """The class over the lesson; see figures.time.class_over_time for the columns."""

    shares: pd.DataFrame
    starts: pd.DataFrame


def lesson_time(lesson: Lesson, looking: pd.DataFrame, exposures: pd.DataFrame) -> LessonTime:
    """Shares of the class in steps of time; a slide is as wide as half of its students had it open.

    `looking`: session_id, slide_id, t_ms, samples, valid, on_slide, as `Lake.looking` gives it.
    """
    opened = exposures.groupby(["session_id", "slide_id"])["onset_ms"].min().rename("opened_ms")
    spent_ms = exposures.groupby(["slide_id", "session_id"])["duration_ms"].sum().groupby("slide_id").median()
    looking = looking.join(opened, on=["session_id", "slide_id"])
    since_s = (looking["t_ms"] - looking["opened_ms"]) / 1000
    looking["step"] = np.floor(since_s.clip(lower=0) / STEP_S).astype(int)
    steps = looking.groupby(["slide_id", "step", "session_id"])[["samples", "valid", "on_slide"]].sum()
    steps = steps.div(steps["samples"], axis=0)
    pieces, starts, start_s = [], [], 0.0
    for number, slide in enumerate(lesson.slides, start=1):
        if slide.slide_id not in spent_ms.index:
            continue
        length = max(1, round(spent_ms[slide.slide_id] / 1000 / STEP_S))
        of_slide = steps.loc[slide.slide_id]
        means = of_slide.groupby("step").mean().reindex(range(length)).ffill()
        pieces.append(
            pd.DataFrame(
                {
                    "t_s": start_s + np.arange(length) * STEP_S,
                    "on_slide": means["on_slide"],
                    "elsewhere": means["valid"] - means["on_slide"],
                    "not_tracked": 1 - means["valid"],
                    "students": of_slide.groupby("step").size().reindex(range(length), fill_value=0),
                }
            )
        )
        starts.append({"t_s": start_s, "number": number})
        start_s += length * STEP_S
    columns = ["t_s", "on_slide", "elsewhere", "not_tracked", "students"]
    shares = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=columns)
    return LessonTime(shares, pd.DataFrame(starts, columns=["t_s", "number"]))


def thinned(gaze: pd.DataFrame, start_ms: float) -> pd.DataFrame:
    """Gaze for a chart: medians of at most POINTS_MAX equal stretches, NaN where not tracked."""
    gaze = gaze[gaze["slide_id"].notna()]
    t_s = (gaze["t_ms"].to_numpy(float) - start_ms) / 1000
    places = gaze[["slide_x", "slide_y"]].reset_index(drop=True)
    per_point = max(1, -(-len(gaze) // POINTS_MAX))
    bins = np.arange(len(gaze)) // per_point
    return places.assign(t_s=t_s).groupby(bins)[["t_s", "slide_x", "slide_y"]].median()


def stretches(lesson: Lesson, exposures: pd.DataFrame, start_ms: float) -> pd.DataFrame:
    """When which slide was open, in seconds since the first."""
    numbers = {slide_id: number for number, slide_id in enumerate(lesson.slide_ids(), start=1)}
    onset_s = (exposures["onset_ms"] - start_ms) / 1000
    return pd.DataFrame(
        {
            "t_s": onset_s,
            "end_s": onset_s + exposures["duration_ms"] / 1000,
            "number": exposures["slide_id"].map(numbers),
            "slide_id": exposures["slide_id"],
        }
    )
