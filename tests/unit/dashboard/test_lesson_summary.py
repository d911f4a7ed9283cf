"""What the summed-up sessions say of a lesson is what its fixations say."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.group import Rules
from dashboard.lesson_summary import lesson_summary
from dashboard.school import School
from dashboard.summaries import asked, counted, course_summary
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound
from pipeline.storage.schema import session

PLACE = ("biology-7", "photosynthesis")
OLD = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def grouped_data(school_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten students, of whom three recorded in spring; four are a group."""
    data = tmp_path_factory.mktemp("grouped") / "data"
    shutil.copytree(school_data, data)
    catalogue = Catalogue.open(data)
    catalogue.put_group("seven-a", "7a", ["S01", "S03", "S04", "S08"])
    early = [row.session_id for row in catalogue.sessions(*PLACE) if row.student in ("S01", "S02", "S03")]
    with catalogue.changing() as connection:
        connection.execute(sa.update(session).where(session.c.session_id.in_(early)).values(created_at=OLD))
    catalogue.close()
    return data


@pytest.fixture
def school(grouped_data: Path) -> Iterator[School]:
    catalogue = Catalogue.open(grouped_data)
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()
    catalogue.close()


RULES = [
    Rules(),
    Rules(tracked_share_min=0.9),
    Rules(calibrated_only=False),
    Rules(group="seven-a"),
    Rules(since=dt.date(2026, 10, 1)),
    Rules(until=dt.date(2026, 3, 3)),
    Rules(accuracy_max_deg=1.7),
]


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: str(rules.query()))
def test_a_summary_says_of_every_slide_what_its_own_page_says(school: School, rules: Rules) -> None:
    summary = lesson_summary(school, *PLACE, rules)
    for ours in summary.slides:
        page = school.slide_view(*PLACE, ours.slide.slide_id, (), rules)
        assert ours.number == page.number
        assert ours.group == page.group
        pd.testing.assert_frame_equal(
            ours.table.drop(columns=["probable_share", "probable_low", "probable_high"]),
            page.table.drop(columns=["probable_share", "probable_low", "probable_high"]),
        )
        np.testing.assert_equal(asdict(ours.gap), asdict(page.gap))
        assert (ours.on_slide_share, ours.tracked_share) == pytest.approx(
            (page.on_slide_share, page.tracked_share)
        )


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: str(rules.query()))
def test_whose_rows_count_is_the_same_for_a_whole_course(school: School, rules: Rules) -> None:
    summary = asked(school, course_summary(school, PLACE[0]), rules)
    marks = counted(summary.slides, rules)
    for slide in school.lesson(*PLACE).slides:
        here = (summary.slides["slide_id"] == slide.slide_id).to_numpy(bool)
        group = school.slide_view(*PLACE, slide.slide_id, (), rules).group
        rows = summary.slides[here]
        assert set(rows["student"][marks["shown"][here]]) == set(group.names)
        assert set(rows["session_id"][marks["counted"][here]]) == set(group.counted)
    again = summary.slides.groupby(["slide_id", "session_id"], observed=True)["latest"].first()
    of_regions = summary.regions.groupby(["slide_id", "session_id"], observed=True)["latest"].first()
    pd.testing.assert_series_equal(again.sort_index(), of_regions.sort_index())


def test_a_version_of_one_slide_is_no_question_to_a_lesson(school: School) -> None:
    rules = replace(Rules(), version=7)
    assert len(lesson_summary(school, *PLACE, rules).slides[0].group.shown) == 8


def test_what_does_not_exist_is_not_found(school: School) -> None:
    with pytest.raises(NotFound):
        lesson_summary(school, "biology-7", "nothing")
