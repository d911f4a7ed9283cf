"""How a class's looking differs from what the slide's design intends: shares, order, what was missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from pipeline.attention.aoi import expected_shares
from pipeline.attention.statistics import (
    bootstrap_interval,
    median,
    percentiles,
    proportion_interval,
    resampled_means,
)
from pipeline.domain import Aoi, Bools, Floats
from pipeline.parameters import AttentionParameters


@dataclass(frozen=True)
class Missed:
    """A required region and the tracked students who never looked at it, with the interval of their share."""

    aoi_id: str
    name: str
    missed_n: int
    tracked_n: int
    low: float
    high: float


@dataclass(frozen=True)
class GapResult:
    """One slide's gap; NaN is what cannot be known.

    `score` lies in `low` to `high`; of so many students it would be `score_as_designed` on average even if
    they looked exactly as designed, so that only a score well above it says something. `order_tau` is over
    the `order_n` regions with an intended place that the class reached; `order_tau_mean` over the
    `order_students_n` students who reached at least two of them.
    """

    students_n: int
    score: float
    low: float
    high: float
    score_as_designed: float
    order_tau: float
    order_n: int
    order_tau_mean: float
    order_tau_low: float
    order_tau_high: float
    order_students_n: int
    missed: tuple[Missed, ...]


def gap_of(student_table: pd.DataFrame, aois: Sequence[Aoi], parameters: AttentionParameters) -> GapResult:
    """The gap between one slide's design and the tracked students who were shown it.

    Parameters
    ----------
    student_table : as `student_aoi_table` makes it from the same regions; whole sessions may be left out
    aois : the slide's k regions
    parameters : who counts as tracked, and the bootstrap

    Notes
    -----
    A total variation is never negative, so chance makes it too large, the more so the fewer students.
    The interval is the reversed percentile one (2 score - quantile), which takes that off; over simulated
    classes of 5 to 30 it held the true score in 87 to 95 of 100, the plain percentile one in 0 to 91.
    """
    students = tracked(student_table, len(aois), parameters)
    shares = by_student(student_table, "dwell_share", len(aois))[students]
    shares = shares[np.isfinite(shares).all(axis=1)]
    ttff_ms = by_student(student_table, "ttff_ms", len(aois))[students]
    orders = np.array([np.nan if aoi.order is None else aoi.order for aoi in aois])
    score, low, high, score_as_designed = _score(shares, expected_shares(aois), parameters)
    tau, reached_n = _class_order(orders, ttff_ms)
    return GapResult(
        len(shares),
        score,
        low,
        high,
        score_as_designed,
        tau,
        reached_n,
        *_student_order(orders, ttff_ms, parameters),
        missed=_missed(student_table, aois, students, parameters),
    )


def by_student(student_table: pd.DataFrame, measure: str, regions: int) -> Floats:
    """A measure of each session in each region (sessions, regions)."""
    sessions = len(student_table) // regions if regions else 0
    return student_table[measure].to_numpy(float).reshape(sessions, regions)


def tracked(student_table: pd.DataFrame, regions: int, parameters: AttentionParameters) -> Bools:
    """Sessions that were tracked for long enough to count (sessions,)."""
    share = by_student(student_table, "tracked_share", regions)
    return np.asarray((share >= parameters.tracked_share_min).all(axis=1))


def total_variation(observed: Floats, expected: Floats) -> Floats:
    """Half the sum of |observed - expected| over the regions (..., k) and the rest of the slide: 0-1.

    Nothing is intended for the rest; gaze on overlapping regions counts in each, so then the rest is
    understated. NaN if any share is, or without regions.
    """
    if observed.shape[-1] == 0:
        return np.full(observed.shape[:-1], np.nan)
    rest = np.maximum(0.0, 1.0 - observed.sum(axis=-1))
    return np.asarray(np.minimum(1.0, (np.abs(observed - expected).sum(axis=-1) + rest) / 2))


def kendall_tau(first: Floats, second: Floats) -> Floats:
    """Kendall's tau-b of two rankings of the same things along the last axis; -1 to 1.

    Things that are NaN in either are left out. NaN where fewer than two are left, or all are tied.

    References
    ----------
    Kendall (1945), doi:10.1093/biomet/33.3.239.
    """
    pairs = np.array(list(combinations(range(first.shape[-1]), 2)), int).reshape(-1, 2)
    one, two = (np.sign(values[..., pairs[:, 1]] - values[..., pairs[:, 0]]) for values in (first, second))
    both = np.isfinite(one) & np.isfinite(two)
    one, two = np.where(both, one, 0.0), np.where(both, two, 0.0)
    untied = np.sqrt(np.abs(one).sum(axis=-1) * np.abs(two).sum(axis=-1))
    agreeing = (one * two).sum(axis=-1)
    return np.asarray(np.divide(agreeing, untied, out=np.full(untied.shape, np.nan), where=untied > 0))


def gap_table(gaps: Mapping[str, GapResult]) -> pd.DataFrame:
    """One row per slide, the regions that were missed by name and number: "Formula (3 of 12)"."""
    columns = [name for name in GapResult.__dataclass_fields__ if name != "missed"]
    rows = [
        {"slide_id": slide_id}
        | {name: getattr(gap, name) for name in columns}
        | {"missed": ", ".join(f"{m.name} ({m.missed_n} of {m.tracked_n})" for m in gap.missed if m.missed_n)}
        for slide_id, gap in gaps.items()
    ]
    table = pd.DataFrame(rows, columns=["slide_id", *columns, "missed"])
    return table.rename(columns=_TABLE_NAMES)


_TABLE_NAMES = {
    "students_n": "counted_n",
    "score": "gap_score",
    "low": "gap_score_low",
    "high": "gap_score_high",
    "score_as_designed": "gap_score_as_designed",
    "order_n": "order_count",
}


def _score(
    shares: Floats, expected: Floats, parameters: AttentionParameters
) -> tuple[float, float, float, float]:
    """Score, low, high, and the score as designed."""
    if len(shares) == 0:
        return np.nan, np.nan, np.nan, np.nan
    score = float(total_variation(shares.mean(axis=0), expected))
    if len(shares) < 2 or np.isnan(score):
        return score, np.nan, np.nan, np.nan
    means = resampled_means(shares, parameters).T
    ends = percentiles(total_variation(means, expected), len(shares), parameters)
    below, above = float(ends[0]), float(ends[1])
    low, high = max(0.0, min(2 * score - above, score)), min(1.0, max(2 * score - below, score))
    return score, low, high, _as_designed(means - shares.mean(axis=0), len(shares))


def _as_designed(errors: Floats, students: int) -> float:
    """Mean score of classes whose shares are as designed, but for the errors (r, k) of so few students."""
    rest = errors.sum(axis=1)
    score = (np.abs(errors).sum(axis=1) + np.abs(rest)).mean() / 2
    return float(score * np.sqrt(students / (students - 1)))


def _class_order(orders: Floats, ttff_ms: Floats) -> tuple[float, int]:
    """Tau of the intended order (k,) with the median order of first fixations, and over how many regions."""
    median_ms = median(ttff_ms)
    placed = np.isfinite(orders) & np.isfinite(median_ms)
    return float(kendall_tau(orders, median_ms)), int(placed.sum())


def _student_order(
    orders: Floats, ttff_ms: Floats, parameters: AttentionParameters
) -> tuple[float, float, float, int]:
    """Mean of the students' own taus, low, high, and of how many students."""
    taus = kendall_tau(np.broadcast_to(orders, ttff_ms.shape), ttff_ms)
    taus = taus[np.isfinite(taus)]
    low, high = bootstrap_interval(taus, parameters)
    return float(taus.mean()) if len(taus) else np.nan, float(low), float(high), len(taus)


def _missed(
    student_table: pd.DataFrame, aois: Sequence[Aoi], students: Bools, parameters: AttentionParameters
) -> tuple[Missed, ...]:
    """Of every required region, whether anybody missed it or not."""
    counts = (by_student(student_table, "fixation_count", len(aois))[students] == 0).sum(axis=0)
    total = int(students.sum())
    low, high = proportion_interval(counts, total, parameters)
    return tuple(
        Missed(aoi.aoi_id, aoi.name, int(counts[i]), total, float(low[i]), float(high[i]))
        for i, aoi in enumerate(aois)
        if aoi.required
    )
