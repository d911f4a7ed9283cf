"""Regions of a slide: their geometry, and which gaze falls into them.

A region is where any of its parts is, so parts that lie over one another never count twice. Which region
gaze counts for where several do is the slide's `Overlap` rule, for hits and probabilities alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.special import ndtr, roots_legendre
from shapely.geometry.base import BaseGeometry

from pipeline.domain import Aoi, Bools, Floats, Overlap, Part, Shape

ELLIPSE_SEGMENTS = 64  # a quarter; the polygon's area is within 0.01 % of the ellipse's
REACH_SIGMAS = 4.0  # quadrature leaves out what lies beyond: 6e-5 of a Gaussian
ELLIPSE_NODES, ELLIPSE_WEIGHTS = roots_legendre(16)
CHUNK = 32_768  # numbers that stay in a processor's cache
THREADS_FROM = 20_000  # points; fewer are done before a thread has started

Singles = NDArray[np.float32]
Scene = tuple[tuple[Part, ...], ...]  # the parts of each region that are to be seen together


def geometry(aoi: Aoi) -> BaseGeometry:
    """The region in slide coordinates, all of its parts. An ellipse becomes a polygon of 256 vertices."""
    outlines = [_outline(part) for part in aoi.parts]
    return outlines[0] if len(outlines) == 1 else shapely.union_all(outlines)


def hits(
    x: Floats,
    y: Floats,
    aois: Sequence[Aoi],
    *,
    t_ms: Floats | None = None,
    overlap: Overlap = Overlap.ALL,
) -> Bools:
    """Which points lie in which regions, their boundaries included: (n, k).

    Parameters
    ----------
    x, y : (n,) slide coordinates; NaN hits nothing
    aois : the slide's k regions, the last on top
    t_ms : (n,) time since this showing of the slide began, for parts that are seen for a time only; without
        it they count at all times
    overlap : for which region a point counts where several lie over one another
    """
    inside = np.zeros((len(x), len(aois)), bool)
    for column, aoi in enumerate(aois):
        for part in aoi.parts:
            inside[:, column] |= _in_part(part, x, y) & _seen(part, t_ms)
    return _uncovered(inside) if overlap is Overlap.TOPMOST else inside


def hit_probability(
    x: Floats,
    y: Floats,
    sigma_x: Floats,
    sigma_y: Floats,
    aois: Sequence[Aoi],
    *,
    t_ms: Floats | None = None,
    overlap: Overlap = Overlap.ALL,
) -> Floats:
    """Share of a Gaussian about each point that lies in each region: (n, k), 0-1.

    That is the probability that gaze measured at the point was in the region, when the measurement errs by
    `sigma_x`, `sigma_y` (n,) in slide units. Exact for regions made of rectangles; by quadrature to better
    than 1e-3 for ellipses and simple polygons. NaN where a point or its sigma is. The other parameters are
    those of `hits`.
    """
    place = np.stack([x, y]).astype(float)
    sigma = np.maximum(np.stack([sigma_x, sigma_y]).astype(float), 1e-9)
    share = np.zeros((len(aois), len(x))).T  # a region's column lies together
    for chosen, seen in _scenes(aois, t_ms, len(x)):
        here = place[:, chosen], sigma[:, chosen]
        for column, found in enumerate(_each(_disjoint(seen, overlap), *here)):
            share[chosen, column] = found
    share[~np.isfinite(place + sigma).all(axis=0)] = np.nan
    return share


def expected_shares(aois: Sequence[Aoi]) -> Floats:
    """Share of looking that each region is meant to get (k,): its weight over the sum of the weights.

    NaN for all if no region has any weight: then nothing was intended.
    """
    weights = np.array([aoi.weight for aoi in aois], dtype=float)
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(aois), np.nan)


@lru_cache(maxsize=4096)
def _outline(part: Part) -> BaseGeometry:
    """Prepared for many questions."""
    outline = _drawn(part)
    shapely.prepare(outline)
    return outline


def _drawn(part: Part) -> BaseGeometry:
    if part.shape is Shape.POLYGON:
        return shapely.Polygon(part.points)
    left, top, right, bottom = _bounds(part)
    if part.shape is Shape.RECTANGLE:
        return shapely.box(left, top, right, bottom)
    disc = shapely.Point(0, 0).buffer(1, quad_segs=ELLIPSE_SEGMENTS)
    half = np.array([right - left, bottom - top]) / 2
    return shapely.transform(disc, lambda points: points * half + (left + half[0], top + half[1]))


def _bounds(part: Part) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    xs, ys = zip(*part.points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


# Hits


def _in_part(part: Part, x: Floats, y: Floats) -> Bools:
    left, top, right, bottom = _bounds(part)
    if part.shape is Shape.ELLIPSE:
        across, down = (2 * x - left - right) / (right - left), (2 * y - top - bottom) / (bottom - top)
        return np.asarray(across**2 + down**2 <= 1 + 1e-12)  # points on the outline are rounded
    inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    if part.shape is Shape.RECTANGLE:
        return np.asarray(inside)
    near = np.flatnonzero(inside)  # looking closer takes longer
    inside[near] = shapely.intersects_xy(_outline(part), x[near], y[near])
    return np.asarray(inside)


def _seen(part: Part, t_ms: Floats | None) -> Bools | bool:
    """Whether the part was to be seen at each of the times."""
    return True if t_ms is None else np.asarray((t_ms >= part.from_ms) & (t_ms < part.until_ms))


def _uncovered(inside: Bools) -> Bools:
    """Hits of the last region that was hit only."""
    above = np.logical_or.accumulate(inside[:, ::-1], axis=1)[:, ::-1]
    free = inside.copy()
    free[:, :-1] &= ~above[:, 1:]
    return free


# Regions as pieces that do not overlap


@dataclass(frozen=True)
class _Pieces:
    """A region in disjoint pieces: whole ellipses, and the straight edges of everything else.

    `corners` (2, v) are x and y, `edges` (2, e) the corners where each starts and stops; the region lies to
    their left (x right, y up).
    """

    ellipses: tuple[Part, ...]
    corners: Floats
    edges: NDArray[np.intp]


def _scenes(
    aois: Sequence[Aoi], t_ms: Floats | None, count: int
) -> Iterator[tuple[NDArray[np.intp] | slice, Scene]]:
    """The parts of each region that are to be seen together, and which points fall into that time."""
    times = sorted({time for aoi in aois for part in aoi.parts for time in (part.from_ms, part.until_ms)})
    if t_ms is None or times in ([], [0.0, np.inf]):
        yield slice(None), tuple(aoi.parts for aoi in aois)
        return
    scene = np.searchsorted(times, t_ms, "right")
    for number in np.unique(scene):
        now = times[number - 1] if number else -np.inf
        seen = tuple(tuple(part for part in aoi.parts if part.from_ms <= now < part.until_ms) for aoi in aois)
        yield np.flatnonzero(scene == number), seen


@lru_cache(maxsize=1024)
def _disjoint(regions: Scene, overlap: Overlap) -> tuple[_Pieces, ...]:
    """Each region's parts without what other parts of it, or regions on top of it, have already."""
    pieces = []
    above: list[BaseGeometry] = []
    for parts in reversed(regions):
        taken = list(above) if overlap is Overlap.TOPMOST else []
        outlines = [_outline(part) for part in parts]
        ellipses, rest = [], []
        for part, outline in zip(parts, outlines, strict=True):
            left_over = _without(outline, taken)
            if part.shape is Shape.ELLIPSE and left_over is outline:
                ellipses.append(part)
            else:
                rest.append(left_over)
            taken.append(outline)
        pieces.append(_Pieces(tuple(ellipses), *_boundary(rest)))
        above += outlines
    return tuple(pieces[::-1])


def _without(outline: BaseGeometry, taken: list[BaseGeometry]) -> BaseGeometry:
    """The outline itself if nothing of it is taken."""
    over = [other for other in taken if outline.intersects(other)]
    return shapely.difference(outline, shapely.union_all(over)) if over else outline


def _boundary(regions: list[BaseGeometry]) -> tuple[Floats, NDArray[np.intp]]:
    """Corners and edges of `_Pieces`: outer rings counter-clockwise (x right, y up), holes the other way."""
    polygons = shapely.get_parts(regions)
    rings = shapely.get_rings(shapely.orient_polygons(polygons))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.flatnonzero(np.diff(ring) == 0)
    different, number = np.unique(corners, axis=0, return_inverse=True)
    return different.T, np.stack([number[start], number[start + 1]])


# Probabilities


def _each(regions: Sequence[_Pieces], place: Floats, sigma: Floats) -> Iterator[Floats]:
    """Share of the Gaussians in each region; of many, regions side by side: numpy lets go of the lock."""
    if place.shape[1] < THREADS_FROM or len(regions) < 2:
        yield from (_share_in(region, place, sigma) for region in regions)
        return
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        yield from workers.map(lambda region: _share_in(region, place, sigma), regions)


def _share_in(pieces: _Pieces, place: Floats, sigma: Floats) -> Floats:
    """Share of the Gaussians (2, n) in a region."""
    share = np.zeros(place.shape[1])
    for part in pieces.ellipses:
        share += _in_ellipse(part, place, sigma)
    (x0, y0), (x1, y1) = pieces.corners[:, pieces.edges].transpose(1, 0, 2)
    upright, oblique = pieces.edges[:, x0 == x1], pieces.edges[:, (x0 != x1) & (y0 != y1)]
    if not oblique.size:
        return share + _along_upright_edges(pieces.corners, upright, place, sigma)
    low, high = pieces.corners.min(axis=1)[:, None], pieces.corners.max(axis=1)[:, None]
    off = np.abs(place - (low + high) / 2)
    near = np.flatnonzero((off < (high - low) / 2 + REACH_SIGMAS * sigma).all(axis=0))
    place, sigma = place[:, near], sigma[:, near]
    share[near] += _along_upright_edges(pieces.corners, upright, place, sigma)
    share[near] += _along_oblique_edges(pieces.corners, oblique, place, sigma)
    return share


def _along_upright_edges(corners: Floats, edges: NDArray[np.intp], place: Floats, sigma: Floats) -> Floats:
    """The integral of Phi(u) phi(v) dv along edges of one u each; along level ones it is nothing."""
    share = np.zeros(place.shape[1])
    for (x, y0), (_, y1) in corners.T[edges.T]:
        u, v0, v1 = ((end - place[axis]) / sigma[axis] for end, axis in ((x, 0), (y0, 1), (y1, 1)))
        share += ndtr(u) * (ndtr(v1) - ndtr(v0))
    return share


def _along_oblique_edges(corners: Floats, edges: NDArray[np.intp], place: Floats, sigma: Floats) -> Floats:
    """What oblique edges add to the share, by Green's theorem: the integral of Phi(u) phi(v) dv along them.

    As Phi(u) phi(v) dv = d(Phi(u) Phi(v)) - phi(u) Phi(v) du, each edge is integrated along the axis in
    which it is longer, where the integrand is smooth. In single precision, which keeps 1e-6.
    """
    ends, middle, scale = (np.asarray(values, np.float32) for values in (corners, place, 1 / sigma))
    share = np.zeros(place.shape[1])
    size = max(1, CHUNK // edges.shape[1])
    for first in range(0, len(share), size):
        chunk = slice(first, first + size)
        u, v = (ends[:, :, None] - middle[:, None, chunk]) * scale[:, None, chunk]
        below = _twice_cumulative(u.copy()) * _twice_cumulative(v.copy())
        (u0, u1), (v0, v1), (below0, below1) = (values[edges] for values in (u, v, below))
        flat = np.abs(u1 - u0) > np.abs(v1 - v0)
        along = np.where(flat, u0, v0), np.where(flat, u1, v1)
        across = np.where(flat, v0, u0), np.where(flat, v1, u1)
        integral = _edge_integral(*along, *across)
        share[chunk] = np.where(flat, (below1 - below0) / 4 - integral, integral).sum(axis=0)
    return share


def _edge_integral(p0: Singles, p1: Singles, q0: Singles, q1: Singles) -> Singles:
    """Integral of phi(p) Phi(q) dp along straight edges from (p0, q0) to (p1, q1)."""
    low, high = (np.clip(p, -REACH_SIGMAS, REACH_SIGMAS) for p in (p0, p1))
    middle, half = (low + high) / 2, (high - low) / 2
    run = p1 - p0
    slope = (q1 - q0) / np.where(run == 0, np.float32(1), run)
    q_middle, q_half = q0 + slope * (middle - p0), slope * half
    longest = 2 * float(np.nanmax(np.abs(half), initial=0.0))
    total, p, q = (np.zeros(half.shape, np.float32) for _ in range(3))
    for node, weight in zip(*_rule(int(np.ceil(longest)) + 2), strict=True):
        np.multiply(half, node, out=p)
        p += middle
        np.square(p, out=p)
        p *= np.float32(-0.5)
        np.exp(p, out=p)
        p *= weight
        np.multiply(q_half, node, out=q)
        q += q_middle
        p *= _twice_cumulative(q)
        total += p
    return np.asarray(total * half / np.float32(np.sqrt(8 * np.pi)))


@cache
def _rule(nodes: int) -> tuple[Singles, Singles]:
    """Gauss-Legendre on [-1, 1]; two nodes more than the length in sigmas err by 4e-4 at most [ran]."""
    places, weights = roots_legendre(nodes)
    return places.astype(np.float32), weights.astype(np.float32)


def _twice_cumulative(z: Singles) -> Singles:
    """Twice the normal distribution, to 4e-5, in the place of its argument.

    An odd polynomial, fitted, within tanh: ten times as fast as scipy's.
    """
    square = np.square(z)
    np.minimum(square, np.float32(36), out=square)  # the polynomial is good to 6
    factor = square * np.float32(-0.000315807617)
    factor += np.float32(0.0367982591)
    factor *= square
    factor += np.float32(0.797717832)
    z *= factor
    np.tanh(z, out=z)
    z += 1
    return z


def _in_ellipse(part: Part, place: Floats, sigma: Floats) -> Floats:
    """An upright and a lying strip of the ellipse, less the rectangle in which they cross.

    The corners of that rectangle are where the outline has a slope of one, so that the outline is flat
    over each strip and the integrand smooth, however large the ellipse.
    """
    left, top, right, bottom = _bounds(part)
    half = np.array([[right - left], [bottom - top]]) / 2 / sigma
    middle = (np.array([[left + right], [top + bottom]]) / 2 - place) / sigma
    corner = half**2 / np.hypot(*half)
    strips = _strip(middle, half) + _strip(middle[::-1], half[::-1])
    return np.asarray(strips - (ndtr(middle + corner) - ndtr(middle - corner)).prod(axis=0))


def _strip(middle: Floats, half: Floats) -> Floats:
    """Share of a standard Gaussian in the part of an ellipse where, along the first axis, it is flat.

    `middle` and `half` axes are (2, n). The nodes are spaced by angle, which keeps the ends smooth.
    """
    (p0, q0), (a, b) = middle[:, :, None], half[:, :, None]
    edge = a / np.hypot(a, b)
    start, stop = (np.arccos(np.clip((end - p0) / a, -edge, edge)) for end in (6.0, -6.0))
    angle = (start + stop) / 2 + (stop - start) / 2 * ELLIPSE_NODES
    height = b * np.sin(angle)
    chord = ndtr(q0 + height) - ndtr(q0 - height)
    step = a * np.sin(angle) * (stop - start) / 2
    normal = np.exp(-((p0 + a * np.cos(angle)) ** 2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray((normal * chord * step) @ ELLIPSE_WEIGHTS)
