"""Tables of samples as scripts on Tobii's SDK write them: both eyes, shares of the screen, microseconds."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np

from pipeline.domain import Floats
from pipeline.ingest.trackers.recording import (
    Importer,
    ReadOptions,
    Space,
    TrackerRecording,
    gaze_table,
    sampling_rate_hz,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, Table, read_columns

TIME: Final = "Time"
EYES: Final = ("L", "R")
USABLE: Final = 1  # validity 0: surely this eye, 1: probably; 2 to 4: unknown or lost
GAZE: Final = tuple(f"{eye}{what}" for eye in EYES for what in ("GazePos2dx", "GazePos2dy", "Validity"))
DISTANCE: Final = tuple(f"{eye}EyePos3dz" for eye in EYES)


def matches(head: Head) -> bool:
    return head.has(TIME, *GAZE)


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording: the mean of the eyes that are valid; times from the first sample on."""
    distances = DISTANCE if head.has(*DISTANCE) else ()
    table = read_columns(head, numbers=(*GAZE, *distances), whole=(TIME,))
    time_us = table.whole(TIME)
    usable = np.stack([table.number(f"{eye}Validity") <= USABLE for eye in EYES])
    width_px, height_px, stated, size_notes = screen_size(options, None)
    gaze, notes = gaze_table(
        head.path.name,
        (time_us - time_us.min()) / 1000.0,
        _mean(table, "GazePos2dx", usable) * width_px,
        _mean(table, "GazePos2dy", usable) * height_px,
        distance_mm=_mean(table, "EyePos3dz", usable) if distances else None,
    )
    return [
        TrackerRecording(
            format=IMPORTER.name,
            participant=None,
            gaze=gaze,
            fixations=None,
            space=Space.SCREEN,
            width_px=width_px,
            height_px=height_px,
            size_stated=stated,
            rate_hz=sampling_rate_hz(gaze["t_ms"].to_numpy()),
            rows=table.rows,
            notes=size_notes + notes,
        )
    ]


def _mean(table: Table, what: str, usable: np.ndarray) -> Floats:
    """The mean of the usable eyes, NaN where neither is."""
    eyes = np.where(usable, np.stack([table.number(f"{eye}{what}") for eye in EYES]), np.nan)
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # no eye: NaN is what is meant
        return np.asarray(np.nanmean(eyes, axis=0))


IMPORTER: Final = Importer(
    name="tobii_sdk",
    label="Tobii SDK table",
    looks_for=f"the columns {TIME}, {', '.join(GAZE)}",
    matches=matches,
    read=read,
)
