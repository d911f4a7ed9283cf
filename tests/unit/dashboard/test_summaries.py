"""Who counts among many sessions is who counts on the page of each slide; and summaries are looked after."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard import summaries
from dashboard.group import Rules
from dashboard.school import School
from dashboard.summaries import SummaryKeeper, asked, counted, course_summary
from pipeline.attention.gap import gap_of
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from tests.seeded_school import CLASS, LESSONS, Viewer, add_session, seed

COURSE, LESSON, OTHER = "biology-7", "photosynthesis", "cells"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lessons; nobody has calibrated in the other one, and in the first there is a group."""
    data = tmp_path_factory.mktemp("school") / "data"
    catalogue = seed(data, lessons=[LESSONS / COURSE / LESSON], slide_s=6.0)
    catalogue.put_lesson(read_lesson(LESSONS / COURSE / OTHER), LESSONS / COURSE / OTHER)
    other = catalogue.lesson(COURSE, OTHER)
    for number, viewer in enumerate(CLASS[:3]):
        rng = np.random.default_rng(number)
        add_session(catalogue, other, replace(viewer, calibrated=False), 4.0, rng)
    first = catalogue.lesson(COURSE, LESSON)
    shorter = replace(first, slides=first.slides[:2])
    add_session(catalogue, shorter, Viewer("S02", tracked=0.6), 5.0, np.random.default_rng(9))  # once more
    catalogue.put_group("half", "Half", ["S01", "S02", "S03", "S08"])
    catalogue.close()
    return data


@pytest.fixture
def school(made: Path) -> Iterator[School]:
    catalogue = Catalogue.open(made)
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()
    catalogue.close()


@pytest.mark.parametrize(
    ("rules", "chosen"),
    [
        (Rules(), ()),
        (Rules(tracked_share_min=0.9), ()),
        (Rules(tracked_share_min=0.0, calibrated_only=False), ()),
        (Rules(calibrated_only=True), ()),
        (Rules(accuracy_max_deg=1.7), ()),
        (Rules(group="half"), ()),
        (Rules(group="nobody's"), ()),
        (Rules(until=dt.date(2020, 1, 1)), ()),
        (Rules(since=dt.date(2020, 1, 1)), ()),
        (Rules(), ("S10", "S02")),
    ],
)
def test_who_counts_is_who_counts_on_each_slide(
    school: School, rules: Rules, chosen: tuple[str, ...]
) -> None:
    summary = course_summary(school, COURSE)
    counts = counted(asked(school, summary, rules).slides, rules, chosen)
    here = summary.slides.assign(**counts)
    assert len(here) == 10 * 4 + 3 * 4 + 2
    for lesson_id in (LESSON, OTHER):
        for slide in school.lesson(COURSE, lesson_id).slides:
            group = school.slide_view(COURSE, lesson_id, slide.slide_id, chosen, rules).group
            own = here[(here["lesson_id"] == lesson_id) & (here["slide_id"] == slide.slide_id)]
            assert set(own["session_id"][own["shown"]]) == {row.session_id for row in group.shown}
            assert set(own["session_id"][own["counted"]]) == set(group.counted)


def test_the_gap_of_those_who_count_is_that_of_the_slide(school: School) -> None:
    summary, rules = course_summary(school, COURSE), Rules()
    who = summary.slides.assign(**counted(summary.slides, rules))
    for slide in school.lesson(COURSE, LESSON).slides:
        mine = who[(who["lesson_id"] == LESSON) & (who["slide_id"] == slide.slide_id) & who["counted"]]
        regions = summary.of_lesson(LESSON).regions
        rows = regions[
            (regions["slide_id"] == slide.slide_id) & regions["session_id"].isin(mine["session_id"])
        ]
        found = asdict(gap_of(rows, slide.aois, rules.parameters))
        shown = asdict(school.slide_view(COURSE, LESSON, slide.slide_id, (), rules).gap)
        assert found["missed"] == shown["missed"]
        for name in ("students_n", "score", "order_tau", "order_n", "order_tau_mean", "order_students_n"):
            assert found[name] == pytest.approx(shown[name], rel=1e-12, nan_ok=True)
        for name in ("low", "high"):  # the same students, drawn in another order
            assert found[name] == pytest.approx(shown[name], abs=0.05)


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Iterator[School]:
    shutil.copytree(made, tmp_path / "data", ignore=shutil.ignore_patterns("rollups"))
    catalogue = Catalogue.open(tmp_path / "data")
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()
    catalogue.close()


def test_a_little_is_summed_up_here(copy: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "PROGRAM", ("must-not-be-started",))
    monkeypatch.setattr(summaries, "SCALES_AT_MOST", 14)
    before = copy.revision()
    SummaryKeeper(copy.catalogue.data, copy).look_after()
    for kept in (f"{COURSE}.parquet", f"scales/{COURSE}.parquet"):
        assert (copy.catalogue.data / "rollups" / kept).is_file()
    assert copy.revision() == before


def test_much_is_summed_up_by_a_process_of_its_own_and_pages_hear_of_it(
    copy: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "AT_MOST", 10)
    assert course_summary(copy, COURSE).pending == 14
    before = copy.revision()
    SummaryKeeper(copy.catalogue.data, copy).look_after()
    assert copy.revision() != before
    assert course_summary(copy, COURSE).pending == 0


def test_a_process_that_fails_leaves_what_is_there(
    copy: School, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(summaries, "AT_MOST", 10)
    monkeypatch.setattr(summaries, "PROGRAM", ("false",))
    before = copy.revision()
    SummaryKeeper(copy.catalogue.data, copy).look_after()
    assert copy.revision() == before
    assert "status 1" in caplog.text
