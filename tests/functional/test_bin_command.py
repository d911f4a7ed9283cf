"""`python -m pipeline bin`: what was deleted is listed, restored and purged; the server purges too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.errors import InputError
from pipeline.jobs import recover
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
from tests.seeded_school import CLASS, LESSONS, seed

LESSON = LESSONS / "biology-7/photosynthesis"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    seed(tmp_path / "data", viewers=CLASS[:3], lessons=[LESSON], slide_s=2.0).close()
    return tmp_path / "data"


def ask(data: Path, *arguments: str, say: str = "") -> str:
    done = CliRunner().invoke(
        app,
        ["bin", *arguments, "--data", str(data)],
        input=say,
        catch_exceptions=False,
        standalone_mode=False,
    )
    return done.output


def sessions(data: Path) -> list[str]:
    catalogue = Catalogue.open(data)
    ids = [row.session_id for row in catalogue.sessions()]
    catalogue.close()
    return ids


def delete(data: Path, *key: str, at: dt.datetime | None = None) -> None:
    catalogue = Catalogue.open(data)
    the_bin.delete(catalogue, key, at)
    catalogue.close()


def test_what_was_deleted_is_listed_and_restored_one_by_one(data: Path) -> None:
    first, second, third = sessions(data)
    delete(data, "sessions", first, second)
    assert f"{first}+1" in ask(data, "list")
    ask(data, "restore", first)
    assert sessions(data) == [first, third]
    ask(data, "restore", second)
    assert sessions(data) == [first, second, third]
    assert "empty" in ask(data, "list")


def test_a_lesson_is_restored_by_its_name(data: Path) -> None:
    before = sessions(data)
    delete(data, "lesson", "biology-7", "photosynthesis")
    assert sessions(data) == []
    ask(data, "restore", "biology-7/photosynthesis")
    assert sessions(data) == before


def test_purging_asks_first(data: Path) -> None:
    first, *rest = sessions(data)
    delete(data, "sessions", first)
    CliRunner().invoke(app, ["bin", "purge", first, "--data", str(data)], input="n\n")
    assert first in ask(data, "list")
    ask(data, "purge", first, say="y\n")
    assert "empty" in ask(data, "list")
    assert not (data / "lake" / first).exists()
    delete(data, "sessions", *rest)
    ask(data, "purge", "--all", "--yes")
    assert not list((data / "lake").rglob("*.parquet"))


def test_without_names_only_what_is_too_old_goes(data: Path) -> None:
    old, young, _ = sessions(data)
    delete(data, "sessions", old, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    delete(data, "sessions", young)
    ask(data, "purge")
    assert not (data / "lake" / old).exists()
    assert (data / "lake" / young).exists()


def test_the_server_purges_what_is_too_old_by_itself(data: Path) -> None:
    old, young, _ = sessions(data)
    delete(data, "sessions", old, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    delete(data, "sessions", young)
    recover(data)
    assert not (data / "lake" / old).exists()
    assert (data / "lake" / young).exists()


def test_a_name_that_is_not_there_is_refused(data: Path) -> None:
    with pytest.raises(InputError, match="something in it"):
        ask(data, "restore", "nothing")
