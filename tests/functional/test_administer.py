"""The administrator's home, against the catalogue, the files, and the comparison computed elsewhere."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from dash import Dash
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.application import create_app
from dashboard.components.order_cards import in_bytes
from dashboard.context import KEY, Context
from dashboard.order import by_week, measure, quality_rows
from dashboard.pages import administer
from dashboard.settings import Demo, Settings
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.rows import State
from pipeline.storage.schema import session
from tests.seeded_school import LESSONS, seed

PAGE = ".._pages_content.children..._pages_store.data.."
COMPARED = f"..{administer.SAID}.children...{administer.NOTE}.children...{administer.TABLE}.children.."
PLACES = ("biology-7/photosynthesis", "biology-7/cells", "physics-8/the-pendulum")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("administer") / "data"
    catalogue = seed(data, lessons=[LESSONS / place for place in PLACES], slide_s=8.0)
    first, second, third = (row.session_id for row in catalogue.sessions()[:3])
    with catalogue.changing() as connection:
        change = sa.update(session)
        connection.execute(change.where(session.c.session_id == first).values(consent_version=None))
        values = {"state": State.FAILED, "error": "The video ends too early.", "upload": None}
        connection.execute(change.where(session.c.session_id == second).values(**values))
        (data / "uploads" / "third.zip").write_bytes(b"kept")
        kept = {"state": State.FAILED, "error": "Tried 3 times.", "upload": "uploads/third.zip"}
        connection.execute(change.where(session.c.session_id == third).values(**kept))
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def page(call: Any) -> str:
    answer = call(PAGE, _pages_location={"pathname": "/administer", "search": ""})
    return json.dumps(answer["_pages_content"]["children"], ensure_ascii=False)


def test_what_is_not_in_order_is_said_first(call: Any) -> None:
    drawn = page(call)
    said = "1 of 30 sessions have no recorded consent. 2 sessions could not be processed."
    assert f"2 courses, 30 sessions. {said}" in drawn
    for words in ("The video ends too early.", "Tried 3 times.", "nothing kept to try again from"):
        assert words in drawn


def test_data_quality_is_what_the_catalogue_and_the_files_say(call: Any, context: Context) -> None:
    """Tracked shares of each course, from the gaze itself."""
    drawn = page(call)
    for course_id in ("biology-7", "physics-8"):
        shares, uncalibrated = [], 0
        for row in context.catalogue.sessions(course_id):
            shown = pd.read_parquet(row.files["exposures"].path)
            shares.append(shown["tracked_ms"].sum() / shown["duration_ms"].sum())
            uncalibrated += not row.calibrated
        line = drawn[drawn.index(f'"data-course": "{course_id}"') - 1200 :][:1200]
        told = quality_rows(context.school).groupby("course_id")["tracked_share"].mean()[course_id]
        assert told == pytest.approx(np.mean(shares), abs=0.06)  # blinks count as tracked there
        assert f"{told:.0%}" in line
        assert f'"children": "{uncalibrated}"' in line


def test_courses_are_compared_as_the_lake_has_them(call: Any, context: Context) -> None:
    """The gap score of a course: of each slide, from its own page, averaged as the definition says."""
    answer = json.dumps(call(COMPARED, rules={"data": {}}, **{administer.CHOSEN: {"data": {}}}))
    for course_id in ("biology-7", "physics-8"):
        rows = [row for row in context.school.lessons() if row.course_id == course_id]
        gaps = [
            context.school.slide_view(course_id, row.lesson_id, slide.slide_id).gap.score
            for row in rows
            for slide in context.school.lesson(course_id, row.lesson_id).slides
        ]
        assert f"{np.mean(gaps):.2f}" in answer
    assert "too few" not in answer


def test_storage_is_what_lies_on_the_disk(call: Any, context: Context, seeded: Path) -> None:
    sizes = measure(context.school)
    lake = sum(file.stat().st_size for file in (seeded / "lake").rglob("*") if file.is_file())
    assert sizes.kinds["lake"] == lake
    assert sizes.kinds["lessons"] == sum(
        file.stat().st_size for file in (seeded / "lessons").rglob("*") if file.is_file()
    )
    of_courses = sum(sizes.courses.values())
    uploads = sum(row.upload.stat().st_size for row in context.catalogue.sessions() if row.upload)
    assert of_courses == lake + sizes.kinds["lessons"] + uploads
    first = json.dumps(call(f"{administer.STORAGE}.children", pulse={"n_intervals": 1}))
    assert "being measured" in first
    for _ in range(100):
        later = json.dumps(call(f"{administer.STORAGE}.children", pulse={"n_intervals": 2}))
        if "being measured" not in later:
            break
        time.sleep(0.05)
    assert f"{in_bytes(sum(sizes.kinds.values()))} are stored." in later


def test_a_failed_session_is_tried_again(client: FlaskClient, context: Context) -> None:
    row = next(row for row in context.catalogue.sessions() if row.error == "Tried 3 times.")
    chosen = {"session": row.session_id, "type": "administer-retry"}
    key = json.dumps(chosen, separators=(",", ":"), sort_keys=True)
    body = {
        "output": f"{administer.TRIED}.data",
        "outputs": {"id": administer.TRIED, "property": "data"},
        "inputs": [[{"id": chosen, "property": "n_clicks", "value": 1}]],
        "changedPropIds": [f"{key}.n_clicks"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    assert context.catalogue.session(row.session_id).state is State.QUEUED
    body["inputs"] = [[{"id": chosen, "property": "n_clicks", "value": None}]]
    assert client.post("/_dash-update-component", json=body).status_code == 204  # it has only just appeared


def test_weeks_begin_on_mondays_and_hold_every_recording(context: Context) -> None:
    rows = quality_rows(context.school).head(4)
    came = pd.to_datetime(["2026-11-16", "2026-11-22", "2026-11-23", "2026-11-09"], utc=True)
    weeks = by_week(rows.assign(came=came))
    assert [str(week) for week in weeks["week"]] == ["2026-11-09", "2026-11-16", "2026-11-23"]
    assert weeks["sessions"].tolist() == [1, 2, 1]
    assert by_week(rows.iloc[:0]).empty


def test_the_tables_are_there_to_take_along(client: FlaskClient) -> None:
    table = pd.read_csv(io.StringIO(client.get(urls.table("quality")).text))
    assert table["sessions"].sum() == 30
    assert len(pd.read_csv(io.StringIO(client.get(urls.table("recordings-quality")).text))) == 30


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (3_400_000, "3.4 MB"), (25e9, "25 GB")]
)
def test_sizes_are_told_in_two_or_three_figures(size: int, words: str) -> None:
    assert in_bytes(int(size)) == words


def test_the_lessons_that_were_seeded_are_what_is_compared() -> None:
    assert {read_lesson(LESSONS / place).course_id for place in PLACES} == {"biology-7", "physics-8"}
