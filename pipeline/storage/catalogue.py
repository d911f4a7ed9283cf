"""The single truth about what exists: lessons, sessions with their files, jobs.

A data folder holds ``catalogue.sqlite``, ``uploads/``, ``lake/``, ``lessons/``, ``observations/`` and
``work/`` (temporary). A file in them that no row names is rubbish and is collected; a row never names a
file that is not yet safe on the disk. Any number of processes may have the same catalogue open.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from pipeline.domain import Aoi, Lesson, Overlap, SessionHeader, Slide
from pipeline.errors import InputError
from pipeline.storage import (
    database,
    durable,
    group_table,
    job_table,
    lesson_table,
    quiz_table,
    session_table,
)
from pipeline.storage.rows import (
    AoiSetRow,
    DuplicateUpload,
    FileRow,
    GroupRow,
    Job,
    LessonRow,
    NotFound,
    Outdated,
    SessionRow,
    SlideVersionRow,
    State,
)
from pipeline.storage.schema import change, column_mapping, now, session

__all__ = [
    "AoiSetRow",
    "Catalogue",
    "DuplicateUpload",
    "FileRow",
    "GroupRow",
    "Job",
    "LessonRow",
    "NotFound",
    "Outdated",
    "SessionRow",
    "SlideVersionRow",
    "State",
]

FOLDERS: Final = ("uploads", "lake", "lessons", "observations", "work")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Catalogue:
    """Opened once per process and shared by its threads; every method is one transaction."""

    def __init__(self, data: Path, engine: sa.Engine) -> None:
        self.data = data
        self._reader = engine
        self._writer = database.for_writing(engine)

    @classmethod
    def open(cls, data: Path, url: str | None = None) -> Catalogue:
        """The catalogue of a data folder, created or brought up to date if need be.

        Parameters
        ----------
        data : the data folder; made where it is missing
        url : where the database is, if not in ``catalogue.sqlite`` there (PostgreSQL for example)

        Raises
        ------
        StorageError : the database cannot be opened, or belongs to a newer version of the program
        InputError : no folders can be made there
        """
        data = Path(data).resolve()
        try:
            for name in FOLDERS:
                durable.make_folder(data / name)
        except OSError as error:
            raise InputError(data.name, "a folder that can be written to", str(error.strerror)) from error
        return cls(data, database.connect(url or f"sqlite:///{data / 'catalogue.sqlite'}"))

    def close(self) -> None:
        self._reader.dispose()

    @property
    def lake(self) -> Path:
        return self.data / "lake"

    def revision(self) -> int:
        """A number that grows with every change to a lesson or to a session's state or result.

        Two equal numbers mean that the same reading brings the same; so it belongs in every cache key. The
        progress within a stage does not count: read that from `session` and `queue`, uncached.
        """
        with self._reader.begin() as connection:
            return int(connection.execute(sa.select(change.c.changes)).scalar_one())

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that only reads, for the modules beside this one."""
        return self._reader.begin()

    def changing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that changes what readers show, for the modules beside this one."""
        return self._changing()

    @contextmanager
    def _changing(self) -> Iterator[sa.Connection]:
        """A transaction that changes what readers show."""
        with self._writer.begin() as connection:
            _count_change(connection)
            yield connection

    # Lessons

    def put_lesson(self, lesson: Lesson, folder: Path) -> None:
        """Store a lesson, or what is new in it, with copies of its images from this folder.

        The same lesson again changes nothing. Regions are versioned: a slide whose regions, or the rule for
        where they overlap, differ from all it had before gets the next version number. Slides that are not
        in it any more are taken out.

        Raises
        ------
        InputError : an id is not a slug, or an image is missing
        """
        for slug in (lesson.course_id, lesson.lesson_id, *lesson.slide_ids()):
            if not SLUG.fullmatch(slug):
                raise InputError("lesson", f"ids of the form {SLUG.pattern}", repr(slug))
        files = {slide.slide_id: self._keep_image(lesson, slide, folder) for slide in lesson.slides}
        with self._writer.begin() as connection:
            if lesson_table.put(connection, lesson, files):
                _count_change(connection)

    def _keep_image(self, lesson: Lesson, slide: Slide, folder: Path) -> str:
        source = folder / slide.image
        if not source.is_file():
            raise InputError(f"lesson {lesson.lesson_id}, slide {slide.slide_id}", "an image", slide.image)
        return self.keep_picture(lesson.course_id, lesson.lesson_id, slide.slide_id, source)

    def keep_picture(self, course_id: str, lesson_id: str, slide_id: str, source: Path) -> str:
        """Copy a picture under a name that holds its hash, so that a stored one never changes.

        Returns the name, relative to the data folder. Unless a row comes to name it within the hour, it is
        rubbish.
        """
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        kept = Path("lessons", course_id, lesson_id, f"{slide_id}-{digest}{source.suffix}")
        target = self.data / kept
        if not target.is_file():
            durable.make_folder(target.parent)
            part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
            durable.write_file(part, content)
            durable.move_file(part, target)
        return kept.as_posix()

    def lessons(self) -> list[LessonRow]:
        """All lessons, by course and title."""
        with self._reader.begin() as connection:
            return lesson_table.all_rows(connection)

    def lesson(self, course_id: str, lesson_id: str) -> Lesson:
        """One lesson with its slides and their regions. Raises NotFound."""
        with self._reader.begin() as connection:
            return lesson_table.one(connection, course_id, lesson_id)

    def aoi_sets(self, course_id: str, lesson_id: str, slide_id: str) -> list[AoiSetRow]:
        """Every version of a slide's regions, oldest first. Raises NotFound."""
        with self._reader.begin() as connection:
            return lesson_table.aoi_sets(connection, course_id, lesson_id, slide_id)

    def put_aois(
        self,
        course_id: str,
        lesson_id: str,
        slide_id: str,
        aois: Sequence[Aoi],
        overlap: Overlap,
        *,
        seen_version: int,
        author: str | None = None,
    ) -> int:
        """Give a slide these regions, as a new version or again as the version that had the same.

        Parameters
        ----------
        seen_version : the version that these regions were made from
        author : who made them, as they call themselves

        Raises
        ------
        NotFound : there is no such slide
        Outdated : somebody else has given the slide another version since
        """
        place = (course_id, lesson_id, slide_id)
        with self._writer.begin() as connection:
            former = next(
                (
                    s
                    for s in lesson_table.one(connection, course_id, lesson_id).slides
                    if s.slide_id == slide_id
                ),
                None,
            )
            if former is None:
                raise NotFound("slide", "a slide of the catalogue", "/".join(place))
            if former.aoi_version != seen_version:
                raise Outdated(former.aoi_version or 0, seen_version)
            changed = replace(former, aois=tuple(aois), overlap=overlap)
            version = lesson_table.put_aois(connection, place, changed, author)
            if version != seen_version:
                lesson_table.use_aois(connection, place, version)
                _count_change(connection)
        return version

    def slide_versions(
        self, course_id: str, lesson_id: str, slide_id: str | None = None
    ) -> list[SlideVersionRow]:
        """Every picture that a slide, or any of a lesson, has had: by slide, oldest first."""
        with self._reader.begin() as connection:
            return lesson_table.slide_versions(connection, course_id, lesson_id, slide_id)

    def slide_image(self, course_id: str, lesson_id: str, slide_id: str, version: int | None = None) -> Path:
        """The stored image of a slide, that of an earlier version if so asked; never changes under its path.

        Raises NotFound.
        """
        with self._reader.begin() as connection:
            if version is None:
                return self.data / lesson_table.image_file(connection, course_id, lesson_id, slide_id)
            known = lesson_table.slide_versions(connection, course_id, lesson_id, slide_id)
        file = next((row.file for row in known if row.version == version), None)
        if file is None:
            got = f"{course_id}/{lesson_id}/{slide_id}, version {version}"
            raise NotFound("slide", "a version of a slide of the catalogue", got)
        return self.data / file

    # Groups of students

    def groups(self) -> list[GroupRow]:
        """All groups, by title."""
        with self._reader.begin() as connection:
            return group_table.all_rows(connection)

    def put_group(self, group_id: str, title: str, students: Iterable[str]) -> None:
        """Have a group of this id, title and these students, whatever it was before.

        Raises InputError : the id is not a slug
        """
        if not SLUG.fullmatch(group_id):
            raise InputError("group", f"an id of the form {SLUG.pattern}", repr(group_id))
        with self._changing() as connection:
            group_table.put(connection, group_id, title, students)

    def remove_group(self, group_id: str) -> None:
        """Forget a group; its students stay. Nothing happens where there is none."""
        with self._changing() as connection:
            group_table.remove(connection, group_id)

    # Quizzes

    def put_quiz(self, course_id: str, lesson_id: str, results: pd.DataFrame) -> None:
        """Put quiz results (columns of QUIZ) in the place of those the lesson had. Raises NotFound."""
        with self._changing() as connection:
            lesson_table.one(connection, course_id, lesson_id)
            quiz_table.replace(connection, course_id, lesson_id, results)

    def quiz(self, course_id: str, lesson_id: str) -> pd.DataFrame:
        """Columns of QUIZ, questions in the order they were put; no rows for a lesson without a quiz."""
        with self._reader.begin() as connection:
            return quiz_table.results(connection, course_id, lesson_id)

    # Files of no known tracker

    def remember_columns(self, header_key: str, mapping: Mapping[str, Any]) -> None:
        """Keep how the columns of a file were read, for the next file with the same header."""
        with self._writer.begin() as connection:
            connection.execute(sa.delete(column_mapping).where(column_mapping.c.header_key == header_key))
            connection.execute(sa.insert(column_mapping).values(header_key=header_key, mapping=dict(mapping)))

    def remembered_columns(self, header_key: str) -> dict[str, Any] | None:
        """How the columns of a file with this header were read the last time; None for a new one."""
        query = sa.select(column_mapping.c.mapping).where(column_mapping.c.header_key == header_key)
        with self._reader.begin() as connection:
            mapping: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
            return mapping

    # Sessions

    def add_upload(
        self,
        source: Path,
        *,
        sha256: str,
        kind: str,
        name: str,
        course_id: str | None = None,
        lesson_id: str | None = None,
        student: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> str:
        """Take in a file for processing. Once this returns it cannot be lost any more.

        Parameters
        ----------
        source : the file, named with the suffix of what it is; it is moved away
        sha256 : its hash in hex, which the caller knows from having received it
        kind : "package", "video"...: what the processing is to expect
        name : what the person who uploaded it calls it
        details : what else was said about it, for the processing (slide times of a bare video...)

        Returns
        -------
        The new session's id; the session and the job that processes it are queued.

        Raises
        ------
        DuplicateUpload : these bytes are here already; `source` may be gone or not
        """
        with self._reader.begin() as connection:
            self._refuse_duplicate(connection, sha256)
        session_id = secrets.token_hex(8)
        upload = Path("uploads", session_id + _safe_suffix(source))
        size_bytes = source.stat().st_size
        durable.move_file(source, self.data / upload)
        try:
            with self._changing() as connection:
                self._refuse_duplicate(connection, sha256)
                session_table.insert(
                    connection,
                    session_id=session_id,
                    sha256=sha256,
                    kind=kind,
                    name=name,
                    size_bytes=size_bytes,
                    upload=upload.as_posix(),
                    details=dict(details or {}),
                    course_id=course_id,
                    lesson_id=lesson_id,
                    student=student,
                )
                job_table.insert(connection, "process", {}, session_id)
        except DuplicateUpload:
            (self.data / upload).unlink()
            raise
        return session_id

    @staticmethod
    def _refuse_duplicate(connection: sa.Connection, sha256: str) -> None:
        known = session_table.with_content(connection, sha256)
        if known is not None:
            session_id, in_bin = known
            raise DuplicateUpload(session_id, in_bin=in_bin)

    def sessions(self, course_id: str | None = None, lesson_id: str | None = None) -> list[SessionRow]:
        """The sessions of a lesson, of a course, or all; oldest first, whatever their state.

        Those in the bin are not among them. Their `report` is left out, that is empty.
        """
        where: list[sa.ColumnElement[bool]] = [session.c.deleted_at.is_(None)]
        if course_id is not None:
            where.append(session.c.course_id == course_id)
        if lesson_id is not None:
            where.append(session.c.lesson_id == lesson_id)
        with self._reader.begin() as connection:
            return session_table.rows(connection, self.data, *where)

    def count_sessions(self) -> int:
        """How many sessions `sessions` would list; quicker than listing them."""
        with self._reader.begin() as connection:
            return session_table.count(connection)

    def session(self, session_id: str) -> SessionRow:
        """One session with all there is of it. Raises NotFound."""
        with self._reader.begin() as connection:
            return session_table.one(connection, self.data, session_id)

    def observations_folder(self, session_id: str) -> Path:
        """Where the observations of a session are kept, if they are; the folder need not exist."""
        return self.data / "observations" / session_id

    def recording(self, row: SessionRow) -> Path | None:
        """What a session can be processed from again: its upload, the observations kept of it, or nothing."""
        if row.upload is not None:
            return row.upload
        folder = self.observations_folder(row.session_id)
        return folder if (folder / "session.json").is_file() else None

    def describe(self, session_id: str, header: SessionHeader) -> SessionHeader:
        """Note what a session turned out to be of, as soon as its header was read.

        Returns the header with what was put right of it since (another lesson, another pseudonym).
        """
        with self._changing() as connection:
            header = session_table.corrected(connection, session_id, header)
            session_table.update(connection, session_id, **session_table.header_columns(header))
        return header

    def publish(
        self,
        session_id: str,
        files: Mapping[str, FileRow],
        header: SessionHeader,
        quality: Mapping[str, float | None],
        report: Mapping[str, Any],
        *,
        calibrated: bool = False,
        keep_upload: bool = False,
    ) -> None:
        """Show a new revision of a session instead of the one before, and finish its job: all at once.

        Unless it is to be kept, the uploaded file is deleted. `files` come from `lake.write_revision`.
        """
        relative = {
            name: replace(file, path=file.path.resolve().relative_to(self.data))
            for name, file in files.items()
        }
        with self._changing() as connection:
            header = session_table.corrected(connection, session_id, header)
            session_table.update(
                connection,
                session_id,
                **session_table.header_columns(header),
                calibrated=calibrated,
                quality=quality,
                report=report,
                state=State.DONE,
                stage=None,
                progress=1.0,
                error=None,
                revision=session.c.revision + 1,
                finished_at=now(),
            )
            session_table.replace_files(connection, session_id, relative)
            job_table.finish_of_session(connection, session_id)
            upload = None if keep_upload else session_table.forget_upload(connection, session_id)
        if upload is not None:
            (self.data / upload).unlink(missing_ok=True)

    def drop_upload(self, session_id: str) -> None:
        """Delete the uploaded file of a session."""
        with self._writer.begin() as connection:
            upload = session_table.forget_upload(connection, session_id)
        if upload is not None:
            (self.data / upload).unlink(missing_ok=True)

    def process_again(self, session_id: str) -> int:
        """Queue a session for another processing, if it is not in the queue; returns the job's id.

        What the session has to show stays until that is finished.
        """
        with self._changing() as connection:
            for job in job_table.unfinished(connection):
                if job.session_id == session_id:
                    return job.job_id
            session_table.update(connection, session_id, state=State.QUEUED, error=None, progress=0.0)
            return job_table.insert(connection, "process", {}, session_id)

    # Jobs

    def enqueue(self, kind: str, payload: Mapping[str, Any]) -> int:
        """Queue a job that belongs to no session; returns its id."""
        with self._writer.begin() as connection:
            return job_table.insert(connection, kind, payload)

    def job(self, job_id: int) -> Job:
        """One job. Raises NotFound."""
        with self._reader.begin() as connection:
            found = job_table.one(connection, job_id)
        if found is None:
            raise NotFound("job", "the number of a known job", str(job_id))
        return found

    def queue(self) -> list[Job]:
        """The jobs that run or wait, oldest first."""
        with self._reader.begin() as connection:
            return job_table.unfinished(connection)

    def claim(self, worker: str) -> Job | None:
        """Take the oldest waiting job, for `job_table.LEASE` at first; None if none waits."""
        if not any(job.state is State.QUEUED for job in self.queue()):
            return None
        with self._changing() as connection:
            return job_table.claim(connection, worker)

    def heartbeat(self, job_id: int, worker: str, stage: str | None, progress: float) -> bool:
        """Renew a lease and tell how far the work is; False: the job is no longer this worker's."""
        with self._writer.begin() as connection:
            return job_table.heartbeat(connection, job_id, worker, stage, progress)

    def finish(self, job_id: int, worker: str) -> None:
        """The job's work has ended well (without effect where `publish` has said so already)."""
        with self._writer.begin() as connection:
            if job_table.finish(connection, job_id, worker):
                _count_change(connection)

    def fail(self, job_id: int, worker: str, message: str) -> None:
        """The job cannot succeed; `message` is shown to the people."""
        with self._changing() as connection:
            job_table.fail(connection, job_id, worker, message)

    def release(self, job_id: int, worker: str) -> None:
        """The worker is being stopped: back to the queue, and this attempt does not count."""
        with self._changing() as connection:
            job_table.release(connection, job_id, worker)

    def crashed(self, job_id: int, worker: str, how: str) -> None:
        """The job ended its process (`how`): back to the queue, or failed after the last attempt."""
        with self._changing() as connection:
            job_table.crashed(connection, job_id, worker, how)

    def requeue_expired(
        self, at: dt.datetime | None = None, is_gone: Callable[[str], bool] = lambda worker: False
    ) -> list[int]:
        """Queue again the running jobs whose lease has run out or whose worker is known to be gone."""
        if not any(job.state is State.RUNNING for job in self.queue()):
            return []
        with self._changing() as connection:
            return job_table.requeue_lost(connection, at or now(), is_gone)

    # Rubbish

    def collect_rubbish(self, older_than_s: float = 3600.0) -> int:
        """Delete uploads, images and Parquet files that no row names; returns how many.

        Younger files stay, as somebody may be about to name them.
        """
        with self._reader.begin() as connection:
            names = session_table.named_paths(connection) + lesson_table.image_files(connection)
        known = [self.data / name for name in names]
        folders = (self.data / "uploads", self.data / "lessons", self.lake)
        collected = sum(durable.collect_rubbish(folder, known, older_than_s) for folder in folders)
        return collected + self._collect_observations(older_than_s)

    def _collect_observations(self, older_than_s: float) -> int:
        """Delete the observations of sessions that there are no more."""
        with self._reader.begin() as connection:
            ids = session_table.ids(connection)
        strangers = [path for path in (self.data / "observations").iterdir() if path.name not in ids]
        return sum(durable.collect_rubbish(path, (), older_than_s) for path in strangers if path.is_dir())


def _count_change(connection: sa.Connection) -> None:
    connection.execute(sa.update(change).values(changes=change.c.changes + 1))


def _safe_suffix(source: Path) -> str:
    suffix = source.suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ".bin"
