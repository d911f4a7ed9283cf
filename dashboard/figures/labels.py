"""Where the labels of regions go: outside the region, over no other region and no other label."""

from __future__ import annotations

from collections.abc import Iterator

Box = tuple[float, float, float, float]  # left, top, right, bottom in slide units

CHARACTER_WIDTH = 0.0098  # of 11 px type on a slide 640 px wide
LABEL_HEIGHT = 0.05


def place_labels(regions: list[Box], texts: list[str], *, top: float) -> list[tuple[float, float]]:
    """Top-left corner of each label, in slide units.

    Above the region if that is free, else below, else aligned to its right edge; where nothing is free,
    above all the same. `top` is the highest place a label may have.
    """
    placed: list[Box] = []
    for i, (region, text) in enumerate(zip(regions, texts, strict=True)):
        taken = regions[:i] + regions[i + 1 :] + placed
        options = list(_options(region, len(text) * CHARACTER_WIDTH))
        free = (
            box for box in options if _inside(box, top) and not any(_overlap(box, other) for other in taken)
        )
        placed.append(next(free, options[0]))
    return [(left, up) for left, up, _, _ in placed]


def _options(region: Box, width: float) -> Iterator[Box]:
    left, up, right, down = region
    for x in (left, right - width):
        for y in (up - LABEL_HEIGHT, down):
            yield x, y, x + width, y + LABEL_HEIGHT


def _inside(box: Box, top: float) -> bool:
    left, up, right, down = box
    return left >= 0 and right <= 1 and up >= top and down <= 1


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
