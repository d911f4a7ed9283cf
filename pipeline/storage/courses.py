"""Courses and lessons as people make them, one transaction a function."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.storage.catalogue import SLUG, Catalogue
from pipeline.storage.rows import CourseRow, NotFound
from pipeline.storage.schema import course, lesson


def all_courses(catalogue: Catalogue) -> list[CourseRow]:
    """Every course by title, those without a lesson too; not those in the bin."""
    query = sa.select(course.c.course_id, course.c.title).where(course.c.deleted_at.is_(None))
    with catalogue.reading() as connection:
        found = connection.execute(query.order_by(course.c.title, course.c.course_id))
        return [CourseRow(row.course_id, row.title) for row in found]


def create_course(catalogue: Catalogue, wanted: str, title: str) -> str:
    """A new course without lessons; its id is `wanted`, with a number where that is taken."""
    with catalogue.changing() as connection:
        taken = set(connection.execute(sa.select(course.c.course_id)).scalars())
        course_id = free_id(wanted, taken)
        connection.execute(sa.insert(course).values(course_id=course_id, title=_said(title)))
    return course_id


def create_lesson(catalogue: Catalogue, course_id: str, wanted: str, title: str) -> str:
    """A new lesson without slides; its id is `wanted`, with a number where that is taken.

    Raises NotFound : there is no such course, or it is in the bin
    """
    with catalogue.changing() as connection:
        _title(connection, course, course_id=course_id)
        known = sa.select(lesson.c.lesson_id).where(lesson.c.course_id == course_id)
        lesson_id = free_id(wanted, set(connection.execute(known).scalars()))
        values = {"course_id": course_id, "lesson_id": lesson_id, "title": _said(title)}
        connection.execute(sa.insert(lesson).values(**values))
    return lesson_id


def rename_course(catalogue: Catalogue, course_id: str, title: str) -> str:
    """Give a course another title; returns the one it had. Raises NotFound."""
    return _rename(catalogue, course, title, course_id=course_id)


def rename_lesson(catalogue: Catalogue, course_id: str, lesson_id: str, title: str) -> str:
    """Give a lesson another title; returns the one it had. Raises NotFound."""
    return _rename(catalogue, lesson, title, course_id=course_id, lesson_id=lesson_id)


def _rename(catalogue: Catalogue, table: sa.Table, title: str, **key: str) -> str:
    with catalogue.changing() as connection:
        former = _title(connection, table, **key)
        connection.execute(sa.update(table).where(_is(table, key)).values(title=_said(title)))
    return former


def _title(connection: sa.Connection, table: sa.Table, **key: str) -> str:
    """The title of what is there and not in the bin. Raises NotFound."""
    query = sa.select(table.c.title).where(_is(table, key), table.c.deleted_at.is_(None))
    title = connection.execute(query).scalar_one_or_none()
    if title is None:
        raise NotFound(table.name, f"a {table.name} of the catalogue", "/".join(key.values()))
    return str(title)


def _is(table: sa.Table, key: dict[str, Any]) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == value for name, value in key.items()))


def _said(title: str) -> str:
    if not title.strip():
        raise InputError("title", "a title", "an empty one")
    return title.strip()


def free_id(wanted: str, taken: set[str]) -> str:
    """`wanted`, or the first of wanted-2, wanted-3... that is not taken. Raises InputError : not a slug."""
    if not SLUG.fullmatch(wanted) or len(wanted) > 56:
        raise InputError("id", f"an id of the form {SLUG.pattern}, at most 56 long", repr(wanted))
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
