"""Sessions: taken in once and for good, published whole, and told of as they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.domain import SESSION_TABLES, FixationOrigin, SessionHeader, TrackerSource
from pipeline.storage import durable
from pipeline.storage.catalogue import Catalogue, DuplicateUpload, NotFound, State
from pipeline.storage.lake import verify, write_revision

Upload = Callable[..., str]
Finish = Callable[[str], None]
Together = Callable[[str, int, Path], list[str]]


def test_an_upload_is_a_queued_session_with_its_job(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload(b"bytes", course_id="physics", lesson_id="optics", student="S01")
    row = catalogue.session(session_id)
    assert (row.state, row.kind, row.name, row.size_bytes) == (State.QUEUED, "package", "mine.zip", 5)
    assert (row.course_id, row.lesson_id, row.student) == ("physics", "optics", "S01")
    assert row.upload == catalogue.data / "uploads" / f"{session_id}.zip"
    assert row.upload.read_bytes() == b"bytes"
    assert not row.is_readable
    assert [(job.kind, job.session_id) for job in catalogue.queue()] == [("process", session_id)]


def test_what_the_uploader_added_is_kept(catalogue: Catalogue, tmp_path: Path) -> None:
    source = tmp_path / "v.webm"
    source.write_bytes(b"v")
    details = {"slide_times_ms": [0.0, 2500.0]}
    session_id = catalogue.add_upload(source, sha256="0" * 64, kind="video", name="v.webm", details=details)
    assert catalogue.session(session_id).details == details
    assert not source.exists()


def test_the_suffix_of_a_stored_upload_is_harmless(catalogue: Catalogue, tmp_path: Path) -> None:
    source = tmp_path / "x.z;rm"
    source.write_bytes(b"v")
    session_id = catalogue.add_upload(source, sha256="0" * 64, kind="package", name="../../x.zip")
    assert catalogue.session(session_id).upload == catalogue.data / "uploads" / f"{session_id}.bin"


def test_an_upload_from_another_file_system_is_copied(
    catalogue: Catalogue, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def other_device(self: Path, target: Path) -> Path:
        if self.name == "arrived.zip":
            raise OSError(18, os.strerror(18))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", other_device)
    row = catalogue.session(upload(b"from afar"))
    assert row.upload is not None
    assert row.upload.read_bytes() == b"from afar"
    assert [path.name for path in row.upload.parent.iterdir()] == [row.upload.name]


def test_the_file_is_synced_before_its_name_and_its_name_before_the_row(
    catalogue: Catalogue, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    for name in ("sync_file", "sync_folder"):
        real = getattr(durable, name)
        monkeypatch.setattr(
            durable, name, lambda path, real=real, name=name: (steps.append(name), real(path))
        )
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda self, to: (steps.append("rename"), rename(self, to))[1])
    monkeypatch.setattr(
        "pipeline.storage.session_table.insert", lambda *_, **__: (steps.append("row"), 1 / 0)
    )
    with pytest.raises(ZeroDivisionError):
        upload(b"x")
    assert steps == ["sync_file", "rename", "sync_folder", "row"]
    assert catalogue.sessions() == []
    assert catalogue.queue() == []


def test_the_same_bytes_again_name_the_session_they_became(catalogue: Catalogue, upload: Upload) -> None:
    first = upload(b"same")
    with pytest.raises(DuplicateUpload, match=first) as caught:
        upload(b"same")
    assert caught.value.session_id == first
    assert len(catalogue.sessions()) == 1
    assert len(list((catalogue.data / "uploads").iterdir())) == 1


ADD = """
import sys, hashlib
from pathlib import Path
from pipeline.storage.catalogue import Catalogue, DuplicateUpload
catalogue = Catalogue.open(Path(sys.argv[1]))
source = catalogue.data / "work" / f"{sys.argv[2]}.zip"
source.write_bytes(b"same")
digest = hashlib.sha256(b"same").hexdigest()
# go
try:
    print("new", catalogue.add_upload(source, sha256=digest, kind="package", name="a.zip"))
except DuplicateUpload as error:
    print("known", error.session_id)
"""


def test_of_several_processes_with_the_same_bytes_one_wins(catalogue: Catalogue, together: Together) -> None:
    answers = sorted(answer.strip() for answer in together(ADD, 3, catalogue.data))
    (row,) = catalogue.sessions()
    assert answers == [f"known {row.session_id}", f"known {row.session_id}", f"new {row.session_id}"]
    assert len(list((catalogue.data / "uploads").iterdir())) == 1
    assert len(catalogue.queue()) == 1


def test_publishing_shows_everything_and_finishes_the_job(
    catalogue: Catalogue, upload: Upload, finish: Finish, header: SessionHeader
) -> None:
    session_id = upload()
    finish(session_id)
    row = catalogue.session(session_id)
    assert (row.state, row.revision, row.progress, row.is_readable) == (State.DONE, 1, 1.0, True)
    assert row.header == header
    assert (row.student, row.consent_version, row.consent_given_at) == ("S01", "2", "2026-05-04T08:00:00Z")
    assert (row.quality, row.report) == ({"accuracy_deg": 1.5}, {"seconds": {"face": 2.0}})
    assert row.finished_at is not None
    assert row.finished_at >= row.created_at
    assert set(row.files) == set(SESSION_TABLES)
    verify(row.files)
    assert catalogue.sessions() == [replace(row, report={})]
    assert catalogue.queue() == []
    assert catalogue.claim("w") is None


def test_the_tracker_a_session_came_from_is_kept(
    catalogue: Catalogue, upload: Upload, header: SessionHeader
) -> None:
    source = TrackerSource("x", "X", FixationOrigin.KEPT, 0.5, ("One sentence.",))
    session_id = upload()
    catalogue.describe(session_id, replace(header, source=source))
    stored = catalogue.session(session_id).header
    assert stored == replace(header, source=source)


def test_the_raw_file_goes_unless_it_is_kept(
    catalogue: Catalogue,
    upload: Upload,
    finish: Finish,
    header: SessionHeader,
    tables: dict[str, pd.DataFrame],
) -> None:
    dropped, kept = upload(b"1"), upload(b"2")
    finish(dropped)
    files = write_revision(catalogue.lake, kept, 1, tables)
    catalogue.publish(kept, files, header, {}, {}, keep_upload=True)
    assert catalogue.session(dropped).upload is None
    remaining = catalogue.session(kept).upload
    assert list((catalogue.data / "uploads").iterdir()) == [remaining]
    catalogue.drop_upload(kept)
    assert catalogue.session(kept).upload is None
    assert list((catalogue.data / "uploads").iterdir()) == []


def test_a_later_revision_replaces_the_former_whole(
    catalogue: Catalogue, upload: Upload, finish: Finish
) -> None:
    session_id = upload()
    finish(session_id)
    before = catalogue.session(session_id)
    job_id = catalogue.process_again(session_id)
    waiting = catalogue.session(session_id)
    assert waiting.state is State.QUEUED
    assert waiting.files == before.files
    assert waiting.is_readable
    assert catalogue.process_again(session_id) == job_id
    finish(session_id)
    after = catalogue.session(session_id)
    assert (after.state, after.revision) == (State.DONE, 2)
    assert not {file.path for file in before.files.values()} & {file.path for file in after.files.values()}
    assert catalogue.collect_rubbish(older_than_s=-1) == len(before.files)
    verify(after.files)


def test_the_header_is_known_as_soon_as_it_was_read(
    catalogue: Catalogue, upload: Upload, header: SessionHeader
) -> None:
    session_id = upload()
    catalogue.describe(session_id, replace(header, consent=None, synthetic=True))
    row = catalogue.session(session_id)
    assert (row.student, row.consent_version, row.synthetic) == ("S01", None, True)
    assert row.state is State.QUEUED


def test_sessions_are_listed_by_course_and_lesson(catalogue: Catalogue, upload: Upload) -> None:
    a = upload(b"a", course_id="physics", lesson_id="optics")
    b = upload(b"b", course_id="physics", lesson_id="waves")
    c = upload(b"c", course_id="art", lesson_id="optics")

    def ids(*which: str) -> list[str]:
        return [row.session_id for row in catalogue.sessions(*which)]

    assert ids() == [a, b, c]
    assert ids("physics") == [a, b]
    assert ids("physics", "optics") == [a]
    assert ids("music") == []


def test_the_revision_tells_of_every_change_and_of_nothing_else(
    catalogue: Catalogue, upload: Upload, finish: Finish
) -> None:
    seen = [catalogue.revision()]

    def changed() -> bool:
        seen.append(catalogue.revision())
        return seen[-1] != seen[-2]

    session_id = upload()
    assert changed()
    job = catalogue.claim("w")
    assert job is not None
    assert changed()
    catalogue.heartbeat(job.job_id, "w", "face", 0.5)
    assert not changed()
    finish(session_id)
    assert changed()
    catalogue.finish(job.job_id, "w")
    catalogue.sessions()
    catalogue.claim("w")
    assert not changed()


def test_unknown_sessions_are_not_found(catalogue: Catalogue, header: SessionHeader) -> None:
    for ask in (
        lambda: catalogue.session("0" * 16),
        lambda: catalogue.describe("0" * 16, header),
        lambda: catalogue.publish("0" * 16, {}, header, {}, {}),
        lambda: catalogue.process_again("0" * 16),
    ):
        with pytest.raises(NotFound, match="0000"):
            ask()
    assert catalogue.queue() == []


def test_paths_are_kept_relative_so_that_the_folder_can_move(
    catalogue: Catalogue, upload: Upload, finish: Finish, tmp_path: Path
) -> None:
    waiting, done = upload(b"1"), upload(b"2")
    finish(done)
    catalogue.close()
    moved = Catalogue.open(catalogue.data.rename(tmp_path / "elsewhere"))
    verify(moved.session(done).files)
    upload_path = moved.session(waiting).upload
    assert upload_path is not None
    assert upload_path.read_bytes() == b"1"
    moved.close()
