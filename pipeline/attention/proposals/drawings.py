"""Drawings: pieces near one another, with the arrows that touch them and their labels; and ruled tables."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import covered, gaps, groups, heights, hull, hulls, widths
from pipeline.attention.proposals.ink import Ink
from pipeline.attention.proposals.region import Kind, Region
from pipeline.attention.proposals.text import Texts
from pipeline.domain import Bools, Floats

NEAR_PX: Final = 40.0  # between pieces of one drawing
TOUCH_PX: Final = 12.0  # between a line and what it connects, a frame and what is no frame
LABEL_PX: Final = 24.0  # between a drawing and its labels
LABEL_WIDTH: Final = 0.25  # of the page, at most
LABEL_LINES: Final = 3.0  # heights of its letters, at most
UPRIGHT: Final = 1.5  # heights of its letters: narrower texts are written upwards
INSIDE: Final = 0.6  # of a text's area within a drawing's hull: part of it
ROUNDS: Final = 4
RULES_MIN: Final = 3  # of a table
ALIGNED_PX: Final = 4.0
HEAD_ROW: Final = 0.8  # of the distance of a table's rules: its head stands so high above the first


def find_drawings(ink: Ink, free: Bools, blocks: Texts, page_width: int) -> tuple[list[Region], Texts]:
    """What is drawn with the free pieces (n,), and the blocks of text that are no part of it."""
    lines = ink.strokes | ink.rules
    solid = free & ~lines
    solid |= free & lines & _touching(ink, lines, solid)
    tables = _tables(ink, free)
    boxes = np.concatenate([ink.boxes[solid], tables])
    if not len(boxes):
        return [], blocks
    framed = np.concatenate([ink.frames[solid], np.zeros(len(tables), dtype=bool)])
    ruled = np.arange(len(boxes)) >= int(solid.sum())
    parts = groups(_near(boxes, np.where(np.logical_xor.outer(framed, framed), TOUCH_PX, NEAR_PX)))
    shells = hulls(boxes, parts)
    for _ in range(ROUNDS):
        shells, blocks = _absorb(shells, blocks, page_width)
        joined = groups(_near(shells, LABEL_PX))
        parts = [np.concatenate([parts[k] for k in group]) for group in joined]
        shells = hulls(shells, joined)
    kinds = [_kind(framed[part], ruled[part]) for part in parts]
    return [Region(shell, kind) for shell, kind in zip(shells, kinds, strict=True)], blocks


def _kind(framed: Bools, ruled: Bools) -> Kind:
    if ruled.all():
        return Kind.TABLE
    return Kind.PANEL if len(framed) == 1 and framed[0] else Kind.DRAWING


def _near(boxes: Floats, distance_px: Floats | float) -> Bools:
    across, down = gaps(boxes, boxes)
    return np.asarray((across <= distance_px) & (down <= distance_px))


def _touching(ink: Ink, lines: Bools, solid: Bools) -> Bools:
    """Lines that end at a piece of a drawing, or at a line that does."""
    where = np.flatnonzero(lines | solid)
    touched = _near(ink.boxes[where], TOUCH_PX) & np.logical_or.outer(lines[where], lines[where])
    reached = np.zeros(len(ink), dtype=bool)
    for group in groups(touched):
        reached[where[group]] = solid[where[group]].any()
    return reached


def _tables(ink: Ink, free: Bools) -> Floats:
    """Hulls (k, 4) of rules across the page with the same ends, with the room of a row above the first."""
    rules = ink.boxes[ink.rules & free & (widths(ink.boxes) > heights(ink.boxes))]
    ends = np.ones((len(rules), len(rules)), dtype=bool)
    for edge in (0, 2):
        ends &= np.abs(np.subtract.outer(rules[:, edge], rules[:, edge])) <= ALIGNED_PX
    found = []
    for group in groups(ends):
        if len(group) >= RULES_MIN:
            pitch = float(np.median(np.diff(np.sort(rules[group, 1]))))
            found.append(hull(rules[group]) - [0, HEAD_ROW * pitch, 0, 0])
    return np.array(found).reshape(-1, 4)


def _absorb(shells: Floats, blocks: Texts, page_width: int) -> tuple[Floats, Texts]:
    """Drawings grown by the texts that lie in them, or are short and lie near; and the other texts."""
    if not len(blocks):
        return shells, blocks
    across, down = gaps(blocks.boxes, shells)
    short = widths(blocks.boxes) <= LABEL_WIDTH * page_width
    short &= heights(blocks.boxes) <= LABEL_LINES * blocks.size
    short |= widths(blocks.boxes) <= UPRIGHT * blocks.size
    belongs = (across <= LABEL_PX) & (down <= LABEL_PX) & short[:, None]
    belongs |= covered(blocks.boxes, shells) >= INSIDE
    grown = shells.copy()
    for k in np.flatnonzero(belongs.any(axis=0)):
        grown[k] = hull(np.concatenate([shells[k : k + 1], blocks.boxes[belongs[:, k]]]))
    return grown, blocks.only(np.asarray(~belongs.any(axis=1)))
