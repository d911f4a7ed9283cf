"""Gorilla's webcam eye tracking (WebGazer underneath): one row for each prediction.

`x_pred`, `y_pred` are px of the browser's window, the `_normalised` ones shares of the stage that Gorilla
centres in it. The two together tell where the stage lay, and from that how large the window was.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats
from pipeline.ingest.trackers.people import Looks, Place, recordings
from pipeline.ingest.trackers.recording import (
    PLACE_MAX_PX,
    Importer,
    ReadOptions,
    Rectangle,
    Space,
    TrackerRecording,
    groups,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, Table, read_columns

PREDICTED: Final = ("x_pred", "y_pred")
NORMALISED: Final = ("x_pred_normalised", "y_pred_normalised")
CLOCKS: Final = ("time_stamp", "time_elapsed", "time")  # the last two start again with each screen
PEOPLE: Final = (
    "Participant Private ID",
    "Participant Public ID",
    "participant_id",
    "participant",
    "subject",
)
SCREENS: Final = ("trial", "Spreadsheet Row", "screen_index", "screen")
FACE_CONFIDENCE_MIN: Final = 0.5  # the face was surely found,
CONVERGENCE_MAX: Final = 10.0  # and the model of it fitted
RESIZED_PX: Final = 1.0
Rows = NDArray[np.intp]


def matches(head: Head) -> bool:
    return head.has(*PREDICTED) and _first(head, CLOCKS) is not None


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """A recording for each participant; a prediction is valid where the face was surely found."""
    clock, person, screen = (str(_first(head, CLOCKS)), _first(head, PEOPLE), _first(head, SCREENS))
    optional = [name for name in ("convergence", "face_conf") if name in head.columns]
    normalised = NORMALISED if head.has(*NORMALISED) else ()
    texts = [name for name in (person, screen, "type") if name is not None and name in head.columns]
    table = read_columns(head, (clock, *PREDICTED, *normalised, *optional), texts)
    kept = _predictions(table)
    stimulus, participant = _text(table, screen), _text(table, person)
    t_ms, valid = table.number(clock), _valid(table)
    px, shares = (np.array([table.number(name) for name in names]) for names in (PREDICTED, normalised))
    found = []
    for rows in (kept[part] for part in groups(participant[kept])):
        seen = valid[rows]
        place, (x_px, y_px), notes = _places(
            px[:, rows], shares[:, rows] if normalised else None, seen, options
        )
        looks = Looks(t_ms[rows], x_px, y_px, participant[rows], stimulus[rows], seen)
        found += recordings(head.path.name, IMPORTER.name, place, looks, notes=notes)
    return found


def _first(head: Head, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in head.columns), None)


def _text(table: Table, name: str | None) -> pd.Categorical:
    if name is None:
        return pd.Categorical.from_codes(np.full(table.rows, -1), categories=pd.Index([], dtype="object"))
    return table.text(name)


def _predictions(table: Table) -> Rows:
    """The rows that are predictions; others tell where the zones of the screen lay."""
    if "type" not in table:
        return np.arange(table.rows)
    return np.flatnonzero(np.asarray(table.text("type") == "prediction"))


def _valid(table: Table) -> Bools:
    valid = np.ones(table.rows, dtype=bool)
    if "face_conf" in table:
        valid &= table.number("face_conf") > FACE_CONFIDENCE_MIN
    if "convergence" in table:
        valid &= table.number("convergence") < CONVERGENCE_MAX
    return valid


def _places(
    px: Floats, shares: Floats | None, valid: Bools, options: ReadOptions
) -> tuple[Place, Floats, tuple[str, ...]]:
    """The window of one person, x and y in px of it, and notes; shapes (2, n).

    Places are told by the stage, so that they stay comparable when the window was resized meanwhile.
    """
    stage = None if shares is None else _stage(px[:, valid], shares[:, valid])
    if shares is None or stage is None:
        width_px, height_px, stated, notes = screen_size(options, None)
        return Place(Space.SCREEN, width_px, height_px, stated), px, notes
    corner, sides = np.array(stage[:2]), np.array(stage[2:])
    window = 2 * corner + sides
    width_px, height_px, stated, _ = screen_size(options, (float(window[0]), float(window[1])))
    on_stage = corner[:, None] + sides[:, None] * shares
    notes = ("The window's size was worked out from px against shares, taking the stage as centred.",)
    if np.nanmax(np.abs(on_stage - px), initial=0) > RESIZED_PX:
        notes += ("The window was resized meanwhile: places are told as in its usual size.",)
    return Place(Space.SCREEN, width_px, height_px, stated, stage), on_stage, notes


def _stage(px: Floats, shares: Floats) -> Rectangle | None:
    """Left, top, width and height of the stage: px = corner + side * share, for most of the samples."""
    given = np.isfinite(px).all(axis=0) & np.isfinite(shares).all(axis=0)
    px, shares = px[:, given], shares[:, given]
    corner, side = [], []
    for along_px, along in zip(px, shares, strict=True):
        step = np.diff(along)
        moved = np.abs(step) > 1e-3
        if not moved.any():
            return None
        side.append(float(np.median(np.diff(along_px)[moved] / step[moved])))
        corner.append(float(np.median(along_px - side[-1] * along)))
    if not all(
        0 < length < PLACE_MAX_PX and abs(start) < PLACE_MAX_PX
        for start, length in zip(corner, side, strict=True)
    ):
        return None
    left, top, width, height = (round(value, 1) + 0.0 for value in (*corner, *side))
    return left, top, width, height


IMPORTER: Final = Importer(
    name="gorilla",
    label="Gorilla eye tracking",
    looks_for=f"the columns {', '.join(PREDICTED)} and one of {', '.join(CLOCKS)}",
    matches=matches,
    read=read,
)
