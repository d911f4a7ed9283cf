"""Sessions for other programs: the zip holds the lake's own tables, every column of it is explained."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.application import create_app
from dashboard.column_notes import RAW_TABLES, REGIONS, SESSIONS
from dashboard.context import KEY, Context
from dashboard.settings import Demo, Settings
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.rows import SessionRow
from tests.seeded_school import CLASS, LESSONS, seed

PLACE = ("biology-7", "photosynthesis")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("raw") / "data"
    seed(data, lessons=[LESSONS / "/".join(PLACE)], slide_s=6.0).close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.fixture
def row(context: Context) -> SessionRow:
    return next(row for row in context.catalogue.sessions(*PLACE) if row.student == "S08")


def opened(client: FlaskClient, address: str) -> zipfile.ZipFile:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert "Content-Length" not in answer.headers  # it is sent while it is made
    return zipfile.ZipFile(io.BytesIO(answer.data))


@pytest.mark.parametrize("name", list(RAW_TABLES))
def test_csv_and_parquet_hold_what_is_stored(client: FlaskClient, row: SessionRow, name: str) -> None:
    stored = pd.read_parquet(row.files[name].path)
    archive = opened(client, urls.raw_session(row.session_id, "parquet"))
    assert archive.read(f"{name}.parquet") == row.files[name].path.read_bytes()
    archive = opened(client, urls.raw_session(row.session_id, "csv"))
    read = pd.read_csv(archive.open(f"{name}.csv"), dtype={"slide_id": "string"})
    assert list(read) == list(stored) == list(RAW_TABLES[name][1])
    for column in stored:
        if column == "slide_id" or stored[column].dtype == bool:
            assert (read[column].astype("string") == stored[column].astype("string")).all()
        else:
            pd.testing.assert_series_equal(read[column], stored[column], check_dtype=False, rtol=1e-6)
    text = archive.read(f"{name}.csv").decode()
    assert "nan" not in text.lower()  # missing is empty


def test_not_tracked_is_empty_and_never_zero(client: FlaskClient, row: SessionRow) -> None:
    archive = opened(client, urls.raw_session(row.session_id, "csv"))
    gaze = pd.read_csv(archive.open("gaze.csv"))
    assert 0.5 < (~gaze["valid"]).mean() < 0.8  # S08 is tracked for a third of the time
    assert gaze.loc[~gaze["valid"], ["screen_x_px", "slide_x"]].isna().all(axis=None)
    assert gaze.loc[gaze["valid"], "screen_x_px"].notna().all()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_zip_explains_every_column_that_is_in_it(
    client: FlaskClient, row: SessionRow, suffix: str
) -> None:
    archive = opened(client, urls.raw_session(row.session_id, suffix))
    readme = archive.read("README.txt").decode()
    for name, (title, columns, notes) in RAW_TABLES.items():
        assert list(notes) == list(columns)
        assert title in readme
        assert f"{name}.{suffix}" in archive.namelist()
        assert all(f"  {column}" in readme for column in columns)
    assert "synthetic: a rendered student" in readme
    told = json.loads(archive.read("session.json"))
    assert told["header"]["screen"]["width_mm"] == 344.0
    assert told["quality"]["sampling_rate_hz"] == pytest.approx(30, abs=0.5)


def test_a_lesson_has_a_folder_a_session_and_a_line_for_each(client: FlaskClient, context: Context) -> None:
    archive = opened(client, urls.raw_lesson(*PLACE, "csv"))
    rows = {row.session_id: row for row in context.catalogue.sessions(*PLACE)}
    folders = {name.partition("/")[0] for name in archive.namelist() if "/" in name}
    assert folders == set(rows)
    sessions = pd.read_csv(archive.open("sessions.csv")).set_index("session_id")
    assert list(sessions.reset_index()) == list(SESSIONS)
    for session_id, row in rows.items():
        told = sessions.loc[session_id]
        assert told["student"] == row.student
        measured = row.quality["accuracy_deg"]
        assert pd.isna(told["accuracy_deg"]) if measured is None else told["accuracy_deg"] == measured
        assert told["latest"]
        stored = pd.read_parquet(row.files["fixations"].path)
        assert len(pd.read_csv(archive.open(f"{session_id}/fixations.csv"))) == len(stored)


def test_the_regions_are_those_of_the_lesson(client: FlaskClient, tmp_path: Path) -> None:
    archive = opened(client, urls.raw_lesson(*PLACE, "parquet"))
    regions = pd.read_csv(archive.open("regions.csv"))
    assert list(regions) == list(REGIONS)
    lesson = read_lesson(LESSONS / "/".join(PLACE))
    for slide in lesson.slides:
        told = regions[regions["slide_id"] == slide.slide_id].set_index("aoi_id")
        assert list(told.index) == [aoi.aoi_id for aoi in slide.aois]
        assert told["expected_share"].sum() == pytest.approx(1, abs=1e-5)
        for aoi in slide.aois:
            corners = [tuple(map(float, pair.split(","))) for pair in told.at[aoi.aoi_id, "points"].split()]
            assert np.allclose(corners, aoi.parts[0].points)
    (tmp_path / "lesson.json").write_bytes(archive.read("lesson.json"))
    written = json.loads((LESSONS / "/".join(PLACE) / "lesson.json").read_text(encoding="utf-8"))
    told = json.loads((tmp_path / "lesson.json").read_text(encoding="utf-8"))
    assert [slide["id"] for slide in told["slides"]] == [slide["id"] for slide in written["slides"]]


def test_students_can_be_chosen_and_quality_leaves_nobody_out(client: FlaskClient) -> None:
    everybody = opened(client, urls.raw_lesson(*PLACE, "csv", tracked="100", uncalibrated="never"))
    assert len(pd.read_csv(everybody.open("sessions.csv"))) == len(CLASS)
    two = opened(client, urls.raw_lesson(*PLACE, "csv", students="S01,S08"))
    assert pd.read_csv(two.open("sessions.csv"))["student"].tolist() == ["S01", "S08"]
    nobody = opened(client, urls.raw_lesson(*PLACE, "csv", until="2001-01-01"))
    assert pd.read_csv(nobody.open("sessions.csv")).empty


@pytest.mark.parametrize(
    "address",
    [
        urls.raw_session("0123456789abcdef", "csv"),
        urls.raw_lesson("biology-7", "nothing", "parquet"),
    ],
)
def test_what_is_not_there_is_404(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
