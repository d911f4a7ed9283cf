"""Transitions on sequences worked by hand; entropies against numpy's eigenvectors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.attention.transitions import (
    between_visits,
    states,
    stationary_entropy,
    transition_counts,
    transition_entropy,
    transition_probabilities,
    transition_table,
)
from pipeline.attention.viewing import Viewing
from pipeline.domain import EXPOSURES, FIXATIONS, Aoi, Part, Role

A, B = (
    Aoi(name, name, Role.TEXT, (Part(((x, 0.0), (x + 0.3, 1.0))),)) for name, x in (("a", 0.0), ("b", 0.4))
)
OVER_A = Aoi("c", "c", Role.TEXT, (Part(((0.0, 0.0), (0.1, 1.0))),))
PLACES = {"a": 0.2, "b": 0.5, "-": 0.9, "c": 0.05}


def viewing(*sequences: str, showings: int = 1) -> Viewing:
    """Sessions s0, s1... with a fixation a second in the regions so named; "-" is elsewhere."""
    fixations = [
        (f"s{i}", 1000.0 * place, PLACES[name])
        for i, each in enumerate(sequences)
        for place, name in enumerate(each)
    ]
    table = pd.DataFrame(fixations, columns=["session_id", "onset_ms", "slide_x"])
    table = table.assign(slide_y=0.5, duration_ms=300.0).reindex(columns=[*FIXATIONS, "session_id"])
    length = 1000.0 * max(map(len, sequences)) / showings
    shown = [(f"s{i}", number * length) for i in range(len(sequences)) for number in range(showings)]
    exposures = pd.DataFrame(shown, columns=["session_id", "onset_ms"]).assign(duration_ms=length)
    return Viewing(table, exposures.reindex(columns=[*EXPOSURES, "session_id"]))


def test_fixations_have_self_loops_and_visits_have_not() -> None:
    counts = transition_counts(viewing("aab-ba"), [A, B])
    assert counts[0].tolist() == [[1, 1, 0], [1, 0, 1], [0, 1, 0]]  # a, b, elsewhere
    assert between_visits(counts)[0].tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_a_fixation_in_several_regions_is_in_the_topmost() -> None:
    assert states(viewing("acb-"), [A, B, OVER_A]).tolist() == [0, 2, 1, 3]
    assert states(viewing("acb-"), [OVER_A, A, B]).tolist() == [1, 1, 2, 3]


def test_nothing_follows_across_showings_or_sessions() -> None:
    assert transition_counts(viewing("abab", showings=2), [A, B])[0].tolist() == [
        [0, 2, 0],
        [0, 0, 0],
        [0, 0, 0],
    ]
    both = transition_counts(viewing("ab", "ba"), [A, B])
    assert both.sum(axis=(1, 2)).tolist() == [1, 1]


def test_rows_of_probabilities_add_up_to_one_or_are_missing() -> None:
    p = transition_probabilities(transition_counts(viewing("aab-baa"), [A, B]))[0]
    np.testing.assert_allclose(p, [[2 / 3, 1 / 3, 0], [1 / 2, 0, 1 / 2], [0, 1, 0]])
    never = transition_probabilities(transition_counts(viewing("aa"), [A, B]))[0]
    assert np.isnan(never[1:]).all()


def test_going_to_and_fro_is_certain_and_even() -> None:
    counts = transition_counts(viewing("abababa"), [A, B])
    assert transition_entropy(counts)[0] == pytest.approx(0.0, abs=1e-9)
    assert stationary_entropy(counts)[0] == pytest.approx(1 / np.log2(3), abs=1e-6)  # two of three states


def test_going_round_in_a_circle_is_even_wherever_it_ended() -> None:
    counts = transition_counts(viewing("acbac"), [A, B, OVER_A])
    assert stationary_entropy(counts)[0] == pytest.approx(np.log2(3) / np.log2(4), abs=1e-6)


def test_any_region_alike_is_wholly_uncertain() -> None:
    counts = np.full((1, 4, 4), 3)
    assert transition_entropy(counts)[0] == pytest.approx(1.0)
    assert stationary_entropy(counts)[0] == pytest.approx(1.0)


def test_a_chain_worked_by_hand() -> None:
    # p = [[3/4, 1/4], [1/2, 1/2]] has the stationary distribution (2/3, 1/3).
    counts = np.array([[[3, 1], [2, 2]]])
    h = 0.75 * np.log2(4 / 3) + 0.25 * 2
    assert transition_entropy(counts)[0] == pytest.approx(2 / 3 * h + 1 / 3)
    assert stationary_entropy(counts)[0] == pytest.approx(2 / 3 * np.log2(1.5) + 1 / 3 * np.log2(3))


@given(st.integers(0, 10_000), st.integers(2, 8))
def test_entropies_agree_with_numpys_eigenvectors(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(2.0, (size, size))
    assume(
        (np.linalg.matrix_power(counts + np.eye(size), size) > 0).all()
    )  # every state leads to every other
    p = counts / counts.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig(p.T)
    pi = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    pi /= pi.sum()
    logs = np.log2(np.where(p > 0, p, 1.0))
    assert stationary_entropy(counts[None])[0] == pytest.approx(
        -(pi * np.log2(pi)).sum() / np.log2(size), abs=1e-6
    )
    assert transition_entropy(counts[None])[0] == pytest.approx(
        -(pi[:, None] * p * logs).sum() / np.log2(size), abs=1e-6
    )


@given(st.text("ab-", min_size=0, max_size=30))
def test_entropies_of_any_sequence_lie_between_nothing_and_the_largest(sequence: str) -> None:
    counts = transition_counts(viewing(sequence, "ab"), [A, B])
    for entropy in (transition_entropy(counts)[0], stationary_entropy(counts)[0]):
        assert np.isnan(entropy) if len(sequence) < 2 else -1e-9 <= entropy <= 1 + 1e-9


def test_a_state_that_is_never_left_may_lead_to_any_visited_one() -> None:
    # a -> b, and b to either alike: the long run is (1/3, 2/3).
    counts = transition_counts(viewing("ab"), [A, B])
    expected = -(1 / 3 * np.log2(1 / 3) + 2 / 3 * np.log2(2 / 3)) / np.log2(3)
    assert stationary_entropy(counts)[0] == pytest.approx(expected, abs=1e-6)


def test_the_table_of_a_class() -> None:
    table = transition_table(transition_counts(viewing("aab", "ab-"), [A, B]), [A, B])
    rows = {(row.step, row.from_aoi, row.to_aoi): row for row in table.itertuples()}
    assert set(rows) == {
        ("visits", "a", "b"), ("visits", "b", "elsewhere"),
        ("fixations", "a", "a"), ("fixations", "a", "b"), ("fixations", "b", "elsewhere"),
    }  # fmt: skip
    assert rows["visits", "a", "b"].transition_count == 2
    assert rows["visits", "a", "b"].students_n == 2
    assert rows["fixations", "a", "a"].transition_probability == pytest.approx(1 / 3)
    assert rows["fixations", "a", "a"].students_n == 1


def test_a_slide_without_regions_has_one_state() -> None:
    counts = transition_counts(viewing("ab"), [])
    assert counts.tolist() == [[[1]]]
    assert np.isnan(transition_entropy(counts)).all()
