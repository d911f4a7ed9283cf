"""The replay of a class and of a session as a browser gets them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.application import create_app
from dashboard.components.replay import CLASS_PLAN, MOMENT, SESSION_PLAN
from dashboard.context import KEY, Context
from dashboard.pages import replay as replay_page
from dashboard.replay_bytes import unpacked
from dashboard.settings import Demo, Settings
from pipeline.storage.rows import SessionRow
from tests.seeded_school import LESSONS, seed

PAGE = ".._pages_content.children..._pages_store.data.."
PLACE = ("biology-7", "photosynthesis")
SLIDE_S = 12.0
OUTPUTS = (
    f"{CLASS_PLAN}.data",
    f"{replay_page.LEAD}.children",
    f"{replay_page.REMOVED}.children",
    f"{replay_page.NOTE}.children",
    f"{replay_page.CHOSEN}.data",
)
CHANGED = "..{}..".format("...".join(OUTPUTS))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("replay") / "data"
    seed(data, lessons=[LESSONS / "/".join(PLACE)], slide_s=SLIDE_S).close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    """The application over a class of ten that saw one lesson."""
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.fixture
def rows(context: Context) -> dict[str, SessionRow]:
    return {str(row.student): row for row in context.catalogue.sessions(*PLACE)}


def page(call: Any, path: str, search: str = "") -> str:
    answer = call(PAGE, _pages_location={"pathname": path, "search": search})
    return json.dumps(answer["_pages_content"]["children"], ensure_ascii=False)


def store(tree: str, name: str) -> Any:
    """What a dcc.Store of a layout holds."""

    def find(node: Any) -> Iterator[Any]:
        if isinstance(node, dict):
            if node.get("type") == "Store" and node["props"].get("id") == name:
                yield node["props"].get("data")
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                yield from find(each)

    return next(find(json.loads(tree)))


def changed(call: Any, students: tuple[str, ...] = (), align: str = "slide", **whose: str) -> dict[str, Any]:
    return call(
        CHANGED,
        **{
            replay_page.STUDENTS: {"value": list(students)},
            replay_page.ALIGN: {"value": align},
            "rules": {"data": whose},
            replay_page.PLACE: {"data": [*PLACE, None]},
        },
    )


def test_the_page_has_a_plan_of_who_had_which_slide_open_when(call: Any) -> None:
    tree = page(call, urls.replay_page(*PLACE), "?slide=3-the-equation&t=2.5&speed=2&focus=S02")
    plan = store(tree, CLASS_PLAN)
    assert [slide for slide, _, _ in plan["stretches"]] == list(plan["slides"])
    names = [student["name"] for student in plan["students"]]
    assert names == [f"S0{i}" for i in range(1, 10)]  # S10 is not calibrated
    assert len({student["colour"] for student in plan["students"]}) == 9
    assert plan["stretches"][1][1] == pytest.approx(SLIDE_S * 1000 * 1.2)  # S03 is slow
    assert store(tree, MOMENT) == {"slide": "3-the-equation", "t": "2.5", "speed": "2", "focus": "S02"}
    assert "9 of 10 students are shown." in tree
    assert "S10 (not calibrated)" in tree


def test_a_session_has_its_own_clock_and_one_student(call: Any, rows: dict[str, SessionRow]) -> None:
    plan = store(page(call, urls.session(rows["S08"].session_id)), SESSION_PLAN)
    assert [student["name"] for student in plan["students"]] == ["S08"]
    assert plan["align"] == "start"
    assert plan["stretches"][1][1] == SLIDE_S * 1000
    assert plan["end"] == pytest.approx(4 * SLIDE_S * 1000, abs=50)


def test_what_a_plan_names_can_be_fetched(
    call: Any, client: FlaskClient, rows: dict[str, SessionRow]
) -> None:
    session = urls.session(rows["S01"].session_id)
    for path, name in ((urls.replay_page(*PLACE), CLASS_PLAN), (session, SESSION_PLAN)):
        plan = store(page(call, path), name)
        answer = client.get(plan["source"].replace(urls.WINDOW, "0"))
        block = unpacked(answer.data)
        assert len(block.header["sessions"]) == len(plan["students"])
        assert block.t_ms.max() <= plan["end"]
        line = client.get(plan["tracked"]).json
        opened = Counter(slide for student in plan["students"] for slide, _, _ in student["pieces"])
        assert max(line["open"]) == pytest.approx(max(opened.values()))
        assert np.less_equal(line["tracked"], np.add(line["open"], 1e-9)).all()
        assert client.get(plan["source"].replace(urls.WINDOW, str(plan["windows"]))).status_code == 404
        same = client.get(
            plan["source"].replace(urls.WINDOW, "0"), headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert same.status_code == 304


def test_gaze_that_is_sent_lies_where_the_lake_has_it(
    call: Any, client: FlaskClient, rows: dict[str, SessionRow]
) -> None:
    row = rows["S06"]
    plan = store(page(call, urls.session(row.session_id)), SESSION_PLAN)
    block = unpacked(client.get(plan["source"].replace(urls.WINDOW, "0")).data)
    gaze = pd.read_parquet(row.files["gaze"].path)
    own = gaze[gaze["slide_id"].notna()].reset_index(drop=True)
    at = int(np.searchsorted(block.t_ms, 20_000))
    here = own.iloc[(own["t_ms"] - own["t_ms"].iloc[0] - block.t_ms[at]).abs().argmin()]
    np.testing.assert_allclose(
        [block.x[at], block.y[at]], here[["slide_x", "slide_y"]].astype(float), atol=1e-4
    )
    assert np.isnan(block.x).sum() == pytest.approx((~own["valid"]).sum(), rel=0.02)


def test_the_choice_of_students_and_clock_changes_the_plan(call: Any) -> None:
    few = changed(call, ("S02", "S10"), "start")
    plan = few[CLASS_PLAN]["data"]
    assert [student["name"] for student in plan["students"]] == ["S02", "S10"]
    assert "students=S02,S10" in plan["source"]
    assert few[replay_page.CHOSEN]["data"] == {"students": ["S02", "S10"], "align": "start"}
    everybody = changed(call)
    assert everybody[CLASS_PLAN]["data"]["key"] != plan["key"]
    colours = {student["name"]: student["colour"] for student in everybody[CLASS_PLAN]["data"]["students"]}
    assert plan["students"][0]["colour"] == colours["S02"]


def test_rules_leave_students_out_and_say_so(call: Any) -> None:
    strict = changed(call, tracked="90", accuracy="1.5")
    assert [student["name"] for student in strict[CLASS_PLAN]["data"]["students"]] == ["S02"]
    assert "S06" in json.dumps(strict[replay_page.REMOVED])
    nobody = changed(call, accuracy="0.1")
    assert nobody[CLASS_PLAN]["data"]["students"] == []
    assert "Nobody's gaze can be shown." in nobody[replay_page.LEAD]["children"]


@pytest.mark.parametrize("path", ["/replay/biology-7/none", "/replay/none/photosynthesis"])
def test_no_such_lesson_is_no_dead_end(call: Any, path: str) -> None:
    assert "There is nothing at this address" in page(call, path)


@pytest.mark.parametrize("path", ["/api/replay/a/b/0", "/api/tracked/a/b", "/api/sessions/x/replay/0"])
def test_nothing_is_fetched_of_what_there_is_not(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_window_has_to_be_a_number(client: FlaskClient, rows: dict[str, SessionRow]) -> None:
    assert client.get(urls.session_replay(rows["S01"].session_id, "-1")).status_code == 404
