"""WebGazer's predictions: jsPsych's data (JSON or CSV) with `webgazer_data` in its trials, or a plain list.

    [{"trial_index": 3, "stimulus": "a.png", "time_elapsed": 9120,
      "webgazer_data": [{"x": 512, "y": 300, "t": 34}, ...],
      "webgazer_targets": {"#stimulus": {"x": 100, "y": 50, "width": 800, "height": 600, ...}}}, ...]

    [{"x": 512, "y": 300, "t": 34}, ...]

Places are px of the browser's window, times ms from the start of the trial. `time_elapsed` is when the
trial ended, counted from the start of the experiment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.domain import Floats
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.trackers.people import Looks, Place, one_after_another, recordings
from pipeline.ingest.trackers.recording import (
    PLACE_MAX_PX,
    Importer,
    ReadOptions,
    Rectangle,
    Space,
    TrackerRecording,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, file_bytes, read_columns

GAZE: Final = "webgazer_data"
TARGETS: Final = "webgazer_targets"
PEOPLE: Final = ("participant_id", "participant", "subject_id", "subject", "PROLIFIC_PID", "run_id")
PLAIN: Final = re.compile(r'\[\s*\{\s*"(x|y|t|time)"\s*:')
NAME_MAX: Final = 100
JSON_BYTES_MAX: Final = 200_000_000  # takes about ten times that in memory
Trial = dict[str, Any]


def matches(head: Head) -> bool:
    if GAZE in head.columns:
        return True
    start = "\n".join(head.lines).lstrip()
    known = f'"{GAZE}"' in start or '"trial_type"' in start or bool(PLAIN.match(start))
    return start.startswith(("[", "{")) and known


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """A recording for each participant, trials on the clock of the experiment.

    Raises
    ------
    InputError : where the file is not JSON, or a point is not made of numbers
    """
    trials = _rows(head) if GAZE in head.columns else _trials(head)
    people: dict[str | None, list[_Seen]] = {}
    sizes: dict[str | None, tuple[float, float]] = {}
    for where, trial in trials:
        name = next((str(trial[key]) for key in PEOPLE if trial.get(key) not in (None, "")), None)
        if trial.get(GAZE) is not None:
            people.setdefault(name, []).append(_seen(where, trial))
        if trial.get("trial_type") == "browser-check" and (size := _numbers(trial, "width", "height")):
            sizes[name] = (size[0], size[1])
    found = []
    for name, seen in people.items():
        if any(len(part.points) for part in seen):
            found.append(_recording(head.path.name, name, seen, screen_size(options, sizes.get(name))))
    if not found:
        raise InputError(head.path.name, "points with x, y and t", "none")
    return found


@dataclass(frozen=True)
class _Seen:
    """The points of one trial: x, y, t, shape (n, 3), NaN for null."""

    points: Floats
    stimulus: str | None
    end_ms: float  # since the start of the experiment, NaN where unknown
    target: Rectangle | None


def _trials(head: Head) -> list[tuple[str, Trial]]:
    """Every trial with its place in the file. A file may hold several documents, one for each participant."""
    content = file_bytes(head)
    if len(content) > JSON_BYTES_MAX:
        raise UnsafeInputError(
            head.path.name, f"JSON of at most {JSON_BYTES_MAX:,} bytes", f"{len(content):,}"
        )
    text = content.decode(head.encoding, errors="replace")
    trials: list[tuple[str, Trial]] = []
    for document in _documents(head.path.name, text):
        if isinstance(document, list) and document and all(_is_point(entry) for entry in document[:5]):
            document = [{GAZE: document}]
        for entry in document if isinstance(document, list) else [document]:
            where = f"{head.path.name}, entry {len(trials) + 1}"
            if not isinstance(entry, dict):
                raise InputError(where, "a trial in { }", quoted(entry))
            trials.append((where, entry))
    return trials


def _rows(head: Head) -> list[tuple[str, Trial]]:
    """The same from jsPsych's CSV, which holds JSON in the fields that are no plain values."""
    names = [
        name
        for name in (GAZE, TARGETS, "stimulus", "time_elapsed", "trial_index", *PEOPLE)
        if name in head.columns
    ]
    table = read_columns(head, texts=names)
    columns = {name: table.text(name) for name in names}
    trials: list[tuple[str, Trial]] = []
    for row in range(table.rows):
        trial: Trial = {name: column[row] for name, column in columns.items() if isinstance(column[row], str)}
        where = f"{head.path.name}, table row {row + 1}"
        for name in (GAZE, TARGETS, "time_elapsed"):
            if name in trial:
                trial[name] = next(_documents(f"{where}, column {name}", trial[name]), None)
        trials.append((where, trial))
    return trials


def _is_point(entry: object) -> bool:
    return isinstance(entry, dict) and {"x", "y"} <= set(entry) and GAZE not in entry


def _documents(file: str, text: str) -> Iterator[Any]:
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        try:
            document, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise InputError(f"{file}, line {error.lineno}", "valid JSON", error.msg) from None
        except RecursionError:
            raise UnsafeInputError(file, "JSON of a few levels", "far too many levels") from None
        except ValueError as error:  # integers of thousands of digits
            raise InputError(file, "valid JSON", quoted(str(error))) from None
        yield document


def _seen(where: str, trial: Trial) -> _Seen:
    points = trial[GAZE]
    if not isinstance(points, list):
        raise InputError(f"{where}, field {GAZE}", "a list of points", quoted(points))
    try:
        table = np.array([_point(point) for point in points], dtype=np.float64).reshape(-1, 3)
    except (ValueError, TypeError, AttributeError, OverflowError):
        bad = next(point for point in points if not _is_sound(point))
        raise InputError(
            f"{where}, field {GAZE}", 'points {"x": 1.0, "y": 2.0, "t": 3.0}', repr(bad)[:80]
        ) from None
    end = _numbers(trial, "time_elapsed")
    return _Seen(table, _stimulus(trial), end[0] if end else np.nan, _target(trial))


def _point(point: Trial) -> tuple[float | None, float | None, float | None]:
    t = point.get("t")
    return point.get("x"), point.get("y"), point.get("time") if t is None else t


def _is_sound(point: object) -> bool:
    try:
        return bool(np.array(_point(point), dtype=np.float64).shape)  # type: ignore[arg-type]  # that is asked
    except (ValueError, TypeError, AttributeError, OverflowError):
        return False


def _numbers(trial: Trial, *names: str) -> list[float]:
    """These fields, or none where one is no finite number."""
    values = [trial.get(name) for name in names]
    sound = all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= 1e12 for v in values)
    return [float(value) for value in values if value is not None] if sound else []


def _stimulus(trial: Trial) -> str | None:
    """The file that was shown; HTML is named by its trial."""
    shown = trial.get("stimulus")
    if isinstance(shown, list) and len(shown) == 1:
        shown = shown[0]
    if isinstance(shown, str) and shown.strip() and "<" not in shown and len(shown) <= NAME_MAX:
        return PurePosixPath(shown.strip()).name or None
    index = trial.get("trial_index")
    return None if index is None else f"trial {str(index)[:NAME_MAX]}"


def _target(trial: Trial) -> Rectangle | None:
    """Where the stimulus lay, if exactly one target was watched."""
    targets = trial.get(TARGETS)
    if not isinstance(targets, dict) or len(targets) != 1:
        return None
    box = next(iter(targets.values()))
    sides = _numbers(box, "x", "y", "width", "height") if isinstance(box, dict) else []
    if not sides or max(map(abs, sides)) > PLACE_MAX_PX or min(sides[2:]) <= 0:
        return None
    return sides[0], sides[1], sides[2], sides[3]


def _recording(
    file: str, name: str | None, seen: list[_Seen], size: tuple[int, int, bool, tuple[str, ...]]
) -> TrackerRecording:
    width_px, height_px, stated, notes = size
    counts = [len(part.points) for part in seen]
    x_px, y_px, t_ms = np.concatenate([part.points for part in seen]).T
    t_ms, clock_notes = _clock(seen, t_ms, counts)
    stimulus = pd.Categorical(np.repeat(np.array([part.stimulus for part in seen], dtype=object), counts))
    place = Place(Space.SCREEN, width_px, height_px, stated)
    notes += (*clock_notes, *_repeat_notes(x_px, y_px))
    recording = recordings(file, IMPORTER.name, place, Looks(t_ms, x_px, y_px, None, stimulus), notes=notes)[
        0
    ]
    places = {part.stimulus: part.target for part in seen if part.stimulus and part.target}
    stimuli = {shown: places.get(shown, whole) for shown, whole in recording.stimuli.items()}
    return replace(recording, participant=name, stimuli=stimuli)


def _clock(seen: list[_Seen], t_ms: Floats, counts: list[int]) -> tuple[Floats, tuple[str, ...]]:
    """Times since the start of the experiment: the last point of a trial comes as the trial ends."""
    if len(seen) == 1:
        return t_ms, ()
    last = [np.max(part.points[:, 2], initial=-np.inf, where=np.isfinite(part.points[:, 2])) for part in seen]
    timed = np.isfinite(last)  # a trial without a point that has a time lies nowhere
    start = np.array([part.end_ms for part in seen]) - np.where(timed, last, 0.0)
    if np.isfinite(start[timed]).all():
        return t_ms + np.repeat(start, counts), ()
    trial = np.repeat(np.arange(len(seen)), counts)
    begins = np.diff(trial, prepend=trial[:1]) != 0
    note = "The trials do not say when they ended (time_elapsed): they were laid out one after another."
    return one_after_another(t_ms, begins), (note,)


def _repeat_notes(x_px: Floats, y_px: Floats) -> tuple[str, ...]:
    """Where WebGazer has nothing new it gives its last prediction again."""
    repeated = int(((np.diff(x_px) == 0) & (np.diff(y_px) == 0)).sum())
    return (f"{repeated:,} of {len(x_px):,} points repeat the one before exactly.",) if repeated else ()


IMPORTER: Final = Importer(
    name="webgazer",
    label="WebGazer or jsPsych JSON",
    looks_for=f'JSON or CSV with "{GAZE}" in its trials, or a JSON list of points {{"x", "y", "t"}}',
    matches=matches,
    read=read,
)
