"""What to look at first in a lesson: sentences about gaze on its slides, each leading to its place.

Five kinds are told, at most one of each kind a slide, ranked by one number between 0 and 1:

- a required region that many never looked at: by the share of the tracked students who missed it;
- a region that got clearly more or less looking than intended: by how much, of all looking;
- a slide whose regions differ from the design only when taken together: by how far, beyond chance;
- a stretch of time in which many looked elsewhere: by their mean share of those tracked then;
- a slide that too few were tracked on: nothing else is told of it, and it comes after all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.figures.time import clock
from dashboard.lesson_summary import LessonFigures, SlideFigures
from dashboard.over_time import STEP_S, LessonTime
from dashboard.sentences import is_clear
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.summary import CLEAR_GAP
from pipeline.domain import Bools, Floats
from pipeline.parameters import AttentionParameters

MISSED_MIN: Final = 0.25  # of the tracked students: a required region missed by fewer is not told
AWAY_MIN: Final = 0.3  # of the students tracked at a moment
AWAY_STEPS_MIN: Final = 15  # a shorter stretch is not told
AWAY_PAUSE_MAX: Final = 5  # steps: so short a return does not end a stretch
AWAY_WINDOW: Final = 5  # steps that a moment is averaged over
TRACKED_MIN: Final = 0.5  # of the students who had a slide open
STUDENTS_MIN: Final = AttentionParameters.group_min  # tracked at a moment, to say where a class looked then
FINDINGS_MAX: Final = 5
PARTS: Final = (
    (1 / 3, "third"),
    (1 / 2, "half"),
    (2 / 3, "two-thirds"),
    (3 / 4, "most"),
    (1.0, "nearly-all"),
)


class Kind(StrEnum):
    """What a finding is about."""

    MISSED = "missed"
    REGION = "region"
    TOGETHER = "together"
    AWAY = "away"
    UNTRACKED = "untracked"


@dataclass(frozen=True)
class Finding:
    """A sentence about a slide of a lesson, of `students_n` students.

    `share` is what it is ranked by; `region` the id of the region and `from_s`, `until_s` the time in the
    lesson that it is about, where it is about one, which began `since_s` after the slide was opened.
    """

    kind: Kind
    slide_id: str
    number: int
    sentence: str
    share: float
    students_n: int
    region: str | None = None
    from_s: float | None = None
    until_s: float | None = None
    since_s: float | None = None


def look_first(
    lesson: LessonFigures, time: LessonTime | None = None, most: int = FINDINGS_MAX
) -> list[Finding]:
    """The most telling findings of a lesson, in the order described above; of times only with `time`."""
    found = [finding for slide in lesson.slides for finding in _of_slide(slide, time)]
    return sorted(found, key=lambda each: (each.kind is Kind.UNTRACKED, -each.share, each.number))[:most]


def _of_slide(slide: SlideFigures, time: LessonTime | None) -> Iterator[Finding]:
    exposed_n, shown_n = slide.group.exposed, len(slide.group.shown)
    if not exposed_n:
        return
    if shown_n < TRACKED_MIN * exposed_n:
        yield _untracked(slide, shown_n, exposed_n)
        return
    missed = _missed(slide)
    for each in (missed, _region(slide, missed)):
        if each is not None:
            yield each
    if time is not None:
        yield from _away(slide, time)


def _untracked(slide: SlideFigures, shown_n: int, exposed_n: int) -> Finding:
    sentence = t("findings-untracked", shown=shown_n, exposed=exposed_n)
    return _finding(slide, Kind.UNTRACKED, sentence, 1 - shown_n / exposed_n, exposed_n)


def _missed(slide: SlideFigures) -> Finding | None:
    """The required region that most missed, among those that the error of measurement lets one judge."""
    small = set(slide.table["aoi_id"][slide.table["smaller_than_error"].to_numpy(bool)])
    judged = [each for each in slide.gap.missed if each.tracked_n and each.aoi_id not in small]
    most = max(judged, key=lambda each: each.missed_n, default=None)
    if most is None or most.missed_n < MISSED_MIN * most.tracked_n:
        return None
    sentence = t("findings-missed", missed=most.missed_n, tracked=most.tracked_n, region=most.name)
    share = most.missed_n / most.tracked_n
    return _finding(slide, Kind.MISSED, sentence, share, most.tracked_n, region=most.aoi_id)


def _region(slide: SlideFigures, told: Finding | None) -> Finding | None:
    """The region that is farthest from what was intended; where none stands out, all of them together."""
    gap, table = slide.gap, slide.table
    if not is_clear(gap):
        return None
    beyond = (table["gap_low"] > 0) | (table["gap_high"] < 0)
    clear = table[beyond & (table["gap"].abs() >= CLEAR_GAP)]
    if clear.empty:
        share = gap.score - gap.score_as_designed
        sentence = t("findings-together", score=f"{gap.score:.2f}", students=gap.students_n)
        return _finding(slide, Kind.TOGETHER, sentence, share, gap.students_n)
    if told is not None:
        clear = clear[clear["aoi_id"] != told.region]
    if clear.empty:
        return None
    widest = clear.loc[clear["gap"].abs().idxmax()]
    return _finding(
        slide,
        Kind.REGION,
        _region_sentence(widest, gap.students_n),
        abs(float(widest["gap"])),
        gap.students_n,
        region=str(widest["aoi_id"]),
    )


def _region_sentence(row: pd.Series, students_n: int) -> str:
    words: dict[str, Any] = {
        "region": row["name"],
        "observed": percent(row["observed_share"]),
        "expected": percent(row["expected_share"]),
        "students": students_n,
    }
    return t("findings-more", **words) if row["gap"] > 0 else t("findings-less", **words)


def _away(slide: SlideFigures, time: LessonTime) -> Iterator[Finding]:
    """The stretch in which most students, by their number and its length, looked elsewhere."""
    steps = time.shares[(time.shares["number"] == slide.number).to_numpy(bool)]
    stretches = away_stretches(
        steps["away_n"].to_numpy(float), steps["tracked_n"].to_numpy(float), steps["students"].to_numpy(float)
    )
    if not stretches:
        return
    first, stop = max(stretches, key=lambda ends: steps["away_n"].iloc[ends[0] : ends[1]].sum())
    during = steps.iloc[first:stop]
    share = float(during["away_n"].sum() / during["tracked_n"].sum())
    from_s, until_s = float(during["t_s"].iloc[0]), float(during["t_s"].iloc[-1]) + STEP_S
    tracked_n = round(during["tracked_n"].mean())
    sentence = t(
        "findings-away",
        start=clock(from_s),
        end=clock(until_s),
        part=t(f"findings-part-{_part(share)}"),
        away=round(during["away_n"].mean()),
        tracked=tracked_n,
    )
    yield _finding(slide, Kind.AWAY, sentence, share, tracked_n, from_s=from_s, until_s=until_s,
                   since_s=first * STEP_S)  # fmt: skip


def away_stretches(away_n: Floats, tracked_n: Floats, students_n: Floats) -> list[tuple[int, int]]:
    """First step and the one after the last of each stretch in which many of those tracked looked elsewhere.

    A moment counts only while enough students are tracked to say where a class looks: who is not tracked
    counts neither as looking at the slide nor as looking elsewhere.

    Parameters
    ----------
    away_n, tracked_n, students_n : how many looked elsewhere, were tracked, had the slide open, step by step
    """
    away, tracked, students = (_smooth(each) for each in (away_n, tracked_n, students_n))
    known = (tracked >= STUDENTS_MIN) & (tracked >= TRACKED_MIN * students)
    runs = _runs(known & (away >= AWAY_MIN * tracked))
    joined: list[tuple[int, int]] = []
    for first, stop in runs:
        if joined and first - joined[-1][1] <= AWAY_PAUSE_MAX and known[joined[-1][1] : first].all():
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((first, stop))
    return [(first, stop) for first, stop in joined if stop - first >= AWAY_STEPS_MIN]


def _smooth(values: Floats) -> Floats:
    """Mean over AWAY_WINDOW steps around each."""
    window = pd.Series(values).rolling(AWAY_WINDOW, center=True, min_periods=1)
    return np.asarray(window.mean(), float)


def _runs(true: Bools) -> list[tuple[int, int]]:
    """First place and the one after the last of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(int)))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def _part(share: float) -> str:
    """The simple fraction that is nearest."""
    return min(PARTS, key=lambda part: abs(part[0] - share))[1]


def _finding(
    slide: SlideFigures, kind: Kind, sentence: str, share: float, students_n: int, **where: Any
) -> Finding:
    return Finding(kind, slide.slide.slide_id, slide.number, sentence, share, students_n, **where)
