"""From bytes over HTTP to a session in the catalogue, or to a reason and nothing kept."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.context import Context
from pipeline.domain import Lesson
from pipeline.ingest.session_package import open_package
from tests.functional.arrivals import kept_files

Files = dict[str, bytes]


def zipped(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def announce(client: FlaskClient, name: str, size_bytes: int, **form: str) -> TestResponse:
    return client.post("/api/uploads", json={"name": name, "size_bytes": size_bytes, **form})


def send(client: FlaskClient, upload_id: str, offset: int, piece: bytes) -> TestResponse:
    return client.patch(f"/api/uploads/{upload_id}", data=piece, headers={"Upload-Offset": str(offset)})


def upload(client: FlaskClient, name: str, content: bytes, **form: str) -> TestResponse:
    """A whole upload in two pieces; the answer to its end."""
    upload_id = announce(client, name, len(content), **form).json["upload_id"]
    half = len(content) // 2
    assert send(client, upload_id, 0, content[:half]).status_code == 204
    assert send(client, upload_id, half, content[half:]).status_code == 204
    return client.post(f"/api/uploads/{upload_id}/finish")


def video(frames: int = 5) -> bytes:
    """A short WebM."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("vp8", rate=10)
        stream.width, stream.height = 320, 240
        for number in range(frames):
            picture = np.full((240, 320, 3), 20 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def form(lesson: Lesson, **changes: Any) -> dict[str, str]:
    """The form of a bare video, all of it right."""
    right = {
        "course_id": lesson.course_id,
        "lesson_id": lesson.lesson_id,
        "student": "V01",
        "slide_times": json.dumps([[lesson.slides[1].slide_id, 12.5], [lesson.slides[0].slide_id, 0]]),
        "screen": json.dumps({"width_px": 1600, "height_px": 1000, "diagonal_inch": 20}),
    }
    return {name: value for name, value in (right | changes).items() if value is not None}


def test_a_good_package_becomes_a_queued_session(
    client: FlaskClient, context: Context, lesson: Lesson, good_files: Files
) -> None:
    content = zipped(good_files)
    answer = upload(client, "class 7a.zip", content)
    assert answer.status_code == 201
    session = context.catalogue.session(answer.json["session_id"])
    assert (session.course_id, session.lesson_id) == (lesson.course_id, lesson.lesson_id)
    assert session.student == "N01"
    assert session.upload is not None
    assert session.upload.read_bytes() == content
    assert [job.session_id for job in context.catalogue.queue()] == [session.session_id]
    state = client.get(f"/api/sessions/{session.session_id}").json
    assert (state["state"], state["url"]) == ("queued", f"/session/{session.session_id}")


@pytest.mark.usefixtures("in_process")
def test_an_answer_that_was_lost_can_be_asked_for_again(client: FlaskClient, good_files: Files) -> None:
    content = zipped(good_files)
    upload_id = announce(client, "a.zip", len(content)).json["upload_id"]
    send(client, upload_id, 0, content)
    first = client.post(f"/api/uploads/{upload_id}/finish")
    assert client.post(f"/api/uploads/{upload_id}/finish").json == first.json
    assert client.head(f"/api/uploads/{upload_id}").headers["Upload-Offset"] == str(len(content))


def test_a_broken_upload_goes_on_where_it_stopped(client: FlaskClient, good_files: Files) -> None:
    content = zipped(good_files)
    upload_id = announce(client, "a.zip", len(content)).json["upload_id"]
    send(client, upload_id, 0, content[:1000])
    early = client.post(f"/api/uploads/{upload_id}/finish")
    assert (early.status_code, early.headers["Upload-Offset"]) == (409, "1000")
    again = send(client, upload_id, 0, content[:1000])
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "1000")
    assert client.head(f"/api/uploads/{upload_id}").headers["Upload-Offset"] == "1000"
    send(client, upload_id, 1000, content[1000:])
    assert client.post(f"/api/uploads/{upload_id}/finish").status_code == 201


@pytest.mark.usefixtures("in_process")
def test_the_same_package_twice_leads_to_the_first(
    client: FlaskClient, context: Context, good_files: Files
) -> None:
    first = upload(client, "a.zip", zipped(good_files)).json
    again = upload(client, "b.zip", zipped(good_files))
    assert again.status_code == 409
    assert again.json["session_id"] == first["session_id"]
    assert again.json["url"] == first["url"]
    assert len(context.catalogue.sessions()) == 1


@pytest.mark.usefixtures("in_process")
def test_what_was_deleted_is_offered_to_be_restored(client, context, good_files):
    session_id = upload(client, "a.zip", zipped(good_files)).json["session_id"]
    client.post("/api/library", json={"do": ["delete", ["sessions", session_id]]})
    again = upload(client, "b.zip", zipped(good_files))
    assert (again.status_code, again.json["session_id"], again.json["in_bin"]) == (409, session_id, True)
    assert again.json["restore"] == "Restore"
    client.post("/api/library", json={"do": ["restore", ["sessions", session_id]]})
    assert "in_bin" not in upload(client, "b.zip", zipped(good_files)).json
    assert [row.session_id for row in context.catalogue.sessions()] == [session_id]


def damaged(files: Files) -> Iterable[tuple[str, str, bytes, tuple[str, str, str]]]:
    """Name, file name, content, and parts of where, expected and got."""
    header = json.loads(files["session.json"])
    elsewhere = json.dumps(header | {"lesson": "gravity"}).encode()
    timeline = files["timeline.csv"]
    unknown = timeline.replace(b"2-inside-a-leaf", b"2-inside-a-loaf")
    backwards = timeline.replace(b"10000.0,", b"1000.0,")
    whole = zipped(files)
    return [
        ("unknown lesson", "a.zip", zipped(files | {"session.json": elsewhere}),
         ("session.json, course and lesson", "biology-7/photosynthesis", "biology-7/gravity")),
        ("unknown slide", "a.zip", zipped(files | {"timeline.csv": unknown}),
         ("timeline.csv, row 3, column slide", "1-what-leaves-do", "2-inside-a-loaf")),
        ("time backwards", "a.zip", zipped(files | {"timeline.csv": backwards}),
         ("timeline.csv, row 3, column t_ms", "not before", "1000.0")),
        ("wrong columns", "a.zip", zipped(files | {"gaze.csv": b"time,x\n1,2\n"}),
         ("gaze.csv, row 1", "t_ms,x_px,y_px", "time,x")),
        ("no timeline", "a.zip", zipped({k: v for k, v in files.items() if k != "timeline.csv"}),
         ("timeline.csv", "this file", "session.json")),
        ("climbs out", "a.zip", zipped(files | {"../x.csv": b"x"}), ("../x.csv", "inside", "leads out")),
        ("cut off", "a.zip", whole[: len(whole) // 2], ("a.zip", "a zip archive", "")),
        ("no zip", "a.zip", b"hello " * 100, ("a.zip", "zip", "")),
        ("strange ending", "notes.doc", b"hello", ("notes.doc", ".zip", ".doc")),
        ("text named mp4", "film.mp4", b"#EXTM3U\nfile:///etc/passwd\n", ("film.mp4", "MP4", "a playlist")),
    ]  # fmt: skip


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("number", range(10))
def test_what_is_wrong_is_said_and_nothing_is_kept(
    client: FlaskClient, context: Context, lesson: Lesson, good_files: Files, number: int
) -> None:
    _, name, content, parts = list(damaged(good_files))[number]
    extra = form(lesson) if name.endswith("mp4") else {}
    answer = upload(client, name, content, **extra)
    assert answer.status_code == 422
    for part, field in zip(parts, ("where", "expected", "got"), strict=True):
        assert part in answer.json[field], answer.json
    assert kept_files(context) == []
    assert context.catalogue.sessions() == []
    assert context.catalogue.queue() == []


def test_a_refusal_comes_back_from_the_process_that_checks(
    client: FlaskClient, context: Context, good_files: Files
) -> None:
    answer = upload(client, "a.zip", zipped(good_files | {"gaze.csv": b"time,x\n1,2\n"}))
    assert answer.status_code == 422
    assert answer.json["where"] == "gaze.csv, row 1"
    assert answer.json["message"] == 'gaze.csv, row 1: expected the columns t_ms,x_px,y_px, got "time,x".'
    assert kept_files(context) == []


def test_the_server_lives_on_when_a_check_dies(
    client: FlaskClient, good_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.admission.sys.executable", "/bin/false")
    answer = upload(client, "a.zip", zipped(good_files))
    assert (answer.status_code, answer.json["expected"]) == (422, "a file that can be read")
    monkeypatch.undo()
    assert upload(client, "a.zip", zipped(good_files)).status_code == 201


def test_a_bare_video_becomes_a_package(
    client: FlaskClient, context: Context, lesson: Lesson, tmp_path: Path
) -> None:
    content = video()
    answer = upload(client, "film.webm", content, **form(lesson))
    assert answer.status_code == 201, answer.json
    stored = context.catalogue.session(answer.json["session_id"]).upload
    assert stored is not None
    package = open_package(stored, tmp_path)
    assert package.video is not None
    assert package.video.read_bytes() == content
    assert package.header.student == "V01"
    assert package.calibration.empty
    first, second = package.timeline.itertuples()
    assert (first.slide, first.t_ms) == (lesson.slides[0].slide_id, 0)
    assert (second.slide, second.t_ms) == (lesson.slides[1].slide_id, 12_500)
    # a 16:9 slide on a screen of 1600 x 1000 is 1600 x 900, in the middle
    assert (first.x_px, first.y_px, first.width_px, first.height_px) == (0, 50, 1600, 900)
    screen = package.header.screen
    assert np.hypot(screen.width_mm, screen.height_mm) == pytest.approx(20 * 25.4, abs=0.1)
    assert screen.width_mm / screen.height_mm == pytest.approx(1.6, abs=0.001)
    assert screen.size_source == "stated"


@pytest.mark.usefixtures("in_process")
def test_on_a_wide_screen_the_slide_is_in_the_middle(
    client: FlaskClient, context: Context, lesson: Lesson, tmp_path: Path
) -> None:
    screen = json.dumps({"width_px": 2560, "height_px": 1080, "diagonal_inch": 29})
    answer = upload(client, "film.webm", video(), **form(lesson, screen=screen))
    stored = context.catalogue.session(answer.json["session_id"]).upload
    assert stored is not None
    first = open_package(stored, tmp_path).timeline.iloc[0]
    assert tuple(first[["x_px", "y_px", "width_px", "height_px"]]) == (320, 0, 1920, 1080)


@pytest.mark.usefixtures("in_process")
def test_a_bare_video_may_bring_its_own_timeline(
    client: FlaskClient, context: Context, lesson: Lesson, good_files: Files, tmp_path: Path
) -> None:
    own = form(lesson, slide_times=None, screen=None, timeline=good_files["timeline.csv"].decode())
    answer = upload(client, "film.webm", video(), **own)
    assert answer.status_code == 201, answer.json
    stored = context.catalogue.session(answer.json["session_id"]).upload
    assert stored is not None
    package = open_package(stored, tmp_path)
    assert list(package.timeline["slide"].dropna()) == [slide.slide_id for slide in lesson.slides]
    assert package.header.screen.size_source == "assumed"


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"slide_times": "[]"}, "slide times"),
        ({"slide_times": None}, "slide times"),
        ({"slide_times": '[["x", "soon"]]'}, "slide times"),
        ({"slide_times": '[["nowhere", 1]]'}, "timeline.csv, row 2, column slide"),
        ({"student": "Anna Maria"}, "session.json, field student"),
        ({"student": None}, "session.json, field student"),
        ({"lesson_id": "gravity"}, "the form, course and lesson"),
        ({"screen": "{}"}, "screen"),
        ({"screen": '{"width_px": 0, "height_px": 0, "diagonal_inch": 1}'}, "screen"),
        (
            {"screen": '{"width_px": 99999, "height_px": 1000, "diagonal_inch": 20}'},
            "session.json, field screen",
        ),
    ],
)
def test_a_form_that_is_wrong(
    client: FlaskClient, context: Context, lesson: Lesson, changes: dict[str, Any], where: str
) -> None:
    answer = upload(client, "film.webm", video(), **form(lesson, **changes))
    assert answer.status_code == 422
    assert answer.json["where"].startswith(where), answer.json
    assert kept_files(context) == []


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"name": "a.zip"},
        {"name": "a.zip", "size_bytes": "9"},
        {"name": "a.zip", "size_bytes": True},
        {"name": "", "size_bytes": 1},
        {"name": "a\n.zip", "size_bytes": 1},
        {"name": "a" * 300, "size_bytes": 1},
        {"name": "a.zip", "size_bytes": 1, "student": 7},
    ],
)
def test_nonsense_is_not_announced(client: FlaskClient, sent: Any) -> None:
    assert client.post("/api/uploads", json=sent).status_code == 422


def test_too_large_is_said_before_anything_is_sent(client: FlaskClient) -> None:
    answer = announce(client, "a.zip", 2_000_001)
    assert answer.status_code == 507
    assert "at most 2 MB" in answer.json["expected"]


@pytest.mark.parametrize("header", [None, "", "x", "-1", "5"])
def test_a_piece_without_its_right_place(client: FlaskClient, header: str | None) -> None:
    upload_id = announce(client, "a.zip", 10).json["upload_id"]
    headers = {} if header is None else {"Upload-Offset": header}
    answer = client.patch(f"/api/uploads/{upload_id}", data=b"x", headers=headers)
    assert answer.status_code in (409, 422)
    assert client.head(f"/api/uploads/{upload_id}").headers["Upload-Offset"] == "0"


def test_a_given_up_upload_is_gone(client: FlaskClient, context: Context) -> None:
    upload_id = announce(client, "a.zip", 10).json["upload_id"]
    assert client.delete(f"/api/uploads/{upload_id}").status_code == 204
    assert client.head(f"/api/uploads/{upload_id}").status_code == 404
    assert kept_files(context) == []


def test_unknown_things_are_not_found(client: FlaskClient) -> None:
    assert client.get("/api/sessions/0123456789abcdef").status_code == 404
    assert client.head("/api/uploads/" + "0" * 32).status_code == 404
    assert client.post("/api/uploads/" + "0" * 32 + "/finish").status_code == 404


def test_another_page_cannot_upload(client: FlaskClient) -> None:
    answer = client.post(
        "/api/uploads", json={"name": "a.zip", "size_bytes": 1}, headers={"Origin": "http://attacker.example"}
    )
    assert answer.status_code == 403
