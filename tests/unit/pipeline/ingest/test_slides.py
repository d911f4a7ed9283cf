"""Lesson folders made from pictures and decks: each picture once, named, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.domain import Aoi, Lesson, Overlap, PageBox, Part, Role
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson, write_lesson
from pipeline.ingest.slides import make_lesson, read_pages, slug, title_of, unique_slug
from tests.unit.pipeline.ingest.pdf_files import pdf, text

PLAN = Lesson("physics-8", "Physics 8", "light", "Light", ())
LIGHT = text(20, 140, 24, "What is light?") + " " + text(20, 90, 10, "A wave, and a particle.")
LENS = text(20, 140, 24, "Lenses") + " " + text(20, 90, 10, "They bend light.")


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf([LIGHT, LENS, LIGHT, text(20, 140, 24, "Lenses")]))
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "my_first-photo.jpg"
    Image.linear_gradient("L").resize((2000, 1000)).convert("RGB").save(path)
    return path


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def regions(image: np.ndarray, boxes: object) -> tuple[Aoi, ...]:
    return (Aoi("all", "All", Role.FIGURE, (Part(((0.0, 0.0), (1.0, 1.0))),)),)


def test_pages_and_pictures_become_slides_in_order(deck, photo, tmp_path):
    made, repeats = make_lesson([photo, deck], PLAN, tmp_path / "out")
    assert [slide.slide_id for slide in made.slides] == [
        "my-first-photo",
        "what-is-light",
        "lenses",
        "lenses-2",
    ]
    assert [slide.title for slide in made.slides] == ["My first photo", "What is light?", "Lenses", "Lenses"]
    assert (made.slides[0].width_px, made.slides[0].height_px) == (1920, 960)
    assert read_lesson(tmp_path / "out") == made
    assert [str(repeat) for repeat in repeats] == [
        "deck.pdf, page 3 is the same picture as deck.pdf, page 1: one slide, kept once"
    ]


def test_a_repeat_is_told_by_its_pixels_not_by_its_file(photo, tmp_path):
    again = tmp_path / "again.png"
    Image.open(photo).save(again)  # another format, the same pixels
    other = tmp_path / "other.png"
    pixels = np.array(Image.open(photo))
    pixels[0, :16] = 255
    Image.fromarray(pixels).save(other)
    made, repeats = make_lesson([photo, again, other], PLAN, tmp_path / "out")
    assert [slide.slide_id for slide in made.slides] == ["my-first-photo", "other"]
    assert [(repeat.where, repeat.first) for repeat in repeats] == [("again.png", "my_first-photo.jpg")]


def test_a_repeat_is_one_even_under_the_same_name(photo, tmp_path):
    for week in ("week1", "week2"):
        (tmp_path / week).mkdir()
        Image.open(photo).save(tmp_path / week / "x.png")
    weeks = [tmp_path / "week1/x.png", tmp_path / "week2/x.png"]
    made, repeats = make_lesson([*weeks, weeks[0]], PLAN, tmp_path / "out")
    assert [slide.slide_id for slide in made.slides] == ["x"]
    assert [(repeat.where, repeat.first) for repeat in repeats] == [("x.png", "x.png")] * 2


def test_making_it_again_gives_the_same_bytes(deck, photo, tmp_path):
    make_lesson([deck, photo], PLAN, tmp_path / "out", regions)
    first = content(tmp_path / "out")
    make_lesson([deck, photo], PLAN, tmp_path / "out", regions)
    assert content(tmp_path / "out") == first


def test_regions_of_slides_that_look_the_same_are_kept(deck, photo, tmp_path):
    out = tmp_path / "out"
    made, _ = make_lesson([deck], PLAN, out)
    drawn = Aoi("claim", "Claim", Role.TEXT, (Part(((0.1, 0.1), (0.5, 0.5))),), required=True)
    lens = replace(made.slides[1], aois=(drawn,), overlap=Overlap.TOPMOST)
    write_lesson(replace(made, slides=(made.slides[0], lens, made.slides[2])), out)
    again, _ = make_lesson([photo, deck], PLAN, out, regions)
    kept = {slide.slide_id: slide for slide in again.slides}
    assert kept["lenses"] == lens
    assert [aoi.aoi_id for aoi in kept["what-is-light"].aois] == ["all"]


def test_a_bad_file_leaves_everything_as_it_was(deck, tmp_path):
    out, bad = tmp_path / "lessons" / "light", tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(InputError, match=r"bad\.png: expected a PNG"):
        make_lesson([deck, bad], PLAN, out)
    assert list(out.parent.iterdir()) == []
    make_lesson([deck], PLAN, out)
    before = content(out)
    with pytest.raises(InputError):
        make_lesson([deck, bad], PLAN, out)
    assert content(out) == before
    assert list(out.parent.iterdir()) == [out]


def test_a_folder_with_other_things_is_not_replaced(deck, tmp_path):
    out = tmp_path / "out"
    make_lesson([deck], PLAN, out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r'out: expected a new folder, .* got also "notes\.txt"'):
        make_lesson([deck], PLAN, out)
    with pytest.raises(InputError, match=r"deck\.pdf: expected a folder"):
        make_lesson([deck], PLAN, deck)
    assert (out / "notes.txt").read_text() == "mine"


def test_a_lesson_has_at_most_so_many_slides(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.ingest.slides.SLIDES_MAX", 2)
    (tmp_path / "deck.pdf").write_bytes(pdf([text(20, 100, 20, str(k)) for k in range(3)]))
    with pytest.raises(InputError, match=r"deck\.pdf, page 3: expected a lesson of at most 2 slides"):
        make_lesson([tmp_path / "deck.pdf"], PLAN, tmp_path / "out")


def test_a_page_without_text_is_called_by_its_file_and_page(tmp_path):
    (tmp_path / "my-deck.pdf").write_bytes(pdf(["", "1 0 0 rg 0 0 50 50 re f"]))
    assert [page.title for page in read_pages(tmp_path / "my-deck.pdf")] == [
        "My deck, page 1",
        "My deck, page 2",
    ]


def line(x0: float, y0: float, height: float, words: str) -> PageBox:
    return PageBox(x0, y0, x0 + 0.02 * len(words), y0 + height, words)


def test_a_title_is_the_largest_text_above_with_its_lines_in_order():
    body = [line(0.1, 0.4 + 0.05 * k, 0.03, "text") for k in range(4)]
    two = [
        line(0.2, 0.18, 0.07, "with continue"),
        line(0.1, 0.1, 0.06, "Finishing"),
        line(0.4, 0.1, 0.07, "a loop"),
    ]
    assert title_of([*body, *two]) == "Finishing a loop with continue"
    below = line(0.1, 0.8, 0.2, "LARGE")
    assert title_of([*body, *two, below]) == "Finishing a loop with continue"
    assert title_of([PageBox(0, 0, 1, 1, None)]) == ""
    assert title_of([line(0, 0, 0.1, "•")]) == ""
    assert title_of([line(0, 0, 0.1, "x" * 500)]) == "x" * 60 + "…"
    long = [line(0.1, 0.1 + 0.08 * k, 0.07, "Fifteen letters " * 3) for k in range(2)]
    assert title_of([*long, *body]) == " ".join(["Fifteen letters"] * 6)


def test_without_a_title_the_first_line_stands_for_one_and_never_the_whole_page():
    words = "Light goes more slowly through glass than it goes through the air"
    page = [line(0.1, 0.05 + 0.06 * k, 0.04, words) for k in range(8)]
    assert title_of(page) == "Light goes more slowly through glass than it goes through…"
    assert title_of([line(0.1, 0.05, 0.05, "Refraction"), *page[1:]]) == "Refraction"
    assert title_of([line(0.1, 0.05, 0.05, "•"), *page[1:]]) == title_of(page)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Käfer & Frösche", "kafer-frosche"),
        ("  --  ", "slide"),
        ("光", "slide"),
        ("x" * 90, "x" * 56),
        ("1. Ohm's law!", "1-ohm-s-law"),
    ],
)
def test_slugs(title, expected):
    assert slug(title) == expected


def test_slugs_are_unique_even_among_numbered_ones():
    taken: set[str] = set()
    assert [unique_slug(t, taken) for t in ("A", "A 2", "A", "A")] == ["a", "a-2", "a-3", "a-4"]
