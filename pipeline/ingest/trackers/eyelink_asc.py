"""EyeLink ASC: the text that edf2asc or Data Viewer make of an EDF file.

A stream of lines in the order in which things happened. Those that begin with a digit are samples, the
others say what is going on:

    MSG    642433 GAZE_COORDS 0.00 0.00 1919.00 1079.00     the screen
    MSG    642470 TRIALID TEXT                              a trial begins,
    MSG    642499 !V IMGLOAD FILL Images/text.png           and this is the picture that it shows
    START  643197  LEFT SAMPLES EVENTS                      a block of recording begins
    SAMPLES GAZE LEFT RATE  500.00 TRACKING CR FILTER 2     what its sample lines hold:
    647855  870.0  706.5  971.0 ...                         ms, x, y, pupil (both eyes: x, y, pupil again)
    EFIX L 647815 647899 86 868.5 698.4 968                 eye, first and last ms, duration, x, y, pupil
    END    651300  SAMPLES EVENTS RES 37.17 37.75
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.trackers.lines import Ints, Lines
from pipeline.ingest.trackers.recording import (
    Importer,
    ReadOptions,
    Rectangle,
    Space,
    TrackerRecording,
    fixation_table,
    gaze_table,
    sampling_rate_hz,
    screen_size,
)
from pipeline.ingest.trackers.table import Head

LOOKS_FOR: Final = "lines MSG, START and SAMPLES, with a first line ** CONVERTED FROM"
EYES: Final = ("LEFT", "RIGHT")
PLACE: Final = r"-?\d{1,6}(?:\.\d*)?"
VALUE: Final = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?", re.ASCII)
COORDS: Final = re.compile(rf"(?:DISPLAY|GAZE)_COORDS\s+({PLACE})\s+({PLACE})\s+({PLACE})\s+({PLACE})")
MESSAGE: Final = re.compile(r"MSG\s+(\d+(?:\.\d*)?)\s+(?:(-?\d+)\s+)?(.*)")
TRIAL: Final = re.compile(r"TRIALID\s*:?\s*(.*)")
IMAGE: Final = re.compile(rf"!V IMGLOAD (FILL|TOP_LEFT|CENTER) (\S+)((?:\s+{PLACE})*)")
END_OF_TRIAL: Final = re.compile(r"TRIAL_RESULT|TRIAL OK")
Spoken = list[tuple[int, str]]  # the lines that are no samples, with their numbers from 0


@dataclass(frozen=True)
class _Block:
    """One stretch of recording: it begins with the line that says what its samples hold."""

    begin: int
    eyes: tuple[str, ...]
    rate_hz: float | None


def matches(head: Head) -> bool:
    words = {line.split(maxsplit=1)[0] for line in head.lines if line.strip()}
    return head.lines[0].startswith("** CONVERTED FROM") or {"MSG", "START", "SAMPLES"} <= words


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording, its blocks one after another on the tracker's clock, zero at the first sample."""
    asc = Lines.of(head, decimal=".")
    spoken = [(int(number), asc.text(number).strip()) for number in np.flatnonzero(~asc.begin_with_digit)]
    blocks = _blocks(asc.file, spoken)
    numbers, t_ms, x_px, y_px = _samples(asc, blocks)
    coords = [found for _, line in spoken if (found := COORDS.search(line))]
    left, top, size = _screen(coords[-1]) if coords else (0.0, 0.0, None)
    width_px, height_px, stated, notes = screen_size(options, size)
    zero_ms = float(np.min(t_ms))
    screen: Rectangle = (0.0, 0.0, float(width_px), float(height_px))
    shown = _Stimuli.of(spoken, screen)
    gaze, gaze_notes = gaze_table(
        asc.file, t_ms - zero_ms, x_px - left, y_px - top, stimulus=shown.at(numbers)
    )
    fixations, fixation_notes = _fixations(asc.file, spoken, blocks, gaze, (zero_ms, left, top))
    seen = [str(name) for name in gaze["stimulus"].dropna().unique()]
    rates = {block.rate_hz for block in blocks}
    rate_hz = rates.pop() if len(rates) == 1 else None
    return [
        TrackerRecording(
            format=IMPORTER.name,
            participant=_participant(head),
            gaze=gaze,
            fixations=fixations,
            space=Space.SCREEN,
            width_px=width_px,
            height_px=height_px,
            size_stated=stated,
            rate_hz=rate_hz or sampling_rate_hz(gaze["t_ms"].to_numpy()),
            rows=len(numbers),
            stimuli={name: shown.places.get(name, screen) for name in seen},
            notes=(*notes, *_eye_notes(blocks), *gaze_notes, *fixation_notes),
        )
    ]


def _blocks(file: str, spoken: Spoken) -> list[_Block]:
    """What the samples below each SAMPLES line hold. A block without gaze in px is refused."""
    lines = [(number, line.split()) for number, line in spoken if line.startswith("SAMPLES")]
    blocks = []
    for number, words in lines:
        if "GAZE" not in words:
            raise InputError(f"{file}, row {number + 1}", "samples of GAZE", quoted(" ".join(words[1:3])))
        eyes = tuple(eye for eye in EYES if eye in words)
        if not eyes:
            raise InputError(f"{file}, row {number + 1}", "LEFT, RIGHT or both", quoted(" ".join(words)))
        blocks.append(_Block(number, eyes, _rate(words)))
    if not blocks:
        raise InputError(file, "a line SAMPLES, and samples below it", "events only")
    return blocks


def _rate(words: list[str]) -> float | None:
    found = re.search(r"RATE (\d{1,5}(?:\.\d*)?)", " ".join(words))
    return float(found[1]) or None if found else None


def _samples(asc: Lines, blocks: Sequence[_Block]) -> tuple[Ints, Floats, Floats, Floats]:
    """Line, time, x and y of every sample; where both eyes were seen, the place midway between them."""
    block_of = np.searchsorted([block.begin for block in blocks], np.flatnonzero(asc.begin_with_digit)) - 1
    numbers = np.flatnonzero(asc.begin_with_digit)[block_of >= 0]
    eyes_seen = np.array([len(block.eyes) for block in blocks])[block_of[block_of >= 0]]
    parts = []
    for eyes in (1, 2):
        if len(rows := numbers[eyes_seen == eyes]):
            columns, _ = asc.columns(rows, range(1 + 3 * eyes))
            places = [np.stack(columns[first::3]) for first in (1, 2)]
            parts.append((rows, columns[0], *_midway(*places)))
    if not parts:
        raise InputError(asc.file, "samples below the line SAMPLES", "none")
    table = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(table[0], kind="stable")
    line, t_ms, x_px, y_px = (column[order] for column in table)
    return line, t_ms, x_px, y_px


def _midway(x_px: Floats, y_px: Floats) -> tuple[Floats, Floats]:
    """Mean place of the eyes that have one; shapes (eyes, n)."""
    seen = np.isfinite(x_px) & np.isfinite(y_px)
    with np.errstate(invalid="ignore"):
        x, y = (np.where(seen, place, 0).sum(axis=0) / seen.sum(axis=0) for place in (x_px, y_px))
    return x, y


def _screen(found: re.Match[str]) -> tuple[float, float, tuple[float, float]]:
    """Left, top and (width, height). The last px is given, or by some the size itself: that is even."""
    left, top, right, bottom = map(float, found.groups())
    width, height = (
        last - first + (round(last - first) % 2) for first, last in ((left, right), (top, bottom))
    )
    return left, top, (width, height)


@dataclass(frozen=True)
class _Stimuli:
    """What was shown from which line on: a trial's picture, its name before that came, or nothing."""

    lines: list[int]
    shown: list[str | None]
    places: dict[str, Rectangle]

    @classmethod
    def of(cls, spoken: Spoken, screen: Rectangle) -> _Stimuli:
        lines: list[int] = [-1]
        shown: list[str | None] = [None]
        places: dict[str, Rectangle] = {}
        for number, line in spoken:
            message = MESSAGE.fullmatch(line)
            if message is None:
                continue
            if trial := TRIAL.match(message[3]):
                name = trial[1].strip() or None
            elif image := IMAGE.match(message[3]):
                name = image[2]
                places[name] = _place(image, screen)
            elif END_OF_TRIAL.match(message[3]):
                name = None
            else:
                continue
            lines.append(number)
            shown.append(name)
        return cls(lines, shown, places)

    def at(self, numbers: Ints) -> pd.Categorical:
        """What was shown at each of these lines."""
        names = pd.Categorical(self.shown)
        codes = names.codes[np.searchsorted(self.lines, numbers) - 1]
        return pd.Categorical.from_codes(codes, categories=names.categories.astype(object))


def _place(image: re.Match[str], screen: Rectangle) -> Rectangle:
    """The rectangle of an IMGLOAD message; the whole screen where its size is not given."""
    numbers = [float(word) for word in image[3].split()]
    if image[1] == "FILL" or len(numbers) < 4:
        return screen
    x, y, width, height = numbers[:4]
    return (x - width / 2, y - height / 2, width, height) if image[1] == "CENTER" else (x, y, width, height)


def _fixations(
    file: str,
    spoken: Spoken,
    blocks: Sequence[_Block],
    gaze: pd.DataFrame,
    zero: tuple[float, float, float],
) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """The tracker's own fixations, in each block of one eye: the one that fixated longer (else the right)."""
    rows = [(number, line.split()) for number, line in spoken if line.startswith("EFIX")]
    if not rows:
        return None, ()
    table = pd.DataFrame(
        [[_value(file, number, words, place) for place in range(2, 7)] for number, words in rows],
        columns=["onset", "end", "duration", "x", "y"],
    )
    table["line"] = [number for number, _ in rows]
    table["eye"] = [words[1] for _, words in rows]
    table["block"] = np.searchsorted([block.begin for block in blocks], table["line"])
    looked = table.groupby(["block", "eye"])["duration"].sum().unstack().fillna(0.0)
    longest = looked[looked.columns[::-1]].idxmax(axis=1)  # R before L: the first of equals is taken
    table = table[table["eye"] == table["block"].map(longest)]
    zero_ms, left, top = zero
    fixations, notes = fixation_table(
        table["onset"].to_numpy() - zero_ms,
        table["duration"].to_numpy(),
        table["x"].to_numpy() - left,
        table["y"].to_numpy() - top,
        _shown_midway(gaze, table["onset"] - zero_ms + table["duration"] / 2),
    )
    if len(looked.columns) > 1:
        eyes = " and ".join({"L": "left", "R": "right"}.get(eye, eye) for eye in table["eye"].unique())
        notes += (f"The tracker's fixations are those of the {eyes} eye, which fixated longer.",)
    return fixations, notes


def _shown_midway(gaze: pd.DataFrame, middle_ms: pd.Series) -> pd.Categorical:
    """What the samples show in the middle of each fixation."""
    place = np.minimum(gaze["t_ms"].searchsorted(middle_ms), len(gaze) - 1)
    return pd.Categorical(gaze["stimulus"].astype(object).to_numpy()[place])


def _value(file: str, number: int, words: list[str], place: int) -> float:
    if place < len(words):
        if words[place] == ".":
            return np.nan
        if VALUE.fullmatch(words[place]):
            return float(words[place])
    got = quoted(words[place]) if place < len(words) else "nothing"
    raise InputError(f"{file}, row {number + 1}, column {place + 1}", 'a number or "."', got)


def _eye_notes(blocks: Sequence[_Block]) -> tuple[str, ...]:
    if any(len(block.eyes) == 2 for block in blocks):
        return ("Both eyes were recorded: gaze is midway between them, or where the one is that was seen.",)
    return ()


def _participant(head: Head) -> str | None:
    """The name of the EDF file, which the first line gives."""
    found = re.match(r"\*\* CONVERTED FROM (.+?\.edf)\b", head.lines[0], re.IGNORECASE)
    return PureWindowsPath(found[1]).stem if found else None


IMPORTER: Final = Importer(
    name="eyelink_asc", label="EyeLink ASC", looks_for=LOOKS_FOR, matches=matches, read=read
)
