"""A catalogue that an earlier version wrote comes through the migrations whole."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from pipeline.domain import Aoi, Overlap, Part, Role, Shape
from pipeline.storage import database
from pipeline.storage.catalogue import Catalogue, State

TITLE = {"aoi_id": "title", "name": "Title", "role": "title", "shape": "rectangle", "weight": 1.0,
         "points": [[0.1, 0.05], [0.9, 0.2]], "required": False, "order": 1}  # fmt: skip
LENS = {"aoi_id": "lens", "name": "Lens", "role": "figure", "shape": "polygon", "weight": 2.5,
        "points": [[0.2, 0.3], [0.5, 0.3], [0.4, 0.8]], "required": True, "order": None}  # fmt: skip
SESSION = {
    "session_id": "5e551", "sha256": "ab" * 32, "kind": "package", "name": "mine.zip", "size_bytes": 9,
    "upload": None, "details": "{}", "course_id": "physics", "lesson_id": "optics", "student": "S01",
    "consent_version": "2", "consent_given_at": "2026-05-04T08:00:00Z", "synthetic": 0, "calibrated": 1,
    "header": None, "state": "done", "stage": None, "progress": 1.0, "error": None,
    "quality": '{"accuracy_deg": 1.5}', "report": '{"seconds": {"face": 2.0}}', "revision": 3,
    "created_at": "2026-05-04 08:00:00.000000", "started_at": None, "finished_at": None,
}  # fmt: skip
ROWS: dict[str, list[dict[str, Any]]] = {
    "course": [{"course_id": "physics", "title": "Physics 7"}],
    "lesson": [{"course_id": "physics", "lesson_id": "optics", "title": "Light"}],
    "slide": [
        {"course_id": "physics", "lesson_id": "optics", "slide_id": slide_id, "position": position,
         "title": slide_id, "image": "a.png", "file": f"lessons/physics/optics/{slide_id}.png",
         "width_px": 1280, "height_px": 720, "aoi_version": version}
        for position, (slide_id, version) in enumerate({"s1": 2, "s2": 1}.items())
    ],
    "aoi_set": [
        {"course_id": "physics", "lesson_id": "optics", "slide_id": slide_id, "version": version,
         "aois": json.dumps(aois), "created_at": f"2026-05-0{version} 08:00:00.000000"}
        for slide_id, version, aois in (("s1", 1, [TITLE]), ("s1", 2, [TITLE, LENS]), ("s2", 1, []))
    ],
    "session": [SESSION],
    "session_file": [
        {"session_id": "5e551", "name": "gaze", "path": "lake/5e551/r3-x/gaze.parquet", "sha256": "cd" * 32,
         "rows": 17}
    ],
    "job": [
        {"job_id": 4, "kind": "demo", "session_id": None, "payload": '{"students": 3}', "state": "queued",
         "attempts": 0, "worker": None, "lease_until": None, "stage": None, "progress": 0.0, "error": None,
         "created_at": "2026-05-04 08:00:00.000000", "finished_at": None}
    ],
}  # fmt: skip


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """A data folder as version 0001 left it, with something in each of its tables."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'catalogue.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as connection:
        for table, rows in ROWS.items():
            marks = ", ".join(f":{name}" for name in rows[0])
            connection.executemany(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})", rows)
        connection.execute("UPDATE change SET changes = 41")
        connection.commit()
    return tmp_path


def _table(data: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(data / "catalogue.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")]


def test_every_row_of_0001_is_still_there(former: Path) -> None:
    Catalogue.open(former).close()
    for table, rows in ROWS.items():
        if table != "aoi_set":
            now = zip(_table(former, table), rows, strict=True)
            assert [{name: row[name] for name in before} for row, before in now] == rows
    sets = zip(_table(former, "aoi_set"), ROWS["aoi_set"], strict=True)
    assert all(now[name] == before[name] for now, before in sets for name in before if name != "aois")


def test_outlines_of_0001_became_parts_that_are_always_to_be_seen(former: Path) -> None:
    catalogue = Catalogue.open(former)
    title = Aoi("title", "Title", Role.TITLE, (Part(((0.1, 0.05), (0.9, 0.2))),), order=1)
    triangle = Part(((0.2, 0.3), (0.5, 0.3), (0.4, 0.8)), Shape.POLYGON)
    lens = Aoi("lens", "Lens", Role.FIGURE, (triangle,), 2.5, True)
    first, second = catalogue.lesson("physics", "optics").slides
    assert (first.aois, first.overlap, first.aoi_version) == ((title, lens), Overlap.ALL, 2)
    assert (second.aois, second.overlap, second.aoi_version) == ((), Overlap.ALL, 1)
    one, two = catalogue.aoi_sets("physics", "optics", "s1")
    assert (one.aois, two.aois) == ((title,), (title, lens))
    assert one.created_at == dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
    catalogue.close()


def test_the_lesson_of_0001_put_again_is_no_new_version(former: Path, lesson_folder: Path) -> None:
    catalogue = Catalogue.open(former)
    (lesson_folder / "a.png").write_bytes(b"picture")
    lesson = catalogue.lesson("physics", "optics")
    catalogue.put_lesson(lesson, lesson_folder)
    again = catalogue.lesson("physics", "optics")
    assert [(s.aois, s.aoi_version) for s in again.slides] == [(s.aois, s.aoi_version) for s in lesson.slides]
    assert len(catalogue.aoi_sets("physics", "optics", "s1")) == 2
    catalogue.close()


def test_the_pictures_of_0001_are_first_versions_and_nothing_is_in_the_bin(former: Path) -> None:
    catalogue = Catalogue.open(former)
    (version,) = catalogue.slide_versions("physics", "optics", "s2")
    assert (version.version, version.file) == (1, "lessons/physics/optics/s2.png")
    assert version.since.year == 1970
    assert [row.session_id for row in catalogue.sessions()] == ["5e551"]
    assert catalogue.groups() == []
    catalogue.close()


def test_sessions_and_jobs_of_0001_are_read_as_before(former: Path) -> None:
    catalogue = Catalogue.open(former)
    row = catalogue.session("5e551")
    assert (row.state, row.revision, row.quality) == (State.DONE, 3, {"accuracy_deg": 1.5})
    assert row.files["gaze"].path == catalogue.lake / "5e551/r3-x/gaze.parquet"
    assert [job.job_id for job in catalogue.queue()] == [4]
    assert catalogue.revision() == 41
    catalogue.close()


def test_regions_that_have_parts_already_are_left_as_they_are(former: Path) -> None:
    """Between the two versions, development copies wrote parts into the former schema."""
    part = {"points": [[0.0, 0.0], [1.0, 1.0]], "shape": "ellipse", "from_ms": 0.0, "until_ms": 9.0}
    aoi = {name: value for name, value in TITLE.items() if name not in ("points", "shape")} | {
        "parts": [part]
    }
    with closing(sqlite3.connect(former / "catalogue.sqlite")) as connection:
        connection.execute("UPDATE aoi_set SET aois = ?", [json.dumps([aoi])])
        connection.commit()
    Catalogue.open(former).close()
    assert [json.loads(row["aois"]) for row in _table(former, "aoi_set")] == [[aoi]] * 3
