"""The course designer's home as a browser gets it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.application import create_app
from dashboard.components import listing
from dashboard.components.slide_list import LIST
from dashboard.context import KEY, Context
from dashboard.pages import design
from dashboard.settings import Demo, Settings
from tests.seeded_school import LESSONS, seed

PAGE = ".._pages_content.children..._pages_store.data.."
TABLE = f"..{design.TABLE}.children...{design.TABLE}.aria-busy...{design.LEAD}.children.."
PLACE = ("biology-7", "photosynthesis")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("design") / "data"
    seed(data, lessons=[LESSONS / "/".join(PLACE)], slide_s=10.0).close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def table(call: Any, rules: dict[str, str], **query: str) -> str:
    look = {name: query.pop(name) for name in ("sort", "piece") if name in query}
    asked = {"rules": {"data": rules}, design.FILTER: {"data": query}, listing.look_id(LIST): {"data": look}}
    return json.dumps(call(TABLE, **asked), ensure_ascii=False)


def test_the_frame_is_there_before_the_school_is_gone_through(
    call: Any, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context.school.summaries, "course", None)
    page = json.dumps(call(PAGE, _pages_location={"pathname": "/design", "search": "?q=leaf&clear=1"}))
    assert "being gone through" in page
    assert '"value": "leaf"' in page
    assert '"checked": true' in page
    assert urls.table("slides") in page


def test_what_needs_most_work_comes_first_with_the_numbers_of_the_slides(call: Any, context: Context) -> None:
    drawn = table(call, {})
    gaps = {
        slide.slide_id: context.school.slide_view(*PLACE, slide.slide_id).gap.score
        for slide in context.school.lesson(*PLACE).slides
    }
    order = sorted(gaps, key=lambda name: drawn.index(f'"{"/".join(PLACE)}/{name}"'))
    assert order == sorted(gaps, key=lambda name: -gaps[name])
    for slide_id, gap in gaps.items():
        assert f"gap score {gap:.2f}, 95 % interval" in drawn
        assert urls.slide(*PLACE, slide_id) in drawn
        assert urls.edit(*PLACE, slide_id) in drawn
    assert order != sorted(gaps, key=lambda name: table(call, {}, sort="slide").index(f"/{name}"))


def test_rules_and_views_hold_for_the_table_and_its_links(call: Any) -> None:
    rules = {"uncalibrated": "count"}
    assert "9 of 10" in table(call, rules)  # the uncalibrated one too, but not who was hardly tracked
    assert urls.slide(*PLACE, "1-what-leaves-do", **rules).split("?")[1] in table(call, rules)
    regions = table(call, {}, view="regions")
    assert "missed by" in regions
    assert f'"data-region": "{"/".join(PLACE)}/3-the-equation/equation"' in regions
    assert "No slide fits" in table(call, {}, q="nothing like this")


def test_the_tables_are_there_to_take_along(client: FlaskClient, context: Context) -> None:
    slides = pd.read_csv(io.StringIO(client.get(urls.table("slides")).text))
    assert len(slides) == 4
    view = context.school.slide_view(*PLACE, "3-the-equation")
    row = slides.set_index("slide_id").loc["3-the-equation"]
    assert row["gap_score"] == pytest.approx(view.gap.score)
    regions = pd.read_csv(io.StringIO(client.get(urls.table("required-regions")).text))
    assert len(regions) == slides["required"].sum()
