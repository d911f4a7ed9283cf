"""Groups of students. Every function works inside the transaction of the connection it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from pipeline.storage.rows import GroupRow
from pipeline.storage.schema import group_member, student_group


def all_rows(connection: sa.Connection) -> list[GroupRow]:
    """Every group with its students, by title."""
    members: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(sa.select(group_member).order_by(group_member.c.student)):
        members[row.group_id].append(row.student)
    found = connection.execute(sa.select(student_group).order_by(student_group.c.title))
    return [GroupRow(row.group_id, row.title, tuple(members[row.group_id])) for row in found]


def put(connection: sa.Connection, group_id: str, title: str, students: Iterable[str]) -> None:
    """A group in the place of the one of this id."""
    remove(connection, group_id)
    connection.execute(sa.insert(student_group).values(group_id=group_id, title=title))
    for student in sorted(set(students)):
        connection.execute(sa.insert(group_member).values(group_id=group_id, student=student))


def remove(connection: sa.Connection, group_id: str) -> None:
    """No group of this id any more."""
    for table in (group_member, student_group):
        connection.execute(sa.delete(table).where(table.c.group_id == group_id))
