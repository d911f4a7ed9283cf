"""SMI text: the one real file that is at hand, and files written from the format's description."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import TrackerRecording
from pipeline.ingest.trackers.registry import read_export

OLD = """\
## [iView]
## Version:\tBeGaze 3.4.52
## Sample Rate:\t250
## [Run]
## Subject:\tP 07
## [Calibration]
## Calibration Area:\t1680\t1050
##
Time\tType\tTrial\tL POR X [px]\tL POR Y [px]\tR POR X [px]\tR POR Y [px]\tTiming\tL Event Info\tR Event Info
1000000\tMSG\t1\t# Message: cat.bmp
1000500\tSMP\t1\t100.00\t200.00\t110.00\t220.00\t0\tFixation\tFixation
1004500\tSMP\t1\t0.00\t0.00\t112.00\t222.00\t0\tFixation\tFixation
1008500\tSMP\t1\t0.00\t0.00\t0.00\t0.00\t0\tBlink\tBlink
1009000\tMSG\t1\t# Message: dog.png
1012500\tSMP\t1\t300.00\t400.00\t310.00\t420.00\t0\tFixation\tFixation
"""
NEW = """\
RecordingTime [ms]\tTrial\tStimulus\tParticipant\tPoint of Regard Right X [px]\t\
Point of Regard Right Y [px]\tCategory Right
5000.0\tTrial001\ta.png\tP01\t10.0\t20.0\tVisual Intake
5004.0\tTrial001\ta.png\tP01\t12.0\t22.0\tVisual Intake
5008.0\tTrial001\ta.png\tP01\t-\t-\tBlink
9000.0\tTrial001\ta.png\tP02\t0.0\t0.0\tBlink
9004.0\tTrial001\ta.png\tP02\t50.0\t60.0\tVisual Intake
"""


def recordings_of(folder: Path, text: str) -> list[TrackerRecording]:
    path = folder / "export.txt"
    path.write_text(text)
    return read_export(path)


def test_the_real_file(shared_data: Path) -> None:
    """70590726108 to 70590782136 us in 15 samples; both eyes are the same."""
    path = shared_data / "importers" / "pymovements_testfiles" / "didec_example.txt"
    (recording,) = read_export(path)
    truth = [line.split("\t") for line in path.read_text().splitlines() if "\tSMP\t" in line]
    assert recording.format == "smi_text"
    assert recording.rows == len(truth) == 15
    assert recording.gaze["x_px"].tolist() == pytest.approx([float(row[3]) for row in truth])
    assert recording.gaze["y_px"].tolist() == pytest.approx([float(row[4]) for row in truth])
    first_us = int(truth[0][0])
    assert recording.gaze["t_ms"].tolist() == pytest.approx(
        [(int(row[0]) - first_us) / 1000 for row in truth]
    )
    assert recording.rate_hz == pytest.approx(250, rel=0.01)
    assert list(recording.stimuli) == ["test.bmp"]
    assert recording.fixations is None  # one row says Saccade, the others nothing
    assert not recording.size_stated


def test_samples_between_messages(tmp_path: Path) -> None:
    (recording,) = recordings_of(tmp_path, OLD)
    assert (recording.participant, recording.rate_hz) == ("P 07", 250)
    assert (recording.width_px, recording.height_px, recording.size_stated) == (1680, 1050, True)
    assert recording.gaze["t_ms"].tolist() == [0, 4, 8, 12]
    assert recording.gaze["valid"].tolist() == [True, True, False, True]  # 0, 0 is nowhere
    assert recording.gaze["x_px"].tolist()[:2] == [105, 112]  # midway; then the one eye that was seen
    assert recording.gaze["stimulus"].tolist() == ["cat.bmp"] * 3 + ["dog.png"]


def test_fixations_are_runs_of_the_event_that_smi_names(tmp_path: Path) -> None:
    (recording,) = recordings_of(tmp_path, OLD)
    assert recording.fixations is not None
    assert recording.fixations.to_numpy().tolist() == [
        [0, 8, 108.5, 216, "cat.bmp"],
        [12, 4, 305, 410, "dog.png"],
    ]


def test_the_last_begaze_with_two_people(tmp_path: Path) -> None:
    first, second = recordings_of(tmp_path, NEW)
    assert (first.participant, second.participant) == ("P01", "P02")
    assert first.gaze["t_ms"].tolist() == [0, 4, 8]
    assert first.gaze["valid"].tolist() == [True, True, False]
    assert second.gaze["valid"].tolist() == [False, True]
    assert first.fixations is not None
    assert first.fixations[["onset_ms", "duration_ms", "x_px", "y_px"]].to_numpy().tolist() == [
        [0, 8, 11, 21]
    ]
    assert list(first.stimuli) == ["a.png"]


@pytest.mark.parametrize("value", ["x12", "1e999", "9" * 400])
def test_what_is_no_number_is_named(tmp_path: Path, value: str) -> None:
    with pytest.raises(
        InputError, match=rf'export.txt, row 12, column 6: expected a number, got "{value[:50]}'
    ):
        recordings_of(tmp_path, OLD.replace("112.00", value))
