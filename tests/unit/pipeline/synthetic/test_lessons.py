"""The demo school's committed lessons: valid, complete, and the same as the pages they are built from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import shapely

from pipeline import synthetic
from pipeline.domain import Aoi, Lesson, Role, Slide
from pipeline.ingest.lessons import read_lesson

LESSONS = Path(synthetic.__file__).parent / "lessons"
FOLDERS = sorted(path.parent for path in LESSONS.glob("*/*/lesson.json"))
UNWEIGHTED = {Role.DECORATION, Role.NAVIGATION}


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return read_lesson(request.param)  # unique ids, points within the slide, images of the stated size


def school() -> Iterator[Slide]:
    for folder in FOLDERS:
        yield from read_lesson(folder).slides


def box(aoi: Aoi) -> shapely.Polygon:
    return shapely.box(*aoi.parts[0].points[0], *aoi.parts[0].points[1])


def test_two_courses_of_three_lessons_with_ids_as_their_folders():
    lessons = [read_lesson(folder) for folder in FOLDERS]
    assert [(item.course_id, item.lesson_id) for item in lessons] == [
        (folder.parent.name, folder.name) for folder in FOLDERS
    ]
    courses = [item.course_title for item in lessons]
    assert {title: courses.count(title) for title in courses} == {"Biology 7": 3, "Physics 8": 3}


def test_a_lesson_is_four_slides_and_nothing_else_lies_in_its_folder(lesson):
    folder = LESSONS / lesson.course_id / lesson.lesson_id
    assert len(lesson.slides) == 4
    assert {path.name for path in folder.iterdir()} == {"lesson.json", *(s.image for s in lesson.slides)}
    assert all((folder / slide.image).stat().st_size < 350_000 for slide in lesson.slides)


def test_weights_of_a_slide_sum_to_one_and_only_content_has_any(lesson):
    for slide in lesson.slides:
        assert sum(aoi.weight for aoi in slide.aois) == pytest.approx(1), slide.slide_id
        for aoi in slide.aois:
            assert (aoi.weight == 0) == (aoi.role in UNWEIGHTED), (slide.slide_id, aoi.name)


def test_reading_order_counts_the_content_from_one(lesson):
    for slide in lesson.slides:
        orders = [aoi.order for aoi in slide.aois if aoi.role not in UNWEIGHTED]
        assert orders == list(range(1, len(orders) + 1)), slide.slide_id


def test_a_slide_has_a_handful_of_regions_with_something_required(lesson):
    for slide in lesson.slides:
        assert 4 <= len(slide.aois) <= 7, slide.slide_id
        assert any(aoi.required for aoi in slide.aois), slide.slide_id
        assert all(aoi.weight >= 0.15 for aoi in slide.aois if aoi.required), slide.slide_id


def test_regions_do_not_overlap(lesson):
    for slide in lesson.slides:
        for one, other in combinations(slide.aois, 2):
            shared = box(one).intersection(box(other)).area
            assert shared == 0, (slide.slide_id, one.name, other.name)


def test_every_role_occurs_in_the_school():
    assert {aoi.role for slide in school() for aoi in slide.aois} == set(Role)


def test_most_regions_are_large_enough_for_webcam_gaze_and_a_few_are_not():
    sizes = [(box(aoi).bounds, aoi) for slide in school() for aoi in slide.aois]
    large = [x1 - x0 >= 0.12 and y1 - y0 >= 0.10 for (x0, y0, x1, y1), _ in sizes]
    assert 0.75 < sum(large) / len(large) < 1


def test_what_is_committed_has_the_regions_that_the_source_page_names(lesson):
    page = (LESSONS / "source" / f"{lesson.lesson_id}.html").read_text(encoding="utf-8")
    sections = re.findall(r'<section class="slide" id="([^"]+)".*?</section>', page, re.DOTALL)
    assert tuple(sections) == lesson.slide_ids()
    for slide, section in zip(lesson.slides, re.split(r"</section>", page), strict=False):
        named = re.findall(r'data-aoi="([^"]+)" data-role="([^"]+)" data-weight="([^"]+)"', section)
        assert sorted((aoi.name, aoi.role.value, aoi.weight) for aoi in slide.aois) == sorted(
            (name, role, float(weight)) for name, role, weight in named
        ), slide.slide_id
