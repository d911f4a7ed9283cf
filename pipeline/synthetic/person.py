"""Who sits before the webcam: one identity drawn from a seed.

The photographed head is varied by a low-rank change of shape (a smooth warp of the portrait plane and of
its depth), of skin, hair, brows and stubble; eyeballs are put behind its lids.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.portrait import Floats32, Portrait, portrait

LID_THICKNESS_MM = 0.8
SKIN_TONES = ((1.02, 1.0, 0.98), (1.0, 0.95, 0.9), (0.92, 0.84, 0.76), (0.78, 0.68, 0.58), (0.6, 0.5, 0.43))
HAIR_TONES = ((1.0, 1.0, 1.0), (0.55, 0.5, 0.48), (0.32, 0.28, 0.27), (0.75, 0.55, 0.42), (1.05, 1.02, 0.9))
IRIS_TONES = ((74, 48, 30), (56, 36, 24), (42, 28, 20), (84, 96, 104), (84, 92, 70), (86, 68, 42))


@dataclass(frozen=True)
class Eye:
    """One eyeball and its lids, in head coordinates (mm, origin midway between the eyeball centres).

    `temporal` is the sign of x that points away from the nose. The iris is a disc of `iris_radius_mm`
    whose centre lies `iris_depth_mm` before the rotation centre. `kappa_deg` turns the visual axis into
    the optical one: (towards the temple, down). Lids are heights above the line between the corners
    (y down, so upper lids are negative) at evenly spaced places from the inner to the outer corner.
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
    `corner_mm`.
    """

    rgba: Bytes
    depth_mm: Floats32
    corner_mm: Floats
    px_per_mm: float
    depth_step_mm: float
    eyes: tuple[Eye, Eye]
    lash_rgb: Floats
    lash_strength: float
    skin_rgb: Floats
    shirt_rgb: Floats
    lid_gain: float  # share of a vertical turn of the eye that the upper lid follows


@dataclass(frozen=True)
class Warp:
    """A smooth displacement (h, w, 2) mm on the depth grid: where each place of the new face comes from."""

    shift_mm: Floats32
    corner_mm: Floats32
    step_mm: float

    def at(self, points_mm: Floats) -> Floats:
        grid = ((points_mm - self.corner_mm) / self.step_mm).astype(np.float32)
        shift = cv2.remap(self.shift_mm, grid[:, None, 0], grid[:, None, 1], cv2.INTER_LINEAR)
        return np.asarray(shift[:, 0], np.float64)

    def forward(self, points_mm: Floats) -> Floats:
        """Where places of the old face are in the new one."""
        moved = points_mm.copy()
        for _ in range(6):
            moved = points_mm - self.at(moved)
        return moved


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), np.float64)


def draw_warp(face: Portrait, rng: np.random.Generator) -> Warp:
    """A change of face shape: width, length, jaw, eye distance, mouth, hair, and a smooth random rest."""
    rows, columns = face.depth_mm.shape
    x = face.corner_mm[0] + face.depth_step_mm * np.arange(columns)[None, :].repeat(rows, 0).astype(
        np.float64
    )
    y = face.corner_mm[1] + face.depth_step_mm * np.arange(rows)[:, None].repeat(columns, 1).astype(
        np.float64
    )
    wide, long, jaw, apart, mouth, hair = rng.normal(0, (0.03, 0.035, 0.05, 1.0, 2.0, 0.06))
    outside = _sigmoid((np.hypot(x / 66, (y - 12) / 92) - 1.15) / 0.08) * (y < 40)
    dx = x * (wide + jaw * _sigmoid((y - 45) / 14) + hair * outside)
    dx += apart * np.tanh(x / 18) * np.exp(-((y / 30) ** 2))
    dy = y * (long + hair * outside) + mouth * np.exp(-(((y - 62) / 22) ** 2))
    rest = rng.normal(size=(rows, columns, 2))
    rest = cv2.GaussianBlur(rest, (0, 0), 20 / face.depth_step_mm)
    rest *= rng.uniform(0.4, 1.1) / rest.std()
    shift = np.dstack([dx, dy]) + rest
    return Warp(shift.astype(np.float32), face.corner_mm, face.depth_step_mm)


def _warped(image: Bytes | Floats32, face: Portrait, warp: Warp, px_per_mm: float) -> Bytes:
    """An image of the old face that covers the depth grid's area, drawn on the new face."""
    height, width = image.shape[:2]
    shift = cv2.resize(warp.shift_mm, (width, height), interpolation=cv2.INTER_LINEAR) * px_per_mm
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(
        cv2.remap(
            image, x + shift[..., 0], y + shift[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _coloured(face: Portrait, rng: np.random.Generator) -> tuple[Bytes, Floats]:
    """The portrait in another skin and hair, and the mean skin colour."""
    rgb = face.rgb.astype(np.float32)
    hair = face.hair[..., None].astype(np.float32) / 255
    tone = rng.uniform(0, len(SKIN_TONES) - 1)
    skin = np.array([np.interp(tone, range(len(SKIN_TONES)), c) for c in zip(*SKIN_TONES, strict=True)])
    skin = skin * rng.normal(1, 0.02, 3)
    locks = np.array(HAIR_TONES[rng.integers(len(HAIR_TONES))]) * rng.normal(1, 0.05, 3)
    if tone > 2.5:
        locks = np.minimum(locks, HAIR_TONES[2])
    pores = cv2.GaussianBlur(rng.normal(0, 1, rgb.shape[:2]).astype(np.float32), (0, 0), 1.2)
    pores += 2.0 * cv2.GaussianBlur(rng.normal(0, 1, rgb.shape[:2]).astype(np.float32), (0, 0), 6)
    rgb *= (skin * (1 - hair) + locks * hair).astype(np.float32) * (1 + 0.06 * pores[..., None] * (1 - hair))
    middle = (
        int((-face.corner_mm[1] + 45) * face.px_per_mm),
        int((-face.corner_mm[0] - 35) * face.px_per_mm),
    )
    sample = rgb[middle[0] - 20 : middle[0] + 20, middle[1] - 20 : middle[1] + 20]
    return np.clip(rgb, 0, 255).astype(np.uint8), sample.reshape(-1, 3).mean(axis=0).astype(np.float64)


def iris_texture(rng: np.random.Generator, radius_mm: float, pupil_mm: float, blur_mm: float) -> Bytes:
    """Iris and pupil seen from the front, (160, 160, 4) over 16 mm: fibres, darker rim, soft limbus."""
    size, extent = 160, 8.0
    axis = (np.arange(size) + 0.5) / size * 2 * extent - extent
    x, y = np.meshgrid(axis, axis)
    r, angle = np.hypot(x, y), np.arctan2(y, x)
    base = np.array(IRIS_TONES[rng.integers(len(IRIS_TONES))]) * rng.normal(1, 0.06, 3)
    fibres = sum(
        rng.normal(0, 1) * np.cos(k * angle + rng.uniform(0, 6.3) + 0.5 * np.sin(r * rng.uniform(0.5, 2)))
        for k in rng.integers(5, 60, 24)
    )
    tone = 1 + 0.06 * np.asarray(fibres) / 2
    tone = tone * (1.15 - 0.25 * np.exp(-(((r - pupil_mm / 2 - 1) / 0.8) ** 2)))
    tone = tone * (1 - 0.55 * _sigmoid((r - radius_mm + 0.7) / 0.25))
    inside = _sigmoid((r - pupil_mm / 2) / 0.08)
    rgb = base * tone[..., None] * inside[..., None] + 9 * (1 - inside[..., None])
    alpha = 1 - _sigmoid((r - radius_mm) / (blur_mm / 2.5))
    return np.clip(np.dstack([rgb, alpha * 255]), 0, 255).astype(np.uint8)


def sclera_texture(rng: np.random.Generator) -> Bytes:
    """The white of an eye with veins, (160, 160, 3) over 32 mm of the plane across the optical axis."""
    size = 160
    base = np.array([214.0, 203.0, 196.0]) * rng.normal(1, 0.03) * rng.normal(1, 0.012, 3)
    image = np.ones((size, size, 3)) * base
    veins = np.zeros((size, size), np.uint8)
    for start in rng.uniform(0, 2 * np.pi, rng.integers(14, 26)):
        turns = start + np.cumsum(rng.normal(0, 0.05, 12))
        radii = np.linspace(78, rng.uniform(42, 60), 12)
        path = size / 2 + radii[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
        cv2.polylines(
            veins, [(path * 8).astype(np.int32)], False, int(rng.integers(60, 160)), 1, cv2.LINE_AA, 3
        )
    veins_soft = cv2.GaussianBlur(veins, (0, 0), 0.7)[..., None] / 255.0
    image = image * (1 - veins_soft * np.array([0.15, 0.5, 0.5]))
    return np.clip(image, 0, 255).astype(np.uint8)


def _lid(points_mm: Floats, inner_mm: Floats, outer_mm: Floats, stretch: float) -> Floats:
    """Heights of a lid above the line between the corners, 33 even steps from the inner to the outer one."""
    along = (outer_mm - inner_mm) / np.linalg.norm(outer_mm - inner_mm)
    down = np.array([-along[1], along[0]]) * np.sign(along[0])
    offset = points_mm - inner_mm
    share = offset @ along / np.linalg.norm(outer_mm - inner_mm)
    wanted = np.linspace(0, 1, 33)
    fit = np.polynomial.Polynomial.fit(share, offset @ down / (share * (1 - share) + 0.05), 3)
    return np.asarray(
        stretch * fit(wanted) * (wanted * (1 - wanted) + 0.05) * np.minimum(1, 12 * wanted * (1 - wanted))
    )


def draw_person(rng: np.random.Generator) -> Person:
    """One identity; the same generator state gives the same person."""
    face = portrait()
    warp = draw_warp(face, rng)
    rgb, skin_rgb = _coloured(face, rng)
    rgba = _warped(np.dstack([rgb, face.alpha]), face, warp, face.px_per_mm)
    depth = _warped(face.depth_mm * np.float32(rng.normal(1, 0.07)), face, warp, 1 / face.depth_step_mm)
    centres = np.column_stack(
        [warp.forward(np.array([[-30.0, 0.3], [30.0, 0.3]])), np.full(2, rng.normal(10.2, 0.6))]
    )
    origin = centres.mean(axis=0)
    radius, iris_radius = rng.normal(12.0, 0.25), rng.normal(5.85, 0.17)
    kappa = rng.normal(5.0, 1.0), rng.normal(1.5, 0.7)
    iris = iris_texture(rng, iris_radius, rng.uniform(2.4, 4.8), rng.uniform(0.3, 0.8))
    stretch = rng.normal(1.0, 0.1), rng.normal(0.95, 0.1)
    eyes = []
    for side in (0, 1):
        upper = warp.forward(face.landmarks_mm[face.upper[side], :2].astype(np.float64)) - origin[:2]
        lower = warp.forward(face.landmarks_mm[face.lower[side], :2].astype(np.float64)) - origin[:2]
        eyes.append(
            Eye(
                centre_mm=centres[side] - origin,
                radius_mm=radius,
                iris_radius_mm=iris_radius,
                temporal=(-1.0, 1.0)[side],
                kappa_deg=(kappa[0] + rng.normal(0, 0.4), kappa[1] + rng.normal(0, 0.3)),
                inner_mm=upper[0],
                outer_mm=upper[-1],
                upper_mm=_lid(upper, upper[0], upper[-1], stretch[0]),
                lower_mm=_lid(lower, upper[0], upper[-1], stretch[1]),
                iris_rgba=iris,
                sclera_rgb=sclera_texture(rng),
            )
        )
    person = Person(
        rgba=rgba,
        depth_mm=(depth - np.float32(origin[2])).astype(np.float32),
        corner_mm=face.corner_mm - origin[:2],
        px_per_mm=face.px_per_mm,
        depth_step_mm=face.depth_step_mm,
        eyes=(eyes[0], eyes[1]),
        lash_rgb=np.array([38.0, 27.0, 22.0]) * rng.uniform(0.6, 1.5),
        lash_strength=rng.uniform(0.45, 0.9),
        skin_rgb=skin_rgb,
        shirt_rgb=rng.uniform(25, 210, 3),
        lid_gain=rng.uniform(0.6, 0.8),
    )
    return bulge_over_eyeballs(person)


def bulge_over_eyeballs(person: Person) -> Person:
    """Lay the relief of the lids over the eyeballs, so that lids and eyes agree in depth."""
    rows, columns = person.depth_mm.shape
    x = person.corner_mm[0] + person.depth_step_mm * np.arange(columns)[None, :]
    y = person.corner_mm[1] + person.depth_step_mm * np.arange(rows)[:, None]
    depth = person.depth_mm.astype(np.float64)
    for eye in person.eyes:
        off = np.hypot(x - eye.centre_mm[0], y - eye.centre_mm[1])
        lid = eye.centre_mm[2] - np.sqrt(np.maximum((eye.radius_mm + LID_THICKNESS_MM) ** 2 - off**2, 4.0))
        share = _sigmoid((11.0 - off) / 1.2)
        depth = depth * (1 - share) + lid * share
    object.__setattr__(person, "depth_mm", depth.astype(np.float32))
    return person
