"""Regions of a slide as pictures: for counting so many samples that asking each for its region takes long."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.attention.aoi import hits
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Aoi, LabelMap, Overlap

SUBCELLS: Final = 4  # along each side of a cell of the density grid


def label_map(aois: Sequence[Aoi], overlap: Overlap = Overlap.ALL) -> LabelMap:
    """The regions that hold the middle of each 1/384 x 1/216 of a slide, as long as its parts are seen.

    Samples within half a subcell of an outline may be told apart wrongly: that is 0.03 deg on a laptop.
    """
    rows, columns = DENSITY_ROWS * SUBCELLS, DENSITY_COLUMNS * SUBCELLS
    y, x = (place.ravel() for place in np.mgrid[0.5:rows, 0.5:columns])
    ends_ms = (time for aoi in aois for part in aoi.parts for time in (part.from_ms, part.until_ms))
    from_ms = np.array(sorted({0.0, *filter(math.isfinite, ends_ms)}))
    inside = [
        hits(x / columns, y / rows, aois, t_ms=np.full(len(x), start_ms), overlap=overlap)
        for start_ms in from_ms
    ]
    shape = (len(from_ms), len(aois), rows, columns)
    return LabelMap(from_ms, np.stack(inside).transpose(0, 2, 1).reshape(shape))
