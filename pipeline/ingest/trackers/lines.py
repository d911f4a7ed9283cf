"""Exports in which rows of samples stand between lines of another kind, such as messages and events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.trackers.table import Head, file_bytes

NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
# Nothing is written so, with spaces before it that fill the column.
MISSING: Final = tuple(" " * padding + mark for mark in (".", "-", "") for padding in range(12))
TEXT: Final = pa.dictionary(pa.int32(), pa.string())
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Lines:
    """The bytes of a file and where each of its lines begins and stops."""

    file: str
    content: bytes
    starts: Ints
    stops: Ints
    decimal: str

    @classmethod
    def of(cls, head: Head, decimal: str) -> Lines:
        content = file_bytes(head)
        if not head.encoding.startswith("utf-8"):
            content = content.decode(head.encoding, errors="replace").encode()
        array = np.frombuffer(content, np.uint8)
        stops = np.append(np.flatnonzero(array == ord("\n")), len(array))
        starts = np.append(0, stops[:-1] + 1)
        begun = starts < len(array)
        return cls(head.path.name, content, starts[begun], stops[begun], decimal)

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, number: int | np.integer) -> str:
        """One line, counted from 0, without its end."""
        return self.content[self.starts[number] : self.stops[number]].decode(errors="replace").rstrip("\r")

    @cached_property
    def begin_with_digit(self) -> Bools:
        first = np.frombuffer(self.content, np.uint8)[self.starts]
        return np.asarray((first >= ord("0")) & (first <= ord("9")))

    def having(self, text: bytes) -> Ints:
        """The lines that hold this text."""
        found = [match.start() for match in re.finditer(re.escape(text), self.content)]
        return np.unique(np.searchsorted(self.starts, found, side="right") - 1)

    def columns(
        self, rows: Ints, numbers: Sequence[int], texts: Sequence[int] = ()
    ) -> tuple[list[Floats], list[pd.Categorical]]:
        """Of these lines the values between tabs at the places given, counted from 0.

        Raises
        ------
        InputError : naming row and column of what is no number, or the row that is too short
        """
        wanted = {f"f{place}": pa.float64() for place in numbers} | {f"f{place}": TEXT for place in texts}
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(self._joined(rows)),
                read_options=arrow_csv.ReadOptions(autogenerate_column_names=True, block_size=1 << 22),
                parse_options=arrow_csv.ParseOptions(delimiter="\t", quote_char=False),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=list(wanted),
                    column_types=wanted,
                    null_values=MISSING,
                    strings_can_be_null=True,
                    decimal_point=self.decimal,
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowKeyError):
            return self._columns_slowly(rows, numbers, texts)
        columns = [table[f"f{place}"].to_numpy() for place in numbers]
        if any(np.isinf(column).any() for column in columns):
            return self._columns_slowly(rows, numbers, texts)
        return columns, [pd.Categorical(table[f"f{place}"].to_pandas()) for place in texts]

    def _joined(self, rows: Ints) -> bytes:
        """These lines one after another."""
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        first, last = rows[np.append(0, breaks)], rows[np.append(breaks, len(rows)) - 1]
        view = memoryview(self.content)
        return b"".join(view[self.starts[a] : self.stops[b] + 1] for a, b in zip(first, last, strict=True))

    def _columns_slowly(
        self, rows: Ints, numbers: Sequence[int], texts: Sequence[int]
    ) -> tuple[list[Floats], list[pd.Categorical]]:
        """The same line by line, for lines of unequal length."""
        width = max((*numbers, *texts)) + 1
        fields = []
        for row in rows:
            fields.append([field.strip() for field in self.text(row).split("\t")])
            if len(fields[-1]) < width:
                expected = f"at least {width} values between tabs"
                raise InputError(f"{self.file}, row {row + 1}", expected, str(len(fields[-1])))
        return (
            [
                np.array(
                    [self._number(row, place, line[place]) for row, line in zip(rows, fields, strict=True)]
                )
                for place in numbers
            ],
            [
                pd.Categorical([None if line[place] in MISSING else line[place] for line in fields])
                for place in texts
            ],
        )

    def _number(self, row: int, place: int, text: str) -> float:
        if text in MISSING:
            return np.nan
        number = text.replace(self.decimal, ".", 1) if "." not in text else text
        if not NUMBER.fullmatch(number) or np.isinf(float(number)):
            raise InputError(f"{self.file}, row {row + 1}, column {place + 1}", "a number", quoted(text))
        return float(number)
