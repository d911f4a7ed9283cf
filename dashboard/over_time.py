"""Tables over time, thinned to what a chart can show: a class over a lesson, one student over a session."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import Lesson

STEP_S = 1.0  # of the class over time
TRACKED_MIN = 0.5  # of a step, for a student to count as tracked in it
POINTS_MAX = 3000  # of one student's gaze in a chart


@dataclass(frozen=True)
class LessonTime:
    """The class over the lesson, in steps of STEP_S.

    `shares` has t_s, number of the slide, on_slide, elsewhere, not_tracked (of all, 0-1), students (who had
    it open), and of those who count tracked_n (tracked at that moment) and away_n (gaze mostly elsewhere);
    `starts` has t_s, end_s, number, slide_id of each slide that was shown.
    """

    shares: pd.DataFrame
    starts: pd.DataFrame


SHARES: Final = ("t_s", "number", "on_slide", "elsewhere", "not_tracked", "students", "tracked_n", "away_n")
STARTS: Final = ("t_s", "end_s", "number", "slide_id")


def lesson_time(
    lesson: Lesson, looking: pd.DataFrame, exposures: pd.DataFrame, counting: Collection[str] | None = None
) -> LessonTime:
    """Shares of the class in steps of time; a slide is as wide as half of its students had it open.

    Parameters
    ----------
    looking : session_id, slide_id, t_ms, samples, valid, on_slide, as `Lake.looking` gives it
    exposures : columns of EXPOSURES and `session_id`
    counting : sessions that count among tracked_n and away_n, without it all
    """
    steps = _steps(looking, exposures)
    if counting is not None:
        counts = steps.index.get_level_values("session_id").isin(list(counting))
        steps = steps.assign(tracked_n=steps["tracked_n"] & counts, away_n=steps["away_n"] & counts)
    spent_ms = exposures.groupby(["slide_id", "session_id"], observed=True)["duration_ms"].sum()
    typical_ms = spent_ms.groupby("slide_id", observed=True).median()
    pieces, starts, start_s = [], [], 0.0
    for number, slide in enumerate(lesson.slides, start=1):
        if slide.slide_id not in typical_ms.index:
            continue
        length = max(1, round(typical_ms[slide.slide_id] / 1000 / STEP_S))
        piece = _of_slide(steps.loc[slide.slide_id], length)
        pieces.append(piece.assign(t_s=start_s + np.arange(length) * STEP_S, number=number))
        end_s = start_s + length * STEP_S
        starts.append({"t_s": start_s, "end_s": end_s, "number": number, "slide_id": slide.slide_id})
        start_s = end_s
    shares = pd.concat(pieces, ignore_index=True)[list(SHARES)] if pieces else pd.DataFrame(columns=SHARES)
    return LessonTime(shares, pd.DataFrame(starts, columns=list(STARTS)))


def _steps(looking: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Of each slide, step since it was opened, and session: valid and on_slide (0-1), tracked_n, away_n."""
    keys = ["session_id", "slide_id"]
    opened = exposures.groupby(keys, observed=True)["onset_ms"].min().rename("opened_ms")
    since_s = (looking["t_ms"] - looking.join(opened, on=keys)["opened_ms"]) / 1000
    looking = looking.assign(step=np.floor(since_s.clip(lower=0) / STEP_S).astype(int))
    counts = ["samples", "valid", "on_slide"]
    steps = looking.groupby(["slide_id", "step", "session_id"], observed=True)[counts].sum()
    steps = steps.div(steps["samples"], axis=0)
    tracked = steps["valid"] >= TRACKED_MIN
    return steps.assign(tracked_n=tracked, away_n=tracked & (steps["on_slide"] < steps["valid"] / 2))


def _of_slide(steps: pd.DataFrame, length: int) -> pd.DataFrame:
    """One slide in so many steps; a step without a sample is as the one before."""
    by_step = steps.groupby("step")
    means = by_step[["valid", "on_slide"]].mean().reindex(range(length)).ffill()
    heads = by_step[["tracked_n", "away_n"]].sum().reindex(range(length), fill_value=0)
    return pd.DataFrame(
        {
            "on_slide": means["on_slide"],
            "elsewhere": means["valid"] - means["on_slide"],
            "not_tracked": 1 - means["valid"],
            "students": by_step.size().reindex(range(length), fill_value=0),
            "tracked_n": heads["tracked_n"].astype(int),
            "away_n": heads["away_n"].astype(int),
        }
    )


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
