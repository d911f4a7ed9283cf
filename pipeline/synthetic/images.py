"""OpenCV's image operations with the types they really have."""

from __future__ import annotations

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Floats

Floats32 = NDArray[np.float32]
Pixels = TypeVar("Pixels", bound=NDArray[Any])


def look_up(image: Pixels, at: Floats32 | Floats, *, transparent: bool = False) -> Pixels:
    """Values (h, w[, c]) of an image at places `at` (h, w, 2), x before y, linearly interpolated.

    Beyond the rim: the rim's value, or zero where `transparent`.
    """
    border = cv2.BORDER_CONSTANT if transparent else cv2.BORDER_REPLICATE
    x = np.asarray(at, np.float32)
    return cv2.remap(image, x, None, cv2.INTER_LINEAR, borderMode=border)  # type: ignore[call-overload, no-any-return]  # OpenCV's stubs know no None map


def blurred(image: Pixels, sigma_px: float) -> Pixels:
    """An image under a Gaussian."""
    return cv2.GaussianBlur(image, (0, 0), sigma_px)  # type: ignore[return-value]  # same dtype as given


def resized(image: Pixels, width: int, height: int, *, shrinking: bool = False) -> Pixels:
    """An image (or map of numbers) of another size, linearly interpolated, or averaged where it shrinks."""
    how = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=how)  # type: ignore[return-value]  # same dtype as given


def smooth_step(x: Floats32 | Floats) -> Floats32:
    """0 up to x = 0, 1 from x = 1, a cubic between."""
    x = np.clip(np.asarray(x, np.float32), 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


def soft_noise(rng: np.random.Generator, shape: tuple[int, int], sigma_px: float) -> Floats32:
    """Gaussian noise (h, w) blurred to grains of `sigma_px`, standard deviation 1."""
    noise = blurred(rng.standard_normal(shape, np.float32), sigma_px)
    return np.asarray(noise / noise.std(), np.float32)
