"""The teacher's home over a school with sessions: what happened last, and finding a lesson."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dash import Dash

from dashboard import urls
from dashboard.application import create_app
from dashboard.context import KEY, Context
from dashboard.pages import overview
from dashboard.settings import Demo, Settings
from tests.seeded_school import LESSONS, seed

PAGE = ".._pages_content.children..._pages_store.data.."
PLACES = (("biology-7", "photosynthesis"), ("physics-8", "the-pendulum"))
LATEST = f"{overview.LATEST}.children"
LISTED = "..{}..".format(
    "...".join(f"{name}.children" for name in (overview.LESSONS, overview.LEAD, overview.FAILED))
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("overview") / "data"
    catalogue = seed(data, lessons=[LESSONS / "/".join(place) for place in PLACES], slide_s=8.0)
    catalogue.put_group("seven-b", "7b", ["S01", "S02"])
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def not_tracked(context: Context, place: tuple[str, str]) -> list[str]:
    """From the files: who was never calibrated, or on some slide tracked for less than half of the time."""
    names = []
    for row in context.catalogue.sessions(*place):
        shown = pd.read_parquet(row.files["exposures"].path)
        if not row.calibrated or (shown["tracked_ms"] < 0.5 * shown["duration_ms"]).any():
            names.append(str(row.student))
    return sorted(names)


def test_what_happened_last_is_told_with_who_could_be_tracked(call: Any, context: Context) -> None:
    last = json.dumps(call(LATEST, revision={"data": 1}), ensure_ascii=False)
    for place in PLACES:
        assert urls.lesson(*place) in last
        out = not_tracked(context, place)
        assert {"S08", "S10"} <= set(out)
        tracked = f"{10 - len(out)} of 10 students could be tracked well enough. Not {', '.join(out)}"
        assert tracked in last
    assert last.index("the-pendulum") < last.index("photosynthesis")  # it was seeded later
    assert "7b" in last
    assert "/slide/biology-7/photosynthesis/" in last


def test_the_home_is_there_before_anything_is_worked_out(
    call: Any, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lesson_time", "slide_view", "lesson_view"):
        monkeypatch.setattr(context.school, name, None)
    monkeypatch.setattr(context.school.summaries, "course", None)
    page = json.dumps(call(PAGE, _pages_location={"pathname": "/", "search": ""}))
    assert "2 courses with 2 lessons. 20 sessions of 10 students can be looked at so far." in page
    assert page.count("What was found is being put together") == 2


def test_an_address_asks_for_some_of_the_lessons(call: Any) -> None:
    page = json.dumps(
        call(PAGE, _pages_location={"pathname": "/", "search": "?course=physics-8"})["_pages_content"]
    )
    listed = page[page.index("All lessons") :]
    assert urls.lesson(*PLACES[1]) in listed
    assert urls.lesson(*PLACES[0]) not in listed
    assert "1 of 2 lessons." in listed
    none = json.dumps(call(LISTED, **{overview.FILTER: {"data": {"q": "chemistry"}}}))
    assert "No lesson fits" in none
