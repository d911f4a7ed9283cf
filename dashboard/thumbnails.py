"""Small pictures of slides, made once: a page of cards would otherwise load megabytes to show them small."""

from __future__ import annotations

import glob
import io
import secrets
from pathlib import Path
from typing import Final

from PIL import Image

FOLDER: Final = "thumbnails"  # in the data folder; whatever is in it can be made again
WIDTH_PX: Final = 640  # twice the width of a card, for fine screens
QUALITY: Final = 80


def thumbnail_of(picture: Path, data: Path) -> Path:
    """The small picture of a stored picture (whose name holds its hash), made if it is not there yet."""
    small = data / FOLDER / picture.parent.parent.name / picture.parent.name / f"{picture.stem}.webp"
    if not small.is_file():
        small.parent.mkdir(parents=True, exist_ok=True)
        part = small.with_name(f"{small.name}.{secrets.token_hex(4)}.part")
        part.write_bytes(_reduced(picture))
        part.rename(small)
    return small


def tidy(data: Path) -> None:
    """Delete the small pictures of those that are gone."""
    for small in (data / FOLDER).glob("*/*/*.webp"):
        folder = data / "lessons" / small.parent.parent.name / small.parent.name
        if not any(folder.glob(f"{glob.escape(small.stem)}.*")):
            small.unlink(missing_ok=True)


def _reduced(picture: Path) -> bytes:
    content = io.BytesIO()
    with Image.open(picture) as image:
        image = image.convert("RGB")
        image.thumbnail((WIDTH_PX, WIDTH_PX), Image.Resampling.LANCZOS)
        image.save(content, "WEBP", quality=QUALITY)
    return content.getvalue()
