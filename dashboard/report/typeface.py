"""Type for paper: two families that together write every living script of Europe but Armenian.

Noto Sans has Latin, Greek and Cyrillic, FiraGO what it lacks (Georgian, arrows, signs of mathematics). Both
are under the SIL Open Font License and come with the package pymupdf-fonts, which holds fonts and no program.
What neither can set (scripts from right to left, those whose letters change with their neighbours, Chinese,
Japanese, Korean) stands as a box, and the report says so and names it.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from functools import cache
from importlib import import_module
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

# Name in the file, module of pymupdf-fonts. The first that has a character sets it.
REGULAR: Final = (("NotoSans", "NotoSans_Regular"), ("FiraGO", "FiraGO_Regular"))
BOLD: Final = (("NotoSans-Bold", "NotoSans_Bold"), ("FiraGO-Bold", "FiraGO_Bold"))
ELLIPSIS: Final = "…"
BOX: Final = "\N{WHITE VERTICAL RECTANGLE}"  # for what neither has; FiraGO has it
_NEEDS_SHAPING: Final = range(0x0900, 0x0E00)  # the scripts of India
_BLANK: Final = {"\n": " ", "\t": " ", "\r": " "}
_registering = threading.Lock()


class Typesetter:
    """Sets text in whichever typeface has it, and remembers the characters that none has."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        _register()

    def markup(self, text: str, *, bold: bool = False) -> str:
        """The text as reportlab's paragraphs want it: escaped, and each run with its typeface."""
        return "".join(
            f'<font name="{font}">{escape(run)}</font>' for font, run in self.runs(text, bold=bold)
        )

    def runs(self, text: str, *, bold: bool = False) -> list[tuple[str, str]]:
        """The text in pieces, each with the name of the typeface that has all of its characters."""
        faces = BOLD if bold else REGULAR
        clean = "".join(map(_clean, unicodedata.normalize("NFC", text)))
        chosen = [self._set(character, faces) for character in clean]
        return [(font, "".join(c for _, c in run)) for font, run in groupby(chosen, key=lambda each: each[0])]

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a line is, pt."""
        return sum(pdfmetrics.stringWidth(run, font, size) for font, run in self.runs(text, bold=bold))

    def fitting(self, text: str, size: float, width: float, *, bold: bool = False, end: str = "") -> str:
        """The text with `end` after it, shortened with an ellipsis to this width in pt."""
        if self.width(text + end, size, bold=bold) <= width:
            return text + end
        shorter = text
        while shorter and self.width(shorter.rstrip() + ELLIPSIS + end, size, bold=bold) > width:
            shorter = shorter[:-1]
        return shorter.rstrip() + ELLIPSIS + end

    def _set(self, character: str, faces: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        """A typeface and what it is to set for this character."""
        name = next((name for name, _ in faces if ord(character) in _characters(name)), None)
        if name is not None and is_simple(character):
            return name, character
        self.missing.add(character)
        return faces[-1][0], BOX


def is_simple(character: str) -> bool:
    """Whether a character stands by itself, left to right."""
    right_to_left = unicodedata.bidirectional(character) in ("R", "AL")
    return not right_to_left and ord(character) not in _NEEDS_SHAPING


def _clean(character: str) -> str:
    """Without what has no glyph and no width: control characters, and marks of direction."""
    if character in _BLANK:
        return _BLANK[character]
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def _register() -> None:
    with _registering:
        known = pdfmetrics.getRegisteredFontNames()
        for name, module in (*REGULAR, *BOLD):
            if name not in known:
                content = import_module(f"pymupdf_fonts.{module}").fontbuffer
                pdfmetrics.registerFont(TTFont(name, io.BytesIO(content)))


@cache
def _characters(name: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)
