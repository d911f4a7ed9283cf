"""Deleted is gone everywhere at once, restored is as it was, purged is gone from the disk too."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain import Lesson
from pipeline.errors import InputError
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue, DuplicateUpload, NotFound
from pipeline.storage.schema import now

Upload = Callable[..., str]
Finish = Callable[[str], None]
Together = Callable[[str, int, Path], list[str]]
PLACE = {"course_id": "physics", "lesson_id": "optics", "student": "S01"}


@pytest.fixture
def stored(catalogue: Catalogue, lesson: Lesson, lesson_folder: Path) -> Catalogue:
    catalogue.put_lesson(lesson, lesson_folder)
    return catalogue


@pytest.fixture
def session_id(stored: Catalogue, upload: Upload, finish: Finish) -> str:
    made = upload(b"first", **PLACE)
    finish(made)
    return made


def _everything(catalogue: Catalogue) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the counter of changes."""
    with closing(sqlite3.connect(catalogue.data / "catalogue.sqlite")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names
            if name not in ("change", "alembic_version", "sqlite_sequence")
        }


def _files(catalogue: Catalogue) -> set[str]:
    folders = ("uploads", "lake", "observations")
    return {str(p) for folder in folders for p in (catalogue.data / folder).rglob("*") if p.is_file()}


def test_a_deleted_session_is_gone_and_comes_back_exactly(stored: Catalogue, session_id: str) -> None:
    rows, files, before = _everything(stored), _files(stored), stored.revision()
    assert the_bin.delete(stored, ("sessions", session_id)) == 1
    assert stored.sessions() == stored.sessions("physics", "optics") == []
    assert stored.revision() == before + 1
    assert _files(stored) == files
    (entry,) = the_bin.rows(stored)
    assert (entry.key, entry.title, entry.sessions) == (("sessions", session_id), "S01", (session_id,))
    assert the_bin.restore(stored, entry.key) == 1
    assert _everything(stored) == rows
    assert the_bin.rows(stored) == []


def test_deleting_twice_keeps_the_first_moment(stored: Catalogue, session_id: str) -> None:
    then = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    the_bin.delete(stored, ("sessions", session_id), then)
    assert the_bin.delete(stored, ("sessions", session_id)) == 0
    assert the_bin.rows(stored)[0].deleted_at == then


def test_a_lesson_takes_its_sessions_along_and_back_but_none_that_went_before(
    stored: Catalogue, session_id: str, upload: Upload
) -> None:
    earlier = upload(b"second", **PLACE)
    the_bin.delete(stored, ("sessions", earlier))
    rows = _everything(stored)
    assert the_bin.delete(stored, ("lesson", "physics", "optics")) == 1
    assert stored.lessons() == stored.sessions() == []
    with pytest.raises(NotFound):
        stored.lesson("physics", "optics")
    lesson, alone = the_bin.rows(stored)
    assert (lesson.kind, lesson.title, lesson.sessions) == ("lesson", "Physics 7: Light", (session_id,))
    assert alone.sessions == (earlier,)
    assert the_bin.restore(stored, lesson.key) == 1
    assert _everything(stored) == rows
    assert [row.session_id for row in stored.sessions()] == [session_id]


def test_a_course_takes_lessons_and_sessions_along_and_back(stored: Catalogue, session_id: str) -> None:
    rows = _everything(stored)
    assert the_bin.delete(stored, ("course", "physics")) == 1
    assert stored.lessons() == stored.sessions() == []
    (entry,) = the_bin.rows(stored)
    assert (entry.key, entry.sessions) == (("course", "physics"), (session_id,))
    the_bin.restore(stored, ("course", "physics"))
    assert _everything(stored) == rows


def test_nothing_comes_back_to_a_lesson_that_is_in_the_bin(
    stored: Catalogue, session_id: str, upload: Upload
) -> None:
    earlier = upload(b"second", **PLACE)
    the_bin.delete(stored, ("sessions", earlier))
    the_bin.delete(stored, ("slide", "physics", "optics", "s1"))
    the_bin.delete(stored, ("lesson", "physics", "optics"))
    the_bin.delete(stored, ("course", "physics"))
    for key in (("sessions", earlier), ("lesson", "physics", "optics"), ("slide", "physics", "optics", "s1")):
        with pytest.raises(InputError, match="restored first"):
            the_bin.restore(stored, key)
    the_bin.restore(stored, ("course", "physics"))
    with pytest.raises(InputError, match="restored first"):
        the_bin.restore(stored, ("sessions", earlier))
    the_bin.restore(stored, ("lesson", "physics", "optics"))
    assert the_bin.restore(stored, ("sessions", earlier)) == 1


def test_what_rests_in_the_bin_is_not_processed_until_it_is_back(stored: Catalogue, upload: Upload) -> None:
    waiting = upload(b"second", **PLACE)
    the_bin.delete(stored, ("sessions", waiting))
    assert stored.queue() == []
    assert stored.claim("somebody") is None
    the_bin.restore(stored, ("sessions", waiting))
    job = stored.claim("somebody")
    assert job is not None
    assert job.session_id == waiting


def test_the_same_bytes_again_are_refused_and_it_is_said_where_they_are(
    stored: Catalogue, session_id: str, upload: Upload
) -> None:
    the_bin.delete(stored, ("sessions", session_id))
    with pytest.raises(DuplicateUpload, match="which is in the bin") as refused:
        upload(b"first")
    assert (refused.value.session_id, refused.value.in_bin) == (session_id, True)
    the_bin.restore(stored, ("sessions", session_id))
    with pytest.raises(DuplicateUpload) as refused:
        upload(b"first")
    assert not refused.value.in_bin
    the_bin.delete(stored, ("sessions", session_id))
    the_bin.purge(stored, ("sessions", session_id))
    assert upload(b"first") != session_id


def test_a_purged_session_leaves_no_row_and_no_file(
    stored: Catalogue, session_id: str, upload: Upload, finish: Finish
) -> None:
    other = upload(b"second", **PLACE)
    finish(other)
    rows, files = _everything(stored), _files(stored)
    third = upload(b"third", **PLACE)
    finish(third)
    stored.process_again(third)
    (stored.observations_folder(third)).mkdir()
    (stored.observations_folder(third) / "observations.parquet").write_bytes(b"seen")
    the_bin.delete(stored, ("sessions", third))
    assert the_bin.purge(stored, ("sessions", third)) == 1
    assert _everything(stored) == rows
    assert _files(stored) == files


def test_only_what_is_in_the_bin_can_be_purged_or_restored(stored: Catalogue, session_id: str) -> None:
    rows = _everything(stored)
    for key in (("sessions", session_id), ("lesson", "physics", "optics"), ("course", "physics")):
        with pytest.raises(NotFound):
            the_bin.purge(stored, key)
    with pytest.raises(NotFound):
        the_bin.restore(stored, ("lesson", "physics", "optics"))
    assert the_bin.restore(stored, ("sessions", session_id)) == 0
    for key in (("table", "x"), ("course",), ("slide", "physics", "optics")):
        with pytest.raises(InputError):
            the_bin.delete(stored, key)
    assert _everything(stored) == rows


def test_a_purged_lesson_leaves_nothing_but_other_lessons(
    catalogue: Catalogue, lesson: Lesson, lesson_folder: Path, upload: Upload, finish: Finish
) -> None:
    catalogue.put_lesson(replace(lesson, lesson_id="waves"), lesson_folder)
    rows = _everything(catalogue)
    catalogue.put_lesson(lesson, lesson_folder)
    session_id = upload(b"first", **PLACE)
    finish(session_id)
    the_bin.delete(catalogue, ("sessions", session_id))
    the_bin.delete(catalogue, ("lesson", "physics", "optics"))
    the_bin.purge(catalogue, ("lesson", "physics", "optics"))
    assert _everything(catalogue) == rows
    assert not _files(catalogue)
    for path in (catalogue.data / "lessons").rglob("*"):
        os.utime(path, (0, 0))
    catalogue.collect_rubbish()
    assert {path.parent.name for path in (catalogue.data / "lessons").rglob("*.png")} == {"waves"}


def test_thirty_days_then_gone(stored: Catalogue, session_id: str, upload: Upload) -> None:
    young = upload(b"second", **PLACE)
    at = now()
    the_bin.delete(stored, ("sessions", session_id), at - dt.timedelta(days=30, seconds=1))
    the_bin.delete(stored, ("sessions", young), at - dt.timedelta(days=29, hours=23))
    assert the_bin.expire(stored, at=at) == 1
    assert [row.sessions for row in the_bin.rows(stored)] == [(young,)]
    assert the_bin.expire(stored, at=at) == 0


def test_a_purge_that_is_interrupted_leaves_only_rubbish(
    stored: Catalogue, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stored.observations_folder(session_id)).mkdir()
    (stored.observations_folder(session_id) / "session.json").write_bytes(b"{}")
    monkeypatch.setattr(the_bin, "_delete_files", lambda *_: 1 / 0)
    the_bin.delete(stored, ("sessions", session_id))
    with pytest.raises(ZeroDivisionError):
        the_bin.purge(stored, ("sessions", session_id))
    assert the_bin.rows(stored) == []
    assert _files(stored)
    stored.collect_rubbish(0)
    assert not _files(stored)


def test_observations_of_sessions_that_exist_are_no_rubbish(stored: Catalogue, session_id: str) -> None:
    folder = stored.observations_folder(session_id)
    folder.mkdir()
    (folder / "session.json").write_bytes(b"{}")
    the_bin.delete(stored, ("sessions", session_id))
    assert stored.collect_rubbish(-60) == 0
    assert (folder / "session.json").is_file()


def test_thousands_of_sessions_at_once(stored: Catalogue) -> None:
    ids = tuple(f"{number:016x}" for number in range(1200))
    with closing(sqlite3.connect(stored.data / "catalogue.sqlite")) as connection:
        connection.executemany(
            "INSERT INTO session (session_id, sha256, kind, name, size_bytes, details, synthetic, calibrated,"
            " state, progress, quality, report, revision, created_at) VALUES (?, ?, 'package', 'a', 1, '{}',"
            " 0, 0, 'done', 1, '{}', '{}', 1, '2026-05-04 08:00:00.000000')",
            [(each, each) for each in ids],
        )
        connection.commit()
    assert the_bin.delete(stored, ("sessions", *ids)) == 1200
    assert len(the_bin.rows(stored)) == 1
    assert the_bin.restore(stored, ("sessions", *ids)) == 1200
    the_bin.delete(stored, ("sessions", *ids))
    assert the_bin.purge(stored, ("sessions", *ids)) == 1200
    assert stored.sessions() == []


def test_two_who_purge_the_same_do_not_disturb_each_other(
    stored: Catalogue, session_id: str, together: Together
) -> None:
    the_bin.delete(stored, ("sessions", session_id), dt.datetime(2026, 5, 4, tzinfo=dt.UTC))
    script = """
from pathlib import Path
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
# go
catalogue = Catalogue.open(Path(sys.argv[1]))
print(the_bin.expire(catalogue))
"""
    together(script, 2, stored.data)
    assert the_bin.rows(stored) == []
    assert stored.sessions() == []
