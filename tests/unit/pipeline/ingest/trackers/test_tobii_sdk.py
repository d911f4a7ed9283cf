"""Tables from Tobii's SDK: the ten real TX300 recordings, and small cases of one eye and none."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space
from pipeline.ingest.trackers.registry import read_export

NAMES = [f"p{person}_t{trial}.tsv" for person in (1, 2) for trial in range(1, 6)]


@pytest.mark.parametrize("name", NAMES)
def test_real_recordings(shared_data: Path, name: str) -> None:
    path = shared_data / "importers" / "tobii_tx300_i2mc" / name
    (one,) = read_export(path, screen_px=(1920, 1080))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))

    assert (one.format, one.space, one.size_stated, one.notes) == ("tobii_sdk", Space.SCREEN, True, ())
    assert one.rows == len(one.gaze) == len(rows)
    assert one.rate_hz == pytest.approx(300.0, rel=0.001)
    wanted = [mean_of_eyes(row) for row in rows]
    valid = [place is not None for place in wanted]
    assert one.gaze["valid"].tolist() == valid
    places = np.array([place for place in wanted if place is not None])
    np.testing.assert_allclose(one.gaze.loc[valid, "x_px"], places[:, 0] * 1920)
    np.testing.assert_allclose(one.gaze.loc[valid, "y_px"], places[:, 1] * 1080)
    zero = int(rows[0]["Time"])
    np.testing.assert_allclose(one.gaze["t_ms"], [(int(row["Time"]) - zero) / 1000 for row in rows])
    np.testing.assert_allclose(one.gaze["t_ms"], [float(row["RelTimestamp"]) for row in rows], atol=0.002)
    assert one.gaze.loc[valid, "distance_mm"].between(550, 750).all()


def mean_of_eyes(row: dict[str, str]) -> tuple[float, float] | None:
    eyes = [eye for eye in "LR" if int(row[f"{eye}Validity"]) <= 1]
    if not eyes:
        return None
    x, y = (sum(float(row[f"{eye}GazePos2d{axis}"]) for eye in eyes) / len(eyes) for axis in "xy")
    return x, y


HEADER = "Time\tLGazePos2dx\tLGazePos2dy\tLValidity\tRGazePos2dx\tRGazePos2dy\tRValidity\n"


def test_one_eye_is_enough_and_minus_one_is_never_a_place(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    rows = [
        "5000000\t0.2\t0.4\t0\t0.4\t0.6\t1",
        "5004000\t0.2\t0.4\t0\t-1\t-1\t4",
        "5008000\t0.2\t0.4\t2\t0.3\t0.5\t0",
        "5012000\t-1\t-1\t4\t-1\t-1\t4",
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n")
    (one,) = read_export(path, screen_px=(1000, 500))
    assert one.gaze["t_ms"].tolist() == [0, 4, 8, 12]
    np.testing.assert_allclose(one.gaze["x_px"], [300, 200, 300, np.nan])
    np.testing.assert_allclose(one.gaze["y_px"], [250, 200, 250, np.nan])
    assert one.gaze["distance_mm"].isna().all()


def test_a_sample_without_a_time_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text(HEADER + "5000000\t0.2\t0.4\t0\t0.4\t0.6\t1\n\t0.2\t0.4\t0\t0.4\t0.6\t1\n")
    with pytest.raises(
        InputError, match=r"table.tsv, row 3, column Time: expected a whole number, got nothing"
    ):
        read_export(path)
