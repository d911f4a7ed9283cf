"""The heatmap as a picture: an 8-bit PNG with a palette, transparent where nobody looked.

As plotly data it would be megabytes of JSON, as such a picture it is some tens of kilobytes.
"""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from plotly.colors import sample_colorscale, unlabel_rgb

from pipeline.domain import Floats

WIDTH_PX, HEIGHT_PX = 768, 432  # blurred by a degree at least, it has no finer detail
_OPAQUE_FROM = 0.6  # share of the peak from which the slide is covered as much as it ever is
_COVER_MAX = 0.86


def picture(grid: Floats, peak: float | None = None) -> bytes:
    """A PNG: the grid, row 0 at the top, from nothing (transparent) to its own peak, or to this one.

    Parameters
    ----------
    grid : (rows, columns) any measure that is never negative, for example seconds
    peak : at least the largest of the grid
    """
    peak = float(grid.max(initial=0.0)) if peak is None else peak
    share = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8) if peak <= 0 else _enlarged(grid / peak)
    image = Image.fromarray(share).convert("P")
    image.putpalette(_colours().tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", transparency=_cover().tobytes(), compress_level=4)
    return out.getvalue()


def colour_scale(stops: int = 9) -> list[tuple[float, str]]:
    """The picture's colours as a plotly scale, faded to white as the picture fades on white paper."""
    at = np.linspace(0, 255, stops).astype(int)
    cover = _cover()[at, None] / 255
    mixed = _colours()[at] * cover + 255 * (1 - cover)
    return [
        (index / 255, f"rgb({r:.0f},{g:.0f},{b:.0f})") for index, (r, g, b) in zip(at, mixed, strict=True)
    ]


def _enlarged(share: Floats) -> NDArray[np.uint8]:
    """The grid (0-1) in 256 steps at the size of the picture, interpolated smoothly."""
    small = Image.fromarray((share * 255).round().astype(np.uint8))
    return np.asarray(small.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BICUBIC))


@cache
def _colours() -> NDArray[np.uint8]:
    """256 RGB colours, light to dark: magma backwards without its ends; even steps to the eye."""
    at = np.linspace(0.90, 0.12, 256)
    return np.array([unlabel_rgb(c) for c in sample_colorscale("magma", list(at))]).round().astype(np.uint8)


@cache
def _cover() -> NDArray[np.uint8]:
    """256 opacities: nothing at nothing, rising to `_COVER_MAX` at `_OPAQUE_FROM` of the peak."""
    rise = np.clip(np.linspace(0, 1, 256) / _OPAQUE_FROM, 0, 1)
    return (255 * _COVER_MAX * rise * rise * (3 - 2 * rise)).round().astype(np.uint8)
