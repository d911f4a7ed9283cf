"""RealEye: written from the description of the format; no real file was at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space, TrackerRecording
from pipeline.ingest.trackers.registry import read_export

RAW = """\
participant_id{d}participant_quality_grade{d}item_id{d}test_id{d}test_duration_ms{d}test_browser_width_px{d}test_browser_height_px{d}test_item_display_order{d}test_raw_data
p1{d}4{d}cat{d}t1{d}100{d}1280{d}720{d}1{d}{q}[[100,200,0,0,1,1,0],[110,-20,33,0,1,1,0],[null,null,66,0,1,1,0]]{q}
p1{d}4{d}dog{d}t1{d}100{d}1280{d}720{d}2{d}{q}[[300,400,0,0,1,1,0],[310,420,33,0,1,1,0]]{q}
p2{d}6{d}cat{d}t2{d}100{d}1536{d}864{d}1{d}{q}[[500.5,600.25,5,0,1,1,0]]{q}
"""
SPLIT = """\
participant_id;item_id;test_item_display_order;participant_quality_grade;gaze_x_percents;gaze_y_percents;gaze_timestamp_ms
p1;cat;1;5;;;
;;;;50.0;25.0;10
;;;;75.0;50.0;43
p1;dog;2;5;;;
;;;;10.0;20.0;10
;;;;20.0;-5.0;43
"""
FIXATIONS = """\
tester_id,item_id,fixation_point_x,fixation_point_y,fixation_starts_at_ms,fixation_ends_at_ms
p1,cat,50,25,100,300
p1,cat,75,50,400,500
p1,dog,10,20,50,250
"""


def recordings_of(folder: Path, text: str) -> list[TrackerRecording]:
    path = folder / "export.csv"
    path.write_text(text)
    return read_export(path)


@pytest.mark.parametrize(("delimiter", "quote"), [(",", '"'), (";", "")])
def test_raw_exposures_follow_one_another(tmp_path: Path, delimiter: str, quote: str) -> None:
    first, second = recordings_of(tmp_path, RAW.format(d=delimiter, q=quote))
    assert (first.format, first.participant, second.participant) == ("realeye", "p1", "p2")
    assert (first.space, first.width_px, second.width_px) == (Space.SCREEN, 1280, 1536)
    assert first.gaze["t_ms"].tolist() == [0, 33, 66, 99, 132]  # the dog comes one step after the cat's last
    np.testing.assert_equal(first.gaze["x_px"].to_numpy(), [100, 110, np.nan, 300, 310])
    assert first.gaze["y_px"].tolist()[1] == -20  # off the screen is a place
    assert first.gaze["stimulus"].tolist() == ["cat"] * 3 + ["dog"] * 2
    assert second.gaze["x_px"].tolist() == [500.5]
    assert any("quality grade: 4" in note for note in first.notes)
    assert any("quality grade: 6" in note for note in second.notes)


def test_split_rows_belong_to_the_exposure_above(tmp_path: Path) -> None:
    (recording,) = recordings_of(tmp_path, SPLIT)
    assert (recording.space, recording.size_stated, recording.rows) == (Space.STIMULUS, False, 4)
    assert recording.gaze["t_ms"].tolist() == [0, 33, 76, 109]
    assert recording.gaze["x_px"].tolist() == pytest.approx([960, 1440, 192, 384])
    assert recording.gaze["y_px"].tolist() == pytest.approx([270, 540, 216, -54])
    assert recording.gaze["stimulus"].tolist() == ["cat", "cat", "dog", "dog"]
    assert recording.participant == "p1"


def test_one_item_shown_twice_is_two_exposures(tmp_path: Path) -> None:
    text = SPLIT.replace("p1;dog;2;5", "p1;cat;1;5")
    assert recordings_of(tmp_path, text)[0].gaze["t_ms"].tolist() == [0, 33, 76, 109]


def test_fixations_alone(tmp_path: Path) -> None:
    (recording,) = recordings_of(tmp_path, FIXATIONS)
    assert recording.gaze.empty
    assert recording.fixations is not None
    assert recording.fixations["duration_ms"].tolist() == [200, 100, 200]
    assert recording.fixations["x_px"].tolist() == pytest.approx([960, 1440, 192])
    onset_ms = recording.fixations["onset_ms"].tolist()
    assert onset_ms[:2] == [0, 300]
    assert onset_ms[2] >= 400  # after the cat's last fixation has ended


@pytest.mark.parametrize("cell", ["[[1,2", '[[1,""x""]]', "[1,2,3]", "[[1,2]]", "{}", "[[[1],2,3]]"])
def test_a_cell_that_holds_no_points_is_named(tmp_path: Path, cell: str) -> None:
    text = RAW.format(d=",", q='"').replace("[[500.5,600.25,5,0,1,1,0]]", cell)
    if cell == "{}":
        assert len(recordings_of(tmp_path, text)) == 1  # no points, no recording
        return
    with pytest.raises(InputError, match="row 4, column test_raw_data"):
        recordings_of(tmp_path, text)
