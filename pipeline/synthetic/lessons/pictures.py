"""Pictures that look photographed, painted from noise, distances and light: nothing is copied from anywhere.

Each painter returns an RGB image (height, width, 3) as uint8 and is the same on every run.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates, zoom
from scipy.spatial import cKDTree

from pipeline.domain import Bytes, Floats

Painter = Callable[[], Bytes]


def _plane(width: int, height: int) -> tuple[Floats, Floats]:
    """Pixel coordinates x and y, each (height, width)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    return x, y


def _noise(shape: tuple[int, int], scale: float, seed: int, octaves: int = 4) -> Floats:
    """Fractal noise (height, width) about 0 with standard deviation 1; `scale` is its coarsest grain in px."""
    rng = np.random.default_rng(seed)
    total = np.zeros(shape)
    for octave in range(octaves):
        grain = max(scale / 2**octave, 1.0)
        coarse = rng.standard_normal((int(shape[0] / grain) + 4, int(shape[1] / grain) + 4))
        fine = zoom(coarse, grain, order=3)[: shape[0], : shape[1]]
        total += fine / 2**octave
    return np.asarray((total - total.mean()) / total.std())


def _step(low: float, high: float, value: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between (low may be the greater: then it falls)."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def _blend(under: Floats, over: Floats | tuple[float, float, float], share: Floats) -> Floats:
    """`over` laid on `under` with an opacity per pixel (height, width)."""
    return np.asarray(under + (np.asarray(over) - under) * share[..., None])


def _ramp(value: Floats, stops: dict[float, tuple[float, float, float]]) -> Floats:
    """Colours (…, 3) for values, linear between the stops."""
    places, colours = list(stops), np.array(list(stops.values()))
    return np.stack([np.interp(value, places, colours[:, channel]) for channel in range(3)], axis=-1)


def _cells(x: Floats, y: Floats, size: float, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Distance to the nearest wall between scattered cells (in px), and the number of each pixel's cell."""
    rng = np.random.default_rng(seed)
    margin = 2 * size
    columns = np.arange(x.min() - margin, x.max() + margin, size)
    rows = np.arange(y.min() - margin, y.max() + margin, size)
    centres = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    centres += rng.uniform(-0.42, 0.42, centres.shape) * size
    distance, nearest = cKDTree(centres).query(np.stack([x.ravel(), y.ravel()], axis=1), k=2)
    wall = (distance[:, 1] - distance[:, 0]).reshape(x.shape) / 2
    return wall, nearest[:, 0].reshape(x.shape).astype(np.int64)


def _focus(image: Floats, blur_px: Floats) -> Floats:
    """The image blurred by a different amount at each pixel, as a lens does off its focal plane."""
    levels = np.array([0.0, 1.5, 3.0, 6.0, 12.0])
    stack = np.stack([gaussian_filter(image, (level, level, 0)) if level else image for level in levels])
    rows, columns = np.indices(blur_px.shape)
    place = np.interp(blur_px, levels, np.arange(len(levels)))
    return np.stack(
        [map_coordinates(stack[..., c], [place, rows, columns], order=1) for c in range(3)], axis=-1
    )


def _finish(image: Floats, vignette: float = 0.25) -> Bytes:
    """Darker corners, then 8 bits."""
    x, y = _plane(image.shape[1], image.shape[0])
    radius = np.hypot(x / image.shape[1] - 0.5, y / image.shape[0] - 0.5) / 0.707
    return np.asarray(np.clip(image * (1 - vignette * radius**2.5)[..., None], 0, 255), dtype=np.uint8)


def leaf(width: int = 640, height: int = 500) -> Bytes:
    """A leaf against the light, close up: midrib, side veins, the net between them, two drops of water."""
    x, y = _plane(width, height)
    x = x + 5 * _noise(x.shape, 120, 1, 2)
    y = y + 5 * _noise(y.shape, 120, 2, 2)
    along = (x * 0.86 - y * 0.51) - 40
    across = x * 0.51 + y * 0.86 - 395 + 0.00016 * (along - 300) ** 2
    side = np.abs(across)
    spacing = np.where(across > 0, 96.0, 88.0)
    phase = (along - 0.62 * side + 0.00075 * side**2 + np.where(across > 0, 20.0, 66.0)) / spacing
    to_vein = np.abs(phase - np.round(phase)) * spacing * 0.78
    vein = np.exp(-((to_vein / np.clip(5.2 - side * 0.009, 1.6, None)) ** 2))
    rib = np.exp(-((side / (10.5 - along * 0.006)) ** 2))
    net, _ = _cells(x, y, 34, 3)
    fine, number = _cells(x, y, 10, 4)
    mesh = 0.75 * np.exp(-((net / 1.5) ** 2)) + 0.42 * np.exp(-((fine / 1.1) ** 2))
    rise = gaussian_filter(2.2 * rib + 1.1 * vein + 0.35 * mesh, 0.8)
    shade = (np.gradient(rise, axis=1) + np.gradient(rise, axis=0)) * 0.9
    tone = 0.50 + 0.045 * _noise(x.shape, 190, 5) + 0.05 * np.sin(number * 12.9898) + 0.0004 * (x - y)
    tone = tone - 0.10 * np.exp(-((to_vein / 16) ** 2)) - 0.06 * np.exp(-((side / 30) ** 2))
    green = _ramp(tone, {0.2: (24, 66, 18), 0.42: (62, 122, 24), 0.58: (120, 176, 36), 0.8: (196, 222, 84)})
    image = _blend(green, (176, 208, 92), np.clip(mesh, 0, 1) * 0.42)
    image = _blend(image, (202, 222, 122), np.clip(np.maximum(vein, rib), 0, 1) * 0.78)
    image = image * (1 - np.clip(shade, -0.3, 0.3))[..., None]
    px, py = _plane(width, height)
    blur = 9 * _step(0.42, 1.0, np.hypot((px - 330) / width, (py - 250) / height) * 1.55)
    image = _focus(image, blur)
    for cx, cy, radius in ((432.0, 150.0, 40.0), (232.0, 356.0, 25.0), (486.0, 214.0, 13.0)):
        image = _drop(image, cx, cy, radius)
    return _finish(image, 0.35)


def _drop(image: Floats, cx: float, cy: float, radius: float) -> Floats:
    """A drop of water lying on the picture: it turns what is under it over, and carries a glint and a shadow."""
    x, y = _plane(image.shape[1], image.shape[0])
    dx, dy = (x - cx) / radius, (y - cy) / (radius * 0.93)
    r = np.hypot(dx, dy)
    shadow = _step(1.45, 0.7, np.hypot(dx - 0.16, dy - 0.2)) * 0.42
    image = image * (1 - shadow)[..., None]
    bend = 1 - 0.45 * np.sqrt(np.clip(1 - r**2, 0, 1))
    seen = np.stack(
        [
            map_coordinates(image[..., c], [cy + dy * radius * bend, cx + dx * radius * bend], order=1)
            for c in range(3)
        ],
        axis=-1,
    )
    light = 0.92 + 0.46 * _step(-0.7, 0.9, (dx + dy) * 0.7) - 0.30 * _step(0.80, 1.0, r)
    body = seen * light[..., None] + 14
    image = _blend(image, body, _step(1.0, 0.95, r))
    glint = _step(0.17, 0.10, np.hypot((dx + 0.38) / 1.3, dy + 0.42))
    image = _blend(image, (255, 255, 250), glint * 0.95)
    rim = _step(0.80, 0.93, r) * _step(1.0, 0.94, r) * _step(0.3, 0.9, (dx + dy) * 0.7)
    return _blend(image, (236, 248, 190), rim * 0.6)


PICTURES: dict[str, Painter] = {"leaf": leaf}
