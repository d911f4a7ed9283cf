"""How alike the paths are that gaze took over a slide: every student against every other.

All pairs are aligned at once, row by row of their tables, so that a class takes hardly longer than a pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.attention.alignment import (
    CELLS_AT_ONCE,
    Indices,
    chunks,
    edit_costs,
    ends,
    follow,
    padded,
    warp,
)
from pipeline.attention.statistics import percentiles, resample_counts
from pipeline.attention.transitions import states
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Aoi, Floats
from pipeline.parameters import AttentionParameters

MATCH, MISMATCH, GAP = 1.0, -1.0, -1.0  # scores of Needleman-Wunsch
MULTIMATCH = ("shape", "direction", "length", "position", "duration")
SIMILARITIES = (
    *("levenshtein", "needleman_wunsch", "dtw"),
    *(f"multimatch_{name}" for name in MULTIMATCH),
)
FIXATIONS_MIN = 3  # for MultiMatch: two saccades
STUDENTS_MIN = 3  # for an interval: with two there is one pair


class Path(NamedTuple):
    """Fixations in order, as arrays (f,); x and y of the same unit."""

    x: Floats
    y: Floats
    duration_ms: Floats


def levenshtein(strings: Sequence[Indices]) -> Floats:
    """Least number of insertions, deletions and substitutions between AOI strings: (n, n).

    References
    ----------
    Levenshtein (1966), Soviet Physics Doklady 10, 707-710.
    """
    return edit_costs(strings, match=0.0, mismatch=1.0, gap=1.0)


def needleman_wunsch(strings: Sequence[Indices]) -> Floats:
    """Best score of a global alignment of AOI strings: (n, n); match 1, mismatch -1, gap -1.

    References
    ----------
    Needleman & Wunsch (1970), doi:10.1016/0022-2836(70)90057-4.
    """
    return -edit_costs(strings, match=-MATCH, mismatch=-MISMATCH, gap=-GAP)


def dtw(paths: Sequence[Path]) -> Floats:
    """Dynamic time warping: least sum of distances between aligned fixations, in the paths' unit: (n, n).

    NaN where a path has no fixation.

    References
    ----------
    Sakoe & Chiba (1978), doi:10.1109/TASSP.1978.1163055.
    """
    places = [path.x + 1j * path.y for path in paths]
    found = np.full((len(paths), len(paths)), np.nan)
    for a, b in chunks([len(place) for place in places], 1):
        one, other = (padded([places[i] for i in side]) for side in (a, b))
        total = warp(np.abs(one[:, :, None] - other[:, None]))
        found[a, b] = found[b, a] = total[ends(places, a, b)]
    return found


def multimatch(paths: Sequence[Path], size: tuple[float, float]) -> Floats:
    """Similarity of the saccades in shape, direction, length and position, and of the durations: (n, n, 5).

    Saccades are aligned by the differences of their vectors; each similarity is one minus the median
    difference along the alignment, divided by the largest there could be. Paths are not simplified first.

    Parameters
    ----------
    paths : in the unit of `size`; those of fewer than three fixations have NaN
    size : width and height of the slide

    Returns
    -------
    0-1, 1 for the same

    References
    ----------
    Jarodzka, Holmqvist & Nyström (2010), doi:10.1145/1743666.1743718; Dewhurst et al. (2012),
    doi:10.3758/s13428-012-0212-2.
    """
    saccades = [_saccades(path) for path in paths]
    found = np.full((len(paths), len(paths), len(MULTIMATCH)), np.nan)
    for a, b in chunks([len(path) for path in saccades], FIXATIONS_MIN - 1):
        one, other = (padded([saccades[i] for i in side]) for side in (a, b))
        total = warp(np.abs(one[:, :, None, 0] - other[:, None, :, 0]))
        steps = follow(total, *ends(saccades, a, b)[1:])
        found[a, b] = found[b, a] = _similarities(one, other, *steps, float(np.hypot(*size)))
    return found


def pair_table(viewing: Viewing, aois: Sequence[Aoi], aspect: float) -> pd.DataFrame:
    """How alike the paths of each two sessions over one slide are.

    Parameters
    ----------
    viewing : of the sessions that count
    aois : the slide's regions; a string has one letter for each visit, of a region or elsewhere
    aspect : width by height of the slide

    Returns
    -------
    One row per pair: `session_a`, `session_b` and `SIMILARITIES`. The first two are divided by the longer
    string, so that 1 is the same and 0 (Needleman-Wunsch: -1) nothing alike; `dtw` is a distance in widths
    of the slide, divided by the longer path's fixations; NaN where a path is too short.
    """
    strings, paths = _strings(viewing, aois), _paths(viewing, aspect)
    one, other = np.triu_indices(len(paths), 1)
    letters, fixations = (_longer([len(item) for item in items]) for items in (strings, [p.x for p in paths]))
    with np.errstate(invalid="ignore"):
        measures = (
            1 - levenshtein(strings) / letters,
            needleman_wunsch(strings) / letters,
            dtw(paths) / fixations,
            *np.moveaxis(multimatch(paths, (1.0, 1 / aspect)), 2, 0),
        )
    sessions = {"session_a": viewing.sessions[one], "session_b": viewing.sessions[other]}
    columns = {name: values[one, other] for name, values in zip(SIMILARITIES, measures, strict=True)}
    return pd.DataFrame(sessions | columns)


def scanpath_table(pairs: pd.DataFrame, parameters: AttentionParameters) -> pd.DataFrame:
    """How alike the paths of a class are, on average over its pairs.

    Parameters
    ----------
    pairs : as `pair_table` makes it

    Returns
    -------
    One row per measure: `measure`, `value`, `low`, `high` (students are resampled, not pairs),
    `counted_n`, `pair_count` with a value.
    """
    code, names = pd.factorize(np.concatenate([pairs["session_a"], pairs["session_b"]]))
    one, other = np.split(code, 2)
    values = pairs[list(SIMILARITIES)].to_numpy(float)
    means = _resampled_means(values, one, other, len(names), parameters)
    rows = []
    for measure, column, drawn in zip(SIMILARITIES, values.T, means.T, strict=True):
        known = np.isfinite(column)
        students = len(np.union1d(one[known], other[known]))
        enough = students >= STUDENTS_MIN
        low, high = (
            percentiles(drawn[np.isfinite(drawn)], students, parameters) if enough else (np.nan, np.nan)
        )
        mean = column[known].mean() if known.any() else np.nan
        rows.append((measure, mean, low, high, students, known.sum()))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "counted_n", "pair_count"])


def _resampled_means(
    values: Floats, one: Indices, other: Indices, students: int, parameters: AttentionParameters
) -> Floats:
    """Means over the pairs (p, m) that resampled students make: (r, m).

    A student who is drawn twice is not compared with himself.
    """
    times = resample_counts(max(students, 1), parameters.bootstrap_resamples, parameters.bootstrap_seed)
    known = np.isfinite(values)
    both = np.hstack([np.where(known, values, 0.0), known])
    chunks = np.array_split(times, 1 + len(times) * len(values) // CELLS_AT_ONCE)
    sums = np.concatenate([(chunk[:, one] * chunk[:, other]) @ both for chunk in chunks])
    total, count = np.split(sums, 2, axis=1)
    return divided(total, count)


def _strings(viewing: Viewing, aois: Sequence[Aoi]) -> list[Indices]:
    """Regions visited by each session, in order: a letter for each visit."""
    state = states(viewing, aois)
    starts = ~viewing.follows | (state != np.roll(state, 1))
    return _by_session(state[starts], viewing.session[starts], len(viewing.sessions))


def _paths(viewing: Viewing, aspect: float) -> list[Path]:
    """Fixations on the slide of each session, in widths of the slide."""
    on = viewing.on_slide
    table = np.column_stack([viewing.x, viewing.y / aspect, viewing.duration_ms])[on]
    return [Path(*rows.T) for rows in _by_session(table, viewing.session[on], len(viewing.sessions))]


def _by_session(values: NDArray[Any], session: Indices, count: int) -> list[NDArray[Any]]:
    """The values of each session; they are in its order."""
    return np.split(values, np.searchsorted(session, np.arange(1, count)))


def _longer(lengths: Sequence[int]) -> Floats:
    """Length of the longer of each two (n, n); NaN where both are empty."""
    longer = np.maximum.outer(lengths, lengths).astype(float)
    return np.asarray(np.where(longer > 0, longer, np.nan))


def _saccades(path: Path) -> NDArray[np.complex128]:
    """Vector, start and duration of the fixation before each saccade (f - 1, 3)."""
    place = path.x + 1j * path.y
    return np.column_stack([np.diff(place), place[:-1], path.duration_ms[:-1]])


def _similarities(
    one: NDArray[np.complex128],
    other: NDArray[np.complex128],
    rows: Indices,
    columns: Indices,
    diagonal: float,
) -> Floats:
    """The five similarities of each pair (p, 5), from its saccades (p, longest, 3) and their alignment."""
    number = np.arange(len(rows))[:, None]
    vector, start, duration_ms = np.moveaxis(one[number, rows], 2, 0)
    vector2, start2, duration2_ms = np.moveaxis(other[number, columns], 2, 0)
    turn = np.abs(np.angle(vector) - np.angle(vector2))
    longer_ms = np.maximum(duration_ms.real, duration2_ms.real)
    differences = (
        np.abs(vector - vector2) / (2 * diagonal),
        np.minimum(turn, 2 * np.pi - turn) / np.pi,
        np.abs(np.abs(vector) - np.abs(vector2)) / diagonal,
        np.abs(start - start2) / diagonal,
        np.abs(duration_ms - duration2_ms) / np.where(longer_ms > 0, longer_ms, 1.0),
    )
    return np.column_stack(
        [1 - np.nanmedian(np.where(rows >= 0, part, np.nan), axis=1) for part in differences]
    )
