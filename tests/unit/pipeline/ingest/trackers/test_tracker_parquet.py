"""Tables in Parquet are read as the CSV they once were."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.parquet import as_text
from pipeline.ingest.trackers.registry import read_export


def test_a_real_table_is_read_like_its_csv(shared_data: Path, tmp_path: Path) -> None:
    export = shared_data / "importers/gorilla_webgazer/eyedata_deidentified.parquet"
    text = as_text(export, tmp_path)
    assert text.name == export.name
    recordings = read_export(text)
    assert {recording.format for recording in recordings} == {"gorilla"}
    assert len(recordings) == 23
    assert sum(recording.rows for recording in recordings) == 104_823


def test_texts_numbers_and_what_is_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"t_ms": [0.0, 12.5], "x_px": [1.25, None], "y_px": [3.0, 4.0], "valid": [True, False]}
    )
    frame["stimulus"] = ["one, two", None]
    frame.to_parquet(tmp_path / "a.parquet")
    [recording] = read_export(as_text(tmp_path / "a.parquet", tmp_path))
    assert recording.gaze["t_ms"].tolist() == [0.0, 12.5]
    assert recording.gaze["valid"].tolist() == [True, False]
    assert recording.gaze["x_px"].iloc[0] == 1.25
    assert recording.gaze["stimulus"].iloc[0] == "one, two"
    assert recording.gaze["stimulus"].isna().iloc[1]


def test_other_files_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t_ms,x_px,y_px\n0,1,2\n")
    assert as_text(path, tmp_path) == path


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame({"t_ms": [0.0], "places": [[1.0, 2.0]]}).to_parquet(path)
    with pytest.raises(InputError, match="column places: expected texts or numbers"):
        as_text(path, tmp_path / "first")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"a\.parquet: expected a whole Parquet file"):
        as_text(path, tmp_path / "second")
