"""Pupil Player's exports: gaze and fixations on a surface, and in the scene camera's picture.

Positions are shares with y up. A surface is taken to be the screen that its markers frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import Floats
from pipeline.ingest.trackers.pupil import Points, recording_of
from pipeline.ingest.trackers.recording import (
    Importer,
    ReadOptions,
    Size,
    Space,
    TrackerRecording,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, open_head, read_columns

GAZE_TIMES: Final = ("gaze_timestamp", "timestamp")  # of new and of old versions
FIXATION: Final = ("start_timestamp", "duration", "norm_pos_x", "norm_pos_y")
FIXATION_IDS: Final = ("fixation_id", "id")
ON_SURFACE: Final = ("on_surf", "on_surface", "on_srf")
CONFIDENCE: Final = "confidence"
CONFIDENCE_MIN: Final = 0.6  # below it, Pupil Player's own analyses leave samples out
S_PER_MS: Final = 1e-3
SCENE_PX: Final = (1280, 720)  # Pupil Core's scene camera as Pupil Capture opens it
GAZE_FILE: Final = "gaze_positions_on_surface_"
FIXATION_FILE: Final = "fixations_on_surface_"


def matches(head: Head) -> bool:
    return _gaze_columns(head) is not None or _is_fixations(head)


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording. To gaze belong the fixations of the file beside it, of the same surface or the scene."""
    surface = any(head.has(name) for name in ("x_norm", *ON_SURFACE))
    size = screen_size(options, None) if surface else _scene_size(options)
    fixations: Points | None
    if columns := _gaze_columns(head):
        points = gaze = _gaze(head, columns, size)
        fixations = _fixations_beside(head, surface, size)
    else:
        points = fixations = _fixations(head, size)
        gaze = points.none()
    stimulus = _surface_name(head.path) if surface else None
    return [
        recording_of(
            points,
            gaze,
            fixations,
            format=IMPORTER.name,
            file=head.path.name,
            units_per_ms=S_PER_MS,
            space=Space.SCREEN if surface else Space.SCENE,
            size=size,
            stimulus=stimulus,
        )
    ]


def _gaze_columns(head: Head) -> tuple[str, str, str] | None:
    """Time, x and y of gaze, on a surface or in the scene."""
    on_surface = head.has("x_scaled") or any(head.has(name) for name in ON_SURFACE)
    for time in GAZE_TIMES:
        if on_surface and head.has(time, "x_norm", "y_norm"):
            return time, "x_norm", "y_norm"
        if head.has(time, CONFIDENCE, "norm_pos_x", "norm_pos_y", "base_data"):
            return time, "norm_pos_x", "norm_pos_y"
    return None


def _is_fixations(head: Head) -> bool:
    return head.has(*FIXATION) and any(head.has(name) for name in FIXATION_IDS)


def _gaze(head: Head, columns: tuple[str, str, str], size: Size) -> Points:
    """Samples; those of low confidence are not valid."""
    confidence = [CONFIDENCE] if head.has(CONFIDENCE) else []
    table = read_columns(head, numbers=[*columns, *confidence])
    trusted = table.number(CONFIDENCE) >= CONFIDENCE_MIN if confidence else np.ones(table.rows, dtype=bool)
    time_s = table.number(columns[0])
    x_px, y_px = _turned(table.number(columns[1]), table.number(columns[2]), size)
    return Points(table.text("recording"), time_s, time_s, x_px, y_px, trusted)


def _fixations(head: Head, size: Size) -> Points:
    """Fixations; one on a surface has a row for each frame of the video, whose places are averaged."""
    number = next(name for name in FIXATION_IDS if head.has(name))
    table = read_columns(head, numbers=[number, *FIXATION])
    rows = pd.DataFrame({name: table.number(name) for name in (number, *FIXATION)}).groupby(number)
    one = rows.agg({name: "mean" if "pos" in name else "first" for name in FIXATION})
    start_s, duration_ms, x, y = (one[name].to_numpy() for name in FIXATION)
    end_s = start_s + duration_ms * S_PER_MS
    nobody = table.text("recording")[: len(one)]
    return Points(nobody, start_s, end_s, *_turned(x, y, size), np.ones(len(one), dtype=bool))


def _turned(x: Floats, y: Floats, size: Size) -> tuple[Floats, Floats]:
    """Shares with y up as px with y down."""
    return x * size[0], (1.0 - y) * size[1]


def _fixations_beside(head: Head, surface: bool, size: Size) -> Points | None:
    name = head.path.name.replace(GAZE_FILE, FIXATION_FILE) if surface else "fixations.csv"
    path = head.path.with_name(name)
    if path == head.path or not path.is_file():
        return None
    beside = open_head(path)
    same = any(beside.has(name) for name in ON_SURFACE) == surface
    return _fixations(beside, size) if same and _is_fixations(beside) else None


def _surface_name(path: Path) -> str:
    """The name of the surface stands nowhere but in the name of the file."""
    for start in (GAZE_FILE, FIXATION_FILE):
        if start in path.stem:
            return path.stem.split(start, 1)[1]
    return "surface"


def _scene_size(options: ReadOptions) -> Size:
    if options.screen_px is not None:
        return screen_size(options, None)
    width, height = SCENE_PX
    return width, height, False, (f"The scene camera's picture was taken to have {width} x {height} px.",)


IMPORTER: Final = Importer(
    name="pupil_player",
    label="Pupil Player gaze or fixations",
    looks_for=(
        "the columns gaze_timestamp, x_norm, y_norm, on_surf (surface), gaze_timestamp, confidence, "
        "norm_pos_x, norm_pos_y, base_data (scene) or fixation_id, start_timestamp, duration, norm_pos_x, "
        "norm_pos_y"
    ),
    matches=matches,
    read=read,
)
