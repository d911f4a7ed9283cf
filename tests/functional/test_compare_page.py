"""The page that compares, as a browser gets it: its address, its table, its choices, its downloads."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import summaries, urls
from dashboard.application import create_app
from dashboard.components import compare as parts
from dashboard.components.compared_slides import GRAPH as MAP
from dashboard.context import KEY, Context
from dashboard.items import Item
from dashboard.pages import compare as page
from dashboard.settings import Demo, Settings
from pipeline.domain import Role
from tests.seeded_school import LESSONS, Viewer, seed

PAGE = ".._pages_content.children..._pages_store.data.."
FOLLOW = "..{}...{}.hidden...{}.data..".format(
    "...".join(f"{name}.children" for name in page.FOLLOWING), page.CARDS, page.CHOSEN
)
FIGURE = f"..{page.GRAPH}.figure...{page.GRAPH}.style.."
PLACE = ("biology-7", "photosynthesis")
SLIDE = (*PLACE, "2-inside-a-leaf")
COURSES = ("course:biology-7", "course:physics-8")
GROUPS = tuple(str(Item(SLIDE, group=group)) for group in ("one", "two"))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lessons of two courses; two groups of six, and one of two."""
    data = tmp_path_factory.mktemp("compare") / "data"
    viewers = [Viewer(f"S{number:02}") for number in range(6)]
    viewers += [Viewer(f"T{number:02}", roles={Role.FIGURE: 4.0}) for number in range(6)]
    lessons = [LESSONS / "/".join(PLACE), LESSONS / "physics-8/the-pendulum"]
    catalogue = seed(data, viewers=viewers, lessons=lessons, slide_s=8.0)
    for group, title, letter in (("one", "Class <b>one</b>", "S"), ("two", "Class two", "T")):
        catalogue.put_group(
            group, title, [viewer.student for viewer in viewers if viewer.student[0] == letter]
        )
    catalogue.put_group("few", "Few", ["S00", "T00"])
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def shown(call: Any, address: str) -> str:
    path, mark, search = address.partition("?")
    answer = call(PAGE, _pages_location={"pathname": path, "search": mark + search})
    return json.dumps(answer["_pages_content"]["children"], ensure_ascii=False)


def chosen(items: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """What the controls of the page say."""
    return {
        page.ITEMS: {"data": list(items)},
        parts.MEASURE_ID: {"value": more.get("measure", "gap_score")},
        parts.REGION_ID: {"value": more.get("region")},
        parts.AGAINST_ID: {"value": more.get("against", "first")},
        page.SORTED: {"data": more.get("sort", "")},
        "rules": {"data": more.get("rules", {})},
        "scheme": {"data": "light"},
    }


def cells(table: Any) -> list[list[str]]:
    """The words of each line of the table."""

    def words(node: Any) -> str:
        if isinstance(node, dict):
            return words(node["props"].get("children"))
        return "".join(map(words, node)) if isinstance(node, list) else "" if node is None else str(node)

    body = table["props"]["children"]["props"]["children"][1]["props"]["children"]
    return [[words(cell) for cell in row["props"]["children"]] for row in body]


def test_nothing_chosen_offers_what_is_often_compared(call: Any) -> None:
    tree = shown(call, urls.COMPARE)
    assert "Choose at least two" in tree
    assert urls.compare(*COURSES) in tree
    assert '"compare-cards"' in tree
    assert "reference" not in tree


def test_the_table_has_the_figures_of_the_tables_file(call: Any, client: FlaskClient) -> None:
    answer = call(FOLLOW, **chosen(COURSES))
    lines = cells(answer[page.TABLE]["children"])
    csv = pd.read_csv(io.StringIO(client.get(urls.table("comparison", of=COURSES)).text))
    assert [line[0] for line in lines] == csv["name"].tolist() == ["Biology 7", "Physics 8"]
    for line, row in zip(lines, csv.to_dict("records"), strict=True):
        assert line[2] == f"{row['tracked_n']} of {row['exposed_n']}" == "12 of 12"
        assert line[5] == f"{row['value']:.2f}({row['value_low']:.2f} to {row['value_high']:.2f})"
        assert "synthetic" in line[-1]
    assert lines[0][7] == "reference"
    assert lines[1][7].replace("−", "-").startswith(f"{csv['difference'][1]:+.2f}(")
    assert csv["paired_n"][1] == 12
    assert answer[page.CHOSEN]["data"]["of"] == list(COURSES)
    parquet = pd.read_parquet(
        io.BytesIO(client.get(urls.table("comparison", of=COURSES, suffix="parquet")).data)
    )
    np.testing.assert_allclose(parquet["value"], csv["value"])


def test_the_chart_draws_what_the_dots_file_has(call: Any, client: FlaskClient) -> None:
    answer = call(FIGURE, **chosen(COURSES, measure="on_slide_share"))
    address = urls.table("comparison-dots", of=COURSES, measure="on_slide_share")
    csv = pd.read_csv(io.StringIO(client.get(address).text))
    assert len(csv) == 4  # two groups of six in each lesson; the small one is not drawn
    assert (csv["students"] == 6).all()
    packed = answer[page.GRAPH]["figure"]["data"][0]["x"]
    drawn_at = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    np.testing.assert_allclose(np.sort(drawn_at), np.sort(csv["value"]), rtol=1e-6)
    assert "&lt;b&gt;" in " ".join(answer[page.GRAPH]["figure"]["data"][0]["text"])
    note = json.dumps(call(FOLLOW, **chosen(COURSES))[page.NOTE])
    assert "2 dots of fewer than 5 students are not drawn" in note
    assert len(json.dumps(answer)) < 300_000


def test_sorting_goes_both_ways_and_is_in_the_address(call: Any) -> None:
    lesson = f"lesson:{'/'.join(PLACE)}"
    items = (*COURSES, f"{lesson}~group:few")
    ascending = call(FOLLOW, **chosen(items, sort="value"))
    values = [line[5] for line in cells(ascending[page.TABLE]["children"])]
    assert values[:2] == sorted(values[:2])
    assert values[2] == "–"  # what is not known comes last
    assert ascending[page.CHOSEN]["data"]["sort"] == "value"
    descending = call(FOLLOW, **chosen(items, sort="-value"))
    assert [line[5] for line in cells(descending[page.TABLE]["children"])] == [*values[1::-1], "–"]
    assert "too few students: 2" in cells(descending[page.TABLE]["children"])[2][-1]
    assert cells(call(FOLLOW, **chosen(items, sort="<x>"))[page.TABLE]["children"])[0][0] == "Biology 7"


def test_two_groups_on_a_slide_have_heatmaps_a_map_and_regions(call: Any, client: FlaskClient) -> None:
    answer = call(f"{page.SLIDES}.children", **chosen(GROUPS))
    tree = json.dumps(answer)
    assert f'"{MAP}"' in tree
    assert "Class two" in tree
    for name in ("a", "b"):
        assert client.get(urls.difference_image(*GROUPS, show=name)).mimetype == "image/png"
    regions = pd.read_csv(io.StringIO(client.get(urls.table("region-differences", of=GROUPS)).text))
    assert {"a_mean", "difference_low", "p_holm", "paired"} <= set(regions)
    places = pd.read_csv(io.StringIO(client.get(urls.table("difference", of=GROUPS)).text))
    assert len(places) > 1000
    assert call(f"{page.SLIDES}.children", **chosen(COURSES))[page.SLIDES]["children"] == []
    few = call(f"{page.SLIDES}.children", **chosen((GROUPS[0], str(Item(SLIDE, group="few")))))
    assert "There is no map: too few students: 2" in json.dumps(few)


def test_a_measure_of_a_region_falls_back_where_there_is_none(call: Any) -> None:
    options = f"..{parts.MEASURE_ID}.data...{parts.MEASURE_ID}.value...{parts.REGION_ID}.data..." \
        f"{parts.REGION_ID}.value...{parts.REGION_FIELD}.hidden...{parts.AGAINST_ID}.data.."  # fmt: skip
    of_slide = call(options, **chosen(GROUPS, measure="dwell_share"))
    assert of_slide[parts.MEASURE_ID]["value"] == "dwell_share"
    assert of_slide[parts.REGION_ID]["value"] == of_slide[parts.REGION_ID]["data"][0]["value"]
    assert of_slide[parts.REGION_FIELD]["hidden"] is False
    of_courses = call(options, **chosen(COURSES, measure="dwell_share"))
    assert of_courses[parts.MEASURE_ID]["value"] == "gap_score"
    assert len(of_courses[parts.MEASURE_ID]["data"]) == 5


@pytest.mark.parametrize(
    "query",
    [
        "?of=course:biology-7", "?of=course:nothing", "?of=nonsense&measure=<b>&against=1&sort=%00",
        "?of=slide:biology-7/photosynthesis/nothing~version:9&of=course:biology-7~group:none",
        "?of=" + ",".join(f"course:{number}" for number in range(50)),
        "?of=lesson:biology-7/photosynthesis~until:2001-01-01,course:physics-8~version:3&region=x&measure=ttff_ms",
    ],
)  # fmt: skip
def test_whatever_stands_in_the_address_there_is_a_page(call: Any, query: str) -> None:
    tree = shown(call, f"{urls.COMPARE}{query}")
    assert "Something went wrong" not in tree
    assert "Add something" in tree


def test_what_there_is_not_is_said(call: Any) -> None:
    said = shown(call, urls.compare("course:gone", *COURSES))
    assert "gone: there is no such thing, or no longer." in said
    one = shown(call, urls.compare(COURSES[0]))
    assert "Biology 7 alone: add something to compare it with." in one


def test_what_is_still_being_summed_up_is_said(
    call: Any, seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(seeded / "rollups", ignore_errors=True)
    monkeypatch.setattr(summaries, "AT_MOST", 0)
    said = shown(call, urls.compare(*COURSES))
    assert "24 recordings are still being summed up" in said
    assert "the comparison comes by itself" in said
    assert "being summed up" in json.dumps(call(FOLLOW, **chosen(COURSES))[page.TABLE])
    assert "no recordings" not in said


def test_the_rules_hold_for_all_and_say_what_they_remove(call: Any, context: Context) -> None:
    answer = call(FOLLOW, **chosen(COURSES, rules={"tracked": "97"}))
    removed = json.dumps(answer[page.REMOVED], ensure_ascii=False)
    assert "tracked for less than 97% of the time" in removed
    slides = len(context.school.lesson(*PLACE).slides)
    assert f"of {12 * slides} viewings" in removed


def test_the_button_on_a_slide_of_words_is_escaped(call: Any) -> None:
    answer = call(FIGURE, **chosen(GROUPS))
    labels = answer[page.GRAPH]["figure"]["layout"]["yaxis"]["ticktext"]
    assert "Class &lt;b&gt;one&lt;/b&gt;" in labels[0]
