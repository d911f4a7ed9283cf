"""Tobii Pro Glasses 2: a real recording, and lines that are not as they should be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space
from pipeline.ingest.trackers.registry import read_export

LINES = [
    '{"ts":1000000,"s":0,"gidx":1,"pd":3.4,"eye":"left"}',
    '{"ts":1000000,"s":0,"gidx":1,"l":600,"gp":[0.5,0.25]}',
    '{"ts":1010000,"s":0,"ac":[0.1,-9.8,0.2]}',
    '{"ts":1020000,"s":1,"gidx":2,"l":600,"gp":[0.0,0.0]}',
    '{"ts":1040000,"s":0,"gidx":3,"l":600,"gp":[0.25,0.75]}',
]


def write(folder: Path, lines: list[str], end: str = "\n") -> Path:
    path = folder / "data.txt"
    path.write_text("\n".join(lines) + end)
    return path


def test_a_real_recording(shared_data: Path) -> None:
    folder = shared_data / "importers" / "tobii_glasses2"
    (one,) = read_export(folder / "livedata.json.gz")
    stated = json.loads((folder / "recording.json").read_text())
    with gzip.open(folder / "livedata.json.gz", "rt") as file:
        objects = [json.loads(line) for line in file]
    points = [value for value in objects if "gp" in value]

    assert (one.format, one.space, one.rows) == ("tobii_glasses2", Space.SCENE, len(objects))
    assert len(one.gaze) == len(points) == stated["rec_et_samples"] == 965
    assert int(one.gaze["valid"].sum()) == stated["rec_et_valid_samples"] == 960
    assert one.rate_hz == pytest.approx(50.0, rel=0.01)
    good = [value for value in points if value["s"] == 0]
    np.testing.assert_allclose(one.gaze.loc[one.gaze["valid"], "x_px"], [v["gp"][0] * 1920 for v in good])
    np.testing.assert_allclose(one.gaze.loc[one.gaze["valid"], "y_px"], [v["gp"][1] * 1080 for v in good])
    np.testing.assert_allclose(one.gaze["t_ms"], [(v["ts"] - points[0]["ts"]) / 1000 for v in points])


def test_samples_with_a_status_are_not_valid(tmp_path: Path) -> None:
    (one,) = read_export(write(tmp_path, LINES), screen_px=(1000, 400))
    assert one.gaze["t_ms"].tolist() == [0, 20, 40]
    np.testing.assert_array_equal(one.gaze["x_px"], [500, np.nan, 250])
    np.testing.assert_array_equal(one.gaze["y_px"], [100, np.nan, 300])
    assert (one.rows, one.size_stated, one.notes) == (5, True, ())


@pytest.mark.parametrize("torn", ['{"ts":1060000,"s":0,"gp":[0.1', '{"ts":1060000,"s":0,"g'])
def test_a_last_line_that_breaks_off_is_left_out(tmp_path: Path, torn: str) -> None:
    (one,) = read_export(write(tmp_path, [*LINES, torn], end=""))
    assert len(one.gaze) == 3


@pytest.mark.parametrize(
    "line",
    [
        '{"ts":1060000,"s":0,"gp":[0.1]}',
        '{"ts":1060000,"s":0,"gp":[0.1,null]}',
        '{"ts":1060000,"s":0,"gp":"here"}',
        '{"ts":1060000.5,"s":0,"gp":[0.1,0.2]}',
        '{"s":0,"gp":[0.1,0.2]}',
        '{"ts":1060000,"gp":[0.1,0.2]}',
        '{"ts":99999999999999999999,"s":0,"gp":[0.1,0.2]}',
        '{"ts":1060000,"s":0,"gp":[0.1,0.2]',
    ],
)
def test_the_first_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"data.txt, row 6: expected an object such as"):
        read_export(write(tmp_path, [*LINES, line, LINES[1]]))


def test_without_gaze_there_is_nothing_to_import(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lines of gaze"):
        read_export(write(tmp_path, [LINES[0], LINES[2]]))
