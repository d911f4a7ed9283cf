"""What each region is there for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.attention.proposals.content import Content, content_of
from pipeline.attention.proposals.region import Kind, Region, in_corner
from pipeline.domain import Bytes, Floats, Role

FRAME_PX: Final = 10  # left out around a panel's content: its line, a coloured edge
FORMULA_RATIO: Final = 1.15  # of a formula's letters to those of most texts
FORMULA_LARGE_RATIO: Final = 1.7  # letters so large, alone in a panel, need no equals sign
FORMULA_LINES_MAX: Final = 4
SUBSCRIPT: Final = 0.6  # of a formula's letters: lower ones are no line of their own
FORMULA_LETTERS_MAX: Final = 60
DRAWN_FOOT: Final = 0.7  # of the page's height: small drawings in the corners below are marks
TEXT_FOOT: Final = 0.88  # ... small texts in the corners below that as well
FOOTER: Final = 0.92  # ... and any text below that is a footer
HEADING_TOP: Final = 0.2  # ... and large text above that a title
HEADING_RATIO: Final = 1.4  # of its letters to those of most texts


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
    roles = [
        Role.DECORATION if _is_mark(region, width, height) else _role(region, content, body, height)
        for region, content in zip(regions, contents, strict=True)
    ]
    if Role.TITLE not in roles:
        roles = _with_heading(regions, roles, body, height)
    return [Judged(region.box, role) for region, role in zip(regions, roles, strict=True)]


def _is_mark(region: Region, width: int, height: int) -> bool:
    foot = TEXT_FOOT if region.kind is Kind.TEXT else DRAWN_FOOT
    return bool(in_corner(region.box[None], width, height, foot)[0])


def _with_heading(
    regions: Sequence[Region], roles: list[Role], body_px: float, page_height: int
) -> list[Role]:
    """The roles, a large text at the top made the title: among framed texts it may be the only open one."""
    heads = [
        k
        for k, (region, role) in enumerate(zip(regions, roles, strict=True))
        if role is Role.TEXT
        and region.kind is Kind.TEXT
        and region.size >= HEADING_RATIO * body_px
        and region.box[1] < HEADING_TOP * page_height
    ]
    if not heads:
        return roles
    title = max(heads, key=lambda k: (regions[k].size, -regions[k].box[1]))
    return [Role.TITLE if k == title else role for k, role in enumerate(roles)]


def _body_size(regions: Sequence[Region], contents: Sequence[Content | None]) -> float:
    """Height of the letters of most lines, framed ones included; NaN without any."""
    sizes = [
        content.lines.size
        for region, content in zip(regions, contents, strict=True)
        if content is not None and region.kind in (Kind.TEXT, Kind.PANEL, Kind.TABLE)
    ]
    known = np.concatenate([*sizes, []])
    return float(np.median(known)) if len(known) else np.nan


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
    if region.box[1] > FOOTER * page_height:
        return Role.NAVIGATION
    short = content is not None and len(content.lines) == 1 and content.letters <= FORMULA_LETTERS_MAX // 2
    equation = short and content is not None and content.equation
    return Role.FORMULA if equation and region.size >= FORMULA_RATIO * body_px else Role.TEXT


def _panel_role(content: Content | None, body_px: float) -> Role:
    if content is None or not len(content.lines):
        return Role.FIGURE
    if content.ruled:
        return Role.CHART
    if content.drawn:
        return Role.CHART if content.scaled else Role.FIGURE
    large = FORMULA_RATIO if content.equation else FORMULA_LARGE_RATIO
    rows = int((content.lines.size >= SUBSCRIPT * content.letter_px).sum())
    few = rows <= FORMULA_LINES_MAX and content.letters <= FORMULA_LETTERS_MAX
    return Role.FORMULA if few and content.letter_px >= large * body_px else Role.TEXT
