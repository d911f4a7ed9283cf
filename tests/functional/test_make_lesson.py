"""`python -m pipeline make-lesson` and `propose`: from a deck to a lesson with regions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner, Result

from pipeline.__main__ import app
from pipeline.domain import Role
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson
from tests.unit.pipeline.ingest.pdf_files import pdf, text

PARAGRAPH = " ".join(text(30, 100 - 14 * k, 10, "Light goes through glass more slowly.") for k in range(4))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False, standalone_mode=False)


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf([text(30, 145, 20, "Refraction") + " " + PARAGRAPH]))
    return path


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    image = Image.new("RGB", (800, 450), "white")
    ImageDraw.Draw(image).rectangle([200, 120, 600, 330], fill="navy")
    image.save(tmp_path / "drawing.webp", lossless=True)
    return tmp_path / "drawing.webp"


def make(out: Path, *arguments: object) -> Result:
    return run("make-lesson", *arguments, "--course", "physics-8", "--lesson", "light-waves", "--out", out)


def test_a_deck_becomes_a_lesson_with_proposed_regions(deck, drawing, tmp_path):
    result = make(tmp_path / "out", deck, drawing, "--propose", "--lesson-title", "Light")
    lesson = read_lesson(tmp_path / "out")
    assert (lesson.course_title, lesson.lesson_title) == ("Physics 8", "Light")
    first, second = lesson.slides
    assert [(aoi.role, aoi.name) for aoi in first.aois] == [
        (Role.TITLE, "Refraction"),
        (Role.TEXT, "Light goes through glass more slowly…"),
    ]
    assert [aoi.role for aoi in second.aois] == [Role.FIGURE]
    assert "2 slides, 3 regions" in result.stderr


def test_propose_fills_in_only_what_is_empty(deck, drawing, tmp_path):
    out = tmp_path / "out"
    make(out, deck, drawing)
    assert not any(slide.aois for slide in read_lesson(out).slides)
    run("propose", out, "--slide", "drawing")
    assert [len(slide.aois) for slide in read_lesson(out).slides] == [0, 1]
    document = json.loads((out / "lesson.json").read_text())
    document["slides"][1]["aois"][0]["name"] = "The box"
    (out / "lesson.json").write_text(json.dumps(document))
    result = run("propose", out)
    assert [aoi.name for slide in read_lesson(out).slides for aoi in slide.aois][-1] == "The box"
    assert "drawing: has regions, which are kept" in result.stderr
    run("propose", out, "--replace")
    assert [aoi.name for aoi in read_lesson(out).slides[1].aois] == ["Figure 1"]


def test_ids_and_slides_are_checked(deck, tmp_path):
    with pytest.raises(InputError, match=r"--course: expected a short name"):
        run("make-lesson", deck, "--course", "Physics 8", "--lesson", "light", "--out", tmp_path / "out")
    make(tmp_path / "out", deck)
    with pytest.raises(InputError, match=r'--slide: expected one of refraction, got "lens"'):
        run("propose", tmp_path / "out", "--slide", "lens")
