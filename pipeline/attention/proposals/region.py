"""A region of a page before its role is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import areas
from pipeline.domain import Bools, Floats

MARK_AREA: Final = 0.015  # of the page: a mark, a logo
CORNER: Final = 0.2  # of the page's width and height


class Kind(StrEnum):
    """What a region is made of."""

    TITLE = "title"
    TEXT = "text"
    PANEL = "panel"
    PICTURE = "picture"
    DRAWING = "drawing"
    TABLE = "table"
    BUTTONS = "buttons"


@dataclass(frozen=True)
class Region:
    """A box (4,) in px, and for texts the height of their letters."""

    box: Floats
    kind: Kind
    size: float = np.nan


def in_corner(boxes: Floats, width: int, height: int, foot: float = 1 - CORNER) -> Bools:
    """Which are small and near a corner of the page, below `foot` of its height or as near to its top."""
    small = areas(boxes) <= MARK_AREA * width * height
    beside = (boxes[:, 2] < CORNER * width) | (boxes[:, 0] > (1 - CORNER) * width)
    return np.asarray(small & beside & ((boxes[:, 3] < CORNER * height) | (boxes[:, 1] > foot * height)))
