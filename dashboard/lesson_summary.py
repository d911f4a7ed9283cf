"""A lesson as a class looked at it, from what was summed up of each session: no fixation is read.

The figures of a slide equal those of `School.slide_view`, but for what rests on the typical error: that of a
session is the mean over its fixations on the slide here, the median there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from dashboard.accuracy import TypicalError, typical_error
from dashboard.group import Group, Rules, choose_group
from dashboard.memo import Memo, remembered
from dashboard.school import DEFAULT_RULES, School
from dashboard.summaries import CourseSummary, course_summary
from pipeline.attention.gap import GapResult, gap_of
from pipeline.attention.measures import class_aoi_table
from pipeline.domain import Lesson, Slide
from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import SessionRow

FIGURES_MAX: Final = 4096  # slides whose figures are kept
_kept: Final[WeakKeyDictionary[School, Memo]] = WeakKeyDictionary()


class SlideFigures(Protocol):
    """What sentences about a slide are made of, whoever worked it out."""

    @property
    def slide(self) -> Slide: ...
    @property
    def number(self) -> int: ...
    @property
    def group(self) -> Group: ...
    @property
    def table(self) -> pd.DataFrame: ...
    @property
    def gap(self) -> GapResult: ...


class LessonFigures(Protocol):
    """What sentences about a lesson are made of."""

    @property
    def lesson(self) -> Lesson: ...
    @property
    def slides(self) -> Sequence[SlideFigures]: ...
    @property
    def sessions(self) -> Sequence[SessionRow]: ...


@dataclass(frozen=True)
class SlideSummary:
    """One slide as a class looked at it."""

    slide: Slide
    number: int
    group: Group
    table: pd.DataFrame  # class_aoi_table
    gap: GapResult
    on_slide_share: float | None  # of the tracked time; mean over those shown of their own shares
    tracked_share: float | None  # of the time it was open; as above


@dataclass(frozen=True)
class LessonSummary:
    """A lesson: its slides as the class looked at them, and all of its sessions.

    `pending` sessions of the course are left out, as nobody has summed them up yet.
    """

    lesson: Lesson
    slides: tuple[SlideSummary, ...]
    sessions: tuple[SessionRow, ...]
    pending: int


@remembered
def lesson_summary(
    school: School, course_id: str, lesson_id: str, rules: Rules = DEFAULT_RULES
) -> LessonSummary:
    """A lesson as those who count looked at it. Raises NotFound."""
    lesson, rules = school.lesson(course_id, lesson_id), replace(rules, version=None)
    summary = course_summary(school, course_id).of_lesson(lesson_id)
    slides = tuple(
        _slide_summary(school, lesson, number, summary, rules) for number in range(1, len(lesson.slides) + 1)
    )
    return LessonSummary(lesson, slides, tuple(school.sessions(course_id, lesson_id)), summary.pending)


def gap_here(
    school: School,
    place: Hashable,
    slide: Slide,
    rows: Callable[[], pd.DataFrame],
    parameters: AttentionParameters,
) -> GapResult:
    """`gap_of`, worked out once for the same rows of the same sessions.

    Parameters
    ----------
    place : what tells these rows from all others, with the revisions of their sessions
    rows : brings those of `CourseSummary.regions` of this slide and of those who count, `as_they_came`
    """
    key = ("gap", place, slide, parameters)
    return kept(school).get(key, lambda: gap_of(rows(), slide.aois, parameters))


def kept(school: School) -> Memo:
    """Answers that hold for as long as what their keys name does, whatever else has changed."""
    return _kept.setdefault(school, Memo(FIGURES_MAX))


def _slide_summary(
    school: School, lesson: Lesson, number: int, summary: CourseSummary, rules: Rules
) -> SlideSummary:
    slide = lesson.slides[number - 1]
    here = summary.slides[(summary.slides["slide_id"] == slide.slide_id).to_numpy(bool)]
    viewers = school.viewers(lesson.course_id, lesson.lesson_id, rules, slide.slide_id)
    group = choose_group(viewers, here.rename(columns={"exposure_ms": "duration_ms"}), (), rules)
    regions = _regions(summary, slide, school.sessions(lesson.course_id, lesson.lesson_id), group)
    seen = here[here["session_id"].isin([row.session_id for row in group.shown])]
    place = (lesson.course_id, lesson.lesson_id, revisions(viewers, group.counted))
    error = typical_error(group.shown, seen.set_index("session_id")[["sigma_x", "sigma_y"]])
    return SlideSummary(
        slide=slide,
        number=number,
        group=group,
        table=_table(school, place, slide, regions, error, rules.parameters),
        gap=gap_here(school, place, slide, lambda: regions, rules.parameters),
        on_slide_share=_mean_share(seen["on_slide_ms"], seen["tracked_ms"]),
        tracked_share=_mean_share(seen["tracked_ms"], seen["exposure_ms"]),
    )


def _regions(
    summary: CourseSummary, slide: Slide, sessions: Sequence[SessionRow], group: Group
) -> pd.DataFrame:
    """The rows of those who count, in the order in which they came: intervals depend a little on it."""
    rows = summary.regions[(summary.regions["slide_id"] == slide.slide_id).to_numpy(bool)]
    return as_they_came(rows, {row.session_id: place for place, row in enumerate(sessions)}, group.counted)


def as_they_came(rows: pd.DataFrame, places: Mapping[str, int], counted: Collection[str]) -> pd.DataFrame:
    """The rows of those who count, by the places of their sessions."""
    codes = rows["session_id"].cat
    wanted = [places.get(each, -1) if each in counted else -1 for each in codes.categories]
    place = np.append(wanted, -1)[codes.codes]
    order = np.argsort(place, kind="stable")
    return rows.iloc[order[np.count_nonzero(place < 0) :]]


def _table(
    school: School,
    place: Hashable,
    slide: Slide,
    regions: pd.DataFrame,
    error: TypicalError | None,
    parameters: AttentionParameters,
) -> pd.DataFrame:
    sigma = (error.radius_x, error.radius_y) if error else (0.0, 0.0)
    versions = {"overlap": slide.overlap, "aoi_version": slide.aoi_version}
    make = partial(class_aoi_table, regions, slide.aois, sigma, parameters, **versions)
    return kept(school).get(("table", place, slide, sigma, parameters), make)


def revisions(rows: Iterable[SessionRow], counted: Collection[str]) -> tuple[tuple[str, int], ...]:
    """What tells the results of these sessions from all others."""
    return tuple(sorted((row.session_id, row.revision) for row in rows if row.session_id in counted))


def _mean_share(part: pd.Series, whole: pd.Series) -> float | None:
    """Mean over sessions of each one's own share."""
    mean = (part / whole.where(whole > 0)).mean()
    return float(mean) if np.isfinite(mean) else None
