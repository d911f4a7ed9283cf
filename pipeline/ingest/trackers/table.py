"""Reading large tables of text: the first lines to know a file by, then only the columns that are wanted.

The fast way (pyarrow, all cores) reads regular tables; where rows are of unequal length they are evened
first. Whatever it refuses then is read as text, to name the row and the column that are wrong.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import looks_like, quoted

HEAD_BYTES: Final = 65_536
GZIP: Final = b"\x1f\x8b"
DELIMITERS: Final = ("\t", ";", ",")
# How programs write that there is no value.
_MISSING_WORDS: Final = """
    . - NaN nan NAN -nan -NaN NA N/A null NULL None inf -inf Infinity -Infinity -1.#IND 1.#QNAN
"""
MISSING: Final = ("", *_MISSING_WORDS.split())
BYTES_MAX: Final = 4_000_000_000  # of a file, unpacked
PIECE_BYTES: Final = 1 << 22
NUMBER_MAX: Final = 1e18  # microseconds since 1970 are 2e15; what is larger overflows further on
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Head:
    """What the first 64 KB tell. `header_row` counts from 1; `columns` is empty where there is no table.

    `lines` are the first whole lines, without their ends. `compressed`: gzip.
    """

    path: Path
    encoding: str
    delimiter: str
    decimal: str
    header_row: int
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    compressed: bool = False

    def has(self, *names: str) -> bool:
        return set(names) <= set(self.columns)


class Table:
    """Columns of a file. Numbers are float64 with NaN, texts are categories, whole numbers are int64."""

    def __init__(self, head: Head, columns: dict[str, pa.ChunkedArray], rows: int) -> None:
        self.head, self._columns, self.rows = head, columns, rows

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def raw(self, name: str) -> pa.ChunkedArray:
        """The column as it was read."""
        return self._columns[name]

    def number(self, name: str) -> Floats:
        """The column as float64, NaN where nothing is given."""
        values: Floats = self._columns[name].to_numpy()
        self.refuse(np.abs(values) > NUMBER_MAX, name, f"a number of at most {NUMBER_MAX:.0e}")
        return values

    def whole(self, name: str) -> Ints:
        """The column as int64: exact where float64 would not be, as with nanoseconds since 1970.

        Raises InputError where a row has none.
        """
        values = self._columns[name]
        if values.null_count:
            self.refuse(values.is_null().to_numpy(), name, "a whole number")
        return np.asarray(values.to_numpy(), dtype=np.int64)

    def text(self, name: str) -> pd.Categorical:
        """The column as categories in order of appearance, code -1 where nothing is given.

        A column that was not read gives nothing anywhere.
        """
        if name not in self:
            return pd.Categorical.from_codes(np.full(self.rows, -1), categories=pd.Index([], dtype="object"))
        merged = self._columns[name].unify_dictionaries().combine_chunks()
        if isinstance(merged, pa.ChunkedArray):
            merged = merged.chunk(0) if merged.num_chunks else pa.array([], _TEXT)
        codes = merged.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return pd.Categorical.from_codes(
            codes, categories=pd.Index(merged.dictionary.to_pylist(), dtype="object")
        )

    def refuse(self, bad: Bools, column: str, expected: str) -> None:
        """Raise InputError for the first row that is bad, if there is one."""
        if bad.any():
            line, value = self._line_and_value(int(np.argmax(bad)), column)
            raise InputError(_where(self.head, line, column), expected, quoted(value) if value else "nothing")

    def _line_and_value(self, row: int, column: str) -> tuple[int, str]:
        place = self.head.columns.index(column)
        for number, (line, fields) in enumerate(_rows(self.head)):
            if number == row:
                return line, fields[place] if place < len(fields) else ""
        return 0, ""


_TEXT: Final = pa.dictionary(pa.int32(), pa.string())


def open_head(path: Path) -> Head:
    """Look at the first lines of a file.

    Raises
    ------
    InputError : where it is no file, empty, too large, or not a text
    """
    if not path.is_file():
        raise InputError(path.name, "a file", "nothing of that name")
    if path.stat().st_size > BYTES_MAX:
        raise UnsafeInputError(path.name, f"at most {BYTES_MAX:,} bytes", f"{path.stat().st_size:,} bytes")
    with path.open("rb") as file:
        compressed = file.read(2) == GZIP
    start = _first_bytes(path, compressed)
    encoding = _encoding(path, start)
    text = start.decode(encoding, errors="replace")
    lines = re.split("\r\n|\n|\r", text)
    if len(start) == HEAD_BYTES and len(lines) > 1:
        lines.pop()  # it may go on
    delimiter, header_row, columns = _header(lines)
    decimal = _decimal(lines[header_row:], delimiter)
    return Head(path, encoding, delimiter, decimal, header_row, columns, tuple(lines), compressed)


def _first_bytes(path: Path, compressed: bool) -> bytes:
    try:
        with gzip.open(path) if compressed else path.open("rb") as file:
            start = file.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(path.name, "a whole gzip file", str(error)) from None
    if not start.strip():
        raise InputError(path.name, "a recording", "an empty file")
    return start


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    odd_nulls = start[1::2].count(0)
    if odd_nulls > len(start) // 4 and not start[::2].count(0):
        return "utf-16-le"
    if b"\0" in start:
        raise InputError(path.name, "a text file (CSV, TSV, JSON, ASC)", looks_like(start))
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4 or len(start) < HEAD_BYTES:
            return "cp1252"
    return "utf-8-sig"


def _header(lines: Sequence[str]) -> tuple[str, int, tuple[str, ...]]:
    """Delimiter, row and names of the header: the first line with at least half as many fields as any.

    No columns where the file is JSON or no line has two fields.
    """
    if lines[0].lstrip().startswith(("{", "[")):
        return ",", 0, ()
    best: tuple[int, str, int, tuple[str, ...]] = (1, ",", 0, ())
    for delimiter in DELIMITERS:
        split = [_split(line, delimiter) for line in lines[:200]]
        enough = max(2, max(map(len, split)) / 2)
        row = next((row for row, fields in enumerate(split) if len(fields) >= enough), None)
        if row is not None and len(split[row]) > best[0]:
            names = tuple(name.strip() for name in split[row])
            best = (len(names), delimiter, row + 1, names)
    return best[1:]


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _decimal(lines: Sequence[str], delimiter: str) -> str:
    """The mark that more numbers have; a point where there are none."""
    if delimiter == ",":
        return "."
    fields = (field for line in lines[:500] for field in _split(line, delimiter))
    marks = [match[1] for field in fields if (match := re.fullmatch(r"-?\d+([.,])\d+", field))]
    return "," if 2 * marks.count(",") > len(marks) else "."


def read_columns(
    head: Head,
    numbers: Sequence[str] = (),
    texts: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> Table:
    """The named columns of a table; each must be in `head.columns`.

    Raises
    ------
    InputError : naming the row and the column of what is not a number, or a column that is there twice
    """
    kinds = (
        dict.fromkeys(numbers, pa.float64()) | dict.fromkeys(whole, pa.int64()) | dict.fromkeys(texts, _TEXT)
    )
    for name in kinds:
        if (count := head.columns.count(name)) != 1:
            where = f"{head.path.name}, row {head.header_row}"
            raise InputError(where, f"one column {quoted(name)}", str(count))
    table = _read_fast(head, kinds, _utf8(head))
    if table is None:
        content = _evened(head)
        table = _read_fast(head, kinds, pa.BufferReader(content)) or _read_as_text(head, kinds, content)
    if not table.rows:
        raise _no_rows(head)
    return table


def _no_rows(head: Head) -> InputError:
    return InputError(head.path.name, f"rows below the header in row {head.header_row}", "none")


def _read_fast(
    head: Head, kinds: dict[str, pa.DataType], source: pa.NativeFile, newlines: bool = False
) -> Table | None:
    """The table where all rows are as long as the header and all values of their kind, else None."""
    names = [str(place) for place in range(len(head.columns))]
    wanted = {str(head.columns.index(name)): kind for name, kind in kinds.items()}
    reading = arrow_csv.ReadOptions(column_names=names, skip_rows=head.header_row, block_size=1 << 22)
    converting = arrow_csv.ConvertOptions(
        include_columns=list(wanted),
        column_types=wanted,
        null_values=MISSING,
        strings_can_be_null=True,
        decimal_point=head.decimal,
    )
    splitting = arrow_csv.ParseOptions(delimiter=head.delimiter, newlines_in_values=newlines)
    try:
        table = arrow_csv.read_csv(source, reading, splitting, converting)
    except pa.ArrowInvalid:
        return None
    return Table(head, dict(zip(kinds, table.columns, strict=True)), table.num_rows)


def _utf8(head: Head) -> pa.NativeFile:
    """The file as UTF-8, straight from the disk where it is that already."""
    if head.encoding == "utf-8-sig" and not head.compressed:
        return pa.memory_map(str(head.path))
    content = file_bytes(head)
    if head.encoding != "utf-8-sig":
        content = content.decode(head.encoding, errors="replace").encode()
    return pa.BufferReader(content)


def _evened(head: Head) -> bytes:
    """The file as UTF-8 with as many fields on each line as in the header.

    Short rows are filled up, long ones cut; a last line that breaks off, as after a crash, may have lost
    digits and is left out. Lines with quotes are left alone, as are long ones between commas.
    """
    content = file_bytes(head).decode(head.encoding, errors="replace").encode()
    mark, marks = head.delimiter.encode(), len(head.columns) - 1
    lines = content.splitlines()
    if lines[-1].count(mark) < marks and not content.endswith((b"\n", b"\r")):
        lines.pop()
    below = (_filled_or_cut(line, mark, marks) for line in lines[head.header_row :])
    return b"\n".join([*lines[: head.header_row], *below, b""])


def _filled_or_cut(line: bytes, mark: bytes, marks: int) -> bytes:
    surplus = line.count(mark) - marks
    if not surplus or not line or b'"' in line:
        return line
    if surplus < 0:
        return line + mark * -surplus
    return line if mark == b"," else mark.join(line.split(mark)[: marks + 1])


def file_bytes(head: Head) -> bytes:
    """The whole file, unpacked."""
    try:
        with _binary(head) as file, io.BytesIO() as content:
            while piece := file.read(PIECE_BYTES):  # never asks for the room that the largest file would take
                content.write(piece)
                if content.tell() > BYTES_MAX:
                    raise UnsafeInputError(head.path.name, f"at most {BYTES_MAX:,} bytes", "more, unpacked")
            return content.getvalue()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(head.path.name, "a whole gzip file", str(error)) from None


def _binary(head: Head) -> BinaryIO:
    return gzip.open(head.path) if head.compressed else head.path.open("rb")  # type: ignore[return-value]  # a GzipFile reads like a file


def _rows(head: Head) -> Iterator[tuple[int, list[str]]]:
    """Each row below the header with its line in the file; empty lines are passed over."""
    text = file_bytes(head).decode(head.encoding, errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=head.delimiter)
    try:
        for fields in reader:
            if reader.line_num > head.header_row and fields:
                yield reader.line_num, fields
    except csv.Error as error:
        where = f"{head.path.name}, row {reader.line_num}"
        raise InputError(where, "values between delimiters", str(error)) from None


def _read_as_text(head: Head, kinds: dict[str, pa.DataType], content: bytes) -> Table:
    """The same by way of texts, to see which value is no number; the decimal mark is that of all rows."""
    as_text = {name: _TEXT if kind == _TEXT else pa.string() for name, kind in kinds.items()}
    read = _read_fast(head, as_text, pa.BufferReader(content), newlines=True)
    if read is None:
        raise _uneven(head)
    texts = {name: read.raw(name) for name, kind in kinds.items() if kind != _TEXT}
    head = replace(head, decimal=_decimal_of_all(texts.values(), head.delimiter))
    columns = {name: read.raw(name) for name in kinds}
    columns |= {name: _numbers(head, name, kinds[name], texts[name]) for name in texts}
    return Table(head, columns, read.rows)


def _uneven(head: Head) -> InputError:
    """The first row that is longer than the header."""
    count = len(head.columns)
    for line, fields in _rows(head):
        if len(fields) > count:
            return InputError(
                f"{head.path.name}, row {line}", f"{count} fields, as in the header", str(len(fields))
            )
    return _no_rows(head)


def _decimal_of_all(columns: Iterable[pa.ChunkedArray], delimiter: str) -> str:
    counts = {",": 0, ".": 0}
    for column, mark in itertools.product(columns, counts):
        numbers = pc.match_substring_regex(column, rf"^-?\d+[{mark}]\d+$")
        counts[mark] += pc.sum(numbers).as_py() or 0
    return "," if delimiter != "," and counts[","] > counts["."] else "."


def _numbers(head: Head, name: str, kind: pa.DataType, texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as numbers, NULL where nothing is given.

    Raises InputError for the first that is none.
    """
    trimmed = pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), r"^\+", "")
    given = pc.if_else(pc.is_in(trimmed, pa.array(MISSING)), pa.scalar(None, pa.string()), trimmed)
    mark = re.escape(head.decimal)
    number = rf"^-?(\d+({mark}\d*)?|{mark}\d+)([eE][+-]?\d+)?$"
    expected = "a number" if head.decimal == "." else "a number with a decimal comma"
    if kind == pa.int64():
        number, expected = r"^-?\d{1,18}$|^-?[1-8]\d{18}$", "a whole number"
    fits = pc.fill_null(pc.match_substring_regex(given, number), True).to_numpy()
    Table(head, {}, len(fits)).refuse(~fits, name, expected)
    return pc.cast(pc.replace_substring(given, head.decimal, "."), kind)


def _where(head: Head, line: int, column: str) -> str:
    return f"{head.path.name}, row {line}, column {column}"
