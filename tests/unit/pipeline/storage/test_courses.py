"""Courses and lessons that people make and name."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.storage import courses, the_bin
from pipeline.storage.catalogue import Catalogue, NotFound


def test_a_new_course_and_lesson_are_there_and_empty(catalogue: Catalogue) -> None:
    before = catalogue.revision()
    course_id = courses.create_course(catalogue, "physics-8", "Physics 8")
    lesson_id = courses.create_lesson(catalogue, course_id, "light", " Light ")
    assert [(row.course_id, row.title) for row in courses.all_courses(catalogue)] == [
        ("physics-8", "Physics 8")
    ]
    (row,) = catalogue.lessons()
    assert (row.course_id, row.lesson_id, row.lesson_title, row.slides) == ("physics-8", "light", "Light", 0)
    assert catalogue.lesson(course_id, lesson_id).slides == ()
    assert catalogue.revision() == before + 2


def test_an_id_that_is_taken_gets_a_number(catalogue: Catalogue) -> None:
    ids = [courses.create_course(catalogue, "physics", "Physics") for _ in range(3)]
    assert ids == ["physics", "physics-2", "physics-3"]
    lessons = [courses.create_lesson(catalogue, each, "light", "Light") for each in (*ids, ids[0])]
    assert lessons == ["light", "light", "light", "light-2"]


def test_the_id_of_what_is_in_the_bin_is_taken(catalogue: Catalogue) -> None:
    the_bin.delete(catalogue, ("course", courses.create_course(catalogue, "physics", "Physics")))
    assert courses.create_course(catalogue, "physics", "Physics") == "physics-2"


def test_renaming_tells_the_former_title_and_changes_no_id(catalogue: Catalogue) -> None:
    courses.create_course(catalogue, "physics", "Physics")
    courses.create_lesson(catalogue, "physics", "light", "Light")
    assert courses.rename_course(catalogue, "physics", "Physics 8") == "Physics"
    assert courses.rename_lesson(catalogue, "physics", "light", "Optics") == "Light"
    (row,) = catalogue.lessons()
    assert (row.course_id, row.course_title, row.lesson_id, row.lesson_title) == (
        "physics", "Physics 8", "light", "Optics",
    )  # fmt: skip


def test_what_cannot_be_is_refused_and_changes_nothing(catalogue: Catalogue) -> None:
    courses.create_course(catalogue, "physics", "Physics")
    before = catalogue.revision()
    for error, act in (
        (NotFound, lambda: courses.create_lesson(catalogue, "biology", "light", "Light")),
        (NotFound, lambda: courses.rename_course(catalogue, "biology", "Light")),
        (NotFound, lambda: courses.rename_lesson(catalogue, "physics", "light", "Light")),
        (InputError, lambda: courses.create_course(catalogue, "../up", "Up")),
        (InputError, lambda: courses.create_course(catalogue, "up", "   ")),
        (InputError, lambda: courses.rename_course(catalogue, "physics", "")),
    ):
        with pytest.raises(error):
            act()
    assert catalogue.revision() == before
    assert [row.title for row in courses.all_courses(catalogue)] == ["Physics"]
