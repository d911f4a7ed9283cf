"""Tobii Pro Lab's data export (TSV), headers with and without units."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import listed
from pipeline.ingest.trackers.recording import (
    Importer,
    ReadOptions,
    Size,
    Space,
    TrackerRecording,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, read_columns
from pipeline.ingest.trackers.tobii import (
    Columns,
    Samples,
    by_unit,
    column_in,
    first_given,
    recordings,
    split_unit,
)

SCREEN_UNITS: Final = ("DACSpx", "ADCSpx", "RCSpx", "")
SHARE_UNIT: Final = "MCSnorm"  # of the media
UNITS: Final = {  # of places, the best first
    Space.SCREEN: (*SCREEN_UNITS, SHARE_UNIT),
    Space.STIMULUS: (SHARE_UNIT,),
    Space.SCENE: ("MCSpx", ""),
}
GLASSES: Final = ("Gyro X", "Accelerometer X", "Gaze point 3D X")  # what only glasses record
STEP_MIN_US: Final = 500.0  # 2000 Hz: no Tobii is that fast, so shorter steps are milliseconds
STIMULUS: Final = ("Presented Stimulus name", "Presented Media name", "Recording media name")
TEXTS: Final = ("sensor", "participant", "recording", "stimulus", "movement", "left", "right")


def matches(head: Head) -> bool:
    points = by_unit(head, "Gaze point X") or by_unit(head, "Fixation point X")
    return bool(points and by_unit(head, "Recording timestamp"))


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording for each participant and recording name; rows of other sensors are passed over."""
    space = _space(head)
    names = _names(head, UNITS[space])
    wanted = {name: column for name, column in names.items() if column is not None}
    texts = [wanted.pop(name) for name in TEXTS if name in wanted]
    columns = Columns(read_columns(head, list(wanted.values()), texts), names)
    columns = columns.of(_eye_tracker_rows(head, columns))
    size = _size(columns, options)
    t_ms, notes = _milliseconds(str(names["time"]), columns.number("time"))
    places = np.column_stack([columns.number(f"media_{side}") for side in ("x", "y", "width", "height")])
    if space is Space.STIMULUS:
        places = np.array([[0.0, 0.0, *size[:2]]]).repeat(len(t_ms), axis=0)
    x_px, y_px = _point(columns, names, "gaze", places)
    fixation_x_px, fixation_y_px = _point(columns, names, "fixation", places)
    samples = Samples(
        participant=columns.text("participant"),
        recording=columns.text("recording"),
        stimulus=columns.text("stimulus"),
        t_ms=t_ms,
        x_px=x_px,
        y_px=y_px,
        valid=_valid(head, columns),
        distance_mm=columns.mean("left_z", "right_z"),
        fixation=_fixation_numbers(columns),
        fixation_ms=columns.number("fixation_ms"),
        fixation_x_px=fixation_x_px,
        fixation_y_px=fixation_y_px,
        places=places,
    )
    return recordings(
        IMPORTER.name,
        head.path.name,
        samples,
        lambda rows: _size(columns.of(rows), options),
        space,
        notes,
        has_gaze=names["gaze_x"] is not None,
    )


def _size(columns: Columns, options: ReadOptions) -> Size:
    return screen_size(options, (first_given(columns.number("width")), first_given(columns.number("height"))))


def _space(head: Head) -> Space:
    """Whose pixels the gaze is in. Shares of the media are put on the screen if the media's place is told."""
    found = set(by_unit(head, "Gaze point X") or by_unit(head, "Fixation point X"))
    if "MCSpx" in found or any(by_unit(head, name) for name in GLASSES):
        return Space.SCENE
    placed = all(by_unit(head, f"Presented Media {side}") for side in ("position X", "width"))
    return Space.SCREEN if placed or found & set(SCREEN_UNITS) else Space.STIMULUS


def _names(head: Head, units: tuple[str, ...]) -> dict[str, str | None]:
    """Our names and this export's columns."""
    return {
        "time": column_in(head, "Recording timestamp", "us", "ms", ""),
        "gaze_x": column_in(head, "Gaze point X", *units),
        "gaze_y": column_in(head, "Gaze point Y", *units),
        "width": column_in(head, "Recording resolution width"),
        "height": column_in(head, "Recording resolution height"),
        "fixation": column_in(head, "Eye movement type index"),
        "fixation_ms": column_in(head, "Gaze event duration", "ms", ""),
        "fixation_x": column_in(head, "Fixation point X", *units),
        "fixation_y": column_in(head, "Fixation point Y", *units),
        "media_x": column_in(head, "Presented Media position X"),
        "media_y": column_in(head, "Presented Media position Y"),
        "media_width": column_in(head, "Presented Media width"),
        "media_height": column_in(head, "Presented Media height"),
        "left_z": column_in(head, "Eye position left Z", "DACSmm", "ADCSmm"),
        "right_z": column_in(head, "Eye position right Z", "DACSmm", "ADCSmm"),
        "sensor": column_in(head, "Sensor"),
        "participant": column_in(head, "Participant name"),
        "recording": column_in(head, "Recording name"),
        "stimulus": next((name for name in STIMULUS if head.has(name)), None),
        "movement": column_in(head, "Eye movement type"),
        "left": column_in(head, "Validity left"),
        "right": column_in(head, "Validity right"),
    }


def _eye_tracker_rows(head: Head, columns: Columns) -> NDArray[np.intp]:
    """The rows that the eye tracker wrote; where no sensor is named, those that hold gaze or a fixation."""
    sensor = columns.text("sensor")
    if not len(sensor.categories):
        given = [np.isfinite(columns.number(name)) for name in ("gaze_x", "fixation_x")]
        judged = [columns.text(eye).codes >= 0 for eye in ("left", "right")]
        return np.flatnonzero(np.any(given + judged, axis=0))
    trackers = [name for name in sensor.categories if "eye tracker" in name.lower()]
    rows = np.flatnonzero(_one_of(sensor, trackers))
    if not len(rows):
        where = f"{head.path.name}, column Sensor"
        raise InputError(where, "rows of the sensor Eye Tracker", listed(sensor.categories))
    return rows


def _one_of(values: pd.Categorical, names: list[str]) -> Bools:
    """Which values are among these names."""
    return np.asarray(np.append(values.categories.isin(names), False)[values.codes])


def _milliseconds(column: str, time: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Times in ms. The unit stands in the header; where it does not, it is us unless that is too fast."""
    _, unit = split_unit(column)
    steps = np.diff(time[np.isfinite(time)])
    if not unit and len(steps) and np.median(steps) < STEP_MIN_US:
        return time, ("The recording timestamps state no unit; their steps say milliseconds.",)
    return (time if unit == "ms" else time / 1000.0), ()


def _point(
    columns: Columns, names: dict[str, str | None], name: str, places: Floats
) -> tuple[Floats, Floats]:
    """x and y in px of the recording's space; shares are of the media, which lay in `places`."""
    x, y = columns.number(f"{name}_x"), columns.number(f"{name}_y")
    if split_unit(names[f"{name}_x"] or "")[1] != SHARE_UNIT:
        return x, y
    return places[:, 0] + x * places[:, 2], places[:, 1] + y * places[:, 3]


def _valid(head: Head, columns: Columns) -> Bools:
    """Samples of which the tracker trusts at least one eye; all where it does not say."""
    eyes = [columns.text(eye) for eye in ("left", "right")]
    words = {str(word) for eye in eyes for word in eye.categories}
    if words - {"Valid", "Invalid"}:
        raise InputError(f"{head.path.name}, column Validity", "Valid or Invalid", listed(sorted(words)))
    trusted = _one_of(eyes[0], ["Valid"]) | _one_of(eyes[1], ["Valid"])
    return trusted if words else np.ones(len(trusted), dtype=bool)


def _fixation_numbers(columns: Columns) -> Floats:
    """Which fixation each sample is part of; without an index, each unbroken run of samples is one."""
    fixating = _one_of(columns.text("movement"), ["Fixation"])
    index = columns.number("fixation")
    if np.isnan(index).all():
        index = np.cumsum(np.diff(fixating, prepend=False) & fixating).astype(np.float64)
    return np.where(fixating, index, np.nan)


IMPORTER: Final = Importer(
    name="tobii_pro_lab",
    label="Tobii Pro Lab data export",
    looks_for="the columns Recording timestamp and Gaze point X or Fixation point X, with or without [unit]",
    matches=matches,
    read=read,
)
