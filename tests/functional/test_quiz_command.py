"""`python -m pipeline quiz`: quiz results into a server's data folder."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue, NotFound

ROWS = "student,question,correct,slide,aois\nS01,How fast?,1,3-how-fast-is-light,refractive-index\n"


@pytest.fixture
def data(repo_root, tmp_path):
    folder = repo_root / "pipeline/synthetic/lessons/physics-8/light-and-colour"
    catalogue = Catalogue.open(tmp_path / "data")
    catalogue.put_lesson(read_lesson(folder), folder)
    catalogue.close()
    return tmp_path / "data"


def run(tmp_path, data, rows, lesson="physics-8/light-and-colour"):
    (tmp_path / "quiz.csv").write_text(rows)
    arguments = ["quiz", str(tmp_path / "quiz.csv"), "--lesson", lesson, "--data", str(data)]
    return CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False).stderr


def stored(data):
    catalogue = Catalogue.open(data)
    results = catalogue.quiz("physics-8", "light-and-colour")
    catalogue.close()
    return list(results.itertuples(index=False, name=None))


def test_results_are_stored_and_bad_ones_change_nothing(tmp_path, data):
    run(tmp_path, data, ROWS)
    answer = ("S01", "How fast?", 1.0, "3-how-fast-is-light", "refractive-index")
    assert stored(data) == [answer]
    with pytest.raises(InputError, match=r"quiz\.csv, row 3, column correct"):
        run(tmp_path, data, ROWS + "S02,How fast?,7,,\n")
    assert stored(data) == [answer]


def test_students_without_a_session_are_named(tmp_path, data):
    assert 'no session of this lesson: "S01"' in run(tmp_path, data, ROWS)


def test_results_make_no_data_folder(tmp_path):
    with pytest.raises(InputError, match="--data: expected a server's data folder"):
        run(tmp_path, tmp_path / "none", ROWS)
    assert not (tmp_path / "none").exists()


def test_the_lesson_must_be_known(tmp_path, data):
    with pytest.raises(NotFound, match="catalogue \\(physics-8/light-and-colour\\), got physics-8/sound"):
        run(tmp_path, data, ROWS, "physics-8/sound")
    with pytest.raises(InputError, match="COURSE/LESSON"):
        run(tmp_path, data, ROWS, "light-and-colour")
