"""What every importer gives back: gaze in px over ms, the vendor's own fixations, and what was assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Columns, Floats, typed
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.ingest.trackers.generic import ColumnMapping
    from pipeline.ingest.trackers.table import Head

TIME_MAX_MS: Final = 1e9  # eleven days: no recording is longer
PLACE_MAX_PX: Final = 100_000.0  # several screens side by side
ASSUMED_SCREEN_PX: Final = (1920, 1080)

RECORDED_GAZE: Final[Columns] = {
    "t_ms": "float64",  # strictly increasing, from the recording's own zero
    "x_px": "float64",  # px of the recording's space; NaN where not valid
    "y_px": "float64",
    "valid": "bool",
    "distance_mm": "float64",  # eyes to screen, NaN where the export does not say
    "stimulus": "string",  # NULL: none, or unknown
}
RECORDED_FIXATIONS: Final[Columns] = {
    "onset_ms": "float64",
    "duration_ms": "float64",
    "x_px": "float64",
    "y_px": "float64",
    "stimulus": "string",
}
Rectangle = tuple[float, float, float, float]  # x, y, width, height in px
Size = tuple[int, int, bool, tuple[str, ...]]  # width and height in px, whether they are known, notes


class Space(StrEnum):
    """Whose pixels the coordinates are."""

    SCREEN = "screen"
    STIMULUS = "stimulus"  # of the stimulus image itself: gaze that the vendor mapped onto it
    SCENE = "scene"  # of the scene camera of glasses: there is no screen to lay slides on


@dataclass(frozen=True)
class TrackerRecording:
    """One participant's recording.

    `gaze` has the columns of RECORDED_GAZE (no rows where the export holds fixations only), `fixations`
    those of RECORDED_FIXATIONS: the vendor's own, or None. `width_px` and `height_px` are of the space;
    where `size_stated` is False they are assumed. `stimuli` maps each stimulus to the rectangle it filled,
    the whole space where the export does not say. `rows` counts what was read of the file. `notes` are
    sentences on what was assumed, dropped or put in order.
    """

    format: str
    participant: str | None
    gaze: pd.DataFrame
    fixations: pd.DataFrame | None
    space: Space
    width_px: int
    height_px: int
    size_stated: bool
    rate_hz: float | None
    rows: int
    stimuli: dict[str, Rectangle] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadOptions:
    """What the person knows and the file does not say."""

    screen_px: tuple[int, int] | None = None
    columns: ColumnMapping | None = None  # for the generic importer only


@dataclass(frozen=True)
class Importer:
    """One format: `looks_for` says in words by which columns or first lines `matches` knows it."""

    name: str
    label: str
    looks_for: str
    matches: Callable[[Head], bool]
    read: Callable[[Head, ReadOptions], list[TrackerRecording]]


def gaze_table(
    file: str,
    t_ms: Floats,
    x_px: Floats,
    y_px: Floats,
    *,
    valid: Bools | None = None,
    distance_mm: Floats | None = None,
    stimulus: pd.Categorical | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Samples in order of time, each time once, coordinates only where valid; and notes on what that took.

    Samples without both coordinates, or further away than any screen, are not valid.

    Raises
    ------
    InputError : where times are below zero or longer than any recording
    """
    far = (np.abs(x_px) > PLACE_MAX_PX) | (np.abs(y_px) > PLACE_MAX_PX)
    good = np.isfinite(x_px) & np.isfinite(y_px) & ~far
    if valid is not None:
        far, good = far & valid, good & valid
    order, notes = _order(file, t_ms)
    notes += _note(int(far.sum()), "sample(s) lay further than any screen reaches and count as not valid")
    table: dict[str, Any] = {
        "t_ms": t_ms,
        "x_px": np.where(good, x_px, np.nan),
        "y_px": np.where(good, y_px, np.nan),
        "valid": good,
        "distance_mm": np.full(len(t_ms), np.nan) if distance_mm is None else distance_mm,
    }
    table = {name: values if order is None else values[order] for name, values in table.items()}
    if stimulus is not None:
        stimulus = stimulus if order is None else stimulus[order]
    return typed(
        pd.DataFrame(table | {"stimulus": texts(stimulus, len(table["t_ms"]))}), RECORDED_GAZE
    ), notes


def _order(file: str, t_ms: Floats) -> tuple[NDArray[np.intp] | None, tuple[str, ...]]:
    """Which samples to take in which order (None: all, as they are), and notes."""
    if not len(t_ms) or (np.isfinite(t_ms).all() and (np.diff(t_ms) > 0).all()):
        _check_span(file, t_ms)
        return None, ()
    timed = np.flatnonzero(np.isfinite(t_ms))
    unsorted = bool((np.diff(t_ms[timed]) < 0).any())
    order = timed[np.argsort(t_ms[timed], kind="stable")]
    repeated = np.diff(t_ms[order], prepend=-np.inf) == 0
    _check_span(file, t_ms[order])
    notes = _note(len(t_ms) - len(timed), "row(s) without a time were left out")
    notes += ("The samples were not in order of time and were sorted.",) if unsorted else ()
    notes += _note(int(repeated.sum()), "sample(s) had the time of the one before and were left out")
    return order[~repeated], notes


def _check_span(file: str, t_ms: Floats) -> None:
    if len(t_ms) and not (t_ms[0] >= 0 and t_ms[-1] <= TIME_MAX_MS):
        expected = f"times from 0 to {TIME_MAX_MS:.0f} ms after the start of the recording"
        raise InputError(file, expected, f"{t_ms[0]:.10g} to {t_ms[-1]:.10g} ms")


def _note(count: int, what: str) -> tuple[str, ...]:
    return (f"{count:,} {what}.",) if count else ()


def texts(values: pd.Categorical | None, count: int) -> pd.Series:
    """Categories as a column of strings; all NULL where there are none."""
    if values is None:
        return pd.Series([None], dtype="string").repeat(count).reset_index(drop=True)
    names = pd.Series(values.categories.astype("string")).astype("string")
    return names.reindex(np.asarray(values.codes, dtype=np.int64)).reset_index(drop=True)


def fixation_table(
    onset_ms: Floats,
    duration_ms: Floats,
    x_px: Floats,
    y_px: Floats,
    stimulus: pd.Categorical | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The vendor's fixations in order of onset; those without a time, a length or a place are left out."""
    columns = {"onset_ms": onset_ms, "duration_ms": duration_ms, "x_px": x_px, "y_px": y_px}
    whole = np.isfinite(np.column_stack(list(columns.values()))).all(axis=1) & (duration_ms > 0)
    table = pd.DataFrame(columns | {"stimulus": texts(stimulus, len(onset_ms))})[whole]
    notes = _note(int((~whole).sum()), "fixation(s) of the vendor lacked a time, a length or a place")
    return typed(table.sort_values("onset_ms", kind="stable"), RECORDED_FIXATIONS), notes


def groups(*keys: pd.Categorical) -> list[NDArray[np.intp]]:
    """The rows of each combination of keys, in order of first appearance."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        code = code * (len(key.categories) + 1) + key.codes
    if not len(code) or (code == code[0]).all():
        return [np.arange(len(code))] if len(code) else []
    order = np.argsort(code, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(code[order])) + 1)
    return sorted(parts, key=lambda rows: int(rows[0]))


def sampling_rate_hz(t_ms: Floats) -> float | None:
    """Samples per second where the recording runs without a gap; None for fewer than two samples.

    Uneven steps are no gaps: some trackers' clocks jump back and forth by a whole step.
    """
    steps_ms = np.diff(t_ms)
    if not len(steps_ms):
        return None
    unbroken = steps_ms[steps_ms < 3.0 * np.median(steps_ms)]
    return float(1000.0 / unbroken.mean())


def screen_size(options: ReadOptions, stated: tuple[float, float] | None) -> Size:
    """The screen's size, with a note where it had to be assumed.

    What the person says outweighs what the file states, which outweighs the assumption.
    """
    if options.screen_px is not None:
        return *options.screen_px, True, ()
    if stated is not None and all(np.isfinite(stated)) and min(stated) >= 1 and max(stated) <= PLACE_MAX_PX:
        return round(stated[0]), round(stated[1]), True, ()
    width, height = ASSUMED_SCREEN_PX
    note = f"The size of the screen is not stated; {width} x {height} px was assumed."
    return width, height, False, (note,)
