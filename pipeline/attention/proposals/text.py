"""Letters to lines, lines to blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import Ints, covered, gaps, groups, heights, hulls, overlap, widths
from pipeline.domain import Bools, Floats

# Distances in heights of the letters.
LETTER_GAP: Final = (
    1.35  # within a line, of the higher of two letters: a bullet and its text are so far apart
)
WORD_GAP: Final = 1.6  # ... of the lower of two words
LINE_GAP: Final = 1.1  # between lines of a paragraph
PARAGRAPH_GAP: Final = 2.4  # between paragraphs whose left edges are the same
INDENT: Final = 5.0
EDGE: Final = 0.6  # left edges that differ less are the same
MIDDLE: Final = 0.7  # lines whose middles differ less are centred
CENTRED_GAP: Final = 1.6  # between centred paragraphs
SIZE_RATIO: Final = 1.8  # of letters within a block
BESIDE_MIN: Final = 0.3  # common width of two lines, of the shorter one
COLUMN_GAP_PX: Final = 170.0
COLUMNS_MIN: Final = 3
LEVEL_MIN: Final = 0.5  # common height of two pieces of a line, of the lower one
WITHIN: Final = 0.5  # of a block's area in another one: part of it
ROUNDS: Final = 4


@dataclass(frozen=True)
class Texts:
    """Boxes (n, 4) in px of lines or blocks, the height of their letters (n,), and their pieces' indices."""

    boxes: Floats
    size: Floats
    parts: list[Ints]

    def __len__(self) -> int:
        return len(self.boxes)

    def only(self, chosen: Bools) -> Texts:
        return Texts(self.boxes[chosen], self.size[chosen], [self.parts[k] for k in np.flatnonzero(chosen)])


def lines_of(letters: Floats) -> Texts:
    """Letters (n, 4), or words, joined along their line: by their own height first, then by their line's."""
    single = Texts(letters, heights(letters), list(np.arange(len(letters))[:, None]))
    words = _regroup(single, _beside(single, np.maximum.outer, LETTER_GAP))
    return _regroup(words, _beside(words, np.minimum.outer, WORD_GAP))


def blocks_of(lines: Texts) -> Texts:
    """Lines (n) joined to paragraphs, and paragraphs that share an edge to blocks."""
    blocks = _regroup(lines, _stacked(lines, INDENT, LINE_GAP, LINE_GAP))
    for _ in range(ROUNDS):
        merged = _regroup(blocks, _stacked(blocks, EDGE, PARAGRAPH_GAP, CENTRED_GAP))
        if len(merged) == len(blocks):
            break
        blocks = merged
    return _regroup(blocks, covered(blocks.boxes, blocks.boxes) >= WITHIN)


def in_columns(blocks: Texts) -> Texts:
    """Blocks (n) side by side like columns of a table joined: same top, same bottom, three or more."""
    return _regroup(blocks, _columns(blocks))


def _beside(texts: Texts, of_two: Callable[[Floats, Floats], Floats], gap: float) -> Bools:
    """Which stand on the same line, a gap apart at most, in heights of one of the two."""
    across, down = gaps(texts.boxes, texts.boxes)
    height = heights(texts.boxes)
    level = -down >= LEVEL_MIN * np.minimum.outer(height, height)
    return np.asarray(level & (across <= gap * of_two(height, height)))


def _stacked(texts: Texts, shift: float, left_gap: float, centred_gap: float) -> Bools:
    """Which stand over one another, alike in size: left edges within `shift`, or centred, each with a gap."""
    across, down = gaps(texts.boxes, texts.boxes)
    size = np.maximum.outer(texts.size, texts.size)
    alike = size <= SIZE_RATIO * np.minimum.outer(texts.size, texts.size)
    narrow = np.minimum.outer(widths(texts.boxes), widths(texts.boxes))
    middle = texts.boxes[:, [0, 2]].mean(axis=1)
    flush = np.abs(np.subtract.outer(texts.boxes[:, 0], texts.boxes[:, 0])) <= shift * size
    centred = np.abs(np.subtract.outer(middle, middle)) <= MIDDLE * size
    near = (flush & (down <= left_gap * size)) | (centred & (down <= centred_gap * size))
    return np.asarray(near & alike & (-across >= BESIDE_MIN * narrow))


def _columns(blocks: Texts) -> Bools:
    size = np.maximum.outer(blocks.size, blocks.size)
    same = np.ones((len(blocks), len(blocks)), dtype=bool)
    for edge in (1, 3):
        same &= np.abs(np.subtract.outer(blocks.boxes[:, edge], blocks.boxes[:, edge])) <= 0.5 * size
    linked = same & (gaps(blocks.boxes, blocks.boxes)[0] <= COLUMN_GAP_PX)
    for group in groups(linked):
        if len(group) < COLUMNS_MIN:
            linked[np.ix_(group, group)] = False
    return linked | np.eye(len(blocks), dtype=bool)


def _regroup(texts: Texts, linked: Bools) -> Texts:
    """The hulls of what is linked; `size` is that of the highest line, `parts` are all their pieces."""
    together = groups(linked)
    size = np.array([texts.size[group].max() for group in together])
    parts = [np.sort(np.concatenate([texts.parts[k] for k in group])) for group in together]
    return Texts(hulls(texts.boxes, together), size, parts)


def same_row(boxes: Floats) -> Bools:
    """Which overlap in height nearly in full, (n, n)."""
    down = overlap(boxes, boxes)[1]
    return np.asarray(down >= 0.8 * np.maximum.outer(heights(boxes), heights(boxes)))
