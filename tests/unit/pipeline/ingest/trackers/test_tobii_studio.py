"""Tobii Studio: real exports of 2.x, checked against their raw text; 3.x from its description."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest.trackers.recording import Space, TrackerRecording
from pipeline.ingest.trackers.registry import read_export

# What the raw text says, counted by other means (awk): samples, lost ones, fixations.
REAL = {
    "J07.csv": (617, 0, 22),
    "J08.csv": (346, 0, 11),
    "Rec_01.tsv": (252, 0, 4),
    "Rec_02.tsv": (693, 0, 13),
    "Rec_04-All-Data-2stimuli.tsv": (1231, 23, 72),
    "tobii-CSVExport-All-Data-noheader-nofilter.tsv": (586, 0, 30),
}


def raw_rows(path: Path) -> list[dict[str, str]]:
    """The samples by the standard library, none of the project's code."""
    with path.open(newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["ValidityLeft"]]


def decimal(text: str) -> float:
    return float(text.replace(",", "."))


def only(path: Path) -> TrackerRecording:
    (one,) = read_export(path)
    return one


@pytest.mark.parametrize("name", REAL)
def test_real_exports(shared_data: Path, name: str) -> None:
    path = shared_data / "importers" / "tobii_studio" / name
    one, rows = only(path), raw_rows(path)
    samples, lost, fixations = REAL[name]

    assert (one.format, one.space, one.participant) == ("tobii_studio", Space.SCREEN, None)
    assert one.rows == len(one.gaze) == len(rows) == samples
    assert int((~one.gaze["valid"]).sum()) == lost
    assert one.rate_hz == pytest.approx(50.0, rel=0.01)
    assert (one.width_px, one.height_px, one.size_stated) == (1280, 1024, False)
    assert one.gaze["t_ms"].tolist() == [float(row["Timestamp"]) for row in rows]

    seen = [min(int(row["ValidityLeft"]), int(row["ValidityRight"])) <= 1 for row in rows]
    assert one.gaze["valid"].tolist() == seen
    for ours, theirs in (("x_px", "GazePointX"), ("y_px", "GazePointY")):
        wanted = [decimal(row[theirs]) if valid else np.nan for row, valid in zip(rows, seen, strict=True)]
        np.testing.assert_array_equal(one.gaze[ours], wanted)
    assert one.gaze["distance_mm"].dropna().between(500, 800).all()  # a lost eye's -1 is in no mean
    names = [None if row["StimuliName"] == "No media" else row["StimuliName"] for row in rows]
    assert one.gaze["stimulus"].astype(object).where(one.gaze["stimulus"].notna(), None).tolist() == names

    assert one.fixations is not None
    assert (
        len(one.fixations) == len({row["FixationIndex"] for row in rows if row["FixationIndex"]}) == fixations
    )
    first = next(row for row in rows if row["FixationIndex"])
    assert one.fixations.loc[0, ["onset_ms", "duration_ms", "x_px", "y_px"]].tolist() == [
        float(first["Timestamp"]),
        decimal(first["FixationDuration"]),
        decimal(first["MappedFixationPointX"]) + decimal(first["MediaPosX"]),
        decimal(first["MappedFixationPointY"]) + decimal(first["MediaPosY"]),
    ]


@pytest.mark.parametrize("name", ["J07.csv", "J08.csv", "Rec_01.tsv", "Rec_02.tsv"])
def test_real_fixations_lie_where_their_samples_do(shared_data: Path, name: str) -> None:
    """The vendor's places are on the media, which lies 40 px to the right on the screen."""
    one = only(shared_data / "importers" / "tobii_studio" / name)
    assert one.fixations is not None
    far = []
    for onset, duration, x, y in one.fixations.iloc[:, :4].to_numpy(dtype=float):
        within = one.gaze["t_ms"].between(onset, onset + duration - 20)
        centre = one.gaze.loc[within, ["x_px", "y_px"]].mean()
        far.append(np.hypot(centre["x_px"] - x, centre["y_px"] - y))
    assert np.median(far) < 5


def test_media_lie_where_the_export_says(shared_data: Path) -> None:
    folder = shared_data / "importers" / "tobii_studio"
    assert only(folder / "J07.csv").stimuli == {"Augenblicke7.jpg": (40, 0, 1200, 1024)}
    assert only(folder / "Rec_04-All-Data-2stimuli.tsv").stimuli == {"SMI Label.bmp": (465, 369, 351, 287)}


def test_a_fixation_belongs_to_the_stimulus_of_its_middle(shared_data: Path) -> None:
    """The first fixation of this recording begins before the picture is shown."""
    one = only(shared_data / "importers" / "tobii_studio" / "Rec_01.tsv")
    assert one.gaze["stimulus"].isna().iloc[0]
    assert one.fixations is not None
    assert one.fixations.loc[0, "stimulus"] == "Augenblicke.jpg"


COLUMNS_3 = (
    *("ParticipantName", "RecordingName", "RecordingResolution", "MediaName"),
    *("MediaPosX (ADCSpx)", "MediaPosY (ADCSpx)", "MediaWidth", "MediaHeight"),
    *(
        "RecordingTimestamp",
        "StudioEvent",
        "FixationIndex",
        "SaccadeIndex",
        "GazeEventType",
        "GazeEventDuration",
    ),
    *("FixationPointX (MCSpx)", "FixationPointY (MCSpx)", "GazePointX (ADCSpx)", "GazePointY (ADCSpx)"),
    *("DistanceLeft", "DistanceRight", "ValidityLeft", "ValidityRight", "AOI[stem]Hit"),
)
ANNA, BEN = "Anna|Rec 01|1680 x 1050", "Ben|Rec 02|1680 x 1050"
LEAF = "leaf.png|340|25|1000|1000"
STUDIO_3 = "\n".join(
    [
        "|".join(COLUMNS_3),
        f"{ANNA}||||||0|RecordingStart|||||||||||||",
        f"{ANNA}|{LEAF}|3||1||Fixation|33|110|215|450|240|601.5|602.5|0|0|1",
        f"{ANNA}|{LEAF}|20||1||Fixation|33|110|215|452|242|601.5||1|4|1",
        f"{ANNA}|{LEAF}|37|||1|Saccade|17|||600|400|||2|3|0",
        f"{ANNA}|{LEAF}|53||||Unclassified|17|||||||4|4|0",
        f"{BEN}|{LEAF}|7||1||Fixation|17|10|15|350|40|601.5|602.5|0|0|0",
        "",
    ]
).replace("|", "\t")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (STUDIO_3, "utf-8"),
        (STUDIO_3.replace(".5", ",5"), "utf-16"),
        (STUDIO_3.replace("\n", "\t\n"), "utf-8"),
    ],
)
def test_studio_3(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "export.tsv"
    path.write_text(text, encoding=encoding)
    anna, ben = read_export(path)
    assert (anna.participant, ben.participant) == ("Anna", "Ben")
    assert (anna.width_px, anna.height_px, anna.size_stated) == (1680, 1050, True)
    assert anna.gaze["t_ms"].tolist() == [3, 20, 37, 53]
    assert anna.gaze["valid"].tolist() == [True, True, False, False]
    np.testing.assert_array_equal(anna.gaze["x_px"], [450, 452, np.nan, np.nan])
    np.testing.assert_array_equal(anna.gaze["distance_mm"], [602, 601.5, np.nan, np.nan])
    assert anna.stimuli == {"leaf.png": (340, 25, 1000, 1000)}
    assert anna.fixations is not None
    assert anna.fixations.to_numpy().tolist() == [[3, 33, 450, 240, "leaf.png"]]
    assert anna.notes == ()


def test_gaze_on_the_media_alone_is_put_on_the_screen(tmp_path: Path) -> None:
    header = (
        "RecordingTimestamp\tGazePointX (MCSpx)\tGazePointY (MCSpx)\tMediaPosX (ADCSpx)\tMediaPosY (ADCSpx)\n"
    )
    path = tmp_path / "export.tsv"
    path.write_text(header + "0\t10\t20\t100\t50\n20\t\t\t100\t50\n40\t12\t22\t100\t50\n")
    one = only(path)
    assert one.gaze[["t_ms", "x_px", "y_px"]].to_numpy().tolist() == [[0, 110, 70], [40, 112, 72]]
    assert one.gaze["valid"].all()
