"""Boxes of pixels, float arrays (n, 4) of left, top, right and bottom edges: compared, grouped, joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from pipeline.domain import Bools, Floats

Ints = NDArray[np.intp]


def widths(boxes: Floats) -> Floats:
    return np.asarray(boxes[:, 2] - boxes[:, 0])


def heights(boxes: Floats) -> Floats:
    return np.asarray(boxes[:, 3] - boxes[:, 1])


def areas(boxes: Floats) -> Floats:
    return widths(boxes) * heights(boxes)


def gaps(boxes: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Empty space between boxes in x and in y, each (n, m); negative is how far they overlap."""
    a, b = boxes[:, None], others[None]
    across = np.maximum(b[..., 0] - a[..., 2], a[..., 0] - b[..., 2])
    down = np.maximum(b[..., 1] - a[..., 3], a[..., 1] - b[..., 3])
    return across, down


def covered(boxes: Floats, others: Floats) -> Floats:
    """Share of each box's area that lies in each of the others, (n, m)."""
    across, down = overlap(boxes, others)
    return np.asarray(across * down / np.maximum(areas(boxes), 1e-9)[:, None])


def overlap(boxes: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Common width and common height of boxes, each (n, m), 0 where they have none."""
    a, b = boxes[:, None], others[None]
    across = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    down = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    return np.maximum(across, 0), np.maximum(down, 0)


def groups(linked: Bools) -> list[Ints]:
    """Indices that hang together by links (n, n), each group and their list in ascending order."""
    if not len(linked):
        return []
    count, label = connected_components(csr_matrix(linked.astype(np.int8)), directed=False)
    return [np.flatnonzero(label == k) for k in range(count)]


def hull(boxes: Floats) -> Floats:
    """The smallest box around all of them, (4,)."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def hulls(boxes: Floats, parts: list[Ints]) -> Floats:
    """The box around each group, (k, 4)."""
    return np.array([hull(boxes[part]) for part in parts]).reshape(-1, 4)
