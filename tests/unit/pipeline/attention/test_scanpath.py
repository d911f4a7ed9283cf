"""Scanpath measures against rapidfuzz and multimatch-gaze, and the tables of a class made by hand."""

from __future__ import annotations

import functools

import multimatch_gaze
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.attention.scanpath import (
    SIMILARITIES,
    Path,
    dtw,
    levenshtein,
    multimatch,
    needleman_wunsch,
    pair_table,
    scanpath_table,
)
from pipeline.attention.viewing import Viewing
from pipeline.domain import EXPOSURES, FIXATIONS, Aoi, Floats, Part, Role
from pipeline.parameters import AttentionParameters

SEEDS = st.integers(0, 10_000)
SIZE = (1.0, 0.5625)


def strings(seed: int) -> list[NDArray[np.intp]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 5, length) for length in rng.integers(0, 25, 6)]


def paths(seed: int, shortest: int = 0) -> list[Path]:
    rng = np.random.default_rng(seed)
    return [
        Path(rng.random(count), rng.random(count) * SIZE[1], rng.uniform(100, 600, count))
        for count in rng.integers(shortest, 25, 6)
    ]


@given(SEEDS)
def test_levenshtein_is_rapidfuzzs(seed: int) -> None:
    some = strings(seed)
    theirs = [[Levenshtein.distance(one.tolist(), other.tolist()) for other in some] for one in some]
    np.testing.assert_array_equal(levenshtein(some), theirs)


@given(SEEDS)
def test_needleman_wunsch_is_rapidfuzzs_weighted_distance(seed: int) -> None:
    """A letter is worth 1/2 in a match: a gap costs 3/2 of what could be had, a mismatch 2."""
    some = strings(seed)
    theirs = [
        [
            (len(one) + len(other) - Levenshtein.distance(one.tolist(), other.tolist(), weights=(3, 3, 4)))
            / 2
            for other in some
        ]
        for one in some
    ]
    np.testing.assert_array_equal(needleman_wunsch(some), theirs)


def test_needleman_wunsch_on_the_textbook_example() -> None:
    one, other = (np.array(["ACGT".index(letter) for letter in word]) for word in ("GCATGCG", "GATTACA"))
    assert needleman_wunsch([one, other])[0, 1] == 0  # G-ATTACA over GCA-TGCG
    assert levenshtein([one, other])[0, 1] == 4


def warped(one: Path, other: Path) -> float:
    """The definition of dynamic time warping, as a recursion."""

    @functools.cache
    def until(i: int, j: int) -> float:
        if i < 0 or j < 0:
            return 0.0 if i == j == -1 else np.inf
        here = np.hypot(one.x[i] - other.x[j], one.y[i] - other.y[j])
        return float(here) + min(until(i - 1, j), until(i, j - 1), until(i - 1, j - 1))

    return until(len(one.x) - 1, len(other.x) - 1)


@given(SEEDS)
def test_dtw_is_its_definition(seed: int) -> None:
    some = paths(seed)
    theirs = np.array([[warped(one, other) for other in some] for one in some])
    empty = [len(path.x) == 0 for path in some]
    theirs[empty], theirs[:, empty] = np.nan, np.nan
    np.testing.assert_allclose(dtw(some), theirs, atol=1e-9)


def test_dtw_is_the_shortest_way_that_multimatch_gaze_finds() -> None:
    """Their graph leaves out the cost of its first node."""
    one, other = paths(4, shortest=20)[:2]
    cost = np.hypot(one.x[:, None] - other.x, one.y[:, None] - other.y)
    numbers = np.arange(cost.size).reshape(cost.shape)
    module = multimatch_gaze.multimatch_gaze
    _, distance = module.dijkstra(*module.createdirectedgraph(cost.shape, cost, numbers), 0, cost.size - 1)
    assert dtw([one, other])[0, 1] == pytest.approx(cost[0, 0] + distance, abs=1e-9)


def theirs(one: Path, other: Path) -> list[float]:
    records = [
        np.rec.fromarrays(path, names=["start_x", "start_y", "duration"], formats=["f8"] * 3)
        for path in (one, other)
    ]
    return [float(np.squeeze(part)) for part in multimatch_gaze.docomparison(*records, screensize=SIZE)]


@pytest.mark.parametrize("seed", range(8))
def test_multimatch_is_multimatch_gazes(seed: int) -> None:
    some = paths(seed)
    found = multimatch(some, SIZE)
    for i, one in enumerate(some):
        for j, other in enumerate(some[:i]):
            np.testing.assert_allclose(found[i, j], theirs(one, other), atol=1e-9)
            np.testing.assert_array_equal(found[i, j], found[j, i])


def test_multimatch_of_a_path_moved_turned_and_slowed() -> None:
    square = Path(np.array([0.2, 0.4, 0.4, 0.2]), np.array([0.1, 0.1, 0.3, 0.3]), np.full(4, 200.0))
    moved = square._replace(x=square.x + 0.3)
    slowed = square._replace(duration_ms=square.duration_ms * 2)
    back = Path(square.y, square.x, square.duration_ms)  # mirrored along the diagonal
    short = Path(square.x[:2], square.y[:2], square.duration_ms[:2])
    diagonal = np.hypot(*SIZE)
    found = multimatch([square, moved, slowed, back, short], SIZE)
    np.testing.assert_allclose(found[0, 0], 1)
    np.testing.assert_allclose(found[0, 1], [1, 1, 1, 1 - 0.3 / diagonal, 1])
    np.testing.assert_allclose(found[0, 2], [1, 1, 1, 1, 0.5])
    assert found[0, 3, 1] < 1
    assert np.isnan(found[4]).all()
    assert multimatch([], SIZE).shape == (0, 0, 5)


LEFT = Aoi("left", "Left", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0))),))
RIGHT = Aoi("right", "Right", Role.TEXT, (Part(((0.6, 0.0), (1.0, 1.0))),))
PLACES = {"l": 0.2, "r": 0.8, "-": 0.55}
QUICK = AttentionParameters(bootstrap_resamples=500)


def viewing(**looked: str) -> Viewing:
    """Sessions by the regions of their fixations, one every 500 ms."""
    fixations = pd.DataFrame(
        [
            (session, PLACES[letter], 0.3 + 0.05 * i, 500.0 * i, 300.0)
            for session, letters in looked.items()
            for i, letter in enumerate(letters)
        ],
        columns=["session_id", "slide_x", "slide_y", "onset_ms", "duration_ms"],
    ).reindex(columns=[*FIXATIONS, "session_id"])
    exposures = pd.DataFrame({"session_id": list(looked), "onset_ms": 0.0, "duration_ms": 60_000.0})
    return Viewing(fixations, exposures.reindex(columns=[*EXPOSURES, "session_id"]))


def test_every_two_sessions_are_compared() -> None:
    table = pair_table(viewing(a="llrl", b="lr-l", c="", d="rrr"), [LEFT, RIGHT], 16 / 9)
    assert list(zip(table["session_a"], table["session_b"], strict=True)) == [
        ("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")
    ]  # fmt: skip
    by_pair = table.set_index(["session_a", "session_b"])
    # Visits are l r l and l r - l: one is inserted. Against r: l and l go.
    assert by_pair.loc[("a", "b"), "levenshtein"] == pytest.approx(1 - 1 / 4)
    assert by_pair.loc[("a", "b"), "needleman_wunsch"] == pytest.approx((3 - 1) / 4)
    assert by_pair.loc[("a", "d"), "levenshtein"] == pytest.approx(1 - 2 / 3)
    assert by_pair.loc[("a", "c"), "levenshtein"] == 0
    assert by_pair.loc[("a", "c"), list(SIMILARITIES[2:])].isna().all()
    # The third and fourth fixations of a and b are 0.25 and 0 apart, the second 0.6; aligned it is cheaper.
    places = [
        Path(np.array([PLACES[p] for p in t]), (0.3 + 0.05 * np.arange(4)) * 9 / 16, np.ones(4))
        for t in ("llrl", "lr-l")
    ]
    assert by_pair.loc[("a", "b"), "dtw"] == pytest.approx(warped(*places) / 4)


def test_a_class_is_told_by_its_pairs_and_its_interval_by_its_students() -> None:
    alike = pair_table(viewing(a="lrlr", b="lrlr", c="lrlr", d="lrlr"), [LEFT, RIGHT], 16 / 9)
    table = scanpath_table(alike, QUICK).set_index("measure")
    assert tuple(table.index) == SIMILARITIES
    assert table.loc["levenshtein", ["value", "low", "high"]].tolist() == pytest.approx([1, 1, 1])
    assert table.loc["levenshtein", ["counted_n", "pair_count"]].tolist() == [4, 6]
    mixed = pair_table(viewing(a="lrlr", b="lr-r", c="r-r", d="l", e="lrl", f=""), [LEFT, RIGHT], 16 / 9)
    table = scanpath_table(mixed, QUICK).set_index("measure")
    assert table.loc["levenshtein", "value"] == pytest.approx(mixed["levenshtein"].mean())
    assert (
        table.loc["levenshtein", "low"] < table.loc["levenshtein", "value"] < table.loc["levenshtein", "high"]
    )
    assert table.loc["multimatch_shape", ["counted_n", "pair_count"]].tolist() == [4, 6]
    nobody = scanpath_table(pair_table(viewing(a="lr"), [LEFT], 16 / 9), QUICK)
    assert nobody[["value", "low", "high"]].isna().all(axis=None)
    assert (nobody["pair_count"] == 0).all()


def test_the_interval_of_a_class_covers_the_truth() -> None:
    """Similarities that are the mean of a trait of two students each: the mean over pairs is the trait's."""
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(200):
        trait: Floats = rng.normal(0.5, 0.1, 10)
        one, other = np.triu_indices(10, 1)
        pairs = pd.DataFrame(
            {"session_a": one, "session_b": other}
            | dict.fromkeys(SIMILARITIES, (trait[one] + trait[other]) / 2)
        )
        row = scanpath_table(pairs, QUICK).iloc[0]
        inside += row["low"] <= 0.5 <= row["high"]
    assert 0.88 <= inside / 200 <= 0.99
