"""Lessons come back as they were put, with images of their own and regions that have versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.domain import Aoi, Lesson, Overlap
from pipeline.errors import InputError
from pipeline.storage.catalogue import Catalogue, LessonRow, NotFound, Outdated
from pipeline.storage.schema import aoi_set, slide


def _with_aois(lesson: Lesson, aois: tuple[Aoi, ...]) -> Lesson:
    first, *rest = lesson.slides
    return replace(lesson, slides=(replace(first, aois=aois), *rest))


def _stored(lesson: Lesson, *versions: int) -> Lesson:
    """The lesson with the versions that the regions of its slides have in the catalogue; first pictures."""
    slides = zip(lesson.slides, versions, strict=True)
    return replace(
        lesson, slides=tuple(replace(slide, aoi_version=version, version=1) for slide, version in slides)
    )


def _versions(catalogue: Catalogue) -> tuple[int, int]:
    """The current version of the regions of slide s1, and how many there are."""
    with catalogue._reader.begin() as connection:
        current = connection.execute(sa.select(slide.c.aoi_version).where(slide.c.slide_id == "s1"))
        stored = connection.execute(sa.select(aoi_set.c.version).where(aoi_set.c.slide_id == "s1"))
        return current.scalar_one(), len(stored.all())


def test_a_lesson_comes_back_as_it_was_put(catalogue: Catalogue, lesson: Lesson, lesson_folder: Path) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    assert catalogue.lesson("physics", "optics") == _stored(lesson, 1, 1)
    assert catalogue.lessons() == [LessonRow("physics", "Physics 7", "optics", "Light", 2, "s1")]
    assert catalogue.slide_image("physics", "optics", "s2").read_bytes() == b"second picture"


def test_images_are_copies(catalogue: Catalogue, lesson: Lesson, lesson_folder: Path) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    (lesson_folder / "two.png").unlink()
    kept = catalogue.slide_image("physics", "optics", "s2")
    assert kept.is_relative_to(catalogue.data / "lessons/physics/optics")
    assert kept.read_bytes() == b"second picture"


def test_a_changed_image_gets_a_path_of_its_own(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    before = catalogue.slide_image("physics", "optics", "s1")
    (lesson_folder / "one.png").write_bytes(b"redrawn")
    catalogue.put_lesson(lesson, lesson_folder)
    after = catalogue.slide_image("physics", "optics", "s1")
    assert before != after
    assert (before.read_bytes(), after.read_bytes()) == (b"first picture", b"redrawn")
    assert catalogue.collect_rubbish(older_than_s=-1) == 0


def test_a_changed_image_is_a_new_version_of_the_slide(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    (lesson_folder / "one.png").write_bytes(b"redrawn")
    before = dt.datetime.now(dt.UTC)
    catalogue.put_lesson(lesson, lesson_folder)
    place = ("physics", "optics", "s1")
    first, second = catalogue.slide_versions(*place)
    assert (first.version, second.version) == (1, 2)
    assert first.since < before <= second.since
    assert catalogue.slide_image(*place, version=1).read_bytes() == b"first picture"
    assert catalogue.slide_image(*place) == catalogue.slide_image(*place, version=2)
    assert [slide.version for slide in catalogue.lesson("physics", "optics").slides] == [2, 1]
    with pytest.raises(NotFound, match="version 3"):
        catalogue.slide_image(*place, version=3)


def test_regions_saved_by_hand_are_a_version_with_who_made_it(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    place = ("physics", "optics", "s1")
    heavier = (replace(lesson.slides[0].aois[0], weight=3.0),)
    revision = catalogue.revision()
    saved = catalogue.put_aois(*place, heavier, Overlap.ALL, seen_version=1, author="Ms Gray")
    assert (saved, catalogue.lesson("physics", "optics").slides[0].aois) == (2, heavier)
    assert catalogue.revision() > revision
    assert [row.author for row in catalogue.aoi_sets(*place)] == [None, "Ms Gray"]
    with pytest.raises(Outdated, match="version 2"):
        catalogue.put_aois(*place, (), Overlap.ALL, seen_version=1)
    assert catalogue.put_aois(*place, lesson.slides[0].aois, Overlap.ALL, seen_version=2) == 1
    assert len(catalogue.aoi_sets(*place)) == 2


def test_the_same_lesson_again_changes_nothing(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    revision = catalogue.revision()
    catalogue.put_lesson(lesson, lesson_folder)
    assert catalogue.revision() == revision
    assert _versions(catalogue) == (1, 1)


def test_other_regions_are_a_new_version_and_former_ones_the_former(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    changed = _with_aois(lesson, (replace(lesson.slides[0].aois[0], weight=3.0),))
    catalogue.put_lesson(lesson, lesson_folder)
    revision = catalogue.revision()
    catalogue.put_lesson(changed, lesson_folder)
    assert catalogue.revision() > revision
    assert _versions(catalogue) == (2, 2)
    assert catalogue.lesson("physics", "optics") == _stored(changed, 2, 1)
    catalogue.put_lesson(lesson, lesson_folder)
    assert _versions(catalogue) == (1, 2)
    assert catalogue.lesson("physics", "optics") == _stored(lesson, 1, 1)


def test_the_same_regions_with_another_overlap_rule_are_a_new_version(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    first, *rest = lesson.slides
    topmost = replace(lesson, slides=(replace(first, overlap=Overlap.TOPMOST), *rest))
    catalogue.put_lesson(lesson, lesson_folder)
    revision = catalogue.revision()
    catalogue.put_lesson(topmost, lesson_folder)
    assert catalogue.revision() > revision
    assert catalogue.lesson("physics", "optics") == _stored(topmost, 2, 1)


def test_what_is_read_from_the_catalogue_may_be_put_back_without_effect(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    until = replace(lesson.slides[0].aois[0].parts[0], from_ms=500.0, until_ms=2500.0)
    both = replace(lesson.slides[0].aois[0], parts=(*lesson.slides[0].aois[0].parts, until))
    catalogue.put_lesson(_with_aois(lesson, (both,)), lesson_folder)
    revision, back = catalogue.revision(), catalogue.lesson("physics", "optics")
    assert back.slides[0].aois == (both,)
    catalogue.put_lesson(back, lesson_folder)
    assert catalogue.revision() == revision


def test_all_versions_of_regions_can_be_told(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    first, *rest = lesson.slides
    catalogue.put_lesson(lesson, lesson_folder)
    catalogue.put_lesson(
        replace(lesson, slides=(replace(first, aois=(), overlap=Overlap.TOPMOST), *rest)), lesson_folder
    )
    one, two = catalogue.aoi_sets("physics", "optics", "s1")
    assert (one.version, one.aois, one.overlap) == (1, first.aois, Overlap.ALL)
    assert (two.version, two.aois, two.overlap) == (2, (), Overlap.TOPMOST)
    assert one.created_at <= two.created_at <= dt.datetime.now(dt.UTC)


def test_a_slide_that_is_no_longer_in_the_lesson_is_gone(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    catalogue.put_lesson(replace(lesson, slides=lesson.slides[:1]), lesson_folder)
    assert catalogue.lesson("physics", "optics").slide_ids() == ("s1",)
    with pytest.raises(NotFound):
        catalogue.slide_image("physics", "optics", "s2")


def test_lessons_of_a_course_share_its_title(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    catalogue.put_lesson(lesson, lesson_folder)
    other = replace(lesson, lesson_id="waves", lesson_title="Waves", course_title="Physics 8")
    catalogue.put_lesson(other, lesson_folder)
    assert [(row.course_title, row.lesson_id) for row in catalogue.lessons()] == [
        ("Physics 8", "optics"),
        ("Physics 8", "waves"),
    ]


@pytest.mark.parametrize("bad", ["../up", "a/b", "Ünicode", "", "-dash", "a" * 65])
def test_ids_that_are_no_slugs_are_refused(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path, bad: str
) -> None:
    with pytest.raises(InputError, match="ids of the form"):
        catalogue.put_lesson(replace(lesson, lesson_id=bad), lesson_folder)
    assert catalogue.lessons() == []


def test_a_missing_image_is_refused_and_nothing_is_stored(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path
) -> None:
    (lesson_folder / "two.png").unlink()
    with pytest.raises(InputError, match=r"slide s2.*two\.png"):
        catalogue.put_lesson(lesson, lesson_folder)
    assert catalogue.lessons() == []


def test_unknown_things_are_not_found(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match="physics/optics"):
        catalogue.lesson("physics", "optics")
    with pytest.raises(NotFound, match="physics/optics/s1"):
        catalogue.slide_image("physics", "optics", "s1")
    with pytest.raises(NotFound, match="physics/optics/s1"):
        catalogue.aoi_sets("physics", "optics", "s1")
