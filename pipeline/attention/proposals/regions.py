"""A page taken apart: title, blocks of text, panels, pictures, drawings with labels, tables, buttons."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import areas, covered, gaps, heights, hull, widths
from pipeline.attention.proposals.drawings import find_drawings
from pipeline.attention.proposals.frames import find_buttons, find_panels
from pipeline.attention.proposals.ink import Ink, find_ink, margin_colour
from pipeline.attention.proposals.region import Kind, Region, in_corner
from pipeline.attention.proposals.text import Texts, blocks_of, in_columns, lines_of
from pipeline.domain import Bools, Bytes, Floats

TITLE_RATIO: Final = 1.5  # of a title's letters to those of most lines
TITLE_PX: Final = 42.0  # letters this high are a title whatever else there is
TITLE_BOTTOM: Final = 0.6  # of the page's height: a title begins above
TITLE_LINES_RATIO: Final = 0.75  # of the letters of a title's other lines to its largest
TITLE_LINE_GAP: Final = 0.7  # of its letters, between its lines
SHEET: Final = 0.7  # of the page: a frame larger than that is the page itself
FRAME_PX: Final = 4  # left out around what is on a sheet
WORD_MARGIN_PX: Final = 4.0  # ink reaches so far beyond the box that a document gives for it
LOOSE_PX: Final = 24.0  # smaller pieces beside a document's words are bullets and the like
UNCOVERED: Final = 0.3  # of a piece's area under words: less is no text
INSIDE: Final = 0.6  # of a text's area in a region: part of it


def find_regions(image: Bytes, words: Floats) -> list[Region]:
    """The regions of an RGB picture of about a million pixels, in no order.

    Parameters
    ----------
    image : (height, width, 3)
    words : (n, 4) px, where a document says that text is; without any, letters are looked for
    """
    ink = find_ink(image)
    sheet = _sheet(ink, image)
    if sheet is not None:
        left, top, right, bottom = sheet
        shift = np.array([left, top, left, top], dtype=np.float64)
        inner = find_regions(image[top:bottom, left:right], words - shift)
        return [Region(region.box + shift, region.kind, region.size) for region in inner]
    height, width = image.shape[:2]
    free = ~ink.letters
    buttons, taken = find_buttons(ink, free, height)
    panels, also_taken = find_panels(image, ink, free & ~taken)
    free &= ~taken & ~also_taken
    lines = _outside(lines_of(_letters(ink, words, (height, width))), [*buttons, *panels])
    title, lines = _find_title(lines, width, height)
    drawings, blocks = find_drawings(ink, free | _loose(ink, words), blocks_of(lines), width)
    blocks = in_columns(blocks)
    texts = [Region(box, Kind.TEXT, size) for box, size in zip(blocks.boxes, blocks.size, strict=True)]
    return [*buttons, *panels, *title, *drawings, *texts]


def _sheet(ink: Ink, image: Bytes) -> tuple[int, int, int, int] | None:
    """The inside of a frame around nearly everything, if there is one that is written on."""
    large = ink.frames & (areas(ink.boxes) >= SHEET * image.shape[0] * image.shape[1])
    if not large.any():
        return None
    left, top, right, bottom = (int(edge) for edge in ink.boxes[np.flatnonzero(large)[0]])
    left, top, right, bottom = left + FRAME_PX, top + FRAME_PX, right - FRAME_PX, bottom - FRAME_PX
    written_on = margin_colour(image[top:bottom, left:right]) is not None
    return (left, top, right, bottom) if written_on else None


def _letters(ink: Ink, words: Floats, shape: tuple[int, int]) -> Floats:
    """Where text stands (n, 4): the document's words that lie in the open, else what looks like letters."""
    if not len(words):
        return np.asarray(ink.boxes[ink.letters])
    middle = (words[:, :2] + words[:, 2:]) / 2
    return np.asarray(words[~ink.within(middle, ~ink.letters & ~ink.rules & ~ink.strokes, shape)])


def _loose(ink: Ink, words: Floats) -> Bools:
    """Pieces like letters that are no text, where the document says what is."""
    if not len(words):
        return np.zeros(len(ink), dtype=bool)
    large = np.maximum(widths(ink.boxes), heights(ink.boxes)) >= LOOSE_PX
    under = covered(ink.boxes, words + np.array([-1, -1, 1, 1]) * WORD_MARGIN_PX).sum(axis=1)
    return np.asarray(ink.letters & large & (under < UNCOVERED))


def _outside(texts: Texts, regions: list[Region]) -> Texts:
    """Texts that do not lie in one of the regions."""
    if not regions or not len(texts):
        return texts
    boxes = np.array([region.box for region in regions])
    return texts.only(covered(texts.boxes, boxes).max(axis=1) < INSIDE)


def _find_title(lines: Texts, width: int, height: int) -> tuple[list[Region], Texts]:
    """The largest line, if it is larger than most and not far down, with those like it close by; the rest."""
    box, size = lines.boxes, lines.size
    corner = in_corner(box, width, height)
    fits = (
        (box[:, 1] < TITLE_BOTTOM * height) & (widths(box) >= 2 * size) & (heights(box) <= 2 * size) & ~corner
    )
    if not fits.any():
        return [], lines
    first = int(np.argmax(np.where(fits, size, 0)))
    if size[first] < min(TITLE_RATIO * np.median(size[~corner]), TITLE_PX):
        return [], lines
    across, down = gaps(box, box[first : first + 1])
    near = (across[:, 0] <= 0) & (down[:, 0] <= TITLE_LINE_GAP * size[first])
    chosen = fits & near & (size >= TITLE_LINES_RATIO * size[first])
    chosen[first] = True
    return [Region(hull(box[chosen]), Kind.TITLE, float(size[first]))], lines.only(~chosen)
