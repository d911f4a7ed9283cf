"""What a cheap webcam does to the light: defocus, motion blur, exposure, noise; and the lossy encoding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from pipeline.domain import Bytes, Floats

NOISE_FIELDS = 5
FIELD_SD, STRENGTH_UNIT = 40.0, 1024.0  # noise is kept and scaled in small integers
AUTO_EXPOSURE_GREY = 105.0
BLACK, WHITE = 16, 235  # of the luma plane
CODECS = {
    ".webm": ("libvpx", {"deadline": "realtime", "cpu-used": "16"}),
    ".mp4": ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
}


@dataclass(frozen=True)
class Faults:
    """How bad the camera is. Noise is Gaussian in its own units plus shot noise that grows with light."""

    exposure_ms: float
    defocus_px: float
    read_noise: float  # grey levels
    shot_noise: float  # grey levels at mid grey
    mirrored: bool


def draw_faults(rng: np.random.Generator, width_px: int, dim: bool) -> Faults:
    """One camera; in dim light it exposes longer and its noise is amplified."""
    return Faults(
        exposure_ms=rng.uniform(25, 45) if dim else rng.uniform(8, 20),
        defocus_px=rng.uniform(0.5, 1.0) * width_px / 1280 + 0.15,
        read_noise=rng.uniform(0.6, 1.8) * (2.0 if dim else 1.0),
        shot_noise=rng.uniform(0.8, 2.2) * (1.6 if dim else 1.0),
        mirrored=bool(rng.random() < 0.2),
    )


class Sensor:
    """Turns drawn pictures into the planes (I420) a webcam hands to the encoder."""

    def __init__(self, faults: Faults, width_px: int, height_px: int, rng: np.random.Generator) -> None:
        self.faults = faults
        self._rng = rng
        shape = (height_px, width_px)
        self._fields: list[NDArray[np.int8]] = [
            np.clip(rng.standard_normal(shape, np.float32) * FIELD_SD, -127, 127).astype(np.int8)
            for _ in range(NOISE_FIELDS)
        ]
        sigma = np.hypot(faults.read_noise, faults.shot_noise * np.sqrt(np.arange(256) / 128))
        self._strength = np.clip(sigma / FIELD_SD * STRENGTH_UNIT, 0, 255).astype(np.uint8)

    def expose(self, picture: Bytes, gain: float, motion_px: Floats) -> Bytes:
        """One frame's planes ((h * 3 / 2), w): motion during the exposure, defocus, brightness, noise."""
        if self.faults.mirrored:
            picture = np.asarray(cv2.flip(picture, 1), np.uint8)
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
        luma = planes[: picture.shape[0]]
        luma[:] = cv2.GaussianBlur(luma, (5, 5), self.faults.defocus_px)
        length = float(np.linalg.norm(motion_px))
        if length > 0.7:
            luma[:] = cv2.filter2D(luma, -1, _streak(motion_px))
        brighter = np.clip((np.arange(256) - BLACK) * gain + BLACK, BLACK, WHITE)
        luma[:] = cv2.LUT(luma, brighter.astype(np.uint8))
        chroma = planes[picture.shape[0] :]
        chroma[:] = cv2.LUT(chroma, np.clip((np.arange(256) - 128) * gain + 128, 0, 255).astype(np.uint8))
        field = self._fields[self._rng.integers(NOISE_FIELDS)]
        field = np.roll(field, self._rng.integers(len(field)), axis=0)
        noise = cv2.multiply(cv2.LUT(luma, self._strength), field, scale=1 / STRENGTH_UNIT, dtype=cv2.CV_8S)
        cv2.add(luma, noise, dst=luma, dtype=cv2.CV_8U)
        return planes


def auto_exposure(picture: Bytes, face_px: Floats) -> float:
    """The gain by which a webcam's automatic brings the picture, above all the face, to a middle grey."""
    x, y = np.clip(face_px, 0, np.array(picture.shape[1::-1]) - 1).astype(int)
    reach = picture.shape[0] // 6
    face = picture[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach]
    return float(np.clip((AUTO_EXPOSURE_GREY / (0.3 * picture.mean() + 0.7 * face.mean())) ** 0.8, 0.75, 2.2))


def _streak(motion_px: Floats) -> NDArray[np.float32]:
    """A line kernel along the motion."""
    kernel = np.zeros((9, 9), np.float32)
    half = np.clip(motion_px, -8, 8) / 2
    ends = np.round((np.array([4.0, 4.0]) + np.array([-half, half])) * 16).astype(int)
    cv2.line(kernel, ends[0].tolist(), ends[1].tolist(), 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel / kernel.sum(), np.float32)


class VideoWriter:
    """A WebM (VP8) or MP4 (H.264) file with true, uneven timestamps in whole ms."""

    def __init__(self, path: Path, width_px: int, height_px: int, rate_hz: float) -> None:
        codec, options = CODECS[path.suffix]
        self._container = av.open(str(path), "w", options={"fflags": "bitexact"})  # no random ids in the file
        stream = self._container.add_stream(codec, rate=round(rate_hz), options=options)
        assert isinstance(stream, VideoStream)  # PyAV's types cannot tell
        self._stream = stream
        self._stream.width, self._stream.height, self._stream.pix_fmt = width_px, height_px, "yuv420p"
        self._stream.bit_rate = int(2.7 * width_px * height_px)
        self._stream.thread_count = 1
        self._stream.codec_context.time_base = Fraction(1, 1000)

    def write(self, planes: Bytes, t_ms: int) -> None:
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = t_ms, Fraction(1, 1000)
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.mux(self._stream.encode())
        self._container.close()
