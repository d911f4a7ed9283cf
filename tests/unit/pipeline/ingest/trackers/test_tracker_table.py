"""Large tables of text: knowing them by their head, reading columns fast, and naming what is wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.trackers import table
from pipeline.ingest.trackers.table import open_head, read_columns

PLAIN = "time\tx\twho\n1\t10.5\tanna\n2\t\tben\n3\tNaN\tanna\n"


def write(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "export.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        gzip.compress(PLAIN.encode(), mtime=0),
        gzip.compress(PLAIN.encode("utf-16"), mtime=0),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("\t", ";").replace(".", ",").encode(),
        PLAIN.replace("\t", ",").encode(),
        ("Export of a tracker\n\n" + PLAIN).encode(),
    ],
)
def test_a_table_reads_the_same_however_it_is_written(tmp_path: Path, content: bytes) -> None:
    head = open_head(write(tmp_path, content))
    read = read_columns(head, numbers=["x"], texts=["who"], whole=["time"])
    assert head.columns == ("time", "x", "who")
    np.testing.assert_array_equal(read.number("x"), [10.5, np.nan, np.nan])
    assert read.whole("time").tolist() == [1, 2, 3]
    assert list(read.text("who")) == ["anna", "ben", "anna"]
    assert read.rows == 3


def test_umlauts_of_western_windows_are_read(tmp_path: Path) -> None:
    head = open_head(write(tmp_path, "x\twho\n1\tJörg\n", "cp1252"))
    assert list(read_columns(head, texts=["who"]).text("who")) == ["Jörg"]


def test_nanoseconds_since_1970_are_exact(tmp_path: Path) -> None:
    head = open_head(write(tmp_path, "t,x\n1685088813175076015,1\n1685088813175076016,1\n"))
    assert read_columns(head, whole=["t"]).whole("t").tolist() == [1685088813175076015, 1685088813175076016]


def test_rows_may_be_longer_or_shorter_than_the_header(tmp_path: Path) -> None:
    content = "time\tx\twho\n1\t10\tanna\t\textra\n2\t20\n\n3\t30\tben\n"
    read = read_columns(open_head(write(tmp_path, content)), numbers=["x"], texts=["who"])
    assert read.number("x").tolist() == [10, 20, 30]
    assert read.text("who").isna().tolist() == [False, True, False]


def test_decimal_commas_may_come_late(tmp_path: Path) -> None:
    content = "t\tx\n" + "1\t2\n" * 30_000 + "1\t2,5\n"
    assert read_columns(open_head(write(tmp_path, content)), numbers=["x"]).number("x")[-1] == 2.5


def test_numbers_may_bear_a_plus(tmp_path: Path) -> None:
    read = read_columns(open_head(write(tmp_path, "t\tx\n1\t+2.5\n2\t-1e+1\n")), numbers=["x"])
    assert read.number("x").tolist() == [2.5, -10]


def test_a_last_row_that_breaks_off_is_left_out(tmp_path: Path) -> None:
    read = read_columns(open_head(write(tmp_path, "time\tx\twho\n1\t10\tanna\n2\t2")), numbers=["x"])
    assert read.number("x").tolist() == [10]


def test_a_comma_in_an_unquoted_number_does_not_shift_the_columns(tmp_path: Path) -> None:
    head = open_head(write(tmp_path, "t,x,y\n1,2,3\n2,4,5,5\n"))
    with pytest.raises(InputError) as caught:
        read_columns(head, numbers=["x"])
    assert str(caught.value) == "export.txt, row 3: expected 3 fields, as in the header, got 4."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("t\tx\n1\t2\n\n2\tabc\n", 'export.txt, row 4, column x: expected a number, got "abc".'),
        (
            "t\tx\n1\t2,5\n2\t3.5\n3\t4,5\n",
            "export.txt, row 3, column x: expected a number with a decimal comma",
        ),
        ("t\tx\n1\t1e400\n", "export.txt, row 2, column x: expected a number of at most 1e+18"),
        ("t\tx\n1\t1_000\n", "export.txt, row 2, column x: expected a number"),
        ("t\tx\n1.5\t1\n", "export.txt, row 2, column t: expected a whole number"),
        ("t\tx\n99999999999999999999\t1\n", "export.txt, row 2, column t: expected a whole number"),
        ("t\tx\n1\t1\n\t1\n", "export.txt, row 3, column t: expected a whole number, got nothing."),
        ("t\tx\tx\n1\t1\t1\n", 'export.txt, row 1: expected one column "x", got 2.'),
        ("t\tx\n", "export.txt: expected rows below the header in row 1, got none."),
        ("t\tx", "export.txt: expected rows below the header in row 1, got none."),
    ],
)
def test_faults_are_named_with_row_and_column(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_both(write(tmp_path, content))
    assert message in str(caught.value)


def read_both(path: Path) -> None:
    read = read_columns(open_head(path), numbers=["x"], whole=["t"])
    read.number("x")
    read.whole("t")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "a recording"),
        (b" \n\n", "a recording"),
        (b"PK\x03\x04\x00\x00", "a text file"),
        (gzip.compress(b"t\tx\n1\t2\n" * 1000, mtime=0)[:30], "a whole gzip file"),
    ],
)
def test_files_that_are_no_text_are_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        open_head(write(tmp_path, content))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing of that name"):
        open_head(tmp_path)


def test_size_is_limited_packed_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BYTES_MAX", 1000)
    content = b"t\tx\n" + b"1\t2\n" * 1000
    with pytest.raises(UnsafeInputError, match="at most 1,000 bytes"):
        open_head(write(tmp_path, content))
    head = open_head(write(tmp_path, gzip.compress(content)))
    with pytest.raises(UnsafeInputError, match="more, unpacked"):
        read_columns(head, numbers=["x"])
