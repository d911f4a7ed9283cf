"""Folders and rubbish."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline.storage import durable


def test_every_new_folder_is_synced_in_the_one_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(durable, "sync_folder", synced.append)
    durable.make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]
    durable.make_folder(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    durable.write_file(tmp_path / "x", b"1")
    with pytest.raises(FileExistsError):
        durable.write_file(tmp_path / "x", b"2")
    assert (tmp_path / "x").read_bytes() == b"1"


def test_only_what_is_old_and_unknown_is_collected(tmp_path: Path) -> None:
    names = {"known/old", "unknown/old", "unknown/new", "gone/old", "gone/too/old"}
    long_ago = time.time() - 7200
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        if path.name == "old":
            os.utime(path, (long_ago, long_ago))
    for folder in ("gone/too", "gone", "known", "unknown"):
        os.utime(tmp_path / folder, (long_ago, long_ago))
    assert durable.collect_rubbish(tmp_path, [tmp_path / "known/old"]) == 3
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"known/old", "unknown/new"}


def test_a_link_is_deleted_but_not_what_it_points_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"x")
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "link").symlink_to(outside)
    assert durable.collect_rubbish(lake, [], older_than_s=-1) == 1
    assert (outside / "file").exists()
    assert not (lake / "link").exists()
