"""Files that are still there after the power went: written, synced, renamed, and their folder synced."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path


def sync_file(path: Path) -> None:
    """Have the content of a file on the disk before this returns."""
    _sync(path, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk before this returns (Windows has no such call)."""
    if os.name == "posix":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, each name synced in the folder that holds it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a new file and sync its content; its name is not yet safe (see `sync_folder`)."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def move_file(source: Path, target: Path) -> None:
    """Move a file to a new name for good; across file systems it is copied beside the target first."""
    try:
        sync_file(source)
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(target.name + ".part")
        shutil.copyfile(source, part)
        sync_file(part)
        part.rename(target)
        source.unlink()
    sync_folder(target.parent)


def collect_rubbish(folder: Path, known: Iterable[Path], older_than_s: float = 3600.0) -> int:
    """Delete files below a folder that are not known, and folders that are then empty.

    Younger ones stay: somebody may be about to name them in the catalogue. Returns the number of files
    deleted.
    """
    kept = {path.resolve() for path in known}
    before = time.time() - older_than_s
    deleted = 0
    for path in sorted(folder.rglob("*"), reverse=True):  # what a folder holds comes before the folder
        if path.resolve() in kept or path.lstat().st_mtime > before:
            continue
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
            deleted += 1
        elif not any(path.iterdir()):
            path.rmdir()
    return deleted
