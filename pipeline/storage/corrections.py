"""Putting right whose a session is and which lesson it is of; and the groups that students are in.

What a package says of itself stays as it was recorded; what was put right takes its place, also when the
session is processed again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow.parquet as pq
import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.storage import group_table, lesson_table, session_table
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.courses import free_id
from pipeline.storage.rows import NotFound, SessionRow, StudentRow
from pipeline.storage.schema import group_member, quiz_answer, session, student_group

STUDENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
STUDENT_MEANING: Final = "a pseudonym of letters, digits and . _ - (at most 64)"


def students(catalogue: Catalogue) -> list[StudentRow]:
    """Everybody who has a session outside the bin, a quiz answer or a place in a group, by name."""
    with catalogue.reading() as connection:
        sessions = Counter(
            connection.execute(
                sa.select(session.c.student).where(
                    session.c.deleted_at.is_(None), session.c.student.is_not(None)
                )
            ).scalars()
        )
        answers = Counter(connection.execute(sa.select(quiz_answer.c.student)).scalars())
        groups: dict[str, list[str]] = defaultdict(list)
        for row in connection.execute(sa.select(group_member).order_by(group_member.c.group_id)):
            groups[row.student].append(row.group_id)
    names = sorted({*sessions, *answers, *groups})
    return [StudentRow(name, sessions[name], answers[name], tuple(groups.get(name, ()))) for name in names]


def rename_student(catalogue: Catalogue, student: str, wanted: str) -> None:
    """Give a student another pseudonym, everywhere: sessions, also in the bin, quiz answers and groups.

    Raises
    ------
    NotFound : nobody is called that
    InputError : the pseudonym is none, or somebody else's
    """
    _refuse_odd(wanted)
    if wanted == student:
        return
    with catalogue.changing() as connection:
        if not _is_known(connection, student):
            raise NotFound("student", "a student of the catalogue", repr(student))
        if _is_known(connection, wanted):
            raise InputError("student", "a pseudonym that nobody has", f"that of another student, {wanted}")
        query = sa.select(session.c.session_id, session.c.name).where(session.c.student == student)
        for row in connection.execute(query).all():
            session_table.correct(connection, row.session_id, student=wanted)
            if row.name.startswith(f"{student}."):  # exports are named after the pseudonym
                name = wanted + row.name.removeprefix(student)
                session_table.update(connection, row.session_id, name=name)
        for table in (quiz_answer, group_member):
            connection.execute(sa.update(table).where(table.c.student == student).values(student=wanted))


def _is_known(connection: sa.Connection, student: str) -> bool:
    return any(
        connection.execute(sa.select(table.c.student).where(table.c.student == student).limit(1)).first()
        for table in (session, quiz_answer, group_member)
    )


def misfits(
    catalogue: Catalogue, sessions: Iterable[SessionRow], course_id: str, lesson_id: str
) -> dict[str, list[str]]:
    """Which of these sessions cannot be of that lesson, and the slides of theirs that it lacks.

    No slides for those that have not been processed: nobody knows theirs. Raises NotFound.
    """
    slides = set(catalogue.lesson(course_id, lesson_id).slide_ids())
    found: dict[str, list[str]] = {}
    for row in sessions:
        if not row.is_readable:
            found[row.session_id] = []
        elif lacking := _slides_seen(row) - slides:
            found[row.session_id] = sorted(lacking)
    return found


def _slides_seen(row: SessionRow) -> set[str]:
    seen = pq.read_table(row.files["exposures"].path, columns=["slide_id"]).column("slide_id")
    return {str(name) for name in seen.unique().to_pylist() if name is not None}


def move_sessions(catalogue: Catalogue, session_ids: Sequence[str], course_id: str, lesson_id: str) -> None:
    """Let sessions be of another lesson. Their gaze stays tied to the ids of slides: see that they exist.

    Raises NotFound : there is no such lesson, or no such session
    """
    with catalogue.changing() as connection:
        lesson_table.one(connection, course_id, lesson_id)
        for session_id in session_ids:
            query = sa.select(session.c.session_id).where(session.c.session_id == session_id)
            if connection.execute(query).first() is None:
                raise NotFound("session", "the id of a known session", repr(session_id))
            session_table.correct(connection, session_id, course_id=course_id, lesson_id=lesson_id)


def create_group(catalogue: Catalogue, wanted: str, title: str, members: Iterable[str] = ()) -> str:
    """A new group of these students; its id is `wanted`, with a number where that is taken."""
    named = _names(members)
    with catalogue.changing() as connection:
        taken = set(connection.execute(sa.select(student_group.c.group_id)).scalars())
        group_id = free_id(wanted, taken)
        group_table.put(connection, group_id, _said(title), named)
    return group_id


def rename_group(catalogue: Catalogue, group_id: str, title: str) -> str:
    """Give a group another title; returns the one it had. Raises NotFound."""
    with catalogue.changing() as connection:
        former = _title(connection, group_id)
        here = student_group.c.group_id == group_id
        connection.execute(sa.update(student_group).where(here).values(title=_said(title)))
    return former


def add_members(catalogue: Catalogue, group_id: str, members: Iterable[str]) -> list[str]:
    """Put students into a group; returns those who were not in it yet. Raises NotFound, InputError."""
    named = _names(members)
    with catalogue.changing() as connection:
        _title(connection, group_id)
        query = sa.select(group_member.c.student).where(group_member.c.group_id == group_id)
        present = set(connection.execute(query).scalars())
        new = [name for name in named if name not in present]
        if new:
            rows = [{"group_id": group_id, "student": name} for name in new]
            connection.execute(sa.insert(group_member), rows)
    return new


def remove_members(catalogue: Catalogue, group_id: str, members: Iterable[str]) -> list[str]:
    """Take students out of a group; returns those who were in it. Raises NotFound."""
    named = set(members)
    with catalogue.changing() as connection:
        _title(connection, group_id)
        query = sa.select(group_member.c.student).where(group_member.c.group_id == group_id)
        gone = sorted(named & set(connection.execute(query).scalars()))
        for name in gone:
            here = (group_member.c.group_id == group_id) & (group_member.c.student == name)
            connection.execute(sa.delete(group_member).where(here))
    return gone


def _title(connection: sa.Connection, group_id: str) -> str:
    query = sa.select(student_group.c.title).where(student_group.c.group_id == group_id)
    title = connection.execute(query).scalar_one_or_none()
    if title is None:
        raise NotFound("group", "a group of the catalogue", repr(group_id))
    return str(title)


def _names(members: Iterable[str]) -> list[str]:
    """Pseudonyms, each once, in the order they came. Raises InputError for what is none."""
    named = list(dict.fromkeys(members))
    for name in named:
        _refuse_odd(name)
    return named


def _refuse_odd(name: str) -> None:
    if not STUDENT.fullmatch(name):
        raise InputError("student", STUDENT_MEANING, repr(name[:80]))


def _said(title: str) -> str:
    if not title.strip():
        raise InputError("title", "a title", "an empty one")
    return title.strip()
