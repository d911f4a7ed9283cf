"""Columns of numbers from a Parquet file that a stranger wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import listed, looks_like, quoted
from pipeline.parameters import IngestLimits

STRING_BYTES_MAX = 1_000_000  # of the file's own description of itself
CONTAINERS_MAX = 100_000


def read_numbers(
    path: Path, required: Sequence[str], optional: Sequence[str], limits: IngestLimits
) -> pd.DataFrame:
    """These columns, as numbers (or truth values) with NaN for NULL; rows are numbered from 1.

    Raises
    ------
    InputError : no whole Parquet file, a column is missing or of another type
    UnsafeInputError : more rows than the limits allow
    """
    try:
        with pq.ParquetFile(
            path,
            page_checksum_verification=True,
            thrift_string_size_limit=STRING_BYTES_MAX,
            thrift_container_size_limit=CONTAINERS_MAX,
        ) as file:
            names = _wanted(path.name, file.schema_arrow, required, optional)
            rows = file.metadata.num_rows
            if rows > limits.table_rows:
                raise UnsafeInputError(path.name, f"at most {limits.table_rows:,} rows", f"{rows:,}")
            table = file.read(columns=names)
    except (OSError, pa.ArrowException, UnicodeDecodeError, MemoryError) as error:
        raise InputError(path.name, "a whole Parquet file", _fault(path, error)) from None
    if table.num_rows != rows:
        raise InputError(path.name, f"{rows:,} rows, as the file says", f"{table.num_rows:,}")
    frame = pd.DataFrame({name: _numbers(table[name]) for name in names})
    return frame.set_axis(range(1, rows + 1))


def _wanted(file: str, schema: pa.Schema, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """Those of the columns that the file has, once they are known to be there and of a fitting type."""
    if not set(required) <= set(schema.names) or len(set(schema.names)) != len(schema.names):
        raise InputError(f"{file}, columns", f"the columns {','.join(required)}", listed(schema.names))
    names = [*required, *(name for name in optional if name in schema.names)]
    for name in names:
        kind = schema.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
            raise InputError(f"{file}, column {name}", "numbers", quoted(str(kind)))
    return names


def _numbers(column: pa.ChunkedArray) -> pd.Series:
    """As float64; truth values become 1 and 0."""
    return pd.Series(column.cast(pa.float64(), safe=False).to_numpy())


def _fault(path: Path, error: Exception) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.startswith(b"PAR1"):
        return looks_like(start)
    return f"a damaged one ({quoted(str(error).partition(chr(10))[0])})"
