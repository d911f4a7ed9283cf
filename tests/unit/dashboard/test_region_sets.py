"""What the editor sends: read as it was meant, or refused with the place of what is wrong."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.region_sets import read_change
from pipeline.domain import Aoi, Overlap, Part, Role, Shape
from pipeline.errors import InputError
from pipeline.ingest.regions import region_document

SQUARE = [[0.1, 0.1], [0.3, 0.4]]
GOOD: dict[str, Any] = {
    "seen_version": 1,
    "author": "Ada",
    "overlap": "all",
    "aois": [
        {"id": "leaf", "name": "Leaf", "role": "figure", "points": SQUARE, "weight": 0.5, "order": 1},
        {
            "name": "Two places",
            "role": "text",
            "required": True,
            "parts": [
                {"shape": "ellipse", "points": SQUARE, "until_ms": 8000},
                {"shape": "polygon", "points": [[0.5, 0.5], [0.9, 0.5], [0.7, 0.8]], "from_ms": 8000},
            ],
        },
    ],
}


def sent(change: Callable[[dict[str, Any]], Any] | None = None) -> bytes:
    document = copy.deepcopy(GOOD)
    if change:
        change(document)
    return json.dumps(document).encode()


def test_a_change_is_read_as_it_was_meant() -> None:
    change = read_change(sent())
    assert (change.seen_version, change.author, change.overlap) == (1, "Ada", Overlap.ALL)
    leaf, two = change.aois
    assert leaf == Aoi("leaf", "Leaf", Role.FIGURE, (Part(((0.1, 0.1), (0.3, 0.4))),), 0.5, order=1)
    assert (two.aoi_id, two.required, two.order, two.weight) == ("two-places", True, None, 1.0)
    assert [(part.shape, part.from_ms, part.until_ms) for part in two.parts] == [
        (Shape.ELLIPSE, 0.0, 8000.0),
        (Shape.POLYGON, 8000.0, math.inf),
    ]


slide_units = st.integers(0, 100_000).map(lambda number: number / 100_000)
boxes = st.tuples(slide_units, slide_units, slide_units, slide_units).filter(
    lambda box: box[0] != box[2] and box[1] != box[3]
)
times = st.tuples(st.integers(0, 10_000), st.integers(1, 10_000) | st.none())


@st.composite
def parts(draw: st.DrawFn) -> Part:
    x0, y0, x1, y1 = draw(boxes)
    start, lasting = draw(times)
    shape = draw(st.sampled_from(Shape))
    triangle = ((x0, y0), (x1, y0), (x1, y1))
    points = triangle if shape is Shape.POLYGON else ((x0, y0), (x1, y1))
    return Part(points, shape, float(start), math.inf if lasting is None else float(start + lasting))


@st.composite
def regions(draw: st.DrawFn) -> list[Aoi]:
    names = draw(st.lists(st.text("abcXYZ äß?é", min_size=1).filter(str.strip), max_size=5,
                          unique_by=lambda name: " ".join(name.split()).casefold()))  # fmt: skip
    return [
        Aoi(
            f"r{number}",
            name,
            draw(st.sampled_from(Role)),
            tuple(draw(st.lists(parts(), min_size=1, max_size=3))),
            draw(st.floats(0, 1000)),
            draw(st.booleans()),
            draw(st.none() | st.integers(1, 200)),
        )
        for number, name in enumerate(names)
    ]


@given(regions(), st.sampled_from(Overlap))
def test_regions_come_back_as_they_went(aois: list[Aoi], overlap: Overlap) -> None:
    document = {
        "seen_version": 3, "overlap": overlap.value, "aois": [region_document(aoi) for aoi in aois]
    }  # fmt: skip
    change = read_change(json.dumps(document).encode())
    assert list(change.aois) == aois
    assert (change.overlap, change.seen_version, change.author) == (overlap, 3, None)


def test_new_regions_get_ids_from_their_names_and_old_ones_keep_theirs() -> None:
    def rename_and_add(document: dict[str, Any]) -> None:
        document["aois"][0]["name"] = "The leaf, renamed"
        names = ("Leaf", "LEAF!", "日本語", "x" * 200)
        document["aois"] += [{"name": name, "role": "text", "points": SQUARE} for name in names]

    ids = [aoi.aoi_id for aoi in read_change(sent(rename_and_add)).aois]
    assert ids == ["leaf", "two-places", "leaf-2", "leaf-3", "region", "x" * 56]


def first(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document["aois"][0].update({name: value})


def part(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document["aois"][1]["parts"][1].update({name: value})


def two(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document["aois"][1].update({name: value})


def top(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document.update({name: value})


def without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document["aois"][0].pop(name)


def crowd(number: int) -> list[dict[str, Any]]:
    return [{"name": f"R{n}", "role": "text", "points": SQUARE} for n in range(number)]


NUMBERS_NO: tuple[Any, ...] = ("1", True, [], {}, "NaN")
NAMES_NO: tuple[Any, ...] = ("", " ", "\t", 7, None, [], {"a": 1}, "a\u202eb", "a\x00b", "\ud800", "x" * 201)
SPIKE = [[0.1, 0.1], [0.5, 0.1], [0.3, 0.1], [0.3, 0.3]]
BOW = [[0.1, 0.1], [0.5, 0.5], [0.5, 0.1], [0.1, 0.5]]
POINTS_NO: tuple[Any, ...] = (
    None, "x", {}, [], [[0, 0]], [[0, 0], [1, 0]], [[0, 0], [0, 0]], [[0, 0], [1, 1.01]],
    [[-0.1, 0], [1, 1]],
    [[0, 0], [1, 1], [0, 1]], [[0, 0, 0], [1, 1]], [["0", 0], [1, 1]], [[True, 0], [1, 1]],
    [[None, 0], [1, 1]],
    [0, 0, 1, 1], [[0, 0], [1e308, 1]], [[0, 0], [10**400, 1]],
)  # fmt: skip
POLYGONS_NO: tuple[Any, ...] = (
    SQUARE, BOW, SPIKE, [[0.1, 0.1]] * 3, [[0, 0], [0.5, 0.5], [1, 1]],
    [[k / 600, (k % 2) / 10] for k in range(501)],
)  # fmt: skip
IDS_NO: tuple[Any, ...] = ("", "Leaf", "a b", "-a", "x" * 65, 5, [], "../a", "leaf\n")
BAD = [
    *[("aois[0].name", first("name", value)) for value in NAMES_NO],
    *[("aois[0].id", first("id", value)) for value in IDS_NO],
    *[("aois[0].role", first("role", value)) for value in ("picture", "", None, 3, ["text"])],
    *[("aois[0].weight", first("weight", value)) for value in (*NUMBERS_NO, -0.001, 1000.5)],
    *[("aois[0].required", first("required", value)) for value in (1, "yes", [], 0.0)],
    *[("aois[0].order", first("order", value)) for value in (*NUMBERS_NO, 0, -1, 1.5, 201, 10**30)],
    *[("aois[0].points", first("points", value)) for value in POINTS_NO],
    *[("aois[1].parts[1].points", part("points", value)) for value in POLYGONS_NO],
    *[("aois[1].parts[1].shape", part("shape", value)) for value in ("star", 1, "")],
    *[("aois[1].parts[1].from_ms", part("from_ms", value)) for value in (*NUMBERS_NO, -1, 1e9)],
    *[("aois[1].parts[1].until_ms", part("until_ms", value)) for value in (8000, 1, 0, "9000", 1e9)],
    *[("aois[0].shape", first("shape", value)) for value in ("Rectangle", 2)],
    ("aois[1].points", lambda document: document["aois"][1].update(points=SQUARE)),
    *[("aois[1].parts", two("parts", value)) for value in ([], "x", [1], {}, None)],
    ("aois[1].parts", lambda d: d["aois"][1].update(parts=[{"points": SQUARE}] * 51)),
    *[(f"aois[0].{name}", without(name)) for name in ("name", "role", "points")],
    *[("aois", top("aois", value)) for value in (None, "x", {}, [1], [None], crowd(201))],
    *[("overlap", top("overlap", value)) for value in (None, "both", 1)],
    *[("seen_version", top("seen_version", value)) for value in (*NUMBERS_NO, None, 0, -1, 1.5, 10**12)],
    *[("author", top("author", value)) for value in (5, "", "x" * 81, "a\nb", [], "\u2066")],
    ("aois[2].name", lambda d: d["aois"].append({"name": " leaf ", "role": "text", "points": SQUARE})),
    ("aois[2].name", lambda d: d["aois"].append({"name": "TWO  PLACES", "role": "text", "points": SQUARE})),
    ("id", lambda d: d["aois"][1].update(id="leaf")),
]  # fmt: skip


@pytest.mark.parametrize(("where", "change"), BAD, ids=[f"{n}-{where}" for n, (where, _) in enumerate(BAD)])
def test_what_is_wrong_is_refused_with_its_place(where: str, change: Any) -> None:
    with pytest.raises(InputError) as refused:
        read_change(sent(change))
    assert refused.value.where.startswith("regions, field ")
    assert refused.value.where.endswith(where)
    assert len(str(refused.value)) < 400


BYTES_NO = (
    b"", b"  ", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe{}", b'{"aois": NaN}', b'{"aois": Infinity}',
    b'{"a": 1, "a": 2}', b"{" + b'"a":{' * 100_000, b"[" * 100_000, b'{"aois": ' + b"9" * 10_000 + b"}",
    sent().replace(b'"weight": 0.5', b'"weight": 1e400'), sent().replace(b"0.1", b"-1e400"),
    b" " * 2_000_001, sent()[:-1], b"\xef\xbb\xbf" + sent(),
)  # fmt: skip


@pytest.mark.parametrize("content", BYTES_NO, ids=range(len(BYTES_NO)))
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_change(content)


def test_there_are_a_hundred_ways_to_be_wrong() -> None:
    assert len(BAD) > 100
    assert read_change(sent())  # and the document that all of them are made from is right


def test_200_regions_are_not_too_many() -> None:
    assert len(read_change(sent(top("aois", crowd(200)))).aois) == 200
