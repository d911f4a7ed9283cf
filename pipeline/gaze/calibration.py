"""What a calibration teaches about one person: eye parameters, then a map of the point of gaze.

People turn their heads towards each dot, so head pose and target are collinear during a calibration and a
regression on raw head pose would learn "pose means place". Geometry therefore carries the head; what is
fitted is (1) six parameters of the eyes, with the slow head motion at the centre dot as the lever that
tells eye from head, and (2) a robust affine map of the resulting point, shrunk towards no change at all.
Every place is in camera-plane mm here; residuals are in degrees as seen from the eyes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from pipeline.domain import Bools, Floats
from pipeline.gaze.eye_model import EyeInput, EyeParameters, point_of_gaze
from pipeline.parameters import CalibrationParameters

Indices = NDArray[np.intp]
IDENTITY_MAP = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])


@dataclass(frozen=True)
class Dot:
    """Frames in which one target was looked at, and where it was (camera-plane mm)."""

    frames: Indices
    target_mm: Floats
    kind: str


@dataclass(frozen=True)
class Calibration:
    """A fitted person. `map` (3, 2) is the affine map of a point [x, y, 1] around the camera, mm."""

    person: EyeParameters = field(default_factory=EyeParameters)
    map: Floats = field(default_factory=lambda: IDENTITY_MAP.copy())
    cost: float = np.inf

    def points_mm(self, eyes: EyeInput) -> Floats:
        """Point of gaze of both eyes together, camera-plane mm, shape (n, 2)."""
        return apply_map(point_of_gaze(eyes, self.person), self.map)


def apply_map(points_mm: Floats, affine: Floats) -> Floats:
    """The points (n, 2) moved by an affine map (3, 2)."""
    return np.asarray(points_mm @ affine[:2] + affine[2])


def find_dots(
    t_ms: Floats,
    usable: Bools,
    calibration: pd.DataFrame,
    target_mm: Floats,
    kinds: tuple[str, ...],
    parameters: CalibrationParameters,
) -> list[Dot]:
    """The dots of these kinds that were looked at for long enough, settling time left out.

    `target_mm` (rows, 2) are the rows' places in camera-plane mm.
    """
    dots = []
    rows = zip(*(calibration[c] for c in ("t_on_ms", "t_off_ms", "kind")), target_mm, strict=True)
    for t_on_ms, t_off_ms, kind, place in rows:
        seen = (t_ms >= t_on_ms + parameters.settle_ms) & (t_ms <= t_off_ms) & usable
        if kind in kinds and seen.sum() >= parameters.frames_min:
            dots.append(Dot(np.flatnonzero(seen), place, kind))
    return dots


def without_outliers(dot: Dot, points_mm: Floats, parameters: CalibrationParameters) -> Dot:
    """The dot without frames whose point lies far from the dot's median, by median absolute deviations."""
    if dot.kind == "head_motion":
        return dot
    here = points_mm[dot.frames]
    off = np.abs(here - np.median(here, axis=0))
    spread = 1.4826 * np.median(off, axis=0) + 1e-9
    return Dot(dot.frames[(off <= parameters.outlier_mad * spread).all(axis=1)], dot.target_mm, dot.kind)


def fit(eyes: EyeInput, dots: list[Dot], parameters: CalibrationParameters) -> Calibration:
    """Eye parameters and map of one person from the dots (at least `parameters.dots_min`)."""
    start = EyeParameters()
    points = point_of_gaze(eyes, start)
    dots = [without_outliers(dot, points, parameters) for dot in dots]
    person, cost = _fit_person(eyes, dots, start, parameters)
    points = point_of_gaze(eyes, person)
    return Calibration(person, _fit_map(points, eyes, dots, parameters), cost)


def _fit_person(
    eyes: EyeInput, dots: list[Dot], start: EyeParameters, parameters: CalibrationParameters
) -> tuple[EyeParameters, float]:
    frames, target, weight = _stack(dots, parameters)
    seen = eyes[frames]
    distance = np.linalg.norm(seen.translation_mm, axis=1)
    prior, prior_sd = start.as_vector(), np.asarray(parameters.person_sd)

    def residuals(values: Floats) -> Floats:
        points = point_of_gaze(seen, EyeParameters.from_vector(values))
        off = np.nan_to_num(_degrees(points - target, distance), nan=45.0) * weight[:, None]
        return np.concatenate([off.ravel(), (values - prior) / prior_sd])

    found = least_squares(residuals, prior, loss="soft_l1", x_scale=prior_sd, max_nfev=60)
    return EyeParameters.from_vector(found.x), float(found.cost)


def _stack(dots: list[Dot], parameters: CalibrationParameters) -> tuple[Indices, Floats, Floats]:
    """Frames of all dots, thinned, with targets and weights such that each dot counts as one."""
    frames, targets, weights = [], [], []
    for dot in dots:
        head_motion = dot.kind == "head_motion"
        most = parameters.frames_head_motion if head_motion else parameters.frames_per_dot
        some = dot.frames[np.unique(np.linspace(0, len(dot.frames) - 1, most).round().astype(np.intp))]
        counts_as = parameters.head_motion_weight if head_motion else 1.0
        frames.append(some)
        targets.append(np.tile(dot.target_mm, (len(some), 1)))
        weights.append(np.full(len(some), np.sqrt(counts_as / len(some)) / parameters.dot_error_deg))
    return np.concatenate(frames), np.concatenate(targets), np.concatenate(weights)


def _fit_map(points: Floats, eyes: EyeInput, dots: list[Dot], parameters: CalibrationParameters) -> Floats:
    """Affine map of the dots' median points onto their targets: IRLS-Huber, shrunk towards identity."""
    dots = [dot for dot in dots if dot.kind != "head_motion"]
    if len(dots) < parameters.dots_min:
        return IDENTITY_MAP.copy()
    seen = np.array([np.nanmedian(points[dot.frames], axis=0) for dot in dots])
    target = np.array([dot.target_mm for dot in dots])
    distance = np.array([np.median(eyes.translation_mm[dot.frames, 2]) for dot in dots])
    return robust_affine(seen, target, distance, parameters)


def robust_affine(
    seen: Floats, target: Floats, distance: Floats, parameters: CalibrationParameters
) -> Floats:
    """The affine map (3, 2) from places seen to targets (each (k, 2), mm); distances (k,) in mm.

    Shrunk towards no change with the weight of a prior on gain; gains are kept within
    `parameters.gain_range`, so that a few bad dots cannot turn the picture inside out.
    """
    middle = seen.mean(axis=0)
    design = np.column_stack([seen - middle, np.ones(len(seen))])
    change = target - seen
    dot_error_mm = np.tan(np.radians(parameters.dot_error_deg)) * np.median(distance)
    penalty = np.diag([(dot_error_mm / parameters.gain_sd) ** 2] * 2 + [0.0])
    weight = np.ones(len(seen))
    for _ in range(parameters.irls_rounds):
        normal = design.T @ (weight[:, None] * design) + penalty
        solution = np.linalg.solve(normal, design.T @ (weight[:, None] * change))
        off = np.linalg.norm(_degrees(design @ solution - change, distance), axis=1)
        weight = np.minimum(1.0, parameters.huber_deg / np.maximum(off, 1e-9))
    low, high = parameters.gain_range
    linear = solution[:2] + np.eye(2)
    np.fill_diagonal(linear, np.clip(np.diag(linear), low, high))
    return np.vstack([linear, middle + solution[2] - middle @ linear])


def _degrees(off_mm: Floats, distance_mm: Floats) -> Floats:
    return np.asarray(np.degrees(np.arctan2(off_mm, distance_mm[:, None])))
