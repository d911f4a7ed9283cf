"""What a framed patch holds, seen on its own: text, a formula, a drawing, a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import areas, gaps, heights, hull, overlap, widths
from pipeline.attention.proposals.ink import Ink, find_ink
from pipeline.attention.proposals.text import Texts, lines_of
from pipeline.domain import Bools, Bytes, Floats

INSET_PX: Final = 10  # leaves out a frame's line and a coloured edge
DRAWN_MIN: Final = 0.06  # of a patch's area: less is an ornament of its text
GRID_SPAN: Final = 0.8  # a table's lines run over so much of it
GRID_LINES_MIN: Final = 2
GRID_LINE_PX: Final = 10
LABELS_MIN: Final = 5  # of a scale
LABEL_MIN_PX: Final = 8.0  # lower pieces are dashes
LABEL_LENGTH: Final = 5.0  # heights of its letters
EVEN: Final = 0.25  # how much the distances of labels may differ, of the middle one
EVEN_SHARE: Final = 0.7


@dataclass(frozen=True)
class Content:
    """The pieces of a patch and their lines of text."""

    ink: Ink
    lines: Texts
    size: tuple[int, int]  # width, height in px

    @property
    def drawn(self) -> bool:
        """Whether a noticeable part is drawn rather than written."""
        others = ~self.ink.letters & ~self.ink.rules & ~self.ink.strokes
        if not others.any():
            return False
        width, height = self.size
        return float(areas(hull(self.ink.boxes[others])[None])[0]) >= DRAWN_MIN * width * height

    @property
    def ruled(self) -> bool:
        """Whether lines run all over it, across or down: a table."""
        return (
            sum(_thin_bands(self.ink.mask.mean(axis=axis) >= GRID_SPAN) for axis in (0, 1)) >= GRID_LINES_MIN
        )

    @property
    def scaled(self) -> bool:
        """Whether short labels stand in a row or in a column, evenly spaced: a chart's scale."""
        readable = self.lines.size >= LABEL_MIN_PX
        short = self.lines.boxes[readable & (widths(self.lines.boxes) <= LABEL_LENGTH * self.lines.size)]
        return _even_runs(short[:, [1, 3]], short[:, [0, 2]]) or _even_runs(
            short[:, [0, 2]], short[:, [1, 3]]
        )

    @property
    def letters(self) -> int:
        """How many there are; joined ones count once."""
        return int(self.ink.letters.sum())

    @property
    def letter_px(self) -> float:
        """Height of the letters of the longest line; NaN without any."""
        return float(self.lines.size[widths(self.lines.boxes).argmax()]) if len(self.lines) else np.nan

    @property
    def equation(self) -> bool:
        """Whether it has an equals sign, or a fraction's line between letters."""
        return bool(_equals(self.ink.boxes) or _fractions(self.ink))


def content_of(image: Bytes, box: Floats, inset_px: int = INSET_PX) -> Content | None:
    """What lies in the box, its edges left out; None where nothing is left."""
    left, top, right, bottom = (int(edge) for edge in box.round())
    patch = image[top + inset_px : bottom - inset_px, left + inset_px : right - inset_px]
    if min(patch.shape[:2]) < 8:
        return None
    ink = find_ink(np.ascontiguousarray(patch))
    return Content(ink, lines_of(ink.boxes[ink.letters]), (patch.shape[1], patch.shape[0]))


def _equals(boxes: Floats) -> bool:
    """Two flat bars of one width, one close above the other."""
    width, height = widths(boxes), heights(boxes)
    bars = boxes[(width >= 2.2 * height) & (width >= 6) & (width <= 60)]
    if len(bars) < 2:
        return False
    across, down = overlap(bars, bars)[0], gaps(bars, bars)[1]
    same = across >= 0.85 * np.maximum.outer(widths(bars), widths(bars))
    near = (down > 0) & (down <= 0.8 * np.minimum.outer(widths(bars), widths(bars)))
    return bool((same & near).any())


def _fractions(ink: Ink) -> bool:
    """A line across with letters close above and below it."""
    flat: Bools = ink.rules & (widths(ink.boxes) > heights(ink.boxes))
    letters = ink.boxes[ink.letters]
    if not flat.any() or not len(letters):
        return False
    for bar in ink.boxes[flat]:
        across = overlap(bar[None], letters)[0][0] > 0
        above = across & (letters[:, 3] <= bar[1]) & (bar[1] - letters[:, 3] <= 30)
        below = across & (letters[:, 1] >= bar[3]) & (letters[:, 1] - bar[3] <= 30)
        if above.sum() >= 1 and below.sum() >= 1:
            return True
    return False


def _thin_bands(full: Bools) -> int:
    """Runs of True that are no longer than a line is thick."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2] <= GRID_LINE_PX).sum())


def _even_runs(level: Floats, along: Floats) -> bool:
    """Whether enough spans (n, 2) that overlap in `level` lie at even distances in `along`."""
    middle = along.mean(axis=1)
    for low, high in level:
        row = np.sort(middle[(level[:, 0] < high) & (level[:, 1] > low)])
        steps = np.diff(row)
        if (
            len(row) >= LABELS_MIN
            and (np.abs(steps - np.median(steps)) <= EVEN * np.median(steps)).mean() >= 0.7
        ):
            return True
    return False
