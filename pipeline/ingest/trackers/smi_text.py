"""SMI: the raw data that IDF Converter and BeGaze write as text.

IDF Converter's files begin with lines `## Sample Rate: 500` and mix samples (SMP) with messages (MSG), both
with µs; the last BeGaze writes a plain table with `RecordingTime [ms]`, one row a sample, "-" for nothing.
Both write 0, 0 for eyes that were not seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Floats
from pipeline.errors import InputError
from pipeline.ingest.trackers.lines import Ints, Lines
from pipeline.ingest.trackers.people import Looks, Place, recordings
from pipeline.ingest.trackers.recording import Importer, ReadOptions, Space, TrackerRecording, screen_size
from pipeline.ingest.trackers.table import Head, Table, read_columns

TIME_US: Final = "Time"
TIME_MS: Final = "RecordingTime [ms]"
OLD_EYES: Final = (("L POR X [px]", "L POR Y [px]"), ("R POR X [px]", "R POR Y [px]"))
NEW_EYES: Final = tuple(
    (f"Point of Regard {eye} X [px]", f"Point of Regard {eye} Y [px]")
    for eye in ("Left", "Right", "Binocular")
)
OLD_EVENTS: Final = ("B Event Info", "R Event Info", "L Event Info")
NEW_EVENTS: Final = ("Category Binocular", "Category Right", "Category Left")
FIXATIONS: Final = ("Fixation", "Visual Intake")
PICTURE: Final = re.compile(r"# Message: (.+\.(?:bmp|png|jpe?g|gif|tiff?|avi|mp4|wmv))\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Samples:
    """Rows of samples; `eyes` holds x and y of each eye, `event` what SMI calls the movement."""

    t_ms: Floats
    eyes: list[tuple[Floats, Floats]]
    stimulus: pd.Categorical | None
    participant: pd.Categorical | None
    event: pd.Categorical | None


def matches(head: Head) -> bool:
    old = head.has(TIME_US, "Type") and bool(_eyes(head, OLD_EYES))
    return old or (head.has(TIME_MS) and bool(_eyes(head, NEW_EYES)))


def _eyes(head: Head, eyes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [eye for eye in eyes if head.has(*eye)]


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """A recording for each participant: midway between the eyes that were seen, and SMI's fixations."""
    samples = _new(head) if head.has(TIME_MS) else _old(head)
    said = _said(head)
    width_px, height_px, stated, notes = screen_size(options, _area(said))
    x_px, y_px = _midway(samples.eyes)
    participant = samples.participant
    if participant is None and "Subject" in said:
        participant = pd.Categorical.from_codes(
            np.zeros(len(x_px), np.intp), pd.Index([said["Subject"]], dtype=object)
        )
    looks = Looks(samples.t_ms, x_px, y_px, participant, samples.stimulus)
    fixations = None if samples.event is None else _fixations(looks, samples.event)
    place = Place(Space.SCREEN, width_px, height_px, stated)
    rate = re.match(r"\d{1,5}(\.\d+)?", said.get("Sample Rate", ""))
    return recordings(
        head.path.name,
        IMPORTER.name,
        place,
        looks,
        fixations if fixations is not None and len(fixations) else None,
        rate_hz=float(rate[0]) if rate else None,
        notes=notes,
    )


def _said(head: Head) -> dict[str, str]:
    """What the lines `## name: value` say."""
    found = (re.match(r"##\s*([^:]+?)\s*:\s*(.*?)\s*$", line) for line in head.lines)
    return {match[1]: match[2] for match in found if match and match[2]}


def _area(said: dict[str, str]) -> tuple[float, float] | None:
    """Width and height in px of the area that was calibrated: the screen."""
    numbers = re.findall(r"\d{1,6}", said.get("Calibration Area", ""))
    return (float(numbers[0]), float(numbers[1])) if len(numbers) >= 2 else None


def _old(head: Head) -> _Samples:
    lines = Lines.of(head, head.decimal)
    eyes = _eyes(head, OLD_EYES)
    texts = [name for name in ("Stimulus", *OLD_EVENTS) if name in head.columns]
    rows = np.flatnonzero(lines.begin_with_digit)
    messages = lines.having(b"\tMSG\t")
    rows = np.setdiff1d(rows[rows >= head.header_row], messages, assume_unique=True)
    if not len(rows):
        raise InputError(head.path.name, "rows of samples (SMP)", "none")
    places = [head.columns.index(name) for name in (TIME_US, *(axis for eye in eyes for axis in eye))]
    numbers, words = lines.columns(rows, places, [head.columns.index(name) for name in texts])
    told = dict(zip(texts, words, strict=True))
    return _Samples(
        numbers[0] / 1000.0,
        list(zip(numbers[1::2], numbers[2::2], strict=True)),
        told.get("Stimulus", _pictures(lines, messages, rows)),
        None,
        next((told[name] for name in OLD_EVENTS if name in told), None),
    )


def _pictures(lines: Lines, messages: Ints, rows: Ints) -> pd.Categorical:
    """The picture that the last message before each row named."""
    shown = [(-1, None)] + [
        (int(number), match[1]) for number in messages if (match := PICTURE.search(lines.text(number)))
    ]
    names = pd.Categorical([name for _, name in shown])
    return names[np.searchsorted([number for number, _ in shown], rows) - 1]


def _new(head: Head) -> _Samples:
    eyes = _eyes(head, NEW_EYES)
    texts = [name for name in ("Stimulus", "Participant", *NEW_EVENTS) if name in head.columns]
    table = read_columns(head, (TIME_MS, *(axis for eye in eyes for axis in eye)), texts)
    event = next((name for name in NEW_EVENTS if name in head.columns), None)
    return _Samples(
        table.number(TIME_MS),
        [(table.number(x), table.number(y)) for x, y in eyes],
        _text(table, "Stimulus"),
        _text(table, "Participant"),
        None if event is None else table.text(event),
    )


def _text(table: Table, name: str) -> pd.Categorical | None:
    return table.text(name) if name in table else None


def _midway(eyes: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """The mean place of the eyes that were seen, NaN where none was."""
    x_px, y_px = (np.stack(axis) for axis in zip(*eyes, strict=True))
    seen = np.isfinite(x_px) & np.isfinite(y_px) & ~((x_px == 0) & (y_px == 0))
    count = seen.sum(axis=0)
    x, y = (
        np.divide(
            np.where(seen, axis, 0).sum(axis=0), count, out=np.full(len(count), np.nan), where=count > 0
        )
        for axis in (x_px, y_px)
    )
    return x, y


def _fixations(samples: Looks, event: pd.Categorical) -> Looks:
    """Runs of rows that SMI calls a fixation, one step longer than from first to last; mean place."""
    inside: Bools = np.asarray(event.isin(FIXATIONS))
    keys = [inside, *(key.codes for key in (samples.participant, samples.stimulus) if key is not None)]
    other = np.any([np.diff(key, prepend=key[:1]) != 0 for key in keys], axis=0)
    run = np.cumsum(other)[inside]
    table = pd.DataFrame({"t": samples.t_ms, "x": samples.x_px, "y": samples.y_px})[inside].groupby(run)
    first = np.flatnonzero(inside)[np.unique(run, return_index=True)[1]]
    steps = np.diff(samples.t_ms)
    step_ms = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    begun = samples.at(first)
    place = table[["x", "y"]].mean()
    return Looks(
        begun.t_ms,
        place["x"].to_numpy(),
        place["y"].to_numpy(),
        begun.participant,
        begun.stimulus,
        duration_ms=table["t"].max().to_numpy() - begun.t_ms + step_ms,
    )


IMPORTER: Final = Importer(
    name="smi_text",
    label="SMI BeGaze or IDF Converter text",
    looks_for=f"the columns {TIME_US}, Type, {OLD_EYES[0][0]} (or R); or {TIME_MS}, {NEW_EYES[1][0]}",
    matches=matches,
    read=read,
)
