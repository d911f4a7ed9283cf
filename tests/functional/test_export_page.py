"""docs/export.md explains exactly the columns that there are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.application import create_app
from dashboard.column_notes import RAW_TABLES, REGIONS, SESSIONS, Note, markdown, note_of
from dashboard.context import KEY, Context
from dashboard.settings import Demo, Settings
from dashboard.tables import TABLES as REGISTERED
from pipeline.ingest.lessons import read_lesson
from tests.seeded_school import CLASS, LESSONS, add_quiz, seed

PLACE = ("biology-7", "photosynthesis")
SLIDE = "3-the-equation"
COURSES = {"of": "course:biology-7,course:physics-8"}
PAIR = {
    "of": ",".join(
        f"slide:{'/'.join(PLACE)}/{SLIDE}~students:" + "+".join(viewer.student for viewer in viewers)
        for viewers in (CLASS[:5], CLASS[5:])
    )
}
# What the place of each table is (how many ids of course, lesson and slide; a session), and its query.
TABLES: dict[str, tuple[int | str, dict[str, str]]] = {
    "slides": (0, {}), "required-regions": (0, {}),
    "regions": (3, {}), "gap": (2, {}), "heatmap": (3, {}), "fixations": (3, {}), "maps": (3, {}),
    "students": (3, {}), "transitions": (3, {}),
    "over-time": (2, {}), "sessions": (2, {}), "quiz": (2, {}),
    "session-timeline": ("session", {}), "session-looks": ("session", {}),
    "session-quality": ("session", {}), "session-dots": ("session", {}),
    "comparison": (0, COURSES), "comparison-dots": (0, COURSES),
    "difference": (0, PAIR), "region-differences": (0, PAIR),
}  # fmt: skip


@pytest.fixture(scope="module")
def page(repo_root: Path) -> str:
    return (repo_root / "docs" / "export.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data, folder = tmp_path_factory.mktemp("export") / "data", LESSONS / "/".join(PLACE)
    folders = [folder, LESSONS / "physics-8/the-pendulum"]
    catalogue = seed(data, lessons=folders, slide_s=6.0)
    add_quiz(catalogue, read_lesson(folder))
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_of_a_table_is_explained(
    client: FlaskClient, context: Context, page: str, name: str
) -> None:
    depth, query = TABLES[name]
    session = (context.catalogue.sessions(*PLACE)[0].session_id,)
    place = session if isinstance(depth, str) else (*PLACE, SLIDE)[:depth]
    table = pd.read_csv(io.StringIO(client.get(urls.table(name, *place, **query)).text))
    notes: dict[str, Note] = {}
    for column in table:
        note = note_of(column, name)
        assert note is not None, column
        notes[column] = note
    section = re.split(rf"^`/table/{name}[/.]", page, flags=re.MULTILINE)[1].split("\n### ")[0]
    assert markdown(notes) in section, "print dashboard.column_notes.markdown of it and put it there"


@pytest.mark.parametrize("columns", [*(notes for _, _, notes in RAW_TABLES.values()), SESSIONS, REGIONS])
def test_every_column_of_the_raw_data_is_explained(page: str, columns: dict[str, Note]) -> None:
    assert markdown(columns) in page, "print dashboard.column_notes.markdown of it and put it there"


def test_every_table_that_is_explained_exists(page: str) -> None:
    assert set(re.findall(r"^`/table/([a-z-]+)[/.]", page, re.MULTILINE)) == set(TABLES)
    assert set(TABLES) <= set(REGISTERED)
