"""The tables of a session package: slide timeline, calibration dots, another tracker's gaze and fixations."""

from __future__ import annotations

from collections.abc import Sequence
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
    Floats,
    Lesson,
    Screen,
    typed,
)
from pipeline.errors import InputError
from pipeline.ingest.csv_table import Table, read_table
from pipeline.ingest.documents import SLUG, SLUG_MEANING, quoted
from pipeline.ingest.numbers import read_numbers
from pipeline.parameters import IngestLimits

TIME_MAX_MS: Final = 1e9  # a page that stayed open for eleven days
PLACE_MAX_PX: Final = 100_000.0  # several screens side by side
DISTANCE_RANGE_MM: Final = (50.0, 5000.0)  # from a headset to a wall
GAZE_INPUT: Final[Columns] = {
    "t_ms": "float64",
    "x_px": "float64",
    "y_px": "float64",
    "valid": "bool",
    "distance_mm": "float64",
}
FIXATION_INPUT: Final[Columns] = {
    "onset_ms": "float64",
    "duration_ms": "float64",
    "x_px": "float64",
    "y_px": "float64",
}
LIMITS: Final = IngestLimits()
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}
Texts = NDArray[np.object_]


def _read_either(path: Path, columns: Sequence[str], optional: Sequence[str], limits: IngestLimits) -> Table:
    """The table in a Parquet file or in a CSV file, by the name's ending."""
    if path.suffix == ".parquet":
        return Table(read_numbers(path, columns, optional, limits), path.name)
    return read_table(path, columns, limits)


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


def check_overlap(timeline: pd.DataFrame, t_ms: Floats, where: str = "timeline.csv") -> None:
    """Raise InputError where no slide is shown at any of the times, in ms, at which gaze is known."""
    turns = timeline[timeline["event"].isin(["slide_shown", "slide_hidden"])]
    turn_ms, shown = turns["t_ms"].to_numpy(float), (turns["event"] == "slide_shown").to_numpy(bool)
    known_ms, ends_ms = np.sort(t_ms), np.append(turn_ms[1:], np.inf)[shown]  # an end counts: a last sample
    before = np.searchsorted(known_ms, turn_ms[shown], "left")
    if not len(t_ms) or (np.searchsorted(known_ms, ends_ms, "right") > before).any():
        return
    until = "on" if shown[-1] else f"to {turn_ms[-1]:.0f} ms"
    raise InputError(
        where,
        f"a slide shown while gaze was recorded, {t_ms.min():.0f} to {t_ms.max():.0f} ms",
        f"slides shown only outside of that, from {turn_ms[shown][0]:.0f} ms {until}",
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
    """`gaze.csv` or `gaze.parquet`: gaze on the screen that another tracker measured.

    Returns
    -------
    DataFrame with t_ms (strictly increasing), x_px, y_px (NaN where not valid), valid and distance_mm (eye
    to screen, NaN where unknown). Without a column `valid` (1 or 0, true or false), the samples that have
    both coordinates are valid.

    Raises
    ------
    InputError : naming the row and column of what is wrong
    """
    table = _read_either(path, ("t_ms", "x_px", "y_px"), ("valid", "distance_mm"), limits)
    t_ms = table.number("t_ms", "milliseconds", 0, TIME_MAX_MS)
    table.refuse((t_ms.diff() <= 0).to_numpy(), "t_ms", "a time after that of the row above")
    valid = table.given("x_px") & table.given("y_px")
    if "valid" in table.texts:
        valid = _flags(table, "valid")
    place = {
        name: table.number(name, "px", -PLACE_MAX_PX, PLACE_MAX_PX, valid).where(valid)
        for name in ("x_px", "y_px")
    }
    distance_mm = pd.Series(np.nan, index=t_ms.index)
    if "distance_mm" in table.texts:
        distance_mm = table.number("distance_mm", "millimetres", *DISTANCE_RANGE_MM, required=False)
    return typed(
        pd.DataFrame({"t_ms": t_ms, **place, "valid": valid, "distance_mm": distance_mm}), GAZE_INPUT
    )


def _flags(table: Table, column: str) -> Bools:
    """A column of 1 or true, 0 or false."""
    if pd.api.types.is_numeric_dtype(table.texts[column]):
        return np.asarray(table.number(column, "1 or 0", 0, 1) > 0.5, dtype=bool)
    table.texts[column] = table.texts[column].str.lower()
    return table.choice(column, list(_FLAGS)).map(_FLAGS).to_numpy(dtype=bool)


def read_fixations(path: Path, limits: IngestLimits = LIMITS) -> pd.DataFrame:
    """`fixations.csv` or `fixations.parquet`: the fixations that another tracker's own program found.

    Returns
    -------
    DataFrame with onset_ms (strictly increasing), duration_ms, x_px and y_px.

    Raises
    ------
    InputError : naming the row and column of what is wrong
    """
    table = _read_either(path, list(FIXATION_INPUT), (), limits)
    onset_ms = table.number("onset_ms", "milliseconds", 0, TIME_MAX_MS)
    table.refuse((onset_ms.diff() <= 0).to_numpy(), "onset_ms", "a time after that of the row above")
    duration_ms = table.number("duration_ms", "milliseconds", 0, TIME_MAX_MS)
    table.refuse((duration_ms == 0).to_numpy(), "duration_ms", "more than 0 milliseconds")
    place = {name: table.number(name, "px", -PLACE_MAX_PX, PLACE_MAX_PX) for name in ("x_px", "y_px")}
    columns = {"onset_ms": onset_ms, "duration_ms": duration_ms, **place}
    return typed(pd.DataFrame(columns), FIXATION_INPUT)
