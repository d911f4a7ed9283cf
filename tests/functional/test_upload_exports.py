"""Exports of other trackers over HTTP: looked at, asked about, made sessions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.context import Context
from pipeline.domain import FixationOrigin, Lesson
from pipeline.ingest.session_package import SessionPackage, open_package
from tests.functional.arrivals import kept_files

STUDIO = "importers/tobii_studio/Rec_04-All-Data-2stimuli.tsv"
TABLE = b"""who;when;where_x;where_y;what
ann;0.00;0.25;0.75;1-what-leaves-do
ann;0.02;0.25;0.75;1-what-leaves-do
bea;0.00;0.50;0.50;cross
bea;0.02;0.50;0.50;2-inside-a-leaf
"""
MAPPING = {"time": "when", "x": "where_x", "y": "where_y", "participant": "who", "stimulus": "what"}
MAPPING |= {"time_unit": "s", "place_unit": "share"}


def arrived(client: FlaskClient, name: str, content: bytes) -> str:
    """The id of an upload of which everything has arrived."""
    announced = client.post("/api/uploads", json={"name": name, "size_bytes": len(content)})
    upload_id = str(announced.json["upload_id"])
    client.patch(f"/api/uploads/{upload_id}", data=content, headers={"Upload-Offset": "0"})
    return upload_id


def look(client: FlaskClient, upload_id: str, **form: Any) -> TestResponse:
    return client.post(f"/api/uploads/{upload_id}/look", json=form)


def finish(client: FlaskClient, upload_id: str, lesson: Lesson, **form: Any) -> TestResponse:
    said = {"course_id": lesson.course_id, "lesson_id": lesson.lesson_id, "student": "T"} | form
    return client.post(f"/api/uploads/{upload_id}/finish", json=said)


def packages(context: Context, folder: Path) -> list[SessionPackage]:
    """What was queued, oldest first."""
    rows = context.catalogue.sessions()
    return [open_package(row.upload, folder / row.session_id) for row in rows if row.upload]


def test_a_real_export_is_looked_at_and_becomes_a_session(
    client: FlaskClient, context: Context, lesson: Lesson, shared_data: Path, tmp_path: Path
) -> None:
    upload_id = arrived(client, "Rec 04.tsv", (shared_data / STUDIO).read_bytes())
    seen = look(client, upload_id)
    assert seen.status_code == 200, seen.json
    found = seen.json["found"]
    assert (found["format"], seen.json["columns"]) == ("tobii_studio", [])
    [recording] = found["recordings"]
    assert list(recording["stimuli"]) == ["SMI Label.bmp"]
    assert (recording["width_px"], recording["height_px"]) == (1280, 1024)
    assert context.catalogue.sessions() == []
    slide = lesson.slides[1].slide_id
    answer = finish(
        client, upload_id, lesson,
        slides=json.dumps({"SMI Label.bmp": slide}),
        fixations="recomputed",
        screen=json.dumps({"diagonal_inch": 19}),
    )  # fmt: skip
    assert answer.status_code == 201, answer.json
    [package] = packages(context, tmp_path)
    assert package.header.student == "T"
    assert package.header.source is not None
    assert package.header.source.fixations is FixationOrigin.RECOMPUTED
    assert (package.header.screen.width_px, package.header.screen.size_source) == (1280, "stated")
    assert package.timeline["slide"].dropna().unique().tolist() == [slide]
    assert answer.json["sessions"] == [context.catalogue.sessions()[0].session_id]
    assert finish(client, upload_id, lesson).json == answer.json  # asked for again


@pytest.mark.usefixtures("in_process")
def test_the_columns_of_an_unknown_table_are_asked_for_and_remembered(
    client: FlaskClient, context: Context, lesson: Lesson, tmp_path: Path
) -> None:
    upload_id = arrived(client, "class.csv", TABLE)
    first = look(client, upload_id).json
    assert first["columns"] == ["who", "when", "where_x", "where_y", "what"]
    assert (first["found"], first["mapping"], first["mapped_by"]) == (None, None, None)
    assert "Tobii Studio" in first["refused"]
    wrong = look(client, upload_id, columns='{"time": "when", "x": "who", "y": "where_y"}').json
    assert wrong["found"] is None
    assert "class.csv, row 2, column who: expected a number" in wrong["refused"]
    told = look(client, upload_id, columns=json.dumps(MAPPING)).json
    assert [recording["rows"] for recording in told["found"]["recordings"]] == [2, 2]
    screen = json.dumps({"width_px": 800, "height_px": 600})
    answer = finish(client, upload_id, lesson, columns=json.dumps(MAPPING), screen=screen)
    assert answer.status_code == 201, answer.json
    assert answer.json["url"] == f"/lesson/{lesson.course_id}/{lesson.lesson_id}"
    opened = packages(context, tmp_path)
    assert [package.header.student for package in opened] == ["T-01", "T-02"]
    assert opened[0].gaze is not None
    assert opened[0].gaze[["t_ms", "x_px", "y_px"]].iloc[1].tolist() == [20, 200, 450]
    reordered = TABLE.replace(b"who;when", b"when;who").replace(b"ann;0.00", b"0.00;ann")
    again = look(client, arrived(client, "next.csv", reordered)).json
    assert again["mapped_by"] == "memory"
    assert again["mapping"]["time"] == "when"
    assert again["mapping"]["place_unit"] == "share"


@pytest.mark.usefixtures("in_process")
def test_a_guess_is_offered_for_plain_names(client: FlaskClient) -> None:
    seen = look(client, arrived(client, "a.csv", b"t_ms,x_px,y_px\n0,1,2\n20,1,2\n")).json
    assert seen["mapping"]["time"] == "t_ms"
    assert seen["found"]["recordings"][0]["rows"] == 2
    assert seen["mapped_by"] == "names"


@pytest.mark.usefixtures("in_process")
def test_without_stimuli_the_seconds_of_slides_are_typed_in(
    client: FlaskClient, context: Context, lesson: Lesson, tmp_path: Path
) -> None:
    upload_id = arrived(client, "a.csv", b"t_ms,x_px,y_px\n0,1,2\n2000,1,2\n")
    nothing = finish(client, upload_id, lesson)
    assert (nothing.status_code, nothing.json["where"]) == (422, "stimuli of the export")
    slides = lesson.slides
    times = json.dumps([[slides[1].slide_id, 1.5], [slides[0].slide_id, 0]])
    answer = finish(client, upload_id, lesson, slide_times=times)  # the form was corrected
    assert answer.status_code == 201, answer.json
    [package] = packages(context, tmp_path)
    assert package.timeline["slide"].tolist() == [slides[0].slide_id, slides[1].slide_id]
    assert package.timeline["t_ms"].tolist() == [0, 1500]


@pytest.mark.usefixtures("in_process")
def test_a_timeline_may_come_with_an_export_of_that_name(
    client: FlaskClient, context: Context, lesson: Lesson, good_files: dict[str, bytes], tmp_path: Path
) -> None:
    upload_id = arrived(client, "timeline.csv", b"t_ms,x_px,y_px\n0,1,2\n2000,1,2\n")
    answer = finish(client, upload_id, lesson, timeline=good_files["timeline.csv"].decode())
    assert answer.status_code == 201, answer.json
    [package] = packages(context, tmp_path)
    assert package.timeline["slide"].dropna().tolist() == [slide.slide_id for slide in lesson.slides]
    assert package.gaze is not None
    assert len(package.gaze) == 2


@pytest.mark.usefixtures("in_process")
def test_only_what_is_new_of_several_people_is_taken_in(
    client: FlaskClient, context: Context, lesson: Lesson
) -> None:
    form = {"columns": json.dumps(MAPPING)}
    assert finish(client, arrived(client, "a.csv", TABLE), lesson, **form).status_code == 201
    again = finish(client, arrived(client, "b.csv", TABLE), lesson, **form)
    assert again.status_code == 409
    more = TABLE + b"cid;0.00;0.50;0.50;2-inside-a-leaf\ncid;0.02;0.50;0.50;2-inside-a-leaf\n"
    answer = finish(client, arrived(client, "c.csv", more), lesson, **form)
    assert answer.status_code == 201
    assert len(answer.json["sessions"]) == 1
    assert [row.student for row in context.catalogue.sessions()] == ["T-01", "T-02", "T-03"]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("form", "where"),
    [
        ({"student": "Anna Maria"}, "session.json, field student"),
        ({"lesson_id": "gravity"}, "the form, course and lesson"),
        ({"slides": '{"cross": "nowhere"}'}, "slide"),
        ({"slides": "[]"}, "slides"),
        ({"slides": "{"}, "slides"),
        ({"screen": '{"width_px": "wide", "height_px": 1}'}, "screen"),
        ({"screen": '{"diagonal_inch": 0}'}, "screen"),
        ({"slide_times": "[]"}, "slide times"),
        ({"timeline": "t_ms\n0\n"}, "timeline.csv, row 1"),
        ({"columns": '{"time": "when"}'}, "columns, field x"),
        ({"columns": '{"time": "when", "x": "a", "y": "b"}'}, "a.csv, row 1"),
    ],
)
def test_a_form_that_is_wrong_leaves_nothing_in_the_catalogue(
    client: FlaskClient, context: Context, lesson: Lesson, form: dict[str, str], where: str
) -> None:
    upload_id = arrived(client, "a.csv", TABLE)
    answer = finish(client, upload_id, lesson, **({"columns": json.dumps(MAPPING)} | form))
    assert answer.status_code == 422, answer.json
    assert answer.json["where"].startswith(where)
    assert context.catalogue.sessions() == []
    assert context.catalogue.queue() == []
    assert client.delete(f"/api/uploads/{upload_id}").status_code == 204
    assert kept_files(context) == []


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"PAR1" + bytes(200) + b"PAR1", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a PNG picture"),
        (b"hello\nworld\n", ""),
    ],
)
def test_what_is_no_export_is_forgotten(
    client: FlaskClient, context: Context, content: bytes, got: str
) -> None:
    answer = look(client, arrived(client, "a.csv", content))
    assert answer.status_code == 422, answer.json
    assert got in answer.json["got"]
    assert kept_files(context) == []


def test_glasses_are_refused_with_what_would_do(client: FlaskClient, shared_data: Path) -> None:
    content = (shared_data / "importers/tobii_glasses2/livedata.json.gz").read_bytes()
    answer = look(client, arrived(client, "livedata.json.gz", content))  # in the process of little memory
    assert answer.status_code == 422
    assert "mapped to a reference image or a surface" in answer.json["expected"]
