"""RealEye's CSV exports: raw (a row for each exposure), split (a row for each gaze) and fixations.

    raw        test_raw_data holds [[x px, y px, t ms, scroll, mouse x, mouse y, clicked], ...] of the window
    split      a row with what is known of the exposure, then rows with gaze_x_percents ... alone
    fixations  fixation_point_x, fixation_point_y and their times

Percents are of the item that was shown. Each exposure of an item counts its time from its own start.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from pipeline.domain import Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.trackers.people import Looks, Place, Rows, one_after_another, recordings
from pipeline.ingest.trackers.recording import (
    ASSUMED_SCREEN_PX,
    Importer,
    ReadOptions,
    Space,
    TrackerRecording,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, Table, read_columns

RAW: Final = "test_raw_data"
SPLIT: Final = ("gaze_x_percents", "gaze_y_percents", "gaze_timestamp_ms")
FIXATIONS: Final = ("fixation_point_x", "fixation_point_y", "fixation_starts_at_ms")
PEOPLE: Final = ("participant_id", "tester_id")
ITEMS: Final = ("item_name", "item_id")
EXPOSURES: Final = ("test_item_display_order", "exposure_number")
ENDS: Final = ("fixation_duration_ms", "fixation_ends_at_ms")
GRADE: Final = "participant_quality_grade"
WINDOW: Final = ("test_browser_width_px", "test_browser_height_px")
DELIMITERS: Final = (";", ",", "\t")


def matches(head: Head) -> bool:
    head = _with_first_line(head)
    known = any(name in head.columns for name in PEOPLE)
    return known and (RAW in head.columns or head.has(*SPLIT) or head.has(*FIXATIONS))


def _with_first_line(head: Head) -> Head:
    """The header is the first line: lists of numbers further down may look like more columns than it has."""
    delimiter = max(DELIMITERS, key=head.lines[0].count)
    names = tuple(name.strip().strip('"') for name in head.lines[0].split(delimiter))
    return replace(head, delimiter=delimiter, header_row=1, columns=names)


@dataclass(frozen=True)
class _Gaze:
    """Samples or fixations, the row of the table that tells of the exposure of each, and that table."""

    looks: Looks
    exposure: Rows
    table: Table


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """A recording for each participant, exposures one after another in the order of the file."""
    head = _with_first_line(head)
    gaze = _raw(head) if RAW in head.columns else _percents(head, options.screen_px or ASSUMED_SCREEN_PX)
    found = []
    for name, looks, rows in gaze.looks.people():
        exposure = gaze.exposure[rows]
        begins = np.diff(exposure, prepend=exposure[:1]) != 0
        part = replace(looks, t_ms=one_after_another(looks.t_ms, begins, looks.duration_ms))
        place, notes = _place(gaze.table, exposure[0], options)
        notes += ("Items were laid out one after another: each counts time from its own start.",)
        notes += _grade(gaze.table, name)
        samples, fixations = (part, None) if part.duration_ms is None else (None, part)
        found += recordings(head.path.name, IMPORTER.name, place, samples, fixations, notes=notes)
    return found


def _columns(head: Head, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in head.columns]


def _place(table: Table, row: int, options: ReadOptions) -> tuple[Place, tuple[str, ...]]:
    """The participant's window in a raw export; else the item, whose px RealEye does not tell."""
    if RAW in table:
        window = [float(table.number(name)[row]) for name in WINDOW if name in table]
        width_px, height_px, stated, notes = screen_size(options, (window[0], window[1]) if window else None)
        return Place(Space.SCREEN, width_px, height_px, stated), notes
    width_px, height_px = options.screen_px or ASSUMED_SCREEN_PX
    note = f"Places are percents of the item; they are told in px of an item of {width_px} x {height_px} px."
    return Place(Space.STIMULUS, width_px, height_px, options.screen_px is not None), (note,)


def _grade(table: Table, name: str | None) -> tuple[str, ...]:
    if GRADE not in table:
        return ()
    person = next(table.text(column) for column in PEOPLE if column in table)
    given = sorted({str(grade) for grade in table.text(GRADE)[np.asarray(person == name)].dropna()})
    return (f"RealEye's quality grade: {', '.join(given)}.",) if given else ()


def _raw(head: Head) -> _Gaze:
    person, item = _columns(head, PEOPLE)[0], _columns(head, ITEMS)[:1]
    window = WINDOW if head.has(*WINDOW) else ()
    table = read_columns(head, window, (RAW, person, *item, *_columns(head, (GRADE,))))
    cells = table.text(RAW)
    parts = [_points(head, row, cells[row]) for row in range(table.rows)]
    counts = [len(part) for part in parts]
    if not sum(counts):
        raise InputError(f"{head.path.name}, column {RAW}", "gaze points", "none")
    x_px, y_px, t_ms = np.concatenate(parts).T
    exposure = np.repeat(np.arange(table.rows), counts)
    stimulus = table.text(item[0])[exposure] if item else None
    return _Gaze(Looks(t_ms, x_px, y_px, table.text(person)[exposure], stimulus), exposure, table)


def _points(head: Head, row: int, cell: Any) -> Floats:
    """x, y and t of an exposure, shape (n, 3); NaN for what is null."""
    if not isinstance(cell, str):
        return np.empty((0, 3))
    where = f"{head.path.name}, row {row + 2}, column {RAW}"
    expected = "a list of [x, y, t, ...] in JSON"
    try:
        value = json.loads(cell)
        points = [[np.nan if number is None else float(number) for number in point[:3]] for point in value]
        table = np.array(points, dtype=np.float64).reshape(len(points), 3) if points else np.empty((0, 3))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise InputError(where, expected, quoted(cell)) from None
    return table


def _percents(head: Head, size_px: tuple[int, int]) -> _Gaze:
    x, y, time = SPLIT if head.has(*SPLIT) else FIXATIONS
    ends = _columns(head, ENDS)[:1] if time == FIXATIONS[2] else []
    person, item = _columns(head, PEOPLE)[0], _columns(head, ITEMS)[:1]
    keys = [person, *item, *_columns(head, EXPOSURES)]
    table = read_columns(head, (x, y, time, *ends), (*keys, *_columns(head, (GRADE,))))
    exposure = _exposures(table, keys)
    looks = Looks(
        table.number(time),
        table.number(x) * (size_px[0] / 100.0),
        table.number(y) * (size_px[1] / 100.0),
        table.text(person)[exposure],
        table.text(item[0])[exposure] if item else None,
        duration_ms=_durations(table, time, ends),
    )
    timed = np.flatnonzero(np.isfinite(looks.t_ms))
    return _Gaze(looks.at(timed), exposure[timed], table)


def _exposures(table: Table, keys: list[str]) -> Rows:
    """For each row the first of its exposure: that names another, or any after rows that name none."""
    named = np.any([table.text(name).codes >= 0 for name in keys], axis=0)
    row = np.maximum.accumulate(np.where(named, np.arange(table.rows), 0))
    codes = np.array([table.text(name).codes[row] for name in keys])
    other = np.any(np.diff(codes, axis=1, prepend=codes[:, :1]) != 0, axis=0)
    begins = other | (named & ~np.append(True, named[:-1]))
    return np.asarray(np.maximum.accumulate(np.where(begins, np.arange(table.rows), 0)))


def _durations(table: Table, time: str, ends: list[str]) -> Floats | None:
    if time == SPLIT[2]:
        return None
    if not ends:
        raise InputError(table.head.path.name, f"one of the columns {', '.join(ENDS)}", "neither")
    given = table.number(ends[0])
    return given if ends[0] == ENDS[0] else np.asarray(given - table.number(time))


IMPORTER: Final = Importer(
    name="realeye",
    label="RealEye CSV",
    looks_for=f"participant_id (or tester_id) with {RAW}, or {', '.join(SPLIT)}, or {', '.join(FIXATIONS)}",
    matches=matches,
    read=read,
)
