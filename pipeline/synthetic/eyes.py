"""One eye's small patch of the picture: eyeball by ray casting, lids as curves on the face.

Everything is an implicit function of the pixel: where its ray meets the eyeball, and how far it lies from
the lids' edges (mm), so edges are smooth at any scale and no pixel is visited in Python.
"""

from __future__ import annotations

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
WHITE_ABOVE_MM = -0.4  # a lid keeps some of the iris covered when people look down


def optical_axis(eye: Eye, target_in_head_mm: Floats) -> Floats:
    """Unit vectors (..., 3) the eyeball points along when its visual axis meets the target (head axes)."""
    turned = angles(target_in_head_mm - eye.centre_mm)
    turned = turned + (eye.temporal * eye.kappa_deg[0], eye.kappa_deg[1])
    return np.moveaxis(direction(turned[..., 0], turned[..., 1]), 0, -1)


def lid_heights(eye: Eye, person: Person, pitch_deg: float, closure: float) -> tuple[Floats, Floats]:
    """Heights of both lids above the corner line for a gaze pitch in the head and a closure 0-1."""
    place = np.linspace(-1, 1, LID_POINTS)
    profile = 1 - place**2
    drop = eye.radius_mm * np.sin(np.radians(pitch_deg))
    upper = eye.upper_mm + person.lid_gain * drop * profile
    rim = (
        eye.iris_depth_mm / eye.radius_mm * drop - eye.iris_radius_mm + eye.centre_mm[1] - _corner_height(eye)
    )
    upper = np.maximum(upper, (rim + WHITE_ABOVE_MM) * profile) if pitch_deg > 0 else upper
    lower = eye.lower_mm + LOWER_LID_GAIN * drop * profile
    upper = np.minimum(upper, lower - 0.6 * profile)
    meet = lower - 0.25 * (lower - upper)
    return upper + closure * (meet - upper), lower + closure * (meet - lower)


def _corner_height(eye: Eye) -> float:
    """Head y of the line between the corners where it passes the eyeball's centre."""
    return float((eye.inner_mm[1] + eye.outer_mm[1]) / 2)


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
    span = eye.outer_mm - eye.inner_mm
    width = float(np.linalg.norm(span))
    along = (span / width).astype(np.float32)
    down = np.array([-along[1], along[0]], np.float32) * np.sign(along[0])
    offset = surface_mm - eye.inner_mm.astype(np.float32)
    place = offset @ along
    height = offset @ down
    pitch_deg = float(angles(axis)[1]) - eye.kappa_deg[1]
    upper, lower = lid_heights(eye, person, pitch_deg, closure)
    steps = np.linspace(0, width, LID_POINTS)
    above = height - np.interp(place, steps, upper).astype(np.float32)  # > 0: below the upper lid's edge
    below = np.interp(place, steps, lower).astype(np.float32) - height
    within = np.minimum(np.minimum(place, width - place), np.minimum(above, below))
    opening = smooth_step(within / 0.35 + 0.5)
    ball = _eyeball(eye, rays, pose, axis, light)
    corner = smooth_step((place - 0.2) / 4.5)[..., None]
    ball = ball * corner + TEAR_DUCT_RGB * (light.ambient_gain + 0.5 * light.lamp_gain) * (1 - corner)
    shade = 0.50 + 0.50 * smooth_step((above + 0.2) / 3.2)
    shade *= 0.80 + 0.20 * smooth_step(below / 1.6)
    shade *= 0.72 + 0.28 * smooth_step((width - place) / 6) * smooth_step(place / 5)
    ball *= shade[..., None]
    wet = (0.75 * (1 - smooth_step(below / 0.9)))[..., None]
    ball = ball * (1 - wet) + wet * 0.82 * person.skin_rgb.astype(np.float32) * np.float32(
        light.ambient_gain + 0.4
    )
    lash = _lashes(person, place / width, above, below)[..., None]
    colour = ball * opening[..., None] * (1 - lash) + person.lash_rgb.astype(np.float32) * lash
    return np.dstack([colour, (1 - opening[..., None]) * (1 - lash)]).astype(np.float32)


def _lashes(person: Person, place: Floats32, above: Floats32, below: Floats32) -> Floats32:
    """Opacity of the lashes: a dark line along the upper lid with single hairs, a faint one below."""
    inside = smooth_step(place / 0.12) * smooth_step((1 - place) / 0.03 + 0.5)
    line = np.exp(-(((above + 0.25) / 0.42) ** 2))
    reach = 1.2 + 2.2 * np.clip(place, 0, 1)
    comb = 0.5 + 0.5 * np.sin(165 * (place + 0.035 * above * (place - 0.35)))
    hairs = 0.55 * comb * smooth_step((above + reach) / reach) * (above < 0)
    under = 0.22 * np.exp(-(((below + 0.3) / 0.5) ** 2))
    return np.asarray(np.clip((line + hairs + under) * inside * person.lash_strength, 0, 0.95), np.float32)


def _eyeball(eye: Eye, rays: Floats32, pose: Pose, axis: Floats, light: Light) -> Floats32:
    """Colour (h, w, 3) of the ball under full light."""
    start = (pose.lens_in_head_mm - eye.centre_mm).astype(np.float32)
    length2 = np.einsum("hwi,hwi->hw", rays, rays)
    b = rays @ start
    root = b * b - length2 * np.float32(start @ start - eye.radius_mm**2)
    ball = start + ((-b - np.sqrt(np.maximum(root, 0))) / length2)[..., None] * rays
    side = np.cross([0.0, 1.0, 0.0], axis)
    frame = np.stack([side / np.linalg.norm(side), np.cross(axis, side / np.linalg.norm(side)), axis])
    frame = frame.astype(np.float32)
    local = ball @ frame.T
    white = _on_texture(eye.sclera_rgb, local, SCLERA_PX_PER_MM)
    normal = ball / np.float32(eye.radius_mm)
    lamp = (pose.turn.T @ light.lamp).astype(np.float32)
    lit = light.ambient_gain + light.lamp_gain * np.clip(normal @ lamp, 0, 1) + light.screen_gain
    white *= lit[..., None]
    ahead = np.float32(eye.iris_depth_mm)
    rays_local, start_local = rays @ frame.T, frame @ start
    on_plane = start_local + ((ahead - start_local[2]) / rays_local[..., 2])[..., None] * rays_local
    iris = _on_texture(eye.iris_rgba, on_plane, IRIS_PX_PER_MM)
    share = iris[..., 3:] / 255
    colour = white * (1 - share) + iris[..., :3] * share * (0.15 + 0.8 * lit[..., None])
    return np.asarray(
        colour + _glints(on_plane, rays_local, frame @ pose.turn.T, eye, pose, light), np.float32
    )


def _on_texture(texture: Bytes, places_mm: Floats32, px_per_mm: float) -> Floats32:
    """Colours where places on the eye fall on a texture centred on its axis."""
    at = places_mm[..., :2] * np.float32(px_per_mm) + np.float32((SIZE - 1) / 2)
    return look_up(texture, at).astype(np.float32)


def _glints(
    on_plane: Floats32, rays: Floats32, to_camera: Floats, eye: Eye, pose: Pose, light: Light
) -> Floats32:
    """What the cornea mirrors: the screen's shape and the lamp, (h, w, 1), 0-255."""
    q = on_plane[..., :2] / np.float32(CORNEA_RADIUS_MM)
    r2 = np.minimum(np.einsum("hwi,hwi->hw", q, q), 0.98)
    normal = np.dstack([q, np.sqrt(1 - r2)])
    toward = rays / np.sqrt(np.einsum("hwi,hwi->hw", rays, rays))[..., None]
    mirrored = toward - 2 * np.einsum("hwi,hwi->hw", toward, normal)[..., None] * normal
    out = mirrored @ to_camera.astype(np.float32)  # local to camera axes: rows of `to_camera` are local axes
    cornea = (r2 < (eye.iris_radius_mm / CORNEA_RADIUS_MM) ** 2).astype(np.float32)
    return (cornea * mirrored_lights(out, pose.to_camera(eye.centre_mm), light))[..., None]
