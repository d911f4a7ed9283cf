"""Fixations put to regions: 1 M fixations, 40 slides, 8 polygons each, hits and hit probabilities.

Beside it, in the same run and on the same fixations, plain shapely: every polygon asked for every point,
as analyses usually do; it knows no probabilities.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from pipeline.attention.aoi import geometry, hit_probability, hits
from pipeline.domain import Aoi, Bools, Floats, Part, Role, Shape

FIXATIONS = 1_000_000
SLIDES = 40
REGIONS = 8
CORNERS = 6
RUNS = 3
LOOP_FIXATIONS = 20_000  # one by one takes too long for all of them


def run() -> dict[str, Any]:
    """Seconds for all fixations, and the usual ways beside."""
    rng = np.random.default_rng(0)
    lesson = [hexagons(rng) for _ in range(SLIDES)]
    slide = rng.integers(0, SLIDES, FIXATIONS)
    place = np.clip(rng.normal(0.5, 0.3, (2, FIXATIONS)), -0.2, 1.2)
    # A class with webcams: 1 to 3 deg, on a slide that fills a laptop's screen.
    sigma = rng.uniform(1.0, 3.0, 30)[rng.integers(0, 30, FIXATIONS)] * rng.normal(1, 0.03, FIXATIONS)
    sigma_xy = sigma * np.array([[0.03], [0.053]])
    both_s = [_timed(lambda: assign(lesson, slide, place, sigma_xy)) for _ in range(RUNS)]
    hits_s = _timed(lambda: _ask(lesson, slide, place, hits))
    vectorised_s = _timed(lambda: _ask(lesson, slide, place, _shapely))
    one_by_one_s = _timed(lambda: _loop(lesson, slide[:LOOP_FIXATIONS], place[:, :LOOP_FIXATIONS]))
    one_by_one_s *= FIXATIONS / LOOP_FIXATIONS
    return {
        "fixations": FIXATIONS, "slides": SLIDES, "regions": REGIONS, "corners": CORNERS,
        "hits_and_probabilities_s": round(min(both_s), 3),
        "goal_s": 1.0,
        "hits_s": round(hits_s, 3),
        "shapely_vectorised_hits_s": round(vectorised_s, 3),
        "shapely_one_by_one_hits_s": round(one_by_one_s, 1),
        "hits_faster_than_vectorised": round(vectorised_s / hits_s, 1),
        "hits_faster_than_one_by_one": round(one_by_one_s / hits_s),
    }  # fmt: skip


def assign(
    lesson: Sequence[Sequence[Aoi]], slide: Floats, place: Floats, sigma: Floats
) -> tuple[Bools, Floats]:
    """Hits and hit probabilities (n, k) of fixations on the slides of a lesson."""
    inside, share = np.zeros((len(slide), REGIONS), bool), np.zeros((len(slide), REGIONS))
    for number, rows in enumerate(_rows_by_slide(slide, len(lesson))):
        (x, y), (sx, sy) = place[:, rows], sigma[:, rows]
        inside[rows] = hits(x, y, lesson[number])
        share[rows] = hit_probability(x, y, sx, sy, lesson[number])
    return inside, share


def hexagons(rng: np.random.Generator) -> tuple[Aoi, ...]:
    """Eight irregular hexagons in two rows."""
    regions = []
    for number in range(REGIONS):
        middle = 0.14 + 0.24 * (number % 4), 0.27 + 0.46 * (number // 4)
        angle = 2 * np.pi * (np.arange(CORNERS) + rng.uniform(-0.2, 0.2, CORNERS)) / CORNERS
        radius = rng.uniform(0.8, 1.1, CORNERS)
        x, y = middle[0] + 0.11 * radius * np.cos(angle), middle[1] + 0.2 * radius * np.sin(angle)
        points = tuple(zip(x.tolist(), y.tolist(), strict=True))
        regions.append(Aoi(f"region-{number}", f"Region {number}", Role.TEXT, (Part(points, Shape.POLYGON),)))
    return tuple(regions)


def _rows_by_slide(slide: Floats, count: int) -> list[Any]:
    order = np.argsort(slide, kind="stable")
    return np.split(order, np.searchsorted(slide[order], np.arange(1, count)))


def _ask(lesson: Sequence[Sequence[Aoi]], slide: Floats, place: Floats, way: Any) -> None:
    for number, rows in enumerate(_rows_by_slide(slide, len(lesson))):
        way(*place[:, rows], lesson[number])


def _shapely(x: Floats, y: Floats, aois: Sequence[Aoi]) -> None:
    for aoi in aois:
        region = geometry(aoi)
        shapely.prepare(region)
        shapely.contains_xy(region, x, y)


def _loop(lesson: Sequence[Sequence[Aoi]], slide: Floats, place: Floats) -> None:
    regions = [[geometry(aoi) for aoi in aois] for aois in lesson]
    for number, x, y in zip(slide, *place, strict=True):
        point = shapely.Point(x, y)
        for region in regions[number]:
            region.contains(point)


def _timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
