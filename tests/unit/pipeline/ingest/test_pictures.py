"""Pictures come out as they are to be seen, and damaged or huge ones not at all."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.pictures import picture_size, read_picture
from pipeline.parameters import IngestLimits

LIMITS = IngestLimits()
ORIENTATION = 274  # the EXIF field


def half_red(mode: str = "RGB") -> Image.Image:
    """Red on the left, green on the right; 32 x 16 px."""
    pixels = np.zeros((16, 32, 3), dtype=np.uint8)
    pixels[:, :16, 0] = 255
    pixels[:, 16:, 1] = 255
    return Image.fromarray(pixels).convert(mode)


def read(tmp_path: Path, image: Image.Image, form: str, **options: object) -> np.ndarray:
    path = tmp_path / "picture"
    image.save(path, format=form, **options)
    return read_picture(path, LIMITS)


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGB", {"quality": 95}),
        ("JPEG", "RGB", {"quality": 95}),
        ("JPEG", "CMYK", {"quality": 95}),
    ],
)
def test_every_format_and_mode_shows_the_same_picture(tmp_path, form, mode, options):
    seen = read(tmp_path, half_red(mode), form, **options)
    assert seen.shape == (16, 32, 3)
    assert seen.dtype == np.uint8
    np.testing.assert_allclose(seen[8, 4], [255, 0, 0], atol=6)
    np.testing.assert_allclose(seen[8, 28], [0, 255, 0], atol=6)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_its_exif_says(tmp_path, form):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # a quarter turn clockwise
    seen = read(tmp_path, half_red(), form, exif=exif, quality=95)
    assert seen.shape == (32, 16, 3)
    assert seen[2, 8, 0] > 200  # what was left is above
    assert seen[29, 8, 1] > 200
    assert picture_size(tmp_path / "picture", LIMITS) == (16, 32)


def test_what_is_transparent_lies_on_white(tmp_path):
    image = half_red("RGBA")
    image.putalpha(Image.fromarray(np.repeat([[0] * 16 + [128] * 16], 16, axis=0).astype(np.uint8)))
    seen = read(tmp_path, image, "PNG")
    assert seen[8, 4].tolist() == [255, 255, 255]
    np.testing.assert_allclose(seen[8, 28], [127, 255, 127], atol=1)
    palette = half_red("P")
    background = palette.getpixel((0, 0))
    assert read(tmp_path, palette, "PNG", transparency=background)[8, 4].tolist() == [255, 255, 255]


def test_sixteen_bits_are_scaled_not_cut_off(tmp_path):
    levels = np.repeat(np.array([[0, 257 * 100, 65535]], dtype=np.uint16), 2, axis=0)
    seen = read(tmp_path, Image.fromarray(levels), "PNG")
    assert seen[0].tolist() == [[0] * 3, [100] * 3, [255] * 3]


def test_the_first_frame_of_an_animation(tmp_path):
    second = Image.new("RGB", (32, 16), "blue")
    seen = read(tmp_path, half_red(), "WEBP", save_all=True, append_images=[second], lossless=True)
    assert seen[8, 4].tolist() == [255, 0, 0]


def huge_png(width: int, height: int) -> bytes:
    """A header that claims a size, with nothing behind it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_bomb_is_refused_by_its_header(tmp_path, side):
    path = tmp_path / "bomb.png"
    path.write_bytes(huge_png(side, side))
    for reader in (read_picture, picture_size):
        with pytest.raises(UnsafeInputError, match=r"bomb\.png: expected at most 40 million px"):
            reader(path, LIMITS)


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "an empty file"),
        (b"GIF89a" + b"\0" * 40, "a GIF picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a damaged one"),
        (b"\xff\xd8\xff" + b"\0" * 40, "a damaged one"),
        (b"RIFF\0\0\0\0WEBP" + b"\0" * 40, "a damaged one"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a text that begins"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, content, got):
    path = tmp_path / "slide.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"slide\.png: expected a PNG, JPEG or WebP .* got {got}"):
        read_picture(path, LIMITS)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_whatever_the_damage_it_is_a_picture_or_refused(tmp_path, form):
    chance = random.Random(form)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    kept = io.BytesIO()
    half_red().resize((64, 48)).save(kept, format=form, exif=exif)
    refused = 0
    for _ in range(300):
        damaged = bytearray(kept.getvalue())
        for _ in range(chance.choice([1, 4, 20])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = tmp_path / "damaged"
        path.write_bytes(damaged[: chance.choice([None, None, chance.randrange(len(damaged))])])
        try:
            assert read_picture(path, LIMITS).ndim == 3
        except InputError:
            refused += 1
    assert refused > 100
