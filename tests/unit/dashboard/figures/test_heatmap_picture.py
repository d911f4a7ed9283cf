"""The heatmap's picture shows what the grid holds, and nothing where the grid holds nothing."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dashboard.figures.heatmap import HEIGHT_PX, WIDTH_PX, colour_scale, picture
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS


def pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))


def bump(row: float, column: float) -> NDArray[np.float64]:
    """A hill of seconds about a cell."""
    rows, columns = np.mgrid[:DENSITY_ROWS, :DENSITY_COLUMNS]
    return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * 3**2))


def test_nothing_is_transparent() -> None:
    image = pixels(picture(np.zeros((DENSITY_ROWS, DENSITY_COLUMNS))))
    assert image.shape == (HEIGHT_PX, WIDTH_PX, 4)
    assert not image[..., 3].any()


def test_the_hottest_place_lies_where_the_grid_has_it() -> None:
    image = pixels(picture(bump(10, 70)))
    row, column = np.argwhere(image[..., 3] == image[..., 3].max()).mean(axis=0)
    assert abs(row / HEIGHT_PX - 10.5 / DENSITY_ROWS) < 0.01
    assert abs(column / WIDTH_PX - 70.5 / DENSITY_COLUMNS) < 0.01
    assert not image[HEIGHT_PX // 2 :, : WIDTH_PX // 4, 3].any()


def test_the_slide_can_still_be_read_under_the_peak() -> None:
    assert 180 < pixels(picture(bump(20, 20)))[..., 3].max() < 240


def test_the_same_shape_gives_the_same_picture_whatever_its_height() -> None:
    assert picture(bump(20, 20)) == picture(1000 * bump(20, 20))


def test_the_scale_darkens_all_the_way() -> None:
    """Lightness that only falls is what every kind of colour vision can read."""
    colours = [[int(part) for part in text[4:-1].split(",")] for _, text in colour_scale(33)]
    lightness = np.array(colours) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness[1:]) < 0).all()
    assert lightness[0] == pytest.approx(255)


def test_it_is_small_enough_to_be_fetched_with_every_page() -> None:
    rng = np.random.default_rng(1)
    busy = sum(bump(rng.uniform(0, 54), rng.uniform(0, 96)) for _ in range(60))
    assert len(picture(np.asarray(busy))) < 150_000
