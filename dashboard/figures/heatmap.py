"""Maps of a slide as pictures: 8-bit PNGs with a palette, transparent where there is nothing.

As plotly data they would be megabytes of JSON, as such pictures they are some tens of kilobytes. Scales are
even steps to the eye and apart in the common colour deficiencies.
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
FOG = (27, 42, 51)  # the ink of the light scheme


def picture(grid: Floats, peak: float | None = None) -> bytes:
    """A PNG: the grid, row 0 at the top, from nothing (transparent) to its own peak, or to this one.

    Parameters
    ----------
    grid : (rows, columns) any measure that is never negative, for example seconds
    peak : at least the largest of the grid
    """
    peak = float(grid.max(initial=0.0)) if peak is None else peak
    share = np.zeros_like(grid) if peak <= 0 else grid / peak
    return _png(_enlarged(share), _colours(), _cover())


def prominence_picture(share: Floats) -> bytes:
    """A PNG of what stands out in a picture, as a share of what stands out most (rows, columns)."""
    return _png(_enlarged(share), _prominence(), _cover())


def fog_picture(share: Floats) -> bytes:
    """A PNG: fog where the share of students (rows, columns; 0-1) is nothing, clear where it is all."""
    colour = np.tile(np.array(FOG, np.uint8), (256, 1))
    return _png(_enlarged(share), colour, _fog_cover())


def _png(share: NDArray[np.uint8], colours: NDArray[np.uint8], cover: NDArray[np.uint8]) -> bytes:
    """A picture of numbers 0-255 that are colours (256, 3) and opacities (256,)."""
    image = Image.fromarray(share).convert("P")
    image.putpalette(colours.tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", transparency=cover.tobytes(), compress_level=4)
    return out.getvalue()


def colour_scale(stops: int = 9) -> list[tuple[float, str]]:
    """The picture's colours as a plotly scale, faded to white as the picture fades on white paper."""
    return _on_paper(_colours(), _cover(), stops)


def prominence_scale(stops: int = 32) -> list[tuple[float, str]]:
    """The same of `prominence_picture`."""
    return _on_paper(_prominence(), _cover(), stops)


def fog_scale(stops: int = 32) -> list[tuple[float, str]]:
    """The same of `fog_picture`."""
    return _on_paper(np.tile(np.array(FOG, np.uint8), (256, 1)), _fog_cover(), stops)


def _on_paper(colours: NDArray[np.uint8], covers: NDArray[np.uint8], stops: int) -> list[tuple[float, str]]:
    at = np.linspace(0, 255, stops).astype(int)
    cover = covers[at, None] / 255
    mixed = colours[at] * cover + 255 * (1 - cover)
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
def _prominence() -> NDArray[np.uint8]:
    """One hue from light to dark, so that it is told from the heatmap: carto's teal."""
    at = np.linspace(0.1, 1.0, 256)
    return np.array([unlabel_rgb(c) for c in sample_colorscale("Teal", list(at))]).round().astype(np.uint8)


@cache
def _fog_cover() -> NDArray[np.uint8]:
    return (255 * _COVER_MAX * (1 - np.linspace(0, 1, 256))).round().astype(np.uint8)


@cache
def _cover() -> NDArray[np.uint8]:
    """256 opacities: nothing at nothing, rising to `_COVER_MAX` at `_OPAQUE_FROM` of the peak."""
    rise = np.clip(np.linspace(0, 1, 256) / _OPAQUE_FROM, 0, 1)
    return (255 * _COVER_MAX * rise * rise * (3 - 2 * rise)).round().astype(np.uint8)
