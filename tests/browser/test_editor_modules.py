"""The pure parts of the editor, run in a browser and held against shapely, numpy, and what was meant."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import shapely
from playwright.sync_api import Page

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

MODULES = "/assets/editor/"


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page("/nowhere")


def run(page: Page, module: str, body: str, given: Any) -> Any:
    """What a function body makes of `given`, with the module as `m`."""
    return page.evaluate(f"async (given) => {{ const m = await import('{MODULES}{module}'); {body} }}", given)


def test_the_browser_and_the_server_call_the_same_polygons_simple(page: Page) -> None:
    generator = random.Random(7)
    polygons = []
    for _ in range(400):
        grid = generator.choice((4, 8, 1000))
        count = generator.randint(3, 7)
        polygons.append(
            [[generator.randrange(grid) / grid, generator.randrange(grid) / grid] for _ in range(count)]
        )
    answers = run(page, "geometry.mjs", "return given.map((each) => m.isSimple(each));", polygons)
    expected = [shapely.Polygon(points).is_valid and shapely.Polygon(points).area > 0 for points in polygons]
    assert 50 < sum(expected) < 350
    assert answers == expected


def test_a_box_snaps_to_the_nearest_line_within_reach(page: Page) -> None:
    generator = np.random.default_rng(3)
    boxes = [sorted(generator.uniform(0, 1, 2)) for _ in range(200)]
    lines = sorted(generator.uniform(0, 1, 5))
    reach = 0.02
    asked = [{"x0": low, "x1": high, "y0": 0.2, "y1": 0.3} for low, high in boxes]
    body = "return given.boxes.map((b) => m.snapBox(b, {x: given.lines, y: []}, [given.reach, given.reach]));"
    answers = run(page, "snapping.mjs", body, {"boxes": asked, "lines": lines, "reach": reach})
    moved = 0
    for (low, high), answer in zip(boxes, answers, strict=True):
        steps = np.subtract.outer(lines, [low, (low + high) / 2, high]).ravel()
        nearest = steps[np.argmin(np.abs(steps))]
        expected = nearest if abs(nearest) <= reach else 0
        assert answer["dx"] == pytest.approx(expected)
        assert answer["dy"] == 0
        assert len(answer["guides"]["x"]) == bool(expected)
        moved += bool(expected)
    assert 50 < moved < 200


def test_what_is_moved_or_stretched_stays_on_the_slide_and_keeps_its_form(page: Page) -> None:
    generator = np.random.default_rng(5)
    points = generator.uniform(0.1, 0.9, (100, 5, 2)).round(4)
    by = generator.uniform(-1, 1, (100, 2))
    body = "return given.points.map((p, k) => m.moved({shape: 'polygon', points: p}, ...given.by[k]).points);"
    answers = np.array(run(page, "geometry.mjs", body, {"points": points.tolist(), "by": by.tolist()}))
    assert answers.min() >= 0
    assert answers.max() <= 1
    low, high = points.min(axis=1), points.max(axis=1)
    expected = points + np.clip(by, -low, 1 - high)[:, None]
    assert np.abs(answers - expected).max() < 1.1e-5
    box = "{x0: 0.2, y0: 0.3, x1: 0.6, y1: 0.4}"
    body = f"return given.map((p) => m.fitted({{shape: 'polygon', points: p}}, {box}).points);"
    stretched = np.array(run(page, "geometry.mjs", body, points.tolist()))
    assert stretched.min(axis=1) == pytest.approx(np.tile([0.2, 0.3], (100, 1)))
    assert stretched.max(axis=1) == pytest.approx(np.tile([0.6, 0.4], (100, 1)))
    areas = [shapely.Polygon(each).buffer(0).area for each in points]
    scale = np.prod([0.4, 0.1] / (high - low), axis=1)
    assert [shapely.Polygon(each).buffer(0).area for each in stretched] == pytest.approx(
        areas * scale, abs=1e-3
    )


def test_changes_of_one_kind_in_quick_succession_are_one_step(page: Page) -> None:
    body = """
      let h = m.begin("a");
      h = m.commit(h, "ab", "name", 1000);
      h = m.commit(h, "abc", "name", 1900);
      h = m.commit(h, "abcd", "name", 3000);
      h = m.commit(h, "x", null, 3001);
      h = m.commit(h, "x", null, 3002);
      const seen = [h.present];
      while (h.past.length) { h = m.undo(h); seen.push(h.present); }
      while (h.future.length) { h = m.redo(h); seen.push(h.present); }
      h = m.commit(m.undo(h), "y", null, 4000);
      return [seen, h.future.length];
    """
    seen, future = run(page, "history.mjs", body, None)
    assert seen == ["x", "abcd", "abc", "a", "abc", "abcd", "x"]
    assert future == 0


def test_a_document_goes_to_the_server_and_back_unchanged(page: Page) -> None:
    aois = [
        {"id": "a", "name": "A", "role": "text", "shape": "ellipse", "points": [[0.1, 0.2], [0.3, 0.4]],
         "weight": 0.5, "required": True, "order": 2, "from_ms": 100, "until_ms": 900},
        {"id": "b", "name": "B", "role": "figure", "weight": 0, "required": False, "order": None,
         "parts": [{"shape": "polygon", "points": [[0, 0], [1, 0], [1, 1]]},
                   {"shape": "rectangle", "points": [[0, 0], [0.5, 0.5]], "from_ms": 5}]},
    ]  # fmt: skip
    sent = run(
        page, "regions.mjs", "return m.toServer(m.fromServer(given));", {"overlap": "all", "aois": aois}
    )
    first, second = sent["aois"]
    assert first == {
        "id": "a", "name": "A", "role": "text", "weight": 0.5, "required": True, "order": 2,
        "parts": [{"shape": "ellipse", "points": [[0.1, 0.2], [0.3, 0.4]], "from_ms": 100, "until_ms": 900}],
    }  # fmt: skip
    assert [part.get("until_ms") for part in second["parts"]] == [None, None]
    assert [part["from_ms"] for part in second["parts"]] == [0, 5]


def test_a_damaged_draft_is_known_as_such(page: Page) -> None:
    part = {"shape": "rectangle", "points": [[0, 0], [1, 1]], "from_ms": 0, "until_ms": None}
    region = {
        "key": "a", "id": None, "name": "A", "role": "text", "weight": 1, "required": False, "order": None,
        "parts": [part],
    }  # fmt: skip

    def draft(changes: dict[str, Any], of_part: dict[str, Any] | None = None) -> dict[str, Any]:
        parts = {} if of_part is None else {"parts": [part | of_part]}
        return {"overlap": "all", "regions": [region | changes | parts]}

    good = [draft({}), draft({"id": "a", "order": 3}), draft({}, {"until_ms": 9})]
    bad = [
        None, [], "x", 1, {}, {"overlap": "all"}, {"overlap": "both", "regions": []},
        {"overlap": "all", "regions": [None]}, draft({"name": 5}), draft({"role": "star"}),
        draft({"weight": "1"}),
        draft({"order": 1.5}), draft({"parts": []}), draft({"parts": None}), draft({"key": None}),
        draft({"required": "no"}), draft({}, {"points": [[0, 0]]}), draft({}, {"points": [[0], [1, 1]]}),
        draft({}, {"points": [[0, None], [1, 1]]}), draft({}, {"shape": "star"}), draft({}, {"from_ms": "0"}),
    ]  # fmt: skip
    answers = run(page, "regions.mjs", "return given.map((each) => m.fromDraft(each) !== null);", good + bad)
    assert answers == [True] * len(good) + [False] * len(bad)
