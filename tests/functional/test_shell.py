"""The shell, the overview and the upload page as a browser gets them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.application import create_app
from dashboard.context import Context
from dashboard.pages import overview
from dashboard.settings import Demo, Settings
from pipeline.domain import Lesson
from pipeline.storage.catalogue import Catalogue

PAGE = ".._pages_content.children..._pages_store.data.."
BEAT = "..queue.children...queue-above.children...pulse.interval...revision.data.."


def page(call: Any, path: str, search: str = "") -> tuple[str, str]:
    """The content of a page as JSON text, and its title."""
    answer = call(PAGE, _pages_location={"pathname": path, "search": search})
    return json.dumps(answer["_pages_content"]["children"]), answer["_pages_store"]["data"]["title"]


def upload_file(catalogue: Catalogue, path: Path, lesson: Lesson, student: str) -> str:
    """A session that waits for its processing."""
    path.write_bytes(student.encode())
    sha256 = hashlib.sha256(student.encode()).hexdigest()
    return catalogue.add_upload(
        path,
        sha256=sha256,
        kind="package",
        name="a.zip",
        course_id=lesson.course_id,
        lesson_id=lesson.lesson_id,
        student=student,
    )


def test_the_document_runs_no_script_that_the_policy_does_not_name(client: FlaskClient) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    inline = [
        (attributes, body)
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
        if "src=" not in attributes and "application/json" not in attributes
    ]
    assert len(inline) == 2  # Dash's renderer, and its setting of the title
    for _, body in inline:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_everything_the_document_loads_is_ours_and_there(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:src|href)="([^"]+)"', client.get("/").text)
    assert len(addresses) > 10
    for address in addresses:
        assert address.startswith("/")
        assert not address.startswith("//")
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_nobody_is_asked_for_a_newer_version(client: FlaskClient) -> None:
    assert json.loads(re.search(r'<script id="_dash-config"[^>]*>(.*?)</script>', client.get("/").text)[1])[
        "disable_version_check"
    ]


def test_the_overview_names_courses_and_lessons(call: Any, lesson: Lesson) -> None:
    content, title = page(call, "/")
    assert title == "Lessons, Gazeboard"
    assert lesson.course_title in content
    assert lesson.lesson_title in content
    assert "4 slides, no sessions yet" in content
    assert "1 course with 1 lesson. No session can be looked at so far." in content


def test_an_empty_school_says_what_to_do(tmp_path: Path) -> None:
    empty = create_app(Settings(data=tmp_path / "empty", demo=Demo.OFF))
    with empty.server.test_request_context("/"):
        content = json.dumps(overview.layout().to_plotly_json(), default=lambda part: part.to_plotly_json())
    assert "Nothing here yet" in content


def test_the_queue_shows_what_waits_and_what_runs(
    call: Any, context: Context, lesson: Lesson, tmp_path: Path
) -> None:
    quiet = call(BEAT, revision={"data": None})
    assert quiet["queue"]["children"] is None
    first = upload_file(context.catalogue, tmp_path / "1.zip", lesson, "S01")
    upload_file(context.catalogue, tmp_path / "2.zip", lesson, "S02")
    job = context.catalogue.claim("worker")
    assert job is not None
    context.catalogue.heartbeat(job.job_id, "worker", "face", 0.5)

    busy = call(BEAT, revision={"data": quiet["revision"]["data"]})
    assert "2 of 2 sessions in work" in json.dumps(busy["queue"])
    assert busy["pulse"]["interval"] < quiet["pulse"]["interval"]
    assert busy["revision"]["data"] != quiet["revision"]["data"]

    work = json.dumps(call("overview-work.children", pulse={"n_intervals": 1}))
    assert "S01" in work
    assert "Finding face and eyes" in work
    assert "1 session waiting" in work
    state = context.catalogue.session(first)
    assert state.stage == "face"


def test_a_beat_without_news_leaves_the_pages_alone(call: Any) -> None:
    revision = call(BEAT, revision={"data": None})["revision"]["data"]
    assert "revision" not in call(BEAT, revision={"data": revision})


def test_a_failed_session_is_shown_with_its_reason(
    call: Any, context: Context, lesson: Lesson, tmp_path: Path
) -> None:
    session_id = upload_file(context.catalogue, tmp_path / "1.zip", lesson, "S01")
    job = context.catalogue.claim("worker")
    assert job is not None
    context.catalogue.fail(job.job_id, "worker", "webcam.webm: expected a face, got none in 90 frames.")
    content, _ = page(call, "/")
    assert "Could not be processed" in content
    assert "expected a face, got none in 90 frames" in content
    assert f"/session/{session_id}" in content


def _inner(part: dict[str, Any]) -> list[dict[str, Any]]:
    """The links within a part of the navigation."""
    children = part["props"]["children"]
    return children[1:] if isinstance(children, list) else []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Lessons"),
        ("/upload", "Upload"),
        ("/lesson/biology-7/photosynthesis", "Photosynthesis"),
        ("/slide/biology-7/photosynthesis/3-the-equation", "Photosynthesis"),
        ("/nowhere", None),
    ],
)
def test_the_navigation_marks_where_one_is(call: Any, path: str, current: str | None) -> None:
    links = call("navigation.children", _pages_location={"pathname": path})["navigation"]["children"]
    inner = [each for link in links for each in _inner(link)]
    marked = [
        link["props"]["children"]["props"]["children"]
        for link in [*links, *inner]
        if link["props"].get("aria-current") == "page"
    ]
    assert marked == ([current] if current else [])


@pytest.mark.parametrize(
    "path", ["/nowhere", "/session/0123456789abcdef", "/lesson/biology-7/gravity", "/slide/a/b/c"]
)
def test_an_address_that_leads_nowhere_says_so(call: Any, path: str) -> None:
    content, _ = page(call, path)
    assert "There is nothing at this address" in content


def test_the_upload_page_offers_the_lessons_and_their_slides(call: Any, lesson: Lesson) -> None:
    content, _ = page(call, "/upload", "?unknown=1")
    assert "biology-7/photosynthesis" in content
    assert "to 2 MB each" in content
    times = call("upload-times.children", **{"upload-lesson": {"value": "biology-7/photosynthesis"}})
    for slide in lesson.slides:
        assert slide.title in json.dumps(times)


def test_slide_pictures_are_served_and_kept_by_the_browser(
    client: FlaskClient, lesson: Lesson, lesson_folder: Path
) -> None:
    address = f"/media/slide/{lesson.course_id}/{lesson.lesson_id}/{lesson.slides[0].slide_id}"
    with client.get(address) as answer:
        assert answer.data == (lesson_folder / lesson.slides[0].image).read_bytes()
        assert answer.mimetype == "image/png"
    with client.get(address, headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status_code == 304


@pytest.mark.parametrize("place", ["slide/a/b/c", "heatmap/a/b/c.png", "slide/biology-7/photosynthesis/x"])
def test_pictures_that_do_not_exist(client: FlaskClient, place: str) -> None:
    assert client.get(f"/media/{place}").status_code == 404


def test_two_schools_in_one_process_do_not_mix(app: Dash, client: FlaskClient, tmp_path: Path) -> None:
    other = create_app(Settings(data=tmp_path / "other", demo=Demo.OFF)).server.test_client()
    address = "/media/slide/biology-7/photosynthesis/1-what-leaves-do"
    with client.get(address) as here, other.get(address) as there:
        assert (here.status_code, there.status_code) == (200, 404)


def test_names_and_origins_are_checked_before_dash_answers(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 400
    asked = client.post("/_dash-update-component", json={}, headers={"Origin": "http://attacker.example"})
    assert asked.status_code == 403
