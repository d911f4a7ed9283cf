"""Draws one person before a webcam, frame by frame, in exact perspective.

The head is a relief: for each pixel of a coarse grid the viewing ray is met with the depth map by Newton's
method, and the portrait is looked up there; eyes are ray-cast into their openings (see `eyes`). Only numpy
and OpenCV, about ten milliseconds a frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.camera import Lens, Pose
from pipeline.synthetic.eyes import draw_eye, optical_axis
from pipeline.synthetic.glasses import put_on
from pipeline.synthetic.images import Floats32, Pixels, blurred, look_up, resized
from pipeline.synthetic.light import Light
from pipeline.synthetic.person import Eye, Person
from pipeline.synthetic.scene import body_affine

GRID_MM = 2.5  # the relief is solved on a grid about this fine and interpolated: it is smooth
NEWTON_STEPS = 7  # with bisection where Newton's method would leave the bracket
EYE_PX_PER_MM = 3.0
EYE_HALF_MM = (16.5, 9.5)
BODY_STEP_PX = 0.3  # the body is redrawn when it has moved so far


@dataclass(frozen=True)
class Moment:
    """All that changes from frame to frame.

    `targets_mm` (m, 3) are points of gaze in camera mm during the exposure, several in a saccade;
    `closure` is 0 for open lids to 1 for closed ones.
    """

    pose: Pose
    targets_mm: Floats
    closure: float


@dataclass(frozen=True)
class Box:
    """A part of the picture, px: `left` and `top` inside, `width` and `height` whole cells of the grid."""

    left: int
    top: int
    width: int
    height: int

    def of(self, picture: Bytes) -> Bytes:
        return picture[self.top : self.top + self.height, self.left : self.left + self.width]


class Renderer:
    """One person, one room, one camera."""

    def __init__(
        self, person: Person, lens: Lens, room: Bytes, body: Bytes, rest: Pose, light: Light
    ) -> None:
        self.person, self.lens, self.body, self.rest, self.light = person, lens, body, rest, light
        px_per_mm = lens.focal_px / rest.position_mm[2]
        self._cell_px = max(2, round(GRID_MM * px_per_mm))
        scale = min(1.0, 1.4 * px_per_mm / person.px_per_mm)
        self._texels_per_mm = person.px_per_mm * scale
        height, width = (round(size * scale) for size in person.rgba.shape[:2])
        self._head = resized(_weighted(person.rgba), width, height, shrinking=True)
        gy, gx = np.gradient(person.depth_mm, person.depth_step_mm)
        self._relief = np.dstack([person.depth_mm, gx, gy]).astype(np.float32)
        self._depth_range = float(person.depth_mm.min()) - 1, float(person.depth_mm.max()) + 1
        normal = blurred(np.dstack([gx, gy, -np.ones_like(gx)]), 2.0)
        self._normals = (normal / np.linalg.norm(normal, axis=2, keepdims=True)).astype(np.float32)
        self._extent = _opaque_corners(person)
        self._room = room
        self._behind, self._body_at = room, np.full((2, 3), np.inf)

    def draw(self, moment: Moment) -> Bytes:
        """The picture (h, w, 3), before any fault of the camera."""
        frame = self._room_and_body(moment.pose).copy()
        box = self._head_box(moment.pose)
        surface = self._meet_surface(moment.pose, box)
        self._draw_head(frame, moment.pose, box, surface)
        for eye in self.person.eyes:
            self._draw_eye(frame, moment, eye, box, surface)
        if self.person.glasses is not None:
            put_on(frame, self.person.glasses, moment.pose, self.lens, self.light)
        return frame

    def _room_and_body(self, pose: Pose) -> Bytes:
        affine = body_affine(self.lens, self.rest, pose)
        moved = np.abs(affine - self._body_at) * (self.body.shape[1], self.body.shape[0], 1)
        if moved.max() > BODY_STEP_PX:
            self._body_at = affine
            self._behind = self._room.copy()
            top = int(np.clip(affine[1, 2], 0, self.lens.height_px - 1))
            shifted = affine - np.array([[0, 0, 0], [0, 0, top]])
            size = self.lens.width_px, self.lens.height_px - top
            _blend(self._behind[top:], np.asarray(cv2.warpAffine(self.body, shifted, size), np.uint8))
        return self._behind

    def _head_box(self, pose: Pose) -> Box:
        """The part of the picture the head may cover, in whole cells, inside the frame."""
        px = self.lens.project(pose.to_camera(self._extent))
        frame = np.array([self.lens.width_px, self.lens.height_px])
        low = np.clip(np.floor(px.min(axis=0)), 0, frame - 2 * self._cell_px)
        cells = np.ceil((np.clip(np.ceil(px.max(axis=0)), low, frame) - low) / self._cell_px)
        cells = np.maximum(np.minimum(cells, (frame - low) // self._cell_px), 1)
        width, height = cells.astype(int) * self._cell_px
        return Box(int(low[0]), int(low[1]), int(width), int(height))

    def _meet_surface(self, pose: Pose, box: Box) -> Floats32:
        """Head x and y (mm) of the face behind the middle of each cell of the box, one cell beyond it."""
        cell = self._cell_px
        x_px = box.left + cell * np.arange(-1, box.width // cell + 1, dtype=np.float32) + (cell - 1) / 2
        y_px = box.top + cell * np.arange(-1, box.height // cell + 1, dtype=np.float32) + (cell - 1) / 2
        rays = self.lens.rays(x_px, y_px) @ pose.turn.astype(np.float32)
        start = pose.lens_in_head_mm.astype(np.float32)
        scale = np.float32(1 / self.person.depth_step_mm)
        to_grid = (start[:2] - self.person.corner_mm.astype(np.float32)) * scale
        across, ahead = np.ascontiguousarray(rays[..., :2]), rays[..., 2]
        nearest, farthest = self._depth_range
        low, reach, high = ((depth - start[2]) / ahead for depth in (nearest, 10.0, farthest))
        for _ in range(NEWTON_STEPS):
            relief = look_up(self._relief, to_grid + (reach * scale)[..., None] * across)
            gap = start[2] + reach * ahead - relief[..., 0]
            slope = ahead - relief[..., 1] * across[..., 0] - relief[..., 2] * across[..., 1]
            low, high = np.where(gap > 0, low, reach), np.where(gap > 0, reach, high)
            newton = reach - gap / np.maximum(slope, 0.5 * ahead)
            reach = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        return np.asarray(start[:2] + reach[..., None] * across, np.float32)

    def _draw_head(self, frame: Bytes, pose: Pose, box: Box, surface: Floats32) -> None:
        corner = self.person.corner_mm.astype(np.float32)
        texels = (surface - corner) * np.float32(self._texels_per_mm) - np.float32(0.5)
        rgba = look_up(self._head, self._enlarge(texels), transparent=True)
        gain = self._enlarge(np.clip(self._shading(pose, surface) * 100, 0, 255).astype(np.uint8))
        gains = cv2.merge([gain, gain, gain, np.full_like(gain, 100)])
        _blend(box.of(frame), np.asarray(cv2.multiply(rgba, gains, scale=0.01), np.uint8))

    def _enlarge(self, coarse: Pixels) -> Pixels:
        """Values at the cells' middles for every pixel of the box."""
        cell = self._cell_px
        fine = resized(coarse, coarse.shape[1] * cell, coarse.shape[0] * cell)
        return np.ascontiguousarray(fine[cell:-cell, cell:-cell])  # type: ignore[return-value]  # slicing keeps the dtype; the stubs do not

    def _shading(self, pose: Pose, surface: Floats32) -> Floats32:
        """How much light each place of the face gets, 1 for the photograph's own."""
        grid = (surface - self.person.corner_mm.astype(np.float32)) / np.float32(self.person.depth_step_mm)
        normals = look_up(self._normals, grid)
        light = self.light
        lamp, front = (pose.turn.T @ np.array([light.lamp, (0.0, 0.0, -1.0)]).T).T.astype(np.float32)
        lit = light.lamp_gain * np.clip(normals @ lamp, 0, 1) + light.screen_gain * np.clip(
            normals @ front, 0, 1
        )
        return np.asarray(light.ambient_gain + lit, np.float32)

    def _draw_eye(self, frame: Bytes, moment: Moment, eye: Eye, box: Box, surface: Floats32) -> None:
        pose = moment.pose
        front = pose.to_camera(eye.centre_mm - (0, 0, eye.radius_mm))
        px_per_mm = self.lens.focal_px / front[2]
        middle, half = self.lens.project(front), np.array(EYE_HALF_MM) * px_per_mm
        low = np.maximum(np.floor(middle - half), (box.left, box.top)).astype(int)
        high = np.minimum(np.ceil(middle + half), (box.left + box.width, box.top + box.height)).astype(int)
        if (high - low).min() < 4:
            return
        fine = max(1, round(EYE_PX_PER_MM / px_per_mm))
        x_px, y_px = (
            a + (np.arange((b - a) * fine, dtype=np.float32) + 0.5) / fine - 0.5
            for a, b in zip(low, high, strict=True)
        )
        cell = self._cell_px
        columns, rows = (
            (at - corner + 0.5) / cell + 0.5 for at, corner in ((x_px, box.left), (y_px, box.top))
        )
        at = np.dstack(np.meshgrid(columns, rows)).astype(np.float32)
        on_face = look_up(surface, at)
        rays = self.lens.rays(x_px, y_px) @ pose.turn.astype(np.float32)
        axes = optical_axis(eye, pose.to_head(moment.targets_mm))
        layers = [
            draw_eye(eye, self.person, rays, on_face, pose, axis, moment.closure, self.light) for axis in axes
        ]
        layer = np.mean(np.stack(layers), axis=0) if len(layers) > 1 else layers[0]
        layer = resized(layer, int(high[0] - low[0]), int(high[1] - low[1]), shrinking=True)
        patch = frame[low[1] : high[1], low[0] : high[0]]
        patch[:] = np.clip(patch * layer[..., 3:] + layer[..., :3], 0, 255)


def _weighted(rgba: Bytes) -> Bytes:
    """Colours multiplied by their opacity."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return np.dstack([(rgba[..., :3] * alpha).astype(np.uint8), rgba[..., 3]])


def _opaque_corners(person: Person) -> Floats:
    """Corners (8, 3) in head mm of a box around all that is not transparent."""
    rows, columns = np.nonzero(person.rgba[..., 3] > 3)
    low = person.corner_mm + np.array([columns.min(), rows.min()]) / person.px_per_mm
    high = person.corner_mm + np.array([columns.max(), rows.max()]) / person.px_per_mm
    return np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (-5.0, 50.0)])


def _blend(under: Bytes, rgba: Bytes) -> None:
    """Lay weighted colours over a part of the picture, in place."""
    stay = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(rgba, 3)), cv2.COLOR_GRAY2RGB)
    cv2.add(cv2.multiply(under, stay, scale=1 / 255), cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), dst=under)
