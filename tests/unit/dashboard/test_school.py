"""What the pages are told equals what the lake holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from dashboard.components.content import KINDS, cards
from dashboard.components.workbench import Choice, panel
from dashboard.findings import look_first
from dashboard.group import Rules
from dashboard.school import School
from dashboard.sentences import lead, lesson_lead
from pipeline.attention.aoi import hits
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound
from tests.seeded_school import LESSONS, Viewer, add_session, seed

PLACE = ("biology-7", "photosynthesis")
SLIDE = "3-the-equation"
LESSON = LESSONS / "biology-7/photosynthesis"


@pytest.fixture
def school(catalogue: Catalogue) -> Iterator[School]:
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()


def test_a_share_on_the_page_is_the_share_in_the_files(school: School, catalogue: Catalogue) -> None:
    """From the Parquet files by hand: per student, time of fixations in the region by time of all."""
    view = school.slide_view(*PLACE, SLIDE)
    region = next(aoi for aoi in view.slide.aois if aoi.aoi_id == "equation")
    shares = []
    for row in view.group.shown:
        every = pd.read_parquet(catalogue.session(row.session_id).files["fixations"].path)
        own = every[every["slide_id"] == SLIDE]
        on = own[own["slide_x"].between(0, 1) & own["slide_y"].between(0, 1)]
        inside = hits(own["slide_x"].to_numpy(float), own["slide_y"].to_numpy(float), [region])[:, 0]
        shares.append(own.loc[inside, "duration_ms"].sum() / on["duration_ms"].sum())
    shown = view.table.set_index("aoi_id").loc["equation"]
    assert shown["observed_share"] == pytest.approx(np.mean(shares), rel=1e-5)
    assert shown["reach_n"] == np.count_nonzero(shares)


def test_a_long_recording_does_not_decide_the_shares_of_a_class(school_data: Path, tmp_path: Path) -> None:
    """Mean over students of their own shares, from the files by hand; time pooled would say otherwise."""
    shutil.copytree(school_data, tmp_path / "data")
    catalogue = Catalogue.open(tmp_path / "data")
    lake = Lake(catalogue.lake)
    school = School(catalogue, lake)
    long = Viewer("S99", tracked=0.6)
    add_session(catalogue, school.lesson(*PLACE), long, 80.0, np.random.default_rng(5))
    view, content = school.slide_view(*PLACE, SLIDE), school.content_view(*PLACE, SLIDE)
    spent = []
    for row in view.group.shown:
        every = pd.read_parquet(row.files["exposures"].path)
        spent.append(every[every["slide_id"] == SLIDE][["duration_ms", "tracked_ms", "on_slide_ms"]].sum())
    time = pd.DataFrame(spent)
    assert "S99" in view.group.names
    assert view.tracked_share == pytest.approx((time["tracked_ms"] / time["duration_ms"]).mean())
    assert view.tracked_share != pytest.approx(time["tracked_ms"].sum() / time["duration_ms"].sum(), abs=0.05)
    assert view.on_slide_share == pytest.approx((time["on_slide_ms"] / time["tracked_ms"]).mean())
    on = (time["on_slide_ms"] / time["duration_ms"]).mean()
    assert f"on the slide {on:.0%}" in str(cards(content, dict.fromkeys(KINDS, "")))
    assert f"Those who count ({len(time)}) had it open typically for" in str(panel(view, Choice()))
    lake.close()
    catalogue.close()


def test_who_is_left_out_of_the_class_is_known(school: School) -> None:
    group = school.slide_view(*PLACE, SLIDE).group
    reasons = {each.student: each.reason for each in group.excluded}
    assert reasons["S08"].startswith("tracked for")
    assert reasons["S10"] == "not calibrated"
    assert len(group.shown) + len(group.excluded) == len(group.students) == 10


def test_the_heatmap_holds_the_seconds_that_were_looked(school: School, catalogue: Catalogue) -> None:
    """Summed over the slide, seconds within a circle are all seconds times the circle's area."""
    view, heat = school.slide_view(*PLACE, SLIDE), school.heat(*PLACE, SLIDE)
    looked_s = 0.0
    for row in view.group.shown:
        cells = pd.read_parquet(row.files["density"].path)
        looked_s += cells.loc[cells["slide_id"] == SLIDE, "seconds"].sum()
    assert view.error is not None
    circle_cells = np.pi * view.error.radius_x * 96 * view.error.radius_y * 54
    expected = looked_s / len(view.group.shown) * circle_cells
    assert heat.seconds.sum() == pytest.approx(expected, rel=0.2)  # some is smoothed over the edge
    assert heat.seconds.sum() <= expected
    assert heat.students == len(view.group.shown)


def test_one_student_alone_is_that_student(school: School) -> None:
    view = school.slide_view(*PLACE, SLIDE, ("S02",))
    assert view.group.names == ("S02",)
    assert set(view.fixations["student"]) == {"S02"}
    assert (view.fixations["onset_ms"] >= 0).all()


def test_unknown_students_show_nobody_and_break_nothing(school: School) -> None:
    view = school.slide_view(*PLACE, SLIDE, ("nobody",))
    assert not view.group.shown
    assert school.heat(*PLACE, SLIDE, ("nobody",)).seconds.max() == 0
    assert "Nobody" in lead(view)


@pytest.mark.parametrize("place", [("x", "photosynthesis", SLIDE), (*PLACE, "99-unknown")])
def test_what_does_not_exist_is_not_found(school: School, place: tuple[str, str, str]) -> None:
    with pytest.raises(NotFound):
        school.slide_view(*place)


def test_a_lesson_has_every_slide_and_says_what_to_open_first(school: School) -> None:
    view = school.lesson_view(*PLACE)
    assert [slide.number for slide in view.slides] == [1, 2, 3, 4]
    found = look_first(view)
    assert found
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)
    assert lesson_lead(view).startswith("10 students, last session ")


def test_a_session_is_told_slide_by_slide(school: School, catalogue: Catalogue) -> None:
    row = next(row for row in catalogue.sessions(*PLACE) if row.student == "S06")
    view = school.session_view(row.session_id)
    fixations = pd.read_parquet(row.files["fixations"].path)
    assert sum(slide.fixations for slide in view.slides) == len(fixations)
    assert sum(slide.dwell_s for slide in view.slides) == pytest.approx(fixations["duration_ms"].sum() / 1000)
    assert view.stretches["number"].tolist() == [1, 2, 3, 4]
    assert view.gaze["t_s"].iloc[0] == pytest.approx(0, abs=0.04)
    assert view.distance_mm == pytest.approx(600, abs=30)
    assert len(school.session_fixations(row.session_id, SLIDE)) == view.slides[2].fixations


def test_a_new_session_shows_up_at_once(school_data: Path, tmp_path: Path) -> None:
    shutil.copytree(school_data, tmp_path / "data")
    catalogue = Catalogue.open(tmp_path / "data")
    lake = Lake(catalogue.lake)
    school = School(catalogue, lake)
    before = school.slide_view(*PLACE, SLIDE)
    assert school.slide_view(*PLACE, SLIDE) is before
    add_session(catalogue, school.lesson(*PLACE), Viewer("S99"), 8.0, np.random.default_rng(5))
    assert "S99" in school.slide_view(*PLACE, SLIDE).group.names
    lake.close()
    catalogue.close()


def test_a_group_and_a_version_bound_whose_gaze_a_slide_shows(tmp_path: Path) -> None:
    catalogue = seed(tmp_path / "data", lessons=[LESSON])
    lesson = read_lesson(LESSON)
    place = (lesson.course_id, lesson.lesson_id, lesson.slides[0].slide_id)
    school = School(catalogue, Lake(catalogue.lake))
    catalogue.put_group("7a", "Class 7a", ["S01", "S03", "S99"])
    assert school.slide_view(*place, (), Rules(group="7a")).group.students == ("S01", "S03")
    assert school.slide_view(*place, (), Rules(group="nowhere")).group.students == ()

    everybody = school.slide_view(*place)
    folder = tmp_path / "lesson"
    shutil.copytree(LESSON, folder)
    Image.new("RGB", (1280, 720), "white").save(folder / lesson.slides[0].image)
    changed = replace(lesson.slides[0], aois=lesson.slides[0].aois[:1])
    catalogue.put_lesson(replace(lesson, slides=(changed, *lesson.slides[1:])), folder)
    now, before = school.slide_view(*place), school.slide_view(*place, (), Rules(version=1))
    assert (now.slide.version, now.slide.aois, now.group.students) == (2, changed.aois, ())
    assert before.slide.aois == lesson.slides[0].aois
    assert before.group.students == everybody.group.students
    pd.testing.assert_frame_equal(before.table, everybody.table)
    catalogue.close()
