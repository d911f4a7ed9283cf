"""Any table of samples or fixations, once it is said which column is what."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import Node, listed, quoted
from pipeline.ingest.trackers.people import Looks, Place, recordings
from pipeline.ingest.trackers.recording import Importer, ReadOptions, Space, TrackerRecording, screen_size
from pipeline.ingest.trackers.table import Head, Table, read_columns


class TimeUnit(StrEnum):
    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    NANOSECONDS = "ns"


class PlaceUnit(StrEnum):
    PIXELS = "px"
    SHARE = "share"  # 0-1 of the screen
    PERCENT = "percent"


class Origin(StrEnum):
    """Where y is 0."""

    TOP = "top"
    BOTTOM = "bottom"


MS_PER: Final = {
    TimeUnit.SECONDS: 1000.0,
    TimeUnit.MILLISECONDS: 1.0,
    TimeUnit.MICROSECONDS: 1e-3,
    TimeUnit.NANOSECONDS: 1e-6,
}
STEP_MS: Final = (0.1, 2000.0)  # between two samples
YES: Final = frozenset({"1", "1.0", "true", "yes", "valid", "y", "t"})
# Names that tables of samples commonly have. Of times the unit counts, so their words are kept apart by "_".
UNITS: Final = {
    "ms": TimeUnit.MILLISECONDS,
    "us": TimeUnit.MICROSECONDS,
    "ns": TimeUnit.NANOSECONDS,
    "s": TimeUnit.SECONDS,
    "sec": TimeUnit.SECONDS,
    "seconds": TimeUnit.SECONDS,
}
TIMES: Final = ("t", "time", "timestamp", "onset", "start", "eyelink_timestamp")
# Of all else only letters and digits are looked at.
PLACES: Final[dict[tuple[str, str], PlaceUnit]] = {
    ("xpx", "ypx"): PlaceUnit.PIXELS,
    ("screenxpx", "screenypx"): PlaceUnit.PIXELS,
    ("xpix", "ypix"): PlaceUnit.PIXELS,
    ("pixelx", "pixely"): PlaceUnit.PIXELS,
    ("gazex", "gazey"): PlaceUnit.PIXELS,
    ("xleftpix", "yleftpix"): PlaceUnit.PIXELS,
    ("xrightpix", "yrightpix"): PlaceUnit.PIXELS,
    ("xpixeyelink", "ypixeyelink"): PlaceUnit.PIXELS,
    ("x", "y"): PlaceUnit.PIXELS,
    ("xleft", "yleft"): PlaceUnit.PIXELS,
    ("xright", "yright"): PlaceUnit.PIXELS,
    ("xnorm", "ynorm"): PlaceUnit.SHARE,
}
VALIDS: Final = ("valid", "isvalid", "validity")
PEOPLE: Final = ("participant", "participantid", "participantname", "subject", "subjectid", "user", "userid")
STIMULI: Final = ("stimulus", "stimulusname", "stimulusid", "slide", "image", "media", "medianame")
DURATIONS: Final = ("durationms", "duration", "fixationduration")


@dataclass(frozen=True)
class ColumnMapping:
    """Which column is what. Where `duration` is given, in the unit of the times, rows are fixations.

    `share` and `percent` are of the screen. A row is valid where `valid` holds 1, true, yes or valid; where
    no such column is named, where it has a place.
    """

    time: str
    x: str
    y: str
    time_unit: TimeUnit = TimeUnit.MILLISECONDS
    place_unit: PlaceUnit = PlaceUnit.PIXELS
    origin: Origin = Origin.TOP
    valid: str | None = None
    participant: str | None = None
    stimulus: str | None = None
    duration: str | None = None

    def to_dict(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, value: dict[str, Any], where: str = "columns") -> ColumnMapping:
        """The mapping in a JSON object.

        Raises
        ------
        InputError : naming the field that is missing, unknown or wrong
        """
        known = [field.name for field in fields(cls)]
        for name in value:
            if name not in known:
                raise InputError(where, f"fields among {', '.join(known)}", quoted(name))
        node = Node(value, where)
        column = "the name of a column"
        return cls(
            **{name: node.text(name, column) for name in ("time", "x", "y")},
            **{name: node.text(name, column, default=None) for name in known[6:]},
            time_unit=node.choice("time_unit", TimeUnit, TimeUnit.MILLISECONDS),
            place_unit=node.choice("place_unit", PlaceUnit, PlaceUnit.PIXELS),
            origin=node.choice("origin", Origin, Origin.TOP),
        )


def header_key(columns: Iterable[str]) -> str:
    """What to remember a mapping by: the same for the same names in any order."""
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()[:32]


def guess(head: Head) -> ColumnMapping | None:
    """The mapping that the names of the columns suggest; None without a time and a place."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(head.columns)}
    time, unit = _time(head)
    place = next((pair for pair in PLACES if set(pair) <= set(plain)), None)
    if time is None or place is None:
        return None
    rest = {
        field: next((plain[name] for name in names if name in plain), None)
        for field, names in (
            ("valid", VALIDS),
            ("participant", PEOPLE),
            ("stimulus", STIMULI),
            ("duration", DURATIONS),
        )
    }
    return ColumnMapping(time, plain[place[0]], plain[place[1]], unit, PLACES[place], Origin.TOP, **rest)


def _time(head: Head) -> tuple[str | None, TimeUnit]:
    """The column of the time; ms where its name has no unit."""
    words = {_words(name): name for name in reversed(head.columns)}
    for stem in TIMES:
        for suffix, unit in UNITS.items():
            if (name := words.get(f"{stem}_{suffix}")) is not None:
                return name, unit
    return next((words[stem] for stem in TIMES if stem in words), None), TimeUnit.MILLISECONDS


def _words(name: str) -> str:
    """The words of a name in small letters, whatever stands between them."""
    return "_".join(re.findall("[a-z0-9]+", name.lower().replace("\u03bc", "u").replace("\u00b5", "u")))


def matches(head: Head) -> bool:
    """Only where a mapping is given or can be guessed: tried last."""
    return guess(head) is not None


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """A recording for each participant, of samples, or of fixations where rows have a duration.

    Raises
    ------
    InputError : where the mapping names a column that the file does not have
    """
    mapping, notes = _mapping(head, options)
    numbers = [name for name in (mapping.time, mapping.x, mapping.y, mapping.duration) if name is not None]
    texts = [name for name in (mapping.valid, mapping.participant, mapping.stimulus) if name is not None]
    for name in (*numbers, *texts):
        if name not in head.columns:
            where = f"{head.path.name}, row {head.header_row}"
            raise InputError(where, f"the column {quoted(name)}, as mapped", listed(head.columns))
    if twice := [name for name, count in Counter([*numbers, *texts]).items() if count > 1]:
        raise InputError("columns", "another column for each field", f"{quoted(twice[0])} for two of them")
    table = read_columns(head, numbers, texts)
    width_px, height_px, stated, size_notes = screen_size(options, None)
    ms = MS_PER[mapping.time_unit]
    t_ms = table.number(mapping.time) * ms
    if options.columns is None:
        _check_unit(head, mapping, t_ms)
    looks = Looks(
        t_ms,
        _px(table.number(mapping.x), width_px, mapping.place_unit),
        _upright(_px(table.number(mapping.y), height_px, mapping.place_unit), height_px, mapping.origin),
        _text(table, mapping.participant),
        _text(table, mapping.stimulus),
        _valid(table, mapping.valid),
        None if mapping.duration is None else table.number(mapping.duration) * ms,
    )
    place = Place(Space.SCREEN, width_px, height_px, stated)
    samples, fixations = (looks, None) if looks.duration_ms is None else (None, looks)
    return recordings(head.path.name, IMPORTER.name, place, samples, fixations, notes=(*notes, *size_notes))


def _mapping(head: Head, options: ReadOptions) -> tuple[ColumnMapping, tuple[str, ...]]:
    if options.columns is not None:
        return options.columns, ()
    mapping = guess(head)
    if mapping is None:
        expected = "a mapping of columns, or columns for the time and the place such as time, x, y"
        raise InputError(head.path.name, expected, listed(head.columns))
    told = ", ".join(f"{field} {value}" for field, value in mapping.to_dict().items())
    return mapping, (f"The columns were guessed by their names: {told}.",)


def _check_unit(head: Head, mapping: ColumnMapping, t_ms: Floats) -> None:
    """Refuse samples at a rate that no tracker has: the name of the time says another unit, or none."""
    steps_ms = np.diff(t_ms)
    usual_ms = float(np.median(steps_ms[steps_ms > 0])) if (steps_ms > 0).any() else STEP_MS[0]
    if mapping.duration is None and not STEP_MS[0] <= usual_ms <= STEP_MS[1]:
        where = f"{head.path.name}, column {mapping.time}"
        expected = f"times in {mapping.time_unit} that are {STEP_MS[0]} to {STEP_MS[1]:.0f} ms apart"
        raise InputError(where, f"{expected}, or a mapping with time_unit", f"steps of {usual_ms:.6g} ms")


def _px(values: Floats, length_px: int, unit: PlaceUnit) -> Floats:
    factor = {PlaceUnit.PIXELS: 1.0, PlaceUnit.SHARE: length_px, PlaceUnit.PERCENT: length_px / 100.0}
    return np.asarray(values * factor[unit])


def _upright(y_px: Floats, height_px: int, origin: Origin) -> Floats:
    return y_px if origin == Origin.TOP else np.asarray(height_px - y_px)


def _text(table: Table, name: str | None) -> pd.Categorical | None:
    return None if name is None else table.text(name)


def _valid(table: Table, name: str | None) -> Bools | None:
    if name is None:
        return None
    flags = table.text(name)
    yes = np.array([str(value).strip().lower() in YES for value in flags.categories] + [False])
    return np.asarray(yes[flags.codes])


IMPORTER: Final = Importer(
    name="generic",
    label="A table with columns for time and place",
    looks_for="columns such as t_ms, x_px, y_px or time, x, y; or a mapping of the columns",
    matches=matches,
    read=read,
)
