"""The gap of a group over several slides, and every student's part in it: what groups are compared by.

The gap score is of a class: half the sum of the distances of its *mean* shares from the expected ones. A sum
of distances is a mean over students of what each adds to it, in the direction in which the class is off.
That is a student's part. It may be negative, where a student is off the other way.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.attention.statistics import percentiles, resample_counts
from pipeline.domain import Bools, Floats
from pipeline.parameters import AttentionParameters

COLUMNS_AT_ONCE = 64
PRODUCTS_AT_ONCE = 200_000  # of a product of matrices: for a larger one threads would be started, and wait


class MeanGap(NamedTuple):
    """The gap score of n students over the slides that they had open, each student one vote.

    `score` lies in `low` to `high`, NaN for one student; it is too large by `chance` on average, as a
    distance is never negative. `parts` (n,): every student's, whose mean is the score.
    """

    score: float
    low: float
    high: float
    chance: float
    parts: Floats


def mean_gap(deviations: Floats, rest: Bools, parameters: AttentionParameters) -> MeanGap:
    """The gap of a group over slides, its bootstrap interval over students, and the students' parts.

    Parameters
    ----------
    deviations : (n, c) observed minus expected share of each region, and of each slide what was looked at
        outside of all regions; of all slides beside one another, divided by how many slides the student
        counts on, and 0 on the others
    rest : (c,) which columns are those outside of all regions: nothing is expected there, and overlapping
        regions can make them negative, which is no gap

    Notes
    -----
    On one slide it is `gap_of` with the same interval. The score is the mean of those of the slides if every
    student counts on all of them; otherwise slides count by the votes of their students.
    """
    students = len(deviations)
    if students == 0 or deviations.shape[1] == 0:
        return MeanGap(np.nan, np.nan, np.nan, np.nan, np.full(students, np.nan))
    mean = deviations.mean(axis=0)
    score = float(_score(mean, rest))
    signs = np.where(rest, mean > 0, np.sign(mean))
    parts = deviations @ signs / 2
    if students < 2:
        return MeanGap(score, np.nan, np.nan, np.nan, parts)
    drawn = _drawn(deviations, rest, parameters)
    below, above = (float(end) for end in percentiles(drawn, students, parameters))
    low, high = max(0.0, min(2 * score - above, score)), min(1.0, max(2 * score - below, score))
    return MeanGap(score, low, high, float(drawn.mean()) - score, parts)


def gap_score_of(deviations: Floats, rest: Bools) -> float:
    """The score of `mean_gap` alone."""
    if deviations.size == 0:
        return np.nan
    return float(_score(np.asarray(deviations.mean(axis=0)), rest).item())


def deviations_of(shares: Floats, expected: Floats) -> Floats:
    """Columns of one slide (n, k + 1) from the shares (n, k) of its regions; NaN for who has none."""
    return np.column_stack([shares - expected, 1.0 - shares.sum(axis=1)])


def side_by_side(slides: list[tuple[NDArray[Any], Floats]]) -> tuple[pd.Index, Floats, Bools]:
    """What `mean_gap` takes: the students in order, and the columns of all slides beside one another.

    Parameters
    ----------
    slides : of each slide its students, each once, and `deviations_of` them without NaN
    """
    if not slides:
        return pd.Index([], dtype=object), np.zeros((0, 0)), np.zeros(0, bool)
    codes, names = pd.factorize(np.concatenate([students for students, _ in slides]), sort=True)
    widths = np.array([columns.shape[1] for _, columns in slides])
    ends = np.cumsum(widths)
    together = np.zeros((len(names), ends[-1]))
    at = 0
    for (_, columns), first, end in zip(slides, ends - widths, ends, strict=True):
        together[codes[at : at + len(columns)], first:end] = columns
        at += len(columns)
    rest = np.zeros(ends[-1], bool)
    rest[ends - 1] = True
    return pd.Index(names, dtype=object), together / np.bincount(codes)[:, None], rest


def _score(means: NDArray[Any], rest: Bools) -> NDArray[Any]:
    """Half the sum of the distances (..., c), at most 1."""
    off = np.abs(means[..., ~rest]).sum(axis=-1) + np.maximum(means[..., rest], 0).sum(axis=-1)
    return np.asarray(np.minimum(off / 2, 1.0))


def _drawn(deviations: Floats, rest: Bools, parameters: AttentionParameters) -> Floats:
    """The score of each resample of the students (resamples,)."""
    times = resample_counts(len(deviations), parameters.bootstrap_resamples, parameters.bootstrap_seed)
    times = times.astype(np.float32)
    means = (deviations / len(deviations)).astype(np.float32)
    off = np.zeros(len(times))
    for columns, outside in ((means[:, ~rest], False), (means[:, rest], True)):
        for start in range(0, columns.shape[1], COLUMNS_AT_ONCE):
            block = np.ascontiguousarray(columns[:, start : start + COLUMNS_AT_ONCE])
            rows = max(1, PRODUCTS_AT_ONCE // block.size)
            for first in range(0, len(times), rows):
                drawn = times[first : first + rows] @ block
                distance = np.maximum(drawn, 0) if outside else np.abs(drawn)
                off[first : first + rows] += distance.sum(axis=1, dtype=float)
    return np.minimum(off / 2, 1.0)
