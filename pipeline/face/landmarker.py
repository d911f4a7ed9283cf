"""MediaPipe's Face Landmarker: 478 landmarks of a face, irises included, in px of the frame."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Final

import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode
from numpy.typing import NDArray

from pipeline.domain import Bytes, Floats
from pipeline.model_files import read_model

MODEL: Final = "face_landmarker.task"
LANDMARKS: Final = 478
MOST_FACES: Final = 4  # more than can look at one screen

# MediaPipe smooths the landmarks of a single face over time and cannot be told not to: an iris then takes
# 300 ms to arrive where a saccade took it in 30. Its filter reckons in seconds, so on a clock that
# advances this far from frame to frame nothing is left of it.
CLOCK_STEP_MS: Final = 1_000_000

Landmarks = NDArray[np.float32]


class Landmarker:
    """Finds faces, and follows one from frame to frame. Use as a context manager.

    Raises
    ------
    ModelError
        The bundled model is missing or is not the one that was shipped.
    """

    def __init__(self) -> None:
        model = read_model(MODEL)
        self._open = ExitStack()
        with _without_startup_chatter():
            self._tracker = self._open.enter_context(_landmarker(model, RunningMode.VIDEO, faces=1))
            self._finder = self._open.enter_context(_landmarker(model, RunningMode.IMAGE, faces=MOST_FACES))
        self._clock_ms = 0

    def __enter__(self) -> Landmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def track(self, rgb: Bytes) -> Landmarks | None:
        """The followed face, continued from the call before where it can be, else the one detected best.

        Parameters
        ----------
        rgb : (height, width, 3) uint8

        Returns
        -------
        (478, 3) float32: x and y in px of the frame, z relative and in the unit of x; None without a face.
        """
        self._clock_ms += CLOCK_STEP_MS
        found = self._tracker.detect_for_video(_image(rgb), self._clock_ms).face_landmarks
        return _in_px(found[0], rgb) if found else None

    def turn_to(self, rgb: Bytes, centre_px: Floats, half_side_px: float) -> Landmarks | None:
        """Have `track` go on with the face about this place, and give it; None if there is none there."""
        height, width = rgb.shape[:2]
        left, top = np.clip(centre_px - half_side_px, 0, (width, height)).astype(int)
        right, bottom = np.clip(centre_px + half_side_px, 0, (width, height)).astype(int)
        lit = np.zeros_like(rgb)
        self.track(lit)  # in the dark the face followed so far is lost
        lit[top:bottom, left:right] = rgb[top:bottom, left:right]
        return self.track(lit)

    def find(self, rgb: Bytes) -> list[Landmarks]:
        """Every face in the frame by itself, as of `track`; costs a detection, and more jitter."""
        return [_in_px(face, rgb) for face in self._finder.detect(_image(rgb)).face_landmarks]


def _landmarker(model: bytes, mode: RunningMode, faces: int) -> FaceLandmarker:
    base = BaseOptions(model_asset_buffer=model)
    options = FaceLandmarkerOptions(base_options=base, running_mode=mode, num_faces=faces)
    return FaceLandmarker.create_from_options(options)


def _image(rgb: Bytes) -> mediapipe.Image:
    return mediapipe.Image(mediapipe.ImageFormat.SRGB, np.ascontiguousarray(rgb))


def _in_px(face: list[mediapipe.tasks.components.containers.NormalizedLandmark], rgb: Bytes) -> Landmarks:
    height, width = rgb.shape[:2]
    normalised = np.array([(point.x, point.y, point.z) for point in face], np.float32)
    return normalised * np.array([width, height, width], np.float32)


@contextmanager
def _without_startup_chatter() -> Iterator[None]:
    """MediaPipe's C++ logs to standard error while it starts, whatever the environment asks of it."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
