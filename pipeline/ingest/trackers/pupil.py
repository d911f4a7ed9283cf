"""What Pupil Cloud's and Pupil Player's exports have in common: points in files that lie side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats
from pipeline.ingest.trackers.recording import (
    Size,
    Space,
    TrackerRecording,
    fixation_table,
    gaze_table,
    sampling_rate_hz,
)


@dataclass(frozen=True)
class Points:
    """Gaze or fixations of one file, all of length n. A sample ends when it starts.

    `start` and `end` are on the tracker's clock, in the unit that the file has.
    """

    recording: pd.Categorical
    start: NDArray[np.int64] | Floats
    end: NDArray[np.int64] | Floats
    x_px: Floats
    y_px: Floats
    valid: Bools

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Bools) -> Self:
        return replace(self, **{name: values[rows] for name, values in vars(self).items()})

    def none(self) -> Self:
        return self.take(np.zeros(len(self), dtype=bool))

    def scaled(self, x: float, y: float) -> Self:
        return replace(self, x_px=self.x_px * x, y_px=self.y_px * y)

    def of(self, recording: object) -> Self:
        """Those of one recording; NaN: those of rows that name none."""
        same = self.recording == recording if isinstance(recording, str) else self.recording.isna()
        return self.take(np.asarray(same))


def recording_of(
    points: Points,
    gaze: Points,
    fixations: Points | None,
    *,
    format: str,
    file: str,
    units_per_ms: float,
    space: Space,
    size: Size,
    stimulus: str | None,
) -> TrackerRecording:
    """One recording, whose times count from its first sample or fixation.

    `points` are those of the file that was asked for, gaze or fixations.
    """
    width_px, height_px, stated, size_notes = size
    starts = [part.start[np.isfinite(part.start)] for part in (gaze, fixations) if part is not None]
    zero = min((start.min() for start in starts if len(start)), default=0)
    samples, notes = gaze_table(
        file,
        np.asarray((gaze.start - zero) / units_per_ms, dtype=np.float64),
        gaze.x_px,
        gaze.y_px,
        valid=gaze.valid,
        stimulus=_everywhere(stimulus, len(gaze)),
    )
    if fixations is not None:
        own, own_notes = fixation_table(
            np.asarray((fixations.start - zero) / units_per_ms, dtype=np.float64),
            np.asarray((fixations.end - fixations.start) / units_per_ms, dtype=np.float64),
            fixations.x_px,
            fixations.y_px,
            _everywhere(stimulus, len(fixations)),
        )
        notes += own_notes
    participant = next(iter(points.recording), None)
    return TrackerRecording(
        format=format,
        participant=participant if isinstance(participant, str) else None,
        gaze=samples,
        fixations=None if fixations is None else own,
        space=space,
        width_px=width_px,
        height_px=height_px,
        size_stated=stated,
        rate_hz=sampling_rate_hz(samples["t_ms"].to_numpy()),
        rows=len(points),
        stimuli={} if stimulus is None else {stimulus: (0.0, 0.0, float(width_px), float(height_px))},
        notes=(*size_notes, *notes),
    )


def _everywhere(stimulus: str | None, count: int) -> pd.Categorical | None:
    if stimulus is None:
        return None
    name = pd.Index([stimulus], dtype="object")
    return pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), categories=name)
