"""WebGazer and jsPsych: written from the description of the format; no real file was at hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import TrackerRecording
from pipeline.ingest.trackers.registry import read_export

BOX = {"x": 100, "y": 50, "width": 800, "height": 600, "top": 50, "bottom": 650, "left": 100, "right": 900}
TRIALS: list[dict[str, Any]] = [
    {"trial_type": "browser-check", "trial_index": 0, "time_elapsed": 50, "width": 1280, "height": 640},
    {
        "trial_type": "image-keyboard-response",
        "trial_index": 1,
        "time_elapsed": 1100,
        "stimulus": "img/cat.png",
        "webgazer_data": [
            {"x": 500, "y": 300, "t": 30},
            {"x": 500, "y": 300, "t": 64},
            {"x": None, "y": None, "t": 98},
            {"x": 510, "y": 305, "t": None},
            {"x": 520, "y": 310, "t": 100},
        ],
        "webgazer_targets": {"#jspsych-image-keyboard-response-stimulus": BOX},
    },
    {
        "trial_type": "html-keyboard-response",
        "trial_index": 2,
        "time_elapsed": 2200,
        "stimulus": "<p>hello</p>",
        "webgazer_data": [{"x": 1, "y": 2, "t": 10}, {"x": 3, "y": 4, "t": 40}],
    },
]


def recordings_of(folder: Path, content: object) -> list[TrackerRecording]:
    path = folder / "data.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_export(path)


def test_trials_lie_on_the_clock_of_the_experiment(tmp_path: Path) -> None:
    """The cat's last point (t 100) comes at 1100 ms, the text's (t 40) at 2200: begun at 1000 and 2160."""
    (recording,) = recordings_of(tmp_path, TRIALS)
    assert recording.gaze["t_ms"].tolist() == pytest.approx([0, 34, 68, 70, 1140, 1170])
    np.testing.assert_equal(recording.gaze["x_px"].to_numpy(), [500, 500, np.nan, 520, 1, 3])
    assert recording.gaze["valid"].tolist() == [True, True, False, True, True, True]
    assert recording.gaze["stimulus"].tolist() == ["cat.png"] * 4 + ["trial 2"] * 2
    assert recording.stimuli == {"cat.png": (100, 50, 800, 600), "trial 2": (0, 0, 1280, 640)}
    assert (recording.width_px, recording.height_px, recording.size_stated) == (1280, 640, True)
    assert any("1 row(s) without a time" in note for note in recording.notes)
    assert any("1 of 7 points repeat" in note for note in recording.notes)


def test_trials_without_an_end_follow_one_another(tmp_path: Path) -> None:
    trials = [{name: value for name, value in trial.items() if name != "time_elapsed"} for trial in TRIALS]
    (recording,) = recordings_of(tmp_path, trials)
    assert (recording.gaze["t_ms"].diff().dropna() > 0).all()
    assert any("laid out one after another" in note for note in recording.notes)


def test_people_are_kept_apart(tmp_path: Path) -> None:
    people = [trial | {"subject_id": name} for name in ("s1", "s2") for trial in TRIALS[1:]]
    first, second = recordings_of(tmp_path, people)
    assert (first.participant, second.participant) == ("s1", "s2")
    assert len(first.gaze) == len(second.gaze) == 6


def test_several_documents_in_one_file(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps([trial | {"run_id": run} for trial in TRIALS[1:]]) for run in (1, 2))
    assert [recording.participant for recording in recordings_of(tmp_path, lines)] == ["1", "2"]


def test_the_same_as_csv(tmp_path: Path) -> None:
    names = list(dict.fromkeys(name for trial in TRIALS[1:] for name in trial))
    path = tmp_path / "data.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        for trial in TRIALS[1:]:
            values = [trial.get(name, "") for name in names]
            writer.writerow([v if isinstance(v, str | int) else json.dumps(v) for v in values])
    (recording,) = read_export(path, screen_px=(1280, 640))
    (expected,) = recordings_of(tmp_path, TRIALS)
    assert recording.gaze.equals(expected.gaze)
    assert recording.stimuli == expected.stimuli


def test_a_plain_list_of_points(tmp_path: Path) -> None:
    (recording,) = recordings_of(tmp_path, [{"x": 1.5, "y": 2.5, "t": 1000.25}, {"x": 3, "y": 4, "t": 1034}])
    assert recording.gaze["t_ms"].tolist() == [0, 33.75]
    assert recording.gaze["x_px"].tolist() == [1.5, 3]
    assert recording.gaze["stimulus"].isna().all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '[{"trial_type": "a", "webgazer_data": [{"x": "left", "y": 1, "t": 1}]}]',
            "entry 1, field webgazer_data",
        ),
        ('[{"trial_type": "a", "webgazer_data": [1, 2]}]', "entry 1, field webgazer_data"),
        ('[{"trial_type": "a", "webgazer_data": {"x": 1}}]', "expected a list of points"),
        ('[{"trial_type": "a", "webgazer_data": []}]', "expected points with x, y and t, got none"),
        ('[{"trial_type": "a"}, 3]', "entry 2: expected a trial"),
        ('[{"trial_type": "a", "webgazer_data": [{"x": 1', "line 1: expected valid JSON"),
        ('[{"trial_type": "a", "webgazer_data": ' + "[" * 100_000, "far too many levels"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        recordings_of(tmp_path, content)
