"""The school that speed is measured in: planned in full, the same each time, and finished after a kill."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import big_school
from benchmarks.big_school import COURSES, Course, lesson_id, make, plans, slide_seconds
from pipeline.storage.catalogue import Catalogue

FEW = (
    Course("biology-6", "Biology, year 6", "biology-7", 3, 2),
    Course("physics-8", "Physics, year 8", "physics-8", 2, 1),
)


def test_the_plan_is_of_2000_sessions_that_differ() -> None:
    planned = plans()
    assert len(planned) == 2000
    assert len({plan.key for plan in planned}) == len({plan.seed for plan in planned}) == 2000
    classes = Counter((plan.course.course_id, plan.lesson) for plan in planned if plan.seed[-1] == 0)
    assert len(classes) == sum(course.lessons for course in COURSES)
    assert all(24 <= students <= 33 for students in classes.values())
    shares = {
        "badly tracked": sum(plan.viewer.tracked < 0.5 for plan in planned),
        "uncalibrated": sum(not plan.viewer.calibrated for plan in planned),
        "another tracker": sum(plan.viewer.tracker for plan in planned),
    }
    assert all(20 < share < 250 for share in shares.values()), shares


def test_slides_last_until_the_samples_are_there() -> None:
    planned = plans()
    seconds = slide_seconds(planned, 100_000_000, 12)
    samples = sum(12 * seconds * plan.viewer.pace * plan.viewer.rate_hz for plan in planned)
    assert samples == pytest.approx(100_000_000)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(big_school, "COURSES", FEW)
    monkeypatch.setattr(big_school, "SECOND_VIEWINGS", 1)


def _content(data: Path) -> dict[tuple[object, ...], pd.DataFrame]:
    catalogue = Catalogue.open(data)
    found = {
        (row.course_id, row.lesson_id, row.student, row.created_at): pd.read_parquet(row.files["gaze"].path)
        for row in catalogue.sessions()
    }
    catalogue.close()
    return found


@pytest.mark.usefixtures("few")
def test_a_small_one_is_whole_dated_and_no_two_of_its_sessions_are_alike(tmp_path: Path) -> None:
    make(tmp_path / "data", samples=60_000, workers=1)
    catalogue = Catalogue.open(tmp_path / "data")
    rows = catalogue.sessions()
    lessons = {(row.course_id, row.lesson_id): row.slides for row in catalogue.lessons()}
    quiz = catalogue.quiz("biology-6", lesson_id(0))
    groups = {group.group_id: group.students for group in catalogue.groups()}
    catalogue.close()
    assert set(lessons) == {("biology-6", "lesson-1"), ("biology-6", "lesson-2"), ("physics-8", "lesson-1")}
    assert set(lessons.values()) == {12}
    assert groups["biology-6-a"] == ("K00-01", "K00-03")
    assert groups["biology-6-b"] == ("K00-02",)
    assert set(quiz["student"]) == {"K00-01", "K00-02", "K00-03"}
    assert len(rows) == 3 * 2 + 2 + 1  # and one who looked again
    assert all(row.is_readable and row.created_at <= big_school.LAST_DAY.replace(hour=23) for row in rows)
    assert sum(row.files["gaze"].rows for row in rows) == pytest.approx(60_000, rel=0.05)
    assert len({row.files["gaze"].sha256 for row in rows}) == len(rows)


@pytest.mark.usefixtures("few")
def test_what_a_kill_has_left_out_is_made_as_if_nothing_had_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "whole", samples=30_000, workers=1)
    add = big_school._add

    def killed(plan: big_school.Plan, seconds: float) -> None:
        if plan.lesson == 1:
            raise KeyboardInterrupt
        add(plan, seconds)

    monkeypatch.setattr(big_school, "_add", killed)
    with pytest.raises(BaseException):  # noqa: B017, PT011  whatever a killed worker shows as
        make(tmp_path / "again", samples=30_000, workers=1)
    monkeypatch.setattr(big_school, "_add", add)
    make(tmp_path / "again", samples=30_000, workers=1)
    whole, again = _content(tmp_path / "whole"), _content(tmp_path / "again")
    assert whole.keys() == again.keys()
    for key, gaze in whole.items():
        pd.testing.assert_frame_equal(gaze, again[key])
