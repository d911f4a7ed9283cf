"""Type: every script it promises is set by a typeface that has it, and nothing vanishes silently."""

from __future__ import annotations

import pytest
from reportlab.pdfbase import pdfmetrics

from dashboard.report.typeface import BOLD, BOX, ELLIPSIS, REGULAR, Typesetter


@pytest.mark.parametrize(
    "text",
    [
        "Łucja źdźbło ŁÓDŹ", "Ωμέγα ἀρχή φωτοσύνθεση", "Жанна Її Ґ Љубљана Ѓорѓи", "ქეთი",
        "Þórður Ðæ", "Şükrü İğne", "Ħamrun", "6 CO₂ + 6 H₂O → O₂ ≤ √π − ½", "“a” ‘b’ … – — • 1°",
    ],
)  # fmt: skip
@pytest.mark.parametrize("bold", [False, True])
def test_every_script_of_europe_is_set(text: str, bold: bool) -> None:
    typesetter = Typesetter()
    runs = typesetter.runs(text, bold=bold)
    assert "".join(run for _, run in runs) == text
    assert typesetter.missing == set()
    for font, run in runs:
        assert font in [name for name, _ in (BOLD if bold else REGULAR)]
        assert {ord(character) for character in run} <= set(pdfmetrics.getFont(font).face.charToGlyph)


@pytest.mark.parametrize("text", ["李娜", "שרה", "محمد", "Հայ", "अमित", "✓"])
def test_what_cannot_be_set_stands_as_boxes_and_is_remembered(text: str) -> None:
    typesetter = Typesetter()
    [(font, run)] = typesetter.runs(f"{text}")
    assert run == BOX * len(text)
    assert ord(BOX) in pdfmetrics.getFont(font).face.charToGlyph
    assert typesetter.missing == set(text)


def test_text_is_text_and_never_markup() -> None:
    assert "<b>" not in Typesetter().markup("<b>&amp;</b>")
    assert "&lt;b&gt;&amp;amp;" in Typesetter().markup("<b>&amp;</b>")


def test_what_has_no_glyph_and_no_width_is_left_out() -> None:
    typesetter = Typesetter()
    assert typesetter.runs("a\u200b\u202eb\x00c\td") == [("NotoSans", "abc d")]
    assert typesetter.runs("e\u0301") == [("NotoSans", "é")]  # composed
    assert typesetter.missing == set()


def test_a_line_is_shortened_to_its_width_and_keeps_its_end() -> None:
    typesetter, end = Typesetter(), " 7% of 25%"
    whole = typesetter.fitting("Title", 7, 200, end=end)
    assert whole == "Title" + end
    shorter = typesetter.fitting("A very long name of a region " * 4, 7, 120, end=end)
    assert shorter.endswith(ELLIPSIS + end)
    assert typesetter.width(shorter, 7) <= 120
    assert typesetter.width(shorter.replace(ELLIPSIS, "mmm" + ELLIPSIS), 7) > 120
