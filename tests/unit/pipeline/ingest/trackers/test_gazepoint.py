"""Gazepoint: written from the description of the format; no real file was at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space
from pipeline.ingest.trackers.registry import read_export

HEADER = (
    "MEDIA_ID,MEDIA_NAME,CNT,TIME(2022/09/14 10:12:13.123),{tick},FPOGX,FPOGY,FPOGS,FPOGD,FPOGID,FPOGV,"
    "BPOGX,BPOGY,BPOGV,LPMM,RPMM,BKID,SACCADE_MAG,AOI,"
)
# Fixation 1 lasts from 0 to 16.5 ms; sample 2 is a saccade (FPOGV 0) with the eyes seen; sample 3 is lost.
ONE_MEDIUM = (
    "0,slide1,0,0.00000,100000000,0.50000,0.50000,0.00000,0.00000,1,1,0.51000,0.49000,1,3.1,3.2,0,0.0,,",
    "0,slide1,1,0.01650,100165000,0.50100,0.50200,0.00000,0.01650,1,1,0.50500,0.50500,1,3.1,3.2,0,0.0,,",
    "0,slide1,2,0.03300,100330000,0.50100,0.50200,0.00000,0.01650,1,0,0.70000,0.20000,1,3.1,3.2,0,0.0,,",
    "0,slide1,3,0.04950,100495000,0.80000,0.10000,0.04950,0.00000,2,0,0.00000,0.00000,0,3.1,3.2,0,0.0,,",
)
SECOND_MEDIUM = (
    "1,slide2,4,0.00100,110000000,0.20000,0.30000,0.00100,0.00000,3,1,0.20000,0.30000,1,3.1,3.2,0,0.0,,",
    "1,slide2,5,0.01750,110165000,0.20000,0.40000,0.00100,0.01650,3,1,0.20000,0.50000,1,3.1,3.2,0,0.0,,",
)


def write(folder: Path, *rows: str, tick: str = "TIMETICK(f=10000000)") -> Path:
    path = folder / "User 0_all_gaze.csv"
    path.write_text("\n".join([HEADER.format(tick=tick), *rows]) + "\n")
    return path


def test_gaze_is_the_best_point_and_fixations_are_the_filter(tmp_path: Path) -> None:
    (recording,) = read_export(write(tmp_path, *ONE_MEDIUM), screen_px=(1000, 500))
    assert (recording.format, recording.space, recording.rows) == ("gazepoint", Space.SCREEN, 4)
    assert recording.gaze["t_ms"].tolist() == pytest.approx([0, 16.5, 33, 49.5])
    assert recording.gaze["x_px"].tolist()[:3] == pytest.approx([510, 505, 700])
    assert recording.gaze["y_px"].tolist()[:3] == pytest.approx([245, 252.5, 100])
    assert recording.gaze["valid"].tolist() == [True, True, True, False]  # also where FPOGV is 0
    assert recording.gaze["x_px"].isna().tolist() == [False, False, False, True]
    assert recording.fixations is not None
    assert recording.fixations.drop(columns="stimulus").to_numpy().tolist() == [
        pytest.approx([0, 16.5, 501, 251])
    ]
    assert recording.fixations["stimulus"].tolist() == ["slide1"]
    assert recording.stimuli == {"slide1": (0, 0, 1000, 500)}


def test_the_screen_is_assumed_only_if_nobody_says_it(tmp_path: Path) -> None:
    (recording,) = read_export(write(tmp_path, *ONE_MEDIUM))
    assert (recording.width_px, recording.height_px, recording.size_stated) == (1920, 1080, False)
    assert any("assumed" in note for note in recording.notes)


@pytest.mark.parametrize(("tick", "added_ms"), [("TIME_TICK(f=10000000)", 999.0), ("TICK", 66.0)])
def test_a_clock_that_starts_again_with_each_medium_goes_on(
    tmp_path: Path, tick: str, added_ms: float
) -> None:
    """By ticks slide2 begins 1000 ms after slide1; without them one usual step (16.5 ms) after its end."""
    (recording,) = read_export(write(tmp_path, *ONE_MEDIUM, *SECOND_MEDIUM, tick=tick))
    assert recording.gaze["t_ms"].tolist()[4:] == pytest.approx([1 + added_ms, 17.5 + added_ms])
    assert recording.fixations is not None
    assert recording.fixations["onset_ms"].tolist() == pytest.approx([0, 1 + added_ms])
    assert recording.gaze["stimulus"].tolist() == ["slide1"] * 4 + ["slide2"] * 2


def test_fixations_of_two_media_with_one_number_are_two(tmp_path: Path) -> None:
    second = SECOND_MEDIUM[1].replace("0.00100,0.01650,3,1", "0.00100,0.01650,1,1")
    (recording,) = read_export(write(tmp_path, *ONE_MEDIUM[:2], second))
    assert recording.fixations is not None
    assert recording.fixations["stimulus"].tolist() == ["slide1", "slide2"]


def test_a_file_of_fixations_has_no_samples(tmp_path: Path) -> None:
    again = ONE_MEDIUM[1].replace("0,slide1", "2,slide3")  # numbers begin again with each medium
    (recording,) = read_export(write(tmp_path, ONE_MEDIUM[1], SECOND_MEDIUM[1], again))
    assert recording.gaze.empty
    assert recording.fixations is not None
    assert len(recording.fixations) == 3


def test_letters_for_a_number_are_named_with_row_and_column(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'row 3, column BPOGX: expected a number, got "left"'):
        read_export(write(tmp_path, ONE_MEDIUM[0], ONE_MEDIUM[1].replace("0.50500", "left", 1)))
