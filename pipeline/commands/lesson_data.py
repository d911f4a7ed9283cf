"""What a data folder holds of a lesson, for its analysis: whose recordings count, and what is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.attention.exclusion import ExclusionRules, apply
from pipeline.attention.slide_measures import slide_scale
from pipeline.domain import Lesson
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import SessionRow

NOT_READY = "not processed yet, or in vain"
NOT_LAST = "not the last recording of this student"


@dataclass(frozen=True)
class LessonData:
    """A lesson (the slides that were asked for), and its recordings.

    `sessions` are those that count: `session_id`, `student`, `revision`, `tracked_share`, `accuracy_deg`,
    `calibrated` (None for another tracker's); `removed` the others, with `reason`. `rows` are the
    catalogue's, of those that count, by id. `fixations`, `exposures` and `scale` are as `measure_lesson`
    takes them.
    """

    lesson: Lesson
    sessions: pd.DataFrame
    removed: pd.DataFrame
    rows: dict[str, SessionRow]
    fixations: pd.DataFrame
    exposures: pd.DataFrame
    scale: pd.DataFrame


def read_lesson_data(
    catalogue: Catalogue,
    lake: Lake,
    name: str,
    rules: ExclusionRules,
    *,
    slide: str | None = None,
    students: Collection[str] = (),
) -> LessonData:
    """The data of the lesson COURSE/LESSON; of one slide, of some students, or all.

    Raises
    ------
    InputError : there is no such lesson, slide or student
    """
    course_id, slash, lesson_id = name.partition("/")
    if not slash:
        raise InputError("--lesson", "COURSE/LESSON", quoted(name))
    lesson = _only(catalogue.lesson(course_id, lesson_id), slide)
    rows = _of_students(catalogue.sessions(course_id, lesson_id), students)
    sessions, removed = _that_count(rows, rules)
    counted = {row.session_id: row for row in rows if row.session_id in set(sessions["session_id"])}
    files = _files(counted, "fixations")
    fixations = [lake.fixations(files, each.slide_id) for each in lesson.slides]
    exposures = lake.exposures(_files(counted, "exposures"), slide)
    scales = [_scale(lake, row) for row in counted.values()]
    return LessonData(
        lesson, sessions, removed, counted, pd.concat(fixations, ignore_index=True), exposures,
        pd.concat(scales, ignore_index=True) if scales else pd.DataFrame(columns=SCALE),
    )  # fmt: skip


SCALE = ("session_id", "slide_id", "width_deg", "height_deg")


def _only(lesson: Lesson, slide: str | None) -> Lesson:
    if slide is None:
        return lesson
    if slide not in lesson.slide_ids():
        raise InputError("--slide", "one of " + ", ".join(lesson.slide_ids()), quoted(slide))
    return replace(lesson, slides=tuple(each for each in lesson.slides if each.slide_id == slide))


def _of_students(rows: Sequence[SessionRow], students: Collection[str]) -> list[SessionRow]:
    unknown = set(students) - {str(row.student) for row in rows}
    if unknown:
        raise InputError("--students", "students with a recording of the lesson", ", ".join(sorted(unknown)))
    return [row for row in rows if not students or row.student in students]


def _that_count(rows: Sequence[SessionRow], rules: ExclusionRules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The recordings that count, by student, and the others with the reason."""
    ready = [row for row in rows if row.is_readable]
    last = {row.student: row.session_id for row in ready}  # the catalogue gives the oldest first
    usable = [row for row in ready if last[row.student] == row.session_id]
    waiting = _listed([row for row in rows if not row.is_readable]).assign(reason=NOT_READY)
    earlier = _listed([row for row in ready if row not in usable]).assign(reason=NOT_LAST)
    kept, removed = apply(_listed(usable), rules)
    both = pd.concat([removed, earlier, waiting]).sort_values("student", kind="stable")
    calibration = {row.session_id: row.calibration for row in rows}
    kept, removed = (table.assign(calibrated=table["session_id"].map(calibration)) for table in (kept, both))
    return kept.sort_values("student", ignore_index=True), removed.reset_index(drop=True)


def _listed(rows: Sequence[SessionRow]) -> pd.DataFrame:
    known = [
        (
            row.session_id,
            "" if row.student is None else row.student,
            row.revision,
            _number(row.quality.get("tracked_share")),
            _number(row.quality.get("accuracy_deg")),
            row.calibrated,
        )
        for row in rows
    ]
    kinds = {
        "session_id": "str", "student": "str", "revision": "int64", "tracked_share": "float64",
        "accuracy_deg": "float64", "calibrated": "bool",
    }  # fmt: skip
    return pd.DataFrame(known, columns=list(kinds)).astype(kinds)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _files(rows: dict[str, SessionRow], table: str) -> dict[str, Path]:
    return {session_id: row.files[table].path for session_id, row in rows.items()}


def _scale(lake: Lake, row: SessionRow) -> pd.DataFrame:
    """Visual angles of the slides of one session."""
    if row.header is None:
        return pd.DataFrame(columns=SCALE)
    scale = slide_scale(lake.gaze(row.files["gaze"].path), row.header.screen)
    return scale.assign(session_id=row.session_id)[list(SCALE)]
