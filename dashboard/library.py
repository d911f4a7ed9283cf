"""What the library shows: shelves of courses, the slides of a lesson, students, sessions, the bin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import pandas as pd

from dashboard.accuracy import error_deg, is_assumed
from dashboard.memo import remembered
from dashboard.readings import PROPOSED
from dashboard.school import School
from pipeline.domain import Slide
from pipeline.errors import InputError
from pipeline.storage import corrections, courses, the_bin
from pipeline.storage.rows import BinRow, GroupRow, LessonRow, SessionRow, SlideVersionRow, StudentRow
from pipeline.storage.slides import slides_drawn_by

WEBCAM: Final = "webcam"  # what the tracker of a session without another is called in addresses


@dataclass(frozen=True)
class LessonOnShelf:
    """A lesson, and how many sessions are of it."""

    row: LessonRow
    sessions: int


@dataclass(frozen=True)
class Shelf:
    """A course with its lessons."""

    course_id: str
    title: str
    lessons: tuple[LessonOnShelf, ...]

    @property
    def sessions(self) -> int:
        return sum(lesson.sessions for lesson in self.lessons)


@dataclass(frozen=True)
class SlideOnShelf:
    """A slide, whether its regions are only proposed, and the pictures it has had, oldest first."""

    slide: Slide
    proposed: bool
    versions: tuple[SlideVersionRow, ...]


@remembered
def library_shelves(school: School) -> list[Shelf]:
    """Every course, those without lessons too."""
    catalogue = school.catalogue
    sessions = Counter((row.course_id, row.lesson_id) for row in school.sessions())
    lessons: dict[str, list[LessonOnShelf]] = {}
    for row in school.lessons():
        key = (row.course_id, row.lesson_id)
        lessons.setdefault(row.course_id, []).append(LessonOnShelf(row, sessions[key]))
    return [
        Shelf(row.course_id, row.title, tuple(lessons.get(row.course_id, ())))
        for row in courses.all_courses(catalogue)
    ]


@remembered
def library_slides(school: School, course_id: str, lesson_id: str) -> list[SlideOnShelf]:
    """The slides of a lesson in order. Raises NotFound."""
    catalogue = school.catalogue
    lesson = school.lesson(course_id, lesson_id)
    versions: dict[str, list[SlideVersionRow]] = {}
    for version in catalogue.slide_versions(course_id, lesson_id):
        versions.setdefault(version.slide_id, []).append(version)
    proposed = slides_drawn_by(catalogue, course_id, lesson_id, PROPOSED)
    return [
        SlideOnShelf(slide, slide.slide_id in proposed, tuple(versions.get(slide.slide_id, ())))
        for slide in lesson.slides
    ]


@remembered
def library_students(school: School) -> list[StudentRow]:
    """Every student with a session, an answer or a group."""
    return corrections.students(school.catalogue)


@remembered
def library_groups(school: School) -> list[GroupRow]:
    """Every group."""
    return school.catalogue.groups()


@remembered
def library_bin(school: School) -> list[BinRow]:
    """What is in the bin."""
    return the_bin.rows(school.catalogue)


@remembered
def sessions_frame(school: School) -> pd.DataFrame:
    """One row a session, the latest first.

    session_id, name, student ("" unknown), place (COURSE/LESSON), course_id, lesson (titles), created_at,
    state, error (why it failed), tracked_share, error_deg, assumed, calibrated (yes, no, own), tracker,
    synthetic, size_bytes
    """
    lessons = school.lessons()
    titles = {(row.course_id, row.lesson_id): (row.course_title, row.lesson_title) for row in lessons}
    rows = [_as_row(row, titles) for row in reversed(school.sessions())]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"tracked_share": float, "error_deg": float, "assumed": bool, "synthetic": bool})


COLUMNS: Final = [
    "session_id", "name", "student", "place", "course_id", "lesson", "created_at", "state", "error",
    "tracked_share", "error_deg", "assumed", "calibrated", "tracker", "synthetic",
]  # fmt: skip


def _as_row(row: SessionRow, titles: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[Any, ...]:
    key = (row.course_id or "", row.lesson_id or "")
    source = row.header.source if row.header else None
    calibrated = "own" if row.is_readable and row.calibration is None else "yes" if row.calibrated else "no"
    return (
        row.session_id, row.name, row.student or "", "/".join(key), key[0],
        ": ".join(titles.get(key, key)) if any(key) else "", row.created_at, row.state.value, row.error or "",
        row.quality.get("tracked_share"), error_deg(row) if row.is_readable else None, is_assumed(row),
        calibrated if row.is_readable else "", source.format if source else WEBCAM, row.synthetic,
    )  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """Which sessions are wanted, as addresses write it; "" for any.

    `tracked` is the least share in percent, `error` the largest in degrees, `kind` synthetic or real,
    `words` what the student's or the file's name contains.
    """

    course: str = ""
    lesson: str = ""  # COURSE/LESSON
    group: str = ""
    state: str = ""
    tracked: str = ""
    error: str = ""
    calibrated: str = ""
    tracker: str = ""
    kind: str = ""
    words: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any] | None) -> Filter:
        """The filter as an address or a store writes it; what cannot be understood is as if not there."""
        given = {field.name: (query or {}).get(field.name) for field in fields(cls)}
        return cls(**{name: str(value)[:200] for name, value in given.items() if value not in (None, "")})

    def query(self) -> dict[str, str]:
        """What `read` makes this filter of."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


def filtered(frame: pd.DataFrame, wanted: Filter, groups: Mapping[str, GroupRow]) -> pd.DataFrame:
    """The rows of `sessions_frame` that are wanted. What is not known meets no bound."""
    keep = pd.Series(True, index=frame.index)
    for name, value in (
        ("course_id", wanted.course),
        ("place", wanted.lesson),
        ("state", wanted.state),
        ("calibrated", wanted.calibrated),
        ("tracker", wanted.tracker),
    ):
        if value:
            keep &= frame[name] == value
    if wanted.group:
        members = groups[wanted.group].students if wanted.group in groups else ()
        keep &= frame["student"].isin(members)
    if (percent := _number(wanted.tracked)) is not None:
        keep &= frame["tracked_share"] >= percent / 100 - 1e-9
    if (degrees := _number(wanted.error)) is not None:
        keep &= frame["error_deg"] <= degrees + 1e-9
    if wanted.kind in ("synthetic", "real"):
        keep &= frame["synthetic"] == (wanted.kind == "synthetic")
    if wanted.words:
        words = wanted.words.casefold()
        names = frame["student"].str.casefold() + " " + frame["name"].str.casefold()
        keep &= names.str.contains(words, regex=False)
    return frame[keep]


def sorted_by(frame: pd.DataFrame, column: str, descending: bool) -> pd.DataFrame:
    """The rows by a column, what is not known last; raises InputError for one that there is not."""
    if column not in COLUMNS:
        raise InputError("sort", "a column of the table", repr(column)[:80])
    return frame.sort_values(column, ascending=not descending, kind="stable", na_position="last")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None  # not NaN
