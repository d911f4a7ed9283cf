"""Pseudonyms, groups and lessons put right, in every table and for good."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.domain import Lesson, SessionHeader
from pipeline.errors import InputError
from pipeline.storage import corrections, the_bin
from pipeline.storage.catalogue import Catalogue, NotFound

Upload = Callable[..., str]
Finish = Callable[[str], None]
PLACE = {"course_id": "physics", "lesson_id": "optics", "student": "S01"}


@pytest.fixture
def stored(catalogue: Catalogue, lesson: Lesson, lesson_folder: Path) -> Catalogue:
    catalogue.put_lesson(lesson, lesson_folder)
    catalogue.put_lesson(replace(lesson, lesson_id="waves"), lesson_folder)
    answers = [("S01", "Why?", 1.0, "s1", "lens"), ("S02", "Why?", 0.0, "s1", "lens")]
    quiz = pd.DataFrame(answers, columns=["student", "question", "correct", "slide", "aois"])
    catalogue.put_quiz("physics", "optics", quiz)
    return catalogue


def _mentions(catalogue: Catalogue, word: str) -> list[str]:
    """Tables of the catalogue that have the word anywhere."""
    with closing(sqlite3.connect(catalogue.data / "catalogue.sqlite")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [n for n in names if word in repr(connection.execute(f"SELECT * FROM {n}").fetchall())]


def test_a_pseudonym_is_changed_wherever_it_stands(
    stored: Catalogue, upload: Upload, finish: Finish, tmp_path: Path
) -> None:
    kept, binned = upload(b"first", **PLACE), upload(b"second", **PLACE)
    finish(kept)
    the_bin.delete(stored, ("sessions", binned))
    corrections.create_group(stored, "8a", "Class 8a", ["S01", "S02"])
    assert len(_mentions(stored, "S01")) == 3
    corrections.rename_student(stored, "S01", "Kestrel")
    assert _mentions(stored, "S01") == []
    row = stored.session(kept)
    assert row.header is not None
    assert (row.student, row.header.student, stored.session(binned).student) == ("Kestrel",) * 3
    assert stored.groups()[0].students == ("Kestrel", "S02")
    assert set(stored.quiz("physics", "optics")["student"]) == {"Kestrel", "S02"}


def test_a_corrected_pseudonym_survives_another_processing(
    stored: Catalogue, upload: Upload, finish: Finish, header: SessionHeader
) -> None:
    """The package still says S01."""
    session_id = upload(b"first", **PLACE)
    corrections.rename_student(stored, "S01", "Kestrel")
    assert stored.describe(session_id, header).student == "Kestrel"
    finish(session_id)
    row = stored.session(session_id)
    assert row.header is not None
    assert (row.student, row.header.student) == ("Kestrel", "Kestrel")


def test_the_name_of_an_export_changes_with_the_pseudonym(stored: Catalogue, tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(b"v")
    session_id = stored.add_upload(source, sha256="0" * 64, kind="package", name="S01.zip", student="S01")
    corrections.rename_student(stored, "S01", "Kestrel")
    assert stored.session(session_id).name == "Kestrel.zip"


def test_two_students_never_become_one(stored: Catalogue, upload: Upload) -> None:
    upload(b"first", **PLACE)
    with pytest.raises(InputError, match="nobody has"):
        corrections.rename_student(stored, "S01", "S02")
    with pytest.raises(NotFound):
        corrections.rename_student(stored, "S09", "S10")
    for odd in ("", "S 01", "-x", "x" * 65, "S01\n"):
        with pytest.raises(InputError):
            corrections.rename_student(stored, "S01", odd)
    corrections.rename_student(stored, "S01", "S01")
    assert [row.student for row in corrections.students(stored)] == ["S01", "S02"]


def test_students_are_told_with_what_there_is_of_them(stored: Catalogue, upload: Upload) -> None:
    upload(b"first", **PLACE)
    the_bin.delete(stored, ("sessions", upload(b"second", **{**PLACE, "student": "S07"})))
    corrections.create_group(stored, "8a", "Class 8a", ["S03", "S01"])
    told = [(row.student, row.sessions, row.answers, row.groups) for row in corrections.students(stored)]
    assert told == [("S01", 1, 1, ("8a",)), ("S02", 0, 1, ()), ("S03", 0, 0, ("8a",))]


def test_a_session_moved_stays_moved_when_it_is_processed_again(
    stored: Catalogue, upload: Upload, finish: Finish, header: SessionHeader
) -> None:
    session_id = upload(b"first", **PLACE)
    finish(session_id)
    before = stored.revision()
    corrections.move_sessions(stored, [session_id], "physics", "waves")
    assert stored.revision() == before + 1
    assert stored.sessions("physics", "optics") == []
    assert [row.session_id for row in stored.sessions("physics", "waves")] == [session_id]
    moved = stored.describe(session_id, header)
    assert (moved.course_id, moved.lesson_id, moved.student) == ("physics", "waves", "S01")
    corrections.move_sessions(stored, [session_id], "physics", "optics")
    assert stored.describe(session_id, header) == header


def test_sessions_are_moved_all_or_none(stored: Catalogue, upload: Upload) -> None:
    session_id = upload(b"first", **PLACE)
    for ids, lesson_id in (([session_id], "nowhere"), ([session_id, "0" * 16], "waves")):
        with pytest.raises(NotFound):
            corrections.move_sessions(stored, ids, "physics", lesson_id)
    assert stored.session(session_id).lesson_id == "optics"


def test_groups_are_made_named_filled_and_emptied(catalogue: Catalogue) -> None:
    ids = [corrections.create_group(catalogue, "8a", "Class 8a", ["S02", "S01", "S02"]) for _ in range(2)]
    assert ids == ["8a", "8a-2"]
    assert corrections.rename_group(catalogue, "8a-2", "Class 8b") == "Class 8a"
    assert corrections.add_members(catalogue, "8a", ["S02", "S05", "S04"]) == ["S05", "S04"]
    assert corrections.remove_members(catalogue, "8a", ["S01", "S09"]) == ["S01"]
    assert [(g.group_id, g.title, g.students) for g in catalogue.groups()] == [
        ("8a", "Class 8a", ("S02", "S04", "S05")),
        ("8a-2", "Class 8b", ("S01", "S02")),
    ]


def test_a_list_with_one_that_is_no_pseudonym_adds_nobody(catalogue: Catalogue) -> None:
    corrections.create_group(catalogue, "8a", "Class 8a", ["S01"])
    for act in (
        lambda: corrections.add_members(catalogue, "8a", ["S02", "Ada Lovelace"]),
        lambda: corrections.create_group(catalogue, "8b", "Class 8b", ["<b>"]),
        lambda: corrections.create_group(catalogue, "8b", " "),
        lambda: corrections.add_members(catalogue, "9z", ["S02"]),
        lambda: corrections.rename_group(catalogue, "9z", "Nine"),
    ):
        with pytest.raises(InputError):
            act()
    assert [(g.title, g.students) for g in catalogue.groups()] == [("Class 8a", ("S01",))]
