"""Which map foretells best where students looked: the design, the picture, habit, or the other students."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.attention.density import smooth
from pipeline.attention.map_metrics import (
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
from pipeline.attention.statistics import bootstrap_interval
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Floats
from pipeline.parameters import AttentionParameters

METRICS = ("nss", "cc", "kl_divergence", "similarity", "auc_judd", "auc_shuffled", "information_gain")
CENTRE_BIAS, REST_OF_CLASS = "centre_bias", "rest_of_class"  # the baselines, from below and from above
ANYWHERE = 0.05  # share of every prediction that lies evenly on the slide: anyone may look anywhere
COLUMNS = ("map", "metric", "value", "low", "high", "counted_n", "class_value")


def compare_maps(
    fixations: pd.DataFrame,
    elsewhere: pd.DataFrame,
    predictions: Mapping[str, Floats],
    centre: Floats,
    sigma: tuple[float, float],
    parameters: AttentionParameters,
) -> pd.DataFrame:
    """Seven measures of how well each map predicts where students looked on one slide.

    Every map is held against each student's own fixations, so that all rows mean the same; the rest of the
    class predicts a student by the density of its fixations, every student of the same weight. A map worth
    having lies above the centre bias, which is habit; none can be expected to lie far above the rest of the
    class.

    Parameters
    ----------
    fixations : `session_id`, `slide_x`, `slide_y`, `duration_ms` on this slide, of the students who count
    elsewhere : `slide_x`, `slide_y` of the same class on other slides, for the shuffled AUC
    predictions : maps (54, 96) by name, of any scale, such as "content" and "saliency"; one with NaN has
        no figures
    centre : (54, 96) centre bias, a baseline; information gain is counted from it
    sigma : by which fixations are spread, in x and y, slide units
    parameters : the bootstrap

    Returns
    -------
    One row per map (the predictions, then the baselines) and metric: `map`, `metric` (of `METRICS`), `value`
    (mean over students), `low`, `high` (its interval), `counted_n`, and `class_value`: the same metric for
    all fixations of the class at once, and their density; NaN for the rest of the class.
    """
    density, fixated = student_densities(fixations, sigma)
    together = _cells_of(fixations)
    negative = _cells_of(elsewhere)
    floor = _floored(centre)
    rows = []
    for name, values in (dict(predictions) | {CENTRE_BIAS: centre}).items():
        predicted = _floored(values)
        scores = [_scores(predicted, *one, negative, floor) for one in zip(density, fixated, strict=True)]
        of_class = _scores(predicted, density.sum(axis=0), together, negative, floor)
        rows += _rows(name, scores, of_class, parameters)
    others = density.sum(axis=0) - density
    scores = [
        _scores(_floored(rest), own, places, negative, floor)
        for rest, own, places in zip(others, density, fixated, strict=True)
    ]
    rows += _rows(REST_OF_CLASS, scores, np.full(len(METRICS), np.nan), parameters)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def student_densities(fixations: pd.DataFrame, sigma: tuple[float, float]) -> tuple[Floats, list[Cells]]:
    """Smoothed share of looking (n, 54, 96) and the fixated cells of each student with a fixation on it."""
    density, fixated = [], []
    for _, own in fixations.groupby("session_id"):
        on_slide = own[own["slide_x"].between(0, 1) & own["slide_y"].between(0, 1)]
        if len(on_slide):
            fixated.append(_cells_of(on_slide))
            density.append(_grid(fixated[-1], on_slide["duration_ms"].to_numpy(float)))
    stacked = np.array(density).reshape(-1, DENSITY_ROWS, DENSITY_COLUMNS)
    smoothed = smooth(stacked, *sigma) if len(stacked) else stacked
    return smoothed / smoothed.sum(axis=(1, 2), keepdims=True), fixated


def _cells_of(fixations: pd.DataFrame) -> Cells:
    return cells(fixations["slide_x"].to_numpy(float), fixations["slide_y"].to_numpy(float))


def _grid(places: Cells, weights: Floats) -> Floats:
    grid = np.zeros((DENSITY_ROWS, DENSITY_COLUMNS))
    np.add.at(grid, places, weights)
    return grid


def _floored(values: Floats) -> Floats:
    """The map as shares, a little of them everywhere: what was thought impossible must not cost infinity."""
    total = values.sum()
    unknown = np.full(values.shape, np.nan)
    return (1 - ANYWHERE) * values / total + ANYWHERE / values.size if total > 0 else unknown


def _scores(predicted: Floats, observed: Floats, fixated: Cells, negative: Cells, baseline: Floats) -> Floats:
    """The metrics in their order."""
    if np.isnan(predicted).any() or len(fixated[0]) == 0:
        return np.full(len(METRICS), np.nan)
    return np.array(
        [
            nss(predicted, fixated),
            correlation(predicted, observed),
            kl_divergence(predicted, observed),
            similarity(predicted, observed),
            auc_judd(predicted, fixated),
            auc_shuffled(predicted, fixated, negative),
            information_gain(predicted, baseline, fixated),
        ]
    )


def _rows(
    name: str, scores: list[Floats], of_class: Floats, parameters: AttentionParameters
) -> list[dict[str, object]]:
    """One for each metric; students without a value, as where nobody else looked, do not count."""
    table = np.array(scores).reshape(-1, len(METRICS))
    rows: list[dict[str, object]] = []
    for metric, values, whole in zip(METRICS, table.T, of_class, strict=True):
        known = values[np.isfinite(values)]
        low, high = bootstrap_interval(known, parameters)
        mean = known.mean() if len(known) else np.nan
        row = (name, metric, mean, float(low), float(high), len(known), whole)
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows
