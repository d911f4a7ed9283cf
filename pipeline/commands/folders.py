"""Folders that commands write: whole, and in place of what they wrote there before."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import InputError
from pipeline.ingest.documents import listed


@contextmanager
def written_whole(out: Path, ours: re.Pattern[str]) -> Iterator[Path]:
    """A new folder to write into, which takes the place of `out` at the end; nothing half-written stays.

    `ours` matches what an earlier run may have left in `out`, as paths relative to it: this is replaced.

    Raises
    ------
    InputError : `out` holds anything else, or is a file
    """
    out = out.resolve()
    _refuse_strangers(out, ours)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
        new, former = Path(scratch, "new"), Path(scratch, "former")
        new.mkdir()
        yield new
        if out.exists():
            out.rename(former)
        try:
            new.rename(out)
        except OSError:
            if former.exists():
                former.rename(out)
            raise


def _refuse_strangers(out: Path, ours: re.Pattern[str]) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(out.name, "a folder", "a file of this name")
    held = (path.relative_to(out).as_posix() for path in out.rglob("*"))
    strangers = list(itertools.islice((name for name in held if not ours.fullmatch(name)), 6))
    if strangers:
        raise InputError(
            out.name, "a new folder, or one that this command wrote", f"also {listed(strangers)}"
        )
