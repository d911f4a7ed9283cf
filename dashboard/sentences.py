"""What the pages say before they show numbers: where gaze fell, and what is worth opening first."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.group import NOT_EXPOSED, Excluded
from dashboard.lesson_summary import LessonFigures, SlideFigures
from dashboard.school import SlideView
from dashboard.texts import t
from dashboard.words import day, percent, ranges
from pipeline.attention.gap import GapResult
from pipeline.attention.summary import CLEAR_GAP, slide_summary
from pipeline.domain import Overlap, Slide

STATEMENTS_MAX = 2


def lead(view: SlideView) -> str:
    """What stands out on a slide."""
    return " ".join(_statements(view)[:STATEMENTS_MAX])


def _statements(view: SlideView) -> list[str]:
    """What stands out on a slide; where only all regions together do, that instead of that none does."""
    statements, table, gap = slide_summary(view.table, t), view.table, view.gap
    alone = (table["gap"].abs() >= CLEAR_GAP) & ((table["gap_low"] > 0) | (table["gap_high"] < 0))
    if not is_clear(gap) or alone.any():
        return statements
    return [t("slide-lead-together", score=f"{gap.score:.2f}"), *statements[1:]]


def is_clear(gap: GapResult) -> bool:
    """Whether a gap score stands clear of what chance alone gives so few students."""
    return gap.low > gap.score_as_designed  # of NaN, which is unknown, this is false


def gap_words(gap: GapResult) -> str:
    """A gap score with its interval and its chance."""
    if math.isnan(gap.score):
        return t("slide-gap-unknown")
    if math.isnan(gap.low):
        return t("slide-gap-alone")
    numbers = {"low": f"{gap.low:.2f}", "high": f"{gap.high:.2f}", "chance": f"{gap.score_as_designed:.2f}"}
    return t("slide-gap-clear" if is_clear(gap) else "slide-gap-unclear", n=gap.students_n, **numbers)


def order_words(gap: GapResult) -> list[str]:
    """How far the order of looking agrees with the intended one: of the class, and student by student."""
    if math.isnan(gap.order_tau):
        return [t("slide-order-none")]
    sentences = [t("slide-order-class", tau=_signed(gap.order_tau), n=gap.order_n)]
    if gap.order_students_n > 1:
        low, high = _signed(gap.order_tau_low), _signed(gap.order_tau_high)
        tau = _signed(gap.order_tau_mean)
        sentences.append(t("slide-order-students", n=gap.order_students_n, tau=tau, low=low, high=high))
    return sentences


def missed_words(gap: GapResult) -> list[str]:
    """Required regions that somebody never looked at, with the interval of their share."""
    tracked = gap.missed[0].tracked_n if gap.missed else 0
    if not gap.missed or not tracked:
        return []
    lines = [
        t("slide-missed", region=each.name, n=each.missed_n, of=each.tracked_n,
          low=percent(each.low), high=percent(each.high))
        for each in gap.missed
        if each.missed_n
    ]  # fmt: skip
    return lines or [t("slide-missed-none", n=tracked)]


def regions_words(slide: Slide) -> str:
    """Which set of regions the figures are about, and how it counts where regions overlap."""
    rule = t("slide-overlap-all" if slide.overlap is Overlap.ALL else "slide-overlap-topmost")
    version = slide.aoi_version
    told = t("slide-set") if version is None else t("slide-set-version", version=version)
    return t("slide-set-rule", regions=told, rule=rule)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def lesson_lead(view: LessonFigures) -> str:
    """How many students, and how many of them count."""
    students = {row.student for row in view.sessions if row.is_readable}
    if not students:
        return t("lesson-lead-none")
    last = day(max(row.created_at for row in view.sessions))
    left_out = {each.student for slide in view.slides for each in _left_out_on(slide)}
    counted = len({name for slide in view.slides for name in slide.group.names} - left_out)
    return t("lesson-lead", students=len(students), last=last, counted=counted)


@dataclass(frozen=True)
class LeftOut:
    """A student who does not count on some slides of a lesson: each reason, and on which slides."""

    student: str
    session_id: str
    reasons: tuple[tuple[str, str], ...]


def left_out_rows(view: LessonFigures) -> list[LeftOut]:
    """Who is left out of a lesson and why, by name; reasons that differ in a number alone are told as one.

    A slide that a student never had open leaves nobody out.
    """
    where: dict[str, dict[str, list[int]]] = {}
    ids: dict[str, str] = {}
    for slide in view.slides:
        for each in _left_out_on(slide):
            ids[each.student] = each.session_id
            where.setdefault(each.student, {}).setdefault(each.reason, []).append(slide.number)
    opened = Counter(name for slide in view.slides for name in slide.group.names)
    opened.update(each.student for slide in view.slides for each in _left_out_on(slide))
    return [
        LeftOut(student, ids[student], tuple(_told(reasons, opened[student])))
        for student, reasons in sorted(where.items())
    ]


def left_out_of_lesson(view: LessonFigures) -> list[str]:
    """The same in a line a student."""
    return [
        f"{row.student} ({'; '.join(f'{where}: {why}' if where else why for why, where in row.reasons)})"
        for row in left_out_rows(view)
    ]


def _left_out_on(view: SlideFigures) -> list[Excluded]:
    """Who had the slide open and still does not count."""
    return [each for each in view.group.excluded if each.reason != NOT_EXPOSED]


def _told(reasons: Mapping[str, Sequence[int]], opened: int) -> Iterator[tuple[str, str]]:
    """Reasons with the slides that they are about, empty where these are all that the student had open."""
    alike: dict[str, list[str]] = {}
    for reason in reasons:
        alike.setdefault(_SHARE.sub("", reason, count=1), []).append(reason)
    for same in alike.values():
        numbers = sorted(number for reason in same for number in reasons[reason])
        where = t("lesson-on-slides", n=len(numbers), slides=ranges(numbers))
        yield _spanned(same), "" if len(numbers) == opened else where


def _spanned(reasons: Sequence[str]) -> str:
    """Reasons that differ in their first share alone, as one: "tracked for 12 to 29% of the time"."""
    shares = sorted(int(found[1]) for reason in reasons if (found := _SHARE.search(reason)))
    if not shares or shares[0] == shares[-1]:
        return reasons[0]
    return _SHARE.sub(f"{shares[0]} to {shares[-1]}%", reasons[0], count=1)


_SHARE: Final = re.compile(r"(\d+)%")


def left_out(excluded: Sequence[Excluded]) -> list[str]:
    """Who is left out, a line for each reason."""
    students: dict[str, list[str]] = {}
    for each in excluded:
        students.setdefault(each.reason, []).append(each.student)
    return [f"{', '.join(names)} ({reason})" for reason, names in students.items()]
