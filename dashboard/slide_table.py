"""Every slide of the school in one table: how far looking is from its design, what was missed, of how many.

From what was summed up of each session, so that a whole school takes a moment; the gap of a slide is worked
out anew only where its recordings, its regions or the rules have changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.findings import MISSED_MIN
from dashboard.group import Rules
from dashboard.lesson_summary import as_they_came, gap_here, kept, revisions
from dashboard.memo import remembered
from dashboard.school import DEFAULT_RULES, School
from dashboard.sentences import is_clear
from dashboard.summaries import CourseSummary, asked, counted, course_summary
from dashboard.tables import Asked, table
from pipeline.attention.gap import GapResult
from pipeline.attention.measures import class_aoi_table
from pipeline.domain import Lesson, Slide
from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import NotFound

NOWHERE: Final = np.array([], int)
SLIDE: Final = ("course_id", "course", "lesson_id", "lesson", "slide_id", "slide", "number", "version")
SLIDES: Final = (
    *SLIDE, "gap_score", "gap_score_low", "gap_score_high", "gap_score_as_designed", "clear", "required",
    "missed", "order_tau", "order_count", "counted_n", "exposed_n", "sigma_x", "sigma_y",
)  # fmt: skip
REGIONS: Final = (
    *SLIDE, "aoi_id", "region", "missed_n", "tracked_n", "missed_share", "missed_low", "missed_high",
)  # fmt: skip


@dataclass(frozen=True)
class SlideTable:
    """`slides` has the columns SLIDES: a row a slide, `missed` of its `required` regions by many; `regions`
    the columns REGIONS: a row a required region. `pending` recordings are not summed up yet.
    """

    slides: pd.DataFrame
    regions: pd.DataFrame
    pending: int


@dataclass(frozen=True)
class _Seen:
    """A slide as those who count looked at it."""

    place: dict[str, Any]
    gap: GapResult
    exposed_n: int
    sigma: tuple[float, float]


@remembered
def slide_table(school: School, rules: Rules = DEFAULT_RULES) -> SlideTable:
    """Every slide and every required region, by course, lesson and place."""
    rules, seen, pending = replace(rules, version=None), [], 0
    for course_id in dict.fromkeys(row.course_id for row in school.lessons()):
        try:
            summary = asked(school, course_summary(school, course_id), rules)
        except NotFound:  # it has just been deleted
            continue
        pending += summary.pending
        seen += list(_Course(school, summary, rules).seen())
    slides = pd.DataFrame([_slide_row(each) for each in seen], columns=list(SLIDES))
    regions = [row for each in seen for row in _region_rows(each)]
    return SlideTable(slides, pd.DataFrame(regions, columns=list(REGIONS)), pending)


def small_regions(school: School, row: Mapping[str, Any]) -> int:
    """How many regions of the slide of this row (of SLIDES) are smaller than the typical error there."""
    slide = next(
        (
            each
            for each in school.lesson(row["course_id"], row["lesson_id"]).slides
            if each.slide_id == row["slide_id"]
        ),
        None,
    )
    if slide is None or not np.isfinite(row["sigma_x"]):
        return 0
    sigma = (float(row["sigma_x"]), float(row["sigma_y"]))
    return kept(school).get(("small", slide.aois, sigma), partial(_small, slide, sigma))


@table("slides")
def _slides(of: Asked) -> pd.DataFrame:
    of.ids(0)
    return slide_table(of.school, of.rules).slides


@table("required-regions")
def _required(of: Asked) -> pd.DataFrame:
    of.ids(0)
    return slide_table(of.school, of.rules).regions


class _Course:
    """The rows of a course's summary by lesson and slide, as arrays: a school has hundreds of slides."""

    def __init__(self, school: School, summary: CourseSummary, rules: Rules) -> None:
        self._school, self._rules, self._course_id = school, rules, summary.course_id
        self._regions, slides = summary.regions, summary.slides
        self._rows = {row.session_id: row for row in school.sessions() if row.course_id == summary.course_id}
        self._came = {session_id: place for place, session_id in enumerate(self._rows)}
        self._ids = slides["session_id"].cat.categories.to_numpy(object)
        self._codes, marks = slides["session_id"].cat.codes.to_numpy(int), counted(slides, rules)
        self._counted, self._shown = (marks[name].to_numpy(bool) for name in ("counted", "shown"))
        self._latest = slides["latest"].to_numpy(bool)
        self._sigma = slides[["sigma_x", "sigma_y"]].to_numpy(float)
        self._of_slide, self._of_region = _by_slide(slides), _by_slide(summary.regions)

    def seen(self) -> Iterator[_Seen]:
        """Every slide of the course."""
        for row in self._school.lessons():
            if row.course_id == self._course_id:
                lesson = self._school.lesson(row.course_id, row.lesson_id)
                yield from (self._seen(lesson, number) for number in range(1, len(lesson.slides) + 1))

    def _seen(self, lesson: Lesson, number: int) -> _Seen:
        slide = lesson.slides[number - 1]
        key = (lesson.lesson_id, slide.slide_id)
        own = self._of_slide.get(key, NOWHERE)
        ids = set(self._ids[self._codes[own][self._counted[own]]]) & self._rows.keys()
        place = (lesson.course_id, lesson.lesson_id, revisions((self._rows[each] for each in ids), ids))

        def rows() -> pd.DataFrame:
            return as_they_came(self._regions.iloc[self._of_region.get(key, NOWHERE)], self._came, ids)

        sigma = self._sigma[own][self._shown[own]]
        known = np.isfinite(sigma).all(axis=1).any()
        typical = np.median(sigma[np.isfinite(sigma).all(axis=1)], axis=0) if known else np.full(2, np.nan)
        return _Seen(
            place=_place(lesson, number),
            gap=gap_here(self._school, place, slide, rows, self._rules.parameters),
            exposed_n=int(self._latest[own].sum()),
            sigma=(float(typical[0]), float(typical[1])),
        )


def _by_slide(frame: pd.DataFrame) -> dict[tuple[str, str], NDArray[np.intp]]:
    """Which rows are of which slide of which lesson."""
    found: dict[tuple[str, str], NDArray[np.intp]] = frame.groupby(
        ["lesson_id", "slide_id"], observed=True
    ).indices
    return found


def _place(lesson: Lesson, number: int) -> dict[str, Any]:
    slide = lesson.slides[number - 1]
    values = (
        lesson.course_id, lesson.course_title, lesson.lesson_id, lesson.lesson_title, slide.slide_id,
        slide.title, number, slide.version or 1,
    )  # fmt: skip
    return dict(zip(SLIDE, values, strict=True))


def _slide_row(seen: _Seen) -> dict[str, Any]:
    gap = seen.gap
    return seen.place | {
        "gap_score": gap.score,
        "gap_score_low": gap.low,
        "gap_score_high": gap.high,
        "gap_score_as_designed": gap.score_as_designed,
        "clear": is_clear(gap),
        "required": len(gap.missed),
        "missed": sum(
            bool(one.tracked_n) and one.missed_n >= MISSED_MIN * one.tracked_n for one in gap.missed
        ),
        "order_tau": gap.order_tau,
        "order_count": gap.order_n,
        "counted_n": gap.students_n,
        "exposed_n": seen.exposed_n,
        "sigma_x": seen.sigma[0],
        "sigma_y": seen.sigma[1],
    }


def _region_rows(seen: _Seen) -> Iterator[dict[str, Any]]:
    for each in seen.gap.missed:
        yield seen.place | {
            "aoi_id": each.aoi_id,
            "region": each.name,
            "missed_n": each.missed_n,
            "tracked_n": each.tracked_n,
            "missed_share": each.missed_n / each.tracked_n if each.tracked_n else np.nan,
            "missed_low": each.low,
            "missed_high": each.high,
        }


def _small(slide: Slide, sigma: tuple[float, float]) -> int:
    """What `class_aoi_table` says of no student at all."""
    nobody = pd.DataFrame({"aoi_id": [], "tracked_share": [], "dwell_share": [], "fixation_count": [],
                           "ttff_ms": [], "dwell_ms": []})  # fmt: skip
    found = class_aoi_table(nobody, slide.aois, sigma, AttentionParameters(), overlap=slide.overlap)
    return int(found["smaller_than_error"].sum())
