"""What the pages say before they show numbers: where gaze fell, and what is worth opening first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.time import clock
from dashboard.group import Excluded
from dashboard.school import LessonView, SessionView, SlideView
from dashboard.words import count, day, percent
from pipeline.attention.summary import slide_summary

STATEMENTS_MAX = 2
FINDINGS_MAX = 3
GAP_WORTH_OPENING = 0.1  # of the gap score


@dataclass(frozen=True)
class Finding:
    """A sentence about a slide of a lesson."""

    slide_id: str
    number: int
    sentence: str


def lead(view: SlideView) -> str:
    """What stands out on a slide."""
    return " ".join(slide_summary(view.table)[:STATEMENTS_MAX])


def look_first(view: LessonView) -> list[Finding]:
    """The slides on which looking differs most from what was intended, widest first."""
    differing = [slide for slide in view.slides if slide.gap.score >= GAP_WORTH_OPENING]
    widest = sorted(differing, key=lambda slide: -slide.gap.score)[:FINDINGS_MAX]
    return [Finding(slide.slide.slide_id, slide.number, slide_summary(slide.table)[0]) for slide in widest]


def lesson_lead(view: LessonView) -> str:
    """How many students, and how many of them count."""
    students = {row.student for row in view.sessions if row.is_readable}
    if not students:
        return "No session of this lesson has been processed yet."
    last = day(max(row.created_at for row in view.sessions))
    left_out = {each.student for slide in view.slides for each in slide.group.excluded}
    counted = len(students - left_out)
    return (
        f"{count(len(students), 'student')}, last session {last}. {counted} of them could be tracked well "
        "enough on every slide to be counted."
    )


def session_lead(view: SessionView) -> str:
    """How long a session was, when it came, and how much of it was tracked."""
    row = view.row
    seconds = sum(slide.exposure_s for slide in view.slides)
    tracked = row.quality.get("tracked_share")
    sentences = [
        f"{count(len(view.slides), 'slide')} in {clock(seconds)} min, uploaded {day(row.created_at)}."
    ]
    if tracked is not None:
        sentences.append(f"Gaze was tracked for {percent(tracked)} of the time.")
    if row.synthetic:
        sentences.append("Synthetic: a rendered student, not a person.")
    return " ".join(sentences)


def left_out(excluded: Sequence[Excluded]) -> list[str]:
    """Who is left out, a line for each reason."""
    students: dict[str, list[str]] = {}
    for each in excluded:
        students.setdefault(each.reason, []).append(each.student)
    return [f"{', '.join(names)} ({reason})" for reason, names in students.items()]
