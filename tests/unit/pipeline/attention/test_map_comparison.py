"""Predictions of students whose looking was made to follow a known map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.density import smooth
from pipeline.attention.map_comparison import (
    CENTRE_BIAS,
    COLUMNS,
    METRICS,
    REST_OF_CLASS,
    compare_maps,
)
from pipeline.attention.map_metrics import auc_judd, cells, correlation, nss
from pipeline.attention.saliency import centre_bias
from pipeline.domain import Floats
from pipeline.parameters import AttentionParameters

QUICK = AttentionParameters(bootstrap_resamples=200)
SIGMA = (0.03, 0.04)
CENTRE = centre_bias()


def looking(at: Floats, students: int, seed: int = 0) -> pd.DataFrame:
    """Forty fixations of each student, drawn from a map."""
    rng = np.random.default_rng(seed)
    cell = rng.choice(at.size, students * 40, p=at.ravel() / at.sum())
    return pd.DataFrame(
        {
            "session_id": np.repeat([f"s{i}" for i in range(students)], 40),
            "slide_x": (cell % 96 + rng.random(len(cell))) / 96,
            "slide_y": (cell // 96 + rng.random(len(cell))) / 54,
            "duration_ms": rng.uniform(100, 400, len(cell)),
        }
    )


def spot(x: float, y: float) -> Floats:
    grid = np.zeros((54, 96))
    grid[int(y * 54), int(x * 96)] = 1
    return smooth(grid, 0.05, 0.07)


DESIGN = spot(0.2, 0.3) + spot(0.8, 0.75)
CLASS = looking(DESIGN, 12)
ELSEWHERE = looking(CENTRE, 12, seed=1)


def value(table: pd.DataFrame, name: str, metric: str, column: str = "value") -> float:
    return float(table.loc[(table["map"] == name) & (table["metric"] == metric), column].iloc[0])


def test_what_was_looked_at_is_told_from_what_was_not() -> None:
    table = compare_maps(CLASS, ELSEWHERE, {"content": DESIGN, "wrong": spot(0.5, 0.1)}, CENTRE, SIGMA, QUICK)
    assert tuple(table.columns) == COLUMNS
    assert table["map"].unique().tolist() == ["content", "wrong", CENTRE_BIAS, REST_OF_CLASS]
    assert tuple(table["metric"][:7]) == METRICS
    for metric in METRICS:
        better = -1 if metric == "kl_divergence" else 1
        others, content, centre, wrong = (
            better * value(table, name, metric) for name in (REST_OF_CLASS, "content", CENTRE_BIAS, "wrong")
        )
        assert others > centre
        assert content > max(centre, wrong)
        assert others == pytest.approx(content, rel=0.2)  # it is the truth, and they looked by it
    assert (table["counted_n"] == 12).all()
    assert (table["low"] < table["value"]).sum() >= 27  # all but information gain of the centre itself
    assert value(table, CENTRE_BIAS, "information_gain") == 0
    assert value(table, CENTRE_BIAS, "auc_shuffled") < 0.5


def test_the_figures_are_those_of_the_metrics() -> None:
    two = CLASS[CLASS["session_id"].isin(["s0", "s1"])]
    table = compare_maps(two, ELSEWHERE, {"content": DESIGN}, CENTRE, SIGMA, QUICK)
    own = [cells(*(one[["slide_x", "slide_y"]].to_numpy().T)) for _, one in two.groupby("session_id")]
    predicted = 0.95 * DESIGN / DESIGN.sum() + 0.05 / DESIGN.size
    assert value(table, "content", "nss") == pytest.approx(np.mean([nss(DESIGN, one) for one in own]))
    assert value(table, "content", "auc_judd") == pytest.approx(
        np.mean([auc_judd(predicted, one) for one in own])
    )
    both = cells(two["slide_x"].to_numpy(), two["slide_y"].to_numpy())
    assert value(table, "content", "nss", "class_value") == pytest.approx(nss(DESIGN, both))
    # Of two students each is the other's rest of the class, and their correlation the same both ways.
    assert value(table, REST_OF_CLASS, "cc", "low") == pytest.approx(value(table, REST_OF_CLASS, "cc"))
    weights = [one["duration_ms"].to_numpy() for _, one in two.groupby("session_id")]
    grids = np.zeros((2, 54, 96))
    for grid, places, weight in zip(grids, own, weights, strict=True):
        np.add.at(grid, places, weight)
    first, second = smooth(grids, *SIGMA)
    assert value(table, REST_OF_CLASS, "cc") == pytest.approx(correlation(first, second))
    assert np.isnan(value(table, REST_OF_CLASS, "nss", "class_value"))


def test_a_single_student_has_no_rest_of_the_class_and_nobody_has_no_figures() -> None:
    alone = compare_maps(CLASS[:40], ELSEWHERE, {}, CENTRE, SIGMA, QUICK)
    assert value(alone, CENTRE_BIAS, "nss") > -2
    assert np.isnan(value(alone, REST_OF_CLASS, "nss"))
    assert value(alone, REST_OF_CLASS, "nss", "counted_n") == 0
    beside = CLASS.assign(slide_x=2.0)
    nobody = compare_maps(beside, ELSEWHERE[:0], {"content": DESIGN}, CENTRE, SIGMA, QUICK)
    assert nobody[["value", "low", "high", "class_value"]].isna().all(axis=None)
    unknown = compare_maps(CLASS, ELSEWHERE[:0], {"content": np.full((54, 96), np.nan)}, CENTRE, SIGMA, QUICK)
    assert np.isnan(value(unknown, "content", "nss"))
    assert np.isnan(value(unknown, CENTRE_BIAS, "auc_shuffled"))
    assert value(unknown, CENTRE_BIAS, "nss", "counted_n") == 12
