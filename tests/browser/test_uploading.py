"""The upload page's script: refusals, broken connections, going on after a reload, a bare video."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from tests.browser.conftest import OTHER, Open
from tests.gaze_package import package_files, zipped

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
PIECES = "**/api/uploads/*"


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return read_lesson(OTHER)


def make_package(lesson: Lesson, path: Path, student: str, ballast_bytes: int = 0, **changes: bytes) -> Path:
    """A package of a student; ballast makes it larger than one piece of an upload."""
    files = package_files(lesson, student)
    files |= {name.replace("_", "."): content for name, content in changes.items()}
    if ballast_bytes:
        noise = np.random.default_rng(1).integers(0, 256, ballast_bytes, np.uint8)
        files["truth.parquet"] = noise.tobytes()
    return zipped(files, path)


def black_video(path: Path, seconds: int = 1) -> Path:
    """A WebM in which there is nothing to see."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("vp8", rate=10)
        stream.width, stream.height = 320, 240
        for _ in range(10 * seconds):
            black = np.zeros((240, 320, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(black, format="rgb24")))
        container.mux(stream.encode())
    path.write_bytes(out.getvalue())
    return path


def status(page: Page) -> object:
    return page.locator("article.upload").first.get_by_role("status")


def test_a_wrong_package_is_refused_with_its_reason(
    open_page: Open, console: list[str], lesson: Lesson, tmp_path: Path
) -> None:
    page = open_page("/upload", ready="#upload-file")
    wrong = make_package(lesson, tmp_path / "wrong.zip", "W01", gaze_csv=b"time,x\n1,2\n")
    page.set_input_files("#upload-file", wrong)
    expect(status(page)).to_have_text("Not accepted. Nothing of it was kept.", timeout=PATIENCE_MS)
    reason = page.locator("article.upload dl.reason dd")
    expect(reason).to_have_text(["gaze.csv, row 1", "the columns t_ms,x_px,y_px", '"time,x"'])
    assert all("422" in said for said in console)
    console.clear()


def test_another_kind_of_file_is_refused_before_it_is_sent(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "notes.doc").write_text("hello")
    page = open_page("/upload", ready="#upload-file")
    page.set_input_files("#upload-file", tmp_path / "notes.doc")
    expect(page.locator("article.upload")).to_contain_text(
        "a .zip package, a .webm or .mp4 video or a tracker's export"
    )


def test_a_connection_that_breaks_is_tried_again(
    open_page: Open, console: list[str], lesson: Lesson, tmp_path: Path
) -> None:
    page = open_page("/upload", ready="#upload-file")
    broken: list[str] = []

    def break_twice(route: Route) -> None:
        if route.request.method == "PATCH" and len(broken) < 2:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route(PIECES, break_twice)
    page.set_input_files("#upload-file", make_package(lesson, tmp_path / "a.zip", "B01"))
    expect(status(page)).to_have_text("Ready.", timeout=PATIENCE_MS)
    assert len(broken) == 2
    console.clear()


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(
    open_page: Open, console: list[str], lesson: Lesson, tmp_path: Path
) -> None:
    package = make_package(lesson, tmp_path / "a.zip", "R01", ballast_bytes=9_000_000)
    page = open_page("/upload", ready="#upload-file")
    page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    sent: list[int] = []

    def stop_after_one(route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        sent.append(int(route.request.headers["upload-offset"]))
        return route.abort() if len(sent) > 1 else route.continue_()

    page.route(PIECES, stop_after_one)
    page.set_input_files("#upload-file", package)
    expect(page.locator("article.upload")).to_contain_text("Sending: 4.2 MB of 9.0 MB", timeout=PATIENCE_MS)
    page.reload()
    page.unroute(PIECES)
    page.wait_for_selector("#upload-file", state="attached")
    with page.expect_request(lambda request: request.method == "PATCH") as first:
        page.set_input_files("#upload-file", package)
    assert first.value.headers["upload-offset"] == str(4 * 1024 * 1024)
    expect(status(page)).to_have_text("Ready.", timeout=PATIENCE_MS)
    console.clear()


def test_the_list_is_still_there_after_a_look_at_another_page(
    open_page: Open, lesson: Lesson, tmp_path: Path
) -> None:
    page = open_page("/upload", ready="#upload-file")
    page.set_input_files("#upload-file", make_package(lesson, tmp_path / "a.zip", "L01"))
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Lessons").click()
    expect(page.get_by_role("heading", level=1, name="Lessons")).to_be_visible()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Upload").click()
    expect(status(page)).to_have_text("Ready.", timeout=PATIENCE_MS)


def test_a_bare_video_is_asked_about_and_fails_with_a_reason_when_it_shows_no_face(
    open_page: Open, lesson: Lesson, tmp_path: Path
) -> None:
    page = open_page("/upload", ready="#upload-file")
    page.set_input_files("#upload-file", black_video(tmp_path / "film.webm"))
    page.get_by_role("button", name="Upload the video").click()
    expect(page.get_by_text("Choose the lesson that was shown")).to_be_visible()
    page.get_by_role("textbox", name="Lesson").click()
    page.get_by_role("option", name=f"{lesson.course_title}: {lesson.lesson_title}").click()
    expect(page.get_by_text("Choose the lesson that was shown")).to_have_count(0)
    page.get_by_label("Student").fill("V01")
    page.get_by_label(f"1. {lesson.slides[0].title}").fill("0")
    page.get_by_role("button", name="Upload the video").click()
    row = page.locator("article.upload")
    expect(row).to_contain_text("It was accepted, but could not be processed.", timeout=PATIENCE_MS)
    expect(row).to_contain_text("expected a face in at least one frame, got none in 10 frames")
