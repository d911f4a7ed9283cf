"""First regions of a slide, proposed from what it shows: a person looks them over and corrects them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import cv2
import numpy as np

from pipeline.attention.proposals.boxes import covered
from pipeline.attention.proposals.order import reading_order
from pipeline.attention.proposals.regions import find_regions
from pipeline.attention.proposals.roles import Judged, judge
from pipeline.domain import Aoi, Bytes, Floats, PageBox, Part, Role

AREA_PX: Final = 1280 * 720  # all lengths of the package are px of a picture this large
PAD_PX: Final = 4.0
AREA_MIN: Final = 0.0006  # of the slide
REGIONS_MAX: Final = 40
WORDS_MAX: Final = 2_500  # of a document's page; time and memory grow with their square
NAME_MAX: Final = 40
ASIDE: Final = (Role.DECORATION, Role.NAVIGATION)
TITLE_WEIGHT: Final = 0.07
WEIGHT: Final = {Role.TEXT: 1.0, Role.FIGURE: 1.0, Role.CHART: 1.1, Role.FORMULA: 1.5}


def propose(image: Bytes, boxes: Sequence[PageBox] = ()) -> tuple[Aoi, ...]:
    """Regions of a slide, in reading order; decoration and navigation last, with no weight.

    Parameters
    ----------
    image : RGB of shape (height, width, 3)
    boxes : where the slide's document says that texts are; without, letters are looked for in the picture

    Returns
    -------
    Rectangles, each with a name, a role and a first weight by role and area; all weights add up to about 1.
    """
    scale = math.sqrt(AREA_PX / (image.shape[0] * image.shape[1]))
    scaled = _resized(image, scale)
    size = np.array([scaled.shape[1], scaled.shape[0]] * 2, dtype=np.float64)
    words = np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes if b.text][:WORDS_MAX]).reshape(-1, 4) * size
    judged = judge(scaled, find_regions(scaled, words))
    judged = [one for one in judged if np.prod(one.box[2:] - one.box[:2]) >= AREA_MIN * AREA_PX]
    judged = sorted(judged, key=lambda one: -np.prod(one.box[2:] - one.box[:2]))[:REGIONS_MAX]
    return _as_aois(_in_order(judged), size, boxes)


def _resized(image: Bytes, scale: float) -> Bytes:
    if abs(scale - 1) < 0.01:
        return image
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(
        cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    )


def _in_order(judged: list[Judged]) -> list[Judged]:
    if not judged:
        return []
    ordered = [judged[k] for k in reading_order(np.array([one.box for one in judged]))]
    rank = {Role.TITLE: 0, Role.DECORATION: 2, Role.NAVIGATION: 2}
    return sorted(ordered, key=lambda one: rank.get(one.role, 1))


def _as_aois(judged: list[Judged], size: Floats, boxes: Sequence[PageBox]) -> tuple[Aoi, ...]:
    weights = _weights(judged, size)
    count: dict[Role, int] = {}
    aois: list[Aoi] = []
    for place, (one, weight) in enumerate(zip(judged, weights, strict=True), 1):
        count[one.role] = count.get(one.role, 0) + 1
        box = ((one.box + np.array([-PAD_PX, -PAD_PX, PAD_PX, PAD_PX])) / size).clip(0, 1).round(4)
        aside = one.role in ASIDE
        aois.append(
            Aoi(
                f"{one.role}-{count[one.role]}",
                _name(one, count[one.role], size, boxes),
                one.role,
                (Part(((float(box[0]), float(box[1])), (float(box[2]), float(box[3])))),),
                weight=weight,
                required=False,
                order=None if aside else place,
            )
        )
    return tuple(aois)


def _weights(judged: Sequence[Judged], size: Floats) -> list[float]:
    """A title a little, the others by role and the root of their area; decoration and navigation none."""
    raw = [WEIGHT.get(one.role, 0.0) * math.sqrt(float(np.prod(one.box[2:] - one.box[:2]))) for one in judged]
    titled = any(one.role is Role.TITLE for one in judged)
    share = (1 - TITLE_WEIGHT * titled) / (sum(raw) or 1.0)
    return [
        TITLE_WEIGHT if one.role is Role.TITLE else round(value * share, 2)
        for one, value in zip(judged, raw, strict=True)
    ]


def _name(one: Judged, number: int, size: Floats, boxes: Sequence[PageBox]) -> str:
    """The first words of the text in it, where the document says so; else role and number."""
    words = _shortened(_texts_in(one.box / size, boxes)) if one.role in (Role.TITLE, Role.TEXT) else ""
    return words or f"{one.role.capitalize()} {number}"


def _texts_in(box: Floats, boxes: Sequence[PageBox]) -> Iterable[str]:
    texts = [each for each in boxes if each.text]
    if not texts:
        return []
    inside = covered(np.array([(b.x0, b.y0, b.x1, b.y1) for b in texts]), box[None])[:, 0] > 0.6
    return [each.text or "" for each, chosen in zip(texts, inside, strict=True) if chosen]


def _shortened(texts: Iterable[str]) -> str:
    """Whole words, at most NAME_MAX characters of what can be printed."""
    name = ""
    for word in (word for text in texts for word in text.split()):
        word = "".join(c for c in word if c.isprintable())
        if not any(c.isalnum() for c in word) and not name:
            continue
        if len(name) + len(word) >= NAME_MAX:
            return (name or word[: NAME_MAX - 1]).rstrip(".,;:") + "…"
        name = f"{name} {word}".strip()
    return name
