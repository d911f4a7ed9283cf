"""What is found for words, on the page and by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dash import Dash

from dashboard.application import create_app
from dashboard.context import KEY, Context
from dashboard.finding import find, plain
from dashboard.pages import search
from dashboard.settings import Demo, Settings
from pipeline.ingest.lessons import read_lesson
from pipeline.storage import the_bin
from tests.seeded_school import CLASS, LESSONS, seed

LESSON = LESSONS / "biology-7/photosynthesis"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    data = tmp_path_factory.mktemp("school") / "data"
    catalogue = seed(data, viewers=CLASS[:2], lessons=[LESSON], slide_s=2.0)
    catalogue.put_group("8a", "Für alle Fälle", ["S01"])
    catalogue.close()
    app = create_app(Settings(data=data, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.fixture
def context(app: Dash) -> Context:
    return app.server.extensions[KEY]


def found(context: Context, words: str) -> dict[str, list[str]]:
    return {each.kind: [entry.title for entry in each.entries] for each in find(context.school, words)}


def test_every_kind_of_thing_is_found_and_leads_somewhere(context: Context, app: Dash) -> None:
    client = app.server.test_client()
    lesson = read_lesson(LESSON)
    assert found(context, "biology")["course"] == ["Biology 7"]
    assert found(context, "PHOTO")["lesson"] == [lesson.lesson_title]
    assert found(context, "fur falle") == {"group": ["Für alle Fälle"]}
    for slide in lesson.slides:
        assert slide.title in found(context, slide.title)["slide"]
        for aoi in slide.aois:
            assert aoi.name in found(context, aoi.name)["region"]
    assert found(context, "S01")["student"] == ["S01"]
    assert len(found(context, "s01 photosynthesis")["session"]) == 1
    for words in ("photo", "S0", "fur", "biology"):
        for each in find(context.school, words):
            assert all(client.get(entry.url).status_code == 200 for entry in each.entries)


def test_all_words_have_to_be_there(context: Context) -> None:
    assert found(context, "photosynthesis nowhere") == {}
    assert found(context, "   ") == {}
    assert found(context, "%") == {}
    assert set(found(context, "S0")) == {"student", "session"}


def test_what_is_in_the_bin_is_not_found(context: Context) -> None:
    the_bin.delete(context.catalogue, ("lesson", "biology-7", "photosynthesis"))
    assert found(context, "photosynthesis") == {}
    the_bin.restore(context.catalogue, ("lesson", "biology-7", "photosynthesis"))
    assert "lesson" in found(context, "photosynthesis")


def test_the_page_says_what_it_found_or_that_it_found_nothing(app: Dash) -> None:
    with app.server.test_request_context():
        assert "Nothing has “xyzzy” in it" in str(search.layout(q="xyzzy"))
        assert "Type a word or two" in str(search.layout())
        shown = str(search.layout(q="photo"))
    assert "Mark('Photo')" in shown
    assert "/lesson/biology-7/photosynthesis" in shown


def test_plain_words() -> None:
    assert plain("Ärger Łódź ÉTÉ ﬁ") == "arger łodz ete fi"
