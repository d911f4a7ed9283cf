"""Every session of a course on every slide, summed up: what figures over thousands of sessions are made of.

The sums are kept in the course's rollup (`storage.rollup`), a row a session and slide. Each row says what it
was made from: the session's files, the slide's regions, and the code that did it. So no row is ever out of
date: one whose origin is not today's is not used, and only what is missing is made.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.attention import aoi, columns, measures, rollup, viewing
from pipeline.attention.columns import table
from pipeline.attention.rollup import REGIONS, VIEWED, SlideRollup, roll_up
from pipeline.attention.viewing import divided
from pipeline.domain import Lesson, Slide
from pipeline.storage import rollup as storage
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound, SessionRow

log = logging.getLogger(__name__)

AT_ONCE: Final = 64  # sessions whose fixations are held at a time
MADE_BY: Final[Sequence[ModuleType]] = (aoi, columns, measures, rollup, viewing)
NAMES: Final = ("lesson_id", "slide_id", "session_id", "made_from")
REGION: Final = "region_"  # begins the names of the lists with a value a region

SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in NAMES]
    + [(name, pa.from_numpy_dtype(np.dtype(kind))) for name, kind in VIEWED.items()]
    + [("aoi_id", pa.list_(pa.string()))]
    + [(REGION + name, pa.list_(pa.from_numpy_dtype(np.dtype(kind)))) for name, kind in REGIONS.items()]
)


@dataclass(frozen=True)
class CourseSummary:
    """The readable sessions of a course on the slides that they had open.

    `slides` has a row a session and slide: `lesson_id`, `slide_id`, `session_id`, `student`, `latest` (the
    student's last recording of the lesson), `calibrated`, `accuracy_deg`, `created_at`, the columns of
    `rollup.VIEWED`, and `tracked_share` of the exposure. `regions` has a row a session, slide and present
    region: the same names, `latest`, and the columns of `student_aoi_table`, so that the rows of one slide
    can take its place. Both are sorted by lesson, place of the slide, and session; regions as the slide has
    them. `pending` is how many sessions are left out as nobody has summed them up yet.
    """

    course_id: str
    slides: pd.DataFrame
    regions: pd.DataFrame
    pending: int

    def of_lesson(self, lesson_id: str) -> CourseSummary:
        """The same of one lesson; `pending` is still the course's."""
        slides, regions = (
            frame[(frame["lesson_id"] == lesson_id).to_numpy(bool)] for frame in (self.slides, self.regions)
        )
        return replace(self, slides=slides, regions=regions)


class _Wanted(NamedTuple):
    """A row that a course's rollup ought to have; `made_from` tells it from every other."""

    made_from: str
    lesson: Lesson
    slide: Slide
    row: SessionRow
    latest: bool

    @property
    def told(self) -> tuple[Any, ...]:
        """All that a summary says of it: where this is the same, so is the summary."""
        row, version = self.row, self.slide.aoi_version
        recorded = row.student, row.calibrated, row.quality.get("accuracy_deg"), row.created_at
        return self.made_from, version, self.latest, *recorded


class Summaries:
    """The summaries of a data folder's courses. Safe to share among threads and processes."""

    def __init__(self, catalogue: Catalogue, lake: Lake) -> None:
        self._catalogue, self._lake = catalogue, lake
        self._lock = threading.Lock()
        self._courses: dict[str, _Course] = {}
        self.generation = 0  # grows when summaries were made that answers may have lacked

    def courses(self) -> list[str]:
        """The ids of all courses that have a lesson."""
        return list(dict.fromkeys(row.course_id for row in self._catalogue.lessons()))

    def course(self, course_id: str, at_most: int | None = None) -> CourseSummary:
        """The summary of a course; what is missing of it is made now.

        Parameters
        ----------
        at_most : rows to make now; if more are missing, none is, and their sessions are left out as `pending`

        Raises
        ------
        NotFound : no lesson is of such a course
        """
        return self._held(course_id).summary(at_most)

    def make_all(self, at_most: int | None = None) -> Iterator[int]:
        """Make what is missing of each course, one after the other; delete what belongs to none.

        Yields how many sessions of it are pending, see `course`.
        """
        courses = self.courses()
        storage.tidy(self._catalogue.data, courses)
        for course_id in courses:
            yield self.course(course_id, at_most).pending

    def read_again(self) -> None:
        """Forget what is held in memory: another process has made what was missing."""
        with self._lock:
            self._courses.clear()
            self.generation += 1

    def _held(self, course_id: str) -> _Course:
        with self._lock:
            if course_id not in self._courses:
                self._courses[course_id] = _Course(self._catalogue, self._lake, course_id)
            return self._courses[course_id]


class _Course:
    """The rollup of one course, held in memory."""

    def __init__(self, catalogue: Catalogue, lake: Lake, course_id: str) -> None:
        self._catalogue, self._lake, self._course_id = catalogue, lake, course_id
        self._file = storage.file_of(catalogue.data, course_id)
        self._lock = threading.Lock()
        self._rows: pa.Table | None = None  # of the file, once it has been read
        self._answer: tuple[int, CourseSummary] | None = None  # with the catalogue's revision
        self._told: list[Any] = []  # what that answer says of what was wanted

    def summary(self, at_most: int | None) -> CourseSummary:
        with self._lock:
            revision = self._catalogue.revision()
            if self._answer is None or self._answer[0] != revision or self._answer[1].pending:
                self._answer = revision, self._sum_up(at_most)
            return self._answer[1]

    def _sum_up(self, at_most: int | None) -> CourseSummary:
        rows, wanted = self._read(), self._wanted()
        places = _places(rows)
        absent = [each for each in wanted if each.made_from not in places]
        if at_most is None or len(absent) <= at_most:
            rows = pa.concat_tables([rows, *_made(self._lake, absent)]).combine_chunks()
            places, absent = _places(rows), []
        known = [each for each in wanted if each.made_from in places]
        told = [each.told for each in known]
        if self._answer is not None and told == self._told and not absent:
            return replace(self._answer[1], pending=0)  # another course has changed, or a word
        self._told = told
        rows = rows.take(pa.array([places[each.made_from] for each in known], pa.int64()))
        self._keep(rows)
        pending = len({each.row.session_id for each in absent})
        return CourseSummary(self._course_id, *_frames(rows, known), pending)

    def _read(self) -> pa.Table:
        if self._rows is None:
            self._rows = storage.read(self._file, SCHEMA)
        return self._rows

    def _keep(self, rows: pa.Table) -> None:
        """Write the rollup if it is not what it was, so that nothing stays in it of what has been deleted."""
        if not rows.column("made_from").equals(self._read().column("made_from")):
            self._rows = rows
            try:
                storage.write(self._file, rows)
            except OSError as error:  # it will be made again
                log.warning("the summary of %s cannot be kept: %s", self._course_id, error.strerror)

    def _wanted(self) -> list[_Wanted]:
        """A row for each readable session and slide, by lesson, place of the slide, and session."""
        ids = sorted(row.lesson_id for row in self._catalogue.lessons() if row.course_id == self._course_id)
        if not ids:
            raise NotFound("course", "a course of the catalogue", self._course_id)
        lessons = [self._catalogue.lesson(self._course_id, lesson_id) for lesson_id in ids]
        rows = [row for row in self._catalogue.sessions(self._course_id) if row.is_readable]
        last = {(row.lesson_id, str(row.student)): row.session_id for row in rows}  # the oldest come first
        latest = set(last.values())
        rows.sort(key=lambda row: row.session_id)
        return [
            _Wanted(seen + shown, lesson, slide, row, row.session_id in latest)
            for lesson in lessons
            for own in [[(row, _session_digest(row)) for row in rows if row.lesson_id == lesson.lesson_id]]
            for slide in lesson.slides
            for shown in [_slide_digest(lesson, slide)]
            for row, seen in own
        ]


# What rows are made from


def _session_digest(row: SessionRow) -> str:
    return digest(row.session_id, row.files["fixations"].sha256, row.files["exposures"].sha256)


def _slide_digest(lesson: Lesson, slide: Slide) -> str:
    """Of all that the measures of a slide depend on: not of what its regions are called or worth."""
    regions = [(each.aoi_id, each.parts) for each in slide.aois]
    return digest(CODE, lesson.lesson_id, slide.slide_id, slide.overlap.value, repr(regions))


def digest(*parts: str) -> str:
    """Short, and another one for other parts."""
    return hashlib.blake2s("\n".join(parts).encode(), digest_size=8).hexdigest()


CODE: Final = digest(*(Path(str(module.__file__)).read_text("utf-8") for module in MADE_BY))


# Making rows


def _places(rows: pa.Table) -> dict[str, int]:
    """Where the row of each origin is."""
    return {origin: place for place, origin in enumerate(rows.column("made_from").to_pylist())}


def _made(lake: Lake, absent: Sequence[_Wanted]) -> Iterator[pa.Table]:
    """The rows that are absent, lesson by lesson, some sessions at a time."""
    for _, each in groupby(absent, key=lambda wanted: wanted.lesson.lesson_id):
        wanted = list(each)
        rows = list({one.row.session_id: one.row for one in wanted}.values())
        slides = tuple({one.slide.slide_id: one.slide for one in wanted}.values())
        origins = {(one.slide.slide_id, one.row.session_id): one.made_from for one in wanted}
        for first in range(0, len(rows), AT_ONCE):
            lesson = replace(wanted[0].lesson, slides=slides)
            yield from _summed_up(lake, lesson, rows[first : first + AT_ONCE], origins)


def _summed_up(
    lake: Lake, lesson: Lesson, rows: Sequence[SessionRow], origins: Mapping[tuple[str, str], str]
) -> Iterator[pa.Table]:
    """A table for each slide of the lesson."""
    fixated, shown = (
        {row.session_id: row.files[name].path for row in rows} for name in ("fixations", "exposures")
    )
    fixations = [lake.fixations(fixated, slide_id) for slide_id in lesson.slide_ids()]
    rolled = roll_up(lesson, pd.concat(fixations, ignore_index=True), lake.exposures(shown))
    for slide in lesson.slides:
        ours = {row.session_id: origins.get((slide.slide_id, row.session_id)) for row in rows}
        wanted = {session_id: origin for session_id, origin in ours.items() if origin is not None}
        yield _table(lesson.lesson_id, slide, rolled[slide.slide_id], wanted)


def _table(lesson_id: str, slide: Slide, rolled: SlideRollup, origins: Mapping[str, str]) -> pa.Table:
    """Rows of these sessions (id to origin); one that never had the slide open has no showings."""
    place = pd.Index(rolled.sessions).get_indexer(pd.Index(list(origins), dtype=object))
    names = [[lesson_id] * len(origins), [slide.slide_id] * len(origins), list(origins), [*origins.values()]]
    viewed = [_or_nothing(rolled.viewed[name])[place] for name in VIEWED]
    regions = [rolled.regions[name][place[place >= 0]] for name in REGIONS]
    aoi_ids = np.tile(np.array([each.aoi_id for each in slide.aois], object), int((place >= 0).sum()))
    lengths = np.where(place >= 0, len(slide.aois), 0)
    lists = [_lists(values, lengths) for values in (aoi_ids, *regions)]
    arrays = [*names, *viewed, *lists]
    return pa.table([pa.array(each, field.type) for each, field in zip(arrays, SCHEMA, strict=True)], SCHEMA)


def _or_nothing(values: NDArray[Any]) -> NDArray[Any]:
    """The values and, under -1, what stands for none."""
    return np.append(values, np.array([0 if values.dtype.kind == "i" else np.nan], values.dtype))


def _lists(values: NDArray[Any], lengths: NDArray[np.intp]) -> pa.Array:
    """So many of the values after one another in each list."""
    return pa.ListArray.from_arrays(pa.array(np.append(0, lengths.cumsum()), pa.int32()), values.ravel())


# Reading rows


def _frames(rows: pa.Table, wanted: Sequence[_Wanted]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`slides` and `regions` of `CourseSummary`, from the rows of what was wanted."""
    open_for = rows.column("showings").to_numpy() > 0
    rows = rows.filter(pa.array(open_for)).combine_chunks()
    wanted = [each for each, shown in zip(wanted, open_for, strict=True) if shown]
    named = _named(wanted)
    viewed = {name: rows.column(name).to_numpy() for name in VIEWED}
    share = divided(viewed["tracked_ms"], viewed["exposure_ms"])
    slides = pd.DataFrame(named | _recorded(wanted) | viewed | {"tracked_share": share})
    lengths = pc.list_value_length(rows.column("aoi_id")).to_numpy()
    of_row = np.repeat(np.arange(len(wanted)), lengths)
    regions = {name: values[of_row] for name, values in named.items()} | {
        "aoi_id": pd.Categorical(_flat(rows, "aoi_id")),
        **_region_sets(wanted, lengths),
        "exposure_ms": viewed["exposure_ms"][of_row],
        "tracked_share": share[of_row],
        **{name: _flat(rows, REGION + name) for name in REGIONS},
    }
    return slides, table(regions)


def _named(wanted: Sequence[_Wanted]) -> dict[str, Any]:
    """Which lesson, slide, session and student each row is of, and whether it is the student's last."""
    return {
        "lesson_id": pd.Categorical([each.lesson.lesson_id for each in wanted]),
        "slide_id": pd.Categorical([each.slide.slide_id for each in wanted]),
        "session_id": pd.Categorical([each.row.session_id for each in wanted]),
        "student": pd.Categorical([str(each.row.student) for each in wanted]),
        "latest": np.array([each.latest for each in wanted], bool),
    }


def _recorded(wanted: Sequence[_Wanted]) -> dict[str, Any]:
    """How and when."""
    accuracy = [each.row.quality.get("accuracy_deg") for each in wanted]
    return {
        "calibrated": np.array([each.row.calibrated for each in wanted], bool),
        "accuracy_deg": np.array([np.nan if deg is None else deg for deg in accuracy], float),
        "created_at": pd.to_datetime([each.row.created_at for each in wanted], utc=True),
    }


def _region_sets(wanted: Sequence[_Wanted], lengths: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The version and overlap rule of the regions of each row, as `region_set` has them."""
    slides = [each.slide for each in wanted]
    versions = [np.nan if slide.aoi_version is None else slide.aoi_version for slide in slides]
    rules = np.array([slide.overlap.value for slide in slides], object)
    return {
        "aoi_version": np.repeat(np.array(versions, float), lengths),
        "overlap": np.repeat(rules, lengths),
    }


def _flat(rows: pa.Table, name: str) -> NDArray[Any]:
    chunks: pa.Array = rows.column(name).combine_chunks()
    return np.asarray(chunks.flatten().to_numpy(zero_copy_only=False))
