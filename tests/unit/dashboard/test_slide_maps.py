"""Maps of a slide are what the lake's files give when they are read by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.group import Rules
from dashboard.school import School
from dashboard.slide_maps import cell_table, circle, slide_difference, slide_looking, slide_saliency
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake

PLACE = ("biology-7", "photosynthesis", "3-the-equation")
SHOWN = ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S09")
EVERYBODY = Rules(tracked_share_min=0.0, calibrated_only=False)


@pytest.fixture
def school(catalogue: Catalogue) -> School:
    return School(catalogue, Lake(catalogue.lake))


@pytest.fixture
def files(catalogue: Catalogue) -> dict[str, dict[str, pd.DataFrame]]:
    """The tables of each student on the slide, straight from the files."""
    rows = {str(row.student): row for row in catalogue.sessions(*PLACE[:2])}
    read: dict[str, dict[str, pd.DataFrame]] = {}
    for name, row in rows.items():
        tables = {kind: pd.read_parquet(row.files[kind].path) for kind in ("density", "fixations")}
        read[name] = {kind: frame[frame["slide_id"] == PLACE[2]] for kind, frame in tables.items()}
    return read


def looked_near(density: pd.DataFrame, radius_x: float, radius_y: float) -> np.ndarray[Any, Any]:
    """For each cell: whether 0.1 s or more was spent in cells whose middle is within the ellipse about it."""
    row, column = np.divmod(density["cell"].to_numpy(), 96)
    seconds = density["seconds"].to_numpy(float)
    near = np.zeros((54, 96))
    for y in range(54):
        for x in range(96):
            away = ((row - y) / (radius_y * 54)) ** 2 + ((column - x) / (radius_x * 96)) ** 2
            near[y, x] = seconds[away <= 1].sum()
    return near >= 0.1 - 1e-9


def test_participant_percent_counts_students_and_not_time(
    school: School, files: dict[str, dict[str, pd.DataFrame]]
) -> None:
    error = school.slide_view(*PLACE).error
    assert error is not None
    by_hand = [looked_near(files[name]["density"], error.radius_x, error.radius_y) for name in SHOWN]
    found = slide_looking(school, *PLACE, (), Rules(), "percent")
    assert found.students == len(SHOWN)
    np.testing.assert_allclose(found.values, 100 * np.mean(by_hand, axis=0), atol=1e-6)
    assert 0 < found.values.max() <= 100


def test_seconds_are_those_of_the_school(school: School) -> None:
    found = slide_looking(school, *PLACE, (), Rules(), "duration")
    np.testing.assert_allclose(found.values, school.heat(*PLACE).seconds)


def test_shares_give_every_student_one_vote(school: School) -> None:
    """All cells of all students together are one student's looking, whatever the length of each recording."""
    error = school.slide_view(*PLACE).error
    assert error is not None
    found = slide_looking(school, *PLACE, (), Rules(), "relative").values
    assert found.sum() / circle(error) == pytest.approx(100)
    alone = [slide_looking(school, *PLACE, (name,), Rules(), "relative").values for name in SHOWN]
    one_error = [school.slide_view(*PLACE, (name,)).error for name in SHOWN]
    scaled = [values / circle(each) for values, each in zip(alone, one_error, strict=True) if each]
    np.testing.assert_allclose(found / circle(error), np.mean(scaled, axis=0), atol=1e-9)


def test_fixations_are_counted_once_each(school: School, files: dict[str, dict[str, pd.DataFrame]]) -> None:
    error = school.slide_view(*PLACE).error
    assert error is not None
    own = [files[name]["fixations"] for name in SHOWN]
    on = [each[each["slide_x"].between(0, 1) & each["slide_y"].between(0, 1)] for each in own]
    found = slide_looking(school, *PLACE, (), Rules(), "count").values
    total = found.sum() / circle(error)
    mean = np.mean([len(each) for each in on])
    assert 0.8 * mean < total <= mean  # what is spread over the edge of the slide is lost


def test_what_stands_out_is_told_as_a_share_of_what_does_most(school: School) -> None:
    found = slide_saliency(school, *PLACE, None)
    assert found.shape == (54, 96)
    assert (found.min() >= 0, found.max()) == (True, 1.0)


def test_a_difference_is_to_everybody_else_and_turns_round(school: School) -> None:
    one, other = ("S01", "S02", "S03", "S04", "S05"), ("S06", "S07", "S08", "S09", "S10")
    found = slide_difference(school, *PLACE, one, EVERYBODY, "others")
    turned = slide_difference(school, *PLACE, other, EVERYBODY, "others")
    assert found is not None
    assert turned is not None
    assert (found.a_n, found.b_n, found.paired, found.note) == (5, 5, False, "")
    np.testing.assert_allclose(found.points, -turned.points, atol=1e-9)


def test_the_difference_is_that_of_the_students_own_shares(
    school: School, files: dict[str, dict[str, pd.DataFrame]]
) -> None:
    """Without smoothing the points of all cells together: those of A less those of B, that is nothing."""
    one = ("S01", "S02", "S03", "S04", "S05")
    found = slide_difference(school, *PLACE, one, EVERYBODY, "others")
    assert found is not None
    assert found.points.sum() == pytest.approx(0, abs=0.5)
    places = np.zeros((2, 54 * 96))
    for side, names in enumerate((one, ("S06", "S07", "S08", "S09", "S10"))):
        for name in names:
            own = files[name]["density"]
            share = own["seconds"].to_numpy(float) / own["seconds"].sum()
            np.add.at(places[side], own["cell"].to_numpy(), share / 5)
    raw = (places[0] - places[1]).reshape(54, 96)
    coarse = raw.reshape(6, 9, 6, 16).sum(axis=(1, 3))
    drawn = found.points.reshape(6, 9, 6, 16).sum(axis=(1, 3))
    assert np.corrcoef(coarse.ravel(), drawn.ravel())[0, 1] > 0.85


def test_small_groups_are_not_shown_against_others(school: School) -> None:
    found = slide_difference(school, *PLACE, ("S01", "S02"), EVERYBODY, "others")
    assert found is not None
    assert "too few students: 2" in found.note
    assert np.isnan(found.points).all()


def test_there_is_no_difference_to_nobody(school: School) -> None:
    assert slide_difference(school, *PLACE, (), Rules(), "others") is None
    assert slide_difference(school, *PLACE, (), Rules(), "group:nobody") is None


def test_a_map_is_downloaded_cell_by_cell() -> None:
    values = np.arange(54 * 96, dtype=float).reshape(54, 96)
    table = cell_table(values, "seconds")
    last = table.iloc[-1]
    assert (last["slide_x"], last["slide_y"]) == pytest.approx((95.5 / 96, 53.5 / 54), abs=1e-5)
    assert last["seconds"] == values[-1, -1]
