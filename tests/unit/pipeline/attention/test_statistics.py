"""Intervals and tests against scipy, published worked values, and simulations whose answer is known."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.attention.statistics import (
    bootstrap_interval,
    cliffs_delta,
    difference_interval,
    familywise_paired_test,
    familywise_test,
    holm,
    paired_test,
    permutation_test,
    proportion_interval,
    too_few,
)
from pipeline.domain import Floats
from pipeline.parameters import AttentionParameters

DEFAULT = AttentionParameters()
QUICK = AttentionParameters(bootstrap_resamples=1000, permutations=1000)


def test_the_interval_is_scipys_with_the_wider_tail() -> None:
    values = np.random.default_rng(3).beta(1, 4, 30)
    tail = stats.norm.cdf(-stats.t.ppf(0.975, 29) * np.sqrt(30 / 29))
    theirs = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=200_000,
        confidence_level=1 - 2 * tail,
        method="percentile",
        batch=20_000,
        rng=np.random.default_rng(0),
    ).confidence_interval
    low, high = bootstrap_interval(values, DEFAULT)
    assert low == pytest.approx(theirs.low, abs=0.03 * (theirs.high - theirs.low))
    assert high == pytest.approx(theirs.high, abs=0.03 * (theirs.high - theirs.low))


def test_a_statistic_of_ones_own_gives_the_same_resamples() -> None:
    values = np.random.default_rng(4).random((12, 2, 3))
    usual = bootstrap_interval(values, QUICK)
    own = bootstrap_interval(values, QUICK, lambda resampled: resampled.mean(axis=1))
    np.testing.assert_allclose(own, usual, atol=1e-12)
    median = bootstrap_interval(values, QUICK, lambda resampled: np.median(resampled, axis=1))
    assert median[0].shape == (2, 3)
    assert not np.allclose(median, usual)


@pytest.mark.parametrize("students", [0, 1])
def test_fewer_than_two_students_have_no_interval(students: int) -> None:
    low, high = bootstrap_interval(np.ones((students, 3)), QUICK)
    assert low.shape == high.shape == (3,)
    assert np.isnan([low, high]).all()
    one, _ = bootstrap_interval(np.ones((students, 3)), QUICK, lambda resampled: resampled.mean(axis=(1, 2)))
    assert one.shape == ()


@pytest.mark.parametrize(
    ("students", "least"),
    [(5, 0.88), (8, 0.91), (15, 0.92), (30, 0.94)],
)
def test_the_interval_covers_the_true_mean(students: int, least: float) -> None:
    """Dwell shares as they are: skewed, between 0 and 1. Of 4,000 classes each; their mean is 0.2.

    The plain percentile interval covers it in 82, 88, 90 and 93 % of them.
    """
    shares = np.random.default_rng(students).beta(1.2, 4.8, (students, 4000))
    low, high = bootstrap_interval(shares, QUICK)
    covered = np.mean((low <= 0.2) & (high >= 0.2))
    assert least <= covered <= 0.97


@pytest.mark.parametrize(("n", "m"), [(5, 15), (10, 10)])
def test_the_interval_of_a_difference_covers_the_true_one(n: int, m: int) -> None:
    """Shares with means 0.2 and 0.1, half of the second group never looking."""
    rng = np.random.default_rng(n)
    a = rng.beta(1.2, 4.8, (n, 2000))
    b = rng.beta(1.2, 4.8, (m, 2000)) * (rng.random((m, 2000)) < 0.5)
    low, high = difference_interval(a, b, QUICK)
    assert np.mean((low <= 0.1) & (high >= 0.1)) == pytest.approx(0.955, abs=0.015)
    same = difference_interval(a[:, 0], a[:, 0], QUICK)
    assert same[0] < 0 < same[1]  # the two groups are not drawn alike
    assert np.isnan(difference_interval(a[:1], b, QUICK)).all()


def test_shares_of_students_have_wilsons_interval() -> None:
    for count, students in ((0, 10), (7, 10), (10, 10), (15, 148)):
        theirs = stats.binomtest(count, students).proportion_ci(0.95, "wilson")
        ours = proportion_interval(np.array(count), students, DEFAULT)
        np.testing.assert_allclose(ours, (theirs.low, theirs.high), atol=1e-12)
    assert np.isnan(proportion_interval(np.array([0.0]), 0, DEFAULT)).all()


def difference(a: Floats, b: Floats, axis: int) -> Floats:
    return np.asarray(np.mean(a, axis=axis) - np.mean(b, axis=axis))


# scipy doubles the smaller tail instead of counting both: the same where the splits are symmetric.
SCIPY = partial(stats.permutation_test, n_resamples=np.inf, vectorized=True, alternative="two-sided")


def test_the_exact_test_is_scipys() -> None:
    rng = np.random.default_rng(8)
    for _ in range(10):
        a, b = rng.random(5), rng.random(5) + 0.3
        assert permutation_test(a, b, DEFAULT) == pytest.approx(SCIPY((a, b), difference).pvalue, abs=1e-12)
        theirs = SCIPY((a - b,), np.mean, permutation_type="samples").pvalue
        assert paired_test(a - b, DEFAULT) == pytest.approx(theirs, abs=1e-12)


def test_exact_values_worked_by_hand() -> None:
    low, high = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0, 7.0])
    assert permutation_test(low, high, DEFAULT) == pytest.approx(2 / 35)  # 5, 6, 7 is as extreme
    assert permutation_test(low[:2], high[:2], DEFAULT) == pytest.approx(2 / 6)
    assert paired_test(np.array([1.0, 2.0, 3.0, 4.0]), DEFAULT) == pytest.approx(2 / 16)
    assert permutation_test(low, low, DEFAULT) == 1.0
    assert np.isnan(permutation_test(low[:0], high, DEFAULT))
    assert np.isnan(paired_test(low[:0], DEFAULT))


def test_random_splits_come_near_the_exact_p() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.random((8, 20)), rng.random((8, 20)) + 0.1
    exact = permutation_test(a, b, AttentionParameters(permutations=20_000))
    drawn = permutation_test(a, b, DEFAULT)
    assert exact.shape == (20,)
    np.testing.assert_allclose(drawn, exact, atol=0.025)
    assert not np.array_equal(drawn, exact)
    exact = paired_test(a - b, DEFAULT)
    np.testing.assert_allclose(paired_test(a - b, AttentionParameters(permutations=255)), exact, atol=0.15)


@pytest.mark.parametrize("sizes", [(4, 5), (15, 12)])
def test_p_is_uniform_where_nothing_differs(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    a, b = (rng.exponential(size=(size, 2000)) for size in sizes)
    p = permutation_test(a, b, QUICK)
    for level in (0.01, 0.05, 0.2, 0.5):
        slack = 3 * np.sqrt(level / 2000)
        assert level - slack - 1 / 126 <= np.mean(p <= level) <= level + slack
    flipped = paired_test(rng.normal(size=(9, 2000)), QUICK)
    assert np.mean(flipped <= 0.05) == pytest.approx(0.05, abs=0.015)


def test_of_many_places_a_false_alarm_anywhere_is_rare_and_a_difference_is_found() -> None:
    rng = np.random.default_rng(6)
    alarms = 0
    for _ in range(200):
        noise = rng.exponential(size=(16, 50))
        alarms += bool(
            (familywise_test(noise[:8], noise[8:], AttentionParameters(permutations=200)) < 0.05).any()
        )
    assert alarms / 200 == pytest.approx(0.05, abs=0.04)
    a, b = rng.random((10, 4, 5)), rng.random((10, 4, 5))
    a[:, 1, 2] += 3
    a[:, 0, 0] = b[:, 0, 0] = 7.0  # everybody alike
    p = familywise_test(a, b, QUICK)
    assert p.shape == (4, 5)
    assert p[1, 2] == pytest.approx(1 / 1000, abs=2e-3)
    assert p[0, 0] == 1.0
    single = familywise_test(a[:, 1:2, 3], b[:, 1:2, 3], QUICK)  # one place only: an ordinary test
    assert single == pytest.approx(permutation_test(a[:, 1:2, 3], b[:, 1:2, 3], QUICK), abs=1e-12)


def test_of_many_places_of_the_same_students_a_false_alarm_is_rare_too() -> None:
    rng = np.random.default_rng(7)
    few = AttentionParameters(permutations=200)
    alarms = [bool((familywise_paired_test(rng.laplace(size=(9, 50)), few) < 0.05).any()) for _ in range(200)]
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.04)
    differences = rng.normal(size=(10, 4, 5))
    differences[:, 1, 2] += 4
    differences[:, 0, 0] = 0.0
    p = familywise_paired_test(differences, QUICK)
    assert p[1, 2] < 0.01
    assert p[0, 0] == 1.0
    single = familywise_paired_test(differences[:, 2:3, 3], QUICK)
    assert single == pytest.approx(paired_test(differences[:, 2:3, 3], QUICK), abs=1e-12)


def test_holm_worked_by_hand() -> None:
    # Ordered 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, and never less than the one before.
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.005])), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm(np.array([0.9, np.nan, 0.6])), [1.0, np.nan, 1.0])
    assert holm(np.array([])).shape == (0,)


def test_holm_on_a_published_example() -> None:
    """The fifteen p-values of Benjamini & Hochberg (1995), section 4: Bonferroni rejects three, Holm too."""
    p = np.array(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
        + [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    )
    adjusted = holm(p)
    np.testing.assert_allclose(adjusted[:4], [0.0015, 0.0056, 0.0247, 0.1140])
    assert (adjusted <= 0.05).sum() == 3


@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(2, 9))
def test_cliffs_delta_is_mann_whitneys_u(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 6, n).astype(float), rng.integers(0, 6, m).astype(float)
    delta, low, high = cliffs_delta(a, b, DEFAULT)
    assert delta == pytest.approx(2 * stats.mannwhitneyu(a, b).statistic / (n * m) - 1)
    assert -1 <= low <= delta + 1e-12
    assert delta - 1e-12 <= high <= 1
    turned = cliffs_delta(b, a, DEFAULT)
    np.testing.assert_allclose(turned, [-delta, -high, -low], atol=1e-12)


def test_cliffs_delta_covers_the_true_one() -> None:
    """Normal values half a standard deviation apart: delta is 2 Phi(0.5 / sqrt 2) - 1."""
    rng = np.random.default_rng(7)
    truth = 2 * stats.norm.cdf(0.5 / np.sqrt(2)) - 1
    for size in (6, 15):
        _, low, high = cliffs_delta(rng.normal(0.5, 1, (size, 2000)), rng.normal(0, 1, (size, 2000)), DEFAULT)
        assert np.mean((low <= truth) & (high >= truth)) == pytest.approx(0.95, abs=0.025)


def test_small_groups_are_named() -> None:
    assert too_few(5, 9, parameters=DEFAULT) == ""
    assert too_few(3, 9, parameters=DEFAULT) == "too few students: 3, at least 5 are needed"
    assert too_few(3, 0, parameters=DEFAULT) == "too few students: 3 and 0, at least 5 are needed"
