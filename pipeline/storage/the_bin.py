"""The bin: what was deleted disappears everywhere at once, and comes back exactly, for 30 days.

A course takes its lessons along and a lesson its sessions: they carry the same moment, and what carries the
moment of what is restored comes back with it. What was in the bin before stays there.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import BinRow, NotFound
from pipeline.storage.schema import (
    aoi_set,
    course,
    job,
    lesson,
    now,
    quiz_answer,
    quiz_question,
    session,
    session_file,
    slide,
    slide_version,
)

KEPT: Final = dt.timedelta(days=30)
CHUNK: Final = 500  # ids in one statement

Key = tuple[
    str, ...
]  # ("course", id), ("lesson", course, id), ("slide", course, lesson, id), ("sessions", ...)


def delete(catalogue: Catalogue, key: Key, at: dt.datetime | None = None) -> int:
    """Put something into the bin; returns how many sessions went with it.

    Sessions that are there already are passed over.

    Raises NotFound : there is nothing of this key outside the bin
    """
    _refuse_nothing(key)
    moment = at or now()
    with catalogue.changing() as connection:
        if key[0] == "sessions":
            return _mark_sessions(connection, key[1:], moment)
        table, here = _table_of(key)
        found = connection.execute(
            sa.update(table).where(here, table.c.deleted_at.is_(None)).values(deleted_at=moment)
        )
        if not found.rowcount:
            raise NotFound(key[0], f"a {key[0]} of the catalogue", "/".join(key[1:]))
        return _mark_below(connection, key, None, moment)


def restore(catalogue: Catalogue, key: Key) -> int:
    """Take something out of the bin, with all that went there with it; returns how many sessions.

    Raises
    ------
    NotFound : there is nothing of this key in the bin
    InputError : what it belongs to is in the bin itself
    """
    _refuse_nothing(key)
    with catalogue.changing() as connection:
        if key[0] == "sessions":
            return _restore_sessions(connection, key[1:])
        table, here = _table_of(key)
        moment = connection.execute(sa.select(table.c.deleted_at).where(here)).scalar_one_or_none()
        if moment is None:
            raise NotFound(key[0], f"a {key[0]} in the bin", "/".join(key[1:]))
        _refuse_orphans(connection, key)
        connection.execute(sa.update(table).where(here).values(deleted_at=None))
        return _mark_below(connection, key, moment, None)


def purge(catalogue: Catalogue, key: Key) -> int:
    """Delete something in the bin for good, with its sessions, tables and files; returns how many sessions.

    Rows go first, in one transaction: files that no row names are collected, should this be interrupted.

    Raises NotFound : there is nothing of this key in the bin
    """
    _refuse_nothing(key)
    with catalogue.changing() as connection:
        if key[0] == "sessions":
            ids = [
                each
                for part in _parts(key[1:])
                for each in _binned(connection, session.c.session_id.in_(part))
            ]
            if not ids:
                raise NotFound("sessions", "sessions in the bin", ", ".join(key[1:4]))
        else:
            table, here = _table_of(key)
            if connection.execute(sa.select(table.c.deleted_at).where(here)).scalar_one_or_none() is None:
                raise NotFound(key[0], f"a {key[0]} in the bin", "/".join(key[1:]))
            ids = [] if key[0] == "slide" else _binned(connection, _below(session, key))
        uploads = _forget_sessions(connection, ids)
        if key[0] != "sessions":
            _forget_content(connection, key)
    _delete_files(catalogue, ids, uploads)
    return len(ids)


def expire(catalogue: Catalogue, older_than: dt.timedelta = KEPT, at: dt.datetime | None = None) -> int:
    """Purge all that has been in the bin for longer than this; returns how many entries that were."""
    before = (at or now()) - older_than
    old = [row for row in rows(catalogue) if row.deleted_at <= before]
    for row in old:
        with suppress(NotFound):  # another process was quicker, or it went with an entry above
            purge(catalogue, row.key)
    return len(old)


def rows(catalogue: Catalogue) -> list[BinRow]:
    """What is in the bin, the latest first; what went there with something larger is part of that."""
    with catalogue.reading() as connection:
        sessions = _sessions(connection)
        content = [*_courses(connection), *_lessons(connection), *_slides(connection)]
    owners = {(key[1:], moment): key for key, _, moment in content if key[0] in ("course", "lesson")}
    owned: dict[Key, list[str]] = defaultdict(list)
    alone = []
    for each in sessions:
        above = [owners.get((place, each.deleted_at)) for place in (each.place[:1], each.place)]
        owner = next(filter(None, above), None)
        if owner is None:
            alone.append(each)
        else:
            owned[owner].append(each.session_id)
    found = [BinRow(key, title, moment, tuple(owned[key])) for key, title, moment in content]
    return sorted([*found, *_batches(alone)], key=lambda row: row.deleted_at, reverse=True)


@dataclass(frozen=True)
class _Binned:
    """A session in the bin."""

    session_id: str
    place: tuple[str, ...]  # course and lesson
    student: str
    deleted_at: dt.datetime


def _sessions(connection: sa.Connection) -> list[_Binned]:
    names = ("session_id", "course_id", "lesson_id", "student", "deleted_at")
    query = sa.select(*(session.c[name] for name in names)).where(session.c.deleted_at.is_not(None))
    found = connection.execute(query.order_by(session.c.created_at, session.c.session_id))
    return [
        _Binned(
            row.session_id, (row.course_id or "", row.lesson_id or ""), row.student or "?", row.deleted_at
        )
        for row in found
    ]


def _batches(sessions: Iterable[_Binned]) -> Iterator[BinRow]:
    """Sessions that were deleted together."""
    moments: dict[dt.datetime, list[_Binned]] = defaultdict(list)
    for each in sessions:
        moments[each.deleted_at].append(each)
    for moment, together in moments.items():
        ids = tuple(each.session_id for each in together)
        students = sorted({each.student for each in together})
        yield BinRow(("sessions", *ids), ", ".join(students), moment, ids)


Content = tuple[Key, str, dt.datetime]  # key, title, when it was put into the bin


def _courses(connection: sa.Connection) -> Iterator[Content]:
    for row in connection.execute(sa.select(course).where(course.c.deleted_at.is_not(None))):
        yield ("course", row.course_id), row.title, row.deleted_at


def _lessons(connection: sa.Connection) -> Iterator[Content]:
    query = (
        sa.select(lesson, course.c.title.label("course_title"), course.c.deleted_at.label("course_at"))
        .join_from(lesson, course)
        .where(lesson.c.deleted_at.is_not(None))
    )
    for row in connection.execute(query):
        if row.course_at != row.deleted_at:
            yield ("lesson", row.course_id, row.lesson_id), f"{row.course_title}: {row.title}", row.deleted_at


def _slides(connection: sa.Connection) -> Iterator[Content]:
    """Those whose lesson is not in the bin."""
    query = (
        sa.select(slide, lesson.c.title.label("lesson_title"))
        .join_from(slide, lesson)
        .where(slide.c.deleted_at.is_not(None), lesson.c.deleted_at.is_(None))
    )
    for row in connection.execute(query):
        key = ("slide", row.course_id, row.lesson_id, row.slide_id)
        yield key, f"{row.lesson_title}: {row.title}", row.deleted_at


def _refuse_nothing(key: Key) -> None:
    if len(key) < 2:
        raise InputError("key", "something by its ids", "nothing")


def _table_of(key: Key) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    """The table that a course, lesson or slide is in, and what picks it there."""
    names = {"course": ("course_id",), "lesson": ("course_id", "lesson_id")}
    names["slide"] = ("course_id", "lesson_id", "slide_id")
    table = {"course": course, "lesson": lesson, "slide": slide}.get(key[0])
    if table is None or len(key) != 1 + len(names[key[0]]):
        raise InputError(
            "key", "sessions with ids, or a course, lesson or slide with its place", "/".join(key)
        )
    picked = zip(names[key[0]], key[1:], strict=True)
    return table, sa.and_(*(table.c[name] == value for name, value in picked))


def _below(table: sa.Table, key: Key) -> sa.ColumnElement[bool]:
    """What picks the rows of a table that belong to a course or lesson."""
    return sa.and_(*(table.c[n] == v for n, v in zip(("course_id", "lesson_id"), key[1:3], strict=False)))


def _mark_below(
    connection: sa.Connection, key: Key, former: dt.datetime | None, moment: dt.datetime | None
) -> int:
    """Carry a mark over to what belongs to a course or lesson, where it has the former mark."""
    if key[0] == "slide":
        return 0
    for table in (lesson, session) if key[0] == "course" else (session,):
        same = table.c.deleted_at.is_(None) if former is None else table.c.deleted_at == former
        marked = connection.execute(
            sa.update(table).where(_below(table, key), same).values(deleted_at=moment)
        ).rowcount
    return marked


def _mark_sessions(connection: sa.Connection, ids: Sequence[str], moment: dt.datetime) -> int:
    marked = 0
    for part in _parts(ids):
        here = session.c.session_id.in_(part) & session.c.deleted_at.is_(None)
        marked += connection.execute(sa.update(session).where(here).values(deleted_at=moment)).rowcount
    return marked


def _restore_sessions(connection: sa.Connection, ids: Sequence[str]) -> int:
    restored = 0
    for part in _parts(ids):
        _refuse_sessions_of_binned(connection, part)
        here = session.c.session_id.in_(part) & session.c.deleted_at.is_not(None)
        restored += connection.execute(sa.update(session).where(here).values(deleted_at=None)).rowcount
    return restored


def _refuse_orphans(connection: sa.Connection, key: Key) -> None:
    """Nothing comes back to a course or lesson that is in the bin."""
    for above in (("course", *key[1:2]), ("lesson", *key[1:3])):
        if above != key and len(above) < len(key):
            table, here = _table_of(above)
            query = sa.select(table.c.title).where(here, table.c.deleted_at.is_not(None))
            title = connection.execute(query).scalar_one_or_none()
            if title is not None:
                raise InputError(
                    key[0], f"the {above[0]} it belongs to restored first", f'"{title}" in the bin'
                )


def _refuse_sessions_of_binned(connection: sa.Connection, ids: Sequence[str]) -> None:
    same = (lesson.c.course_id == session.c.course_id) & (lesson.c.lesson_id == session.c.lesson_id)
    query = sa.select(lesson.c.title).join_from(session, lesson, same)
    query = query.where(session.c.session_id.in_(ids), lesson.c.deleted_at.is_not(None)).limit(1)
    title = connection.execute(query).scalar_one_or_none()
    if title is not None:
        raise InputError("sessions", "the lesson they belong to restored first", f'"{title}" in the bin')


def _binned(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[str]:
    query = sa.select(session.c.session_id).where(which, session.c.deleted_at.is_not(None))
    return list(connection.execute(query).scalars())


def _forget_sessions(connection: sa.Connection, ids: Sequence[str]) -> list[str]:
    """Delete all rows of these sessions; returns their uploads, relative to the data folder."""
    uploads: list[str] = []
    for part in _parts(ids):
        query = sa.select(session.c.upload).where(session.c.session_id.in_(part))
        uploads += [upload for upload in connection.execute(query).scalars() if upload]
        for table in (job, session_file, session):
            connection.execute(sa.delete(table).where(table.c.session_id.in_(part)))
    return uploads


def _forget_content(connection: sa.Connection, key: Key) -> None:
    """Delete the rows of a course, lesson or slide; their pictures are rubbish then.

    The regions of a slide stay, so that its id is not given again while sessions hold gaze on it.
    """
    if key[0] == "slide":
        for table in (slide_version, slide):
            names = zip(("course_id", "lesson_id", "slide_id"), key[1:], strict=True)
            connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in names)))
        return
    for table in (quiz_answer, quiz_question, aoi_set, slide_version, slide, lesson):
        connection.execute(sa.delete(table).where(_below(table, key)))
    if key[0] == "course":
        connection.execute(sa.delete(course).where(course.c.course_id == key[1]))


def _delete_files(catalogue: Catalogue, ids: Iterable[str], uploads: Iterable[str]) -> None:
    for upload in uploads:
        (catalogue.data / upload).unlink(missing_ok=True)
    for session_id in ids:
        shutil.rmtree(catalogue.lake / session_id, ignore_errors=True)
        shutil.rmtree(catalogue.observations_folder(session_id), ignore_errors=True)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """A few ids at a time: databases take no statements of any length."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
