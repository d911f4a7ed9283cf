"""The application over a small school, without a browser and without workers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import admission
from dashboard.application import create_app
from dashboard.context import KEY, Context
from dashboard.settings import Demo, Settings
from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from tests.gaze_package import package_files

LESSON = "pipeline/synthetic/lessons/biology-7/photosynthesis"


@pytest.fixture(scope="session")
def lesson_folder(repo_root: Path) -> Path:
    return repo_root / LESSON


@pytest.fixture(scope="session")
def lesson(lesson_folder: Path) -> Lesson:
    return read_lesson(lesson_folder)


@pytest.fixture(scope="session")
def good_files(lesson: Lesson) -> dict[str, bytes]:
    """A package without faults."""
    return package_files(lesson)


@pytest.fixture
def app(tmp_path: Path, lesson: Lesson, lesson_folder: Path) -> Iterator[Dash]:
    """A school of one lesson and no sessions yet."""
    app = create_app(Settings(data=tmp_path / "data", demo=Demo.OFF, upload_max_mb=2))
    context: Context = app.server.extensions[KEY]
    context.catalogue.put_lesson(lesson, lesson_folder)
    yield app
    context.catalogue.close()


@pytest.fixture
def context(app: Dash) -> Context:
    return app.server.extensions[KEY]


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check uploads in this process: a second quicker each, where the process is not what is tested."""
    monkeypatch.setattr(
        admission,
        "_in_child",
        lambda task, content, upload, workdir, data: getattr(admission, task)(
            content, upload.name, upload.form, workdir, data
        ),
    )


Call = Callable[..., dict[str, Any]]


@pytest.fixture
def call(client: FlaskClient) -> Call:
    """Ask for the outputs of a callback as the browser does: `call("a.children", b={"value": 1})`."""

    def ask(output: str, **inputs: dict[str, Any]) -> dict[str, Any]:
        known = next(entry for entry in client.get("/_dash-dependencies").json if entry["output"] == output)
        sent = {
            kind: [
                {**each, "value": inputs.get(each["id"], {}).get(each["property"])} for each in known[kind]
            ]
            for kind in ("inputs", "state")
        }
        outputs = [
            dict(zip(("id", "property"), part.rsplit(".", 1), strict=True))
            for part in output.strip(".").split("...")
        ]
        body = {"output": output, "outputs": outputs if output.startswith("..") else outputs[0], **sent}
        answer = client.post(
            "/_dash-update-component", data=json.dumps(body), content_type="application/json"
        )
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json["response"]
        return result

    return ask
