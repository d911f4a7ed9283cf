"""The map and the regions of two sides of a slide, against the Parquet files read plainly."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from PIL import Image

from dashboard.accuracy import smoothing
from dashboard.difference import PERMUTATIONS, Difference, difference, in_both, region_differences
from dashboard.figures.difference import LESS, MORE, add_difference, difference_picture
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.school import School
from pipeline.attention.density import smooth
from pipeline.attention.statistics import familywise_paired_test
from pipeline.domain import Role
from pipeline.ingest.lessons import read_lesson
from pipeline.parameters import AttentionParameters
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound
from tests.seeded_school import LESSONS, Viewer, add_session, seed

FOLDER = LESSONS / "biology-7/photosynthesis"
PLACE = ("biology-7", "photosynthesis", "2-inside-a-leaf")
ONE = tuple(f"A{number}" for number in range(9))
OTHER = tuple(f"B{number}" for number in range(8))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two groups, one of which looks at little but figures; the first came again a year later."""
    folder = tmp_path_factory.mktemp("difference") / "data"
    viewers = [Viewer(name, error_deg=0.6, roles={Role.TEXT: 6.0}) for name in ONE] + [
        Viewer(name, error_deg=1.4, roles={Role.TEXT: 0.1}, ignores=("title", "what each", "skin", "stoma"))
        for name in OTHER
    ]
    catalogue = seed(folder, viewers=viewers, lessons=[FOLDER], slide_s=25.0)
    catalogue.put_group("one", "One", ONE)
    catalogue.put_group("other", "Other", OTHER)
    catalogue.put_group("few", "Few", OTHER[:3])
    catalogue.close()
    return folder


@pytest.fixture
def school(data: Path) -> Iterator[School]:
    catalogue = Catalogue.open(data)
    yield School(catalogue, Lake(catalogue.lake))
    catalogue.close()


def side(group: str, **more: Any) -> Item:
    return Item(PLACE, group=group, **more)


def plainly(
    school: School, found: Difference, names: tuple[str, ...], sessions: set[str] | None = None
) -> np.ndarray:
    """Share of looking of each of these students in each cell, from their files; of these sessions only."""
    shares = []
    for row in sorted(school.catalogue.sessions(*PLACE[:2]), key=lambda row: str(row.student)):
        if row.student in names and (sessions is None or row.session_id in sessions):
            cells = pd.read_parquet(row.files["density"].path).query("slide_id == @PLACE[2]")
            grid = np.zeros(54 * 96)
            grid[cells["cell"]] = cells["seconds"]
            spread = smooth(grid.reshape(54, 96), found.radius_x, found.radius_y)
            shares.append(spread / spread.sum())
    return np.array(shares)


def test_the_map_is_that_of_the_files(school: School) -> None:
    found = difference(school, side("one"), side("other"), Rules())
    assert (found.a_n, found.b_n, found.paired, found.note) == (9, 8, False, "")
    cells = np.pi * found.radius_x * 96 * found.radius_y * 54
    expected = (
        100 * cells * (plainly(school, found, ONE).mean(axis=0) - plainly(school, found, OTHER).mean(axis=0))
    )
    np.testing.assert_allclose(found.points, expected, rtol=1e-6, atol=1e-9)
    assert 0 < found.significant < 0.5
    errors = [smoothing(view.group.shown, view.spread)["sigma_x"].median() for view in (found.a, found.b)]
    assert errors[0] < errors[1]
    assert found.radius_x == pytest.approx(errors[1])  # both are smoothed as the less exact one
    turned = difference(school, side("other"), side("one"), Rules())
    np.testing.assert_allclose(turned.points, -found.points, atol=1e-12)


def test_small_groups_have_no_map(school: School) -> None:
    found = difference(school, side("one"), side("few"), Rules())
    assert found.note == "too few students: 3, at least 5 are needed"
    assert np.isnan(found.points).all()
    assert np.isnan(found.p).all()


def test_the_same_students_are_compared_with_themselves(school: School) -> None:
    few = Item(PLACE, students=ONE[:7])
    found = difference(school, side("one"), few, Rules())  # seven of nine are on both sides
    assert found.paired
    assert (found.a_n, found.b_n) == (7, 7)
    np.testing.assert_allclose(found.points, 0, atol=1e-12)
    assert in_both("abcdefg", "efghijk", 3) == ()  # 3 of 7 are less than half
    assert in_both("abcdefg", "defghij", 4) == ("d", "e", "f", "g")
    assert in_both("ab", "ab", 3) == ()


def test_regions_are_compared_as_the_fixations_say(school: School) -> None:
    table = region_differences(school, side("one"), side("other"), Rules()).set_index("aoi_id")
    slide = school.slide(*PLACE)
    box = next(aoi for aoi in slide.aois if aoi.aoi_id == "palisade-cells").parts[0]
    (x0, y0), (x1, y1) = np.min(box.points, axis=0), np.max(box.points, axis=0)
    means = []
    for names in (ONE, OTHER):
        shares = []
        for row in school.catalogue.sessions(*PLACE[:2]):
            if row.student in names:
                own = pd.read_parquet(row.files["fixations"].path).query("slide_id == @PLACE[2]")
                on = own[own["slide_x"].between(0, 1) & own["slide_y"].between(0, 1)]
                inside = on["slide_x"].between(x0, x1) & on["slide_y"].between(y0, y1)
                shares.append(on["duration_ms"][inside].sum() / on["duration_ms"].sum())
        means.append(np.mean(shares))
    row = table.loc["palisade-cells"]
    assert (row["a_mean"], row["b_mean"]) == pytest.approx(means, abs=1e-6)
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    assert not table["paired"].any()


def test_what_cannot_be_compared_is_not_found(school: School) -> None:
    with pytest.raises(NotFound):
        difference(school, side("one"), Item((*PLACE[:2], "1-what-happens-in-a-leaf")), Rules())
    with pytest.raises(NotFound):
        difference(school, Item(PLACE[:2]), side("one"), Rules())


def test_students_who_came_twice_are_paired_by_period(data: Path, tmp_path: Path) -> None:
    catalogue = seed(
        tmp_path / "twice", viewers=[Viewer(name) for name in ONE], lessons=[FOLDER], slide_s=8.0
    )
    earlier = {row.session_id for row in catalogue.sessions()}
    lesson = read_lesson(FOLDER)
    for place, name in enumerate(ONE):
        add_session(catalogue, lesson, Viewer(name), 8.0, np.random.default_rng([9, place]))
    _moved_back(catalogue, earlier)
    school = School(catalogue, Lake(catalogue.lake))
    day = min(row.created_at for row in catalogue.sessions() if row.session_id not in earlier).date()
    now, before = Item(PLACE, since=day), Item(PLACE, until=day.replace(year=day.year - 1))
    found = difference(school, now, before, Rules())
    assert found.paired
    assert {row.session_id for row in found.b.group.shown} == earlier
    later = {row.session_id for row in catalogue.sessions()} - earlier
    differences = plainly(school, found, ONE, later) - plainly(school, found, ONE, earlier)
    parameters = AttentionParameters(permutations=PERMUTATIONS)
    np.testing.assert_allclose(found.p, familywise_paired_test(differences, parameters), atol=1e-9)
    assert region_differences(school, now, before, Rules())["paired"].all()
    catalogue.close()


def _moved_back(catalogue: Catalogue, sessions: set[str]) -> None:
    """As if these had come two years ago."""
    with sqlite3.connect(catalogue.data / "catalogue.sqlite") as connection:
        for session_id in sessions:
            connection.execute(
                "UPDATE session SET created_at = datetime(created_at, '-2 years') WHERE session_id = ?",
                (session_id,),
            )


def test_the_picture_is_orange_where_a_looked_more_and_clear_where_nothing_differs() -> None:
    points = np.zeros((54, 96))
    points[10:16, 10:16], points[40:46, 70:76] = 2.0, -2.0
    with Image.open(io.BytesIO(difference_picture(points))) as image:
        pixels = np.asarray(image)
    more, less = pixels[13 * 8, 13 * 8], pixels[43 * 8, 73 * 8]
    assert "#{:02x}{:02x}{:02x}".format(*more[:3]) == MORE
    assert "#{:02x}{:02x}{:02x}".format(*less[:3]) == LESS
    assert min(more[3], less[3]) > 200
    assert pixels[200, 700, 3] == 0
    with Image.open(io.BytesIO(difference_picture(np.full((54, 96), np.nan)))) as image:
        assert not np.asarray(image)[..., 3].any()


def test_the_figure_outlines_what_is_certain_and_says_so() -> None:
    p = np.ones((54, 96))
    p[10:20, 10:20] = 0.01
    drawn = add_difference(
        go.Figure(), np.zeros((54, 96)), p, "/picture", names=("7a", "7b"), n=(9, 8), scheme="light"
    )
    assert [trace.type for trace in drawn.data] == ["heatmap", "contour", "contour"]
    np.testing.assert_array_equal(drawn.data[1].z, p.astype(np.float32))
    words = " ".join(note.text for note in drawn.layout.annotations)
    assert "7a (9)" in words
    assert "dark lines" in words
    assert len(drawn.to_json()) < 200_000
    plain = add_difference(
        go.Figure(), np.zeros((54, 96)), np.ones((54, 96)), "/p", names=("a", "b"), n=(5, 5), scheme="dark"
    )
    assert len(plain.data) == 1
    assert "Nowhere" in plain.layout.annotations[0].text
