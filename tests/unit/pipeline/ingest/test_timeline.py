"""The package's tables: what is right is read exactly, what is wrong is named by row and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import CALIBRATION, TIMELINE, Lesson, Screen, Slide
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.timeline import (
    check_slides,
    check_timeline,
    read_calibration,
    read_fixations,
    read_gaze,
    read_timeline,
)
from pipeline.parameters import IngestLimits

SCREEN = Screen(1280, 720, 344, 193.5)
HEADER = "t_ms,event,slide,x_px,y_px,width_px,height_px\n"
SHOWN = "0,slide_shown,a,160,40,960,540\n"
FIXATION = "onset_ms,duration_ms,x_px,y_px\n"
DOTS = "t_on_ms,t_off_ms,x_px,y_px,kind\n"

Read = Callable[[str], pd.DataFrame]


@pytest.fixture
def timeline(tmp_path: Path) -> Read:
    return lambda text: read_timeline(write(tmp_path / "timeline.csv", text), SCREEN)


@pytest.fixture
def calibration(tmp_path: Path) -> Read:
    return lambda text: read_calibration(write(tmp_path / "calibration.csv", text), SCREEN)


@pytest.fixture
def gaze(tmp_path: Path) -> Read:
    return lambda text: read_gaze(write(tmp_path / "gaze.csv", text))


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def refused(read: Read, text: str, where: str, expected: str, got: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.where == where
    assert expected in caught.value.expected
    assert got in caught.value.got


def test_a_timeline_is_read_as_it_stands(timeline: Read) -> None:
    table = timeline(HEADER + SHOWN + "12.5,page_hidden,,,,,\n12.5,page_visible,,,,,\n")
    assert table.dtypes.astype(str).to_dict() == TIMELINE
    assert table["t_ms"].tolist() == [0, 12.5, 12.5]
    assert table["event"].tolist() == ["slide_shown", "page_hidden", "page_visible"]
    assert table["slide"].isna().tolist() == [False, True, True]
    assert table.loc[0, ["x_px", "y_px", "width_px", "height_px"]].tolist() == [160, 40, 960, 540]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + SHOWN,
        (HEADER + SHOWN).replace("\n", "\r\n"),
        HEADER + SHOWN + "\n \n,,,,,,\n",
        HEADER.replace("\n", ",note\n") + SHOWN.replace("\n", ',"a, b"\n'),
        "event,t_ms,slide,x_px,y_px,width_px,height_px\nslide_shown, 0 ,a,160,40,960,540",
    ],
    ids=["byte-order mark", "Windows lines", "empty end", "another column", "another order"],
)
def test_what_spreadsheets_do_to_a_table_is_taken_in_their_stride(timeline: Read, text: str) -> None:
    pd.testing.assert_frame_equal(timeline(text), timeline(HEADER + SHOWN))


NUMBER = "a number of milliseconds from 0 to"
BAD_TIMELINES: dict[str, tuple[str, str, str, str]] = {
    "no table": ("\n\n", "", "content", "an empty file"),
    "only commas": (",,,,,,\n", ", row 1", "the columns t_ms,event,slide", '""'),
    "other columns": ("time,what\n1,2\n", ", row 1", "the columns t_ms,event,slide", '"time,what"'),
    "semicolons": (HEADER.replace(",", ";") + SHOWN, ", row 1", "the columns t_ms,event", '"t_ms;event;'),
    "a column twice": (HEADER.replace("\n", ",t_ms\n"), ", row 1", "the columns t_ms", "t_ms"),
    "a field too few": (HEADER + SHOWN + "5,page_hidden,,,,\n", ", row 3", "7 fields", "6"),
    "a field too many": (HEADER + SHOWN + "5,page_hidden,,,,,,\n", ", row 3", "7 fields", "8"),
    "an empty line": (HEADER + "\n" + SHOWN, ", row 2", "7 fields", "an empty line"),
    "an open quote": (HEADER + '"0,slide_shown', ", row 2", "comma-separated values", "unexpected end"),
    "no time": (HEADER + SHOWN + ",page_hidden,,,,,\n", ", row 3, column t_ms", NUMBER, "nothing"),
    "a word": (HEADER + SHOWN + "soon,page_hidden,,,,,\n", ", row 3, column t_ms", NUMBER, '"soon"'),
    "not a number": (HEADER + SHOWN + "nan,page_hidden,,,,,\n", ", row 3, column t_ms", NUMBER, '"nan"'),
    "infinite": (HEADER + SHOWN + "inf,page_hidden,,,,,\n", ", row 3, column t_ms", NUMBER, '"inf"'),
    "before the page": (HEADER + SHOWN.replace("0,", "-1,", 1), ", row 2, column t_ms", NUMBER, '"-1"'),
    "time runs back": (
        HEADER + SHOWN + "9,page_hidden,,,,,\n8,page_visible,,,,,\n",
        ", row 4, column t_ms", "a time not before that of the row above", '"8"',
    ),
    "an unknown event": (
        HEADER + SHOWN + "5,tab_closed,,,,,\n",
        ", row 3, column event", "one of slide_shown, slide_hidden, page_hidden", '"tab_closed"',
    ),
    "nothing shown": (HEADER + "5,page_hidden,,,,,\n", "", "at least one event slide_shown", "none"),
    "no slide": (
        HEADER + SHOWN + "5,slide_shown,,160,40,960,540\n", ", row 3, column slide", "a short name", "nothing"
    ),
    "a slide's name": (
        HEADER + SHOWN.replace(",a,", ",../a,"),
        ", row 2, column slide", "a short name of small letters", '"../a"',
    ),
    "no rectangle": (
        HEADER + SHOWN + "5,slide_shown,b,,,,\n", ", row 3, column x_px", "a number of px", "nothing"
    ),
    "half a rectangle": (
        HEADER + SHOWN + "5,window_resized,a,1,2,3,\n",
        ", row 3, column height_px", "a number of px from 1", ""
    ),
    "no width": (
        HEADER + SHOWN + "5,slide_shown,b,1,2,0,5\n",
        ", row 3, column width_px", "a number of px from 1", '"0"'
    ),
    "right of the screen": (
        HEADER + SHOWN + "5,slide_shown,b,1280,40,960,540\n",
        ", row 3, column x_px", "a slide on the screen of 1280 x 720 px", '"1280"',
    ),
    "above the screen": (
        HEADER + SHOWN + "5,slide_shown,b,160,-540,960,540\n",
        ", row 3, column y_px", "a slide on the screen of 1280 x 720 px", '"-540"',
    ),
    "hidden unseen": (
        HEADER + "5,slide_hidden,,,,,\n" + SHOWN.replace("0,", "6,", 1),
        ", row 2, column event", "slide_hidden only while a slide is shown", '"slide_hidden"',
    ),
    "hidden twice": (
        HEADER + SHOWN + "5,slide_hidden,a,,,,\n6,slide_hidden,a,,,,\n",
        ", row 4, column event", "slide_hidden only while a slide is shown", "",
    ),
    "another is hidden": (
        HEADER + SHOWN + "5,slide_hidden,b,,,,\n", ", row 3, column slide", "the slide on screen", '"b"'
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_TIMELINES)
def test_a_bad_timeline_is_refused_by_row_and_column(timeline: Read, case: str) -> None:
    text, where, expected, got = BAD_TIMELINES[case]
    refused(timeline, text, "timeline.csv" + where, expected, got)


def test_a_table_that_is_no_text_or_far_too_large_is_refused(tmp_path: Path, timeline: Read) -> None:
    path = tmp_path / "timeline.csv"
    path.write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(InputError, match=r"timeline\.csv: expected text in UTF-8, got byte 0xff"):
        read_timeline(path, SCREEN)
    with pytest.raises(UnsafeInputError, match="at most 20 bytes, got 48 bytes"):
        read_timeline(path, SCREEN, IngestLimits(table_bytes=20))
    refused(timeline, HEADER + "9" * 200_000, "timeline.csv, row 2", "comma-separated", "field limit")


def test_slide_times_typed_in_are_checked_the_same_way_with_rows_from_one() -> None:
    row: dict[str, Any] = {"x_px": 0, "y_px": 0, "width_px": 1280, "height_px": 720}
    times = pd.DataFrame(
        [{"t_ms": t, "event": "slide_shown", "slide": s, **row} for t, s in ((0, "a"), (9, "b"))]
    )
    checked = check_timeline(times, SCREEN)
    assert checked.dtypes.astype(str).to_dict() == TIMELINE
    assert checked["slide"].tolist() == ["a", "b"]
    with pytest.raises(InputError, match="slide times, row 2, column t_ms"):
        check_timeline(times.assign(t_ms=[9, 0]), SCREEN)
    with pytest.raises(InputError, match="slide times, row 1, column event"):
        check_timeline(times.drop(columns="event"), SCREEN)


def test_a_slide_that_is_not_the_lessons_is_named_with_those_that_are(timeline: Read) -> None:
    lesson = Lesson("c", "C", "leaves", "L", (Slide("a", "A", "a.png", 1, 1), Slide("b", "B", "b.png", 1, 1)))
    check_slides(timeline(HEADER + SHOWN), lesson)
    table = timeline(HEADER + SHOWN + "5,page_hidden,,,,,\n9,slide_shown,x,160,40,960,540\n")
    with pytest.raises(InputError) as caught:
        check_slides(table, lesson)
    assert str(caught.value) == (
        'timeline.csv, row 4, column slide: expected a slide of the lesson leaves (a, b), got "x".'
    )


def test_calibration_is_read_as_it_stands(calibration: Read) -> None:
    table = calibration(DOTS + "0,900,0,720,calibrate\n900,1800.5,1280,0,validate\n")
    assert table.dtypes.astype(str).to_dict() == CALIBRATION
    assert table.to_numpy().tolist() == [
        [0, 900, 0, 720, "calibrate"],
        [900, 1800.5, 1280, 0, "validate"],
    ]
    assert calibration(DOTS).empty


@pytest.mark.parametrize(
    ("rows", "where", "expected", "got"),
    [
        (
            "0,9,1281,5,calibrate\n",
            "row 2, column x_px",
            "a number of px on the screen from 0 to 1280",
            '"1281"',
        ),
        (
            "0,9,5,-0.1,calibrate\n",
            "row 2, column y_px",
            "a number of px on the screen from 0 to 720",
            '"-0.1"',
        ),
        ("9,9,5,5,calibrate\n", "row 2, column t_off_ms", "a time after t_on_ms", '"9"'),
        (
            "0,9,5,5,calibrate\n8,20,5,5,validate\n",
            "row 3, column t_on_ms",
            "not before t_off_ms of the",
            '"8"',
        ),
        ("0,9,5,5,pursuit\n", "row 2, column kind", "one of calibrate, validate, head_motion", '"pursuit"'),
        ("0,9,5,,calibrate\n", "row 2, column y_px", "a number of px on the screen", "nothing"),
    ],
)
def test_a_bad_dot_is_refused_by_row_and_column(
    calibration: Read, rows: str, where: str, expected: str, got: str
) -> None:
    refused(calibration, DOTS + rows, "calibration.csv, " + where, expected, got)


def test_gaze_of_another_tracker_is_read_with_its_losses(gaze: Read) -> None:
    table = gaze("t_ms,x_px,y_px,valid,pupil\n0,1,2,1,3\n16.7,,,0,\n33.3,-20.5,740,TRUE,\n50,9,9,false,\n")
    assert table.dtypes.astype(str).tolist() == ["float64", "float64", "float64", "bool", "float64"]
    assert table["distance_mm"].isna().all()
    assert table["valid"].tolist() == [True, False, True, False]
    np.testing.assert_array_equal(table["x_px"], [1, np.nan, -20.5, np.nan])
    without = gaze("t_ms,x_px,y_px\n0,1,2\n16.7,,\n33.3,5,\n")
    assert without["valid"].tolist() == [True, False, False]


def test_gaze_may_tell_the_distance(gaze: Read) -> None:
    table = gaze("t_ms,x_px,y_px,distance_mm\n0,1,2,612.5\n16.7,1,2,\n")
    np.testing.assert_array_equal(table["distance_mm"], [612.5, np.nan])


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("onset_ms,x_px,y_px\n0,1,2\n", "row 1", "the columns onset_ms,duration_ms,x_px,y_px"),
        (f"{FIXATION}9,5,1,2\n9,5,1,2\n", "row 3, column onset_ms", "a time after that of the row above"),
        (f"{FIXATION}9,0,1,2\n", "row 2, column duration_ms", "more than 0 milliseconds"),
        (f"{FIXATION}9,5,,2\n", "row 2, column x_px", "a number of px"),
    ],
)
def test_bad_fixations_are_refused_by_row_and_column(
    tmp_path: Path, text: str, where: str, expected: str
) -> None:
    def read(text: str) -> pd.DataFrame:
        return read_fixations(write(tmp_path / "fixations.csv", text))

    refused(read, text, "fixations.csv, " + where, expected, "")


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("t_ms,x_px\n0,1\n", "row 1", "the columns t_ms,x_px,y_px"),
        ("t_ms,x_px,y_px\n5,1,2\n5,1,2\n", "row 3, column t_ms", "a time after that of the row above"),
        ("t_ms,x_px,y_px\n0,left,2\n", "row 2, column x_px", "a number of px"),
        ("t_ms,x_px,y_px,valid\n0,1,2,maybe\n", "row 2, column valid", "one of 1, true, 0, false"),
        ("t_ms,x_px,y_px,valid\n0,1,,1\n", "row 2, column y_px", "a number of px"),
    ],
)
def test_bad_gaze_is_refused_by_row_and_column(gaze: Read, text: str, where: str, expected: str) -> None:
    refused(gaze, text, "gaze.csv, " + where, expected, "")
