"""Regions as pictures: where they are, when, and how few samples a picture misplaces."""

from __future__ import annotations

import numpy as np

from pipeline.attention.aoi import hits
from pipeline.attention.label_map import label_map
from pipeline.domain import Aoi, Overlap, Part, Role, Shape


def _region(*parts: Part) -> Aoi:
    return Aoi("region", "Region", Role.TEXT, parts)


def test_a_picture_has_the_place_and_size_of_its_region() -> None:
    labels = label_map([_region(Part(((0.25, 0.5), (0.5, 1.0))))])
    expected = np.zeros((216, 384), bool)
    expected[108:, 96:192] = True
    assert labels.from_ms.tolist() == [0.0]
    np.testing.assert_array_equal(labels.inside, expected[None, None])


def test_every_change_of_what_is_seen_begins_a_stretch() -> None:
    box = ((0.0, 0.0), (1.0, 1.0))
    labels = label_map([_region(Part(box, from_ms=500.0, until_ms=900.0)), _region(Part(box, from_ms=900.0))])
    assert labels.from_ms.tolist() == [0.0, 500.0, 900.0]
    assert labels.inside.all(axis=(2, 3)).tolist() == [[False, False], [True, False], [False, True]]
    assert not labels.inside[0].any()


def test_of_overlapping_regions_all_or_the_topmost_one() -> None:
    low, top = _region(Part(((0.0, 0.0), (0.5, 0.5)))), _region(Part(((0.25, 0.25), (0.75, 0.75))))
    assert label_map([low, top]).inside.all(axis=1).sum() == 96 * 54
    topmost = label_map([low, top], Overlap.TOPMOST).inside[0]
    assert not topmost.all(axis=0).any()
    assert topmost[1].sum() == 192 * 108


def test_less_than_one_percent_of_samples_are_misplaced() -> None:
    """Eight hexagons and ellipses: is the subcell's middle in the same ones as the place itself?"""
    rng = np.random.default_rng(2)
    turn = np.linspace(0, 2 * np.pi, 7)[:-1]
    aois = []
    for number in range(8):
        x, y = 0.14 + 0.24 * (number % 4), 0.27 + 0.46 * (number // 4)
        across, down = rng.uniform(0.08, 0.12, 6), rng.uniform(0.15, 0.22, 6)
        outline = zip((x + across * np.cos(turn)).tolist(), (y + down * np.sin(turn)).tolist(), strict=True)
        ellipse = Part(((x - 0.1, y - 0.2), (x + 0.1, y + 0.15)), Shape.ELLIPSE)
        aois.append(_region(ellipse if number % 2 else Part(tuple(outline), Shape.POLYGON)))
    x, y = rng.uniform(0, 1, (2, 200_000))
    inside = label_map(aois).inside[0][:, (y * 216).astype(int), (x * 384).astype(int)]
    exact = hits(x, y, aois).T
    assert (inside != exact).any(axis=0).mean() < 0.01
    np.testing.assert_allclose(inside.sum(axis=1), exact.sum(axis=1), rtol=0.005)
