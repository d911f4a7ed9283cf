"""Tables to download: named once each, harmless to spreadsheets as CSV, of definite types as Parquet."""

from __future__ import annotations

import io
from enum import StrEnum

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard import downloads  # noqa: F401  (it names the tables)
from dashboard.tables import TABLES, Asked, as_csv, as_parquet, file_name, table
from pipeline.attention.registry import MEASURES


class Kind(StrEnum):
    ONE = "one"


FRAME = pd.DataFrame(
    {
        "student": pd.Categorical(["S01", "S02", "=1+1"]),
        "n": np.array([1, 2, 3], np.int32),
        "gap_score": np.array([0.25, np.nan, -0.5], np.float32),
        "calibrated": pd.Series([True, None, False], dtype=object),
        "some": pd.Series([1, None, 2.5], dtype=object),
        "name": pd.Series(["@SUM(A1)", None, "Łódź, Ωμέγα"], dtype=object),
        "state": [Kind.ONE] * 3,
        "mixed": pd.Series([1, "two", None], dtype=object),
        "nothing": pd.Series([None] * 3, dtype=object),
        "created_at": pd.to_datetime(["2026-11-12", None, "2026-11-13"], utc=True),
    }
)


def stored() -> pa.Table:
    return pq.read_table(io.BytesIO(as_parquet(FRAME)))


def test_a_column_of_parquet_is_of_one_type() -> None:
    kinds = {field.name: str(field.type).removeprefix("large_") for field in stored().schema}
    assert kinds.pop("created_at").startswith("timestamp[")
    assert kinds == {
        "student": "string", "n": "int32", "gap_score": "float", "calibrated": "bool", "some": "double",
        "name": "string", "state": "string", "mixed": "string", "nothing": "string",
    }  # fmt: skip


def test_parquet_keeps_what_is_there_and_what_is_missing() -> None:
    read = stored().to_pydict()
    assert read["student"] == ["S01", "S02", "=1+1"]  # a formula only to a spreadsheet
    assert read["calibrated"] == [True, None, False]
    assert read["name"] == ["@SUM(A1)", None, "Łódź, Ωμέγα"]
    assert read["mixed"] == ["1", "two", None]
    assert read["gap_score"][0] == 0.25
    assert (
        stored()["gap_score"].null_count + sum(np.isnan(v) for v in read["gap_score"] if v is not None) == 1
    )


def test_parquet_says_what_a_measure_is() -> None:
    told = stored().schema.field("gap_score").metadata
    assert told[b"definition"].decode() == MEASURES["gap_score"].definition
    assert told[b"unit"].decode() == MEASURES["gap_score"].unit
    assert b"label" not in stored().schema.field("student").metadata


def test_the_same_table_is_the_same_file() -> None:
    assert as_parquet(FRAME) == as_parquet(FRAME.copy())


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    read = pd.read_csv(io.BytesIO(as_csv(FRAME)))
    assert read["student"].tolist() == ["S01", "S02", "'=1+1"]
    assert read["name"].tolist()[::2] == ["'@SUM(A1)", "Łódź, Ωμέγα"]
    assert pd.isna(read["name"][1])
    assert read["gap_score"][2] == -0.5  # a number may be negative


def test_a_table_is_named_once() -> None:
    def other(asked: Asked) -> pd.DataFrame:
        return FRAME

    with pytest.raises(ValueError, match="gap"):
        table("gap")(other)
    assert TABLES["gap"].__name__ == "gap"


@pytest.mark.parametrize(
    ("place", "called"),
    [(("c", "l", "s"), "l-s-x"), (("c", "l"), "l-x"), (("0123",), "0123-x"), ((), "gazeboard-x")],
)
def test_a_file_is_called_after_what_it_is_of(place: tuple[str, ...], called: str) -> None:
    assert file_name("x", place) == called
