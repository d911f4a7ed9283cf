"""The real server as a process of its own, for tests that need one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WAIT_S = 60.0


class Server:
    """`python app.py` over a data folder, on a free port."""

    def __init__(self, data: Path, port: int, workers: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZEBOARD_")}
        settings = {"DATA": data, "PORT": port, "WORKERS": workers, "DEMO": "off"}
        environment |= {f"GAZEBOARD_{name}": str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, text=True,
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

    def kill(self) -> None:
        """End it whatever it does, and close what leads to it."""
        self.process.kill()
        self.process.communicate()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
