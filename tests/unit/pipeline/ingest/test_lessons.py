"""Lesson folders: what is written is what is read, and what is wrong is named."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.domain import Aoi, Lesson, Overlap, Part, Role, Shape, Slide
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.lessons import read_lesson, write_lesson
from pipeline.parameters import IngestLimits

LESSON = Lesson(
    "biology-7",
    "Biology, year\u00a07 – Käfer",
    "photosynthesis",
    "Photosynthesis",
    (
        Slide(
            "1-leaf",
            "What leaves do",
            "1-leaf.png",
            160,
            90,
            (
                Aoi("title", "Title", Role.TITLE, (Part(((0.1, 0.05), (0.9, 0.2))),), weight=0.5, order=1),
                Aoi(
                    "leaf",
                    "The leaf",
                    Role.FIGURE,
                    (Part(((0.5, 0.5), (0.9, 0.9)), Shape.ELLIPSE),),
                    required=True,
                ),
                Aoi(
                    "arrow",
                    "Arrow",
                    Role.CHART,
                    (Part(((0, 0), (1, 0), (0.5, 0.4)), Shape.POLYGON),),
                    2.0,
                    order=2,
                ),
            ),
        ),
        Slide(
            "2-light",
            "Light",
            "2-light.webp",
            120,
            90,
            (
                Aoi(
                    "lamp",
                    "The lamp, then its shadow",
                    Role.FIGURE,
                    (
                        Part(((0.1, 0.1), (0.4, 0.4)), until_ms=2000.0),
                        Part(((0.5, 0.5), (0.9, 0.6), (0.7, 0.9)), Shape.POLYGON, from_ms=2000.0),
                    ),
                ),
                Aoi("hint", "Hint", Role.TEXT, (Part(((0.1, 0.6), (0.4, 0.9)), from_ms=500.0),)),
            ),
            Overlap.TOPMOST,
        ),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lesson(LESSON, tmp_path / "lesson")
    for slide in LESSON.slides:
        Image.new("RGB", (slide.width_px, slide.height_px), "white").save(tmp_path / "lesson" / slide.image)
    return tmp_path / "lesson"


def change(folder: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    document = json.loads((folder / "lesson.json").read_text(encoding="utf-8"))
    edit(document)
    (folder / "lesson.json").write_text(json.dumps(document))


def test_what_is_written_is_what_is_read(folder: Path) -> None:
    assert read_lesson(folder) == LESSON
    assert sorted(p.name for p in folder.iterdir()) == ["1-leaf.png", "2-light.webp", "lesson.json"]


def test_the_lessons_of_the_demo_are_valid(repo_root: Path) -> None:
    folders = [path.parent for path in (repo_root / "pipeline/synthetic/lessons").rglob("lesson.json")]
    for lesson_folder in folders:
        assert len(read_lesson(lesson_folder).slides) >= 4
    assert len(folders) >= 3


def first_slide(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda d: d["slides"][0].update({name: value})


def first_aoi(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda d: d["slides"][0]["aois"][0].update({name: value})


POLYGON = {"shape": "polygon", "points": [[0, 0], [1, 1], [1, 0], [0, 0.5]]}
REGION = "slides[0].aois[0]."
BAD = {
    "no slides": (lambda d: d.update(slides=[]), "slides: expected a list of 1 to 500 objects, got a list"),
    "not slides": (lambda d: d.update(slides=[1]), "slides: expected a list of 1 to 500 objects, got a list"),
    "course": (lambda d: d["course"].pop("id"), "course.id: expected a short name"),
    "title": (lambda d: d["lesson"].update(title=" "), "lesson.title: expected the lesson's title"),
    "same slide": (
        lambda d: d["slides"][1].update(id="1-leaf"),
        'slides[1].id: expected an id that none before it has, got "1-leaf"',
    ),
    "same region": (
        lambda d: d["slides"][0]["aois"][2].update(id="leaf"),
        'slides[0].aois[2].id: expected an id that none before it has, got "leaf"',
    ),
    "no image": (first_slide("image", "lost.png"), 'slides[0].image: expected the name of a file beside'),
    "image outside": (first_slide("image", "../lesson/1-leaf.png"), 'slides[0].image: expected the name'),
    "role": (first_aoi("role", "picture"), REGION + "role: expected one of title, text, figure"),
    "shape": (first_aoi("shape", "star"), REGION + "shape: expected one of rectangle, ellipse, poly"),
    "weight": (first_aoi("weight", -1), REGION + "weight: expected a number of parts between 0 and"),
    "order": (first_aoi("order", 0), REGION + "order: expected a whole number of places between 1"),
    "required": (first_aoi("required", "yes"), REGION + "required: expected true or false"),
    "one corner": (first_aoi("points", [[0, 0]]), REGION + "points: expected two opposite corners"),
    "flat": (first_aoi("points", [[0, 0], [1, 0]]), REGION + "points: expected points around an area"),
    "off the slide": (first_aoi("points", [[0, 0], [1, 1.2]]), REGION + "points: expected points [x, y]"),
    "three numbers": (first_aoi("points", [[0, 0, 0], [1, 1]]), REGION + "points: expected points [x"),
    "two outlines": (
        lambda d: d["slides"][1]["aois"][0].update(points=[[0, 0], [1, 1]]),
        "slides[1].aois[0].points: expected this field within parts, or no parts, got a list of 2",
    ),
    "time beside parts": (
        lambda d: d["slides"][1]["aois"][0].update(from_ms=5),
        "slides[1].aois[0].from_ms: expected this field within parts, or no parts, got 5",
    ),
    "no parts": (
        lambda d: d["slides"][1]["aois"][0].update(parts=[]),
        "slides[1].aois[0].parts: expected a list of 1 to 50 objects",
    ),
    "flat part": (
        lambda d: d["slides"][1]["aois"][0]["parts"][0].update(points=[[0, 0], [0, 1]]),
        "slides[1].aois[0].parts[0].points: expected points around an area",
    ),
    "ends first": (
        lambda d: d["slides"][1]["aois"][1].update(until_ms=500),
        "slides[1].aois[1].until_ms: expected a time after from_ms, got 500",
    ),
    "overlap": (
        lambda d: d["slides"][1].update(overlap="lowest"),
        "slides[1].overlap: expected one of all, topmost",
    ),
    "crossed": (
        lambda d: d["slides"][0]["aois"][0].update(POLYGON),
        REGION + "points: expected points around an area, no line crossing another",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_field_is_named_with_its_path(folder: Path, case: str) -> None:
    edit, message = BAD[case]
    change(folder, edit)
    with pytest.raises(InputError) as caught:
        read_lesson(folder)
    assert str(caught.value).startswith("lesson.json, field " + message)


def test_an_image_of_another_size_or_kind_is_named(folder: Path) -> None:
    Image.new("RGB", (80, 90)).save(folder / "1-leaf.png")
    with pytest.raises(InputError) as caught:
        read_lesson(folder)
    assert str(caught.value) == (
        "1-leaf.png: expected 160 x 90 px, as lesson.json, field slides[0].width_px says, got 80 x 90 px."
    )
    Image.new("RGB", (160, 90)).save(folder / "1-leaf.png", format="GIF")
    with pytest.raises(InputError, match=r"1-leaf\.png: expected a PNG, JPEG or WebP picture in one piece"):
        read_lesson(folder)


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

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


@pytest.mark.parametrize("side", [8_000, 12_000, 20_000])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(folder: Path, side: int) -> None:
    (folder / "1-leaf.png").write_bytes(png(side, side))
    with pytest.raises(UnsafeInputError, match=r"1-leaf\.png: expected at most 40 million px"):
        read_lesson(folder)


def test_a_folder_without_a_lesson(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lesson\.json: expected this file in the folder"):
        read_lesson(tmp_path)
    (tmp_path / "lesson.json").write_text('{"format": "gazeboard-lesson", "version": 1}' + " " * 100)
    with pytest.raises(UnsafeInputError, match=r"at most 100 bytes"):
        read_lesson(tmp_path, IngestLimits(document_bytes=100))


@pytest.mark.parametrize("name", ["1-leaf.png", "2-light.webp", "lesson.json"])
def test_whatever_the_damage_a_lesson_is_valid_or_refused(folder: Path, name: str) -> None:
    chance = random.Random(name)
    content = (folder / name).read_bytes()
    refusals = 0
    for _ in range(100):
        damaged = bytearray(content)
        for _ in range(chance.choice([1, 4])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (folder / name).write_bytes(damaged[: chance.choice([None, chance.randrange(len(damaged))])])
        try:
            read_lesson(folder)
        except InputError:
            refusals += 1
    assert refusals > 30
