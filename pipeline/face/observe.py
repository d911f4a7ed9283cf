"""From frames to observations: all that later stages know of a face, measured once per frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

import cv2
import numpy as np
from numpy.typing import DTypeLike, NDArray

from pipeline.domain import Bytes, Observations
from pipeline.errors import InputError
from pipeline.face import eye_crops
from pipeline.face.following import Follower, Sighting
from pipeline.face.iris_finder import IrisFinder
from pipeline.face.landmark_code import quantised
from pipeline.face.landmarker import LANDMARKS, Landmarker, Landmarks

PROGRESS_EVERY_FRAMES: Final = 30
BLUR_SIDE_MAX_PX: Final = 256  # of the middle of the face: enough to judge sharpness by
BRIGHTNESS_GRID: Final = 64  # rows and columns of the face that are averaged
GROWTH_FRAMES: Final = 4096


class Frame(Protocol):
    """What is needed of a decoded frame: `t_ms` on the page's clock, `rgb` (height, width, 3) uint8."""

    @property
    def t_ms(self) -> float: ...
    @property
    def rgb(self) -> Bytes: ...


def observe(
    frames: Iterable[Frame],
    frames_expected: int | None,
    progress: Callable[[float], None],
    *,
    eyes: bool = True,
) -> Observations:
    """Landmarks, eyes and light of the followed face in every frame.

    Parameters
    ----------
    frames : of one size, in order of time
    frames_expected : what the progress is reckoned by; None where the video does not say
    progress : told the share done, 0-1
    eyes : whether to keep crops of the eyes, 7.7 kB a frame

    Raises
    ------
    InputError
        There is no frame.
    ModelError
        The bundled model is not the one that was shipped.
    """
    record = _Record(eyes=eyes)
    with Landmarker() as landmarker:
        follower = Follower(landmarker)
        for index, frame in enumerate(frames):
            record.add(frame, follower.follow(frame.t_ms, frame.rgb))
            if frames_expected and index % PROGRESS_EVERY_FRAMES == 0:
                progress(min(index / frames_expected, 1.0))
    progress(1.0)
    return record.finish()


def brightness_and_blur(rgb: Bytes, landmarks_px: Landmarks) -> tuple[float, float]:
    """Mean grey of the face's box, 0-255, and variance of the Laplacian in its middle; NaN off the frame."""
    height, width = rgb.shape[:2]
    low = np.clip(landmarks_px[:, :2].min(axis=0).astype(int), 0, None)
    high = np.clip(landmarks_px[:, :2].max(axis=0).astype(int) + 1, None, (width, height))
    if np.any(high - low < 3):
        return np.nan, np.nan
    step_x, step_y = np.maximum((high - low) // BRIGHTNESS_GRID, 1)
    coarse = rgb[low[1] : high[1] : step_y, low[0] : high[0] : step_x]
    brightness = cv2.cvtColor(np.ascontiguousarray(coarse), cv2.COLOR_RGB2GRAY).mean()
    edge = np.maximum((high - low - BLUR_SIDE_MAX_PX) // 2, 0)
    middle = rgb[low[1] + edge[1] : high[1] - edge[1], low[0] + edge[0] : high[0] - edge[0]]
    laplacian = cv2.Laplacian(cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY), cv2.CV_16S)
    return float(brightness), float(cv2.meanStdDev(laplacian)[1][0, 0] ** 2)


class _Record:
    """Observations in the making."""

    def __init__(self, *, eyes: bool) -> None:
        self._size: tuple[int, int] | None = None
        self._t_ms = _Growing((), np.float64)
        self._landmarks = _Growing((LANDMARKS, 3), np.float32)
        self._count = _Growing((), np.int16)
        self._changed = _Growing((), np.bool_)
        self._brightness = _Growing((), np.float32)
        self._blur = _Growing((), np.float32)
        self._eyes = _Growing((2, eye_crops.HEIGHT_PX, eye_crops.WIDTH_PX), np.uint8) if eyes else None
        self._affines = _Growing((2, 2, 3), np.float32) if eyes else None
        self._iris = _Growing((2, 2), np.float32)
        self._finder = IrisFinder()

    def add(self, frame: Frame, sighting: Sighting) -> None:
        height, width = frame.rgb.shape[:2]
        self._size = width, height
        self._t_ms.append(frame.t_ms)
        self._count.append(sighting.face_count)
        self._changed.append(sighting.changed)
        if sighting.landmarks_px is None:
            self._add_no_face()
        else:
            self._add_face(frame.rgb, quantised(sighting.landmarks_px))

    def _add_face(self, rgb: Bytes, landmarks_px: Landmarks) -> None:
        brightness, blur = brightness_and_blur(rgb, landmarks_px)
        self._landmarks.append(landmarks_px)
        self._brightness.append(brightness)
        self._blur.append(blur)
        maps = eye_crops.affines(landmarks_px)
        crops = eye_crops.cut(rgb, maps)
        self._iris.append(self._finder.find(crops, maps, landmarks_px))
        if self._eyes is not None and self._affines is not None:
            self._affines.append(maps)
            self._eyes.append(crops)

    def _add_no_face(self) -> None:
        for values in (self._landmarks, self._brightness, self._blur, self._affines, self._iris):
            if values is not None:
                values.append(np.nan)
        if self._eyes is not None:
            self._eyes.append(0)

    def finish(self) -> Observations:
        if self._size is None:
            raise InputError("webcam video", "at least one frame", "none that can be decoded")
        return Observations(
            *self._size,
            t_ms=self._t_ms.finish(),
            landmarks_px=self._landmarks.finish(),
            face_count=self._count.finish(),
            face_changed=self._changed.finish(),
            brightness=self._brightness.finish(),
            blur=self._blur.finish(),
            eyes=self._eyes.finish() if self._eyes is not None else None,
            eyes_affine=self._affines.finish() if self._affines is not None else None,
            iris_px=self._iris.finish(),
        )


class _Growing:
    """An array that rows are appended to. It grows in place: an hour of crops would not fit twice."""

    def __init__(self, row_shape: tuple[int, ...], dtype: DTypeLike) -> None:
        self._rows = np.zeros((GROWTH_FRAMES, *row_shape), dtype)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def append(self, row: Any) -> None:
        if self._n == len(self._rows):
            self._resize(self._n + GROWTH_FRAMES)
        self._rows[self._n] = row
        self._n += 1

    def finish(self) -> NDArray[Any]:
        self._resize(self._n)
        return self._rows

    def _resize(self, rows: int) -> None:
        self._rows.resize((rows, *self._rows.shape[1:]), refcheck=False)
