"""Everything that can be done in the library over HTTP, and that what undoes it undoes it exactly."""

from __future__ import annotations

import inspect
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.application import PAGES, create_app
from dashboard.context import KEY, Context
from dashboard.library_actions import ACTIONS
from dashboard.settings import Demo, Settings
from pipeline.ingest.lessons import read_lesson
from pipeline.storage import slides, the_bin
from pipeline.storage.slides import NewSlide
from tests.seeded_school import CLASS, LESSONS, add_quiz, seed

LESSON = LESSONS / "biology-7/photosynthesis"
OTHER = LESSONS / "physics-8/the-pendulum"
COURSE, LESSON_ID = "biology-7", "photosynthesis"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lessons with three students each, a quiz, a group, a copy of a lesson, a slide of two pictures."""
    data = tmp_path_factory.mktemp("school") / "data"
    catalogue = seed(data, viewers=CLASS[:3], lessons=[LESSON, OTHER], slide_s=2.0)
    add_quiz(catalogue, read_lesson(LESSON), CLASS[:3])
    copy = replace(read_lesson(LESSON), lesson_id="photosynthesis-2027", lesson_title="Photosynthesis 2027")
    catalogue.put_lesson(copy, LESSON)
    catalogue.put_group("8a", "Class 8a", ["S01", "S02"])
    picture = NewSlide(next(OTHER.glob("*.png")), 1280, 720)
    slides.replace_picture(catalogue, (COURSE, LESSON_ID, "3-the-equation"), picture)
    catalogue.close()
    return data


@pytest.fixture
def app(template: Path, tmp_path: Path) -> Iterator[Dash]:
    """The application over a copy of that school."""
    shutil.copytree(template, tmp_path / "data")
    app = create_app(Settings(data=tmp_path / "data", demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.fixture
def context(app: Dash) -> Context:
    return app.server.extensions[KEY]


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def state(context: Context) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the catalogue but the counter of changes, and the versions' moments."""
    with closing(sqlite3.connect(context.catalogue.data / "catalogue.sqlite")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name not in ("change", "alembic_version", "sqlite_sequence")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in kept
        }


def uncorrected(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows without the note that something was put right: it stays when that is put right again."""
    notes = ('{"student":', None)
    kept = [
        tuple(v for v in row if v is not None and not str(v).startswith(notes[0])) for row in rows["session"]
    ]
    return rows | {"session": kept}


def do(client: FlaskClient, *action: Any) -> dict[str, Any]:
    answer = client.post("/api/library", json={"do": list(action)})
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json
    return done


def sessions(context: Context, lesson_id: str = LESSON_ID) -> list[str]:
    return [row.session_id for row in context.catalogue.sessions(COURSE, lesson_id)]


CHANGES = (
    ("rename-course", COURSE, "Biology 8"),
    ("rename-lesson", COURSE, LESSON_ID, "Leaves"),
    ("rename-slide", COURSE, LESSON_ID, "3-the-equation", "The formula"),
    ("delete", ["course", COURSE]),
    ("delete", ["lesson", COURSE, LESSON_ID]),
    ("delete", ["slide", COURSE, LESSON_ID, "3-the-equation"]),
    ("delete-slides", COURSE, LESSON_ID, ["3-the-equation"]),
    ("rename-group", "8a", "Class 8b"),
    ("delete-group", "8a"),
    ("add-members", "8a", "S03, S09"),
    ("remove-members", "8a", ["S01"]),
    ("group-students", ["S03"], "8a"),
    ("rename-student", "S01", "Kestrel"),
)


def test_what_undoes_a_change_brings_everything_back(context: Context, client: FlaskClient) -> None:
    before = state(context)
    for action in CHANGES:
        done = do(client, *action)
        assert state(context) != before, action
        assert done["sentence"]
        undone = do(client, *done["undo"])
        assert uncorrected(state(context)) == uncorrected(before), action
        assert undone["undo"]


def test_slides_put_in_order_and_back(context: Context, client: FlaskClient) -> None:
    former = list(context.catalogue.lesson(COURSE, LESSON_ID).slide_ids())
    done = do(client, "order-slides", COURSE, LESSON_ID, former[::-1])
    assert list(context.catalogue.lesson(COURSE, LESSON_ID).slide_ids()) == former[::-1]
    do(client, *done["undo"])
    assert list(context.catalogue.lesson(COURSE, LESSON_ID).slide_ids()) == former


def test_an_earlier_picture_and_back(context: Context, client: FlaskClient) -> None:
    done = do(client, "use-picture", COURSE, LESSON_ID, "3-the-equation", 1)
    assert context.catalogue.lesson(COURSE, LESSON_ID).slides[2].version == 1
    assert done["undo"] is None, "nobody saw the other one: it is gone as if it had never been"


def test_made_things_are_unmade(context: Context, client: FlaskClient) -> None:
    course = do(client, "create-course", "Chemie für alle")
    lesson = do(client, "create-lesson", "chemie-fur-alle", "Säuren & Basen")
    assert lesson["url"] == "/library/chemie-fur-alle/sauren-basen"
    group = do(client, "create-group", "9b", "S01;S02\nS02 X-1")
    assert context.catalogue.groups()[0].students == ("S01", "S02", "X-1")
    for done in (group, lesson, course):
        do(client, *done["undo"])
    assert [group.group_id for group in context.catalogue.groups()] == ["8a"]
    assert COURSE in {row.course_id for row in context.catalogue.lessons()}
    assert "chemie-fur-alle" not in {row.course_id for row in context.catalogue.lessons()}


def test_deleted_sessions_are_gone_from_every_page_and_table_and_come_back(
    context: Context, client: FlaskClient
) -> None:
    first, *rest = sessions(context)
    places = (
        f"/table/sessions/{COURSE}/{LESSON_ID}.csv",
        f"/table/regions/{COURSE}/{LESSON_ID}/4-how-much-light.csv",
        urls.session_replay(first, "0"),
        urls.raw_session(first, "csv"),
        f"/table/gaze/{first}.csv",
    )
    answers = [client.get(place) for place in places]
    assert [answer.status_code for answer in answers] == [200] * 5
    before = [answer.data for answer in answers[:3]]
    done = do(client, "delete", ["sessions", first])
    after = [client.get(place) for place in places]
    assert b"S01" in before[0]
    assert b"S01" not in after[0].data
    assert after[1].data != before[1]
    assert [answer.status_code for answer in after[2:]] == [404, 404, 404]
    assert sessions(context) == rest
    do(client, *done["undo"])
    assert [client.get(place).data for place in places[:3]] == before


def test_a_session_moves_where_its_slides_are_and_nowhere_else(context: Context, client: FlaskClient) -> None:
    ids = sessions(context)
    done = do(client, "move-sessions", ids, f"{COURSE}/photosynthesis-2027")
    assert sessions(context, "photosynthesis-2027") == ids
    assert done["left"] == []
    do(client, *done["undo"])
    assert sessions(context) == ids
    done = do(client, "move-sessions", ids, "physics-8/the-pendulum")
    assert done["undo"] is None
    assert "lacks slides" in done["left"][0]
    assert "3-the-equation" in done["left"][0]
    assert sessions(context) == ids


def test_processing_again_says_what_nothing_was_kept_of(context: Context, client: FlaskClient) -> None:
    first, second, _ = sessions(context)
    folder = context.catalogue.observations_folder(first)
    folder.mkdir()
    (folder / "session.json").write_text("{}")
    done = do(client, "process-sessions", [first, second])
    assert done["left"] == ["Of 1 session nothing was kept to process."]
    assert [job.session_id for job in context.catalogue.queue()] == [first]


def test_the_bin_by_the_moment_and_emptied(context: Context, client: FlaskClient) -> None:
    ids = sessions(context)
    do(client, "delete", ["sessions", *ids[:2]])
    (row,) = the_bin.rows(context.catalogue)
    do(client, "restore", ["batch", row.deleted_at.isoformat()])
    assert sessions(context) == ids
    do(client, "delete", ["sessions", *ids[:2]])
    do(client, "delete", ["slide", COURSE, LESSON_ID, "3-the-equation"])
    done = do(client, "empty-bin")
    assert done["undo"] is None
    assert the_bin.rows(context.catalogue) == []
    assert not (context.catalogue.lake / ids[0]).exists()


BAD: tuple[Any, ...] = (
    None, [], {}, "delete", ["nothing"], ["__init__"], ["delete"], ["delete", "course"], ["delete", []],
    ["delete", ["course"]], ["delete", ["course", "x", "y"]], ["delete", ["table", "session"]],
    ["rename-course", COURSE], ["rename-course", COURSE, ""], ["rename-course", COURSE, "x" * 201],
    ["rename-course", COURSE, "\u202e\n"], ["rename-course", COURSE, 7], ["rename-course", "nowhere", "X"],
    ["use-picture", COURSE, LESSON_ID, "3-the-equation", True], ["use-picture", COURSE, LESSON_ID, "x", 1],
    ["use-picture", COURSE, LESSON_ID, "3-the-equation", 99], ["order-slides", COURSE, LESSON_ID, ["x"]],
    ["order-slides", COURSE, LESSON_ID, "x"], ["create-lesson", "nowhere", "X"], ["create-group", "", "S01"],
    ["create-group", "9", "Ada <b>"], ["add-members", "nowhere", "S01"], ["delete-group", "nowhere"],
    ["rename-student", "S01", "S02"], ["rename-student", "S01", "a b"], ["rename-student", "S77", "S78"],
    ["move-sessions", ["0" * 16], f"{COURSE}/{LESSON_ID}"], ["move-sessions", [], "nowhere"],
    ["process-sessions", ["0" * 16]], ["restore", ["sessions"]], ["restore", ["batch", "yesterday"]],
    ["restore", ["lesson", COURSE, LESSON_ID]], ["purge", ["lesson", COURSE, LESSON_ID]],
    ["purge", ["course", COURSE]], ["move-back", [["x", "y", "z"]]],
    ["delete-slides", COURSE, LESSON_ID, ["x"]], ["restore-slides", COURSE, LESSON_ID, ["3-the-equation"]],
)  # fmt: skip


def test_what_cannot_be_done_is_refused_and_changes_nothing(context: Context, client: FlaskClient) -> None:
    before = state(context)
    for action in BAD:
        answer = client.post("/api/library", json={"do": action})
        assert answer.status_code in (404, 422), (action, answer.text)
        assert answer.json["message"], action
        assert state(context) == before, action


def test_every_action_is_tried_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [name for name in ACTIONS if f'"{name}"' not in text and name != "put-group"] == []


def test_other_pages_may_not_do_anything(client: FlaskClient) -> None:
    for headers in ({"Origin": "http://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/api/library", json={"do": ["empty-bin"]}, headers=headers).status_code == 403


def test_no_page_breaks_over_what_was_just_made(context: Context, client: FlaskClient, app: Dash) -> None:
    """An empty course, a lesson without slides, a group of students that nobody has seen yet."""
    do(client, "create-course", "Chemistry")
    do(client, "create-lesson", "chemistry", "Acids")
    do(client, "create-group", "9b", "N01 N02")
    for row in context.catalogue.lessons():
        context.school.lesson(row.course_id, row.lesson_id)
    place = {"course_id": "chemistry", "lesson_id": "acids"}
    with app.server.test_request_context():
        for page in PAGES:
            wanted = inspect.signature(page.layout).parameters
            if not {"slide_id", "session_id"} & set(wanted):
                page.layout(**{name: value for name, value in place.items() if name in wanted})
