"""Rollups: one Parquet file a course of what its sessions come to, which can be made anew at any time.

They lie in ``rollups/`` (``<course>.parquet``, ``scales/<course>.parquet``) and are no truth of their own:
the catalogue does not name them, and one that is missing, damaged or of another layout is as good as empty.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.storage import durable

FOLDER: Final = "rollups"
SCALES: Final = "scales"
SUFFIX: Final = ".parquet"
ABANDONED_S: Final = 60.0  # nobody takes as long to write one


def file_of(data: Path, course_id: str, kind: str = "") -> Path:
    """Where a rollup of a course lies in a data folder: that of its measures, or of another kind."""
    return data / FOLDER / kind / f"{course_id}{SUFFIX}"


def read(path: Path, schema: pa.Schema) -> pa.Table:
    """The rows of a rollup; none if there is no whole one of this layout."""
    try:
        table = pq.read_table(io.BytesIO(path.read_bytes()), page_checksum_verification=True)
    except (OSError, pa.ArrowException):
        return schema.empty_table()
    return table if table.schema.equals(schema) else schema.empty_table()


def write(path: Path, table: pa.Table) -> None:
    """Put a rollup in the place of the one before, whole or not at all."""
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd", write_page_checksum=True)
    durable.make_folder(path.parent)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    durable.write_file(part, content.getvalue())
    part.rename(path)


def tidy(data: Path, courses: Iterable[str]) -> None:
    """Delete the rollups of all but these courses, and what a crash has left half-written."""
    known = [file_of(data, course_id, kind) for course_id in courses for kind in ("", SCALES)]
    durable.collect_rubbish(data / FOLDER, known, ABANDONED_S)
