"""`python -m pipeline add-lesson`: a lesson folder into a server's data folder."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue


@pytest.fixture
def folder(repo_root: Path, tmp_path: Path) -> Path:
    source = repo_root / "pipeline/synthetic/lessons/physics-8/light-and-colour"
    return Path(shutil.copytree(source, tmp_path / "lesson"))


def add(folder: Path, data: Path) -> None:
    arguments = ["add-lesson", str(folder), "--data", str(data)]
    CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)


def test_a_lesson_added_is_the_lesson_in_the_catalogue(folder, tmp_path):
    add(folder, tmp_path / "data")
    catalogue = Catalogue.open(tmp_path / "data")
    added, known = read_lesson(folder), catalogue.lesson("physics-8", "light-and-colour")
    assert known == replace(added, slides=tuple(replace(s, aoi_version=1, version=1) for s in added.slides))
    image = catalogue.slide_image("physics-8", "light-and-colour", "3-how-fast-is-light")
    assert image.read_bytes() == (folder / "3-how-fast-is-light.png").read_bytes()
    catalogue.close()


def test_adding_it_again_changes_nothing(folder, tmp_path):
    add(folder, tmp_path / "data")
    catalogue = Catalogue.open(tmp_path / "data")
    before = catalogue.revision()
    add(folder, tmp_path / "data")
    assert catalogue.revision() == before
    catalogue.close()


def test_a_lesson_without_one_of_its_images_is_refused_and_leaves_nothing(folder, tmp_path):
    (folder / "3-how-fast-is-light.png").unlink()
    with pytest.raises(InputError, match=r"lesson\.json, field slides\[2\]\.image"):
        add(folder, tmp_path / "data")
    assert not (tmp_path / "data").exists()
