"""Gazepoint Analysis: `..._all_gaze.csv` and `..._fixations.csv`.

Places are shares of the screen, times are seconds. BPOG is the best point of gaze (both eyes, unfiltered);
FPOG belongs to Gazepoint's fixation filter: its ID runs on while a fixation lasts, S is when that began, D
how long it has lasted so far, V whether it is one. FPOGV = 0 includes saccades, so it says nothing about
whether the eyes were seen.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Floats
from pipeline.ingest.trackers.people import Looks, Place, recordings
from pipeline.ingest.trackers.recording import Importer, ReadOptions, Space, TrackerRecording, screen_size
from pipeline.ingest.trackers.table import Head, Table, read_columns

FIXATION: Final = ("FPOGX", "FPOGY", "FPOGS", "FPOGD", "FPOGID", "FPOGV")
BEST: Final = ("BPOGX", "BPOGY", "BPOGV")
TIME: Final = re.compile(r"TIME(\(.*\))?")
TICK: Final = re.compile(r"TIME_?TICK(?:\(f=(\d{1,12})\))?")


def matches(head: Head) -> bool:
    return head.has(*FIXATION) and _column(head, TIME) is not None


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording: samples from BPOG, fixations from FPOG. A fixations file has fixations only."""
    time, tick, media = _column(head, TIME), _column(head, TICK), _media(head)
    best = BEST if head.has(*BEST) else ()
    numbers = [name for name in (time, tick, *FIXATION, *best) if name is not None]
    table = read_columns(head, numbers, texts=() if media is None else (media,))
    stimulus = None if media is None else table.text(media)
    t_ms, restart_ms, notes = _clock(table, str(time), tick, stimulus)
    width_px, height_px, stated, size_notes = screen_size(options, None)
    size = (width_px, height_px)
    fixations = _fixations(table, size, restart_ms, stimulus)
    samples = None if _is_fixations_file(table) else _samples(table, size, t_ms, bool(best), stimulus)
    if samples is not None and not best:
        notes += ("The file has no BPOGX, BPOGY: samples are those of the fixation filter, smoothed.",)
    place = Place(Space.SCREEN, *size, stated)
    return recordings(head.path.name, IMPORTER.name, place, samples, fixations, notes=(*size_notes, *notes))


def _column(head: Head, pattern: re.Pattern[str]) -> str | None:
    return next((name for name in head.columns if pattern.fullmatch(name)), None)


def _media(head: Head) -> str | None:
    return next((name for name in ("MEDIA_NAME", "MEDIA_ID") if name in head.columns), None)


def _is_fixations_file(table: Table) -> bool:
    """Each row another fixation than the one before."""
    return table.rows > 1 and bool((np.diff(table.number("FPOGID")) != 0).all())


def _clock(
    table: Table, time: str, tick: str | None, stimulus: pd.Categorical | None
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Times on one clock, and what was added to each: in some exports TIME starts again with each medium."""
    t_ms = table.number(time) * 1000.0
    if stimulus is None or not table.rows:
        return t_ms, np.zeros(table.rows), ()
    other_medium = np.diff(stimulus.codes, prepend=stimulus.codes[:1]) != 0
    restart = other_medium & (np.diff(t_ms, prepend=t_ms[:1]) < 0)
    if not restart.any():
        return t_ms, np.zeros(table.rows), ()
    first = np.flatnonzero(restart)
    frequency = TICK.fullmatch(tick or "")
    if tick and frequency and float(frequency[1] or 0) > 0:
        tick_ms = table.number(tick) / float(frequency[1]) * 1000.0
        added = (tick_ms - t_ms)[first] - (tick_ms - t_ms)[0]
        how = "by the time stamps of the computer"
    else:
        added = np.cumsum(t_ms[first - 1] + np.nanmedian(np.diff(t_ms)))
        how = "one after another"
    added_ms = np.concatenate(([0.0], added))[np.cumsum(restart)]
    return t_ms + added_ms, added_ms, (f"TIME starts again with each medium; they were laid out {how}.",)


def _samples(
    table: Table, size: tuple[int, int], t_ms: Floats, best: bool, stimulus: pd.Categorical | None
) -> Looks:
    x, y, valid = BEST if best else ("FPOGX", "FPOGY", "FPOGV")
    return Looks(
        t_ms,
        table.number(x) * size[0],
        table.number(y) * size[1],
        stimulus=stimulus,
        valid=_yes(table, valid),
    )


def _fixations(
    table: Table, size: tuple[int, int], added_ms: Floats, stimulus: pd.Categorical | None
) -> Looks:
    """Of each run of one FPOGID the last valid row: only that knows the whole duration and the place."""
    rows = np.flatnonzero(_yes(table, "FPOGV"))
    run = table.number("FPOGID")[rows] if stimulus is None else _runs(table, stimulus)[rows]
    last = rows[np.append(run[1:] != run[:-1], True)] if len(rows) else rows
    looks = Looks(
        table.number("FPOGS") * 1000.0 + added_ms,
        table.number("FPOGX") * size[0],
        table.number("FPOGY") * size[1],
        stimulus=stimulus,
        duration_ms=table.number("FPOGD") * 1000.0,
    )
    return looks.at(last)


def _runs(table: Table, stimulus: pd.Categorical) -> Floats:
    """A number that changes with the fixation and with the medium."""
    other = [np.diff(key, prepend=key[:1]) != 0 for key in (table.number("FPOGID"), stimulus.codes)]
    return np.cumsum(other[0] | other[1]).astype(np.float64)


def _yes(table: Table, name: str) -> Bools:
    return np.asarray(table.number(name) == 1)


IMPORTER: Final = Importer(
    name="gazepoint",
    label="Gazepoint Analysis",
    looks_for=f"the columns TIME(...), {', '.join(FIXATION)}",
    matches=matches,
    read=read,
)
