"""What the exports of Tobii's two programs have in common: units in headers, one row for each sample."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats, empty
from pipeline.ingest.trackers.recording import (
    RECORDED_GAZE,
    Rectangle,
    Size,
    Space,
    TrackerRecording,
    fixation_table,
    gaze_table,
    groups,
    sampling_rate_hz,
)
from pipeline.ingest.trackers.table import Head, Table

_UNIT: Final = re.compile(r"(.*?) *[\[(]([^\[\]()]*)[\])]")
UNPLACED: Final = (
    "The export does not say where its fixations lay: they are put at the mean of their samples."
)
_MICRO: Final = str.maketrans({"\u03bc": "u", "\u00b5": "u", " ": None})


def split_unit(column: str) -> tuple[str, str]:
    """Name and unit, without blanks, of a column `name [unit]` or `name (unit)`; "" where it has no unit."""
    match = _UNIT.fullmatch(column)
    return (match[1], match[2].translate(_MICRO)) if match else (column, "")


def by_unit(head: Head, name: str) -> dict[str, str]:
    """The columns of that name, by unit."""
    parts = {column: split_unit(column) for column in head.columns}
    return {unit: column for column, (stem, unit) in parts.items() if stem == name}


def column_in(head: Head, name: str, *units: str) -> str | None:
    """The column of that name in the first of the units that is there; in any unit where none is asked."""
    found = by_unit(head, name)
    return next((found[unit] for unit in units or found if unit in found), None)


def first_given(values: Floats) -> float:
    """The first number that is given, NaN where none is."""
    given = values[np.isfinite(values)]
    return float(given[0]) if len(given) else np.nan


class Columns:
    """Columns under our names; what the export lacks is NaN, or a text that is never given."""

    def __init__(
        self, table: Table, names: dict[str, str | None], rows: NDArray[np.intp] | None = None
    ) -> None:
        self._table, self._names = table, names
        self._rows = np.arange(table.rows) if rows is None else rows

    def of(self, rows: NDArray[np.intp]) -> Columns:
        """The same columns, these rows only."""
        return Columns(self._table, self._names, self._rows[rows])

    def number(self, name: str) -> Floats:
        column = self._names[name]
        if column is None:
            return np.full(len(self._rows), np.nan)
        return self._table.number(column)[self._rows]

    def text(self, name: str) -> pd.Categorical:
        column = self._names[name]
        if column is None:
            nothing = pd.Index([], dtype="object")
            return pd.Categorical.from_codes(np.full(len(self._rows), -1), categories=nothing)
        return self._table.text(column)[self._rows]

    def mean(self, *names: str) -> Floats:
        """The mean of the distances that are given, NaN where none is: Studio writes -1 for a lost eye."""
        values = np.stack([self.number(name) for name in names])
        given = values > 0
        total, count = np.where(given, values, 0.0).sum(axis=0), given.sum(axis=0)
        return np.asarray(np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0))


@dataclass(frozen=True)
class Samples:
    """The rows of the eye tracker, all of length n. `places` (n, 4): x, y, width, height of the stimulus.

    `fixation` numbers the fixation that a sample is part of, NaN where it is part of none; the three
    columns after it are that fixation's, the same on each of its rows.
    """

    participant: pd.Categorical
    recording: pd.Categorical
    stimulus: pd.Categorical
    t_ms: Floats
    x_px: Floats
    y_px: Floats
    valid: Bools
    distance_mm: Floats
    fixation: Floats
    fixation_ms: Floats
    fixation_x_px: Floats
    fixation_y_px: Floats
    places: Floats

    def take(self, rows: NDArray[np.intp] | Bools) -> Self:
        return replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def recordings(
    format: str,
    file: str,
    samples: Samples,
    size_of: Callable[[NDArray[np.intp]], Size],
    space: Space = Space.SCREEN,
    notes: tuple[str, ...] = (),
    has_gaze: bool = True,
) -> list[TrackerRecording]:
    """One recording for each participant and recording name; `size_of` gives the screen of some rows."""
    found = []
    for rows in groups(samples.participant, samples.recording):
        width_px, height_px, stated, size_notes = size_of(rows)
        one = samples if len(rows) == len(samples.t_ms) else samples.take(rows)
        gaze, gaze_notes = _gaze(file, one) if has_gaze else (empty(RECORDED_GAZE), ())
        fixations, fixation_notes = _fixations(one)
        stimuli, stimulus_notes = _stimuli(one, (0.0, 0.0, float(width_px), float(height_px)))
        participant = one.participant[0]
        found.append(
            TrackerRecording(
                format=format,
                participant=participant if isinstance(participant, str) else None,
                gaze=gaze,
                fixations=fixations,
                space=space,
                width_px=width_px,
                height_px=height_px,
                size_stated=stated,
                rate_hz=sampling_rate_hz(gaze["t_ms"].to_numpy()),
                rows=len(rows),
                stimuli=stimuli,
                notes=(*notes, *size_notes, *gaze_notes, *fixation_notes, *stimulus_notes),
            )
        )
    return found


def _gaze(file: str, samples: Samples) -> tuple[pd.DataFrame, tuple[str, ...]]:
    return gaze_table(
        file,
        samples.t_ms,
        samples.x_px,
        samples.y_px,
        valid=samples.valid,
        distance_mm=samples.distance_mm,
        stimulus=samples.stimulus,
    )


def _fixations(samples: Samples) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """A fixation begins with its first sample and belongs to the stimulus of its temporal middle.

    Where no place of any is known in this space, each lies at the mean of its samples.
    """
    order = np.argsort(samples.t_ms, kind="stable")
    part = samples.take(order[np.isfinite(samples.fixation[order])])
    if not len(part.t_ms):
        return None, ()
    _, first, number = np.unique(part.fixation, return_index=True, return_inverse=True)
    onset_ms, duration_ms = part.t_ms[first], part.fixation_ms[first]
    middle = np.searchsorted(part.t_ms, onset_ms + np.nan_to_num(duration_ms) / 2, side="right") - 1
    x_px, y_px = part.fixation_x_px[first], part.fixation_y_px[first]
    placed = bool(np.isfinite(x_px + y_px).any())
    if not placed:
        seen = part.take(part.valid)
        means = pd.DataFrame({"x": seen.x_px, "y": seen.y_px}).groupby(number[part.valid]).mean()
        x_px, y_px = means.reindex(range(len(first))).to_numpy().T
    table, notes = fixation_table(onset_ms, duration_ms, x_px, y_px, part.stimulus[middle])
    return table, notes if placed else (UNPLACED, *notes)


def _stimuli(samples: Samples, whole: Rectangle) -> tuple[dict[str, Rectangle], tuple[str, ...]]:
    """Where each stimulus lay: the first place given on its rows, else the whole space.

    A note counts the stimuli that moved meanwhile, as web pages do when they are scrolled.
    """
    found, moved = {}, 0
    placed = np.isfinite(samples.places).all(axis=1) & (samples.places[:, 2:] > 0).all(axis=1)
    for code, name in enumerate(samples.stimulus.categories):
        shown = samples.stimulus.codes == code
        places = samples.places[shown & placed]
        if shown.any():
            found[str(name)] = tuple(map(float, places[0])) if len(places) else whole
        moved += bool((places != places[:1]).any())
    note = f"{moved} stimuli moved while they were shown; the first place of each is kept."
    return found, (note,) if moved else ()  # type: ignore[return-value]  # four sides, always
