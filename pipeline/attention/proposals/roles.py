"""What each region is there for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.attention.proposals.content import Content, content_of
from pipeline.attention.proposals.regions import Kind, Region, in_corner
from pipeline.domain import Bytes, Floats, Role

FRAME_PX: Final = 10  # left out around a panel's content: its line, a coloured edge
FORMULA_RATIO: Final = 1.15  # of a formula's letters to those of most texts
FORMULA_LARGE_RATIO: Final = 1.7  # letters so large, alone in a panel, need no equals sign
FORMULA_LINES_MAX: Final = 4
FOOT: Final = 0.92  # of the page's height: text below is a footer


@dataclass(frozen=True)
class Judged:
    """A box (4,) in px and its role."""

    box: Floats
    role: Role


def judge(image: Bytes, regions: Sequence[Region]) -> list[Judged]:
    """The regions of an RGB picture with their roles."""
    contents = [
        content_of(image, region.box, FRAME_PX if region.kind is Kind.PANEL else 0) for region in regions
    ]
    body = _body_size(regions, contents)
    height, width = image.shape[:2]
    corner = in_corner(np.array([region.box for region in regions]).reshape(-1, 4), width, height)
    return [
        Judged(region.box, Role.DECORATION if aside else _role(region, content, body, height))
        for region, content, aside in zip(regions, contents, corner, strict=True)
    ]


def _body_size(regions: Sequence[Region], contents: Sequence[Content | None]) -> float:
    """Height of the letters of most blocks of text, framed ones included."""
    sizes = [
        content.letter_px if region.kind is Kind.PANEL and content else region.size
        for region, content in zip(regions, contents, strict=True)
        if region.kind is not Kind.TITLE
    ]
    known = [size for size in sizes if np.isfinite(size)]
    return float(np.median(known)) if known else np.nan


def _role(region: Region, content: Content | None, body_px: float, page_height: int) -> Role:
    match region.kind:
        case Kind.TITLE:
            return Role.TITLE
        case Kind.BUTTONS:
            return Role.NAVIGATION
        case Kind.TABLE:
            return Role.CHART
        case Kind.PICTURE:
            return Role.FIGURE
        case Kind.DRAWING:
            return Role.CHART if content and content.scaled else Role.FIGURE
        case Kind.PANEL:
            return _panel_role(content, body_px)
    if region.box[1] > FOOT * page_height:
        return Role.NAVIGATION
    equation = content is not None and content.equation and len(content.lines) == 1
    return Role.FORMULA if equation and region.size >= FORMULA_RATIO * body_px else Role.TEXT


def _panel_role(content: Content | None, body_px: float) -> Role:
    if content is None or not len(content.lines):
        return Role.FIGURE
    if content.ruled:
        return Role.CHART
    if content.drawn:
        return Role.CHART if content.scaled else Role.FIGURE
    large = FORMULA_RATIO if content.equation else FORMULA_LARGE_RATIO
    few = len(content.lines) <= FORMULA_LINES_MAX
    return Role.FORMULA if few and content.letter_px >= large * body_px else Role.TEXT
