"""From which region to which gaze went, and how predictable that was.

A fixation is in one state: the topmost region it lies in (the last in the slide's list), or elsewhere,
which is the last state. Only fixations in the same showing of a slide follow one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.attention.aoi import hits
from pipeline.attention.columns import TableColumns, table
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Aoi, Floats, Overlap

ELSEWHERE = "elsewhere"
SQUARINGS = 20  # a million steps: then a chain has forgotten where it began


Counts = NDArray[np.intp]


class Step(StrEnum):
    """What counts as one step of the gaze."""

    VISITS = "visits"  # from one region to another
    FIXATIONS = "fixations"  # from one fixation to the next, also within a region


def states(viewing: Viewing, aois: Sequence[Aoi]) -> NDArray[np.intp]:
    """Index of the topmost of the k regions that each fixation lies in, k for elsewhere: (f,)."""
    inside = hits(viewing.x, viewing.y, aois, t_ms=viewing.middle_ms, overlap=Overlap.TOPMOST)
    elsewhere = ~inside.any(axis=1, keepdims=True)
    return np.asarray(np.argmax(np.hstack([inside, elsewhere]), axis=1))


def transition_counts(viewing: Viewing, aois: Sequence[Aoi]) -> Counts:
    """How often each session went from state to state: (n, k + 1, k + 1), rows from, columns to.

    From one fixation to the next, `Step.FIXATIONS`; for visits see `between_visits`.
    """
    state, size = states(viewing, aois), len(aois) + 1
    now = np.flatnonzero(viewing.follows)
    cell = (viewing.session[now] * size + state[now - 1]) * size + state[now]
    count = len(viewing.sessions)
    return np.bincount(cell, minlength=count * size * size).reshape(count, size, size)


def between_visits(counts: Counts) -> Counts:
    """The same counts for `Step.VISITS`: a visit is a run of fixations in one state, hence no diagonal."""
    return counts * ~np.eye(counts.shape[-1], dtype=bool)


def transition_probabilities(counts: Counts) -> Floats:
    """Share of the transitions from each state that went to each: rows add up to 1, or are NaN."""
    return divided(counts.astype(float), counts.sum(axis=-1, keepdims=True).astype(float))


def transition_entropy(counts: Counts) -> Floats:
    """How unpredictable the next state is, given the present one: (n,), 0 (certain) to 1 (any alike).

    The entropy of the rows of the transition matrix, weighted by the stationary distribution, over its
    largest value log2(s) for s states.

    Parameters
    ----------
    counts : (n, s, s) as of `transition_counts`

    Returns
    -------
    (n,) NaN without any transition.

    References
    ----------
    Krejtz et al. (2015), Gaze transition entropy, ACM Trans. Appl. Percept. 13(1), doi:10.1145/2834121.
    """
    chain = _chain(counts)
    return _of_largest((_stationary(chain, counts) * _entropy(chain)).sum(axis=-1), counts)


def stationary_entropy(counts: Counts) -> Floats:
    """How evenly gaze is spread over the states in the long run: (n,), 0 (one state) to 1 (all alike).

    Parameters and references as `transition_entropy`.
    """
    return _of_largest(_entropy(_stationary(_chain(counts), counts)), counts)


def transition_table(counts: Counts, aois: Sequence[Aoi]) -> pd.DataFrame:
    """Transitions of all sessions together, those that occurred.

    Parameters
    ----------
    counts : (n, k + 1, k + 1) as of `transition_counts`
    aois : the k regions

    Returns
    -------
    Columns `step`, `from_aoi`, `to_aoi` (ids; "elsewhere"), `transition_count`, `transition_probability`
    (of the transitions from there), `students_n` (with at least one).
    """
    return table(transition_columns(counts, aois))


def transition_columns(counts: Counts, aois: Sequence[Aoi]) -> TableColumns:
    """The columns of `transition_table`."""
    names = np.array([*(aoi.aoi_id for aoi in aois), ELSEWHERE], object)
    tables = []
    for step, stepped in ((Step.VISITS, between_visits(counts)), (Step.FIXATIONS, counts)):
        total = stepped.sum(axis=0)
        start, stop = np.nonzero(total)
        columns = {
            "step": np.full(len(start), step.value, object),
            "from_aoi": names[start],
            "to_aoi": names[stop],
            "transition_count": total[start, stop],
            "transition_probability": transition_probabilities(total)[start, stop],
            "students_n": (stepped > 0).sum(axis=0)[start, stop],
        }
        tables.append(columns)
    return {name: np.concatenate([each[name] for each in tables]) for name in tables[0]}


def _chain(counts: Counts) -> Floats:
    """Transition probabilities of a chain that never ends.

    From the state in which the sequence ended for good it goes to any visited state alike; states that
    were not visited stay by themselves.
    """
    visited = (counts.sum(axis=-1) + counts.sum(axis=-2)) > 0
    ended = visited & (counts.sum(axis=-1) == 0)
    onward = np.where(ended[..., None], visited[..., None, :], counts).astype(float)
    onward += np.eye(counts.shape[-1]) * ~visited[..., None]
    return np.asarray(onward / onward.sum(axis=-1, keepdims=True))


def _stationary(chain: Floats, counts: Counts) -> Floats:
    """Where the chain is in the long run (n, s), having begun where the sequence was most of the time.

    Steps alternate with rests, so that a chain that goes to and fro settles, too.
    """
    resting = np.linalg.matrix_power((chain + np.eye(chain.shape[-1])) / 2, 2**SQUARINGS)
    begun = (counts.sum(axis=-1) + counts.sum(axis=-2)).astype(float)
    settled = (begun[..., None, :] @ resting)[..., 0, :]
    return divided(settled, settled.sum(axis=-1, keepdims=True))


def _entropy(p: Floats) -> Floats:
    """Of distributions along the last axis, in bits."""
    return np.asarray(0.0 - (p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=-1))  # never -0


def _of_largest(entropy: Floats, counts: Counts) -> Floats:
    size = counts.shape[-1]
    return entropy / np.log2(size) if size > 1 else np.full(len(counts), np.nan)
