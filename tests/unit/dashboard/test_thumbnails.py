"""Small pictures show what the large ones do, are made once, and go when these do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dashboard.thumbnails import WIDTH_PX, thumbnail_of, tidy


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Red on the left, blue on the right, as the catalogue stores it."""
    pixels = np.zeros((720, 1280, 3), np.uint8)
    pixels[:, :640, 0] = pixels[:, 640:, 2] = 255
    path = tmp_path / "lessons/course/lesson/slide-0123456789ab.png"
    path.parent.mkdir(parents=True)
    Image.fromarray(pixels).save(path)
    return path


def test_a_small_picture_shows_the_same(picture: Path, tmp_path: Path) -> None:
    with Image.open(thumbnail_of(picture, tmp_path)) as small:
        assert (small.format, small.size) == ("WEBP", (WIDTH_PX, WIDTH_PX * 9 // 16))
        pixels = np.asarray(small.convert("RGB")).astype(int)
    assert np.abs(pixels[:, :300] - [255, 0, 0]).max() < 10
    assert np.abs(pixels[:, 340:] - [0, 0, 255]).max() < 10


def test_a_small_slide_is_not_blown_up(tmp_path: Path) -> None:
    path = tmp_path / "lessons/c/l/s-0.png"
    path.parent.mkdir(parents=True)
    Image.new("RGBA", (100, 50)).save(path)
    with Image.open(thumbnail_of(path, tmp_path)) as small:
        assert small.size == (100, 50)


def test_it_is_made_once(picture: Path, tmp_path: Path) -> None:
    first = thumbnail_of(picture, tmp_path)
    picture.write_bytes(b"not a picture any more")
    assert thumbnail_of(picture, tmp_path) == first
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_it_goes_when_the_picture_has_gone(picture: Path, tmp_path: Path) -> None:
    small = thumbnail_of(picture, tmp_path)
    tidy(tmp_path)
    assert small.is_file()
    picture.unlink()
    tidy(tmp_path)
    assert not small.exists()
