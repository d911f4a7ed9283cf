"""Frames composed of scikit-image's `astronaut` (NASA, public domain) on a grey wall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import skimage.data

from pipeline.domain import Bytes

WIDTH_PX, HEIGHT_PX = 960, 540
FACE_PX = np.array([223.0, 110.0])  # its middle in the portrait


@dataclass(frozen=True)
class Frame:
    t_ms: float
    rgb: Bytes


def portrait() -> Bytes:
    return np.asarray(skimage.data.astronaut())


def scene(*faces: tuple[float, float, float]) -> Bytes:
    """A wall with a face at each (x, y, scale); every second one is mirrored, so that they differ."""
    frame = np.full((HEIGHT_PX, WIDTH_PX, 3), 128, np.uint8)
    for index, (x, y, scale) in enumerate(faces):
        bust = portrait()[:230, 130:320]
        middle = FACE_PX - [130, 0]
        if index % 2:
            bust, middle = bust[:, ::-1], np.array([bust.shape[1] - 1 - middle[0], middle[1]])
        to_frame = np.array([[scale, 0, x - scale * middle[0]], [0, scale, y - scale * middle[1]]])
        cv2.warpAffine(
            np.ascontiguousarray(bust),
            to_frame,
            (WIDTH_PX, HEIGHT_PX),
            dst=frame,
            flags=cv2.INTER_AREA,
            borderMode=cv2.BORDER_TRANSPARENT,
        )
    return frame


def frames(pictures: Iterable[Bytes], step_ms: float = 100.0) -> Iterator[Frame]:
    for index, picture in enumerate(pictures):
        yield Frame(index * step_ms, picture)
