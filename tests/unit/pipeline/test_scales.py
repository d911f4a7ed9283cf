"""Visual angles are those of the gaze as it is, and all gaze is read for them once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.slide_measures import slide_scale
from pipeline.scales import SCALE, Scales
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from tests.seeded_school import LESSONS, SCREEN, Viewer, add_session, seed

COURSE, LESSON = "biology-7", "cells"


class Spied(Lake):
    """A lake that tells whose gaze was read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[str] = []

    def gaze(self, path: Path, slide_id: str | None = None) -> pd.DataFrame:
        self.read.append(path.parents[1].name)
        return super().gaze(path, slide_id)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("school") / "data"
    seed(data, viewers=[Viewer("S1"), Viewer("S2")], lessons=[LESSONS / COURSE / LESSON], slide_s=4.0).close()
    return data


@pytest.fixture
def catalogue(made: Path, tmp_path: Path) -> Iterator[Catalogue]:
    shutil.copytree(made, tmp_path / "data")
    opened = Catalogue.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def lake(catalogue: Catalogue) -> Iterator[Spied]:
    opened = Spied(catalogue.lake)
    yield opened
    opened.close()


def _check(catalogue: Catalogue, scale: pd.DataFrame) -> None:
    """Against the gaze files, read by pandas."""
    rows = catalogue.sessions(COURSE)
    assert list(scale) == list(SCALE)
    assert list(scale["session_id"].unique()) == [row.session_id for row in rows]
    for row in rows:
        direct = slide_scale(pd.read_parquet(row.files["gaze"].path), SCREEN)
        own = scale[scale["session_id"] == row.session_id]
        assert own["slide_id"].tolist() == direct["slide_id"].tolist()
        assert (own["width_deg"] > 5).all()
        for name in ("width_deg", "height_deg"):
            assert own[name].to_numpy() == pytest.approx(direct[name].to_numpy())


def test_angles_are_those_of_the_gaze_and_read_once(catalogue: Catalogue, lake: Spied) -> None:
    scales, rows = Scales(catalogue, lake), catalogue.sessions(COURSE)
    _check(catalogue, scales.of(rows))
    assert lake.read == [row.session_id for row in rows]
    _check(catalogue, scales.of(rows))
    assert len(lake.read) == 2
    assert Scales(catalogue, lake).of([]).empty


def test_what_is_kept_serves_whoever_comes_later(catalogue: Catalogue, lake: Spied) -> None:
    early = Scales(catalogue, lake)
    early.of([])
    early._known_or_made(catalogue.sessions(COURSE)[0])  # it has looked, and found nothing kept
    assert Scales(catalogue, lake).make(COURSE) == 0
    lake.read.clear()
    _check(catalogue, Scales(catalogue, lake).of(catalogue.sessions(COURSE)))
    early.read_again()
    _check(catalogue, early.of(catalogue.sessions(COURSE)))
    assert lake.read == []


def test_only_new_gaze_is_read(catalogue: Catalogue, lake: Spied) -> None:
    Scales(catalogue, lake).make(COURSE)
    lesson = catalogue.lesson(COURSE, LESSON)
    new = add_session(catalogue, lesson, Viewer("S3"), 4.0, np.random.default_rng(3))
    changed, other = catalogue.sessions(COURSE)[:2]
    assert changed.header is not None
    catalogue.publish(changed.session_id, other.files, changed.header, {}, {}, calibrated=True)
    lake.read.clear()
    scales = Scales(catalogue, lake)
    _check(catalogue, scales.of(catalogue.sessions(COURSE)))
    assert lake.read == [other.session_id, new]  # the first has the other's gaze now


def test_too_many_are_left_for_later(catalogue: Catalogue, lake: Spied) -> None:
    scales = Scales(catalogue, lake)
    assert scales.make(COURSE, at_most=1) == 2
    assert lake.read == []
    assert scales.make(COURSE, at_most=2) == 0
    assert len(lake.read) == 2


def test_nothing_stays_of_a_recording_that_was_deleted(catalogue: Catalogue, lake: Spied) -> None:
    scales = Scales(catalogue, lake)
    scales.make(COURSE)
    file = catalogue.data / "rollups/scales" / f"{COURSE}.parquet"
    gone = catalogue.sessions(COURSE)[0].session_id
    assert gone in set(pd.read_parquet(file)["session_id"])
    the_bin.delete(catalogue, ("sessions", gone))
    scales.make(COURSE)
    assert gone not in set(pd.read_parquet(file)["session_id"])
