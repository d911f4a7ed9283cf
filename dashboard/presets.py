"""What is often compared, as lists of items: for links from other pages and whoever has not chosen."""

from __future__ import annotations

from dashboard.items import LIMIT, Item
from dashboard.school import School


def all_courses(school: School) -> tuple[Item, ...]:
    """Every course that has a lesson."""
    return tuple(dict.fromkeys(Item((row.course_id,)) for row in school.lessons()))[:LIMIT]


def lessons_of(school: School, course_id: str) -> tuple[Item, ...]:
    """Every lesson of a course."""
    rows = [row for row in school.lessons() if row.course_id == course_id]
    return tuple(Item((course_id, row.lesson_id)) for row in rows)[:LIMIT]


def slides_of(school: School, course_id: str, lesson_id: str) -> tuple[Item, ...]:
    """Every slide of a lesson. Raises NotFound."""
    slides = school.lesson(course_id, lesson_id).slides
    return tuple(Item((course_id, lesson_id, slide.slide_id)) for slide in slides)[:LIMIT]


def versions_of(school: School, course_id: str, lesson_id: str, slide_id: str) -> tuple[Item, ...]:
    """Every version of a slide, the newest first; none where there is only one."""
    versions = school.slide_versions(course_id, lesson_id).get(slide_id, ())
    items = [Item((course_id, lesson_id, slide_id), version=each.version) for each in reversed(versions)]
    return tuple(items)[:LIMIT] if len(items) > 1 else ()


def groups_on(school: School, *place: str) -> tuple[Item, ...]:
    """Every group of which somebody has a recording of this course, lesson or slide; none if only one is."""
    rows = school.sessions(*place[:2])
    students = {str(row.student) for row in rows if row.is_readable}
    groups = [group for group in school.groups().values() if students & set(group.students)]
    items = tuple(Item(place, group=group.group_id) for group in groups)[:LIMIT]
    return items if len(items) > 1 else ()
