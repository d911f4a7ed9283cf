"""What a group of students tells about others like them: intervals, tests, sizes of differences.

A student is the unit everywhere: rows are resampled, never fixations or samples. Random draws are seeded,
so that the same data give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from pipeline.domain import Floats
from pipeline.parameters import AttentionParameters

CELLS_AT_ONCE = 4_000_000  # values held at a time while resampling: 32 MB
ROUNDING = 1e-12  # differences that are the same but for the order of summation

Statistic = Callable[[Floats], Floats]


class Delta(NamedTuple):
    """Cliff's delta with its interval, each of the shape of one student's values."""

    delta: Floats
    low: Floats
    high: Floats


def too_few(*sizes: int, parameters: AttentionParameters) -> str:
    """Why groups of these sizes are not compared; empty if they are large enough."""
    least = parameters.group_min
    small = [str(size) for size in sizes if size < least]
    return f"too few students: {' and '.join(small)}, at least {least} are needed" if small else ""


def bootstrap_interval(
    values: Floats, parameters: AttentionParameters, statistic: Statistic | None = None
) -> tuple[Floats, Floats]:
    """Bootstrap interval of a statistic over students.

    The percentile interval, with its tails widened so that it is as wide as Student's t interval where
    the values are normal: the plain percentile interval is too narrow for small classes.

    Parameters
    ----------
    values : (n, ...) one row per student, without NaN
    parameters : resamples, seed and confidence
    statistic : (r, n, ...) values of r resamples to (r, ...) figures; the mean over students by default

    Returns
    -------
    low, high : of the shape of one figure; NaN for fewer than two students

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap; the wider tails: Hesterberg (2015),
    doi:10.1080/00031305.2015.1089789.
    """
    students = len(values)
    if students < 2:
        unknown = np.full(values.shape[1:] if statistic is None else _one(values, statistic).shape, np.nan)
        return unknown, unknown
    drawn = (
        resampled_means(values, parameters) if statistic is None else _figures(values, statistic, parameters)
    )
    return percentiles(drawn, students, parameters)


def resampled_means(values: Floats, parameters: AttentionParameters) -> Floats:
    """Mean over students (n, ...) of each of r resamples of them: (..., r)."""
    times = resample_counts(len(values), parameters.bootstrap_resamples, parameters.bootstrap_seed)
    columns = np.ascontiguousarray(values.reshape(len(values), -1).T, float) / len(values)
    means = np.einsum("rs,ks->kr", times, columns)  # @ would start threads for this
    return np.asarray(means.reshape(*values.shape[1:], -1))


def percentiles(drawn: Floats, students: int, parameters: AttentionParameters) -> tuple[Floats, Floats]:
    """Ends of the interval, its tails widened for so many students, of figures (..., r) of resamples."""
    t = stdtrit(students - 1, (1 + parameters.confidence) / 2)
    tail = ndtr(-t * np.sqrt(students / (students - 1)))
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=-1)
    return low, high


def median(values: Floats) -> Floats:
    """Median over the rows of what is known in each column, NaN where nothing is."""
    if len(values) == 0:
        return np.full(values.shape[1], np.nan)
    known = np.isfinite(values).sum(axis=0)
    ordered, column = np.sort(values, axis=0), np.arange(values.shape[1])  # NaN last
    return np.asarray((ordered[(known - 1) // 2, column] + ordered[known // 2, column]) / 2)


def difference_interval(a: Floats, b: Floats, parameters: AttentionParameters) -> tuple[Floats, Floats]:
    """Bootstrap interval of the mean of `a` minus that of `b`, both groups resampled.

    Tails and spread are corrected for small groups as by Student's t with the smaller group's degrees of
    freedom, which is on the safe side.

    Parameters
    ----------
    a, b : (n, ...) and (m, ...), one row per student, without NaN

    Returns
    -------
    low, high : of the shape of one student's values; NaN for groups of fewer than two
    """
    smaller = min(len(a), len(b))
    if smaller < 2:
        return np.full(a.shape[1:], np.nan), np.full(a.shape[1:], np.nan)
    other = replace(parameters, bootstrap_seed=parameters.bootstrap_seed + 1)
    drawn = _errors(a, parameters) - _errors(b, other)
    tail = ndtr(-stdtrit(smaller - 1, (1 + parameters.confidence) / 2))
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=-1) + (a.mean(axis=0) - b.mean(axis=0))
    return low, high


def proportion_interval(
    count: Floats, students: int, parameters: AttentionParameters
) -> tuple[Floats, Floats]:
    """Wilson's interval of the share `count` / `students`.

    For shares of students the bootstrap would claim certainty where all or none did.

    Returns
    -------
    low, high : of the shape of `count`, 0-1; NaN without students

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    count = np.asarray(count, float)
    if students == 0:
        return np.full(count.shape, np.nan), np.full(count.shape, np.nan)
    z2 = ndtri((1 + parameters.confidence) / 2) ** 2
    share = count / students
    middle = (share + z2 / (2 * students)) / (1 + z2 / students)
    half = np.sqrt(z2 * (share * (1 - share) / students + z2 / (4 * students**2))) / (1 + z2 / students)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def permutation_test(a: Floats, b: Floats, parameters: AttentionParameters) -> Floats:
    """Whether the means of two groups differ by more than their labels explain: two-sided p.

    Every split of the students into groups of these sizes is tried where there are no more than
    `parameters.permutations`, else so many random ones, the observed one counted among them.

    Parameters
    ----------
    a, b : (n, ...) and (m, ...), one row per student, without NaN
    parameters : permutations and seed

    Returns
    -------
    p of the shape of one student's values; NaN if a group is empty.

    References
    ----------
    Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.
    """
    if len(a) == 0 or len(b) == 0:
        return np.full(a.shape[1:], np.nan)
    signs = _splits(len(a), len(b), parameters.permutations, parameters.bootstrap_seed)
    return _share_as_extreme(np.concatenate([a, b]), signs)


def paired_test(differences: Floats, parameters: AttentionParameters) -> Floats:
    """Whether the mean of paired differences is zero, by turning their signs: two-sided p.

    Exact where there are no more than `parameters.permutations` patterns of signs.

    Parameters
    ----------
    differences : (n, ...) one row per student, without NaN

    Returns
    -------
    p of the shape of one student's values; NaN without students.
    """
    if len(differences) == 0:
        return np.full(differences.shape[1:], np.nan)
    signs = _sign_flips(len(differences), parameters.permutations, parameters.bootstrap_seed)
    return _share_as_extreme(differences, signs)


def familywise_test(a: Floats, b: Floats, parameters: AttentionParameters) -> Floats:
    """p of each of many places at once, such that any false alarm at all is as rare as p says.

    As `permutation_test`, but each difference is measured in standard deviations of its place over all
    students and held against the largest that a split produces anywhere.

    References
    ----------
    Nichols & Holmes (2002), doi:10.1002/hbm.1058.
    """
    if len(a) == 0 or len(b) == 0:
        return np.full(a.shape[1:], np.nan)
    pooled = np.concatenate([a, b])
    signs = _splits(len(a), len(b), parameters.permutations, parameters.bootstrap_seed)
    return _share_with_larger(pooled - pooled.mean(axis=0), pooled.std(axis=0), signs)


def familywise_paired_test(differences: Floats, parameters: AttentionParameters) -> Floats:
    """As `familywise_test`, of paired differences (n, ...), whose signs are turned as in `paired_test`."""
    if len(differences) == 0:
        return np.full(differences.shape[1:], np.nan)
    signs = _sign_flips(len(differences), parameters.permutations, parameters.bootstrap_seed)
    return _share_with_larger(differences, np.sqrt((differences**2).mean(axis=0)), signs)


def holm(p: Floats) -> Floats:
    """p-values adjusted for their number, so that any false alarm at all is as rare as they say.

    NaN stays and does not count as a test.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65-70.
    """
    p = np.asarray(p, float)
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    left = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * left), 1.0)
    return adjusted


def cliffs_delta(a: Floats, b: Floats, parameters: AttentionParameters) -> Delta:
    """How much more often a student of `a` has the larger value than one of `b`: -1 to 1.

    Parameters
    ----------
    a, b : (n, ...) and (m, ...), one row per student, without NaN

    Returns
    -------
    Delta with its asymmetric interval; NaN for groups of fewer than two.

    References
    ----------
    Cliff (1993), doi:10.1037/0033-2909.114.3.494; interval: Feng & Cliff (2004),
    doi:10.22237/jmasm/1099267560.
    """
    n, m = len(a), len(b)
    if min(n, m) < 2:
        unknown = np.full(a.shape[1:], np.nan)
        return Delta(unknown, unknown, unknown)
    larger = np.sign(a[:, None] - b[None])  # (n, m, ...)
    delta = larger.mean(axis=(0, 1))
    rows, columns = larger.mean(axis=1) - delta, larger.mean(axis=0) - delta
    single = ((larger - delta) ** 2).sum(axis=(0, 1))
    variance = m**2 * (rows**2).sum(axis=0) + n**2 * (columns**2).sum(axis=0) - single
    variance = np.maximum(variance / (n * m * (n - 1) * (m - 1)), (1 - delta**2) / (n * m - 1))
    t2 = stdtrit(n + m - 2, (1 + parameters.confidence) / 2) ** 2
    half = np.sqrt(t2 * variance * ((1 - delta**2) ** 2 + t2 * variance))
    scale = 1 - delta**2 + t2 * variance
    apart = np.abs(delta) == 1  # nothing varies then: as if one more student might have been otherwise
    inner = (min(n, m) - t2) / (min(n, m) + t2)
    scale = np.where(apart, 1.0, scale)
    low = np.where(apart, np.where(delta > 0, inner, -1.0), (delta - delta**3 - half) / scale)
    high = np.where(apart, np.where(delta > 0, 1.0, -inner), (delta - delta**3 + half) / scale)
    return Delta(delta, low, high)


def _one(values: Floats, statistic: Statistic) -> Floats:
    """The figure that a single resample gives; its shape is what is wanted."""
    return np.asarray(statistic(np.zeros((1, 1, *values.shape[1:])))[0])


def _errors(values: Floats, parameters: AttentionParameters) -> Floats:
    """How far each resample's mean is off, as far on average as a sample's from the truth (..., r)."""
    off = resampled_means(values, parameters) - values.mean(axis=0)[..., None]
    return np.asarray(off * np.sqrt(len(values) / (len(values) - 1)))


def _figures(values: Floats, statistic: Statistic, parameters: AttentionParameters) -> Floats:
    """Statistic of each resample (..., resamples)."""
    drawn = _draws(len(values), parameters.bootstrap_resamples, parameters.bootstrap_seed)
    chunks = np.array_split(drawn, 1 + drawn.size * values[0].size // CELLS_AT_ONCE)
    figures = np.concatenate([statistic(values[chunk]) for chunk in chunks])
    return np.asarray(np.moveaxis(figures, 0, -1))


def _draws(students: int, resamples: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Index of each student drawn in each resample (resamples, students)."""
    return np.random.default_rng(seed).integers(0, students, (resamples, students))


@lru_cache(maxsize=8)
def resample_counts(students: int, resamples: int, seed: int) -> Floats:
    """How often each student is drawn in each resample (resamples, students)."""
    cell = _draws(students, resamples, seed) + np.arange(resamples)[:, None] * students
    times = np.bincount(cell.ravel(), minlength=resamples * students)
    return times.reshape(resamples, students).astype(float)


@lru_cache(maxsize=8)
def _splits(n: int, m: int, most: int, seed: int) -> Floats:
    """Weight of each student in the difference of means, per split (splits, n + m); the observed first."""
    if comb(n + m, n) <= most:
        chosen = np.array(list(combinations(range(n + m), n)))
    else:
        rng = np.random.default_rng(seed)
        random = np.argsort(rng.random((most - 1, n + m)), axis=1)[:, :n]
        chosen = np.vstack([np.arange(n), random])
    weights = np.full((len(chosen), n + m), -1 / m)
    np.put_along_axis(weights, chosen, 1 / n, axis=1)
    return weights


@lru_cache(maxsize=8)
def _sign_flips(n: int, most: int, seed: int) -> Floats:
    """Weight of each student in the mean, per pattern of signs (patterns, n); the observed first."""
    if n < 63 and 2**n <= most:
        negative = np.arange(2**n)[:, None] >> np.arange(n) & 1
    else:
        negative = np.random.default_rng(seed).integers(0, 2, (most, n))
        negative[0] = 0
    return np.asarray((1 - 2 * negative) / n)


def _share_as_extreme(values: Floats, weights: Floats) -> Floats:
    """Share of the weightings that give at least as large a sum as the first, without regard to sign."""
    columns = values.reshape(len(values), -1)
    largest = np.abs(columns).max(axis=0, initial=0.0)
    observed = np.abs(weights[0] @ columns) - ROUNDING * largest
    as_extreme = sum((np.abs(chunk) >= observed).sum(axis=0) for chunk in _sums(columns, weights))
    return np.asarray(as_extreme / len(weights)).reshape(values.shape[1:])


def _share_with_larger(values: Floats, spread: Floats, weights: Floats) -> Floats:
    """Share of the weightings whose largest sum anywhere, in units of each place's spread, is as large as
    that of the first weighting in each place; 1 where nothing varies."""
    columns, spread = values.reshape(len(values), -1), spread.ravel()
    varies = spread > ROUNDING
    p = np.ones(len(spread))
    if varies.any():
        scaled = columns[:, varies] / spread[varies]
        largest = np.concatenate([np.abs(chunk).max(axis=1) for chunk in _sums(scaled, weights)])
        observed = np.abs(weights[0] @ scaled)
        above = len(largest) - np.searchsorted(np.sort(largest), observed - ROUNDING)
        p[varies] = above / len(largest)
    return p.reshape(values.shape[1:])


def _sums(columns: Floats, weights: Floats) -> list[Floats]:
    """Weighted sums of the rows, weightings in chunks that fit in memory: (chunk, columns) each."""
    chunks = np.array_split(weights, 1 + len(weights) * columns.shape[1] // CELLS_AT_ONCE)
    return [chunk @ columns for chunk in chunks]
