"""A page taken apart: title, blocks of text, panels, pictures, drawings with labels, tables, buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from pipeline.attention.proposals.boxes import areas, covered, gaps, groups, heights, hull, hulls, widths
from pipeline.attention.proposals.ink import Ink, find_ink, margin_colour
from pipeline.attention.proposals.text import Texts, blocks_of, in_columns, lines_of, same_row
from pipeline.domain import Bools, Bytes, Floats

PALE: Final = 70.0  # grey levels; a panel behind text is paler against the page than a bar of a chart
PANEL_AREA_MIN: Final = 0.004  # of the page
COLOURS_MIN: Final = 40  # of 4096, each on some share of the area: a photo, or a wash of colours
COLOUR_SHARE: Final = 0.002
NEAR_PX: Final = 40.0  # between pieces of one drawing
LABEL_PX: Final = 24.0  # between a drawing and its labels
TOUCH_PX: Final = 12.0  # between a line and what it connects
LABEL_WIDTH: Final = 0.25  # of the page, at most
INSIDE: Final = 0.6  # of a text's area within a drawing's hull: part of it
ROUNDS: Final = 4
RULES_MIN: Final = 3  # of a table
ALIGNED_PX: Final = 4.0
BUTTONS_MIN: Final = 3
BUTTON_HEIGHT: Final = 0.08  # of the page, at most
BUTTON_GAP_PX: Final = 30.0
EDGE_ZONE: Final = 0.12  # of the page's height, above and below
TITLE_RATIO: Final = 1.5  # of a title's letters to those of most lines
TITLE_PX: Final = 42.0  # letters this high are a title whatever else there is
TITLE_BOTTOM: Final = 0.6  # of the page's height: a title begins above
TITLE_LINES_RATIO: Final = 0.75  # of the letters of a title's other lines to its largest
TITLE_LINE_GAP: Final = 0.7  # of its letters, between its lines
CORNER_AREA: Final = 0.015  # of the page: a mark, a logo
CORNER: Final = 0.2  # of the page's width and height
DRAWN_FOOT: Final = 0.7  # of the page's height: drawings so small are marks when they are below that
FRAME_PX: Final = 4  # left out around what is on a sheet
SHEET: Final = 0.7  # of the page: a frame larger than that is the page itself


class Kind(StrEnum):
    """What a region is made of, before its role is known."""

    TEXT = "text"
    TITLE = "title"
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


@dataclass
class _Page:
    """What is found on the way."""

    image: Bytes
    ink: Ink
    lines: Texts
    regions: list[Region] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int]:
        return self.image.shape[0], self.image.shape[1]


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
    page = _Page(image, ink, lines_of(_letters(ink, words, image)))
    free = ~ink.letters
    free &= ~_take_buttons(page, free)
    free &= ~_take_panels(page, free)
    lines = _take_title(page, _outside(page.lines, page.regions))
    blocks = in_columns(_take_drawings(page, blocks_of(lines), free, _loose(ink, words)))
    page.regions += [
        Region(box, Kind.TEXT, size) for box, size in zip(blocks.boxes, blocks.size, strict=True)
    ]
    return page.regions


def _sheet(ink: Ink, image: Bytes) -> tuple[int, int, int, int] | None:
    """The inside of a frame around nearly everything, if there is one and it is smaller than the picture."""
    large = ink.frames & (areas(ink.boxes) >= SHEET * image.shape[0] * image.shape[1])
    if not large.any():
        return None
    left, top, right, bottom = (int(edge) for edge in ink.boxes[np.flatnonzero(large)[0]])
    left, top, right, bottom = left + FRAME_PX, top + FRAME_PX, right - FRAME_PX, bottom - FRAME_PX
    written_on = margin_colour(image[top:bottom, left:right]) is not None
    return (left, top, right, bottom) if written_on else None


def _letters(ink: Ink, words: Floats, image: Bytes) -> Floats:
    """Where text stands: the document's words that lie in the open, else what looks like letters."""
    if not len(words):
        return np.asarray(ink.boxes[ink.letters])
    middle = (words[:, :2] + words[:, 2:]) / 2
    shape = image.shape[0], image.shape[1]
    hidden = ink.within(middle, ~ink.letters & ~ink.rules & ~ink.strokes, shape)
    return np.asarray(words[~hidden])


def _loose(ink: Ink, words: Floats) -> Bools:
    """Small pieces that are no text, where the document says what is."""
    if not len(words):
        return np.zeros(len(ink), dtype=bool)
    large = np.maximum(widths(ink.boxes), heights(ink.boxes)) >= LABEL_PX
    return np.asarray(ink.letters & large & (covered(ink.boxes, words + [-4, -4, 4, 4]).sum(axis=1) < 0.3))


def _outside(texts: Texts, regions: list[Region]) -> Texts:
    """Texts that do not lie in a region already found."""
    if not regions or not len(texts):
        return texts
    boxes = np.array([region.box for region in regions])
    return texts.only(covered(texts.boxes, boxes).max(axis=1) < INSIDE)


def _take_buttons(page: _Page, free: Bools) -> Bools:
    """Rows of small frames along the upper or lower edge."""
    height = page.shape[0]
    boxes = page.ink.boxes
    middle = boxes[:, [1, 3]].mean(axis=1) / height
    marginal = (middle < EDGE_ZONE) | (middle > 1 - EDGE_ZONE)
    small = page.ink.frames & (heights(boxes) <= BUTTON_HEIGHT * height) & marginal & free
    where = np.flatnonzero(small)
    linked = same_row(boxes[where]) & (gaps(boxes[where], boxes[where])[0] <= BUTTON_GAP_PX)
    taken = np.zeros(len(page.ink), dtype=bool)
    for group in groups(linked):
        if len(group) >= BUTTONS_MIN:
            taken[where[group]] = True
            page.regions.append(Region(hull(boxes[where[group]]), Kind.BUTTONS))
    return taken


def _take_panels(page: _Page, free: Bools) -> Bools:
    """Pale frames that hold something, and frames full of colours: each is a region of its own."""
    height, width = page.shape
    large = page.ink.frames & free & (areas(page.ink.boxes) >= PANEL_AREA_MIN * height * width)
    filled = page.ink.ink_fill >= 0.5
    taken = np.zeros(len(page.ink), dtype=bool)
    for k in np.flatnonzero(large & filled):
        left, top, right, bottom = (int(edge) for edge in page.ink.boxes[k])
        picture = _many_colours(page.image[top:bottom, left:right])
        if picture or page.ink.contrast[k] < PALE:
            taken[k] = True
            page.regions.append(Region(page.ink.boxes[k], Kind.PICTURE if picture else Kind.PANEL))
    return taken


def _take_title(page: _Page, lines: Texts) -> Texts:
    """The largest line, if it is larger than most and not far down, with those like it close by; the rest."""
    height, width = page.shape
    box, size = lines.boxes, lines.size
    fits = (box[:, 1] < TITLE_BOTTOM * height) & (widths(box) >= 2 * size) & (heights(box) <= 2 * size)
    corner = in_corner(box, width, height)
    fits &= ~corner
    if not fits.any():
        return lines
    first = int(np.argmax(np.where(fits, size, 0)))
    if size[first] < min(TITLE_RATIO * np.median(size[~corner]), TITLE_PX):
        return lines
    across, down = gaps(box, box[first : first + 1])
    chosen = fits & (size >= TITLE_LINES_RATIO * size[first]) & (down[:, 0] <= TITLE_LINE_GAP * size[first])
    chosen &= across[:, 0] <= 0
    chosen[first] = True
    page.regions.append(Region(hull(box[chosen]), Kind.TITLE, float(size[first])))
    return lines.only(~chosen)


def in_corner(boxes: Floats, width: int, height: int, foot: float = 1 - CORNER) -> Bools:
    """Which are small and near a corner of the page, below `foot` of its height or as near to its top."""
    small = areas(boxes) <= CORNER_AREA * width * height
    beside = (boxes[:, 2] < CORNER * width) | (boxes[:, 0] > (1 - CORNER) * width)
    return np.asarray(small & beside & ((boxes[:, 3] < CORNER * height) | (boxes[:, 1] > foot * height)))


def _many_colours(patch: Bytes) -> bool:
    """Whether a patch has the colours of a photo: many of them on a noticeable share of it."""
    bins = (patch[::2, ::2] >> 4).astype(np.uint32)
    counts = np.bincount((bins[..., 0] << 8 | bins[..., 1] << 4 | bins[..., 2]).ravel())
    return int((counts > COLOUR_SHARE * bins[..., 0].size).sum()) >= COLOURS_MIN


def _take_drawings(page: _Page, blocks: Texts, free: Bools, loose: Bools) -> Texts:
    """Pieces near one another with the labels in and around them; what is left of the blocks of text."""
    ink = page.ink
    lines = ink.strokes | ink.rules
    solid = (free & ~lines) | loose
    solid |= free & lines & _touching(ink, lines, solid)
    tables = _tables(ink, free)
    boxes = np.concatenate([ink.boxes[solid], tables])
    if not len(boxes):
        return blocks
    framed = np.concatenate([ink.frames[solid], np.zeros(len(tables), dtype=bool)])
    close = np.where(np.logical_xor.outer(framed, framed), TOUCH_PX, NEAR_PX)
    parts = groups(_near(boxes, close))
    shells = hulls(boxes, parts)
    for _ in range(ROUNDS):
        shells, blocks = _absorb(shells, blocks, page.shape[1])
        joined = groups(_near(shells, LABEL_PX))
        parts = [np.concatenate([parts[k] for k in group]) for group in joined]
        shells = hulls(shells, joined)
    table = np.arange(len(boxes)) >= int(solid.sum())
    for shell, part in zip(shells, parts, strict=True):
        lone_frame = len(part) == 1 and framed[part[0]]
        kind = Kind.TABLE if table[part].all() else Kind.PANEL if lone_frame else Kind.DRAWING
        page.regions.append(Region(shell, kind))
    return blocks


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
    """Hulls of rules across the page with the same ends, (k, 4), with the room of a row above the first."""
    flat = ink.rules & free & (widths(ink.boxes) > heights(ink.boxes))
    rules = ink.boxes[flat]
    ends = np.ones((len(rules), len(rules)), dtype=bool)
    for edge in (0, 2):
        ends &= np.abs(np.subtract.outer(rules[:, edge], rules[:, edge])) <= ALIGNED_PX
    found = []
    for group in groups(ends):
        if len(group) >= RULES_MIN:
            pitch = float(np.median(np.diff(np.sort(rules[group, 1]))))
            found.append(hull(rules[group]) - [0, 0.8 * pitch, 0, 0])
    return np.array(found).reshape(-1, 4)


def _absorb(shells: Floats, blocks: Texts, page_width: int) -> tuple[Floats, Texts]:
    """Drawings grown by the texts that lie in them, or are short and lie near; and the other texts."""
    if not len(blocks):
        return shells, blocks
    across, down = gaps(blocks.boxes, shells)
    short = (widths(blocks.boxes) <= LABEL_WIDTH * page_width) & (heights(blocks.boxes) <= 3 * blocks.size)
    short |= widths(blocks.boxes) <= 1.5 * blocks.size  # written upwards
    belongs = (across <= LABEL_PX) & (down <= LABEL_PX) & short[:, None]
    belongs |= covered(blocks.boxes, shells) >= INSIDE
    grown = shells.copy()
    for k in np.flatnonzero(belongs.any(axis=0)):
        grown[k] = hull(np.concatenate([shells[k : k + 1], blocks.boxes[belongs[:, k]]]))
    return grown, blocks.only(np.asarray(~belongs.any(axis=1)))
