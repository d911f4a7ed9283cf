"""What stands out from the ground of a picture, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from pipeline.attention.proposals.boxes import areas, heights, widths
from pipeline.domain import Bools, Bytes, Floats

CONTRAST_MIN: Final = 7.0  # grey levels between a pale panel and the paper; more where the paper is noisy
CLEAR: Final = 20.0  # grey levels; what differs less counts only where an area does
FAINT_PX: Final = 7  # side of such an area
NOISE_FACTOR: Final = 4.0
PIECES_MAX: Final = 2_500  # the largest are kept: more is texture
SPECK_PX: Final = 3  # what is smaller both ways is dust
RULE_PX: Final = 5.0  # a line on a page is thinner
RULE_LENGTH_PX: Final = 60.0
STROKE_PX: Final = 9.0  # an arrow's line is thinner, its head not much wider
HEAD_PX: Final = 26.0
RECTANGLE_FILL: Final = 0.86  # of its bounding box; an ellipse fills 0.79
SIDE_COVER: Final = 0.55  # of the left and right side of a rectangle, which may be half circles
TOP_COVER: Final = 0.78  # of its upper and lower side: bold words cover less
TOP_DEPTH_PX: Final = 3
EDGE_DEPTH: Final = 0.12  # of the shorter side: so far in an edge is looked for
MARGIN: Final = 0.02  # of the picture: the ground is looked for here first
MARGIN_SHARE: Final = 0.4
WASH_SAMPLES: Final = 60  # along the shorter side
WASH_LEVELS: Final = 10.0  # grey levels that a colour of the ground may be off its fit
FRAME_WIDTH_PX: Final = 55.0
FRAME_HEIGHT_PX: Final = 25.0
LETTER_MAX_PX: Final = 95.0
SOLID_PX: Final = 20.0  # shapes larger than this and filled are no letters, however bold
SOLID_FILL: Final = 0.72


@dataclass(frozen=True)
class Ink:
    """Connected pieces that differ from the ground, from outside: what lies within a piece is not listed.

    For n pieces: `boxes` (n, 4) px; `outline_fill`, `ink_fill`, `solid_fill` (n,) shares of the box within
    the outline, of pixels that differ at all, and of those that differ half as much as most or more;
    `contrast` (n,) grey levels between ground and the piece's middle value; `straight` (n,) whether all four
    sides of the box are drawn; `length` and `thickness` (n,) of the tightest turned box; `outlines` as OpenCV
    gives them; `mask` (height, width) is 1 where pixels differ.
    """

    boxes: Floats
    outline_fill: Floats
    ink_fill: Floats
    solid_fill: Floats
    contrast: Floats
    straight: Bools
    length: Floats
    thickness: Floats
    outlines: tuple[Any, ...]
    mask: Bytes

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def rules(self) -> Bools:
        """Lines across or down the page."""
        width, height = widths(self.boxes), heights(self.boxes)
        return np.asarray(
            (np.minimum(width, height) <= RULE_PX) & (np.maximum(width, height) >= RULE_LENGTH_PX)
        )

    @property
    def strokes(self) -> Bools:
        """Single lines and arrows in other directions."""
        slender = (self.thickness <= HEAD_PX) & (
            self.length >= np.maximum(3 * self.thickness, RULE_LENGTH_PX)
        )
        lean = self.ink_fill * areas(self.boxes) <= STROKE_PX * self.length
        return np.asarray(slender & lean & ~self.frames & ~self.rules)

    @property
    def frames(self) -> Bools:
        """Rectangles large enough to hold text, filled or drawn as an outline."""
        large = (widths(self.boxes) >= FRAME_WIDTH_PX) & (heights(self.boxes) >= FRAME_HEIGHT_PX)
        return np.asarray(large & (self.outline_fill >= RECTANGLE_FILL) & self.straight)

    @property
    def letters(self) -> Bools:
        """What is as high as letters can be, joined or single, and none of the above."""
        width, height = widths(self.boxes), heights(self.boxes)
        fits = height <= LETTER_MAX_PX
        solid = (np.minimum(width, height) >= SOLID_PX) & (self.solid_fill >= SOLID_FILL)
        return np.asarray(fits & ~solid & ~self.frames & ~self.rules & ~self.strokes)

    def within(self, points: Floats, pieces: Bools, shape: tuple[int, int]) -> Bools:
        """Whether each point (m, 2) lies within the outline of one of these pieces."""
        canvas = np.zeros(shape, dtype=np.uint8)
        chosen = [outline for outline, wanted in zip(self.outlines, pieces, strict=True) if wanted]
        cv2.drawContours(canvas, chosen, -1, 1, cv2.FILLED)
        x = points[:, 0].astype(int).clip(0, shape[1] - 1)
        y = points[:, 1].astype(int).clip(0, shape[0] - 1)
        return np.asarray(canvas[y, x] > 0)


def ground(image: Bytes) -> Bytes:
    """What an RGB picture (height, width, 3) is drawn on, of the same shape.

    The colour of its margin; or, if that has many, a smooth wash: the margin's colours carried on as a
    quadratic surface, twice fitted again to what agrees with it.
    """
    colour = margin_colour(image)
    return _wash(image) if colour is None else np.broadcast_to(colour, image.shape)


def margin_colour(image: Bytes) -> Bytes | None:
    """The colour (3,) of most pixels along the margin, by their leading bits, if so many have one."""
    pixels = image[_margin(image)]
    key = (pixels >> 3).astype(np.uint32) @ np.array([1024, 32, 1], dtype=np.uint32)
    counts = np.bincount(key)
    if counts.max() < MARGIN_SHARE * len(key):
        return None
    return np.asarray(pixels[key == counts.argmax()].mean(axis=0).round().astype(np.uint8))


def _margin(image: Bytes) -> Bools:
    depth = max(1, round(MARGIN * min(image.shape[:2])))
    margin = np.ones(image.shape[:2], dtype=bool)
    margin[depth:-depth, depth:-depth] = False
    return margin


def _wash(image: Bytes) -> Bytes:
    height, width = image.shape[:2]
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    terms = np.stack(np.broadcast_arrays(1.0, x, y, x * x, x * y, y * y), axis=-1)
    step = max(1, min(height, width) // WASH_SAMPLES)
    some, colours = terms[::step, ::step], image[::step, ::step].astype(np.float64)
    chosen = _margin(image)[::step, ::step]
    for _ in range(3):
        surface = np.linalg.lstsq(some[chosen], colours[chosen], rcond=None)[0]
        chosen = np.abs(some @ surface - colours).max(axis=-1) < WASH_LEVELS
        if chosen.sum() < WASH_SAMPLES:
            break
    return np.asarray((terms @ surface).clip(0, 255).round().astype(np.uint8))


def find_ink(image: Bytes) -> Ink:
    """The pieces of an RGB picture (height, width, 3)."""
    difference = cv2.absdiff(image, np.ascontiguousarray(ground(image))).max(axis=2)
    near = difference[difference < 2 * CONTRAST_MIN]
    threshold = max(CONTRAST_MIN, NOISE_FACTOR * float(near.std())) if near.size else CONTRAST_MIN
    mask = _without_crumbs(difference, threshold)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return _measured(sorted(outlines, key=cv2.contourArea, reverse=True)[:PIECES_MAX], mask, difference)


def _without_crumbs(difference: Bytes, threshold: float) -> Bytes:
    """1 where pixels differ clearly, or faintly over an area: not the crumbs that JPEG leaves at letters."""
    faint = (difference > threshold).astype(np.uint8)
    areas_of_it = cv2.morphologyEx(faint, cv2.MORPH_OPEN, np.ones((FAINT_PX, FAINT_PX), dtype=np.uint8))
    clear = (difference > max(CLEAR, threshold)).astype(np.uint8)
    return np.maximum(np.asarray(areas_of_it, dtype=np.uint8), clear)


def _measured(outlines: Sequence[Any], mask: Bytes, difference: Bytes) -> Ink:
    kept: list[Any] = []
    rows: list[tuple[float, ...]] = []
    for outline in outlines:
        x, y, width, height = cv2.boundingRect(outline)
        if max(width, height) < SPECK_PX:
            continue
        area = float(width * height)
        inked = mask[y : y + height, x : x + width] > 0
        sides = cv2.minAreaRect(outline)[1]
        enclosed = cv2.contourArea(outline) + 0.5 * cv2.arcLength(outline, True) + 1
        patch = difference[y : y + height, x : x + width]
        level = float(np.median(patch[inked]))
        fills = min(enclosed / area, 1.0), float(inked.mean()), float((patch > level / 2).mean())
        turned = max(sides) + 1, min(sides) + 1
        rows.append((x, y, x + width, y + height, *fills, level, _straight(inked), *turned))
        kept.append(outline)
    table = np.array(rows, dtype=np.float64).reshape(-1, 11)
    outline, ink, solid, level, straight, length, thickness = table[:, 4:].T
    return Ink(table[:, :4], outline, ink, solid, level, straight > 0, length, thickness, tuple(kept), mask)


def _straight(inked: Bools) -> bool:
    """Whether all four sides of a patch are drawn, but for round corners."""
    depth = max(3, round(EDGE_DEPTH * min(inked.shape)))
    across = min(inked[:TOP_DEPTH_PX].any(axis=0).mean(), inked[-TOP_DEPTH_PX:].any(axis=0).mean())
    down = min(inked[:, :depth].any(axis=1).mean(), inked[:, -depth:].any(axis=1).mean())
    return bool(across >= TOP_COVER and down >= SIDE_COVER)
