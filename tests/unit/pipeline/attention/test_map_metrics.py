"""Each measure of maps against scipy, its own definition spelled out, and cases that can be worked by hand.

All seven were also held against pysaliency 0.2.22, which does not install beside the tests without torch:
docs/numbers.md has the differences (below 1e-11).
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, special, stats

from pipeline.attention.map_metrics import (
    EPSILON,
    Cells,
    auc_judd,
    auc_shuffled,
    cells,
    correlation,
    information_gain,
    kl_divergence,
    nss,
    similarity,
)
from pipeline.domain import Floats

SEEDS = st.integers(0, 10_000)
NONE: Cells = (np.zeros(0, int), np.zeros(0, int))
TOLERANCE = 1e-9


def maps(seed: int) -> tuple[Floats, Floats, Cells, Cells]:
    """Two maps, of which every third has many equal values, and places fixated here and elsewhere."""
    rng = np.random.default_rng(seed)
    one, other = (ndimage.gaussian_filter(rng.random((27, 48)) ** 3, 2) + 0.01 for _ in range(2))
    if seed % 3 == 0:
        one = np.round(one * 20) / 20 + 0.01
    here, elsewhere = (
        (rng.integers(0, 27, n), rng.integers(0, 48, n)) for n in (int(rng.integers(1, 150)), 300)
    )
    return one, other, here, elsewhere


@given(SEEDS)
def test_nss_is_the_mean_z_score(seed: int) -> None:
    one, _, here, _ = maps(seed)
    assert nss(one, here) == pytest.approx(stats.zscore(one, axis=None)[here].mean(), abs=TOLERANCE)


@given(SEEDS)
def test_the_map_against_map_measures_are_scipys(seed: int) -> None:
    one, other, _, _ = maps(seed)
    p, q = one / one.sum(), other / other.sum()
    assert correlation(one, other) == pytest.approx(
        stats.pearsonr(one.ravel(), other.ravel())[0], abs=TOLERANCE
    )
    assert kl_divergence(one, other) == pytest.approx(special.rel_entr(q, p).sum(), abs=TOLERANCE)
    assert similarity(one, other) == pytest.approx(1 - np.abs(p - q).sum() / 2, abs=TOLERANCE)


@given(SEEDS)
def test_shuffled_auc_is_mann_whitneys_u(seed: int) -> None:
    one, _, here, elsewhere = maps(seed)
    u = stats.mannwhitneyu(one[here], one[elsewhere]).statistic
    assert auc_shuffled(one, here, elsewhere) == pytest.approx(u / len(here[0]) / 300, abs=TOLERANCE)


@given(SEEDS)
def test_auc_judd_is_its_definition_spelled_out(seed: int) -> None:
    one, _, here, _ = maps(seed)
    fixated = np.zeros(one.shape, bool)
    fixated[here] = True
    curve = [(0.0, 0.0)]
    for threshold in sorted(set(one[here]), reverse=True):
        curve.append((np.mean(one[~fixated] >= threshold), np.mean(one[here] >= threshold)))
    false, found = np.array([*curve, (1.0, 1.0)]).T
    assert auc_judd(one, here) == pytest.approx(
        np.sum(np.diff(false) * (found[1:] + found[:-1]) / 2), abs=TOLERANCE
    )


@given(SEEDS)
def test_information_gain_is_a_difference_of_log_likelihoods(seed: int) -> None:
    one, other, here, _ = maps(seed)
    gain = np.log(one / one.sum())[here].mean() - np.log(other / other.sum())[here].mean()
    assert information_gain(one, other, here) == pytest.approx(gain / np.log(2), abs=TOLERANCE)


def test_four_cells_worked_by_hand() -> None:
    predicted = np.array([[1.0, 2.0], [3.0, 4.0]])
    observed = np.array([[0.0, 0.0], [1.0, 1.0]])
    here: Cells = (np.array([1, 1, 0]), np.array([1, 1, 1]))  # the 4 twice, and the 2
    assert nss(predicted, here) == pytest.approx((4 + 4 + 2 - 7.5) / 3 / np.sqrt(1.25))
    assert correlation(predicted, observed) == pytest.approx(2 / np.sqrt(5))
    assert similarity(predicted, observed) == pytest.approx(0.3 + 0.4)
    assert kl_divergence(predicted, observed) == pytest.approx(np.log(0.5 / 0.3) / 2 + np.log(0.5 / 0.4) / 2)
    # Not fixated are 1 and 3. From 4 on 2/3 are found and none falsely, from 2 on all, and half falsely.
    assert auc_judd(predicted, here) == pytest.approx(0.5 * (2 / 3 + 1) / 2 + 0.5)
    assert auc_shuffled(predicted, here, (np.array([0, 0]), np.array([1, 0]))) == pytest.approx(
        (1 + 1 + 0.75) / 3
    )
    assert information_gain(predicted, np.ones((2, 2)), here) == pytest.approx(
        (2 * np.log2(1.6) + np.log2(0.8)) / 3
    )


def test_two_gaussians_have_the_divergence_of_the_textbook() -> None:
    """For each axis ln(s1 / s2) + (s2^2 + (m2 - m1)^2) / (2 s1^2) - 1/2."""
    y, x = np.mgrid[0:200, 0:300] + 0.5
    wide = stats.norm.pdf(x, 150, 20) * stats.norm.pdf(y, 100, 15)
    narrow = stats.norm.pdf(x, 160, 12) * stats.norm.pdf(y, 90, 10)
    across = np.log(20 / 12) + (12**2 + 10**2) / (2 * 20**2) - 0.5
    down = np.log(15 / 10) + (10**2 + 10**2) / (2 * 15**2) - 0.5
    assert kl_divergence(wide, narrow) == pytest.approx(across + down, abs=1e-6)
    assert correlation(wide, wide * 3 + 1) == pytest.approx(1)


def test_perfect_worst_and_flat_predictions() -> None:
    target = np.zeros((54, 96))
    here: Cells = (np.array([10, 11, 12]), np.array([20, 20, 20]))
    target[here] = 1.0
    elsewhere: Cells = (np.array([30, 40]), np.array([50, 60]))
    flat = np.ones((54, 96))
    assert (auc_judd(target, here), auc_shuffled(target, here, elsewhere)) == (1, 1)
    assert auc_shuffled(-target, here, elsewhere) == 0
    assert auc_judd(-target, here) == 0.5  # its only threshold is the fixations' own value: all are found
    assert (auc_judd(flat, here), auc_shuffled(flat, here, elsewhere)) == (0.5, 0.5)
    assert (nss(flat, here), correlation(flat, target), information_gain(flat, flat, here)) == (0, 0, 0)
    assert (similarity(target, target), kl_divergence(target, target)) == pytest.approx((1, 0))
    assert similarity(target, 1 - target) == 0
    # What the prediction holds impossible costs much, but not infinitely much.
    assert kl_divergence(1 - target, target) == pytest.approx(np.log(1 / 3 / EPSILON), rel=1e-6)


def test_without_fixations_or_looking_nothing_is_known() -> None:
    flat = np.ones((4, 4))
    here: Cells = (np.array([1]), np.array([2]))
    assert np.isnan([nss(flat, NONE), auc_judd(flat, NONE), information_gain(flat, flat, NONE)]).all()
    assert np.isnan([auc_shuffled(flat, NONE, here), auc_shuffled(flat, here, NONE)]).all()
    assert np.isnan([similarity(0 * flat, flat), kl_divergence(flat, 0 * flat)]).all()
    everywhere: Cells = (np.array([0]), np.array([0]))
    assert np.isnan(auc_judd(np.ones((1, 1)), everywhere))


def test_places_become_cells() -> None:
    x, y = np.array([0.0, 1.0, 0.5, -0.01, 0.2, np.nan]), np.array([0.0, 1.0, 0.25, 0.5, 1.01, 0.5])
    rows, columns = cells(x, y)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 0), (53, 95), (13, 48)]
