"""Unpacking a zip that may have been made to do harm.

Every entry is looked at before the first byte is unpacked, and one that could do harm condemns the
whole archive, even where it would have been ignored. Then only the files asked for are written, under
names that we chose.
"""

from __future__ import annotations

import io
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import UNREADABLE, listed, looks_like, quoted
from pipeline.parameters import IngestLimits

CHUNK_BYTES: Final = 1 << 20
RATIO_FROM_BYTES: Final = 1_000_000  # smaller files may be packed as tightly as they like
NAME_MAX: Final = 255
ENCRYPTED: Final = 0x1 | 0x40
ARCHIVE_SUFFIXES: Final = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar"}
MAC_FOLDER: Final = "__MACOSX/"  # what macOS adds to a zip beside the files themselves
BROKEN: Final = (  # all that zipfile raises for archives that are not as they should be
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class _BoundedFile(io.FileIO):
    """Refuses the one read of a huge table of contents, which zipfile would take into memory whole."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > CHUNK_BYTES:
            name = Path(str(self.name)).name
            raise UnsafeInputError(name, "a zip of few files", "a huge table of contents")
        return super().read(size) or b""


def unpack(archive: Path, workdir: Path, names: Sequence[str], limits: IngestLimits) -> Path:
    """Write those of the named files that the archive has into a new folder below `workdir`; return it.

    They lie beside the first of `names`, which must be at the archive's top or in a folder there.
    Nothing is left behind when the archive is refused.

    Raises
    ------
    InputError : not a zip, damaged, or without the first of `names`
    UnsafeInputError : an entry that could do harm, or more than the limits allow
    """
    _require_zip(archive)
    folder: Path | None = None
    try:
        with _BoundedFile(archive) as file, zipfile.ZipFile(file) as opened:
            entries = [entry for entry in opened.infolist() if not entry.orig_filename.endswith("/")]
            _refuse_harm(archive, opened.infolist(), limits)
            root = _root(archive.name, entries, names[0])
            workdir.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="package-", dir=workdir))
            for entry in entries:
                path = PurePosixPath(entry.orig_filename)
                if path.parent == root and path.name in names:
                    _write(opened, entry, folder / path.name)
            return folder
    except BaseException as error:
        if folder:
            shutil.rmtree(folder)
        if isinstance(error, BROKEN) and not isinstance(error, InputError):
            raise InputError(archive.name, "a zip archive in one piece", f"a damaged one ({error})") from None
        raise


def _require_zip(archive: Path) -> None:
    with archive.open("rb") as file:
        start = file.read(4096)
    if not start.startswith(b"PK"):
        raise InputError(archive.name, "a session package (.zip)", looks_like(start))


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Unpack one file; zipfile gives no more bytes than the entry declares, and checks them (CRC-32)."""
    with archive.open(entry) as source, target.open("xb") as out:
        shutil.copyfileobj(source, out, CHUNK_BYTES)


def _root(archive: str, entries: Sequence[zipfile.ZipInfo], marker: str) -> PurePosixPath:
    """The one folder of the archive in which the marker lies, "." for its top."""
    paths = [PurePosixPath(e.orig_filename) for e in entries if not e.orig_filename.startswith(MAC_FOLDER)]
    folders = sorted({path.parent for path in paths if path.name == marker and len(path.parts) <= 2})
    if len(folders) == 1:
        return folders[0]
    expected = f"{marker} at the top or in one folder"
    raise InputError(archive, expected, listed(map(str, folders or paths)))


def _refuse_harm(archive: Path, entries: Sequence[zipfile.ZipInfo], limits: IngestLimits) -> None:
    if len(entries) > limits.archive_files:
        raise UnsafeInputError(archive.name, f"at most {limits.archive_files} files", str(len(entries)))
    packed_bytes = archive.stat().st_size
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename  # as it stands in the archive; zipfile's own is already mended
        where = f"{archive.name}, entry {quoted(name)}"
        for harmful, expected, got in _suspicions(entry, packed_bytes, limits):
            if harmful:
                raise UnsafeInputError(where, expected, got)
        if name.casefold() in seen:
            raise UnsafeInputError(where, "each name once", "the same name twice")
        seen.add(name.casefold())
    total = sum(entry.file_size for entry in entries)
    if total > limits.archive_bytes:
        expected = f"at most {limits.archive_bytes:,} bytes unpacked"
        raise UnsafeInputError(archive.name, expected, f"{total:,} bytes")


def _suspicions(
    entry: zipfile.ZipInfo, packed_bytes: int, limits: IngestLimits
) -> list[tuple[bool, str, str]]:
    """What could be wrong with an entry: whether it is, what was expected, what it is instead."""
    name, size = entry.orig_filename, entry.file_size
    steps = name.removesuffix("/").split("/")
    leads_out = bool(re.search(r"\\|^[A-Za-z]:", name)) or not {"", ".", ".."}.isdisjoint(steps)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    allowed = size_limit(name, limits)
    ratio = size / max(entry.compress_size, 1)
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return [
        (leads_out, "a file inside the package", "a path that leads out of it"),
        (bool(UNREADABLE.search(name)) or len(name) > NAME_MAX, "an ordinary file name", "an unreadable one"),
        (kind not in (0, stat.S_IFREG, stat.S_IFDIR), "an ordinary file", "a link or a device"),
        (bool(entry.flag_bits & ENCRYPTED), "a file without a password", "an encrypted one"),
        (PurePosixPath(name).suffix.lower() in ARCHIVE_SUFFIXES, "no archive in the archive", "one"),
        (entry.compress_type not in methods, "the method stored or deflated", f"{entry.compress_type}"),
        (not 0 <= entry.header_offset < packed_bytes, "a place in the archive", f"{entry.header_offset}"),
        (size > allowed, f"at most {allowed:,} bytes", f"{size:,} bytes"),
        (
            size > RATIO_FROM_BYTES and ratio > limits.archive_ratio,
            f"a file packed at most {limits.archive_ratio:g} times smaller",
            f"{ratio:.0f} times",
        ),
    ]


def size_limit(name: str, limits: IngestLimits) -> int:
    """How many bytes a file of this name may have."""
    by_suffix = {".csv": limits.table_bytes, ".json": limits.document_bytes}
    return by_suffix.get(PurePosixPath(name).suffix.lower(), limits.video_bytes)
