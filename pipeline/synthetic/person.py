"""Who sits before the webcam: one identity drawn from a seed.

The photographed head in another shape (see `shape`) and complexion (see `complexion`), with eyeballs put
behind its lids, and glasses on some.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.complexion import Complexion, mean_skin, recolour
from pipeline.synthetic.eyeball import iris_texture, sclera_texture
from pipeline.synthetic.glasses import Glasses, draw_glasses_design
from pipeline.synthetic.images import Floats32
from pipeline.synthetic.portrait import Portrait, portrait
from pipeline.synthetic.shape import Warp, draw_warp, limit_slope, sigmoid

LID_THICKNESS_MM = 0.8
LID_POINTS = 33
EYES_MM = np.array([[-30.0, 0.3], [30.0, 0.3]])  # where the photographed eyes' irises are
GLASSES_SHARE = 0.3


@dataclass(frozen=True)
class Eye:
    """One eyeball and its lids, in head coordinates (mm, origin midway between the eyeball centres).

    `temporal` is the sign of x that points away from the nose. The iris is a disc of `iris_radius_mm`
    whose centre lies `iris_depth_mm` before the rotation centre. `kappa_deg` turns the visual axis into
    the optical one: (towards the temple, down). Lids are heights above the line between the corners
    (y down, so upper lids are negative) at `LID_POINTS` even steps from the inner to the outer corner.
    """

    centre_mm: Floats
    radius_mm: float
    iris_radius_mm: float
    temporal: float
    kappa_deg: tuple[float, float]
    inner_mm: Floats
    outer_mm: Floats
    upper_mm: Floats
    lower_mm: Floats
    iris_rgba: Bytes
    sclera_rgb: Bytes

    @property
    def iris_depth_mm(self) -> float:
        return float(np.sqrt(self.radius_mm**2 - self.iris_radius_mm**2))


@dataclass(frozen=True)
class Person:
    """A head that can be drawn: texture, relief and eyes, all in head coordinates (mm).

    `rgba` (h, w, 4) with `px_per_mm` texels and `depth_mm` with one value every `depth_step_mm` start at
    `corner_mm`. `lid_gain` is the share of a vertical turn of the eye that the upper lid follows.
    """

    rgba: Bytes
    depth_mm: Floats32
    corner_mm: Floats
    px_per_mm: float
    depth_step_mm: float
    eyes: tuple[Eye, Eye]
    lash_rgb: Floats
    lash_strength: float
    lid_gain: float
    skin_rgb: Floats
    shirt_rgb: Floats
    glasses: Glasses | None


def draw_person(rng: np.random.Generator) -> Person:
    """One identity; the same generator state gives the same person."""
    face = portrait()
    look = Complexion.draw(rng)
    warp = draw_warp(face, rng, rng.uniform(0.74, 0.9) if look.stubble else rng.uniform(0.84, 1.08))
    rgb = recolour(face, look, rng)
    rgba = warp.apply(np.dstack([rgb, face.alpha]), face.px_per_mm)
    depth = warp.apply(face.depth_mm * np.float32(rng.normal(1, 0.07)), 1 / face.depth_step_mm)
    depth_of_eyes = rng.normal(10.2, 0.6)
    centres = np.column_stack([warp.forward(EYES_MM), np.full(2, depth_of_eyes)])
    origin = centres.mean(axis=0)
    eyes = _draw_eyes(face, warp, centres, origin, rng)
    corner = face.corner_mm - origin[:2]
    return Person(
        rgba=np.asarray(rgba, np.uint8),
        depth_mm=_lay_over_eyeballs(depth.astype(np.float64) - origin[2], corner, face.depth_step_mm, eyes),
        corner_mm=corner,
        px_per_mm=face.px_per_mm,
        depth_step_mm=face.depth_step_mm,
        eyes=eyes,
        lash_rgb=np.array([38.0, 27.0, 22.0]) * rng.uniform(0.6, 1.5),
        lash_strength=rng.uniform(0.3, 0.7) if look.stubble else rng.uniform(0.45, 0.9),
        lid_gain=rng.uniform(0.62, 0.85),
        skin_rgb=mean_skin(face, rgb),
        shirt_rgb=rng.uniform(25, 190) * np.clip(rng.normal(1, 0.25, 3), 0.5, 1.5),
        glasses=draw_glasses_design(rng, eyes[1].centre_mm[0]) if rng.random() < GLASSES_SHARE else None,
    )


def _draw_eyes(
    face: Portrait, warp: Warp, centres_mm: Floats, origin_mm: Floats, rng: np.random.Generator
) -> tuple[Eye, Eye]:
    """Both eyes, alike but for small differences."""
    radius, iris_radius = rng.normal(12.0, 0.25), rng.normal(5.85, 0.17)
    kappa = rng.normal((5.0, 1.5), (1.0, 0.7))
    iris = iris_texture(rng, iris_radius, rng.uniform(2.4, 4.8), rng.uniform(0.3, 0.8))
    tone = rng.normal(1, 0.05)
    stretch = rng.normal((0.95, 0.95), 0.08)

    def draw_eye(side: int) -> Eye:
        upper, lower = (
            warp.forward(face.landmarks_mm[points[side], :2].astype(np.float64)) - origin_mm[:2]
            for points in (face.upper, face.lower)
        )
        turned = kappa + rng.normal(0, (0.4, 0.3))
        return Eye(
            centre_mm=centres_mm[side] - origin_mm,
            radius_mm=radius,
            iris_radius_mm=iris_radius,
            temporal=(-1.0, 1.0)[side],
            kappa_deg=(float(turned[0]), float(turned[1])),
            inner_mm=upper[0],
            outer_mm=upper[-1],
            upper_mm=stretch[0] * _lid_heights(upper, upper[0], upper[-1]),
            lower_mm=stretch[1] * _lid_heights(lower, upper[0], upper[-1]),
            iris_rgba=iris,
            sclera_rgb=sclera_texture(rng, tone),
        )

    return draw_eye(0), draw_eye(1)


def _lid_heights(points_mm: Floats, inner_mm: Floats, outer_mm: Floats) -> Floats:
    """Heights of a lid above the line between the corners, smooth and zero at both ends."""
    width = float(np.linalg.norm(outer_mm - inner_mm))
    along = (outer_mm - inner_mm) / width
    down = np.array([-along[1], along[0]]) * np.sign(along[0])
    share = (points_mm - inner_mm) @ along / width
    arch = share * (1 - share) + 0.05
    fit = np.polynomial.Polynomial.fit(share, (points_mm - inner_mm) @ down / arch, 3)
    even = np.linspace(0, 1, LID_POINTS)
    return np.asarray(fit(even) * (even * (1 - even) + 0.05) * np.minimum(1, 12 * even * (1 - even)))


def _lay_over_eyeballs(
    depth_mm: Floats, corner_mm: Floats, step_mm: float, eyes: tuple[Eye, Eye]
) -> Floats32:
    """The relief with its lids laid on the eyeballs, so that both agree in depth, and nowhere too steep."""
    rows, columns = depth_mm.shape
    x = corner_mm[0] + step_mm * np.arange(columns)
    y = corner_mm[1] + step_mm * np.arange(rows)[:, None]
    for eye in eyes:
        off = np.hypot(x - eye.centre_mm[0], y - eye.centre_mm[1])
        lid = eye.centre_mm[2] - np.sqrt(np.maximum((eye.radius_mm + LID_THICKNESS_MM) ** 2 - off**2, 4.0))
        share = sigmoid((11.0 - off) / 1.2)
        depth_mm = depth_mm * (1 - share) + lid * share
    return limit_slope(depth_mm, step_mm).astype(np.float32)
