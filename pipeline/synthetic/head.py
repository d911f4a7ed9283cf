"""How the head moves: it sways, follows the gaze slowly and partly, nods and turns on request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from pipeline.domain import Floats
from pipeline.synthetic.camera import Pose, angles, rotation
from pipeline.synthetic.gaze_behaviour import STEP_MS, smooth_noise
from pipeline.synthetic.shape import sigmoid

NECK_MM = np.array([0.0, 85.0, 95.0])  # the joint the head turns about, in head axes from between the eyes
FOLLOW_TIME_MS = 350.0
EYE_TURN_MAX_DEG = 17.0  # beyond that the head does the rest


@dataclass(frozen=True)
class HeadPath:
    """Yaw, pitch, roll in degrees (n, 3) and the neck's place in camera mm (n, 3), every `STEP_MS` from 0."""

    turn_deg: Floats
    neck_mm: Floats

    def at(self, t_ms: float) -> Pose:
        return self._pose(self.turn_at(t_ms), self._interpolate(self.neck_mm, t_ms))

    def turn_at(self, t_ms: float) -> Floats:
        """Yaw, pitch and roll in degrees."""
        return self._interpolate(self.turn_deg, t_ms)

    @staticmethod
    def _interpolate(values: Floats, t_ms: float) -> Floats:
        place = np.clip(t_ms / STEP_MS, 0, len(values) - 1.001)
        low = int(place)
        return np.asarray(values[low] + (place - low) * (values[low + 1] - values[low]))

    @staticmethod
    def _pose(turn_deg: Floats, neck_mm: Floats) -> Pose:
        turn = rotation(*turn_deg.tolist())
        return Pose(turn, neck_mm - turn @ NECK_MM)


def move_head(
    rng: np.random.Generator,
    gaze_mm: Floats,
    rest_mm: Floats,
    centre_mm: Floats,
    exercise_ms: tuple[float, float],
) -> HeadPath:
    """The head's path for a point of gaze in camera mm (n, 3).

    Parameters
    ----------
    rest_mm : where the eyes are on average
    centre_mm : the middle of the screen, which the face is roughly turned to
    exercise_ms : when the student slowly nods and turns on request
    """
    count = len(gaze_mm)
    ahead = angles(centre_mm - rest_mm)
    away = angles(gaze_mm - rest_mm) - ahead
    gain = rng.uniform(0.15, 0.4)
    wanted = gain * away + (1 - gain) * np.sign(away) * np.maximum(np.abs(away) - EYE_TURN_MAX_DEG, 0)
    turn = np.column_stack(
        [ahead + rng.normal(0, (2.5, 3.5)) + _lag(wanted), np.full(count, rng.normal(0, 1.5))]
    )
    turn += smooth_noise(rng, count, 4000, (1.3, 1.2, 0.9)) + smooth_noise(rng, count, 600, (0.4, 0.4, 0.3))
    turn += smooth_noise(rng, count, 90, (0.06, 0.06, 0.04))
    turn[:, :2] += _exercise(rng, count, exercise_ms)
    sway = smooth_noise(rng, count, 6000, (9, 5, 12)) + smooth_noise(rng, count, 800, (1.2, 0.9, 1.6))
    sway += smooth_noise(rng, count, 80, (0.12, 0.12, 0.12)) + _shifts(rng, count)
    return HeadPath(turn, rest_mm + NECK_MM + sway)


def _lag(wanted: Floats) -> Floats:
    """The slow answer of the neck: two first-order lags in a row."""
    keep = np.exp(-STEP_MS / (FOLLOW_TIME_MS / 2))
    for _ in range(2):
        wanted, _ = lfilter([1 - keep], [1, -keep], wanted, axis=0, zi=keep * wanted[:1])
    return np.asarray(wanted)


def _exercise(rng: np.random.Generator, count: int, when_ms: tuple[float, float]) -> Floats:
    """Nodding in the first half, turning in the second, with soft edges; (count, 2) yaw and pitch."""
    share = (np.arange(count) * STEP_MS - when_ms[0]) / (when_ms[1] - when_ms[0])
    edge = np.clip(np.minimum(share, 1 - share) / 0.08, 0, 1)
    phase = np.sin(2 * np.pi * share * rng.uniform(2.6, 3.6))
    first = sigmoid((0.5 - share.astype(np.float64)) / 0.04)
    yaw, pitch = rng.uniform(9, 15), rng.uniform(6, 11)
    return np.asarray(np.column_stack([yaw * (1 - first) * phase, pitch * first * phase]) * edge[:, None])


def _shifts(rng: np.random.Generator, count: int) -> Floats:
    """Now and then the student sits differently."""
    grid = np.arange(count) * STEP_MS
    moved = np.zeros((count, 3))
    for when in np.cumsum(rng.exponential(30_000, 12)):
        moved += np.outer(sigmoid((grid - when) / 180), rng.normal(0, (9, 6, 12)))
    return moved
