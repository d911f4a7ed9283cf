"""Gaze from observations: head pose, eyes, personal calibration, point on the screen, and how good it is.

This is the one place where the parts of the gaze stage meet. A network that finds the irises better takes
the place of `iris.centres_px` in `_eye_input`; nothing after it changes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Camera, Floats, Observations, Screen
from pipeline.gaze import calibration as personal
from pipeline.gaze import iris
from pipeline.gaze.clock import gaze_delay_ms
from pipeline.gaze.distance import face_scale
from pipeline.gaze.eye_model import EyeInput, EyeParameters, point_of_gaze
from pipeline.gaze.eyelids import openness
from pipeline.gaze.face_points import EYE_CORNERS
from pipeline.gaze.head_pose import HeadPoses, fit_head_poses
from pipeline.gaze.screen import ScreenPlane, angle_between_deg
from pipeline.parameters import CalibrationParameters, HeadPoseParameters

DEFAULT_FOV_DEG = 68.0  # of webcams that do not say; 60-78 is plausible (METHODS section 2)


@dataclass(frozen=True)
class GazeResult:
    """`samples`: the GAZE columns without the slide's, and `head_out_of_range`; one row a frame."""

    samples: pd.DataFrame
    report: dict[str, Any]


@dataclass(frozen=True)
class _Signal:
    """What the frames of a session say before anything is known of the person."""

    t_ms: Floats
    poses: HeadPoses
    eyes: EyeInput
    usable: Bools

    @property
    def eyes_middle_mm(self) -> Floats:
        """Midpoint between the eyes, camera axes, shape (n, 3)."""
        return np.asarray(self.eyes.centres_mm(0.0).mean(axis=1))


@dataclass(frozen=True)
class _Fitted:
    """A calibrated person before a screen, and the dots that it was learnt from."""

    person: personal.Calibration
    plane: ScreenPlane
    dots: list[personal.Dot]


def estimate(
    observations: Observations,
    screen: Screen,
    camera: Camera,
    calibration: pd.DataFrame,
    blink: Bools,
    head_pose: HeadPoseParameters,
    parameters: CalibrationParameters,
) -> GazeResult:
    """Gaze on the screen for every frame.

    Parameters
    ----------
    observations : n frames
    calibration : CALIBRATION columns, empty for an uncalibrated session
    blink : shape (n,), frames in which the lids hide the eyes

    Returns
    -------
    GazeResult; a frame without a face, in a blink, or whose line of sight misses the screen's plane is not
    valid and has NaN coordinates
    """
    signal = _measure(observations, camera, blink, head_pose)
    plane = ScreenPlane(screen, camera, bool(camera.mirrored))
    lag_ms, delay_ms = _clock_lag(signal, calibration, parameters)
    signal = _Signal(signal.t_ms - lag_ms, signal.poses, signal.eyes, signal.usable)
    fitted = _calibrate(signal, plane, calibration, parameters)
    points = fitted.person.points_mm(signal.eyes)
    validation = _validate(signal, points, fitted.plane, calibration, parameters)
    outside = _out_of_range(signal.poses, fitted.dots, parameters)
    sigma = _sigma_deg(validation, fitted.dots, outside, parameters)
    report = {
        "calibrated": bool(fitted.dots),
        "calibration_dots": sum(dot.kind == "calibrate" for dot in fitted.dots),
        "head_motion": any(dot.kind == "head_motion" for dot in fitted.dots),
        "validation": validation,
        "dots": _dots_report(signal, points, fitted, calibration, parameters),
        "head_range": _head_range(signal, fitted.dots),
        "mirrored": fitted.plane.mirrored,
        "clock_lag_ms": lag_ms,
        "gaze_delay_ms": delay_ms,
        "field_of_view_deg": camera.horizontal_fov_deg or DEFAULT_FOV_DEG,
        "field_of_view_source": "recording" if camera.horizontal_fov_deg else "assumed",
        "screen_size_source": screen.size_source,
        "person": asdict(fitted.person.person),
        "affine_map": fitted.person.map.tolist(),
    }
    return GazeResult(_samples(signal, points, sigma, outside, fitted.plane), report)


def focal_px(width_px: int, camera: Camera) -> float:
    """Focal length of a picture this wide."""
    field_of_view = np.radians(camera.horizontal_fov_deg or DEFAULT_FOV_DEG)
    return float(width_px / (2 * np.tan(field_of_view / 2)))


def _measure(
    observations: Observations, camera: Camera, blink: Bools, parameters: HeadPoseParameters
) -> _Signal:
    """Head poses in true mm, and what the eye model needs."""
    focal = focal_px(observations.frame_width_px, camera)
    centre = (observations.frame_width_px / 2, observations.frame_height_px / 2)
    poses, face = fit_head_poses(observations.landmarks_px, focal, centre, parameters)
    corners = np.array([face[list(pair)].mean(axis=0) for pair in EYE_CORNERS])
    depth_by_model = poses.to_camera(corners)[:, :, 2].mean(axis=1)
    scale = face_scale(iris.depths_mm(observations.landmarks_px, focal), depth_by_model)
    frame_ms = np.median(np.diff(observations.t_ms)) if len(observations) > 1 else 1.0
    poses = poses.scaled(scale).smoothed(parameters.smoothing_ms / frame_ms)
    eyes = _eye_input(observations, poses, scale * corners, focal, centre)
    usable = np.isfinite(eyes.iris_ray[..., 0]).any(axis=1) & np.isfinite(poses.error_px) & ~blink
    return _Signal(observations.t_ms, poses, eyes, np.asarray(usable))


def _eye_input(
    observations: Observations,
    poses: HeadPoses,
    corners_mm: Floats,
    focal: float,
    centre: tuple[float, float],
) -> EyeInput:
    on_sensor = (iris.centres_px(observations) - centre) / focal
    ray = np.concatenate([on_sensor, np.ones_like(on_sensor[..., :1])], axis=-1)
    lids = openness(observations.landmarks_px)
    usual = np.nanmedian(lids) if observations.has_face.any() else 1.0
    return EyeInput(ray, poses.rotation, poses.translation_mm, corners_mm, lids / usual)


def _targets_mm(calibration: pd.DataFrame, plane: ScreenPlane) -> Floats:
    """The dots' places in camera-plane mm, shape (rows, 2)."""
    return plane.from_px(calibration[["x_px", "y_px"]].to_numpy(dtype=np.float64))


def _clock_lag(
    signal: _Signal, calibration: pd.DataFrame, parameters: CalibrationParameters
) -> tuple[float, float | None]:
    """Lag of the video's clock behind the page's, and the whole delay of gaze behind the dots, in ms."""
    points = point_of_gaze(signal.eyes, EyeParameters())
    delay = gaze_delay_ms(signal.t_ms, points, signal.usable, calibration, parameters)
    lag = 0.0 if delay is None else round(delay - parameters.reaction_ms, 1)
    return (lag if lag >= parameters.lag_min_ms else 0.0), delay


def _calibrate(
    signal: _Signal, plane: ScreenPlane, calibration: pd.DataFrame, parameters: CalibrationParameters
) -> _Fitted:
    """The person, tried with and without mirroring where the recording does not say which it is."""
    tried = []
    for mirrored in (False, True) if plane.camera.mirrored is None else (plane.mirrored,):
        side = ScreenPlane(plane.screen, plane.camera, mirrored)
        targets, kinds = _targets_mm(calibration, side), ("calibrate", "head_motion")
        dots = personal.find_dots(signal.t_ms, signal.usable, calibration, targets, kinds, parameters)
        if sum(dot.kind == "calibrate" for dot in dots) < parameters.dots_min:
            return _Fitted(personal.Calibration(), plane, [])
        tried.append(_Fitted(personal.fit(signal.eyes, dots, parameters), side, dots))
    return min(tried, key=lambda fitted: fitted.person.cost)


def _validate(
    signal: _Signal,
    points: Floats,
    plane: ScreenPlane,
    calibration: pd.DataFrame,
    parameters: CalibrationParameters,
) -> dict[str, Any] | None:
    """Accuracy and precision on the dots that were not fitted; None where there are none."""
    targets = _targets_mm(calibration, plane)
    dots = personal.find_dots(signal.t_ms, signal.usable, calibration, targets, ("validate",), parameters)
    if not dots:
        return None
    rows = [_score(points[dot.frames], dot.target_mm, signal.eyes_middle_mm[dot.frames]) for dot in dots]
    places = plane.to_px(np.array([dot.target_mm for dot in dots]))
    accuracy = [row["accuracy_deg"] for row in rows]
    return {
        "dots": len(rows),
        "accuracy_deg": float(np.mean(accuracy)),
        "accuracy_cm": float(np.mean([row["accuracy_cm"] for row in rows])),
        "worst_dot_deg": float(np.max(accuracy)),
        "precision_std_deg": float(np.mean([row["precision_std_deg"] for row in rows])),
        "by_dot": [
            {"x_px": float(x), "y_px": float(y), **row} for row, (x, y) in zip(rows, places, strict=True)
        ],
    }


def _dots_report(
    signal: _Signal,
    points: Floats,
    fitted: _Fitted,
    calibration: pd.DataFrame,
    parameters: CalibrationParameters,
) -> list[dict[str, Any]]:
    """Every dot that was looked at: where it was, where gaze fell, and how far off that is, on screen px.

    Those of `kind` "calibrate" were fitted, so that their error is smaller than that of any other place;
    "validate" and "drift_check" were not.
    """
    kinds = ("validate", "drift_check")
    targets = _targets_mm(calibration, fitted.plane)
    found = personal.find_dots(signal.t_ms, signal.usable, calibration, targets, kinds, parameters)
    dots = [*(dot for dot in fitted.dots if dot.kind == "calibrate"), *found]
    eye = signal.eyes_middle_mm
    told = []
    for dot in dots:
        score = _score(points[dot.frames], dot.target_mm, eye[dot.frames])
        seen = np.nanmean(points[dot.frames], axis=0)
        places = fitted.plane.to_px(np.array([dot.target_mm, seen])).ravel()
        names = ("x_px", "y_px", "gaze_x_px", "gaze_y_px")
        told.append(
            {
                "kind": dot.kind,
                **{name: round(float(value), 1) for name, value in zip(names, places, strict=True)},
                "error_deg": round(score["accuracy_deg"], 3),
                "precision_std_deg": round(score["precision_std_deg"], 3),
                "samples": len(dot.frames),
            }
        )
    return told


def _head_range(signal: _Signal, dots: list[personal.Dot]) -> dict[str, list[float]]:
    """Least and most of the head's turn (deg) and distance (mm) while calibrating; nothing without dots."""
    if not dots:
        return {}
    frames = np.concatenate([dot.frames for dot in dots])
    yaw, pitch, roll = signal.poses.angles_deg()[frames].T
    distance = np.linalg.norm(signal.eyes_middle_mm[frames], axis=1)
    names = ("head_yaw_deg", "head_pitch_deg", "head_roll_deg", "distance_mm")
    return {
        name: [round(float(np.nanmin(values)), 1), round(float(np.nanmax(values)), 1)]
        for name, values in zip(names, (yaw, pitch, roll, distance), strict=True)
    }


def _score(points: Floats, target: Floats, eye: Floats) -> dict[str, float]:
    """Accuracy (of the mean gaze) and precision (spread about it) while one place was looked at."""
    seen = np.isfinite(points).all(axis=1)
    mean, from_where = points[seen].mean(axis=0), eye[seen].mean(axis=0)
    spread = angle_between_deg(eye[seen], points[seen], np.broadcast_to(mean, points[seen].shape))
    return {
        "accuracy_deg": float(angle_between_deg(from_where[None], mean[None], target[None])[0]),
        "accuracy_cm": float(np.linalg.norm(mean - target) / 10),
        "precision_std_deg": float(np.sqrt(np.mean(spread**2))),
    }


def _out_of_range(poses: HeadPoses, dots: list[personal.Dot], parameters: CalibrationParameters) -> Bools:
    """Where the head is turned or placed as it never was while calibrating (Mahalanobis distance)."""
    if not dots:
        return np.zeros(len(poses.error_px), dtype=bool)
    pose = np.column_stack([poses.angles_deg(), poses.translation_mm])
    known = pose[np.concatenate([dot.frames for dot in dots])]
    # No calibration is so still that a few degrees or a centimetre are news: a floor under the spread.
    floor = np.diag(np.array([2.0, 2.0, 2.0, 10.0, 10.0, 15.0]) ** 2)
    off = pose - known.mean(axis=0)
    inverse = np.linalg.inv(np.cov(known.T) + floor)
    distance = np.sqrt(np.einsum("ni,ij,nj->n", off, inverse, off))
    return np.asarray(distance > parameters.range_limit)


def _sigma_deg(
    validation: dict[str, Any] | None,
    dots: list[personal.Dot],
    outside: Bools,
    parameters: CalibrationParameters,
) -> Floats:
    """Standard uncertainty of each sample: what the validation found, more where the head is elsewhere."""
    if not dots:
        base = parameters.uncalibrated_deg
    elif validation is None:
        base = parameters.unvalidated_deg
    else:
        base = float(np.hypot(validation["accuracy_deg"], validation["precision_std_deg"]))
    return np.where(outside, parameters.out_of_range_factor * base, base)


def _samples(
    signal: _Signal, points: Floats, sigma: Floats, outside: Bools, plane: ScreenPlane
) -> pd.DataFrame:
    valid = signal.usable & np.isfinite(points).all(axis=1)
    place = np.where(valid[:, None], plane.to_px(points), np.nan)
    yaw, pitch, roll = signal.poses.angles_deg().T
    return pd.DataFrame(
        {
            "t_ms": signal.t_ms,
            "screen_x_px": place[:, 0],
            "screen_y_px": place[:, 1],
            "valid": valid,
            "sigma_deg": np.where(valid, sigma, np.nan),
            "distance_mm": np.linalg.norm(signal.eyes_middle_mm, axis=1),
            "head_yaw_deg": yaw,
            "head_pitch_deg": pitch,
            "head_roll_deg": roll,
            "eye_openness": signal.eyes.openness,
            "head_out_of_range": outside,
        }
    )
