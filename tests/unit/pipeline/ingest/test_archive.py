"""Zips that were made to do harm, and those that merely look unusual."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.archive import unpack
from pipeline.parameters import IngestLimits

NAMES = ("session.json", "timeline.csv", "webcam.webm")
LIMITS = IngestLimits()


def make(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = tmp_path / "upload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("session.json", b"{}"), *entries):
            archive.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED)
    return path


def refused(tmp_path: Path, archive: Path, error: type[InputError], limits: IngestLimits = LIMITS) -> str:
    """The message of the refusal, after which nothing unpacked may be left anywhere."""
    before = {path for path in tmp_path.rglob("*") if path != archive}
    with pytest.raises(error) as caught:
        unpack(archive, tmp_path / "work", NAMES, limits)
    left = {path for path in tmp_path.rglob("*") if path not in (archive, tmp_path / "work")} - before
    assert left == set()
    assert type(caught.value) is error
    assert caught.value.where.startswith("upload.zip")
    return str(caught.value)


def special(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    return entry


def test_the_named_files_are_unpacked_and_no_others(tmp_path: Path) -> None:
    archive = make(
        tmp_path, ("webcam.webm", b"video"), ("notes at 3\u202fPM.txt", b"-"), ("extra/session.txt", b"-")
    )
    folder = unpack(archive, tmp_path / "work", NAMES, LIMITS)
    assert folder.parent == tmp_path / "work"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        "session.json": b"{}",
        "webcam.webm": b"video",
    }


def test_one_folder_around_the_files_and_what_macos_adds_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("lesson")
        archive.mkdir("lesson/webcam.webm")
        for name in ("lesson/session.json", "lesson/timeline.csv", "__MACOSX/lesson/session.json"):
            archive.writestr(name, name)
        archive.writestr("__MACOSX/session.json", "not this one")
    folder = unpack(path, tmp_path / "work", NAMES, LIMITS)
    assert (folder / "session.json").read_text() == "lesson/session.json"
    assert sorted(p.name for p in folder.iterdir()) == ["session.json", "timeline.csv"]


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "a/../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "C:evil.csv", "a\\evil.csv",
     "..\\evil.csv", "./timeline.csv", "a//timeline.csv"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused_though_nobody_asked_for_it(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path, make(tmp_path, (name, b"x")), UnsafeInputError)
    assert message == (
        f'upload.zip, entry "{name}": expected a file inside the package, got a path that leads out of it.'
    )


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    archive = make(tmp_path, (special("timeline.csv", kind), b"/etc/passwd"))
    assert "expected an ordinary file, got a link or a device" in refused(tmp_path, archive, UnsafeInputError)


@pytest.mark.parametrize("name", ["more.zip", "deep/MORE.ZIP", "video.tar.gz", "a.7z"])
def test_an_archive_in_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path, make(tmp_path, (name, b"PK")), UnsafeInputError)
    assert "expected no archive in the archive, got one" in message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    twice = make(tmp_path, ("session.json", b"[]"))
    assert "the same name twice" in refused(tmp_path, twice, UnsafeInputError)
    nearly = make(tmp_path, ("Notes.TXT", b"[]"), ("notes.txt", b"[]"))
    assert "the same name twice" in refused(tmp_path, nearly, UnsafeInputError)


@pytest.mark.parametrize("name", ["time\nline.csv", "a" * 300 + ".csv", "\u202egpj.csv"])
def test_a_name_nobody_could_read_is_refused(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path, make(tmp_path, (name, b"x")), UnsafeInputError)
    assert "expected an ordinary file name" in message
    assert message.isprintable()


def patched(path: Path, offset_in_directory: int, value: bytes) -> Path:
    """The archive with a field of the second entry's record in the table of contents changed."""
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[second + offset_in_directory : second + offset_in_directory + len(value)] = value
    path.write_bytes(content)
    return path


def test_encrypted_and_oddly_packed_files_are_refused(tmp_path: Path) -> None:
    encrypted = patched(make(tmp_path, ("timeline.csv", b"x")), 8, b"\x01\x00")
    assert "expected a file without a password" in refused(tmp_path, encrypted, UnsafeInputError)
    packed = tmp_path / "upload.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("session.json", "{}")
    assert "the method stored or deflated, got 14" in refused(tmp_path, packed, UnsafeInputError)


@pytest.mark.parametrize("offset", [5_000, 2**63 - 1])
def test_an_entry_that_lies_nowhere_is_refused(tmp_path: Path, offset: int) -> None:
    entry = zipfile.ZipInfo("timeline.csv")
    entry.extra = struct.pack("<HHQ", 1, 8, offset)  # the true place, for archives beyond 4 GB
    archive = patched(make(tmp_path, (entry, b"x")), 42, b"\xff\xff\xff\xff")
    message = refused(tmp_path, archive, UnsafeInputError)
    assert f"expected a place in the archive, got {offset}" in message


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    bomb = make(tmp_path, ("webcam.webm", bytes(5_000_000)))
    message = refused(tmp_path, bomb, UnsafeInputError)
    assert "expected a file packed at most 200 times smaller, got 10" in message
    one = make(tmp_path, ("timeline.csv", b"ab" * 500))
    message = refused(tmp_path, one, UnsafeInputError, IngestLimits(table_bytes=999))
    assert "expected at most 999 bytes, got 1,000 bytes" in message
    assert "at most 1,001 bytes unpacked, got 1,002 bytes" in refused(
        tmp_path, one, UnsafeInputError, IngestLimits(archive_bytes=1_001)
    )


def test_a_bomb_that_lies_about_its_size_unpacks_no_more_than_it_declares(tmp_path: Path) -> None:
    bomb = make(tmp_path, ("timeline.csv", bytes(50_000_000)))
    patched(bomb, 24, struct.pack("<I", 100))
    assert "a damaged one (Bad CRC-32" in refused(tmp_path, bomb, InputError)


def test_many_files_are_refused_also_when_there_are_far_too_many_to_list(tmp_path: Path) -> None:
    entries = [(f"{i}.txt", b"") for i in range(20)]
    assert "at most 20 files, got 21" in refused(tmp_path, make(tmp_path, *entries), UnsafeInputError)
    entries = [(f"{i:0200d}.txt", b"") for i in range(5000)]
    assert "a huge table of contents" in refused(tmp_path, make(tmp_path, *entries), UnsafeInputError)


def test_what_is_no_zip_is_told_what_it_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    for content, got in (
        (b"", "an empty file"),
        (b"\x1a\x45\xdf\xa3....", "a WebM or Matroska video"),
        (b"\0\0\0\x20ftypisom", "an MP4 video"),
        (b"hello", 'a text that begins "hello"'),
        (b"PK\x03\x04 cut off", "a damaged one (File is not a zip file)"),
    ):
        path.write_bytes(content)
        assert f"got {got}" in refused(tmp_path, path, InputError)


def test_the_session_must_be_there_once(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b/session.json", "{}")
    message = refused(tmp_path, path, InputError)
    assert "expected session.json at the top or in one folder" in message
    assert 'got "a/b/session.json"' in message
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/session.json", "{}")
        archive.writestr("b/session.json", "{}")
    assert 'got "a", "b"' in refused(tmp_path, path, InputError)
