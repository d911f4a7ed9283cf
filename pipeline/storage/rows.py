"""What the catalogue hands out: frozen rows, and the two ways of asking for something it cannot give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.domain import Aoi, Overlap, SessionHeader
from pipeline.errors import InputError


class State(StrEnum):
    """How far a session or a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class NotFound(InputError):
    """Asked for something that the catalogue does not hold."""


class DuplicateUpload(InputError):
    """The same bytes were uploaded before; `session_id` came of them, and may be in the bin."""

    def __init__(self, session_id: str, *, in_bin: bool = False) -> None:
        got = f"the same bytes as session {session_id}" + (", which is in the bin" if in_bin else "")
        super().__init__("upload", "a recording not seen before", got)
        self.session_id, self.in_bin = session_id, in_bin


class Outdated(InputError):
    """Somebody else has changed what this change was made from."""

    def __init__(self, present: int, seen: int) -> None:
        super().__init__(
            "regions", f"a change to version {present}, the present one", f"one to version {seen}"
        )
        self.present = present


@dataclass(frozen=True)
class FileRow:
    """One Parquet file of the lake: where it is, what is in it, and how damage to it shows."""

    path: Path
    sha256: str
    rows: int


@dataclass(frozen=True)
class CourseRow:
    """A course in a list."""

    course_id: str
    title: str


@dataclass(frozen=True)
class LessonRow:
    """A lesson in a list; `Catalogue.lesson` has all of it."""

    course_id: str
    course_title: str
    lesson_id: str
    lesson_title: str
    slides: int
    first_slide: str | None = None


@dataclass(frozen=True)
class AoiSetRow:
    """One version of a slide's regions, which never changes, and when it was first put."""

    version: int
    created_at: dt.datetime
    aois: tuple[Aoi, ...]
    overlap: Overlap
    author: str | None = None


@dataclass(frozen=True)
class SlideVersionRow:
    """One picture that a slide has had, in use from `since` until that of the next version.

    `aoi_version` is of the last regions that were drawn on it.
    """

    slide_id: str
    version: int
    since: dt.datetime
    file: str
    width_px: int
    height_px: int
    aoi_version: int


@dataclass(frozen=True)
class GroupRow:
    """A group of students, by their pseudonyms in order."""

    group_id: str
    title: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class StudentRow:
    """A student, who is nothing but a pseudonym: how many sessions and quiz answers are theirs."""

    student: str
    sessions: int
    answers: int
    groups: tuple[str, ...]  # ids of the groups they are in


@dataclass(frozen=True)
class BinRow:
    """What was put into the bin at one moment: a course, a lesson, a slide, or some sessions.

    `key` is what names it to `the_bin.restore` and `the_bin.purge`; `sessions` are the ids of those that
    lie there with it.
    """

    key: tuple[str, ...]
    title: str
    deleted_at: dt.datetime
    sessions: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """course, lesson, slide or sessions."""
        return self.key[0]


@dataclass(frozen=True)
class SessionRow:
    """All that is known of a session.

    What an upload said of itself (`course_id`, `lesson_id`, `student`) may be None until it was read.
    `files`, `quality` and `report` are those of the last `revision` that was finished (0: none yet); they
    stay while a later one is queued, running or failed, so `is_readable` and not `state` says whether
    there is anything to show. `progress` is the share (0-1) of the current `stage`. `upload` is None once
    the raw file has been deleted. `details` is what the person who uploaded it added (slide times...).
    """

    session_id: str
    kind: str
    name: str
    size_bytes: int
    upload: Path | None
    course_id: str | None
    lesson_id: str | None
    student: str | None
    consent_version: str | None
    consent_given_at: str | None
    synthetic: bool
    calibrated: bool
    state: State
    stage: str | None
    progress: float
    error: str | None
    revision: int
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    deleted_at: dt.datetime | None = None  # in the bin since then
    header: SessionHeader | None = None
    quality: Mapping[str, float | None] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, FileRow] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        return self.revision > 0

    @property
    def calibration(self) -> bool | None:
        """`calibrated`, for people to see: None where another tracker measured, which has a way of its own.

        Such sessions have no frames of a camera; `calibrated` is True for them, so that no rule drops them.
        """
        frames = self.files.get("frames")
        return None if frames is not None and frames.rows == 0 else self.calibrated


@dataclass(frozen=True)
class Job:
    """A piece of work for a worker; `attempts` counts the claims so far."""

    job_id: int
    kind: str
    session_id: str | None
    payload: Mapping[str, Any]
    state: State
    attempts: int
    worker: str | None
    stage: str | None
    progress: float
    error: str | None
