"""CSV tables that people wrote: whole columns are checked at once, and messages name the row.

Rows are counted as an editor shows them: the header is row 1. The first value that is wrong is named with
its row, its column, what was expected and what came.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.domain import Bools
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted, read_text
from pipeline.parameters import IngestLimits


class Table:
    """Texts in columns, each row under the number a person knows it by, and checks that name the row.

    Columns may be numbers already; NaN is to them what an empty text is to the others.
    """

    def __init__(self, texts: pd.DataFrame, file: str) -> None:
        self.texts, self.file = texts, file

    def refuse(self, bad: Bools, column: str, expected: str) -> None:
        """Raise InputError for the first row that is bad, if there is one."""
        if bad.any():
            row = int(np.argmax(bad))
            value = np.asarray(self.texts[column])[row]
            value = value.item() if isinstance(value, np.generic) else value
            where = f"{self.file}, row {self.texts.index[row]}, column {column}"
            raise InputError(where, expected, quoted(value) if self.given(column)[row] else "nothing")

    def given(self, column: str) -> Bools:
        return np.asarray((self.texts[column] != "") & self.texts[column].notna(), dtype=bool)

    def number(
        self, column: str, unit: str, low: float, high: float, required: Bools | bool = True
    ) -> pd.Series:
        """The column as float64, NaN where it is empty and need not be given."""
        values = pd.to_numeric(self.texts[column], errors="coerce").astype("float64")
        outside = ~((values >= low) & (values <= high)).to_numpy()  # also what is no number at all
        bad = outside & (self.given(column) | required)
        self.refuse(bad, column, f"a number of {unit} from {low:.10g} to {high:.10g}")
        return values

    def choice(self, column: str, allowed: Sequence[str]) -> pd.Series:
        bad = ~self.texts[column].isin(allowed).to_numpy()
        self.refuse(bad, column, "one of " + ", ".join(allowed))
        return self.texts[column]


def _rows(path: Path, limits: IngestLimits) -> Iterator[tuple[int, list[str]]]:
    """Each row with its line in the file; empty lines are allowed at the end only."""
    reader = csv.reader(io.StringIO(read_text(path, limits.table_bytes), newline=""), strict=True)
    width, empty_line = 0, 0
    try:
        for row in reader:
            fields = [field.strip() for field in row]
            if not any(fields):
                empty_line = empty_line or reader.line_num
                continue
            width = width or len(fields)
            if empty_line or len(fields) != width:
                got = "an empty line" if empty_line else str(len(fields))
                raise InputError(f"{path.name}, row {empty_line or reader.line_num}", f"{width} fields", got)
            yield reader.line_num, fields
    except csv.Error as error:
        where = f"{path.name}, row {reader.line_num}"
        raise InputError(where, "comma-separated values", str(error)) from None


def read_table(path: Path, columns: Sequence[str], limits: IngestLimits) -> Table:
    """The table in a CSV file, which has these columns; it may have others."""
    rows = _rows(path, limits)
    _, header = next(rows, (1, []))
    if not set(columns) <= set(header) or len(set(header)) != len(header):
        raise InputError(f"{path.name}, row 1", f"the columns {','.join(columns)}", quoted(",".join(header)))
    table = list(rows)
    texts = pd.DataFrame([fields for _, fields in table], columns=header, dtype=object)
    return Table(texts.set_axis([line for line, _ in table]), path.name)
