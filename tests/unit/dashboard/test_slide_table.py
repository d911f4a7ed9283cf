"""The table of all slides says of each what its own page says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.components.slide_list import SlideFilter, in_words
from dashboard.group import Rules
from dashboard.school import School
from dashboard.sentences import is_clear
from dashboard.slide_table import SlideTable, slide_table, small_regions
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from tests.seeded_school import LESSONS, Viewer, seed

# Half of the class never looks at what has these words in its name.
VIEWERS = [
    *(Viewer(f"S{n}", error_deg=0.3) for n in range(1, 4)),
    *(Viewer(f"T{n}", error_deg=0.1, jitter_deg=0.1, wander=0, ignores=("equation",)) for n in range(1, 4)),
    Viewer("U1", tracked=0.3),
]
PLACES = ("biology-7/photosynthesis", "physics-8/the-pendulum")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("two") / "data"
    catalogue = seed(data, viewers=VIEWERS, lessons=[LESSONS / place for place in PLACES], slide_s=15.0)
    catalogue.put_group("three", "Three", ["S1", "S2", "T1"])
    catalogue.close()
    return data


@pytest.fixture
def school(data: Path) -> Iterator[School]:
    catalogue = Catalogue.open(data)
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()
    catalogue.close()


@pytest.mark.parametrize(
    "rules", [Rules(), Rules(group="three"), Rules(until=dt.date(2020, 1, 1)), Rules(tracked_share_min=0.0)]
)
def test_every_slide_is_as_on_its_own_page(school: School, rules: Rules) -> None:
    table = slide_table(school, rules)
    assert len(table.slides) == 8
    assert table.pending == 0
    for row in table.slides.to_dict("records"):
        view = school.slide_view(row["course_id"], row["lesson_id"], row["slide_id"], (), rules)
        shown = (row["gap_score"], row["gap_score_low"], row["gap_score_high"], row["order_tau"])
        np.testing.assert_equal(shown, (view.gap.score, view.gap.low, view.gap.high, view.gap.order_tau))
        assert (row["counted_n"], row["clear"]) == (view.gap.students_n, is_clear(view.gap))
        if view.group.shown:
            assert small_regions(school, row) == view.table["smaller_than_error"].sum()
        own = table.regions[table.regions["slide_id"] == row["slide_id"]]
        assert own["missed_n"].tolist() == [each.missed_n for each in view.gap.missed]
        assert own["tracked_n"].tolist() == [each.tracked_n for each in view.gap.missed]


def test_a_region_that_half_the_class_never_looked_at_is_found(school: School) -> None:
    regions = slide_table(school).regions.set_index("region")
    equation = regions.loc["Equation"]
    assert equation["tracked_n"] == 6
    assert equation["missed_n"] == 3
    assert regions["missed_share"].idxmax() == "Equation"
    worst = slide_table(school).slides.set_index("slide_id").loc["3-the-equation"]
    assert worst["missed"] == 1


def test_the_same_recordings_are_not_worked_out_twice(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = slide_table(school)
    monkeypatch.setattr("dashboard.lesson_summary.gap_of", None)
    school.catalogue.put_group("other", "Other", ["S3"])  # the catalogue's revision changes
    pd.testing.assert_frame_equal(slide_table(school).slides, before.slides)
    school.catalogue.remove_group("other")


def test_an_address_asks_for_some(school: School) -> None:
    table = slide_table(school)

    def found(**query: str) -> int:
        asked = SlideFilter.read(query)
        assert SlideFilter.read(asked.query()) == asked
        return len(asked.rows(table))

    assert found() == 8
    assert found(course="biology-7") == found(lesson=PLACES[0]) == 4
    assert found(q="EQUATION") == 1
    assert found(q="pendulum", view="slides") == 4
    assert found(clear="1") == table.slides["clear"].sum()
    assert found(view="regions") == len(table.regions)
    assert found(view="regions", q="equation", course="physics-8") == 0
    assert found(view="nonsense", clear="maybe") == 8


def test_the_lead_counts_what_needs_work(school: School) -> None:
    table = slide_table(school)
    many = (table.regions["missed_share"] >= 0.25).sum()
    clear = table.slides["clear"].sum()
    assert in_words(table).startswith(f"{clear} of 8 slides")
    assert f"{many} of {len(table.regions)} required regions" in in_words(table)
    nothing = SlideTable(table.slides.iloc[:0], table.regions.iloc[:0], 0)
    assert in_words(nothing) == "No slides yet."
