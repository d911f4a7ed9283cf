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
from pipeline.synthetic.eyes import Light, draw_eye, optical_axis
from pipeline.synthetic.person import Eye, Person
from pipeline.synthetic.portrait import Floats32
from pipeline.synthetic.scene import Body, body_affine

GRID_PX = 4  # the relief is solved for every fourth pixel and interpolated: it is smooth
NEWTON_STEPS = 4
EYE_PX_PER_MM = 3.0
EYE_HALF_MM = (17.0, 12.0)
Box = tuple[int, int, int, int]  # left, top, right, bottom px


@dataclass(frozen=True)
class Moment:
    """All that changes from frame to frame: head, point of gaze (camera mm), lids (0 open, 1 closed)."""

    pose: Pose
    target_mm: Floats
    closure: float


class Renderer:
    """One person, one room, one camera."""

    def __init__(self, person: Person, lens: Lens, room: Bytes, body: Body, rest: Pose, light: Light) -> None:
        self.person, self.lens, self.room, self.body = person, lens, room, body
        self.rest, self.light = rest, light
        scale = min(1.0, 1.4 * lens.focal_px / rest.position_mm[2] / person.px_per_mm)
        self._texels_per_mm = person.px_per_mm * scale
        small = cv2.resize(person.rgba, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        alpha = small[..., 3:].astype(np.float32) / 255
        self._colour = (small[..., :3] * alpha).astype(np.uint8)
        self._alpha = np.repeat(small[..., 3:], 3, axis=2)
        gy, gx = np.gradient(person.depth_mm, person.depth_step_mm)
        self._relief = np.dstack([person.depth_mm, gx, gy]).astype(np.float32)
        normal = np.dstack([gx, gy, -np.ones_like(gx)])
        normal = cv2.GaussianBlur(normal, (0, 0), 2.0)
        self._normals = (normal / np.linalg.norm(normal, axis=2, keepdims=True)).astype(np.float32)

    def draw(self, moment: Moment) -> Bytes:
        """The picture (h, w, 3), before any fault of the camera."""
        frame = self.room.copy()
        self._draw_body(frame, moment.pose)
        box = self._head_box(moment.pose)
        surface = self._meet_surface(moment.pose, box)
        self._draw_head(frame, moment.pose, box, surface)
        for eye in self.person.eyes:
            self._draw_eye(frame, moment, eye, box, surface)
        return frame

    def _draw_body(self, frame: Bytes, pose: Pose) -> None:
        affine = body_affine(self.lens, self.rest, pose)
        top = int(np.clip(affine[1, 2], 0, frame.shape[0] - 1))
        left = int(np.clip(affine[0, 2], 0, frame.shape[1] - 1))
        right = int(np.clip(affine[0, 2] + affine[0, 0] * self.body.colour.shape[1], left + 1, frame.shape[1]))
        affine[:, 2] -= (left, top)
        size = right - left, frame.shape[0] - top
        _blend(
            frame[top:, left:right],
            cv2.warpAffine(self.body.colour, affine, size),
            cv2.warpAffine(self.body.alpha, affine, size),
        )

    def _head_box(self, pose: Pose) -> Box:
        person = self.person
        x0, y0 = person.corner_mm
        x1, y1 = person.corner_mm + (np.array(person.depth_mm.shape[::-1]) - 1) * person.depth_step_mm
        corners = np.array([(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (0.0, 60.0)])
        px = self.lens.project(pose.to_camera(corners))
        low = np.clip(np.floor(px.min(axis=0)), 0, (self.lens.width_px - GRID_PX, self.lens.height_px - GRID_PX))
        high = np.clip(np.ceil(px.max(axis=0)), low + GRID_PX, (self.lens.width_px, self.lens.height_px))
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    def _rays(self, x_px: Floats32, y_px: Floats32, pose: Pose) -> Floats32:
        lens = self.lens
        rays = np.empty((len(y_px), len(x_px), 3), np.float32)
        rays[..., 0] = (x_px - (lens.width_px - 1) / 2) / lens.focal_px
        rays[..., 1] = ((y_px - (lens.height_px - 1) / 2) / lens.focal_px)[:, None]
        rays[..., 2] = 1
        return rays @ pose.turn.astype(np.float32)

    def _meet_surface(self, pose: Pose, box: Box) -> Floats32:
        """Head x and y (mm) of the face behind every `GRID_PX`-th pixel of the box, one cell beyond it."""
        left, top, right, bottom = box
        x_px = np.arange(left, right + 2 * GRID_PX, GRID_PX, dtype=np.float32)
        y_px = np.arange(top, bottom + 2 * GRID_PX, GRID_PX, dtype=np.float32)
        rays = self._rays(x_px, y_px, pose)
        start = pose.lens_in_head_mm.astype(np.float32)
        step, corner = np.float32(self.person.depth_step_mm), self.person.corner_mm.astype(np.float32)
        reach = (10.0 - start[2]) / rays[..., 2]
        for _ in range(NEWTON_STEPS):
            at = start[:2] + reach[..., None] * rays[..., :2]
            grid = (at - corner) / step
            relief = cv2.remap(self._relief, grid, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            gap = start[2] + reach * rays[..., 2] - relief[..., 0]
            slope = rays[..., 2] - relief[..., 1] * rays[..., 0] - relief[..., 2] * rays[..., 1]
            reach = reach - gap / np.maximum(slope, 0.35 * rays[..., 2])
        return np.asarray(start[:2] + reach[..., None] * rays[..., :2], np.float32)

    def _draw_head(self, frame: Bytes, pose: Pose, box: Box, surface: Floats32) -> None:
        left, top, right, bottom = box
        corner = self.person.corner_mm.astype(np.float32)
        texels = (surface - corner) * np.float32(self._texels_per_mm) - np.float32(0.5)
        maps = _enlarge(texels, right - left, bottom - top)
        colour = cv2.remap(self._colour, maps, None, cv2.INTER_LINEAR)
        alpha = cv2.remap(self._alpha, maps, None, cv2.INTER_LINEAR)
        gain = _enlarge(self._shading(pose, surface), right - left, bottom - top)
        colour = cv2.multiply(colour, cv2.merge([gain, gain, gain]), dtype=cv2.CV_8U)
        _blend(frame[top:bottom, left:right], colour, alpha)

    def _shading(self, pose: Pose, surface: Floats32) -> Floats32:
        grid = (surface - self.person.corner_mm.astype(np.float32)) / np.float32(self.person.depth_step_mm)
        normals = cv2.remap(self._normals, grid, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        lamp = (pose.turn.T @ self.light.lamp).astype(np.float32)
        front = (pose.turn.T @ np.array([0.0, 0.0, -1.0])).astype(np.float32)
        light = self.light
        return np.asarray(
            light.ambient_gain
            + light.lamp_gain * np.clip(normals @ lamp, 0, 1)
            + light.screen_gain * np.clip(normals @ front, 0, 1),
            np.float32,
        )

    def _draw_eye(self, frame: Bytes, moment: Moment, eye: Eye, box: Box, surface: Floats32) -> None:
        pose = moment.pose
        front = eye.centre_mm - (0, 0, eye.radius_mm)
        middle = self.lens.project(pose.to_camera(front))
        px_per_mm = self.lens.focal_px / pose.to_camera(front)[2]
        half = np.array(EYE_HALF_MM) * px_per_mm
        left, top = np.maximum(np.floor(middle - half), box[:2]).astype(int)
        right, bottom = np.minimum(np.ceil(middle + half), box[2:]).astype(int)
        if right - left < 4 or bottom - top < 4:
            return
        fine = max(1, round(EYE_PX_PER_MM / px_per_mm))
        x_px = left + (np.arange((right - left) * fine, dtype=np.float32) + 0.5) / fine - 0.5
        y_px = top + (np.arange((bottom - top) * fine, dtype=np.float32) + 0.5) / fine - 0.5
        at = np.dstack(np.meshgrid((x_px - box[0]) / GRID_PX, (y_px - box[1]) / GRID_PX)).astype(np.float32)
        on_face = cv2.remap(surface, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        axis = optical_axis(eye, pose.to_head(moment.target_mm))
        colour, stay = draw_eye(
            eye, self.person, self._rays(x_px, y_px, pose), on_face, pose, axis, moment.closure, self.light
        )
        size = int(right - left), int(bottom - top)
        colour = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
        stay = cv2.resize(stay, size, interpolation=cv2.INTER_AREA)
        patch = frame[top:bottom, left:right]
        patch[:] = np.clip(patch * stay[..., None] + colour, 0, 255)


def _enlarge(coarse: Floats32, width: int, height: int) -> Floats32:
    """Values on the coarse grid for every pixel of a box."""
    affine = np.array([[GRID_PX, 0, 0], [0, GRID_PX, 0]], np.float32)
    return np.asarray(
        cv2.warpAffine(coarse, affine, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def _blend(under: Bytes, colour: Bytes, alpha: Bytes) -> None:
    """Lay weighted colours over a part of the picture, in place."""
    cv2.add(cv2.multiply(under, cv2.bitwise_not(alpha), scale=1 / 255), colour, dst=under)
