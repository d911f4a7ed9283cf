"""Reading order: cut along empty bands, rows first, then columns."""

from __future__ import annotations

import numpy as np

from pipeline.attention.proposals.boxes import Ints
from pipeline.domain import Floats


def reading_order(boxes: Floats) -> list[int]:
    """Indices of the boxes (n, 4) as they are read, from left to right and down.

    References
    ----------
    Nagy & Seth 1984: recursive cuts along white space ("XY-cut").
    """
    return [int(k) for k in _cut(boxes, np.arange(len(boxes)))]


def _cut(boxes: Floats, chosen: Ints) -> list[int]:
    if len(chosen) < 2:
        return [int(k) for k in chosen]
    for axis in (1, 0):
        bands = _bands(boxes, chosen, axis)
        if len(bands) > 1:
            return [k for band in bands for k in _cut(boxes, band)]
    return [int(k) for k in chosen[np.lexsort((boxes[chosen, 0], boxes[chosen, 1]))]]


def _bands(boxes: Floats, chosen: Ints, axis: int) -> list[Ints]:
    """The boxes parted where a line across the page meets none of them."""
    ordered = chosen[np.argsort(boxes[chosen, axis], kind="stable")]
    reached = np.maximum.accumulate(boxes[ordered, axis + 2])
    starts = np.flatnonzero(boxes[ordered[1:], axis] >= reached[:-1]) + 1
    return np.split(ordered, starts)
