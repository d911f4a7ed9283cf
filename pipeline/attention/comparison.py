"""How the looking of two groups of students, or at two versions of a slide, differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.attention.gap import by_student, tracked
from pipeline.attention.statistics import (
    bootstrap_interval,
    cliffs_delta,
    difference_interval,
    familywise_paired_test,
    familywise_test,
    holm,
    paired_test,
    permutation_test,
    too_few,
)
from pipeline.domain import Aoi, Floats
from pipeline.parameters import AttentionParameters

COLUMNS = (
    *("aoi_id", "name", "a_n", "b_n", "a_mean", "b_mean", "difference", "difference_low", "difference_high"),
    *("p", "p_holm", "delta", "delta_low", "delta_high", "note"),
)


class DifferenceMap(NamedTuple):
    """Mean share of looking of A minus that of B in every cell (54, 96), and its p among all cells.

    `note` says why there is none; both are NaN then.
    """

    difference: Floats
    p: Floats
    note: str


def compare_groups(
    a: pd.DataFrame,
    b: pd.DataFrame,
    aois: Sequence[Aoi],
    parameters: AttentionParameters,
    *,
    measure: str = "dwell_share",
    paired: bool = False,
) -> pd.DataFrame:
    """Whether two groups looked differently at the regions of a slide, or one group at two versions of it.

    Parameters
    ----------
    a, b : as `student_aoi_table` makes them, of one group or version each, with the same k `aoi_id`s in the
        same order
    measure : a column of those tables; students for whom it is unknown are left out, region by region
    paired : both tables are of the same students, whose `session_id`s agree; the others are left out

    Returns
    -------
    One row per region, as given, with `COLUMNS`: `a_n`, `b_n` count the tracked students with a value;
    `difference` is a - b with its bootstrap interval; `p` is of a permutation of the students (paired: of
    the signs of their differences) and `p_holm` adjusted for the number of regions; `delta` is Cliff's with
    its interval. Where a group is smaller than `parameters.group_min`, `note` says so and every figure but
    the numbers of students is NaN.
    """
    values_a, values_b = (_tracked_values(table, measure, len(aois), parameters) for table in (a, b))
    if paired:
        both = values_a.index.intersection(values_b.index)
        values_a, values_b = values_a.loc[both], values_b.loc[both]
    rows = []
    for i, aoi in enumerate(aois):
        one, other = values_a[i].to_numpy(), values_b[i].to_numpy()
        compared = _paired(one, other, parameters) if paired else _unpaired(one, other, parameters)
        rows.append({"aoi_id": aoi.aoi_id, "name": aoi.name} | compared)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = [column for column in COLUMNS if column not in ("aoi_id", "name", "note")]
    table[numbers] = table[numbers].astype(float).astype({"a_n": int, "b_n": int})
    return table.assign(p_holm=holm(table["p"].to_numpy()))


def difference_map(
    a: Floats, b: Floats, parameters: AttentionParameters, *, paired: bool = False
) -> DifferenceMap:
    """Where on a slide two groups of students spent different shares of their looking.

    Parameters
    ----------
    a, b : (n, 54, 96) and (m, 54, 96), seconds of each student, smoothed; those without any are left out
    paired : row by row the same students, of whom whoever looked on both sides counts

    Returns
    -------
    The difference, and for every cell the share of splits of the students into such groups (paired: of the
    signs of their differences) in which *any* cell differs by as much: a p below 0.05 anywhere is a false
    alarm on 5 of 100 maps.
    """
    looked_a, looked_b = (grids.sum(axis=(1, 2)) > 0 for grids in (a, b))
    if paired:
        looked_a = looked_b = looked_a & looked_b
    a, b = a[looked_a], b[looked_b]
    note = too_few(*((len(a),) if paired else (len(a), len(b))), parameters=parameters)
    if note:
        unknown = np.full(a.shape[1:], np.nan)
        return DifferenceMap(unknown, unknown, note)
    shares_a, shares_b = (grids / grids.sum(axis=(1, 2), keepdims=True) for grids in (a, b))
    difference = shares_a.mean(axis=0) - shares_b.mean(axis=0)
    if paired:
        return DifferenceMap(difference, familywise_paired_test(shares_a - shares_b, parameters), "")
    return DifferenceMap(difference, familywise_test(shares_a, shares_b, parameters), "")


def _tracked_values(
    table: pd.DataFrame, measure: str, regions: int, parameters: AttentionParameters
) -> pd.DataFrame:
    """The measure of the tracked sessions: a row for each, a column for each region."""
    values = pd.DataFrame(by_student(table, measure, regions), index=table["session_id"][:: max(regions, 1)])
    return values[tracked(table, regions, parameters)]


def _unpaired(a: Floats, b: Floats, parameters: AttentionParameters) -> dict[str, object]:
    """The figures of one region for two groups of different students."""
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    note = too_few(len(a), len(b), parameters=parameters)
    if note:
        return {"a_n": len(a), "b_n": len(b), "note": note}
    return _figures(
        a, b, difference_interval(a, b, parameters), permutation_test(a, b, parameters), parameters
    )


def _paired(a: Floats, b: Floats, parameters: AttentionParameters) -> dict[str, object]:
    """The figures of one region for two values of each student."""
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known], b[known]
    note = too_few(len(a), parameters=parameters)
    if note:
        return {"a_n": len(a), "b_n": len(b), "note": note}
    return _figures(a, b, bootstrap_interval(a - b, parameters), paired_test(a - b, parameters), parameters)


def _figures(
    a: Floats, b: Floats, interval: tuple[Floats, Floats], p: Floats, parameters: AttentionParameters
) -> dict[str, object]:
    """One row of the table."""
    delta = cliffs_delta(a, b, parameters)
    return {
        "a_n": len(a),
        "b_n": len(b),
        "a_mean": a.mean(),
        "b_mean": b.mean(),
        "difference": a.mean() - b.mean(),
        "difference_low": interval[0],
        "difference_high": interval[1],
        "p": p,
        "delta": delta.delta,
        "delta_low": delta.low,
        "delta_high": delta.high,
        "note": "",
    }
