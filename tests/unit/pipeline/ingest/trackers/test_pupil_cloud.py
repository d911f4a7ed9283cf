"""Pupil Cloud: a real Pupil Invisible recording, and mapped views written here from their description."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space, TrackerRecording
from pipeline.ingest.trackers.registry import read_export

T0 = 1_685_088_813_175_076_015  # ns: more digits than a float64 holds


def write(folder: Path, name: str, header: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]))
    return path


def only(path: Path, **options: tuple[int, int]) -> TrackerRecording:
    (one,) = read_export(path, **options)  # type: ignore[arg-type]  # screen_px alone
    return one


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_real_recording(shared_data: Path) -> None:
    folder = shared_data / "importers" / "pupil_invisible_cloud"
    one = only(folder / "gaze.csv")
    rows, fixations = rows_of(folder / "gaze.csv"), rows_of(folder / "fixations.csv")

    assert (one.format, one.space, one.size_stated) == ("pupil_cloud", Space.SCENE, False)
    assert (one.width_px, one.height_px) == (1088, 1080)
    assert one.participant == rows[0]["recording id"]
    assert one.rows == len(one.gaze) == len(rows) == 3385
    assert one.rate_hz == pytest.approx(200, rel=0.01)
    valid = [row["worn"] == "1.0" and not row["blink id"] for row in rows]
    assert one.gaze["valid"].tolist() == valid
    assert sum(valid) == 3275
    wanted = [float(row["gaze x [px]"]) if good else np.nan for row, good in zip(rows, valid, strict=True)]
    np.testing.assert_array_equal(one.gaze["x_px"], wanted)
    zero = int(rows[0]["timestamp [ns]"])
    np.testing.assert_allclose(
        one.gaze["t_ms"], [(int(row["timestamp [ns]"]) - zero) / 1e6 for row in rows], rtol=0, atol=1e-9
    )

    assert one.fixations is not None
    assert len(one.fixations) == len(fixations) == 17
    np.testing.assert_allclose(
        one.fixations["duration_ms"], [float(row["duration [ms]"]) for row in fixations], atol=1
    )
    assert one.fixations["x_px"].tolist() == [float(row["fixation x [px]"]) for row in fixations]
    far = []
    for onset, duration, x, y in one.fixations.iloc[:, :4].to_numpy(dtype=float):
        centre = one.gaze.loc[one.gaze["t_ms"].between(onset, onset + duration), ["x_px", "y_px"]].mean()
        far.append(np.hypot(centre["x_px"] - x, centre["y_px"] - y))
    assert np.isnan(far).sum() == 1  # one lies wholly within a blink
    assert np.nanmax(far) < 15


def test_fixations_alone(shared_data: Path, tmp_path: Path) -> None:
    real = shared_data / "importers" / "pupil_invisible_cloud" / "fixations.csv"
    one = only(Path(shutil.copy(real, tmp_path / "anything.csv")))
    assert (len(one.gaze), one.rate_hz, one.rows) == (0, None, 17)
    assert one.fixations is not None
    assert one.fixations["onset_ms"].iloc[0] == 0


GAZE_ON_IMAGE = (
    "section id,recording id,timestamp [ns],gaze detected in reference image,"
    "gaze position in reference image x [px],gaze position in reference image y [px],fixation id"
)
FIXATIONS_ON_IMAGE = (
    "section id,recording id,fixation id,start timestamp [ns],end timestamp [ns],duration [ms],"
    "fixation detected in reference image,fixation x [px],fixation y [px]"
)


def mapped(folder: Path) -> Path:
    """Gaze on a reference image: two recordings, the first with a sample that was not found there."""
    write(
        folder,
        "fixations.csv",
        FIXATIONS_ON_IMAGE,
        f"s,r1,1,{T0 + 4_000_000},{T0 + 104_000_000},100,true,150.5,250.5",
        f"s,r1,2,{T0 + 200_000_000},{T0 + 300_000_000},100,false,,",
        f"s,r2,1,{T0 + 50_000_000},{T0 + 90_000_000},40,true,10,20",
    )
    return write(
        folder,
        "gaze.csv",
        GAZE_ON_IMAGE,
        f"s,r1,{T0},True,100,200,1",
        f"s,r1,{T0 + 4_000_000},False,,,",
        f"s,r1,{T0 + 8_000_001},True,102.5,202.5,1",
        f"t,r2,{T0 + 60_000_000},True,11,21,1",
    )


def test_gaze_on_a_reference_image(tmp_path: Path) -> None:
    path = mapped(tmp_path)
    Image.new("L", (1600, 900)).save(tmp_path / "reference_image.jpeg")
    first, second = read_export(path)
    assert (first.participant, second.participant) == ("r1", "r2")
    assert (first.space, first.width_px, first.height_px, first.size_stated) == (
        Space.STIMULUS,
        1600,
        900,
        True,
    )
    assert first.stimuli == {"reference image": (0, 0, 1600, 900)}
    np.testing.assert_allclose(first.gaze["t_ms"], [0, 4, 8.000001], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(first.gaze["x_px"], [100, np.nan, 102.5])
    assert (first.gaze["stimulus"] == "reference image").all()
    assert first.fixations is not None
    assert first.fixations.to_numpy().tolist() == [[4, 100, 150.5, 250.5, "reference image"]]
    assert first.notes == ("1 fixation(s) of the vendor lacked a time, a length or a place.",)
    # Of the second recording a fixation begins before the first sample: both count from it.
    assert second.gaze["t_ms"].tolist() == [10]
    assert second.fixations is not None
    assert second.fixations["onset_ms"].tolist() == [0]


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_without_the_reference_image_its_size_is_assumed(tmp_path: Path, content: bytes | None) -> None:
    path = mapped(tmp_path)
    if content is not None:
        (tmp_path / "reference_image.jpeg").write_bytes(content)
    first, _ = read_export(path)
    assert (first.width_px, first.height_px, first.size_stated) == (1920, 1080, False)
    first, _ = read_export(path, screen_px=(800, 600))
    assert (first.width_px, first.height_px, first.size_stated) == (800, 600, True)


def test_fixations_of_another_view_are_not_taken(tmp_path: Path) -> None:
    path = mapped(tmp_path)
    write(
        tmp_path,
        "fixations.csv",
        "recording id,fixation id,start timestamp [ns],end timestamp [ns],fixation x [px],fixation y [px]",
        f"r1,1,{T0},{T0 + 1},1,1",
    )
    assert all(one.fixations is None for one in read_export(path))


def test_gaze_on_a_surface_is_on_the_screen(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "gaze.csv",
        "recording id,timestamp [ns],gaze detected on surface,gaze position on surface x [normalized],"
        "gaze position on surface y [normalized]",
        f"r,{T0},True,0.25,0.1",
        f"r,{T0 + 5_000_000},False,1.2,-0.1",
    )
    write(
        tmp_path,
        "fixations.csv",
        "recording id,fixation id,start timestamp [ns],end timestamp [ns],fixation detected on surface,"
        "fixation x [normalized],fixation y [normalized]",
        f"r,1,{T0},{T0 + 80_000_000},True,0.5,0.5",
    )
    one = only(path, screen_px=(1000, 500))
    assert (one.space, one.size_stated) == (Space.SCREEN, True)
    assert one.gaze[["x_px", "y_px"]].to_numpy().tolist() == [[250, 50], [1200, -50]]  # beside the screen
    assert one.gaze["valid"].all()
    assert one.fixations is not None
    assert one.fixations[["x_px", "y_px"]].to_numpy().tolist() == [[500, 250]]


def test_glasses_that_are_not_worn_see_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "gaze.csv",
        "timestamp [ns],gaze x [px],gaze y [px],worn",
        f"{T0},1500,900,1",
        f"{T0 + 5},9,9,0",
    )
    one = only(path)
    assert one.participant is None
    assert one.gaze["valid"].tolist() == [True, False]
    assert (one.width_px, one.height_px) == (1600, 1200)  # it reaches beyond Pupil Invisible's picture


def test_a_time_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "gaze.csv", "timestamp [ns],gaze x [px],gaze y [px]", f"{T0},1,2", "soon,3,4")
    with pytest.raises(
        InputError, match=r'gaze.csv, row 3, column timestamp \[ns\]: expected a whole number, got "soon"'
    ):
        read_export(path)
