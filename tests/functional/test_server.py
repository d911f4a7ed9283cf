"""The real server as a process of its own: it starts, works, stops, and loses nothing when it is killed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Lesson
from pipeline.storage.catalogue import Catalogue
from tests.gaze_package import zipped
from tests.served import WAIT_S, Server, free_port


@pytest.fixture
def data(tmp_path: Path, lesson: Lesson, lesson_folder: Path) -> Path:
    """A data folder with a lesson."""
    catalogue = Catalogue.open(tmp_path / "data")
    catalogue.put_lesson(lesson, lesson_folder)
    catalogue.close()
    return tmp_path / "data"


@pytest.fixture
def package(tmp_path: Path, good_files: dict[str, bytes]) -> Path:
    return zipped(good_files, tmp_path / "class.zip")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
def start(data: Path, port: int) -> Iterator[Any]:
    """Start a server; whatever is left of it in the end is killed."""
    started: list[Server] = []

    def begin(workers: int) -> Server:
        started.append(Server(data, port, workers))
        return started[-1]

    yield begin
    for server in started:
        server.kill()


def test_a_session_uploaded_over_http_is_processed_and_the_server_stops_when_told(
    start: Any, package: Path, port: int, data: Path
) -> None:
    server = start(workers=1)
    assert server.first_line() == f"Gazeboard is at http://127.0.0.1:{port} (Ctrl-C stops it)\n"
    assert "Gazeboard" in server.ask("GET", "/")
    assert server.finished(server.upload(package))["state"] == "done"

    second = start(workers=0)
    _, errors = second.process.communicate(timeout=WAIT_S)
    assert second.process.returncode == 1
    assert errors.count("\n") == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in errors

    code, errors = server.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in errors


def test_an_accepted_upload_survives_kill_9(start: Any, package: Path, data: Path) -> None:
    server = start(workers=0)
    server.first_line()
    session_id = server.upload(package)
    server.end(signal.SIGKILL)

    after = start(workers=1)
    after.first_line()
    assert after.finished(session_id)["state"] == "done"
    assert not list((data / "uploads").iterdir())  # deleted once it had been processed


def test_a_setting_that_makes_no_sense_is_named_in_one_line(start: Any) -> None:
    server = start(workers=-2)
    _, errors = server.process.communicate(timeout=WAIT_S)
    assert server.process.returncode == 1
    assert errors == "GAZEBOARD_WORKERS: Input should be greater than or equal to 0\n"
