"""GazePlotter's CSV, in its three layouts.

    Time,Participant,Stimulus,AOI                                      a row for each sample
    From,To,Participant,Stimulus,AOI                                   a row for each stay in a region
    stimulus,participant,timestamp,duration,eyemovementtype,AOI        a row for each fixation (type 0)

They are made to tell in which region somebody looked; places (columns X, Y) are optional in the third.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.domain import Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import listed
from pipeline.ingest.trackers.people import Looks, Place, recordings
from pipeline.ingest.trackers.recording import Importer, ReadOptions, Space, TrackerRecording, screen_size
from pipeline.ingest.trackers.table import Head, Table, read_columns

FIXATION: Final = "0"  # of eyemovementtype


@dataclass(frozen=True)
class _Layout:
    """The columns of one layout; `until` or `duration` where a row lasts."""

    time: str
    participant: str
    stimulus: str
    until: str | None = None
    duration: str | None = None
    kind: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in vars(self).values() if name is not None) + ("AOI",)


LAYOUTS: Final = (
    _Layout("timestamp", "participant", "stimulus", duration="duration", kind="eyemovementtype"),
    _Layout("From", "Participant", "Stimulus", until="To"),
    _Layout("Time", "Participant", "Stimulus"),
)


def matches(head: Head) -> bool:
    return _layout(head) is not None


def _layout(head: Head) -> _Layout | None:
    return next((layout for layout in LAYOUTS if head.has(*layout.columns)), None)


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """A recording for each participant, with what has a place; a table of regions alone is refused.

    Raises
    ------
    InputError : where the columns X and Y are missing
    """
    layout = _layout(head)
    x, y = (next((name for name in head.columns if name.upper() == axis), None) for axis in "XY")
    if layout is None or x is None or y is None:
        where = f"{head.path.name}, row {head.header_row}"
        expected = "also the columns X and Y: regions alone do not say where on the stimulus somebody looked"
        raise InputError(where, expected, listed(head.columns))
    lengths = [name for name in (layout.until, layout.duration) if name is not None]
    texts = [name for name in (layout.participant, layout.stimulus, layout.kind) if name is not None]
    table = read_columns(head, (layout.time, *lengths, x, y), texts)
    looks = Looks(
        table.number(layout.time),
        table.number(x),
        table.number(y),
        table.text(layout.participant),
        table.text(layout.stimulus),
        duration_ms=_duration(table, layout),
    )
    if layout.kind is not None:
        looks = looks.at(np.flatnonzero(np.asarray(table.text(layout.kind) == FIXATION)))
    width_px, height_px, stated, notes = screen_size(options, None)
    place = Place(Space.STIMULUS, width_px, height_px, stated)
    samples, fixations = (looks, None) if looks.duration_ms is None else (None, looks)
    return recordings(head.path.name, IMPORTER.name, place, samples, fixations, notes=notes)


def _duration(table: Table, layout: _Layout) -> Floats | None:
    if layout.until is not None:
        return np.asarray(table.number(layout.until) - table.number(layout.time))
    return None if layout.duration is None else table.number(layout.duration)


IMPORTER: Final = Importer(
    name="gazeplotter",
    label="GazePlotter CSV",
    looks_for=" or ".join(f"the columns {', '.join(layout.columns)}" for layout in LAYOUTS),
    matches=matches,
    read=read,
)
