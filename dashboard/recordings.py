"""The recordings of a lesson that an address asks for, however good they are."""

from __future__ import annotations

from dashboard.group import Rules
from dashboard.school import School, Students
from pipeline.storage.rows import SessionRow


def asked_recordings(
    school: School, course_id: str, lesson_id: str, students: Students, rules: Rules
) -> tuple[SessionRow, ...]:
    """Those of these students, or of all, of the group and the period of the rules, in whatever state."""
    rows = [row for row in school.sessions(course_id, lesson_id) if rules.came_in_time(row)]
    if students:
        rows = [row for row in rows if row.student in students]
    if rules.group is not None:
        group = school.groups().get(rules.group)
        rows = [row for row in rows if group is not None and row.student in group.students]
    return tuple(rows)
