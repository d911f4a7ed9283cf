"""Recordings from tables that hold several people, several stimuli, and clocks that start again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats, empty
from pipeline.ingest.trackers.recording import (
    RECORDED_GAZE,
    Rectangle,
    Space,
    TrackerRecording,
    fixation_table,
    gaze_table,
    groups,
    sampling_rate_hz,
)

Rows = NDArray[np.intp]

NO_STIMULUS = (
    "The times go back {:,} time(s): if the clock starts again with each stimulus, say which column names it."
)


@dataclass(frozen=True)
class Looks:
    """Samples, or fixations where `duration_ms` is given, as they stand in a file: one value a row."""

    t_ms: Floats
    x_px: Floats
    y_px: Floats
    participant: pd.Categorical | None = None
    stimulus: pd.Categorical | None = None
    valid: Bools | None = None
    duration_ms: Floats | None = None

    def __len__(self) -> int:
        return len(self.t_ms)

    def at(self, rows: Rows) -> Looks:
        given = {name: value[rows] for name, value in vars(self).items() if value is not None}
        return Looks(**given)

    def people(self) -> Iterator[tuple[str | None, Looks, Rows]]:
        """Each participant's part and which rows that is, in order of appearance; None: names nobody."""
        if self.participant is None:
            yield None, self, np.arange(len(self))
            return
        for rows in groups(self.participant):
            code = self.participant.codes[rows[0]]
            yield (None if code < 0 else str(self.participant.categories[code])), self.at(rows), rows


@dataclass(frozen=True)
class Place:
    """What the coordinates are in: `stimuli` lie in the rectangle, the whole space where it is None."""

    space: Space
    width_px: int
    height_px: int
    size_stated: bool
    rectangle: Rectangle | None = None


def recordings(
    file: str,
    form: str,
    place: Place,
    samples: Looks | None,
    fixations: Looks | None = None,
    *,
    rate_hz: float | None = None,
    notes: Sequence[str] = (),
) -> list[TrackerRecording]:
    """One recording for each participant, its clock at zero with the first sample or fixation.

    `rate_hz` is what the file states; where None it is measured.
    """
    looked, fixated = (
        {} if looks is None else {name: part for name, part, _ in looks.people()}
        for looks in (samples, fixations)
    )
    return [
        _recording(file, form, place, name, (looked.get(name), fixated.get(name)), rate_hz, notes)
        for name in dict.fromkeys([*looked, *fixated])
    ]


def _recording(
    file: str,
    form: str,
    place: Place,
    participant: str | None,
    looks: tuple[Looks | None, Looks | None],
    rate_hz: float | None,
    notes: Sequence[str],
) -> TrackerRecording:
    samples, fixations = looks
    clock_notes: tuple[str, ...] = ()
    if samples is None and fixations is not None:
        fixations, clock_notes = _on_one_clock(fixations)
    elif fixations is None and samples is not None:
        samples, clock_notes = _on_one_clock(samples)
    samples, fixations = _from_zero(samples, fixations)
    gaze, fixation_frame = empty(RECORDED_GAZE), None
    gaze_notes: tuple[str, ...] = ()
    fixation_notes: tuple[str, ...] = ()
    if samples is not None:
        gaze, gaze_notes = gaze_table(
            file, samples.t_ms, samples.x_px, samples.y_px, valid=samples.valid, stimulus=samples.stimulus
        )
    if fixations is not None and fixations.duration_ms is not None:
        fixation_frame, fixation_notes = fixation_table(
            fixations.t_ms, fixations.duration_ms, fixations.x_px, fixations.y_px, fixations.stimulus
        )
    whole = place.rectangle or (0.0, 0.0, float(place.width_px), float(place.height_px))
    shown = [table["stimulus"].dropna().unique() for table in (gaze, fixation_frame) if table is not None]
    return TrackerRecording(
        format=form,
        participant=participant,
        gaze=gaze,
        fixations=fixation_frame,
        space=place.space,
        width_px=place.width_px,
        height_px=place.height_px,
        size_stated=place.size_stated,
        rate_hz=rate_hz or sampling_rate_hz(gaze["t_ms"].to_numpy()),
        rows=next(len(part) for part in looks if part is not None),
        stimuli={str(name): whole for name in np.concatenate(shown)},
        notes=(*notes, *clock_notes, *gaze_notes, *fixation_notes),
    )


def _from_zero(*looks: Looks | None) -> list[Looks | None]:
    """The same, counted from the first time in any of them."""
    times = np.concatenate([part.t_ms for part in looks if part is not None])
    finite = times[np.isfinite(times)]
    zero_ms = float(finite.min()) if len(finite) else 0.0
    return [None if part is None else replace(part, t_ms=part.t_ms - zero_ms) for part in looks]


def one_after_another(t_ms: Floats, begins: Bools, duration_ms: Floats | None = None) -> Floats:
    """Times of parts that each count from their own zero, on one clock: a part follows the one before.

    `begins` marks the first row of each part. Between two parts lies one usual step between samples.
    """
    part = np.cumsum(begins)
    part = part - part[:1]
    within = np.diff(t_ms)[np.diff(part) == 0]
    step_ms = float(np.median(within[within > 0])) if (within > 0).any() else 0.0
    ends = pd.Series(t_ms if duration_ms is None else t_ms + duration_ms.clip(0)).groupby(part).max()
    length_ms = (ends + step_ms).fillna(0.0).to_numpy()
    return np.asarray(t_ms + np.append(0.0, np.cumsum(length_ms))[part])


def _on_one_clock(looks: Looks) -> tuple[Looks, tuple[str, ...]]:
    """The same where the times of the stimuli overlap, because the clock starts again with each of them."""
    back = np.diff(looks.t_ms, prepend=looks.t_ms[:1]) < 0
    if looks.stimulus is None:
        return looks, (NO_STIMULUS.format(back.sum()),) if back.any() else ()
    begins = np.diff(looks.stimulus.codes, prepend=looks.stimulus.codes[:1]) != 0
    runs = pd.Series(looks.t_ms).groupby(np.cumsum(begins)).agg(["min", "max"]).dropna().sort_values("min")
    overlap = (runs["min"].to_numpy()[1:] < runs["max"].cummax().to_numpy()[:-1]).any()
    if not overlap or (back & ~begins).any():
        return looks, ()
    note = "The clock starts again with each stimulus: they were laid out one after another."
    return replace(looks, t_ms=one_after_another(looks.t_ms, begins, looks.duration_ms)), (note,)
