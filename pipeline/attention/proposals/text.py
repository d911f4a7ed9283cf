"""Letters to lines, lines to blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import Ints, gaps, groups, heights, hulls, overlap, widths
from pipeline.domain import Bools, Floats

# Distances in heights of the letters.
WORD_GAP: Final = 1.35  # within a line: a bullet and its text are this far apart
LINE_GAP: Final = 1.1  # between lines of a paragraph
PARAGRAPH_GAP: Final = 2.0  # between paragraphs that share an edge
INDENT: Final = 5.0
EDGE: Final = 0.7  # lines whose edges or middles differ less are aligned
SIZE_RATIO: Final = 1.8  # of letters within a block
BESIDE_MIN: Final = 0.3  # common width of two lines, of the shorter one
COLUMN_GAP_PX: Final = 170.0
COLUMNS_MIN: Final = 3


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
    words = _regroup(single, _beside(single))
    return _regroup(words, _beside(words))


def blocks_of(lines: Texts) -> Texts:
    """Lines (n) joined to paragraphs, paragraphs that share an edge to blocks, and blocks in columns."""
    blocks = _regroup(lines, _stacked(lines, LINE_GAP, INDENT))
    for _ in range(4):
        merged = _regroup(blocks, _stacked(blocks, PARAGRAPH_GAP, EDGE))
        if len(merged) == len(blocks):
            break
        blocks = merged
    return _regroup(blocks, _columns(blocks))


def _beside(texts: Texts) -> Bools:
    """Which stand on the same line, a space apart at most."""
    across, down = gaps(texts.boxes, texts.boxes)
    height = heights(texts.boxes)
    high, low = np.maximum.outer(height, height), np.minimum.outer(height, height)
    return np.asarray((-down >= 0.5 * low) & (across <= WORD_GAP * high))


def _stacked(texts: Texts, gap: float, shift: float) -> Bools:
    """Which stand over one another: near, alike in size, with left edges or middles within `shift`."""
    across, down = gaps(texts.boxes, texts.boxes)
    size = np.maximum.outer(texts.size, texts.size)
    alike = size <= SIZE_RATIO * np.minimum.outer(texts.size, texts.size)
    narrow = np.minimum.outer(widths(texts.boxes), widths(texts.boxes))
    middle = texts.boxes[:, [0, 2]].mean(axis=1)
    aligned = np.abs(np.subtract.outer(texts.boxes[:, 0], texts.boxes[:, 0])) <= shift * size
    aligned |= np.abs(np.subtract.outer(middle, middle)) <= EDGE * size
    return np.asarray((down <= gap * size) & alike & aligned & (-across >= BESIDE_MIN * narrow))


def _columns(blocks: Texts) -> Bools:
    """Which stand side by side like columns of a table: same top, same bottom, three or more."""
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
