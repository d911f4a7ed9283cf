"""Alignment of sequences, all pairs at once: tables (pairs, rows, columns) are filled row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Floats

CELLS_AT_ONCE = 2_000_000  # of tables held in memory

Indices = NDArray[np.intp]


def edit_costs(strings: Sequence[Indices], match: float, mismatch: float, gap: float) -> Floats:
    """Least cost of turning each string into each other one (n, n), for any costs that add up."""
    count = len(strings)
    lengths = np.array([len(string) for string in strings], int)
    a, b = np.triu_indices(count)
    letters = padded(strings) if count else np.zeros((0, 0), int)
    one, other = letters[a], letters[b]
    along = gap * np.arange(letters.shape[1] + 1)
    row = np.broadcast_to(along, (len(a), len(along)))
    cost = np.where(lengths[a] == 0, along[lengths[b]], np.nan)
    for i in range(letters.shape[1]):
        replaced = row[:, :-1] + np.where(one[:, i, None] == other, match, mismatch)
        best = np.hstack([np.full((len(a), 1), along[i + 1]), np.minimum(replaced, row[:, 1:] + gap)])
        row = along + np.minimum.accumulate(best - along, axis=1)
        done = lengths[a] == i + 1
        cost[done] = row[done, lengths[b][done]]
    found = np.zeros((count, count))
    found[a, b] = found[b, a] = cost
    return found


def warp(cost: Floats) -> Floats:
    """Least sum of costs from the first to every cell of each table (p, rows, columns).

    A step goes one on in either or both directions. Along a row, the sum to a cell is the cheapest entry
    into the row plus the costs from there on: a running minimum of differences of running sums.
    """
    total = np.cumsum(cost, axis=2)
    for i in range(1, cost.shape[1]):
        entry = total[:, i - 1].copy()
        entry[:, 1:] = np.minimum(entry[:, 1:], total[:, i - 1, :-1])
        run = total[:, i]
        total[:, i] = run + np.minimum.accumulate(entry - (run - cost[:, i]), axis=1)
    return total


def follow(total: Floats, row: Indices, column: Indices) -> tuple[Indices, Indices]:
    """Rows and columns of each table's cheapest path (p, steps), from its end back; -1 after the start."""
    bordered = np.pad(total, ((0, 0), (1, 0), (1, 0)), constant_values=np.inf)
    number = np.arange(len(total))
    rows, columns = [], []
    while (row >= 0).any():
        rows.append(row)
        columns.append(column)
        back = [
            bordered[number, row + 1 - down, column + 1 - right] for down, right in ((1, 1), (1, 0), (0, 1))
        ]
        step = np.argmin(back, axis=0)
        started = (row <= 0) & (column <= 0)
        row = np.where(started, -1, row - (step != 2))
        column = np.where(started, -1, column - (step != 1))
    return np.array(rows).T, np.array(columns).T


def chunks(lengths: Sequence[int], shortest: int) -> Iterator[tuple[Indices, Indices]]:
    """Indices of the two sides of pairs of long enough paths, few enough to be aligned in memory at once."""
    usable = np.flatnonzero(np.asarray(lengths) >= shortest)
    if len(usable) == 0:
        return
    one, other = np.triu_indices(len(usable))
    table = int(max(lengths)) ** 2
    for chunk in np.array_split(np.arange(len(one)), 1 + len(one) * table // CELLS_AT_ONCE):
        yield usable[one[chunk]], usable[other[chunk]]


def padded(items: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Stacked (n, longest, ...), zeros after the end."""
    longest = max((len(item) for item in items), default=0)
    stacked = np.zeros((len(items), longest, *items[0].shape[1:]), items[0].dtype)
    for row, item in zip(stacked, items, strict=True):
        row[: len(item)] = item
    return stacked


def ends(items: Sequence[NDArray[Any]], a: Indices, b: Indices) -> tuple[Indices, Indices, Indices]:
    """Where each pair's table ends: its number, last row and last column."""
    last = np.array([len(item) for item in items]) - 1
    return np.arange(len(a)), last[a], last[b]
