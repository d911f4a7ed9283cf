"""Tobii Studio's data export (TSV): the names of 2.x ("All Data") and of 3.x, decimal comma or point."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from pipeline.domain import Floats
from pipeline.ingest.trackers.recording import Importer, ReadOptions, Size, TrackerRecording, screen_size
from pipeline.ingest.trackers.table import Head, read_columns
from pipeline.ingest.trackers.tobii import Columns, Samples, by_unit, column_in, first_given, recordings

USABLE: Final = 1  # validity 0: surely this eye, 1: probably; 2 to 4: unknown or lost
NO_MEDIA: Final = "No media"
SIDES: Final = ("media_x", "media_y", "media_width", "media_height")
TEXTS: Final = ("participant", "recording", "stimulus", "resolution")


def matches(head: Head) -> bool:
    two = head.has("Timestamp", "GazePointX", "GazePointY", "ValidityLeft", "ValidityRight")
    return two or (head.has("RecordingTimestamp") and bool(by_unit(head, "GazePointX")))


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording for each participant and recording name; rows of events are passed over."""
    names = _names(head)
    wanted = {name: column for name, column in names.items() if column is not None}
    texts = [wanted.pop(name) for name in TEXTS if name in wanted]
    columns = Columns(read_columns(head, list(wanted.values()), texts), names)
    sampled = np.isfinite([columns.number(name) for name in ("left", "right", "x", "media_gaze_x")])
    columns = columns.of(np.flatnonzero(sampled.any(axis=0)))
    places = np.column_stack([columns.number(side) for side in SIDES])
    stimulus = columns.text("stimulus")
    return recordings(
        IMPORTER.name,
        head.path.name,
        Samples(
            participant=columns.text("participant"),
            recording=columns.text("recording"),
            stimulus=stimulus.set_categories([name for name in stimulus.categories if name != NO_MEDIA]),
            t_ms=columns.number("time"),
            x_px=_on_screen(columns, "x", places[:, 0]),
            y_px=_on_screen(columns, "y", places[:, 1]),
            valid=np.min(_validity(columns, names), axis=0) <= USABLE,
            distance_mm=columns.mean("left_mm", "right_mm"),
            fixation=columns.number("fixation"),
            fixation_ms=columns.number("fixation_ms"),
            fixation_x_px=columns.number("fixation_x") + np.nan_to_num(places[:, 0]),
            fixation_y_px=columns.number("fixation_y") + np.nan_to_num(places[:, 1]),
            places=places,
        ),
        lambda rows: _size(columns.of(rows), places[rows], options),
    )


def _names(head: Head) -> dict[str, str | None]:
    """Our names and this export's columns: those of 3.x, or else those of 2.x."""
    return {
        "time": column_in(head, "RecordingTimestamp") or column_in(head, "Timestamp"),
        "x": column_in(head, "GazePointX", "ADCSpx", ""),
        "y": column_in(head, "GazePointY", "ADCSpx", ""),
        "media_gaze_x": column_in(head, "GazePointX", "MCSpx"),
        "media_gaze_y": column_in(head, "GazePointY", "MCSpx"),
        "left": column_in(head, "ValidityLeft"),
        "right": column_in(head, "ValidityRight"),
        "left_mm": column_in(head, "DistanceLeft"),
        "right_mm": column_in(head, "DistanceRight"),
        "fixation": column_in(head, "FixationIndex"),
        "fixation_ms": column_in(head, "GazeEventDuration") or column_in(head, "FixationDuration"),
        "fixation_x": column_in(head, "FixationPointX", "MCSpx") or column_in(head, "MappedFixationPointX"),
        "fixation_y": column_in(head, "FixationPointY", "MCSpx") or column_in(head, "MappedFixationPointY"),
        "media_x": column_in(head, "MediaPosX"),
        "media_y": column_in(head, "MediaPosY"),
        "media_width": column_in(head, "MediaWidth"),
        "media_height": column_in(head, "MediaHeight"),
        "participant": column_in(head, "ParticipantName"),
        "recording": column_in(head, "RecordingName"),
        "stimulus": column_in(head, "MediaName") or column_in(head, "StimuliName"),
        "resolution": column_in(head, "RecordingResolution"),
    }


def _on_screen(columns: Columns, axis: str, media_start_px: Floats) -> Floats:
    """The gaze on the screen; where only gaze on the media is given, moved to where the media lay."""
    gaze = columns.number(axis)
    return gaze if np.isfinite(gaze).any() else columns.number(f"media_gaze_{axis}") + media_start_px


def _validity(columns: Columns, names: dict[str, str | None]) -> Floats:
    """Codes of both eyes, worst where none is given; all usable where the export has none."""
    if names["left"] is None and names["right"] is None:
        return np.zeros((2, len(columns.number("time"))))
    return np.nan_to_num([columns.number("left"), columns.number("right")], nan=4.0)


def _size(columns: Columns, places: Floats, options: ReadOptions) -> Size:
    """The screen's size: stated, or where "No media" lay, or so that the first media lies in its middle."""
    for text in columns.text("resolution").unique().dropna():
        if match := re.fullmatch(r"\s*(\d{3,5})\s*[xX]\s*(\d{3,5})\s*", text):
            return screen_size(options, (float(match[1]), float(match[2])))
    bare = np.asarray(columns.text("stimulus") == NO_MEDIA)
    x, y, width, height = (first_given(side[bare] if bare.any() else side) for side in places.T)
    width_px, height_px, known, notes = screen_size(options, (width + 2 * x, height + 2 * y))
    if known and options.screen_px is None:
        note = (
            f"The size of the screen is not stated; {width_px} x {height_px} px was concluded from the media."
        )
        return width_px, height_px, False, (note,)
    return width_px, height_px, known, notes


IMPORTER: Final = Importer(
    name="tobii_studio",
    label="Tobii Studio data export",
    looks_for=(
        "the columns RecordingTimestamp and GazePointX (3.x) "
        "or Timestamp, GazePointX, GazePointY, ValidityLeft, ValidityRight (2.x)"
    ),
    matches=matches,
    read=read,
)
