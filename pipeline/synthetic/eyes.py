"""One eye's small patch of the picture: eyeball by ray casting, lids as curves on the face.

Everything is an implicit function of the pixel: where its ray meets the eyeball, and how far it lies from
the lids' edges (mm), so edges are smooth at any scale and no pixel is visited in Python.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.camera import Pose, angles, direction
from pipeline.synthetic.eyeball import IRIS_PX_PER_MM, SCLERA_PX_PER_MM, SIZE
from pipeline.synthetic.images import Floats32, look_up, smooth_step
from pipeline.synthetic.light import Light, mirrored_lights
from pipeline.synthetic.person import LID_POINTS, Eye, Person

CORNEA_RADIUS_MM = 7.8
TEAR_DUCT_RGB = np.array([176.0, 112.0, 104.0], np.float32)
LOWER_LID_GAIN = 0.2
IRIS_COVERED_MM = -0.4  # a lid shows no more white than this above the iris when people look down


def optical_axis(eye: Eye, target_in_head_mm: Floats) -> Floats:
    """Unit vectors (..., 3) the eyeball points along when its visual axis meets the target (head axes)."""
    turned = angles(target_in_head_mm - eye.centre_mm)
    turned = turned + (eye.temporal * eye.kappa_deg[0], eye.kappa_deg[1])
    return direction(turned)


def lid_heights(eye: Eye, person: Person, pitch_deg: float, closure: float) -> tuple[Floats, Floats]:
    """Heights of both lids above the corner line for a gaze pitch in the head and a closure 0-1."""
    profile = 1 - np.linspace(-1, 1, LID_POINTS) ** 2
    drop = eye.radius_mm * float(np.sin(np.radians(pitch_deg)))
    upper = eye.upper_mm + person.lid_gain * drop * profile
    lower = eye.lower_mm + LOWER_LID_GAIN * drop * profile
    if pitch_deg > 0:
        corners_y = (eye.inner_mm[1] + eye.outer_mm[1]) / 2
        iris_top = (
            eye.centre_mm[1] + eye.iris_depth_mm / eye.radius_mm * drop - eye.iris_radius_mm - corners_y
        )
        upper = np.maximum(upper, (iris_top + IRIS_COVERED_MM) * profile)
    upper = np.minimum(upper, lower - 0.6 * profile)
    meet = lower - 0.25 * (lower - upper)
    return upper + closure * (meet - upper), lower + closure * (meet - lower)


@dataclass(frozen=True)
class Aperture:
    """How each pixel (h, w) lies to the lids: `place` 0-1 from the inner to the outer corner, and mm below
    the upper lid's edge and above the lower one's, negative on the lids."""

    place: Floats32
    width_mm: float
    above: Floats32
    below: Floats32

    @staticmethod
    def between(eye: Eye, lids_mm: tuple[Floats, Floats], surface_mm: Floats32) -> Aperture:
        width = float(np.linalg.norm(eye.outer_mm - eye.inner_mm))
        along = ((eye.outer_mm - eye.inner_mm) / width).astype(np.float32)
        down = np.array([-along[1], along[0]], np.float32) * np.sign(along[0])
        offset = surface_mm - eye.inner_mm.astype(np.float32)
        place, height = offset @ along / np.float32(width), offset @ down
        upper, lower = (np.interp(place, np.linspace(0, 1, LID_POINTS), lid) for lid in lids_mm)
        return Aperture(place, width, height - upper.astype(np.float32), lower.astype(np.float32) - height)

    @property
    def open_share(self) -> Floats32:
        """1 where the eyeball shows, 0 on the lids, soft between."""
        ends = np.minimum(self.place, 1 - self.place) * np.float32(self.width_mm)
        return smooth_step(np.minimum(np.minimum(self.above, self.below), ends) / 0.35 + 0.5)

    @property
    def light_share(self) -> Floats32:
        """The lids' shadow on the eyeball."""
        upper = 0.50 + 0.50 * smooth_step((self.above + 0.2) / 3.2)
        lower = 0.80 + 0.20 * smooth_step(self.below / 1.6)
        ends = smooth_step((1 - self.place) * 5) * smooth_step(self.place * 6)
        return np.asarray(upper * lower * (0.72 + 0.28 * ends), np.float32)


def draw_eye(
    eye: Eye,
    person: Person,
    rays: Floats32,
    surface_mm: Floats32,
    pose: Pose,
    axis: Floats,
    closure: float,
    light: Light,
) -> Floats32:
    """The eye's layer (h, w, 4): colour to add (0-255) and the share of the face's own colour that stays.

    Parameters
    ----------
    rays : (h, w, 3) viewing rays in head axes, z component 1 in camera axes
    surface_mm : (h, w, 2) where each ray meets the face, head x and y
    axis : (3,) optical axis in head axes
    closure : 0 open to 1 closed
    """
    pitch_deg = float(angles(axis)[1]) - eye.kappa_deg[1]
    aperture = Aperture.between(eye, lid_heights(eye, person, pitch_deg, closure), surface_mm)
    colour = _eyeball(eye, rays, pose, axis, light)
    tear_duct = 1 - smooth_step((aperture.place * aperture.width_mm - 0.2) / 4.5)[..., None]
    colour += tear_duct * (TEAR_DUCT_RGB * np.float32(light.ambient_gain + 0.5 * light.lamp_gain) - colour)
    colour *= aperture.light_share[..., None]
    wet_rim = 0.75 * (1 - smooth_step(aperture.below / 0.9))[..., None]
    colour += wet_rim * ((0.82 * (light.ambient_gain + 0.4) * person.skin_rgb).astype(np.float32) - colour)
    lash, opening = _lashes(person, aperture)[..., None], aperture.open_share[..., None]
    colour = colour * opening * (1 - lash) + person.lash_rgb.astype(np.float32) * lash
    return np.concatenate([colour, (1 - opening) * (1 - lash)], axis=2)


def _lashes(person: Person, aperture: Aperture) -> Floats32:
    """Opacity of the lashes: a dark line along the upper lid with single hairs, a faint one below."""
    place, above = aperture.place, aperture.above
    inside = smooth_step(place / 0.12) * smooth_step((1 - place) / 0.03 + 0.5)
    line = np.exp(-(((above + 0.25) / 0.42) ** 2))
    reach = 1.2 + 2.2 * np.clip(place, 0, 1)
    comb = 0.5 + 0.5 * np.sin(165 * (place + 0.035 * above * (place - 0.35)))
    hairs = 0.55 * comb * smooth_step((above + reach) / reach) * (above < 0)
    under = 0.22 * np.exp(-(((aperture.below + 0.3) / 0.5) ** 2))
    return np.asarray(np.clip((line + hairs + under) * inside * person.lash_strength, 0, 0.95), np.float32)


def _eyeball(eye: Eye, rays: Floats32, pose: Pose, axis: Floats, light: Light) -> Floats32:
    """Colour (h, w, 3) of the ball without lids. Its own axes: two across the optical axis, and that one."""
    side = np.cross([0.0, 1.0, 0.0], axis)
    side /= np.linalg.norm(side)
    to_eye = np.stack([side, np.cross(axis, side), axis])
    start = (to_eye @ (pose.lens_in_head_mm - eye.centre_mm)).astype(np.float32)
    rays = rays @ to_eye.T.astype(np.float32)
    length2 = np.einsum("hwi,hwi->hw", rays, rays)
    b = rays @ start
    root = b * b - length2 * np.float32(start @ start - eye.radius_mm**2)
    ball = start + ((-b - np.sqrt(np.maximum(root, 0))) / length2)[..., None] * rays
    lamp = (to_eye @ pose.turn.T @ light.lamp).astype(np.float32)
    facing = np.clip(ball @ lamp / np.float32(eye.radius_mm), 0, 1)
    lit = (np.float32(light.ambient_gain + light.screen_gain) + np.float32(light.lamp_gain) * facing)[
        ..., None
    ]
    disc = start + ((np.float32(eye.iris_depth_mm) - start[2]) / rays[..., 2])[..., None] * rays
    iris = _on_texture(eye.iris_rgba, disc, IRIS_PX_PER_MM)
    share = iris[..., 3:] / 255
    colour = _on_texture(eye.sclera_rgb, ball, SCLERA_PX_PER_MM) * lit * (1 - share)
    colour += iris[..., :3] * share * (0.15 + 0.8 * lit)
    toward = rays / np.sqrt(length2)[..., None]
    return np.asarray(colour + _glints(disc, toward, to_eye @ pose.turn.T, eye, pose, light), np.float32)


def _on_texture(texture: Bytes, places_mm: Floats32, px_per_mm: float) -> Floats32:
    """Colours where places on the eye fall on a texture centred on its axis."""
    at = places_mm[..., :2] * np.float32(px_per_mm) + np.float32((SIZE - 1) / 2)
    return look_up(texture, at).astype(np.float32)


def _glints(
    disc: Floats32, toward: Floats32, to_camera: Floats, eye: Eye, pose: Pose, light: Light
) -> Floats32:
    """What the cornea mirrors: the screen's shape and the lamp, (h, w, 1), 0-255."""
    across = disc[..., :2] / np.float32(CORNEA_RADIUS_MM)
    off2 = np.minimum(np.einsum("hwi,hwi->hw", across, across), 0.98)
    normal = np.dstack([across, np.sqrt(1 - off2)])
    mirrored = toward - 2 * np.einsum("hwi,hwi->hw", toward, normal)[..., None] * normal
    cornea = off2 < (eye.iris_radius_mm / CORNEA_RADIUS_MM) ** 2
    lights = mirrored_lights(mirrored @ to_camera.astype(np.float32), pose.to_camera(eye.centre_mm), light)
    return np.asarray((cornea * lights)[..., None], np.float32)
