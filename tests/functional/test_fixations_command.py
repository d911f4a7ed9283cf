"""`python -m pipeline fixations`: files of gaze to files of fixations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.errors import InputError
from tests.unit.pipeline.events.recordings import gaze_at

GEOMETRY = ("--screen", "1920x1080", "--screen-mm", "480x270", "--distance-mm", "600")


def run(file: Path, out: Path, *options: str) -> str:
    arguments = ["fixations", str(file), "--out", str(out), *(options or GEOMETRY)]
    return CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False).stderr


def gaze() -> pd.DataFrame:
    """Three places, half a second each, at 500 Hz; the last at 860 px, 640 px."""
    t_ms = np.arange(750) * 2.0
    x_px = np.repeat([300.0, 1500.0, 860.0], 250)
    return pd.DataFrame({"t_ms": t_ms, "x_px": x_px, "y_px": np.repeat([300.0, 800.0, 640.0], 250)})


def check(table: pd.DataFrame) -> None:
    assert list(table.columns) == ["onset_ms", "duration_ms", "x", "y", "dispersion_deg", "samples"]
    np.testing.assert_allclose(table["onset_ms"], [-1, 511, 1011], atol=2)
    np.testing.assert_allclose(table["x"], [300, 1500, 860], atol=0.01)
    np.testing.assert_allclose(table["y"], [300, 800, 640], atol=0.01)


def test_a_packages_gaze_becomes_a_table_of_fixations(tmp_path: Path) -> None:
    gaze().to_csv(tmp_path / "gaze.csv", index=False)
    said = run(tmp_path / "gaze.csv", tmp_path / "found.csv", *GEOMETRY)
    check(pd.read_csv(tmp_path / "found.csv"))
    assert "ivt" in said
    assert "500 Hz" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["found.csv", "gaze.csv"]


def test_parquet_in_and_out(tmp_path: Path) -> None:
    gaze().to_parquet(tmp_path / "gaze.parquet")
    run(tmp_path / "gaze.parquet", tmp_path / "found.parquet")
    check(pd.read_parquet(tmp_path / "found.parquet"))


def test_gaze_out_of_the_lake_is_read_with_its_own_distance(tmp_path: Path) -> None:
    # 1.4 deg apart from 600 mm is one fixation of I-DT, from 400 mm it is two.
    for distance_mm, count in ((600.0, 1), (400.0, 2)):
        samples = gaze_at(np.arange(60) * 1000 / 30, np.repeat([0.0, 1.4], 30), distance_mm=distance_mm)
        samples.to_parquet(tmp_path / "gaze.parquet")
        run(tmp_path / "gaze.parquet", tmp_path / "found.csv", *GEOMETRY, "--method", "idt")
        assert len(pd.read_csv(tmp_path / "found.csv")) == count


def test_people_in_an_export_are_numbered_and_named_on_the_screen_only(tmp_path: Path) -> None:
    table = pd.concat([gaze().assign(participant=name) for name in ("Ada", "Ben")])
    table = table.rename(columns={"t_ms": "timestamp_ms", "x_px": "gaze_x", "y_px": "gaze_y"})
    table.to_csv(tmp_path / "export.csv", index=False)
    said = run(tmp_path / "export.csv", tmp_path / "found.csv")
    found = pd.read_csv(tmp_path / "found.csv")
    assert found["recording"].tolist() == [1] * 3 + [2] * 3
    check(found[found["recording"] == 2].drop(columns="recording"))
    assert "1 is Ada\n2 is Ben\n" in said


def test_an_export_in_parquet_is_read_as_import_reads_it(tmp_path: Path) -> None:
    names = {"t_ms": "timestamp_ms", "x_px": "gaze_x", "y_px": "gaze_y"}
    gaze().rename(columns=names).to_parquet(tmp_path / "export.parquet")
    run(tmp_path / "export.parquet", tmp_path / "found.csv")
    check(pd.read_csv(tmp_path / "found.csv"))


@pytest.mark.parametrize("name", ["gaze.csv", "gaze.parquet"])
def test_a_file_without_rows_is_refused(tmp_path: Path, name: str) -> None:
    if name.endswith("csv"):
        (tmp_path / name).write_text("t_ms,x_px,y_px\n")
    else:
        gaze().iloc[:0].to_parquet(tmp_path / name)
    with pytest.raises(InputError, match=f"{name}: expected .*rows"):
        run(tmp_path / name, tmp_path / "found.csv")


def test_thresholds_shorter_than_a_sample_are_told(tmp_path: Path) -> None:
    gaze().iloc[::50].to_csv(tmp_path / "gaze.csv", index=False)
    said = run(tmp_path / "gaze.csv", tmp_path / "found.csv", *GEOMETRY, "--method", "ivt")
    assert "gap_max_ms is 75 ms, shorter than one sample (100.0 ms)" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((*GEOMETRY, "--method", "hmm"), "idt, ivt, clustering"),
        ((*GEOMETRY[:-1], "-5"), "--distance-mm: expected a number"),
        (("--screen-mm", "480x270"), "--screen: expected"),
        (("--screen", "0x0", "--screen-mm", "480x270"), "--screen: expected WIDTHxHEIGHT"),
        (
            ("--screen", "1920x1080", "--screen-mm", "wide"),
            "--screen-mm: expected WIDTHxHEIGHT, such as 380x300",
        ),
        (("--screen", "1920x1080", "--screen-mm", "1x1"), "100 to 3000 by 50 to 3000 mm"),
        (("--screen", "1920x1080", "--screen-mm", "99999x99999"), "100 to 3000 by 50 to 3000 mm"),
    ],
)
def test_nonsense_is_refused_and_writes_nothing(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    gaze().to_csv(tmp_path / "gaze.csv", index=False)
    with pytest.raises(InputError, match=message):
        run(tmp_path / "gaze.csv", tmp_path / "found.csv", *options)
    assert [path.name for path in tmp_path.iterdir()] == ["gaze.csv"]


@pytest.mark.parametrize("out", ["found.txt", "nowhere/found.csv"])
def test_a_place_that_cannot_be_written_is_refused_first(tmp_path: Path, out: str) -> None:
    (tmp_path / "gaze.csv").write_text("never read")
    with pytest.raises(InputError, match="--out"):
        run(tmp_path / "gaze.csv", tmp_path / out)


@pytest.mark.parametrize("name", ["gaze.csv", "gaze.parquet"])
def test_a_file_that_is_no_gaze_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        run(tmp_path / name, tmp_path / "found.csv")


def test_times_that_go_back_are_refused_in_the_lakes_gaze_too(tmp_path: Path) -> None:
    samples = gaze_at(np.array([0.0, 20.0, 10.0]), np.zeros(3))
    samples.to_parquet(tmp_path / "gaze.parquet")
    with pytest.raises(InputError, match="row 3, column t_ms"):
        run(tmp_path / "gaze.parquet", tmp_path / "found.csv")
