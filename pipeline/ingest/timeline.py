"""The tables of a session package: slide timeline, calibration dots, gaze of another tracker."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import (
    CALIBRATION,
    CALIBRATION_KINDS,
    TIMELINE,
    TIMELINE_EVENTS,
    Bools,
    Columns,
    Lesson,
    Screen,
    typed,
)
from pipeline.errors import InputError
from pipeline.ingest.csv_table import Table, read_table
from pipeline.ingest.documents import SLUG, SLUG_MEANING, quoted
from pipeline.parameters import IngestLimits

TIME_MAX_MS: Final = 1e9  # a page that stayed open for eleven days
PLACE_MAX_PX: Final = 100_000.0  # several screens side by side
GAZE_INPUT: Final[Columns] = {"t_ms": "float64", "x_px": "float64", "y_px": "float64", "valid": "bool"}
LIMITS: Final = IngestLimits()
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}
Texts = NDArray[np.object_]


def read_timeline(path: Path, screen: Screen, limits: IngestLimits = LIMITS) -> pd.DataFrame:
    """`timeline.csv`: which slide lay where on the screen, and when the page was hidden.

    Returns
    -------
    DataFrame with the columns of TIMELINE, times never going back.

    Raises
    ------
    InputError : naming the row and column of what is wrong
    """
    return _timeline(read_table(path, list(TIMELINE), limits), screen)


def check_timeline(timeline: pd.DataFrame, screen: Screen, where: str = "slide times") -> pd.DataFrame:
    """The same for a table that was not read from a file, say typed into a form; its first row is row 1."""
    table = timeline.reindex(columns=list(TIMELINE)).astype(object)
    texts = table.where(table.notna(), "").astype(str).set_axis(range(1, len(table) + 1))
    return _timeline(Table(texts, where), screen)


def _timeline(table: Table, screen: Screen) -> pd.DataFrame:
    t_ms = table.number("t_ms", "milliseconds", 0, TIME_MAX_MS)
    table.refuse((t_ms.diff() < 0).to_numpy(), "t_ms", "a time not before that of the row above")
    event = table.choice("event", TIMELINE_EVENTS).to_numpy()
    before = _slide_before(table, event)
    placed = (event == "slide_shown") | ((event == "window_resized") & (before != ""))
    slide = table.texts["slide"].where(table.given("slide"))
    return typed(
        pd.DataFrame({"t_ms": t_ms, "event": event, "slide": slide, **_rectangles(table, placed, screen)}),
        TIMELINE,
    )


def _slide_before(table: Table, event: Texts) -> Texts:
    """The slide on screen just before each row ("" for none), once rows and slides are known to agree."""
    slide = table.texts["slide"]
    shown, hidden = event == "slide_shown", event == "slide_hidden"
    if not shown.any():
        raise InputError(table.file, "at least one event slide_shown", "none")
    well_named = slide.str.fullmatch(SLUG.pattern).to_numpy(dtype=bool)
    table.refuse(~well_named & (table.given("slide") | shown), "slide", SLUG_MEANING)

    before = slide.where(shown).mask(hidden, "").ffill().shift().fillna("").to_numpy(dtype=object)
    table.refuse(hidden & (before == ""), "event", "slide_hidden only while a slide is shown")
    about_current = hidden | (event == "window_resized")
    wrong = about_current & table.given("slide") & (slide.to_numpy() != before)
    table.refuse(wrong, "slide", "the slide on screen at that time, or nothing")
    return before


def _rectangles(table: Table, required: Bools, screen: Screen) -> dict[str, pd.Series]:
    """Where each slide lay on the screen; at least a part of it must be there."""
    places: dict[str, pd.Series] = {}
    sides = ("x_px", "width_px", screen.width_px), ("y_px", "height_px", screen.height_px)
    for start, size, screen_px in sides:
        places[start] = table.number(start, "px", -PLACE_MAX_PX, PLACE_MAX_PX, required)
        places[size] = table.number(size, "px", 1, PLACE_MAX_PX, required)
        off = (places[start] >= screen_px) | (places[start] + places[size] <= 0)
        expected = f"a slide on the screen of {screen.width_px} x {screen.height_px} px"
        table.refuse(off.to_numpy() & required, start, expected)
    return places


def check_slides(timeline: pd.DataFrame, lesson: Lesson, where: str = "timeline.csv") -> None:
    """Raise InputError for the first slide that is not one of the lesson's."""
    known = lesson.slide_ids()
    unknown = (timeline["slide"].notna() & ~timeline["slide"].isin(known)).to_numpy()
    if unknown.any():
        row = int(np.argmax(unknown))
        raise InputError(
            f"{where}, row {row + 2}, column slide",
            f"a slide of the lesson {lesson.lesson_id} ({', '.join(known)})",
            quoted(timeline["slide"].iloc[row]),
        )


def read_calibration(path: Path, screen: Screen, limits: IngestLimits = LIMITS) -> pd.DataFrame:
    """`calibration.csv`: which dot was on screen from when to when, and what for.

    Returns
    -------
    DataFrame with the columns of CALIBRATION, in order of time, no two dots at once, all on the screen.

    Raises
    ------
    InputError : naming the row and column of what is wrong
    """
    table = read_table(path, list(CALIBRATION), limits)
    on_ms = table.number("t_on_ms", "milliseconds", 0, TIME_MAX_MS)
    off_ms = table.number("t_off_ms", "milliseconds", 0, TIME_MAX_MS)
    table.refuse((off_ms <= on_ms).to_numpy(), "t_off_ms", "a time after t_on_ms of the same row")
    overlap = (on_ms < off_ms.shift()).to_numpy()
    table.refuse(overlap, "t_on_ms", "a time not before t_off_ms of the row above")
    columns = {
        "t_on_ms": on_ms,
        "t_off_ms": off_ms,
        "x_px": table.number("x_px", "px on the screen", 0, screen.width_px),
        "y_px": table.number("y_px", "px on the screen", 0, screen.height_px),
        "kind": table.choice("kind", CALIBRATION_KINDS),
    }
    return typed(pd.DataFrame(columns), CALIBRATION)


def read_gaze(path: Path, limits: IngestLimits = LIMITS) -> pd.DataFrame:
    """`gaze.csv`: gaze on the screen that another tracker measured.

    Returns
    -------
    DataFrame with t_ms (strictly increasing), x_px, y_px (NaN where not valid) and valid. Without a
    column `valid` (1 or 0, true or false), the samples that have both coordinates are valid.

    Raises
    ------
    InputError : naming the row and column of what is wrong
    """
    table = read_table(path, ("t_ms", "x_px", "y_px"), limits)
    t_ms = table.number("t_ms", "milliseconds", 0, TIME_MAX_MS)
    table.refuse((t_ms.diff() <= 0).to_numpy(), "t_ms", "a time after that of the row above")
    valid = table.given("x_px") & table.given("y_px")
    if "valid" in table.texts:
        table.texts["valid"] = table.texts["valid"].str.lower()
        valid = table.choice("valid", list(_FLAGS)).map(_FLAGS).to_numpy(dtype=bool)
    place = {
        name: table.number(name, "px", -PLACE_MAX_PX, PLACE_MAX_PX, valid).where(valid)
        for name in ("x_px", "y_px")
    }
    return typed(pd.DataFrame({"t_ms": t_ms, **place, "valid": valid}), GAZE_INPUT)
