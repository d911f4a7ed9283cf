"""Exports that somebody has put into Parquet: written out as the CSV they once were."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import quoted
from pipeline.parameters import IngestLimits

LIMITS = IngestLimits()


def as_text(export: Path, workdir: Path) -> Path:
    """The file itself; where it is Parquet, a CSV of that name in a new folder of `workdir`.

    Raises
    ------
    InputError : a Parquet file that is damaged, or holds something else than texts and numbers
    UnsafeInputError : more rows than the limits allow
    """
    with export.open("rb") as file:
        if file.read(4) != b"PAR1":
            return export
    folder = workdir / "as-text"
    folder.mkdir(parents=True)
    try:
        with pq.ParquetFile(export, page_checksum_verification=True) as opened:
            _check(export.name, opened)
            with arrow_csv.CSVWriter(folder / export.name, opened.schema_arrow) as target:
                for batch in opened.iter_batches():
                    target.write_batch(batch)
    except (OSError, pa.ArrowException, UnicodeDecodeError, MemoryError) as error:
        raise InputError(export.name, "a whole Parquet file", quoted(str(error).partition("\n")[0])) from None
    return folder / export.name


def _check(name: str, opened: pq.ParquetFile) -> None:
    rows = opened.metadata.num_rows
    if rows > LIMITS.table_rows:
        raise UnsafeInputError(name, f"at most {LIMITS.table_rows:,} rows", f"{rows:,}")
    for field in opened.schema_arrow:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise InputError(f"{name}, column {field.name}", "texts or numbers", str(field.type))
