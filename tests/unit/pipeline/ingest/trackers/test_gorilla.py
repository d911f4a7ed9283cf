"""Gorilla: the real predictions of 23 people, written out as the CSV that Gorilla makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.ingest.trackers.recording import TrackerRecording
from pipeline.ingest.trackers.registry import read_export


@pytest.fixture(scope="module")
def table(shared_data: Path) -> pd.DataFrame:
    return pd.read_parquet(shared_data / "importers" / "gorilla_webgazer" / "eyedata_deidentified.parquet")


@pytest.fixture(scope="module")
def export(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gorilla") / "all.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def real(export: Path) -> list[TrackerRecording]:
    return read_export(export)


def test_every_prediction_of_every_person_is_there(table: pd.DataFrame, real: list[TrackerRecording]) -> None:
    assert len(real) == 23
    assert sum(recording.rows for recording in real) == len(table) == 104_823
    for recording in real:
        own = table[table["subject"] == recording.participant]
        assert recording.rows == len(own)
        assert len(recording.gaze) == own["time_stamp"].nunique()
        assert recording.gaze["t_ms"].iloc[-1] == own["time_stamp"].max() - own["time_stamp"].min()
        assert set(recording.stimuli) == set(own["trial"].astype(str))
        assert recording.format == "gorilla"


def test_places_are_those_predicted(table: pd.DataFrame, real: list[TrackerRecording]) -> None:
    """Of somebody whose window kept its size, to the last digit of what was written."""
    own = table[table["subject"] == "S07"].sort_values("time_stamp", kind="stable")
    own = own.drop_duplicates("time_stamp")
    gaze = next(recording for recording in real if recording.participant == "S07").gaze
    np.testing.assert_allclose(gaze["x_px"], own["x_pred"], atol=0.02)
    np.testing.assert_allclose(gaze["y_px"], own["y_pred"], atol=0.02)


def test_the_window_is_worked_out(real: list[TrackerRecording]) -> None:
    """Widths that screens have, although no column of the file says them."""
    widths = {recording.participant: recording.width_px for recording in real}
    assert [widths[name] for name in ("S04", "S06", "S07", "S22")] == [1366, 1536, 1920, 2560]
    s07 = next(recording for recording in real if recording.participant == "S07")
    assert set(s07.stimuli.values()) == {(240, 0, 1440, 1080)}
    resized = [r.participant for r in real if any("resized" in note for note in r.notes)]
    assert resized == ["S03", "S10"]


def test_rates_are_those_of_webcams(real: list[TrackerRecording]) -> None:
    """Two people's pictures came at less than ten a second."""
    rates = [recording.rate_hz or 0 for recording in real]
    assert 20 < np.median(rates) < 31
    assert max(rates) < 62


def write(folder: Path, text: str) -> Path:
    path = folder / "one.csv"
    path.write_text(text)
    return path


def test_only_predictions_of_a_face_that_was_found(tmp_path: Path) -> None:
    text = (
        "Participant Private ID,type,time_elapsed,x_pred,y_pred,convergence,face_conf\n"
        "77,zone,0,,,,\n"
        "77,prediction,10,100,200,2,0.9\n"
        "77,prediction,50,110,210,12,0.9\n"
        "77,prediction,90,120,220,2,0.4\n"
    )
    (recording,) = read_export(write(tmp_path, text))
    assert (recording.participant, recording.rows, recording.size_stated) == ("77", 3, False)
    assert recording.gaze["valid"].tolist() == [True, False, False]
    assert recording.gaze["t_ms"].tolist() == [0, 40, 80]


def test_screens_follow_one_another_where_each_has_its_own_clock(tmp_path: Path) -> None:
    text = "subject,trial,time,x_pred,y_pred\na,1,0,1,1\na,1,40,2,2\na,2,0,3,3\na,2,40,4,4\nb,1,0,5,5\n"
    first, second = read_export(write(tmp_path, text))
    assert first.gaze["t_ms"].tolist() == [0, 40, 80, 120]
    assert first.gaze["x_px"].tolist() == [1, 2, 3, 4]
    assert second.gaze["t_ms"].tolist() == [0]


def test_shares_without_px_tell_no_stage(tmp_path: Path) -> None:
    text = "trial,time,x_pred,y_pred,x_pred_normalised,y_pred_normalised\n1,0,,,0.1,0.2\n1,40,,,0.5,0.6\n"
    (recording,) = read_export(write(tmp_path, text))
    assert not recording.gaze["valid"].any()
    assert not recording.size_stated
