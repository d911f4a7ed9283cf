"""Where the head is and how it is turned: a metric face model fitted to the landmarks of every frame.

All frames are fitted at once: a weak-perspective pose in closed form, then Levenberg-Marquardt under a
Huber loss on the reprojection. The model is then refined to the person over the session (each vertex is
triangulated from many frames and pulled towards the average face) and the poses are fitted again.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from pipeline.domain import Floats
from pipeline.gaze import face_points
from pipeline.model_files import read_model
from pipeline.parameters import HeadPoseParameters

MODEL = "face_model.npz"
CHUNK_FRAMES = 512  # bounds the memory of the Jacobians


@dataclass(frozen=True)
class HeadPoses:
    """Head axes to camera axes, per frame: X_camera = rotation @ X_head + translation_mm.

    `rotation` (n, 3, 3), `translation_mm` (n, 3), `error_px` (n,) root mean square of the reprojection
    over the points used. NaN where the frame has no face.
    """

    rotation: Floats
    translation_mm: Floats
    error_px: Floats

    def to_camera(self, point_mm: Floats) -> Floats:
        """Head points (k, 3) in camera mm, shape (n, k, 3)."""
        return np.asarray(np.einsum("nij,kj->nki", self.rotation, point_mm) + self.translation_mm[:, None])

    def scaled(self, factor: float) -> HeadPoses:
        """The same poses of a face that is larger by a factor."""
        return HeadPoses(self.rotation, factor * self.translation_mm, self.error_px)

    def smoothed(self, sigma_frames: float) -> HeadPoses:
        """Gaussian-smoothed over time; gaps are neither filled nor do they pull on their neighbours."""
        if sigma_frames <= 0 or len(self.error_px) == 0:
            return self
        mean = _smooth(self.rotation.reshape(-1, 9), sigma_frames).reshape(-1, 3, 3)
        seen = np.isfinite(mean[:, 0, 0])
        u, _, vt = np.linalg.svd(mean[seen])
        rotation = np.full_like(mean, np.nan)
        rotation[seen] = u @ vt  # the rotation nearest to the mean of matrices
        return HeadPoses(rotation, _smooth(self.translation_mm, sigma_frames), self.error_px)

    def angles_deg(self) -> Floats:
        """Yaw (face to image right), pitch (face down) and roll (clockwise in the image), shape (n, 3)."""
        forward = -self.rotation[:, :, 2]
        yaw = np.arctan2(forward[:, 0], -forward[:, 2])
        pitch = np.arctan2(forward[:, 1], np.hypot(forward[:, 0], forward[:, 2]))
        level = np.stack([np.cos(yaw), np.zeros_like(yaw), np.sin(yaw)], axis=-1)
        across = self.rotation[:, :, 0]
        roll = np.arctan2(
            np.sum(np.cross(level, across) * -forward, axis=-1), np.sum(level * across, axis=-1)
        )
        return np.asarray(np.degrees(np.stack([yaw, pitch, roll], axis=-1)))


@cache
def average_face_mm() -> Floats:
    """The 468-point metric face model, shape (468, 3), after checking that it is the one that was shipped."""
    with np.load(io.BytesIO(read_model(MODEL))) as stored:
        return np.asarray(stored["vertices_mm"], dtype=np.float64)


def fit_head_poses(
    landmarks_px: NDArray[np.float32],
    focal_px: float,
    centre_px: tuple[float, float],
    parameters: HeadPoseParameters,
) -> tuple[HeadPoses, Floats]:
    """Poses of every frame and the face shape of this person.

    Parameters
    ----------
    landmarks_px : shape (n, 478, 3), NaN where there is no face
    focal_px : focal length
    centre_px : principal point

    Returns
    -------
    poses : HeadPoses of n frames
    face_mm : shape (468, 3), head axes; in the average face's scale (see `pipeline.gaze.distance`)
    """
    used = np.flatnonzero(np.isfinite(landmarks_px[:, 0, 0]))
    image = (landmarks_px[used, : face_points.MESH, :2].astype(np.float64) - centre_px) / focal_px
    face = average_face_mm()
    if len(used) == 0:
        return _spread(np.empty((0, 3, 3)), np.empty((0, 3)), np.empty(0), used, len(landmarks_px)), face
    rigid = face_points.RIGID
    huber = parameters.huber_px / focal_px
    some = used_for_shape(len(used), parameters.shape_frames)
    for _ in range(parameters.shape_rounds):
        rotation, translation, _error = _fit(image[some][:, rigid], face[rigid], huber)
        face = _refine_shape(image[some], rotation, translation, face, parameters, focal_px)
    rotation, translation, error = _fit(image[:, rigid], face[rigid], huber)
    return _spread(rotation, translation, error * focal_px, used, len(landmarks_px)), face


def used_for_shape(frames: int, wanted: int) -> NDArray[np.intp]:
    """Frames spread evenly over the session, at most `wanted`."""
    return np.unique(np.linspace(0, frames - 1, min(frames, wanted)).round().astype(np.intp))


def _fit(image: Floats, face: Floats, huber: float) -> tuple[Floats, Floats, Floats]:
    """Poses of all frames from normalised image points (n, k, 2) of the face points (k, 3)."""
    parts = [_fit_chunk(image[i : i + CHUNK_FRAMES], face, huber) for i in range(0, len(image), CHUNK_FRAMES)]
    rotation, translation, error = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rotation, translation, error


def _fit_chunk(image: Floats, face: Floats, huber: float) -> tuple[Floats, Floats, Floats]:
    rotation, translation = weak_perspective(image, face)
    damping = np.full(len(image), 1e-3)
    cost, gradient, hessian = _linearise(image, face, rotation, translation, huber)
    for _ in range(12):
        step = _damped_step(gradient, hessian, damping)
        turn = Rotation.from_rotvec(step[:, :3]).as_matrix()
        tried = turn @ rotation, translation + step[:, 3:]
        new_cost, new_gradient, new_hessian = _linearise(image, face, *tried, huber)
        better = new_cost <= cost
        rotation = np.where(better[:, None, None], tried[0], rotation)
        translation = np.where(better[:, None], tried[1], translation)
        gradient = np.where(better[:, None], new_gradient, gradient)
        hessian = np.where(better[:, None, None], new_hessian, hessian)
        gain = np.where(better, cost - new_cost, 0.0)
        cost = np.where(better, new_cost, cost)
        damping = np.clip(np.where(better, damping / 5, damping * 10), 1e-9, 1e6)
        if np.all(gain <= 1e-6 * cost):
            break
    residual = _project(face, rotation, translation)[0] - image
    return rotation, translation, np.sqrt(np.mean(np.sum(residual**2, axis=-1), axis=-1))


def weak_perspective(image: Floats, face: Floats) -> tuple[Floats, Floats]:
    """Closed-form scaled-orthographic poses of normalised image points; a start for the refinement.

    Reference: DeMenthon & Davis 1995, doi:10.1007/BF01450852 (the first step of POSIT).
    """
    centre = face.mean(axis=0)
    rows = np.einsum("ik,nkc->nci", np.linalg.pinv(face - centre), image - image.mean(axis=1, keepdims=True))
    u, s, vt = np.linalg.svd(rows, full_matrices=False)
    upper = u @ vt  # the nearest pair of orthonormal rows
    rotation = np.concatenate([upper, np.cross(upper[:, 0], upper[:, 1])[:, None]], axis=1)
    depth = 1.0 / np.maximum(s.mean(axis=-1), 1e-9)
    middle = np.concatenate([image.mean(axis=1) * depth[:, None], depth[:, None]], axis=1)
    return rotation, middle - np.einsum("nij,j->ni", rotation, centre)


def _project(face: Floats, rotation: Floats, translation: Floats) -> tuple[Floats, Floats]:
    """Normalised image points (n, k, 2) and the turned, unmoved face points (n, k, 3)."""
    turned = np.einsum("nij,kj->nki", rotation, face)
    camera = turned + translation[:, None]
    return camera[..., :2] / camera[..., 2:], turned


def _linearise(
    image: Floats, face: Floats, rotation: Floats, translation: Floats, huber: float
) -> tuple[Floats, Floats, Floats]:
    """Huber cost (n,), gradient (n, 6) and Gauss-Newton Hessian (n, 6, 6) in (turn, shift)."""
    projected, turned = _project(face, rotation, translation)
    residual = projected - image
    size = np.linalg.norm(residual, axis=-1)
    weight = np.where(size <= huber, 1.0, huber / np.maximum(size, 1e-12))
    cost = np.sum(np.where(size <= huber, size**2 / 2, huber * (size - huber / 2)), axis=-1)
    jacobian = _jacobian(turned, projected, translation)
    weighted = jacobian * weight[..., None, None]
    n, k = size.shape
    flat, flat_weighted = jacobian.reshape(n, 2 * k, 6), weighted.reshape(n, 2 * k, 6)
    gradient = np.einsum("nri,nr->ni", flat_weighted, residual.reshape(n, 2 * k))
    return cost, gradient, flat_weighted.transpose(0, 2, 1) @ flat


def _jacobian(turned: Floats, projected: Floats, translation: Floats) -> Floats:
    """d(image point) / d(turn about the head's origin, shift), shape (n, k, 2, 6)."""
    depth = turned[..., 2] + translation[:, None, 2]
    u, v, inverse = projected[..., 0], projected[..., 1], 1.0 / depth
    x, y, z = turned[..., 0], turned[..., 1], turned[..., 2]
    out = np.empty((*depth.shape, 2, 6))
    out[..., 0, 0], out[..., 0, 1], out[..., 0, 2] = -u * y * inverse, (z + u * x) * inverse, -y * inverse
    out[..., 1, 0], out[..., 1, 1], out[..., 1, 2] = -(z + v * y) * inverse, v * x * inverse, x * inverse
    out[..., 0, 3], out[..., 0, 4], out[..., 0, 5] = inverse, 0.0, -u * inverse
    out[..., 1, 3], out[..., 1, 4], out[..., 1, 5] = 0.0, inverse, -v * inverse
    return out


def _damped_step(gradient: Floats, hessian: Floats, damping: Floats) -> Floats:
    scaled = hessian + damping[:, None, None] * hessian * np.eye(6) + 1e-12 * np.eye(6)
    return np.asarray(np.linalg.solve(scaled, -gradient[..., None])[..., 0])


def _refine_shape(
    image: Floats,
    rotation: Floats,
    translation: Floats,
    face: Floats,
    parameters: HeadPoseParameters,
    focal_px: float,
) -> Floats:
    """Each vertex triangulated over the frames, pulled towards where the average face has it.

    Least squares in head axes: for each frame the two rows (r1 - u r3) X = u t3 - t1 and the same for v,
    weighted so that a row counts px, against a Gaussian prior around the given face.
    """
    depth = translation[:, 2].mean()
    rows = rotation[:, None, :2, :] - image[..., None] * rotation[:, None, 2:, :]
    offsets = image * translation[:, None, 2:] - translation[:, None, :2]
    weight = (focal_px / depth / parameters.shape_noise_px) ** 2
    normal = weight * np.einsum("nkci,nkcj->kij", rows, rows)
    right = weight * np.einsum("nkci,nkc->ki", rows, offsets)
    prior = 1.0 / parameters.shape_prior_mm**2
    shape = np.linalg.solve(normal + prior * np.eye(3), (right + prior * average_face_mm())[..., None])[
        ..., 0
    ]
    return _align(shape, face)


def _align(shape: Floats, face: Floats) -> Floats:
    """The shape brought back to the face's origin, turn and size: only its form may change."""
    rigid = face_points.RIGID
    a, b = shape[rigid], face[rigid]
    a_mid, b_mid = a.mean(axis=0), b.mean(axis=0)
    turn, _ = Rotation.align_vectors(b - b_mid, a - a_mid)
    size = np.sqrt(np.sum((b - b_mid) ** 2) / np.sum((a - a_mid) ** 2))
    return np.asarray(size * turn.apply(shape - a_mid) + b_mid)


def _smooth(values: Floats, sigma_frames: float) -> Floats:
    """Columns (n, k) smoothed over the finite rows; NaN rows stay NaN."""
    seen = np.isfinite(values[:, 0])
    weight = gaussian_filter1d(seen.astype(np.float64), sigma_frames, mode="constant")
    total = gaussian_filter1d(np.where(seen[:, None], values, 0.0), sigma_frames, axis=0, mode="constant")
    return np.where(seen[:, None], total / np.maximum(weight, 1e-12)[:, None], np.nan)


def _spread(
    rotation: Floats, translation: Floats, error: Floats, used: NDArray[np.intp], n: int
) -> HeadPoses:
    """Results of the frames with a face, put back among all n."""
    full = HeadPoses(np.full((n, 3, 3), np.nan), np.full((n, 3), np.nan), np.full(n, np.nan))
    full.rotation[used], full.translation_mm[used], full.error_px[used] = rotation, translation, error
    return full
