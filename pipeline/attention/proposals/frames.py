"""Frames: rows of buttons, panels behind other things, photos."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import areas, gaps, groups, heights, hull
from pipeline.attention.proposals.ink import Ink
from pipeline.attention.proposals.region import Kind, Region
from pipeline.attention.proposals.text import same_row
from pipeline.domain import Bools, Bytes

BUTTONS_MIN: Final = 3
BUTTON_HEIGHT: Final = 0.08  # of the page, at most
BUTTON_GAP_PX: Final = 30.0
EDGE_ZONE: Final = 0.12  # of the page's height, above and below
PALE: Final = 70.0  # grey levels; a panel behind text is paler against the page than a bar of a chart
FILLED: Final = 0.5  # of a panel's area; an outline is less
PANEL_AREA_MIN: Final = 0.004  # of the page
COLOURS_MIN: Final = 40  # of 4096, each on some share of the area: a photo, or a wash of colours
COLOUR_SHARE: Final = 0.002


def find_buttons(ink: Ink, free: Bools, page_height: int) -> tuple[list[Region], Bools]:
    """Rows of small frames along the upper or lower edge; and which of the free pieces (n,) they are."""
    middle = ink.boxes[:, [1, 3]].mean(axis=1) / page_height
    marginal = (middle < EDGE_ZONE) | (middle > 1 - EDGE_ZONE)
    where = np.flatnonzero(ink.frames & (heights(ink.boxes) <= BUTTON_HEIGHT * page_height) & marginal & free)
    boxes = ink.boxes[where]
    linked = same_row(boxes) & (gaps(boxes, boxes)[0] <= BUTTON_GAP_PX)
    rows = [where[group] for group in groups(linked) if len(group) >= BUTTONS_MIN]
    taken = np.zeros(len(ink), dtype=bool)
    for row in rows:
        taken[row] = True
    return [Region(hull(ink.boxes[row]), Kind.BUTTONS) for row in rows], taken


def find_panels(image: Bytes, ink: Ink, free: Bools) -> tuple[list[Region], Bools]:
    """Pale frames, and frames full of colours; and which of the free pieces (n,) they are."""
    large = areas(ink.boxes) >= PANEL_AREA_MIN * image.shape[0] * image.shape[1]
    found = []
    taken = np.zeros(len(ink), dtype=bool)
    for k in np.flatnonzero(ink.frames & free & large & (ink.ink_fill >= FILLED)):
        left, top, right, bottom = (int(edge) for edge in ink.boxes[k])
        picture = _many_colours(image[top:bottom, left:right])
        if picture or ink.contrast[k] < PALE:
            taken[k] = True
            found.append(Region(ink.boxes[k], Kind.PICTURE if picture else Kind.PANEL))
    return found, taken


def _many_colours(patch: Bytes) -> bool:
    """Whether a patch has the colours of a photo: many of them on a noticeable share of it."""
    bins = (patch[::2, ::2] >> 4).astype(np.uint32)
    counts = np.bincount((bins[..., 0] << 8 | bins[..., 1] << 4 | bins[..., 2]).ravel())
    return int((counts > COLOUR_SHARE * bins[..., 0].size).sum()) >= COLOURS_MIN
