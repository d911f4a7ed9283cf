"""Which gaze falls into which region: exact cases, properties, and integration line by line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from pipeline.attention.aoi import expected_shares, geometry, hit_probability, hits
from pipeline.domain import Aoi, Overlap, Part, Role, Shape

unit = st.floats(0, 1)
sigmas = st.floats(0.002, 0.5)


def region(*points: tuple[float, float], shape: Shape = Shape.RECTANGLE, weight: float = 1.0) -> Aoi:
    return Aoi("a", "A", Role.TEXT, (Part(points, shape),), weight)


def reshaped(aoi: Aoi, points: list[list[float]] | list[tuple[float, float]]) -> Aoi:
    """A region of a single part with other points."""
    return replace(aoi, parts=(replace(aoi.parts[0], points=tuple((x, y) for x, y in points)),))


@st.composite
def regions(draw: st.DrawFn) -> Aoi:
    """A region of any shape and of sensible size; polygons are star-shaped, hence simple."""
    shape = draw(st.sampled_from(list(Shape)))
    if shape is not Shape.POLYGON:
        left, top = draw(st.floats(0, 0.8)), draw(st.floats(0, 0.8))
        width, height = draw(st.floats(0.02, 0.5)), draw(st.floats(0.02, 0.5))
        return region((left, top), (left + width, top + height), shape=shape)
    radii = draw(st.lists(st.floats(0.05, 0.45), min_size=3, max_size=9))
    angles = 2 * np.pi * np.arange(len(radii)) / len(radii)
    places = 0.5 + np.array(radii) * (np.cos(angles), np.sin(angles))
    return region(*map(tuple, places.T.tolist()), shape=shape)


def one(value: float) -> np.ndarray:
    return np.array([value])


def gaussian(x: float, y: float, sx: float, sy: float, where: shapely.Geometry) -> float:
    """The Gaussian's integral over a shape: line by line, each cut out of the shape by shapely.

    The lines are Gauss-Legendre nodes between the heights of all vertices, so that only rounding errs.
    """
    heights = np.concatenate([shapely.get_coordinates(where)[:, 1], y + sy * np.linspace(-8, 8, 257)])
    heights = np.unique(heights[np.abs(heights - y) <= 8 * sy])
    nodes, weights = np.polynomial.legendre.leggauss(8)
    middle, half = (heights[1:] + heights[:-1])[:, None] / 2, np.diff(heights)[:, None] / 2
    level, weight = (middle + half * nodes).ravel(), (half * weights).ravel()
    across = [[x - 20, x + 20]] * len(level)
    lines = shapely.linestrings(np.stack([across, np.repeat(level[:, None], 2, axis=1)], axis=-1))
    cut, line = shapely.get_parts(shapely.intersection(lines, where), return_index=True)
    cut, line = cut[~shapely.is_empty(cut)], line[~shapely.is_empty(cut)]
    left, _, right, _ = shapely.bounds(cut).T
    chord = np.bincount(line, norm.cdf(right, x, sx) - norm.cdf(left, x, sx), minlength=len(level))
    return float((norm.pdf(level, y, sy) * chord) @ weight)


@pytest.mark.parametrize("corners", [((0.2, 0.3), (0.6, 0.5)), ((0.6, 0.3), (0.2, 0.5))])
def test_a_rectangle_is_given_by_any_two_opposite_corners(corners: tuple[tuple[float, float], ...]) -> None:
    x, y = np.array([0.2, 0.6, 0.4, 0.19, 0.4]), np.array([0.3, 0.5, 0.4, 0.4, 0.51])
    assert hits(x, y, [region(*corners)])[:, 0].tolist() == [True, True, True, False, False]
    np.testing.assert_allclose(geometry(region(*corners)).area, 0.08)


def test_an_ellipse_leaves_out_the_corners_of_its_box() -> None:
    ellipse = region((0.2, 0.2), (0.8, 0.6), shape=Shape.ELLIPSE)
    x, y = (
        np.array([0.5, 0.2, 0.8, 0.5, 0.22, 0.5 + 0.3 * 0.7, 0.5 + 0.3 * 0.71]),
        np.array([0.4, 0.4, 0.4, 0.6, 0.22, 0.4 + 0.2 * 0.7, 0.4 + 0.2 * 0.71]),
    )
    assert hits(x, y, [ellipse])[:, 0].tolist() == [True, True, True, True, False, True, False]
    assert geometry(ellipse).area == pytest.approx(np.pi * 0.3 * 0.2, rel=2e-4)


def test_a_point_in_overlapping_regions_is_in_each() -> None:
    left, right = region((0.0, 0.0), (0.6, 1.0)), region((0.4, 0.0), (1.0, 1.0))
    assert hits(np.array([0.1, 0.5, 0.9]), np.full(3, 0.5), [left, right]).tolist() == [
        [True, False],
        [True, True],
        [False, True],
    ]


def test_lost_gaze_hits_nothing() -> None:
    assert not hits(one(np.nan), one(np.nan), [region((0, 0), (1, 1))]).any()
    assert np.isnan(
        hit_probability(one(np.nan), one(0.5), one(0.1), one(0.1), [region((0, 0), (1, 1))])
    ).all()


@given(regions(), st.floats(0, 1))
def test_the_boundary_belongs_to_the_region(aoi: Aoi, along: float) -> None:
    corners = shapely.get_coordinates(geometry(aoi))
    assert hits(*corners.T, [aoi]).all()
    if aoi.parts[0].shape is Shape.RECTANGLE:  # other edges' points cannot be written exactly in floats
        left, top = corners.min(axis=0)
        bottom = corners[:, 1].max()
        assert hits(one(left), one(np.clip(top + along * (bottom - top), top, bottom)), [aoi]).all()


@given(regions(), st.floats(-2, 2), st.floats(-2, 2), unit, unit, sigmas, sigmas)
def test_moving_region_and_gaze_together_changes_nothing(
    aoi: Aoi, dx: float, dy: float, x: float, y: float, sigma_x: float, sigma_y: float
) -> None:
    moved = reshaped(aoi, [(a + dx, b + dy) for a, b in aoi.parts[0].points])
    here = hit_probability(one(x), one(y), one(sigma_x), one(sigma_y), [aoi])
    there = hit_probability(one(x + dx), one(y + dy), one(sigma_x), one(sigma_y), [moved])
    np.testing.assert_allclose(here, there, atol=1e-4)
    outline = geometry(aoi).boundary
    assume(outline.distance(shapely.Point(x, y)) > 1e-9)
    assert (hits(one(x), one(y), [aoi]) == hits(one(x + dx), one(y + dy), [moved])).all()


@given(unit, unit, st.floats(0.1, 0.9), sigmas, sigmas)
def test_parts_of_the_slide_add_up_to_the_slide(x: float, y: float, cut: float, sx: float, sy: float) -> None:
    whole = region((0, 0), (1, 1))
    below = region((0, 0), (1, 0), (0, 1), shape=Shape.POLYGON)
    above = region((1, 0), (1, 1), (0, 1), shape=Shape.POLYGON)
    left, right = region((0, 0), (cut, 1)), region((cut, 0), (1, 1))
    p = hit_probability(one(x), one(y), one(sx), one(sy), [whole, below, above, left, right])[0]
    assert p[1] + p[2] == pytest.approx(p[0], abs=1e-3)
    assert p[3] + p[4] == pytest.approx(p[0], abs=1e-12)


@given(regions(), st.floats(0.1, 1.0), unit, unit, sigmas, sigmas)
def test_a_region_within_another_has_no_more_of_the_gaze(
    aoi: Aoi, factor: float, x: float, y: float, sx: float, sy: float
) -> None:
    points = np.array(aoi.parts[0].points)
    middle = np.mean(points, axis=0)  # all of our regions are star-shaped about it, or nearly
    inner = reshaped(aoi, (middle + factor * (points - middle)).tolist())
    assume(geometry(aoi).buffer(1e-9).contains(geometry(inner)))
    small, large = hit_probability(one(x), one(y), one(sx), one(sy), [inner, aoi])[0]
    assert -1e-3 <= small <= large + 1e-3 <= 1 + 2e-3


@settings(max_examples=100, deadline=None)
@given(regions(), unit, unit, st.floats(0.03, 0.3), st.floats(0.03, 0.3))
def test_the_probability_is_the_gaussians_integral_over_the_region(
    aoi: Aoi, x: float, y: float, sx: float, sy: float
) -> None:
    expected = gaussian(x, y, sx, sy, geometry(aoi))
    assert hit_probability(one(x), one(y), one(sx), one(sy), [aoi])[0, 0] == pytest.approx(expected, abs=1e-3)


def test_as_the_error_vanishes_the_probability_becomes_the_hit() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 500))
    kite = region((0.1, 0.2), (0.9, 0.21), (0.3, 0.3), (0.5, 0.8), shape=Shape.POLYGON)
    aois = [region((0.2, 0.2), (0.7, 0.9)), region((0.2, 0.2), (0.7, 0.9), shape=Shape.ELLIPSE), kite]
    np.testing.assert_allclose(
        hit_probability(x, y, np.zeros(500), np.zeros(500), aois), hits(x, y, aois), atol=1e-3
    )


def test_the_direction_of_a_polygons_corners_does_not_matter() -> None:
    points = ((0.1, 0.2), (0.9, 0.3), (0.4, 0.8))
    there, back = (region(*p, shape=Shape.POLYGON) for p in (points, points[::-1]))
    p = hit_probability(one(0.4), one(0.4), one(0.1), one(0.2), [there, back])[0]
    assert p[0] == pytest.approx(p[1], abs=1e-12)
    assert p[0] > 0.3


def test_expected_shares_are_weights_over_their_sum() -> None:
    aois = [region((0, 0), (1, 1), weight=weight) for weight in (1.0, 3.0, 0.0)]
    np.testing.assert_allclose(expected_shares(aois), [0.25, 0.75, 0.0])
    assert np.isnan(expected_shares(aois[2:])).all()


def test_a_slide_without_regions_has_no_columns() -> None:
    assert hits(one(0.5), one(0.5), []).shape == (1, 0)
    assert hit_probability(one(0.5), one(0.5), one(0.1), one(0.1), []).shape == (1, 0)


# Parts, times and overlaps


def parts(*outlines: Part, aoi_id: str = "a") -> Aoi:
    return Aoi(aoi_id, "A", Role.TEXT, outlines)


@given(st.lists(regions(), min_size=1, max_size=3), unit, unit, st.floats(0.03, 0.3), st.floats(0.03, 0.3))
@settings(max_examples=60, deadline=None)
def test_parts_that_lie_over_one_another_count_once(
    several: list[Aoi], x: float, y: float, sx: float, sy: float
) -> None:
    whole = parts(*(aoi.parts[0] for aoi in several))
    union = shapely.union_all([geometry(aoi) for aoi in several])
    assert geometry(whole).equals(union) or geometry(whole).symmetric_difference(union).area < 1e-12
    p = hit_probability(one(x), one(y), one(sx), one(sy), [whole])[0, 0]
    assert p == pytest.approx(gaussian(x, y, sx, sy, union), abs=1e-3)
    rng = np.random.default_rng(0)
    places = rng.random((2, 200))
    expected = np.any(hits(*places, several), axis=1)
    assert (hits(*places, [whole])[:, 0] == expected).all()


@given(st.lists(regions(), min_size=2, max_size=4), unit, unit, st.floats(0.03, 0.3), st.floats(0.03, 0.3))
@settings(max_examples=60, deadline=None)
def test_gaze_counts_for_the_topmost_region_only(
    several: list[Aoi], x: float, y: float, sx: float, sy: float
) -> None:
    rng = np.random.default_rng(0)
    places = rng.random((2, 300))
    every, top = hits(*places, several), hits(*places, several, overlap=Overlap.TOPMOST)
    assert (top.sum(axis=1) == every.any(axis=1)).all()
    last = len(several) - 1 - np.argmax(every[:, ::-1], axis=1)
    assert top[np.arange(300), last][every.any(axis=1)].all()
    p = hit_probability(one(x), one(y), one(sx), one(sy), several, overlap=Overlap.TOPMOST)[0]
    outlines = [geometry(aoi) for aoi in several]
    for k, outline in enumerate(outlines):
        free = outline.difference(shapely.union_all(outlines[k + 1 :]))
        assert p[k] == pytest.approx(gaussian(x, y, sx, sy, free), abs=1e-3)


def test_a_region_with_another_in_its_middle_has_a_hole() -> None:
    board, note = region((0.0, 0.0), (1.0, 1.0)), region((0.4, 0.4), (0.6, 0.6))
    around = hit_probability(one(0.5), one(0.5), one(0.1), one(0.1), [board, note], overlap=Overlap.TOPMOST)[
        0
    ]
    both = hit_probability(one(0.5), one(0.5), one(0.1), one(0.1), [board, note])[0]
    assert around[1] == pytest.approx(both[1], abs=1e-12)
    assert around[0] == pytest.approx(both[0] - both[1], abs=1e-12)  # rectangles stay exact
    note_below = hit_probability(
        one(0.5), one(0.5), one(0.1), one(0.1), [note, board], overlap=Overlap.TOPMOST
    )[0]
    np.testing.assert_allclose(note_below, [0.0, both[0]], atol=1e-12)


@given(
    st.lists(st.tuples(*[st.integers(0, 50).map(lambda n: n / 50)] * 4), min_size=1, max_size=4),
    unit,
    unit,
    sigmas,
    sigmas,
)
@settings(deadline=None)
def test_regions_of_rectangles_are_exact(
    corners: list[tuple[float, float, float, float]], x: float, y: float, sx: float, sy: float
) -> None:
    assume(all(a != c and b != d for a, b, c, d in corners))
    whole = parts(*(Part(((a, b), (c, d))) for a, b, c, d in corners))
    # The same by a raster of all the corners' lines: a cell is inside or not.
    xs, ys = (np.unique([r[i] for r in corners] + [r[i + 2] for r in corners]) for i in (0, 1))
    middle_x, middle_y = (xs[:-1] + xs[1:]) / 2, (ys[:-1] + ys[1:]) / 2
    inside = np.array([[hits(one(a), one(b), [whole])[0, 0] for a in middle_x] for b in middle_y])
    mass_x, mass_y = np.diff(norm.cdf((xs - x) / sx)), np.diff(norm.cdf((ys - y) / sy))
    p = hit_probability(one(x), one(y), one(sx), one(sy), [whole])[0, 0]
    assert p == pytest.approx(mass_y @ inside @ mass_x, abs=1e-9)


def test_a_part_counts_only_while_it_is_to_be_seen() -> None:
    first = Part(((0.0, 0.0), (0.5, 1.0)), until_ms=1000.0)
    then = Part(((0.5, 0.0), (1.0, 1.0)), from_ms=1000.0, until_ms=2000.0)
    aois = [parts(first, then), region((0.0, 0.0), (1.0, 1.0))]
    t_ms = np.array([0.0, 999.9, 1000.0, 1999.9, 2000.0] * 2)
    x, y = np.repeat([0.25, 0.75], 5), np.full(10, 0.5)
    expected = [True, True, False, False, False, False, False, True, True, False]
    assert hits(x, y, aois, t_ms=t_ms)[:, 0].tolist() == expected
    sigma = np.full(10, 0.01)
    share = hit_probability(x, y, sigma, sigma, aois, t_ms=t_ms)
    np.testing.assert_allclose(share[:, 0], expected, atol=1e-9)
    np.testing.assert_allclose(share[:, 1], 1.0)
    assert hits(x, y, aois)[:, 0].all()  # where the time is not known, at all times


def test_what_is_covered_for_a_time_is_free_before_and_after() -> None:
    note = parts(Part(((0.4, 0.4), (0.6, 0.6)), from_ms=500.0, until_ms=600.0))
    aois = [region((0.0, 0.0), (1.0, 1.0)), note]
    t_ms, middle, sigma = np.array([0.0, 550.0, 600.0]), np.full(3, 0.5), np.full(3, 0.01)
    assert hits(middle, middle, aois, t_ms=t_ms, overlap=Overlap.TOPMOST).tolist() == [
        [True, False],
        [False, True],
        [True, False],
    ]
    share = hit_probability(middle, middle, sigma, sigma, aois, t_ms=t_ms, overlap=Overlap.TOPMOST)
    np.testing.assert_allclose(share, [[1, 0], [0, 1], [1, 0]], atol=1e-9)


def test_many_places_come_out_as_each_does_alone() -> None:
    # The quadrature works through chunks: every place has to come out as it does alone.
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-0.3, 1.3, (2, 20_000))
    sx, sy = rng.uniform(0.005, 0.2, (2, 20_000))
    kite = region((0.1, 0.2), (0.9, 0.25), (0.3, 0.3), (0.5, 0.8), shape=Shape.POLYGON)
    many = hit_probability(x, y, sx, sy, [kite])[:, 0]
    for i in range(0, 20_000, 1999):
        alone = hit_probability(one(x[i]), one(y[i]), one(sx[i]), one(sy[i]), [kite])[0, 0]
        assert many[i] == pytest.approx(alone, abs=2e-4)
    assert ((many > -1e-3) & (many < 1 + 1e-3)).all()
