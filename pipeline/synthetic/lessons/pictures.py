"""Pictures that look photographed, painted from noise, distances and light: nothing is copied from anywhere.

Each painter returns an RGB image (height, width, 3) as uint8 and is the same on every run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    """Fractal noise (height, width), mean 0 and standard deviation 1; `scale` is its coarsest grain in px."""
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


def _ramp(value: Floats, stops: Mapping[float, tuple[float, float, float]]) -> Floats:
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
    found = cKDTree(centres).query(np.stack([x.ravel(), y.ravel()], axis=1), k=2)
    distance, nearest = np.asarray(found[0]), np.asarray(found[1], dtype=np.int64)
    wall = (distance[:, 1] - distance[:, 0]).reshape(x.shape) / 2
    return wall, nearest[:, 0].reshape(x.shape)


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
    """A drop of water lying on the picture: a small lens with a glint and a shadow."""
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


def rainbow(width: int = 640, height: int = 500) -> Bytes:
    """A rainbow over green hills after rain: violet inside, red outside, a brighter sky within the bow."""
    x, y = _plane(width, height)
    clouds = _noise(x.shape, 210, 11, 6) * 0.55 + 0.5 * np.sin(x / 260 + 0.8)
    sky = _ramp(y / height, {0.0: (78, 92, 116), 0.35: (124, 138, 158), 0.62: (206, 206, 200)})
    sky = sky * (1 + 0.10 * clouds)[..., None]
    sky = _blend(sky, (226, 226, 224), _step(0.7, 2.4, clouds) * 0.5)
    radius = np.hypot(x - 372, y - 478)
    place = (radius - 322) / 46
    colours = {
        0.0: (146, 72, 206),
        0.2: (78, 96, 220),
        0.4: (44, 178, 130),
        0.58: (222, 224, 60),
        0.78: (252, 146, 40),
        1.0: (240, 58, 48),
    }
    ends = _step(-0.12, 0.2, place) * _step(1.16, 0.88, place)
    bow = _ramp(place, colours) * ends[..., None] * (0.58 + 0.09 * _noise(x.shape, 160, 12))[..., None]
    second = _ramp(1 - (radius - 424) / 60, colours)
    second = second * (_step(420, 440, radius) * _step(488, 466, radius) * 0.10)[..., None]
    sky = (
        sky
        * (1 + 0.13 * _step(334, 300, radius) - 0.07 * _step(368, 380, radius) * _step(424, 410, radius))[
            ..., None
        ]
    )
    image = 255 - (255 - sky) * (1 - (bow + second) / 255)
    grass, blades = _noise(x.shape, 46, 13, 6), gaussian_filter(_noise(x.shape, 5, 18, 2), (1.2, 0.4))
    ridges = (
        (318.0, 22.0, 150.0, (98, 116, 122), (84, 104, 108), 14),
        (350.0, 20.0, 210.0, (98, 128, 92), (66, 98, 66), 15),
        (392.0, 24.0, 280.0, (128, 158, 66), (60, 104, 42), 16),
        (450.0, 18.0, 330.0, (158, 184, 62), (52, 92, 28), 17),
    )
    for base, rise, scale, lit, dark, seed in ridges:
        top = base - rise * _noise((8, width), scale, seed, 3)[4]
        depth = y - top[None, :]
        rough = grass * np.clip(depth / 60, 0.15, 1)
        land = _ramp(
            rough * 0.16 + blades * np.clip(depth / 90, 0, 1) * 0.13 + 0.9 - depth / 150,
            {0.1: dark, 1.0: lit},
        )
        image = _blend(image, land, _step(-0.7, 0.7, depth))
        if seed in (15, 16):
            image = _trees(image, x, y, top, seed)
    image = gaussian_filter(image, (0.5, 0.5, 0))
    return _finish(image, 0.3)


def _trees(image: Floats, x: Floats, y: Floats, top: Floats, seed: int) -> Floats:
    """Round trees along a ridge, lit from the left, with shade on the ground."""
    rng = np.random.default_rng(seed)
    size = 9.0 if seed == 15 else 19.0
    rough = _noise(x.shape, 9, seed + 30, 3)
    for cx in np.sort(rng.uniform(0, x.shape[1], 34 if seed == 15 else 9)):
        r = size * rng.uniform(0.7, 1.25)
        cy = top[int(cx)] - r * 0.65
        away = np.hypot(x - cx, (y - cy) * 0.9) / r + 0.10 * rough
        shade = _step(1.0, 0.3, np.hypot((x - cx - r * 0.9) / (1.7 * r), (y - cy - r * 1.0) / (0.32 * r)))
        image = image * (1 - 0.45 * shade)[..., None]
        light = 0.5 - 0.42 * (x - cx) / r - 0.45 * (y - cy) / r + 0.22 * rough
        crown = _ramp(light, {-0.4: (26, 46, 26), 0.5: (62, 92, 38), 1.4: (132, 156, 66)})
        image = _blend(image, crown, _step(1.04, 0.94, away))
    return image


def onion(width: int = 600, height: int = 500) -> Bytes:
    """Onion skin under the microscope, stained with iodine: long cells, thin walls, a nucleus in each."""
    x, y = _plane(width, height)
    turn = np.deg2rad(-17)
    u = x * np.cos(turn) - y * np.sin(turn) + 7 * _noise(x.shape, 130, 21, 2)
    v = x * np.sin(turn) + y * np.cos(turn) + 6 * _noise(x.shape, 110, 22, 2)
    wall, number = _cells(u / 2.7, v, 58, 23)
    rng = np.random.default_rng(24)
    tint, spot = rng.uniform(-1, 1, number.max() + 1), rng.uniform(-0.5, 0.5, (number.max() + 1, 2))
    tone = 0.56 + 0.07 * tint[number] + 0.035 * _noise(x.shape, 60, 25) + 0.05 * _step(4, 20, wall)
    image = _ramp(tone, {0.2: (176, 118, 42), 0.5: (226, 180, 92), 0.8: (246, 222, 154)})
    image = _blend(image, (120, 70, 24), np.exp(-(((wall - 0.2) / 1.9) ** 2)) * 0.85)
    image = _blend(image, (255, 240, 190), np.exp(-(((wall - 4.6) / 1.5) ** 2)) * 0.45)
    for cell in np.unique(number):
        inside = number == cell
        if inside.sum() < 1500:
            continue
        cu, cv = u[inside].mean() + 56 * spot[cell, 0], v[inside].mean() + 18 * spot[cell, 1]
        away = np.hypot((u - cu) / 14.5, (v - cv) / 11.5)
        image = _blend(image, (150, 86, 26), _step(1.1, 0.85, away) * 0.78 * inside)
        image = _blend(
            image, (98, 46, 14), _step(0.34, 0.22, np.hypot((u - cu - 3) / 14, (v - cv) / 12)) * 0.75 * inside
        )
        image = _blend(image, (252, 226, 160), np.exp(-(((away - 1.2) / 0.12) ** 2)) * 0.35 * inside)
    away = np.hypot(x - width / 2, y - height / 2)
    image = _focus(image, 0.7 + 4.5 * _step(120, 290, away))
    light = 1.04 - 0.42 * (away / 245) ** 3
    round_field = _step(245, 241, away)
    image = image * light[..., None] * round_field[..., None] + 9 * (1 - round_field)[..., None]
    image = _blend(image, (30, 24, 20), _pointer(x, y))
    return _finish(image, 0.0)


def _pointer(x: Floats, y: Floats) -> Floats:
    """The dark needle that many eyepieces carry, from the right edge of the field to near its middle."""
    thick = 1.2 + (x - 352) * 0.014
    return np.asarray(
        _step(1.0, 0.0, (np.abs(y - 262 + (x - 352) * 0.06) - thick)) * (x > 352) * (x < 538) * 0.85
    )


def pond(width: int = 640, height: int = 500) -> Bytes:
    """A pond in the afternoon: trees mirrored in rippled water, lily pads, reeds at the near edge."""
    x, y = _plane(width, height)
    shore = 168.0
    mirrored = np.where(y < shore, y, 2 * shore - y * 0.72 + shore * -0.28)
    calm = np.clip((y - shore) / 120, 0, 1)
    waves = _noise((height, 64), 9, 31, 3)[:, np.clip((x[0] / 10).astype(int), 0, 63)]
    ripple = gaussian_filter(_noise(x.shape, 60, 32, 3), (0.6, 9)) + 0.35 * waves
    mirrored = np.where(y < shore, y, mirrored + ripple * 7 * calm)
    sway = np.where(y < shore, 0.0, ripple * 3 * calm)
    image = _far_shore(x + sway, np.clip(mirrored, 0, shore))
    image = np.where((y < shore)[..., None], image, image * (0.60, 0.70, 0.66) + (4, 14, 14))
    glitter = gaussian_filter(_noise(x.shape, 8, 37, 2), (0.6, 11)) * 3.0
    image = _blend(image, (214, 228, 230), _step(0.6, 2.2, glitter + 0.7 * ripple) * calm * 0.15)
    image = _blend(image, (20, 44, 50), _step(0.8, 2.4, -glitter - 0.7 * ripple) * calm * 0.12)
    image = _blend(image, (34, 46, 22), np.exp(-(((y - shore) / 4) ** 2)) * 0.7)
    rng = np.random.default_rng(33)
    for cy in np.sort(rng.uniform(225, 430, 24)):
        size = 10 + (cy - 200) * 0.15
        image = _pad(
            image, x, y, rng.uniform(20, 620), cy, size * rng.uniform(0.75, 1.2), rng.uniform(0, 6.28)
        )
    image = _focus(image, np.where(y < shore + 25, 2.6, 0.4) + 3.2 * _step(440, 500, y))
    image = _flower(image, x, y, 392, 318, 22)
    return _finish(_reeds(image, x, y), 0.35)


def _far_shore(x: Floats, y: Floats) -> Floats:
    """Sky and trees behind the water, for y from 0 down to the water's edge at 168."""
    image = _ramp(y / 168, {0.0: (150, 190, 226), 0.7: (232, 234, 218)})
    rough, fine = _noise(x.shape, 70, 34, 5), _noise(x.shape, 16, 35, 3)
    rows, columns = np.clip(y, 0, None), np.clip(x, 0, x.shape[1] - 1)
    rough = map_coordinates(rough, [rows, columns], order=1, mode="nearest")
    fine = map_coordinates(fine, [rows, columns], order=1, mode="nearest")
    for base, rise, grain, dark, lit in (
        (92.0, 20.0, 44.0, (86, 112, 92), (140, 164, 122)),
        (126.0, 24.0, 88.0, (34, 62, 30), (120, 148, 58)),
    ):
        crown = (
            base
            - rise * np.abs(np.sin(columns / grain + base))
            - rise * 0.5 * np.sin(columns / (grain * 2.3))
            - 3 * fine
        )
        light = 0.55 + 0.24 * rough + 0.12 * fine - (y - crown) / 150
        image = _blend(image, _ramp(light, {0.1: dark, 0.9: lit}), _step(-2, 2, y - crown))
    meadow = _ramp(0.5 + 0.2 * fine, {0.0: (92, 122, 46), 1.0: (160, 178, 84)})
    return _blend(image, meadow, _step(152, 158, y + 2 * fine))


def _pad(image: Floats, x: Floats, y: Floats, cx: float, cy: float, size: float, turn: float) -> Floats:
    """One lily pad seen at a low angle: a disc with a notch, radial veins, a lit rim and a shadow below."""
    dx, dy = (x - cx) / size, (y - cy) / (size * 0.40)
    r, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    image = image * (1 - 0.4 * _step(1.15, 0.8, np.hypot(dx - 0.05, dy - 0.22)))[..., None]
    notch = np.abs(np.angle(np.exp(1j * (angle - turn))))
    body = _step(1.0, 0.95, r) * np.maximum(_step(0.10, 0.22, notch), _step(0.12, 0.0, r))
    tone = 0.5 + 0.22 * np.cos(angle - 3.9) * r + 0.05 * np.cos(angle * 9) * r + 0.10 * np.sin(cx)
    colour = _ramp(tone, {0.15: (38, 78, 34), 0.5: (86, 136, 56), 0.9: (168, 196, 112)})
    image = _blend(image, colour, body)
    return _blend(image, (214, 226, 160), body * _step(0.86, 0.97, r) * 0.55 * (dy < 0.3))


def _flower(image: Floats, x: Floats, y: Floats, cx: float, cy: float, size: float) -> Floats:
    """A white water lily: three rings of pointed petals about a yellow heart."""
    image = (
        image
        * (
            1
            - 0.5 * _step(1.2, 0.5, np.hypot((x - cx) / (size * 1.6), (y - cy - size * 0.30) / (size * 0.5)))
        )[..., None]
    )
    for ring, count, squash, lift in ((1.5, 10, 0.62, 0.0), (1.15, 9, 0.85, 0.28), (0.72, 7, 1.0, 0.45)):
        for petal in range(count):
            angle = 2 * np.pi * (petal + ring) / count
            tip_x, tip_y = np.cos(angle) * size * ring, np.sin(angle) * size * ring * squash * 0.55
            length = np.hypot(tip_x, tip_y)
            dx, dy = x - cx, y - cy + lift * size
            along = (dx * tip_x + dy * tip_y) / length**2
            side = np.abs(dx * tip_y - dy * tip_x) / length
            width = size * 0.30 * np.clip(np.sin(np.pi * np.clip(along, 0, 1) ** 0.7), 0.0, 1)
            shape = _step(0.6, -0.6, side - width) * (along > 0) * (along < 1)
            tone = 0.55 + 0.45 * along - 0.25 * side / size - 0.15 * np.sin(angle)
            petal_colour = _ramp(tone, {0.2: (188, 176, 196), 0.7: (240, 232, 238), 1.0: (255, 252, 250)})
            image = _blend(image, petal_colour, shape)
    heart = np.hypot((x - cx) / (size * 0.32), (y - cy + size * 0.42) / (size * 0.22))
    return _blend(image, (240, 190, 52), _step(1.0, 0.7, heart))


def _reeds(image: Floats, x: Floats, y: Floats) -> Floats:
    """Bent blades in the foreground at both sides, two with brown cattails."""
    rng = np.random.default_rng(36)
    for blade in range(26):
        foot = rng.uniform(-20, 130) if blade % 2 else rng.uniform(530, 660)
        tall, lean = rng.uniform(180, 420), rng.uniform(-60, 60)
        t = np.clip((510 - y) / tall, 0, 1.0)
        centre = foot + lean * t**1.8
        width = (4.8 - 3.9 * t) * rng.uniform(0.7, 1.2)
        shape = _step(0.8, -0.8, np.abs(x - centre) - width) * (t < 1)
        tone = rng.uniform(-0.15, 0.15) + 0.3 + 0.5 * t - 0.12 * (x - centre) / width
        image = _blend(
            image, _ramp(tone, {0.0: (28, 48, 16), 0.6: (96, 128, 44), 1.1: (188, 196, 108)}), shape
        )
    for cx, cy in ((74.0, 150.0), (592.0, 176.0)):
        stalk = _step(1.6, 0.4, np.abs(x - cx - (y - cy) * 0.05)) * (y > cy - 52)
        image = _blend(image, (112, 124, 58), stalk)
        side = (x - cx - (y - cy) * 0.05) / 8.5
        body = _step(1.0, 0.86, np.abs(side) ** 2 + np.clip(np.abs(y - cy) / 36, 0, 3) ** 6)
        image = _blend(
            image, _ramp(0.5 - 0.5 * side, {0.0: (52, 28, 14), 0.7: (132, 84, 46), 1.0: (156, 106, 62)}), body
        )
    return image


def pendulum(width: int = 560, height: int = 520) -> Bytes:
    """A brass ball on a thread before a plaster wall, swung to the right, its shadow beside it."""
    x, y = _plane(width, height)
    plaster = _noise(x.shape, 9, 41, 3) * 0.010 + _noise(x.shape, 240, 42, 3) * 0.022
    light = 1.06 - 0.00045 * (x - 60) - 0.00030 * y
    image = np.array([226.0, 216.0, 198.0]) * (light + plaster)[..., None]
    pivot, ball, radius = (232.0, 40.0), (372.0, 392.0), 46.0
    drop = (58.0, 34.0)
    for soft, dark in ((7.0, 0.36), (15.0, 0.22)):
        far = np.hypot(x - ball[0] - drop[0], y - ball[1] - drop[1])
        image = image * (1 - dark * _step(radius + soft * 1.4, radius - soft * 1.4, far))[..., None]
    image = (
        image
        * (1 - 0.20 * _thread(x, y, (pivot[0] + 46, pivot[1] + 26), (ball[0] + 58, ball[1] + 34), 2.2))[
            ..., None
        ]
    )
    image = _blend(image, (92, 84, 74), _thread(x, y, pivot, ball, 1.1) * 0.9)
    image = _sphere(image, x, y, ball, radius)
    bar = _step(1.0, 0.0, np.abs(y - 26) - 15) * (x > 70) * (x < 400)
    wood = _ramp(
        0.5 + 0.10 * gaussian_filter(_noise(x.shape, 60, 43, 5), (0.5, 12)) - (y - 26) / 60,
        {0.1: (74, 46, 26), 0.9: (188, 138, 88)},
    )
    image = (
        image * (1 - 0.28 * _step(34, 4, np.abs(y - 52)) * _step(90, 130, x) * _step(452, 420, x))[..., None]
    )
    image = _blend(image, wood, bar)
    hook = np.hypot(x - pivot[0], y - pivot[1] - 2)
    image = _blend(
        image,
        _ramp((pivot[0] - x) / 9 + 0.5, {0.0: (70, 70, 74), 1.0: (216, 216, 220)}),
        _step(6.5, 5.2, hook),
    )
    return _finish(image, 0.2)


def _thread(
    x: Floats, y: Floats, start: tuple[float, float], end: tuple[float, float], width: float
) -> Floats:
    """Opacity of a straight thread between two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy)
    away = np.hypot(x - start[0] - np.clip(along, 0, 1) * dx, y - start[1] - np.clip(along, 0, 1) * dy)
    return _step(width + 0.7, max(width - 0.7, 0.0), away)


def _sphere(image: Floats, x: Floats, y: Floats, centre: tuple[float, float], radius: float) -> Floats:
    """A polished brass ball: the room is mirrored in it, with a window, a bright wall and a dark floor."""
    nx, ny = (x - centre[0]) / radius, (y - centre[1]) / radius
    inside = np.clip(1 - nx**2 - ny**2, 0, 1)
    nz = np.sqrt(inside)
    rx, ry = 2 * nz * nx, 2 * nz * ny
    room = _ramp(
        ry,
        {
            -1.0: (250, 226, 160),
            -0.25: (214, 168, 84),
            0.15: (170, 116, 46),
            0.5: (104, 66, 26),
            1.0: (150, 104, 48),
        },
    )
    room = room * (0.86 - 0.22 * rx)[..., None]
    room = _blend(room, (255, 252, 240), _step(0.30, 0.12, np.hypot(nx + 0.36, (ny + 0.40) * 1.15)) * 0.92)
    rim = 1 - nz
    room = _blend(room, (238, 206, 140), np.clip(rim, 0, 1) ** 4 * 0.55)
    return _blend(
        image, room * (1 - 0.25 * _step(0.2, 1.0, ny))[..., None], _step(1.0, 0.97, np.hypot(nx, ny))
    )


def bulb(width: int = 560, height: int = 520) -> Bytes:
    """A filament lamp glowing in a dim room: glass, coiled wire, warm halo, brass cap below."""
    x, y = _plane(width, height)
    cx, cy = 280.0, 212.0
    away = np.hypot(x - cx, y - cy)
    wall = _ramp(away / 430, {0.0: (104, 62, 26), 0.45: (48, 32, 26), 1.0: (14, 15, 22)})
    image = wall * (1 + 0.05 * _noise(x.shape, 150, 51, 5))[..., None]
    for bx, by, size, share in (
        (70, 90, 30, 0.10),
        (486, 150, 40, 0.08),
        (450, 420, 26, 0.09),
        (104, 400, 44, 0.06),
        (520, 300, 22, 0.08),
    ):
        image = _blend(image, (255, 176, 92), _step(size + 2.0, size - 2.0, np.hypot(x - bx, y - by)) * share)
    neck = np.clip((y - cy - 60) / 118, 0, 1)
    half = np.where(
        y < cy + 60, np.sqrt(np.clip(128.0**2 - (y - cy) ** 2, 0, None)), 113 - 60 * neck**0.9 * (2 - neck)
    )
    half = np.where((y < cy - 128) | (y > cy + 196), -9, half)
    edge = half - np.abs(x - cx)
    inside = _step(-0.7, 0.7, edge)
    image = image + inside[..., None] * np.array([26.0, 14.0, 4.0]) * (1.6 - away / 200)[..., None].clip(0.2)
    rim = np.exp(-np.clip(edge, 0, None) / 5.5) * inside
    image = _blend(image, (255, 214, 150), rim * 0.42)
    coil_x = np.linspace(-62, 62, 1600)
    coil_y = -10 + 0.0052 * coil_x**2 + 6.5 * np.sin(coil_x * 1.15)
    heat, _, _ = np.histogram2d(
        coil_y + cy,
        coil_x + cx + 2.5 * np.cos(coil_x * 1.15),
        bins=(np.arange(height + 1), np.arange(width + 1)),
    )
    for x0, x1 in ((-62.0, -16.0), (62.0, 16.0)):
        wire = _thread(x, y, (cx + x0, cy + 10), (cx + x1, cy + 150), 1.4)
        image = _blend(image, (196, 160, 116), wire * 0.75)
    stem = _step(1.5, 0.0, np.abs(x - cx) - (11 + np.clip(y - cy - 118, 0, 80) * 0.22)) * _step(
        cy + 112, cy + 122, y
    )
    image = _blend(image, (176, 128, 80), stem * 0.34 * inside)
    for sigma, peak, tint in (
        (1.1, 1.5, (255, 248, 222)),
        (5.0, 0.85, (255, 206, 118)),
        (18.0, 0.55, (255, 158, 62)),
        (62.0, 0.42, (255, 120, 38)),
    ):
        blurred = gaussian_filter(heat, sigma)
        glow = np.clip(peak * blurred / blurred.max(), 0, 1)
        image = 255 - (255 - np.clip(image, 0, 255)) * (1 - glow[..., None] * np.array(tint) / 255)
    shine = np.exp(-(((np.hypot(x - cx, y - cy) - 108) / 5) ** 2)) * _step(
        0.55, 0.2, np.abs(np.arctan2(y - cy, x - cx) + 2.45)
    )
    image = _blend(image, (255, 240, 214), shine * 0.45)
    return _finish(_cap(image, x, y, cx, cy + 196), 0.3)


def _cap(image: Floats, x: Floats, y: Floats, cx: float, top: float) -> Floats:
    """The screw cap of a lamp, with its threads and a dark insulator at the bottom."""
    depth = y - top
    half = 50 + 2.4 * np.sin(depth / 17 * 2 * np.pi + (x - cx) / 42) - 26 * _step(78, 106, depth)
    side = (x - cx) / half
    ridge = 0.15 * np.cos(depth / 17 * 2 * np.pi + (x - cx) / 42) * _step(80, 70, depth)
    sheen = (
        0.34
        + 0.5 * np.exp(-(((side + 0.42) / 0.2) ** 2))
        + 0.25 * np.exp(-(((side - 0.6) / 0.12) ** 2))
        + ridge
    )
    sheen = sheen * (1.1 - depth / 190)
    brass = _ramp(sheen, {0.0: (24, 16, 10), 0.5: (146, 102, 54), 1.0: (252, 218, 150)})
    brass = _blend(brass, (16, 14, 14), _step(80, 86, depth) * _step(100, 96, depth) * 0.85)
    return _blend(image, brass, _step(1.0, 0.97, np.abs(side)) * (depth > 0) * (depth < 112))


PICTURES: dict[str, Painter] = {
    "bulb": bulb,
    "leaf": leaf,
    "onion": onion,
    "pendulum": pendulum,
    "pond": pond,
    "rainbow": rainbow,
}
