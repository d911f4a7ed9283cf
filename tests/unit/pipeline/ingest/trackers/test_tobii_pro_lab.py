"""Tobii Pro Lab: both generations of headers. The samples are written here from the format's description."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space
from pipeline.ingest.trackers.registry import read_export

COLUMNS = (
    "Recording timestamp",
    "Sensor",
    "Participant name",
    "Recording name",
    "Recording resolution height",
    "Recording resolution width",
    "Event",
    "Gaze point X",
    "Gaze point Y",
    "Gaze point X (MCSnorm)",
    "Eye position left Z (DACSmm)",
    "Eye position right Z (DACSmm)",
    "Validity left",
    "Validity right",
    "Presented Stimulus name",
    "Presented Media width",
    "Presented Media height",
    "Presented Media position X (DACSpx)",
    "Presented Media position Y (DACSpx)",
    "Eye movement type",
    "Gaze event duration",
    "Eye movement type index",
    "Fixation point X",
    "Fixation point Y",
    "AOI hit [leaf - stem]",
)
LEAF = "leaf|1600|900|160|90"
LIGHT = "light|800|600|560|240"
NONE = "||||"
# Two people; the first has two slides, an event, a mouse's row, a lost sample and three fixations.
OLD = "\n".join(
    [
        "|".join(COLUMNS),
        f"0||P01|R1|1080|1920|RecordingStart||||||||{NONE}||||||",
        f"1000|Eye Tracker|P01|R1|1080|1920||100|200|.01|600|610|Valid|Valid|{LEAF}|Fixation|40|1|105|205|1",
        f"17667|Eye Tracker|P01|R1|1080|1920||110|210|.02|600||Valid|Invalid|{LEAF}|Fixation|40|1|105|205|1",
        f"20000|Mouse|P01|R1|1080|1920|MouseEvent||||||||{LEAF}||||||",
        f"34333|Eye Tracker|P01|R1|1080|1920|||||||Invalid|Invalid|{LEAF}|EyesNotFound|17|1|||",
        f"51000|Eye Tracker|P01|R1|1080|1920||500|600|.3|620|620|Valid|Valid|{LEAF}|Fixation|17|2|505|605|0",
        f"67667|Eye Tracker|P01|R1|1080|1920||700|300|.3|620|620|Valid|Valid|{LIGHT}|Saccade|17|1|||0",
        f"84333|Eye Tracker|P01|R1|1080|1920||800|400|.3|620|620|Valid|Valid|{LIGHT}|Fixation|60|3|805|405|0",
        f"9000|Eye Tracker|P02|R2|1080|1920||1|2|.1|500|500|Valid|Valid|{NONE}||17||||",
        f"25667|Eye Tracker|P02|R2|1080|1920||3|4|.1|500|500|Invalid|Valid|{NONE}||17||||",
        "",
    ]
).replace("|", "\t")

NEW = {
    "Recording timestamp": "Recording timestamp [μs]",
    "Recording resolution height": "Recording resolution height [px]",
    "Recording resolution width": "Recording resolution width [px]",
    "Gaze point X": "Gaze point X [DACS px]",
    "Gaze point Y": "Gaze point Y [DACS px]",
    "Eye position left Z (DACSmm)": "Eye position left Z [DACS mm]",
    "Eye position right Z (DACSmm)": "Eye position right Z [DACS mm]",
    "Gaze point X (MCSnorm)": "Gaze point X [MCS norm]",
    "Presented Media width": "Presented Media width [px]",
    "Presented Media height": "Presented Media height [px]",
    "Presented Media position X (DACSpx)": "Presented Media position X [DACS px]",
    "Presented Media position Y (DACSpx)": "Presented Media position Y [DACS px]",
    "Gaze event duration": "Gaze event duration [ms]",
    "Fixation point X": "Fixation point X [DACS px]",
    "Fixation point Y": "Fixation point Y [DACS px]",
}


def renamed(text: str, names: dict[str, str]) -> str:
    header, rows = text.split("\n", 1)
    return "\t".join(names.get(name, name) for name in header.split("\t")) + "\n" + rows


def table(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def joined(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows) + "\n"


def in_ms(text: str) -> str:
    """The same export with its first column, the time, in milliseconds."""
    header, *rows = table(text)
    return joined([header] + [[f"{float(row[0]) / 1000:.3f}", *row[1:]] for row in rows])


def keeping(text: str, *names: str) -> str:
    header, *rows = table(text)
    places = [header.index(name) for name in names]
    return joined([[row[place] for place in places] for row in [header, *rows]])


def write(folder: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path = folder / "anything.txt"
    path.write_bytes(text.encode(encoding))
    return path


MILLISECONDS = renamed(in_ms(renamed(OLD, NEW)), {NEW["Recording timestamp"]: "Recording timestamp [ms]"})


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        renamed(OLD, NEW),
        renamed(OLD, {name: new.replace("μ", "\u00b5") for name, new in NEW.items()}),  # the other mu
        MILLISECONDS,
        MILLISECONDS.replace(".", ","),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_all_generations_read_the_same(tmp_path: Path, text: str, encoding: str) -> None:
    first, second = read_export(write(tmp_path, text, encoding))

    assert (first.format, first.participant, second.participant) == ("tobii_pro_lab", "P01", "P02")
    assert (first.space, first.width_px, first.height_px, first.size_stated) == (
        Space.SCREEN,
        1920,
        1080,
        True,
    )
    assert (first.rows, second.rows) == (6, 2)
    assert first.notes == second.notes == ()

    gaze = first.gaze
    np.testing.assert_allclose(gaze["t_ms"], [1.0, 17.667, 34.333, 51.0, 67.667, 84.333])
    assert gaze["valid"].tolist() == [True, True, False, True, True, True]
    np.testing.assert_array_equal(gaze["x_px"], [100, 110, np.nan, 500, 700, 800])
    np.testing.assert_array_equal(gaze["y_px"], [200, 210, np.nan, 600, 300, 400])
    np.testing.assert_array_equal(gaze["distance_mm"], [605, 600, np.nan, 620, 620, 620])
    assert gaze["stimulus"].tolist() == ["leaf"] * 4 + ["light"] * 2
    assert first.rate_hz == pytest.approx(60.0, rel=1e-3)
    assert second.gaze["valid"].all()  # one eye is enough
    assert second.gaze["stimulus"].isna().all()

    assert first.stimuli == {"leaf": (160, 90, 1600, 900), "light": (560, 240, 800, 600)}
    assert second.stimuli == {}
    assert first.fixations is not None
    assert first.fixations.to_numpy().tolist() == [
        [1.0, 40.0, 105.0, 205.0, "leaf"],
        [51.0, 17.0, 505.0, 605.0, "leaf"],
        [84.333, 60.0, 805.0, 405.0, "light"],
    ]
    assert second.fixations is None


def test_each_recording_has_its_own_screen(tmp_path: Path) -> None:
    first, second = read_export(write(tmp_path, OLD.replace("R2\t1080\t1920", "R2\t768\t1024")))
    assert (first.width_px, first.height_px) == (1920, 1080)
    assert (second.width_px, second.height_px) == (1024, 768)


def test_timestamps_without_a_unit_are_milliseconds_where_microseconds_would_be_too_fast(
    tmp_path: Path,
) -> None:
    first, _ = read_export(write(tmp_path, in_ms(OLD)))
    assert first.gaze["t_ms"].tolist()[:2] == [1.0, 17.667]
    assert first.notes == ("The recording timestamps state no unit; their steps say milliseconds.",)


def test_a_plain_export_of_few_columns(tmp_path: Path) -> None:
    text = keeping(OLD, "Recording timestamp", "Gaze point X", "Gaze point Y")
    (one,) = read_export(write(tmp_path, text), screen_px=(1280, 720))
    assert one.participant is None
    assert one.gaze["t_ms"].tolist() == [1, 9, 17.667, 25.667, 51, 67.667, 84.333]
    assert (one.width_px, one.height_px, one.size_stated) == (1280, 720, True)
    assert one.notes == ("The samples were not in order of time and were sorted.",)


def test_fixations_alone(tmp_path: Path) -> None:
    names = "Recording timestamp", "Sensor", "Eye movement type", "Gaze event duration"
    text = keeping(OLD, *names, "Eye movement type index", "Fixation point X", "Fixation point Y")
    (one,) = read_export(write(tmp_path, text))
    assert len(one.gaze) == 0
    assert one.fixations is not None
    assert one.fixations["onset_ms"].tolist() == [1, 51, 84.333]


def test_without_an_index_an_unbroken_run_is_one_fixation(tmp_path: Path) -> None:
    names = [name for name in OLD.split("\n", 1)[0].split("\t") if name != "Eye movement type index"]
    first, _ = read_export(write(tmp_path, keeping(OLD, *names)))
    assert first.fixations is not None
    assert first.fixations["onset_ms"].tolist() == [1, 51, 84.333]


def test_shares_of_the_media_are_put_on_the_screen(tmp_path: Path) -> None:
    text = """\
Recording timestamp [ms]|Gaze point X [MCS norm]|Gaze point Y [MCS norm]|Presented Media width [px]\
|Presented Media height [px]|Presented Media position X [DACS px]|Presented Media position Y [DACS px]
0|0.5|0.25|800|600|560|240
10|0|1|800|600|560|240
""".replace("|", "\t")
    (one,) = read_export(write(tmp_path, text))
    assert one.space == Space.SCREEN
    assert one.gaze["x_px"].tolist() == [560 + 400, 560]
    assert one.gaze["y_px"].tolist() == [240 + 150, 240 + 600]


def test_shares_of_media_that_lay_nobody_knows_where_stay_on_the_media(tmp_path: Path) -> None:
    text = "Recording timestamp [ms]\tGaze point X [MCS norm]\tGaze point Y [MCS norm]\n0\t0.5\t0.25\n"
    (one,) = read_export(write(tmp_path, text), screen_px=(1000, 800))
    assert one.space == Space.STIMULUS
    assert one.gaze[["x_px", "y_px"]].to_numpy().tolist() == [[500, 200]]


@pytest.mark.parametrize(
    "columns", ["Gaze point X [MCS px]|Gaze point Y [MCS px]", "Gaze point X|Gaze point Y|Gyro X"]
)
def test_glasses_see_a_scene(tmp_path: Path, columns: str) -> None:
    text = f"Recording timestamp [ms]|{columns}\n0|960|540|1\n20|961|541|1\n".replace("|", "\t")
    (one,) = read_export(write(tmp_path, text))
    assert one.space == Space.SCENE
    assert one.gaze["x_px"].tolist() == [960, 961]


def test_a_scrolled_page_keeps_its_first_place_and_says_so(tmp_path: Path) -> None:
    lines = OLD.splitlines()
    lines[5] = lines[5].replace("\t160\t90\t", "\t160\t-300\t")
    first, _ = read_export(write(tmp_path, "\n".join(lines) + "\n"))
    assert first.stimuli["leaf"] == (160, 90, 1600, 900)
    assert first.notes == ("1 stimuli moved while they were shown; the first place of each is kept.",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Eye Tracker", "Camera", "column Sensor: expected rows of the sensor Eye Tracker, got"),
        ("\tValid\t", "\tGültig\t", "expected Valid or Invalid, got"),
        ("\t500\t600", "\tabc\t600", 'row 7, column Gaze point X: expected a number, got "abc"'),
    ],
)
def test_what_cannot_be_understood_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_export(write(tmp_path, OLD.replace(old, new)))
    assert message in str(caught.value)
