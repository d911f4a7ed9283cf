"""Pupil Player: written here from the format's description; y is up in these files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest.trackers.recording import Space, TrackerRecording
from pipeline.ingest.trackers.registry import read_export

SURFACE_GAZE = (
    "world_timestamp,world_index,gaze_timestamp,x_norm,y_norm,x_scaled,y_scaled,on_surf,confidence\n"
    "500.01,0,500.000,0.1,0.9,0.1,0.9,True,0.98\n"  # near the top-left corner
    "500.01,0,500.008,0.5,0.25,0.5,0.25,True,0.6\n"
    "500.04,1,500.016,0.5,0.5,0.5,0.5,True,0.59\n"
    "500.04,1,500.024,1.1,-0.1,1.1,-0.1,False,0.9\n"
)
# The first fixation lasts for two frames of the video.
SURFACE_FIXATIONS = (
    "world_timestamp,world_index,fixation_id,start_timestamp,duration,dispersion,norm_pos_x,norm_pos_y,"
    "x_scaled,y_scaled,on_surf\n"
    "500.01,0,7,499.992,120.5,1.2,0.40,0.75,0.4,0.7,True\n"
    "500.04,1,7,499.992,120.5,1.2,0.50,0.75,0.5,0.7,True\n"
    "500.20,5,8,500.192,90,1.2,0.25,0.5,0.2,0.5,True\n"
)


def only(path: Path, **options: tuple[int, int]) -> TrackerRecording:
    (one,) = read_export(path, **options)  # type: ignore[arg-type]  # screen_px alone
    return one


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("flag", ["on_surf", "on_surface", "on_srf"])
def test_gaze_on_a_surface(tmp_path: Path, flag: str) -> None:
    path = write(tmp_path, "gaze_positions_on_surface_Screen.csv", SURFACE_GAZE.replace("on_surf", flag))
    write(tmp_path, "fixations_on_surface_Screen.csv", SURFACE_FIXATIONS.replace("on_surf", flag))
    one = only(path, screen_px=(1000, 800))
    assert (one.format, one.space, one.rows, one.participant) == ("pupil_player", Space.SCREEN, 4, None)
    assert one.stimuli == {"Screen": (0, 0, 1000, 800)}
    np.testing.assert_allclose(one.gaze["t_ms"], [8, 16, 24, 32], atol=1e-6)  # a fixation began before
    assert one.gaze["valid"].tolist() == [True, True, False, True]
    np.testing.assert_allclose(one.gaze["x_px"], [100, 500, np.nan, 1100])
    np.testing.assert_allclose(one.gaze["y_px"], [80, 600, np.nan, 880])
    assert (one.gaze["stimulus"] == "Screen").all()
    assert one.rate_hz == pytest.approx(125)
    assert one.fixations is not None
    expected = [[0, 120.5, 450, 200], [200, 90, 250, 400]]
    np.testing.assert_allclose(one.fixations.iloc[:, :4].to_numpy(dtype=float), expected, atol=1e-6)


def test_fixations_of_another_surface_are_not_taken(tmp_path: Path) -> None:
    path = write(tmp_path, "gaze_positions_on_surface_Screen.csv", SURFACE_GAZE)
    write(tmp_path, "fixations_on_surface_Book.csv", SURFACE_FIXATIONS)
    one = only(path)
    assert one.fixations is None
    assert one.notes == ("The size of the screen is not stated; 1920 x 1080 px was assumed.",)


def test_fixations_on_a_surface_alone(tmp_path: Path) -> None:
    one = only(write(tmp_path, "renamed.csv", SURFACE_FIXATIONS))
    assert (len(one.gaze), one.rows, one.stimuli) == (0, 2, {"surface": (0, 0, 1920, 1080)})
    assert one.fixations is not None
    np.testing.assert_allclose(one.fixations["onset_ms"], [0, 200], atol=1e-6)


@pytest.mark.parametrize("times", [("gaze_timestamp", "world_index"), ("timestamp", "index")])
def test_gaze_in_the_scene(tmp_path: Path, times: tuple[str, str]) -> None:
    rows = "10.5,0,0.9,0.25,0.75,9.1-0 9.2-1\n10.51,0,0.1,0.5,0.5,9.1-0\n"
    path = write(tmp_path, "x.csv", f"{','.join(times)},confidence,norm_pos_x,norm_pos_y,base_data\n{rows}")
    write(
        tmp_path,
        "fixations.csv",
        "id,start_timestamp,duration,start_frame_index,norm_pos_x,norm_pos_y,dispersion,confidence,method\n"
        "0,10.5,10,0,0.5,0.75,1.1,0.9,2d gaze\n",
    )
    one = only(path)
    assert (one.space, one.width_px, one.height_px, one.size_stated) == (Space.SCENE, 1280, 720, False)
    np.testing.assert_array_equal(one.gaze[["x_px", "y_px"]], [[320, 180], [np.nan, np.nan]])
    assert one.stimuli == {}
    assert one.fixations is not None
    assert one.fixations[["x_px", "y_px"]].to_numpy().tolist() == [[640, 180]]


def test_fixations_in_the_scene_are_not_those_on_a_surface(tmp_path: Path) -> None:
    path = write(
        tmp_path, "x.csv", "gaze_timestamp,confidence,norm_pos_x,norm_pos_y,base_data\n1,1,0.5,0.5,a\n"
    )
    write(tmp_path, "fixations.csv", SURFACE_FIXATIONS)
    assert only(path).fixations is None
