"""Files on their way in: what has arrived of each upload, on disk, resumable after any interruption.

An upload is a folder of two files, `upload.json` (what was announced) and `content` (what has arrived).
How much has arrived is the size of `content`, so there is no second number that could disagree with it.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipeline.errors import InputError

UNFINISHED_MAX = 32  # uploads that may be under way at the same time
KEPT_S = 24 * 3600.0  # an upload that nobody continued for a day is given up
SPARE_BYTES = 1_000_000_000  # disk space that uploads leave to everything else
MB = 1_000_000


class UnknownUpload(InputError):
    """No such upload, or no longer."""


class WrongOffset(InputError):
    """Not what continues the upload, of which `arrived` bytes are here."""

    def __init__(self, name: str, arrived: int, got: str) -> None:
        super().__init__(name, f"what follows byte {arrived}", got)
        self.arrived = arrived


class NoRoom(InputError):
    """The server cannot take this upload now."""


@dataclass(frozen=True)
class Upload:
    """An announced file. `form` is what was said about it; `sessions` are those it became."""

    upload_id: str
    name: str
    size_bytes: int
    form: dict[str, str] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)


class Incoming:
    """The folder of unfinished uploads, none of them larger than `max_bytes`."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root, self.max_bytes = root, max_bytes

    def create(self, name: str, size_bytes: int, form: dict[str, str]) -> Upload:
        """Announce a file; raises NoRoom when it is too large, too many are under way or the disk is full."""
        self.clean()
        self._check_room(name, size_bytes)
        upload = Upload(uuid.uuid4().hex, name, size_bytes, form)
        self.folder(upload.upload_id).mkdir(parents=True)
        self.content(upload.upload_id).touch()
        self._write(upload)
        return upload

    def get(self, upload_id: str) -> Upload:
        """What was announced; raises UnknownUpload."""
        try:
            return Upload(**json.loads((self.folder(upload_id) / "upload.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise UnknownUpload(
                "upload", "one that is under way", "one that is unknown or was given up after a day"
            ) from error

    def offset(self, upload_id: str) -> int:
        """How many bytes have arrived."""
        upload = self.get(upload_id)
        return upload.size_bytes if upload.sessions else self.content(upload_id).stat().st_size

    def append(self, upload_id: str, offset: int, pieces: Iterable[bytes]) -> int:
        """Add what follows `offset`; the new offset. What arrived before a broken connection stays."""
        with self.one_at_a_time(upload_id), self.content(upload_id).open("ab") as content:
            upload, arrived = self.get(upload_id), content.tell()
            if offset != arrived:
                raise WrongOffset(upload.name, arrived, f"a piece from byte {offset}")
            for piece in pieces:
                arrived += len(piece)
                if arrived > upload.size_bytes:
                    raise InputError(upload.name, f"{upload.size_bytes} bytes as announced", "more")
                content.write(piece)
        return arrived

    def complete(self, upload_id: str) -> Path:
        """The whole file; raises WrongOffset while some of it is missing."""
        upload, arrived = self.get(upload_id), self.offset(upload_id)
        if arrived != upload.size_bytes:
            raise WrongOffset(upload.name, arrived, f"the end of {upload.size_bytes} bytes")
        return self.content(upload_id)

    def accepted(self, upload: Upload, sessions: list[str]) -> Upload:
        """Remember what it became, so that an answer that was lost on its way can be asked for again."""
        finished = replace(upload, sessions=sessions)
        self._write(finished)
        self.content(upload.upload_id).unlink(missing_ok=True)
        return finished

    def discard(self, upload_id: str) -> None:
        """Forget an upload and all that arrived of it."""
        shutil.rmtree(self.folder(upload_id), ignore_errors=True)

    def clean(self) -> None:
        """Forget what nobody continued for a day."""
        for folder in self.folders():
            if time.time() - _last_change(folder) > KEPT_S:
                self.discard(folder.name)

    @contextmanager
    def one_at_a_time(self, upload_id: str) -> Iterator[None]:
        """Hold an upload for oneself, whichever thread or process the others are in."""
        self.get(upload_id)
        with (self.folder(upload_id) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def folder(self, upload_id: str) -> Path:
        """Where an upload lies; the id must be one of ours, for it comes from outside."""
        if len(upload_id) != 32 or not set(upload_id) <= set("0123456789abcdef"):
            raise UnknownUpload("upload", "an id of 32 hexadecimal digits", repr(upload_id[:40]))
        return self._root / upload_id

    def content(self, upload_id: str) -> Path:
        """The file that grows as pieces arrive."""
        return self.folder(upload_id) / "content"

    def folders(self) -> list[Path]:
        return [path for path in self._root.iterdir() if path.is_dir()] if self._root.is_dir() else []

    def _check_room(self, name: str, size_bytes: int) -> None:
        if size_bytes > self.max_bytes:
            raise NoRoom(name, f"at most {self.max_bytes / MB:.0f} MB", f"{size_bytes / MB:.0f} MB")
        if size_bytes < 1:
            raise InputError(name, "a file with content", "an empty file")
        unfinished = self._unfinished()
        if len(unfinished) >= UNFINISHED_MAX:
            raise NoRoom(name, f"fewer than {UNFINISHED_MAX} uploads under way", f"{len(unfinished)}")
        missing = sum(upload.size_bytes - self.offset(upload.upload_id) for upload in unfinished)
        self._root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._root).free - missing - SPARE_BYTES
        if free < 2 * size_bytes:  # the file itself, and its unpacked copy while it is checked
            raise NoRoom(
                name, f"{2 * size_bytes / MB:.0f} MB of free disk space", f"{max(free, 0) / MB:.0f} MB"
            )

    def _unfinished(self) -> list[Upload]:
        found = []
        for folder in self.folders():
            with suppress(UnknownUpload):
                found.append(self.get(folder.name))
        return [upload for upload in found if not upload.sessions]

    def _write(self, upload: Upload) -> None:
        path = self.folder(upload.upload_id) / "upload.json"
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(upload)), encoding="utf-8")
        new.replace(path)


def _last_change(folder: Path) -> float:
    return max((path.stat().st_mtime for path in folder.iterdir()), default=folder.stat().st_mtime)
