"""The lake gives back what was written, notices damage, and sees nothing but itself."""

from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.domain import SESSION_TABLES, typed
from pipeline.errors import StorageError
from pipeline.storage import lake as lake_module
from pipeline.storage.lake import Lake, verify, write_revision
from pipeline.storage.rows import FileRow

Tables = dict[str, pd.DataFrame]
Written = dict[str, dict[str, FileRow]]


@pytest.fixture
def written(tmp_path: Path, tables: Tables) -> Written:
    """Two sessions; the second has twice the seconds and one more ms of onset."""
    second = {name: frame.copy() for name, frame in tables.items()}
    second["density"]["seconds"] *= 2
    second["fixations"]["onset_ms"] += 1
    folder = tmp_path / "lake"
    return {
        "5e551": write_revision(folder, "5e551", 1, tables),
        "5e552": write_revision(folder, "5e552", 4, second),
    }


@pytest.fixture
def lake(tmp_path: Path, written: Written) -> Iterator[Lake]:
    opened = Lake(tmp_path / "lake")
    yield opened
    opened.close()


def _paths(written: Written, table: str) -> dict[str, Path]:
    return {session_id: files[table].path for session_id, files in written.items()}


@pytest.mark.parametrize("name", SESSION_TABLES)
def test_every_table_comes_back_typed_and_with_its_gaps(
    lake: Lake, written: Written, tables: Tables, name: str
) -> None:
    back = lake.table([written["5e551"][name].path])
    expected = typed(tables[name], SESSION_TABLES[name])
    if name in lake_module.SORTED_BY:
        expected = expected.sort_values(lake_module.SORTED_BY[name]).reset_index(drop=True)
    pd.testing.assert_frame_equal(back, expected)


def test_missing_is_null_in_the_file(written: Written) -> None:
    table = pq.read_table(written["5e551"]["gaze"].path)
    assert table["slide_x"].null_count == 1
    assert table["slide_id"].null_count == 1


def test_files_are_compressed_and_slides_lie_together(written: Written) -> None:
    parquet = pq.ParquetFile(written["5e551"]["density"].path)
    column = parquet.metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert "RLE_DICTIONARY" in column.encodings
    assert parquet.read()["slide_id"].to_pylist() == ["a", "a", "b"]


def test_a_table_that_lacks_a_column_is_a_bug(tmp_path: Path, tables: Tables) -> None:
    with pytest.raises(KeyError):
        write_revision(tmp_path, "5e551", 1, {"density": tables["density"].drop(columns="cell")})
    assert not list(tmp_path.rglob("*.parquet"))


def test_density_of_a_slide_tells_the_session_of_every_row(lake: Lake, written: Written) -> None:
    answer = lake.density(_paths(written, "density"), "a")
    expected = [("5e551", 0, 2.0), ("5e551", 5183, 0.25), ("5e552", 0, 4.0), ("5e552", 5183, 0.5)]
    assert list(answer.itertuples(index=False, name=None)) == expected
    kinds = {"session_id": "category", "cell": "int32", "seconds": "float32"}
    assert dict(answer.dtypes.astype(str)) == kinds


def test_sessions_are_told_in_whatever_order_they_are_asked_for(lake: Lake, written: Written) -> None:
    paths = _paths(written, "density")
    backwards = lake.density(dict(reversed(paths.items())), "b")
    assert list(backwards[["session_id", "seconds"]].itertuples(index=False, name=None)) == [
        ("5e552", 3.0),
        ("5e551", 1.5),
    ]


def test_fixations_of_a_slide_are_in_the_order_of_time(lake: Lake, written: Written) -> None:
    answer = lake.fixations(_paths(written, "fixations"), "b")
    assert list(answer.columns) == ["session_id", *SESSION_TABLES["fixations"]]
    assert answer["onset_ms"].tolist() == [100.0, 900.0, 101.0, 901.0]
    assert answer["session_id"].tolist() == ["5e551", "5e551", "5e552", "5e552"]


def test_gaze_of_all_slides_or_of_one(lake: Lake, written: Written) -> None:
    path = written["5e551"]["gaze"].path
    assert lake.gaze(path)["t_ms"].tolist() == [0, 1, 2, 3, 4, 5]
    assert lake.gaze(path, "b")["t_ms"].tolist() == [0, 1, 5]
    assert np.isnan(lake.gaze(path, "b")["slide_x"][1])


def test_exposures_of_all_slides_or_of_one(lake: Lake, written: Written) -> None:
    paths = _paths(written, "exposures")
    assert lake.exposures(paths)["slide_id"].tolist() == ["b", "a", "b"] * 2
    assert lake.exposures(paths, "a")["onset_ms"].tolist() == [2.0, 2.0]


def test_looking_counts_samples_in_steps_of_time(lake: Lake, written: Written) -> None:
    """Of slide b: t 0 (valid, on), 1 (lost) and 5 (valid, off); of a: 3 and 4 (valid, off)."""
    answer = lake.looking({"5e551": written["5e551"]["gaze"].path}, step_ms=2.0)
    columns = ["slide_id", "t_ms", "samples", "valid", "on_slide"]
    assert sorted(answer[columns].itertuples(index=False, name=None)) == [
        ("a", 2.0, 1, 1, 0),
        ("a", 4.0, 1, 1, 0),
        ("b", 0.0, 2, 1, 1),
        ("b", 4.0, 1, 1, 0),
    ]


@pytest.mark.parametrize("slide_id", ["nowhere", "a' OR '1' = '1", "$slide_id"])
def test_an_unknown_slide_brings_an_empty_table_of_the_right_types(
    lake: Lake, written: Written, slide_id: str
) -> None:
    empty = lake.fixations(_paths(written, "fixations"), slide_id)
    some = lake.fixations(_paths(written, "fixations"), "b")
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, some.dtypes)


def test_no_sessions_bring_an_empty_table_of_the_right_types(lake: Lake, written: Written) -> None:
    some = lake.density(_paths(written, "density"), "a")
    none = lake.density({}, "a")
    pd.testing.assert_series_equal(none.dtypes.astype(str), some.dtypes.astype(str))


def test_threads_may_share_a_lake(lake: Lake, written: Written) -> None:
    answers: list[float] = []

    def ask() -> None:
        for _ in range(10):
            answers.append(float(lake.density(_paths(written, "density"), "a")["seconds"].sum()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [6.75] * 40


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove", "swap"])
def test_damage_is_noticed(written: Written, damage: str) -> None:
    files = written["5e551"]
    path = files["gaze"].path
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 3] ^= 1
        path.write_bytes(content)
    elif damage == "truncate":
        path.write_bytes(content[:-1])
    elif damage == "remove":
        path.unlink()
    else:
        path.write_bytes(files["frames"].path.read_bytes())
    with pytest.raises(StorageError, match=r"gaze \(5e551\)"):
        verify(files)


def test_what_is_whole_is_verified(written: Written) -> None:
    for files in written.values():
        verify(files)


def test_a_wrong_number_of_rows_is_noticed(written: Written) -> None:
    file = written["5e551"]["gaze"]
    with pytest.raises(StorageError, match="expected 7 rows, got 6"):
        verify({"gaze": FileRow(file.path, file.sha256, file.rows + 1)})


def test_a_missing_or_ruined_file_is_an_error_of_ours(lake: Lake, written: Written) -> None:
    paths = _paths(written, "density")
    paths["5e551"].write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(StorageError, match="lake"):
        lake.density(paths, "a")
    paths["5e551"].unlink()
    with pytest.raises(StorageError, match="lake"):
        lake.density(paths, "a")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_parquet('{lake}/../outside/secret.parquet')",
        "SELECT * FROM read_parquet('{lake}side/secret.parquet')",
        "SELECT * FROM glob('/*')",
        "ATTACH '{lake}/../catalogue.sqlite'",
        "COPY (SELECT 1) TO '/dev/shm/leak.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "RESET lock_configuration",
    ],
)
def test_duckdb_sees_nothing_but_the_lake(lake: Lake, tmp_path: Path, query: str) -> None:
    for folder in ("outside", "lakeside"):
        (tmp_path / folder).mkdir()
        pd.DataFrame({"secret": [1]}).to_parquet(tmp_path / folder / "secret.parquet")
    with pytest.raises(duckdb.Error):
        lake.cursor().execute(query.format(lake=tmp_path / "lake")).fetchall()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("python_enable_replacements", False),  # FROM frame would read a Python variable of that name
        ("autoload_known_extensions", False),
        ("autoinstall_known_extensions", False),
        ("temp_directory", ""),
    ],
)
def test_duckdb_is_set_to_mind_its_own_business(lake: Lake, setting: str, value: object) -> None:
    query = "SELECT current_setting($setting)"
    assert lake.cursor().execute(query, {"setting": setting}).fetchone() == (value,)


def test_every_query_lists_its_files_and_takes_its_values_as_parameters() -> None:
    queries = {
        name: value
        for name, value in vars(lake_module).items()
        if isinstance(value, str) and re.search(r"\bSELECT\b", value)
    }
    assert len(queries) >= 7
    for name, query in queries.items():
        assert re.findall(r"\bread_parquet\(([^)]*)\)", query) == ["$files"], name
        assert not set("*%'\"{") & set(
            query.replace("SELECT *", "").replace(", *", "").replace("(*)", "").replace(") *", "")
        ), name
    source = inspect.getsource(lake_module)
    assert len(re.findall(r"\.execute\((?!\w)", source)) == 4  # the settings of the connection
