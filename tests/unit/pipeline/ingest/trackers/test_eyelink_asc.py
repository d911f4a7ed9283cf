"""EyeLink ASC: the four real files, against their own text, and what they do not hold."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import TrackerRecording
from pipeline.ingest.trackers.registry import read_export

BINOCULAR, MONOCULAR, FAST, REAL = (
    f"eyelink_{name}_example.asc"
    for name in ("binocular", "monocular", "monocular_2khz", "monocular_no_dummy")
)


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "importers" / "pymovements_testfiles"


def the_recording(path: Path) -> TrackerRecording:
    (recording,) = read_export(path)
    assert recording.format == "eyelink_asc"
    return recording


def samples_in(path: Path) -> np.ndarray:
    """The same samples by another way: each line split at blanks, the mean of the eyes that have a place."""
    rows = []
    for line in path.read_text(errors="replace").splitlines():
        if re.match(r"\d", line):
            fields = [np.nan if field == "." else float(field) for field in line.split()[:-1]]
            eyes = np.array(fields[1 : 1 + 3 * (len(fields) // 3)]).reshape(-1, 3)[:, :2]
            seen = eyes[np.isfinite(eyes).all(axis=1)]
            rows.append([fields[0], *(seen.mean(axis=0) if len(seen) else [np.nan, np.nan])])
    return np.array(rows)


@pytest.mark.parametrize("name", [BINOCULAR, REAL])
def test_samples_are_those_in_the_text(folder: Path, name: str) -> None:
    recording, truth = the_recording(folder / name), samples_in(folder / name)
    truth[:, 0] -= truth[0, 0]
    assert recording.rows == len(truth)
    np.testing.assert_allclose(recording.gaze[["t_ms", "x_px", "y_px"]].to_numpy(), truth)
    assert (recording.gaze["valid"] == np.isfinite(truth[:, 1])).all()


@pytest.mark.parametrize(
    ("name", "rows", "rate_hz", "size", "participant"),
    [
        (BINOCULAR, 368, 1000, (1920, 1080), "sub_6"),
        (MONOCULAR, 16, 1000, (1280, 1024), "sub_1"),
        (FAST, 16, 2000, (1280, 1024), "sub_1"),
        (REAL, 297, 500, (1920, 1080), "sergiu0"),
    ],
)
def test_what_the_file_states(
    folder: Path, name: str, rows: int, rate_hz: float, size: tuple[int, int], participant: str
) -> None:
    recording = the_recording(folder / name)
    assert (recording.rows, recording.rate_hz, recording.participant) == (rows, rate_hz, participant)
    assert (recording.width_px, recording.height_px) == size
    assert recording.size_stated


def test_times_at_2000_hz_keep_their_half_milliseconds(folder: Path) -> None:
    assert the_recording(folder / FAST).gaze["t_ms"].tolist()[:3] == [0, 0.5, 4.0]


def test_fixations_are_those_of_the_tracker(folder: Path) -> None:
    """EFIX L 647815 647899 86 868.5 698.4 968 and a second one; the recording begins at 643197."""
    fixations = the_recording(folder / REAL).fixations
    assert fixations is not None
    assert fixations.drop(columns="stimulus").to_numpy().tolist() == [
        [647815 - 643197, 86, 868.5, 698.4],
        [647927 - 643197, 326, 708.1, 581.3],
    ]
    assert set(fixations["stimulus"]) == {"Images/text.png"}


def test_of_two_eyes_the_fixations_of_one_are_taken(folder: Path) -> None:
    """Right: 111 + 129 ms, left: 107 + 129 ms."""
    recording = the_recording(folder / BINOCULAR)
    assert recording.fixations is not None
    assert recording.fixations["duration_ms"].tolist() == [111, 129]
    assert any("right eye" in note for note in recording.notes)


@pytest.mark.parametrize(("left_ms", "x_px"), [(4, 20), (8, 10)])
def test_of_eyes_that_fixated_as_long_the_right_is_taken(tmp_path: Path, left_ms: int, x_px: int) -> None:
    events = (
        f"EFIX L   2000\t2004\t{left_ms}\t  10.0\t  20.0\t 800\n"
        "EFIX R   2000\t2004\t4\t  20.0\t  30.0\t 900\n"
    )
    fixations = the_recording(write(tmp_path, MADE.replace("END\t2006", f"{events}END\t2006"))).fixations
    assert fixations is not None
    assert fixations["x_px"].tolist() == [x_px]


def test_the_picture_of_a_trial_is_its_stimulus(folder: Path) -> None:
    assert the_recording(folder / REAL).stimuli == {"Images/text.png": (0, 0, 1920, 1080)}
    shown = the_recording(folder / BINOCULAR).gaze["stimulus"]
    before, _ = (folder / BINOCULAR).read_text(errors="replace").split("TRIALID I902C_low")
    assert shown.isna().sum() == len(re.findall(r"(?m)^\d", before)) == 206
    assert set(shown.dropna()) == {"I902C_low"}


MADE = """\
** CONVERTED FROM C:\\lab\\anna.edf using edfapi
MSG\t990 DISPLAY_COORDS 0 0 1023 767
MSG\t995 TRIALID 7
MSG\t996 !V IMGLOAD CENTER cat.png 512 384 400 300
START\t1000 \tRIGHT\tSAMPLES\tEVENTS
SAMPLES\tGAZE\tRIGHT\tVEL\tRES\tRATE\t 250.00\tTRACKING\tCR\tFILTER\t2
1000\t  100.0\t  200.0\t  800.0\t   1.0\t   2.0\t  30.0\t  31.0\t...
1004\t  101.0\t  201.0\t  801.0\t   1.0\t   2.0\t  30.0\t  31.0\t...
END\t1006 \tSAMPLES\tEVENTS\tRES\t  30.0\t  31.0
MSG\t1007 TRIAL_RESULT 0
START\t2000 \tLEFT\tRIGHT\tSAMPLES\tEVENTS
SAMPLES\tGAZE\tLEFT\tRIGHT\tRATE\t 250.00\tTRACKING\tCR\tFILTER\t2
2000\t   10.0\t   20.0\t  800.0\t   30.0\t   40.0\t  900.0\t.....
2004\t    .\t    .\t    0.0\t   30.0\t   40.0\t  900.0\t.....
END\t2006 \tSAMPLES\tEVENTS\tRES\t  30.0\t  31.0
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "anna.asc"
    path.write_text(text)
    return path


def test_blocks_of_one_eye_and_of_two_in_one_file(tmp_path: Path) -> None:
    recording = the_recording(write(tmp_path, MADE))
    assert recording.gaze["t_ms"].tolist() == [0, 4, 1000, 1004]
    assert recording.gaze["x_px"].tolist() == [100, 101, 20, 30]
    assert recording.gaze["y_px"].tolist() == [200, 201, 30, 40]
    assert recording.gaze["stimulus"].tolist()[:2] == ["cat.png", "cat.png"]
    assert recording.gaze["stimulus"].isna().tolist() == [False, False, True, True]
    assert recording.stimuli == {"cat.png": (312, 234, 400, 300)}
    assert (recording.participant, recording.rate_hz, recording.fixations) == ("anna", 250, None)


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("  101.0", "  1o1.0", r'row 8, column 2: expected a number, got "1o1.0"'),
        ("\t  201.0\t  801.0\t   1.0\t   2.0\t  30.0\t  31.0\t...", "", "row 8: expected at least 4 values"),
        ("GAZE\tRIGHT", "HREF\tRIGHT", 'row 6: expected samples of GAZE, got "HREF RIGHT"'),
        ("SAMPLES\tGAZE", "EVENTS\tGAZE", "expected a line SAMPLES"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, was: str, now: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_export(write(tmp_path, MADE.replace(was, now)))
