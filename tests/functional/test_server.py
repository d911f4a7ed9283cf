"""The real server as a process of its own: it starts, works, stops, and loses nothing when it is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Lesson
from pipeline.storage.catalogue import Catalogue
from tests.gaze_package import zipped

WAIT_S = 60.0


class Server:
    """`python app.py` over a data folder, on a free port."""

    def __init__(self, root: Path, data: Path, port: int, workers: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZEBOARD_")}
        settings = {"DATA": data, "PORT": port, "WORKERS": workers, "DEMO": "off"}
        environment |= {f"GAZEBOARD_{name}": str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=root, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit status and what was written to stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, errors

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, body or None, headers, method=method)
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            content = answer.read()
        return json.loads(content) if content.startswith(b"{") else content.decode()

    def upload(self, package: Path) -> str:
        """Send a package in one piece; the session's id."""
        content = package.read_bytes()
        announced = json.dumps({"name": package.name, "size_bytes": len(content)}).encode()
        upload_id = self.ask("POST", "/api/uploads", announced, Content_Type="application/json")["upload_id"]
        self.ask("PATCH", f"/api/uploads/{upload_id}", content, Upload_Offset="0", Content_Type="x/y")
        return str(self.ask("POST", f"/api/uploads/{upload_id}/finish")["session_id"])

    def finished(self, session_id: str) -> dict[str, Any]:
        """The state of a session once it is done or failed."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            state: dict[str, Any] = self.ask("GET", f"/api/sessions/{session_id}")
            if state["state"] in ("done", "failed"):
                return state
            time.sleep(0.2)
        raise AssertionError(state)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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


@pytest.fixture
def start(repo_root: Path, data: Path, port: int) -> Iterator[Any]:
    """Start a server; whatever is left of it in the end is killed."""
    started: list[Server] = []

    def begin(workers: int) -> Server:
        started.append(Server(repo_root, data, port, workers))
        return started[-1]

    yield begin
    for server in started:
        server.process.kill()
        server.process.communicate()


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
