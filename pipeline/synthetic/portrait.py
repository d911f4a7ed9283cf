"""The one photographed head that all rendered students are varied from (see `build_portrait`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Bytes
from pipeline.errors import ModelError
from pipeline.synthetic.images import Floats32, resized

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Portrait:
    """A frontal head: colours, opacity, hair (0-255 per texel), depth in mm on a coarser grid, landmarks.

    Portrait coordinates are mm, x right and y down in the image, z away from the viewer, origin between
    the irises. `rgb` (h, w, 3), `alpha` and `hair` (h, w) have `px_per_mm` texels; `depth_mm` has one
    value every `depth_step_mm`; both start at `corner_mm`. `upper` and `lower` (2, 9) are the landmarks of
    each eye's lids from the inner to the outer corner, the image-left eye first.
    """

    rgb: Bytes
    alpha: Bytes
    hair: Bytes
    depth_mm: Floats32
    landmarks_mm: Floats32
    corner_mm: Floats32
    px_per_mm: float
    depth_step_mm: float
    upper: NDArray[np.int64]
    lower: NDArray[np.int64]


@cache
def portrait() -> Portrait:
    """The head as it was built, loaded once."""
    image = _read("portrait.png", cv2.IMREAD_UNCHANGED)
    hair = _read("portrait_hair.png", cv2.IMREAD_GRAYSCALE)
    with np.load(FOLDER / "portrait.npz") as stored:
        return Portrait(
            rgb=np.ascontiguousarray(image[..., 2::-1]),
            alpha=np.ascontiguousarray(image[..., 3]),
            hair=resized(hair, image.shape[1], image.shape[0]),
            depth_mm=stored["depth_mm"],
            landmarks_mm=stored["landmarks_mm"],
            corner_mm=stored["corner_mm"].astype(np.float32),
            px_per_mm=float(stored["px_per_mm"]),
            depth_step_mm=float(stored["depth_step_mm"]),
            upper=stored["upper"],
            lower=stored["lower"],
        )


def _read(name: str, how: int) -> Bytes:
    image = cv2.imread(str(FOLDER / name), how)
    if image is None:
        raise ModelError(f"The portrait of the rendered student ({name}) is missing or damaged.")
    return np.asarray(image, np.uint8)
