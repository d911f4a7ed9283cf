"""Make `portrait.npz` and `portrait.png`: the one face all rendered students are varied from.

Run by hand at development time (needs scikit-image, a test dependency, and the Face Landmarker bundle):

    python -m pipeline.synthetic.build_portrait models/face_landmarker.task

Source: scikit-image's `astronaut`, Eileen Collins photographed by NASA, public domain ("Great Images in
NASA"). The head is cut out, its eye openings are painted over with skin, and each texel gets a depth
interpolated from MediaPipe's landmarks over a rough skull, so that the renderer can turn it in space.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from skimage import data

from pipeline.domain import Bools, Bytes, Floats
from pipeline.synthetic.images import blurred

IRIS_MM = 11.7
PX_PER_MM = 3.0
LEFT_MM, TOP_MM, WIDTH_MM, HEIGHT_MM = -122.0, -140.0, 244.0, 256.0
DEPTH_STEP_MM = 2.0
# Points of each eye's opening from the inner to the outer corner: (upper, lower), image-left eye first.
UPPER = ((133, 173, 157, 158, 159, 160, 161, 246, 33), (362, 398, 384, 385, 386, 387, 388, 466, 263))
LOWER = ((133, 155, 154, 153, 145, 144, 163, 7, 33), (362, 382, 381, 380, 374, 373, 390, 249, 263))
EYE_POINTS = sorted({i for eye in (*UPPER, *LOWER) for i in eye})


def find_landmarks(rgb: Bytes, model: Path) -> Floats:
    """The 478 landmarks of the only face, (478, 3) px."""
    options = vision.FaceLandmarkerOptions(base_options=BaseOptions(model_asset_path=str(model)))
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb))
    scale = rgb.shape[1], rgb.shape[0], rgb.shape[1]
    return np.array([(p.x, p.y, p.z) for p in found.face_landmarks[0]]) * scale


def to_portrait_plane(landmarks_px: Floats) -> Floats:
    """The 2x3 affine from px of the photograph to texels: level eyes, iris midpoint at (0, 0) mm."""
    right, left = landmarks_px[468, :2], landmarks_px[473, :2]
    iris_px = np.mean(
        [np.hypot(*(landmarks_px[a] - landmarks_px[b])[:2]) for a, b in ((469, 471), (474, 476))]
    )
    scale = IRIS_MM / iris_px * PX_PER_MM
    angle = np.arctan2(*(left - right)[::-1])
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    origin = np.array([-LEFT_MM, -TOP_MM]) * PX_PER_MM
    return np.column_stack([turn, origin - turn @ (right + left) / 2])


def texel_grid(shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """x and y in mm of every texel."""
    y, x = np.mgrid[: shape[0], : shape[1]] / PX_PER_MM
    return x + LEFT_MM, y + TOP_MM


def face_hull(points_mm: Floats, shape: tuple[int, ...]) -> Bools:
    """Texels within the outermost landmarks."""
    hull = cv2.convexHull(((points_mm[:468, :2] - (LEFT_MM, TOP_MM)) * PX_PER_MM).astype(np.int32))
    return np.asarray(cv2.fillConvexPoly(np.zeros(shape[:2], np.uint8), hull, 1)) > 0


def grab_cut(rgb: Bytes, seeds: Bytes) -> Bytes:
    """1 where OpenCV's GrabCut finds the foreground that the seeds suggest, else 0."""
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    mask, _, _ = cv2.grabCut(rgb, seeds, (0, 0, 0, 0), background, foreground, 5, cv2.GC_INIT_WITH_MASK)
    return np.isin(np.asarray(mask), (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)


def cut_out(rgb: Bytes, points_mm: Floats) -> Bytes:
    """Soft opacity of face, ears and hair."""
    x, y = texel_grid(rgb.shape)
    seeds = np.full(rgb.shape[:2], cv2.GC_BGD, np.uint8)
    seeds[np.hypot(x / 119, (y + 30) / 108) < 1] = cv2.GC_PR_BGD
    seeds[np.hypot(x / 100, (y + 35) / 85) < 1] = cv2.GC_PR_FGD
    seeds[(np.hypot(x / 80, (y + 45) / 60) < 1) | face_hull(points_mm, rgb.shape)] = cv2.GC_FGD
    inside = grab_cut(rgb, seeds)
    _, labels = cv2.connectedComponents(inside)
    inside = (labels == labels[int(-TOP_MM * PX_PER_MM), int(-LEFT_MM * PX_PER_MM)]).astype(np.uint8)
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    eroded = cv2.erode(closed, np.ones((5, 5), np.uint8)).astype(np.float32)
    outline = np.clip((blurred(eroded, 6.0) - 0.4) / 0.25, 0, 1)  # rounds off single texels
    return np.asarray(blurred(outline * 255, 1.5), np.uint8)


def paint_over_eyes(rgb: Bytes, points_mm: Floats) -> Bytes:
    """Skin where the eyes were: what shows when the lids are closed."""
    hole = np.zeros(rgb.shape[:2], np.uint8)
    for upper, lower in zip(UPPER, LOWER, strict=True):
        outline = (points_mm[[*upper, *lower[::-1]], :2] - (LEFT_MM, TOP_MM)) * PX_PER_MM
        cv2.fillPoly(hole, [outline.astype(np.int32)], 255)
    hole = np.asarray(cv2.dilate(hole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 17))), np.uint8)
    filled = np.asarray(cv2.inpaint(rgb, hole, 9, cv2.INPAINT_TELEA), np.uint8)
    smooth = blurred(filled, 3.0)
    soft = blurred(hole, 2.0)[..., None] / 255.0
    return np.asarray(filled * (1 - soft) + smooth * soft, np.uint8)


def depth_map(points_mm: Floats, alpha: Bytes) -> NDArray[np.float32]:
    """Depth in mm behind the iris plane for every `DEPTH_STEP_MM`: landmarks inside, a skull around."""
    keep = np.setdiff1d(np.arange(468), EYE_POINTS)
    edges, _ = cv2.findContours((alpha > 128).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    rim = max(edges, key=cv2.contourArea)[::20, 0] / PX_PER_MM + (LEFT_MM, TOP_MM)
    rim_depth = np.where(rim[:, 1] > 40, 55.0, 85.0)
    fringe = np.array([(x, -75.0, 2.0 + (x / 40) ** 2 * 14) for x in np.linspace(-60, 60, 7)])
    crown = np.array([(x, -105.0, 22.0 + (x / 40) ** 2 * 12) for x in np.linspace(-50, 50, 5)])
    known = np.vstack([points_mm[keep], np.column_stack([rim, rim_depth]), fringe, crown])
    x, y = np.meshgrid(
        LEFT_MM + DEPTH_STEP_MM * np.arange(int(WIDTH_MM / DEPTH_STEP_MM) + 1),
        TOP_MM + DEPTH_STEP_MM * np.arange(int(HEIGHT_MM / DEPTH_STEP_MM) + 1),
    )
    surface = RBFInterpolator(
        known[:, :2], known[:, 2], kernel="thin_plate_spline", smoothing=20.0, neighbors=80
    )
    depth = surface(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    return blurred(np.clip(depth, -60, 100), 1.2).astype(np.float32)


def hair_mask(rgb: Bytes, alpha: Bytes, points_mm: Floats) -> Bytes:
    """How far each texel is hair rather than skin, 0-255."""
    x, y = texel_grid(rgb.shape)
    face = face_hull(points_mm, rgb.shape)
    grey = blurred(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), 2.0)
    dark = grey < 0.8 * np.median(grey[face & (y > 10) & (y < 30)])  # than the cheeks
    seeds = np.full(rgb.shape[:2], cv2.GC_PR_FGD, np.uint8)
    seeds[face] = np.where(dark[face], cv2.GC_FGD, cv2.GC_PR_BGD)
    seeds[face & (y > -26) & (np.abs(x) < 52) | (y > 28) & (np.abs(x) < 60) | (y > 44)] = cv2.GC_BGD
    seeds[(y < -62) | (np.abs(x) > 82)] = cv2.GC_FGD
    hair = grab_cut(np.where(alpha[..., None] > 200, rgb, 0).astype(np.uint8), seeds)
    opened = np.asarray(cv2.morphologyEx(hair, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), np.uint8)
    return blurred(opened * np.uint8(255), 2.5)


def calm_outside(rgb: Bytes, alpha: Bytes) -> Bytes:
    """One colour beyond the rim, which compresses well and cannot shine through."""
    near = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    rim = (alpha > 100) & (alpha < 200)
    solid = cv2.inpaint(rgb, ((alpha < 200) & near).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    return np.where(near[..., None], solid, rgb[rim].mean(axis=0).astype(np.uint8))


def main(model: Path, folder: Path) -> None:
    photograph = np.ascontiguousarray(data.astronaut()[:340, 60:400])  # type: ignore[no-untyped-call]  # scikit-image's data is untyped
    large = np.asarray(cv2.resize(photograph, None, fx=4, fy=4, interpolation=cv2.INTER_LANCZOS4), np.uint8)
    affine = to_portrait_plane(find_landmarks(large, model))
    size = int(WIDTH_MM * PX_PER_MM), int(HEIGHT_MM * PX_PER_MM)
    warped = cv2.warpAffine(large, affine, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    rgb = np.asarray(warped, np.uint8)
    points = find_landmarks(rgb, model) / PX_PER_MM + (LEFT_MM, TOP_MM, 0.0)
    points[:, 2] -= points[[468, 473], 2].mean()
    alpha = cut_out(rgb, points)
    painted = paint_over_eyes(rgb, points)
    cv2.imwrite(str(folder / "portrait.png"), np.dstack([calm_outside(painted, alpha)[..., ::-1], alpha]))
    cv2.imwrite(
        str(folder / "portrait_hair.png"), cv2.resize(hair_mask(rgb, alpha, points), None, fx=0.5, fy=0.5)
    )
    np.savez_compressed(
        folder / "portrait.npz",
        landmarks_mm=points.astype(np.float32),
        depth_mm=depth_map(points, alpha),
        corner_mm=np.array([LEFT_MM, TOP_MM]),
        px_per_mm=PX_PER_MM,
        depth_step_mm=DEPTH_STEP_MM,
        upper=np.array(UPPER),
        lower=np.array(LOWER),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
