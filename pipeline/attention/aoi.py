"""Regions of a slide: their geometry, and which gaze falls into them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from scipy.special import ndtr, roots_legendre
from shapely.geometry.base import BaseGeometry

from pipeline.domain import Aoi, Bools, Floats, Part, Shape

ELLIPSE_SEGMENTS = 64  # a quarter; the polygon's area is within 0.01 % of the ellipse's
REACH_SIGMAS = 6.0  # beyond this a Gaussian is nothing
NODES, WEIGHTS = roots_legendre(16)  # on [-1, 1]; errors stay below 5e-4 [ran]


def geometry(aoi: Aoi) -> BaseGeometry:
    """The region in slide coordinates, all of its parts. An ellipse becomes a polygon of 256 vertices."""
    outlines = [_outline(part) for part in aoi.parts]
    return outlines[0] if len(outlines) == 1 else shapely.union_all(outlines)


def _outline(part: Part) -> BaseGeometry:
    if part.shape is Shape.POLYGON:
        return shapely.Polygon(part.points)
    left, top, right, bottom = _bounds(part)
    if part.shape is Shape.RECTANGLE:
        return shapely.box(left, top, right, bottom)
    disc = shapely.Point(0, 0).buffer(1, quad_segs=ELLIPSE_SEGMENTS)
    half = np.array([right - left, bottom - top]) / 2
    return shapely.transform(disc, lambda points: points * half + (left + half[0], top + half[1]))


def hits(x: Floats, y: Floats, aois: Sequence[Aoi]) -> Bools:
    """Which points lie in which regions, their boundaries included: (n, k).

    A point in overlapping regions is in each of them.
    """
    inside = np.zeros((len(x), len(aois)), bool)
    for column, aoi in enumerate(aois):
        region = geometry(aoi)
        shapely.prepare(region)
        inside[:, column] = shapely.intersects_xy(region, x, y)
    return inside


def hit_probability(x: Floats, y: Floats, sigma_x: Floats, sigma_y: Floats, aois: Sequence[Aoi]) -> Floats:
    """Share of a Gaussian about each point that lies in each region: (n, k), 0-1.

    That is the probability that gaze measured at the point was in the region, when the measurement errs by
    `sigma_x`, `sigma_y` (n,) in slide units. Exact for rectangles, by quadrature to better than 1e-3 for
    ellipses and simple polygons. NaN where a point or its sigma is.
    """
    centre = np.column_stack([x, y]).astype(float)
    sigma = np.maximum(np.column_stack([sigma_x, sigma_y]).astype(float), 1e-9)
    shares = {Shape.RECTANGLE: _in_rectangle, Shape.ELLIPSE: _in_ellipse, Shape.POLYGON: _in_polygon}
    columns = [
        np.sum([shares[part.shape](part, centre, sigma) for part in aoi.parts], axis=0) for aoi in aois
    ]
    return np.column_stack(columns) if columns else np.zeros((len(centre), 0))


def expected_shares(aois: Sequence[Aoi]) -> Floats:
    """Share of looking that each region is meant to get (k,): its weight over the sum of the weights.

    NaN for all if no region has any weight: then nothing was intended.
    """
    weights = np.array([aoi.weight for aoi in aois], dtype=float)
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(aois), np.nan)


def _bounds(part: Part) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    (left, top), (right, bottom) = np.min(part.points, axis=0), np.max(part.points, axis=0)
    return float(left), float(top), float(right), float(bottom)


def _in_rectangle(part: Part, centre: Floats, sigma: Floats) -> Floats:
    left, top, right, bottom = _bounds(part)
    return _in_box(((left, top) - centre) / sigma, ((right, bottom) - centre) / sigma)


def _in_box(low: Floats, high: Floats) -> Floats:
    """Share of a standard Gaussian between opposite corners (n, 2): it is a product of two."""
    return np.asarray((ndtr(high) - ndtr(low)).prod(axis=1))


def _in_ellipse(part: Part, centre: Floats, sigma: Floats) -> Floats:
    """An upright and a lying strip of the ellipse, less the rectangle in which they cross.

    The corners of that rectangle are where the outline has a slope of one, so that the outline is flat
    over each strip and the integrand smooth, however large the ellipse.
    """
    left, top, right, bottom = _bounds(part)
    half = np.array([right - left, bottom - top]) / 2 / sigma
    middle = (((left + right) / 2, (top + bottom) / 2) - centre) / sigma
    corner = half**2 / np.hypot(*half.T)[:, None]
    strips = _strip(middle, half) + _strip(middle[:, ::-1], half[:, ::-1])
    return strips - _in_box(middle - corner, middle + corner)


def _strip(middle: Floats, half: Floats) -> Floats:
    """Share of a standard Gaussian in the part of an ellipse where, along the first axis, it is flat.

    `middle` and `half` axes are (n, 2). The nodes are spaced by angle, which keeps the ends smooth.
    """
    p0, q0, a, b = middle[:, :1], middle[:, 1:], half[:, :1], half[:, 1:]
    edge = a / np.hypot(a, b)
    start, stop = (np.arccos(np.clip((end - p0) / a, -edge, edge)) for end in (REACH_SIGMAS, -REACH_SIGMAS))
    angle = (start + stop) / 2 + (stop - start) / 2 * NODES
    height = b * np.sin(angle)
    chord = ndtr(q0 + height) - ndtr(q0 - height)
    step = a * np.sin(angle) * (stop - start) / 2
    return np.asarray((_normal(p0 + a * np.cos(angle)) * chord * step) @ WEIGHTS)


def _in_polygon(part: Part, centre: Floats, sigma: Floats) -> Floats:
    """Green's theorem: the share is the integral of Phi(u) phi(v) dv once around the boundary.

    As Phi(u) phi(v) dv = d(Phi(u) Phi(v)) - phi(u) Phi(v) du, each edge may be integrated along the axis
    in which it is longer, where the integrand is smooth.
    """
    corners = (np.array(part.points)[None] - centre[:, None]) / sigma[:, None]  # (n, corners, 2)
    following = np.roll(corners, -1, axis=1)
    flat = np.abs(following - corners)[..., 0] > np.abs(following - corners)[..., 1]
    along = np.where(flat[..., None], corners, corners[..., ::-1])  # [..., 0] is the axis to integrate over
    until = np.where(flat[..., None], following, following[..., ::-1])
    integral = _edge_integral(along, until)
    ends = ndtr(following).prod(axis=2) - ndtr(corners).prod(axis=2)
    return np.asarray(np.abs(np.where(flat, ends - integral, integral).sum(axis=1)))


def _edge_integral(start: Floats, stop: Floats) -> Floats:
    """Integral of phi(p) Phi(q(p)) dp along straight edges; `start`, `stop` are (..., 2) with p first."""
    low = np.clip(start[..., 0], -REACH_SIGMAS, REACH_SIGMAS)
    high = np.clip(stop[..., 0], -REACH_SIGMAS, REACH_SIGMAS)
    length = stop[..., 0] - start[..., 0]
    slope = (stop[..., 1] - start[..., 1]) / np.where(length == 0, 1.0, length)
    p = (low + high)[..., None] / 2 + (high - low)[..., None] / 2 * NODES
    q = start[..., 1, None] + slope[..., None] * (p - start[..., 0, None])
    return np.asarray((_normal(p) * ndtr(q)) @ WEIGHTS * (high - low) / 2)


def _normal(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))
