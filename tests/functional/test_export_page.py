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
from dashboard.context import KEY
from dashboard.settings import Demo, Settings
from pipeline.ingest.lessons import read_lesson
from tests.seeded_school import CLASS, LESSONS, add_quiz, seed

PLACE = ("biology-7", "photosynthesis")
SLIDE = "3-the-equation"
TABLES = {  # name: how deep its place is
    "regions": 3, "gap": 2, "heatmap": 3, "fixations": 3, "maps": 3, "students": 3, "transitions": 3,
    "over-time": 2, "sessions": 2, "quiz": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def page(repo_root: Path) -> str:
    return (repo_root / "docs" / "export.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data, folder = tmp_path_factory.mktemp("export") / "data", LESSONS / "/".join(PLACE)
    catalogue = seed(data, viewers=CLASS[:5], lessons=[folder], slide_s=6.0)
    add_quiz(catalogue, read_lesson(folder), CLASS[:5])
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.mark.parametrize(("name", "depth"), TABLES.items())
def test_every_column_of_a_table_is_explained(client: FlaskClient, page: str, name: str, depth: int) -> None:
    place = (*PLACE, SLIDE)[:depth]
    table = pd.read_csv(io.StringIO(client.get(urls.table(name, *place)).text))
    notes: dict[str, Note] = {}
    for column in table:
        note = note_of(column, name)
        assert note is not None, column
        notes[column] = note
    section = page[page.index(f"`/table/{name}/") :]
    assert markdown(notes) in section[: section.index("\n### ") if "\n### " in section else None]


@pytest.mark.parametrize("columns", [*(notes for _, _, notes in RAW_TABLES.values()), SESSIONS, REGIONS])
def test_every_column_of_the_raw_data_is_explained(page: str, columns: dict[str, Note]) -> None:
    assert markdown(columns) in page, "print dashboard.column_notes.markdown of it and put it there"


def test_every_table_that_is_explained_exists(page: str) -> None:
    assert set(re.findall(r"`/table/([a-z-]+)/COURSE", page)) == set(TABLES)
