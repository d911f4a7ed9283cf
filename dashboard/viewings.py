"""What an item's students did on each of its slides: the numbers that comparisons are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.difference import slide_students
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.memo import remembered
from dashboard.school import School
from dashboard.summaries import asked, counted, course_summary
from pipeline.attention.aoi import expected_shares
from pipeline.attention.gap import by_student, kendall_tau
from pipeline.attention.mean_gap import deviations_of
from pipeline.domain import Bools, Floats, Slide
from pipeline.storage.rows import NotFound
from pipeline.summaries import CourseSummary

Names = NDArray[Any]

TIMES = ("exposure_ms", "tracked_ms", "on_slide_ms")
REGIONAL = ("dwell_share", "ttff_ms", "fixation_count")


@dataclass(frozen=True)
class Viewed:
    """One slide as n students of an item viewed it, of k regions; nothing of it is to be changed.

    `shown` (n,): who was tracked for long enough, on whom all figures rest but that of tracking. Times (n,)
    in ms, `dwell_share`, `ttff_ms`, `fixation_count` (n, k).
    """

    lesson_id: str
    slide: Slide
    students: Names
    sessions: Names
    shown: Bools
    exposure_ms: Floats
    tracked_ms: Floats
    on_slide_ms: Floats
    dwell_share: Floats
    ttff_ms: Floats
    fixation_count: Floats
    part_of: tuple[Viewed, Bools] | None = None  # of more students, of whom these are the chosen ones

    def of(self, chosen: Bools, shown: Bools | None = None) -> Viewed:
        """Of these students (n,) only; `shown`: who of all was tracked for long enough, otherwise as here."""
        if shown is None and chosen.all():
            return self
        own = replace(self, shown=self.shown if shown is None else shown, part_of=None)
        arrays = {name: getattr(own, name)[chosen] for name in _ARRAYS}
        return Viewed(self.lesson_id, self.slide, **arrays, part_of=(self, chosen))

    @cached_property
    def deviations(self) -> Floats:
        """`deviations_of` each student (n, k + 1): observed minus expected shares."""
        if self.part_of:
            return self.part_of[0].deviations[self.part_of[1]]
        return deviations_of(self.dwell_share, expected_shares(self.slide.aois))

    @cached_property
    def order_tau(self) -> Floats:
        """Kendall's tau of the intended order with that of each student's first looks (n,)."""
        if self.part_of:
            return self.part_of[0].order_tau[self.part_of[1]]
        orders = np.array([np.nan if aoi.order is None else aoi.order for aoi in self.slide.aois])
        return kendall_tau(np.broadcast_to(orders, self.ttff_ms.shape), self.ttff_ms)

    @cached_property
    def required_n(self) -> Floats:
        """How many of the required regions each student looked at (n,)."""
        if self.part_of:
            return self.part_of[0].required_n[self.part_of[1]]
        required = np.array([aoi.required for aoi in self.slide.aois], bool)
        return np.asarray((self.fixation_count[:, required] > 0).sum(axis=1), float)


_ARRAYS = ("students", "sessions", "shown", *TIMES, *REGIONAL)


@dataclass(frozen=True)
class Viewings:
    """All slides of an item, and what was left out: viewings (a student on a slide) by why.

    `pending` recordings of the course are not summed up yet.
    """

    slides: tuple[Viewed, ...]
    asked_n: int
    untracked_n: int  # tracked for too little of the time
    otherwise_n: int  # too inexact, or not calibrated
    pending: int


@remembered
def viewings(school: School, item: Item, rules: Rules) -> Viewings:
    """What is known of an item under these rules. Raises NotFound."""
    if item.version and item.version != (_slide(school, item).version or 1):
        return _former(school, item, rules)
    return _present(school, item, rules)


@remembered
def _blocks(school: School, course_id: str) -> tuple[CourseSummary, tuple[Viewed, ...], tuple[int, ...]]:
    """A course's summary, every slide of it as all sessions viewed it, and where the rows of each begin."""
    summary = course_summary(school, course_id)
    table, regions = summary.slides, summary.regions
    arrays = {name: table[name].to_numpy(float) for name in TIMES}
    regional = {name: regions[name].to_numpy(float) for name in REGIONAL}
    names, sessions = (table[name].to_numpy(object) for name in ("student", "session_id"))
    blocks, starts, at = [], [], 0
    slides = {
        (lesson_id, slide.slide_id): slide
        for lesson_id in table["lesson_id"].unique()
        for slide in school.lesson(course_id, lesson_id).slides
    }
    for first, last, slide_id, lesson_id in _runs(table):
        slide = slides[lesson_id, slide_id]
        n, k = last - first, len(slide.aois)
        own = (values[at : at + n * k].reshape(n, k) for values in regional.values())
        times = (values[first:last] for values in arrays.values())
        blocks.append(
            Viewed(lesson_id, slide, names[first:last], sessions[first:last], np.ones(n, bool), *times, *own)
        )
        starts.append(first)
        at += n * k
    return summary, tuple(blocks), tuple(starts)


def _runs(table: pd.DataFrame) -> list[tuple[int, int, str, str]]:
    """Where the rows of each slide begin and end, and which slide it is."""
    if table.empty:
        return []
    lessons, slides = table["lesson_id"].cat.codes.to_numpy(), table["slide_id"].cat.codes.to_numpy()
    changes = np.flatnonzero((np.diff(lessons) != 0) | (np.diff(slides) != 0)) + 1
    ends = [*changes.tolist(), len(table)]
    return [
        (first, last, str(table["slide_id"].iat[first]), str(table["lesson_id"].iat[first]))
        for first, last in zip([0, *ends[:-1]], ends, strict=True)
    ]


def _present(school: School, item: Item, rules: Rules) -> Viewings:
    """Of slides as they are, from the course's summary."""
    _check(school, item)
    summary, blocks, starts = _blocks(school, item.place[0])
    whose = item.rules(rules)
    table = asked(school, summary, whose).slides
    flags = counted(table, whose, item.students)
    latest = table["latest"].to_numpy(bool) & _chosen(table, item)
    counts, shown = flags["counted"].to_numpy(bool), flags["shown"].to_numpy(bool)
    found, total, usable, kept = [], 0, 0, 0
    for block, first in zip(blocks, starts, strict=True):
        if (block.lesson_id, block.slide.slide_id)[: len(item.place) - 1] != item.place[1:]:
            continue
        rows = slice(first, first + len(block.students))
        total, usable = total + int(latest[rows].sum()), usable + int(counts[rows].sum())
        kept += int(shown[rows].sum())
        found.append(block.of(counts[rows], shown[rows]))
    return Viewings(tuple(found), total, usable - kept, total - usable, summary.pending)


def _check(school: School, item: Item) -> None:
    """Raises NotFound where there is no such lesson or slide."""
    if item.kind == "slide":
        _slide(school, item)
    elif item.kind == "lesson":
        school.lesson(*item.place)


def _slide(school: School, item: Item) -> Slide:
    """Raises NotFound."""
    slides = school.lesson(*item.place[:2]).slides
    found = next((slide for slide in slides if slide.slide_id == item.place[2]), None)
    if found is None:
        raise NotFound("slide", "a slide of the lesson", item.place[2])
    return found


def _chosen(table: pd.DataFrame, item: Item) -> Bools:
    if not item.students:
        return np.ones(len(table), bool)
    return table["student"].isin(item.students).to_numpy(bool)


def _former(school: School, item: Item, rules: Rules) -> Viewings:
    """Of a former version of a slide, whose regions no summary has: from the recordings themselves."""
    view = school.slide_view(*item.place, item.students, item.rules(rules))
    table, k = slide_students(school, item, rules), len(view.slide.aois)
    exposures = school.exposures(*item.place[:2])
    here = exposures[exposures["slide_id"] == item.place[2]]
    names = {row.session_id: str(row.student) for row in school.sessions(*item.place[:2])}
    own = here[here["session_id"].isin(view.group.counted)]
    times = own.groupby("session_id", observed=True)[["duration_ms", "tracked_ms", "on_slide_ms"]].sum()
    times = times.rename(index=lambda session: names[str(session)])
    sessions = {names[session_id]: session_id for session_id in view.group.counted}
    students = table["session_id"].to_numpy(object)[:: max(k, 1)] if k else times.index.to_numpy(object)
    times = times.loc[students]
    shown = np.isin(students.astype(str), view.group.names)
    viewed = Viewed(
        item.place[1],
        view.slide,
        students,
        np.array([sessions[str(name)] for name in students], object),
        shown,
        *(times[name].to_numpy(float) for name in ("duration_ms", "tracked_ms", "on_slide_ms")),
        *(by_student(table, name, k) if k else np.zeros((len(students), 0)) for name in REGIONAL),
    )
    return Viewings((viewed,), view.group.exposed, int((~shown).sum()), view.group.exposed - len(shown), 0)


def students_of(slides: Sequence[Viewed], *, shown: bool = True) -> list[str]:
    """Who is in any of them, in order; `shown`: only where they were tracked for long enough."""
    names = [each.students[each.shown] if shown else each.students for each in slides]
    return sorted({str(name) for each in names for name in each})
