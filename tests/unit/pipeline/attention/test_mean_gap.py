"""The gap of a group over several slides is that of the slides, and the students' parts add up to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.gap import gap_of, total_variation
from pipeline.attention.mean_gap import deviations_of, gap_score_of, mean_gap, side_by_side
from pipeline.attention.statistics import difference_interval, permutation_test
from pipeline.domain import Aoi, Floats, Part, Role
from pipeline.parameters import AttentionParameters

QUICK = AttentionParameters(bootstrap_resamples=400, permutations=300)
EXPECTED = np.array([0.5, 0.3, 0.2])
AOIS = [
    Aoi(f"r{number}", f"R{number}", Role.TEXT, (Part(((0, 0), (1, 1))),), weight=float(weight))
    for number, weight in enumerate(EXPECTED)
]


def shares(n: int, seed: int, concentration: float = 3.0, true: Floats | None = None) -> Floats:
    """Shares of three regions; the rest of each student's looking is elsewhere."""
    mean = np.array([0.3, 0.35, 0.2, 0.15]) if true is None else true
    return np.random.default_rng(seed).dirichlet(concentration * mean, n)[:, :3]


def names(n: int, first: str = "s") -> np.ndarray:
    return np.array([f"{first}{number:02}" for number in range(n)], object)


def test_of_one_slide_it_is_the_gap_of_that_slide() -> None:
    own = shares(12, 1)
    table = pd.DataFrame(
        {
            "session_id": np.repeat(names(12), 3), "aoi_id": [aoi.aoi_id for aoi in AOIS] * 12,
            "tracked_share": 1.0, "dwell_share": own.ravel(), "ttff_ms": np.nan, "fixation_count": 1,
        }
    )  # fmt: skip
    expected = gap_of(table, AOIS, QUICK)
    _, deviations, rest = side_by_side([(names(12), deviations_of(own, EXPECTED))])
    found = mean_gap(deviations, rest, QUICK)
    assert found.score == pytest.approx(expected.score, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-6)
    assert gap_score_of(deviations, rest) == found.score


def test_of_several_slides_it_is_the_mean_of_theirs_and_of_the_students_parts() -> None:
    slides = [(names(9), deviations_of(shares(9, seed), EXPECTED)) for seed in range(4)]
    students, deviations, rest = side_by_side(slides)
    found = mean_gap(deviations, rest, QUICK)
    each = [float(total_variation(shares(9, seed).mean(axis=0), EXPECTED)) for seed in range(4)]
    assert found.score == pytest.approx(np.mean(each))
    assert found.parts.mean() == pytest.approx(found.score)
    assert found.low <= found.score <= found.high
    assert found.chance > 0
    assert list(students) == list(names(9))


def test_each_student_has_one_vote_however_many_slides_they_saw() -> None:
    first, second = shares(8, 1), shares(4, 2)
    students, deviations, rest = side_by_side(
        [
            (names(8)[::-1], deviations_of(first[::-1], EXPECTED)),
            (names(4), deviations_of(second, EXPECTED)),
        ]
    )
    votes = np.r_[np.full(4, 0.5), np.ones(4)]  # on the first slide; the others are cast on the second
    mean_first = (first * votes[:, None]).sum(axis=0) / 8
    mean_second = second.sum(axis=0) * 0.5 / 8
    weights = votes.sum() / 8, 0.25
    off = [
        np.abs(mean - weight * EXPECTED).sum() + max(0.0, weight - mean.sum())
        for mean, weight in zip((mean_first, mean_second), weights, strict=True)
    ]
    assert gap_score_of(deviations, rest) == pytest.approx(sum(off) / 2)
    assert list(students) == list(names(8))


def test_overlapping_regions_are_no_gap_of_the_rest() -> None:
    over = np.tile([0.9, 0.5, 0.4], (6, 1))  # together more than all of the looking
    _, deviations, rest = side_by_side([(names(6), deviations_of(over, EXPECTED))])
    assert gap_score_of(deviations, rest) == pytest.approx((0.4 + 0.2 + 0.2) / 2)


def test_nobody_and_one() -> None:
    students, deviations, rest = side_by_side([])
    assert np.isnan(mean_gap(deviations, rest, QUICK).score)
    assert np.isnan(gap_score_of(deviations, rest))
    assert len(students) == 0
    _, deviations, rest = side_by_side([(names(1), deviations_of(shares(1, 3), EXPECTED))])
    alone = mean_gap(deviations, rest, QUICK)
    assert alone.score > 0
    assert np.isnan(alone.low)


@pytest.mark.parametrize(
    ("true", "sizes"),
    [
        (np.array([0.499, 0.3, 0.2, 0.001]), (8, 30)),  # as designed: what chance adds is largest
        (np.array([0.2, 0.45, 0.1, 0.25]), (12, 15)),
    ],
    ids=["as designed", "off"],
)
def test_groups_of_one_kind_are_rarely_told_apart(true: Floats, sizes: tuple[int, int]) -> None:
    alarms, held = 0, 0
    for seed in range(200):
        values = []
        for place, n in enumerate(sizes):
            own = deviations_of(shares(n, 1000 * place + seed, 4.0, true), EXPECTED)
            _, deviations, rest = side_by_side([(names(n), own)])
            found = mean_gap(deviations, rest, QUICK)
            values.append(found.parts - found.chance)
        alarms += float(permutation_test(*values, QUICK)) < 0.05
        low, high = difference_interval(*values, QUICK)
        held += bool(low <= 0 <= high)
    assert alarms <= 18  # 10 expected; 18 is 2.6 standard deviations above
    assert held >= 182
