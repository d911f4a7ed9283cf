"""PDF pages: drawn as they look, their texts and pictures where they are."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.pdf_pages import read_pdf
from tests.unit.pipeline.ingest.pdf_files import pdf, text

# On a page of 320 x 180: a red square in the upper left corner, a text, a picture.
PAGE = "1 0 0 rg 0 140 40 40 re f 0 g " + text(100, 90, 20, "HIH") + " q 64 0 0 36 160 18 cm /Im1 Do Q"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    return tmp_path / "deck.pdf"


def test_a_page_is_drawn_in_rgb_with_its_long_side_as_asked(deck):
    deck.write_bytes(pdf([PAGE, ""]))
    first, second = read_pdf(deck, 640)
    assert (first.number, second.number) == (1, 2)
    assert first.image.shape == (360, 640, 3)
    assert first.image[20, 20].tolist() == [255, 0, 0]
    assert first.image[20, 320].tolist() == [255, 255, 255]
    assert (second.image == 255).all()
    assert second.boxes == ()


def test_boxes_are_where_text_and_picture_are_drawn(deck):
    deck.write_bytes(pdf([PAGE]))
    (page,) = read_pdf(deck, 640)
    words, picture = page.boxes
    assert words.text == "HIH"
    assert picture.text is None
    assert (picture.x0, picture.y0, picture.x1, picture.y1) == pytest.approx((0.5, 0.7, 0.7, 0.9), abs=1e-6)
    dark = (page.image < 128).all(axis=2)
    rows, columns = np.nonzero(dark)
    drawn = columns.min() / 640, rows.min() / 360, (columns.max() + 1) / 640, (rows.max() + 1) / 360
    assert (words.x0, words.y0, words.x1, words.y1) == pytest.approx(drawn, abs=0.006)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_and_cropped_page_keeps_text_and_boxes_together(deck, turn):
    deck.write_bytes(pdf([PAGE], f"/MediaBox [0 0 320 180] /CropBox [40 20 300 170] /Rotate {turn}"))
    (page,) = read_pdf(deck, 520)
    height, width = page.image.shape[:2]
    assert (width > height) == (turn == 180)
    rows, columns = np.nonzero((page.image < 100).all(axis=2))
    drawn = columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height
    words = page.boxes[0]
    assert (words.x0, words.y0, words.x1, words.y1) == pytest.approx(drawn, abs=0.02)


def test_a_locked_file_is_named_so(deck):
    key = "<" + "00" * 32 + ">"
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O {key} /U {key} >> /ID [<00> <00>]"
    deck.write_bytes(pdf([PAGE], trailer=lock))
    with pytest.raises(
        InputError, match=r"deck\.pdf: expected a PDF that opens without a password, got a locked"
    ):
        list(read_pdf(deck, 320))


def test_a_page_that_is_no_slide_is_named(deck):
    deck.write_bytes(pdf([PAGE], "/MediaBox [0 0 20 14000]"))
    with pytest.raises(UnsafeInputError, match=r"deck\.pdf, page 1: expected a page at most 10 times"):
        list(read_pdf(deck, 320))


def test_too_many_pages_or_pieces_of_text_are_refused(deck):
    deck.write_bytes(pdf([""] * 501))
    with pytest.raises(UnsafeInputError, match=r"deck\.pdf: expected 1 to 500 pages, got 501"):
        list(read_pdf(deck, 320))
    scattered = " ".join(text(5 * (k % 60), 3 * (k // 60), 1, "x") for k in range(5_200))
    deck.write_bytes(pdf(["", scattered]))
    with pytest.raises(UnsafeInputError, match=r"deck\.pdf, page 2: expected at most 5,000 pieces of text"):
        list(read_pdf(deck, 320))


def test_an_image_saved_as_pdf_has_its_picture_box(tmp_path):
    path = tmp_path / "scan.pdf"
    Image.new("RGB", (160, 90), "blue").save(path, format="PDF")
    (page,) = read_pdf(path, 320)
    assert page.image[90, 160].tolist() == pytest.approx([0, 0, 255], abs=6)
    assert [box.text for box in page.boxes] == [None]


def test_whatever_the_damage_pages_come_out_or_input_error(deck):
    chance, sound = random.Random(7), pdf([PAGE, PAGE])
    refused = 0
    for _ in range(300):
        damaged = bytearray(sound)
        for _ in range(chance.choice([1, 4, 20])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        deck.write_bytes(damaged[: chance.choice([None, None, chance.randrange(len(damaged))])])
        try:
            list(read_pdf(deck, 80))
        except InputError:
            refused += 1
    assert 20 < refused < 290
    assert pdfium.PdfDocument(sound)  # the sound one opens
