"""The pages of the library with two thousand sessions: what they hold, against SQL, and how little."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from dashboard.application import create_app
from dashboard.components.library_dialogs import _open, wanted_sessions
from dashboard.context import KEY, Context
from dashboard.pages import library, library_bin, library_lesson, library_sessions, library_students
from dashboard.settings import Demo, Settings
from pipeline.ingest.lessons import read_lesson
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
from tests.seeded_school import LESSONS

LESSON = LESSONS / "biology-7/photosynthesis"
MANY = 2000
BYTES_MAX = 300_000


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """Rows of two thousand sessions of four hundred students; there is nothing to read of them."""
    data = tmp_path_factory.mktemp("school") / "data"
    catalogue = Catalogue.open(data)
    catalogue.put_lesson(read_lesson(LESSON), LESSON)
    catalogue.put_group("8a", "Class 8a", [f"P{number:03d}" for number in range(0, 400, 4)])
    catalogue.close()
    _fill(data)
    app = create_app(Settings(data=data, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def _fill(data: Path) -> None:
    columns = (
        "session_id, sha256, kind, name, size_bytes, details, course_id, lesson_id, student, synthetic, "
        "calibrated, state, progress, quality, report, revision, created_at"
    )
    rows = [
        (
            f"{number:016x}", f"{number:064x}", "package", "session.zip", 1, "{}", "biology-7",
            "photosynthesis", f"P{number % 400:03d}", number % 2, number % 3 > 0,
            "done" if number % 10 else "failed", 1.0,
            json.dumps({"tracked_share": (number * 37 % 1000) / 1000, "sigma_deg": number % 7 / 2}), "{}", 1,
            f"2026-05-04 08:{number // 60 % 60:02d}:{number % 60:02d}.000000",
        )
        for number in range(MANY)
    ]  # fmt: skip
    with closing(sqlite3.connect(data / "catalogue.sqlite")) as connection:
        marks = ", ".join("?" * 17)
        connection.executemany(f"INSERT INTO session ({columns}) VALUES ({marks})", rows)
        connection.commit()


@pytest.fixture
def context(app: Dash) -> Iterator[Context]:
    with app.server.test_request_context():
        yield app.server.extensions[KEY]


def weight(shown: Any) -> int:
    return len(json.dumps(shown, cls=PlotlyJSONEncoder).encode())


def sql(context: Context, where: str, order: str = "session_id") -> list[str]:
    query = f"SELECT session_id FROM session WHERE deleted_at IS NULL AND {where} ORDER BY {order}"
    with closing(sqlite3.connect(context.catalogue.data / "catalogue.sqlite")) as connection:
        return [row[0] for row in connection.execute(query)]


def rows(wanted: dict[str, str], start: int = 0, sort: tuple[str, str] | None = None) -> dict[str, Any]:
    model = [{"colId": sort[0], "sort": sort[1]}] if sort else []
    return library_sessions._rows({"startRow": start, "endRow": start + 100, "sortModel": model}, wanted)


def test_every_page_is_small(context: Context) -> None:
    pages: list[Component] = [
        library.layout(), library_sessions.layout(), library_students.layout(), library_bin.layout(),
        library_lesson.layout("biology-7", "photosynthesis"),
    ]  # fmt: skip
    assert max(map(weight, pages)) < BYTES_MAX
    assert weight(rows({})) < 60_000


def test_the_table_holds_what_the_catalogue_holds(context: Context) -> None:
    assert rows({})["rowCount"] == MANY
    shares = "json_extract(quality, '$.tracked_share')"
    for wanted, where in (
        ({"state": "failed"}, "state = 'failed'"),
        ({"tracked": "90"}, f"{shares} >= 0.9"),
        ({"error": "1"}, "json_extract(quality, '$.sigma_deg') <= 1"),
        ({"calibrated": "no", "kind": "real"}, "calibrated = 0 AND synthetic = 0"),
        ({"group": "8a"}, "CAST(substr(student, 2) AS INTEGER) % 4 = 0"),
        ({"words": "p01"}, "student LIKE 'P01%'"),
    ):
        expected = sql(context, where)
        found = [
            each["session_id"] for start in range(0, MANY, 100) for each in rows(wanted, start)["rowData"]
        ]
        assert sorted(found) == expected
        assert rows(wanted)["rowCount"] == len(expected)
        assert sorted(wanted_sessions("filter", json.dumps(wanted))) == expected
    lowest = [each["tracked_share"] for each in rows({}, sort=("tracked_share", "asc"))["rowData"]]
    with closing(sqlite3.connect(context.catalogue.data / "catalogue.sqlite")) as connection:
        known = connection.execute(f"SELECT {shares} FROM session ORDER BY 1 LIMIT 100").fetchall()
    assert lowest == [f"{share:.0%}" for (share,) in known]


def test_all_that_a_filter_leaves_is_deleted_and_comes_back_by_one_button(context: Context) -> None:
    opened, title, form = _open({"ask": "delete-sessions", "of": ["filter", '{"state": "failed"}']})
    assert (opened, title) == (True, "Delete 200 sessions?")
    key = json.loads(form.to_plotly_json()["props"]["data-do"])[1]
    assert key[1:] == list(reversed(sql(context, "state = 'failed'", "created_at, session_id")))
    the_bin.delete(context.catalogue, tuple(key))
    assert rows({})["rowCount"] == MANY - 200
    shown = library_bin.binned()
    assert weight(shown) < 20_000
    assert "200 sessions" in str(shown)
    the_bin.restore(context.catalogue, tuple(key))
    assert rows({})["rowCount"] == MANY


def test_a_dialog_about_what_is_gone_says_so(context: Context) -> None:
    for name, of in (("rename-course", ["gone"]), ("add-members", ["gone"]), ("delete-sessions", [])):
        assert _open({"ask": name, "of": of})[1] == "This is not there any more"
