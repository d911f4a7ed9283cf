"""Pictures that strangers made: decoded whole within limits, or refused by name."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.domain import Bytes
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import looks_like, quoted
from pipeline.parameters import IngestLimits

FORMATS: Final = ("PNG", "JPEG", "WEBP")
WHAT: Final = "a PNG, JPEG or WebP picture in one piece"
PICTURE_BYTES_MAX: Final = 100_000_000
# What Pillow's decoders raise over damaged files, besides the errors of memory and size.
_DAMAGE: Final = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error)


def picture_size(path: Path, limits: IngestLimits) -> tuple[int, int]:
    """Width and height as it is to be seen, turned as its EXIF says, once it has been read to its end."""
    with _opened(path, limits) as image:
        image.load()
        return ImageOps.exif_transpose(image).size


def read_picture(path: Path, limits: IngestLimits) -> Bytes:
    """The picture as it is to be seen, RGB of shape (height, width, 3).

    Turned as its EXIF says, what is transparent on white, 16 bits brought to 8, the first frame of several.

    Raises
    ------
    InputError : it is damaged or no picture
    UnsafeInputError : it would fill the memory
    """
    with _opened(path, limits) as image:
        image.load()
        turned = ImageOps.exif_transpose(image)
        return np.array(_on_white(_eight_bits(turned)), dtype=np.uint8)


@contextmanager
def _opened(path: Path, limits: IngestLimits) -> Iterator[Image.Image]:
    """The picture, once its header says a bearable size; what is raised inside is told as bad input."""
    expected = f"at most {limits.image_px / 1e6:g} million px"
    _refuse_large_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # EXIF that is out of order does not matter here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > limits.image_px:
                    raise UnsafeInputError(path.name, expected, f"{image.width} x {image.height} px")
                yield image
    except InputError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnsafeInputError(path.name, expected, "far more") from None
    except UnidentifiedImageError:
        with path.open("rb") as file:
            raise InputError(path.name, WHAT, _told(file.read(80))) from None
    except _DAMAGE as error:
        raise InputError(path.name, WHAT, quoted(str(error))) from None


def _told(start: bytes) -> str:
    """What a file is that could not be opened: a picture that begins as it should is damaged."""
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff")) or start[8:12] == b"WEBP":
        return "a damaged one"
    return looks_like(start)


def _refuse_large_file(path: Path) -> None:
    size = path.stat().st_size
    if size > PICTURE_BYTES_MAX:
        raise UnsafeInputError(path.name, f"at most {PICTURE_BYTES_MAX:,} bytes", f"{size:,} bytes")


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys scaled, where a plain conversion would cut them off at 255."""
    if not image.mode.startswith(("I", "F")):
        return image
    return Image.fromarray((np.asarray(image, dtype=np.float64) / 257).clip(0, 255).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper.convert("RGB")
