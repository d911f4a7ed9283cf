"""A real browser in front of the real server, over a small school that was seeded without video."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from tests.gaze_package import package_files, zipped
from tests.seeded_school import CLASS, LESSONS, add_quiz, seed
from tests.served import Server, free_port

NAMES = ("chromium", "chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE, TABLET = (1280, 800), (820, 1180)
LESSON = LESSONS / "biology-7/photosynthesis"
OTHER = LESSONS / "physics-8/the-pendulum"
COUNTED = CLASS[:7]  # all of them calibrated and tracked well enough to be counted
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)  # machines that run other things beside are slow


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs chromium, which is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two lessons that a class of seven has looked at."""
    folder = tmp_path_factory.mktemp("school") / "data"
    catalogue = seed(folder, viewers=COUNTED, lessons=[LESSON, OTHER], slide_s=12.0)
    add_quiz(catalogue, read_lesson(LESSON), COUNTED)
    catalogue.close()
    return folder


@pytest.fixture(scope="session")
def catalogue(data: Path) -> Iterator[Catalogue]:
    """The catalogue beside the server's, to compare what pages say with what is stored."""
    opened = Catalogue.open(data)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[Server]:
    """The server, with one worker."""
    server = Server(data, free_port(), workers=1)
    assert "Gazeboard is at" in server.first_line()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session package of a new student of the other lesson."""
    folder = tmp_path_factory.mktemp("package")
    return zipped(package_files(read_lesson(OTHER), "N01"), folder / "class.zip")


Open = Callable[..., Page]


@pytest.fixture
def console() -> list[str]:
    """Errors and warnings of the browser's console. A test that provokes some clears it in the end."""
    return []


@pytest.fixture
def open_page(browser: Browser, server: Server, console: list[str]) -> Iterator[Open]:
    """Open an address of the server in a window of its own.

    When the test ends, every window must have asked nobody but the server, and its console must be silent.
    """
    asked: list[str] = []
    with _windows(browser, asked, console) as window:

        def open_address(
            path: str, size: tuple[int, int] = WIDE, scheme: str = "light", ready: str = "h1"
        ) -> Page:
            page = window(size, scheme)
            page.goto(server.address + path)
            page.wait_for_selector(ready)
            return page

        yield open_address
    outside = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert outside <= {urlsplit(server.address).netloc}
    assert console == []


@contextmanager
def _windows(browser: Browser, asked: list[str], console: list[str]) -> Iterator[Callable[..., Page]]:
    contexts = []

    def window(size: tuple[int, int], scheme: str) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and console.append(said.text))
        return page

    yield window
    for context in contexts:
        context.close()


def wait_until(page: Page, expression: str) -> None:
    """Wait for a JavaScript expression to become true (Playwright's own way is forbidden by our policy)."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)
