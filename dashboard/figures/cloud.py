"""Gaze as points, drawn as a picture: a class's samples are too many for a chart."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import convolve

from dashboard.theme import LIGHT
from pipeline.domain import Floats

WIDTH_PX, HEIGHT_PX = 1152, 648
RADIUS_PX = 2.4
DOT_COVER = 0.5  # of one point; several over one another cover more


def cloud_picture(x: Floats, y: Floats) -> bytes:
    """A PNG with a dot at each place (slide units); those beside the slide are left out."""
    cover = 1 - (1 - DOT_COVER) ** counts(x, y)
    colour = [int(LIGHT.accent[i : i + 2], 16) for i in (1, 3, 5)]
    image = Image.fromarray((255 * cover).round().astype(np.uint8)).convert("P")
    image.putpalette(np.tile(np.array(colour, np.uint8), (256, 1)).tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", transparency=bytes(range(256)), compress_level=4)
    return out.getvalue()


def counts(x: Floats, y: Floats) -> NDArray[np.float64]:
    """How many dots cover each px (HEIGHT_PX, WIDTH_PX)."""
    on = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    column = np.minimum((x[on] * WIDTH_PX).astype(int), WIDTH_PX - 1)
    row = np.minimum((y[on] * HEIGHT_PX).astype(int), HEIGHT_PX - 1)
    flat = np.bincount(row * WIDTH_PX + column, minlength=WIDTH_PX * HEIGHT_PX).astype(float)
    return np.asarray(convolve(flat.reshape(HEIGHT_PX, WIDTH_PX), _dot(), mode="constant"))


@cache
def _dot() -> NDArray[np.float64]:
    size = int(RADIUS_PX)
    rows, columns = np.mgrid[-size : size + 1, -size : size + 1]
    return np.asarray((np.hypot(rows, columns) <= RADIUS_PX).astype(float))
