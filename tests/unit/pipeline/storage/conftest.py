"""A catalogue, uploads for it, and a session's tables with known content."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import (
    SESSION_TABLES,
    Aoi,
    Consent,
    Lesson,
    Part,
    Role,
    Screen,
    SessionHeader,
    Shape,
    Slide,
)
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import write_revision


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def header() -> SessionHeader:
    return SessionHeader(
        "physics", "optics", "S01", Consent("2", "2026-05-04T08:00:00Z"), Screen(1920, 1080, 344.0, 194.0)
    )


@pytest.fixture
def upload(catalogue: Catalogue, tmp_path: Path) -> Callable[..., str]:
    """Takes in some bytes as a package; returns the session's id."""

    def add(content: bytes = b"a recording", **said: str) -> str:
        source = tmp_path / "arrived.zip"
        source.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        return catalogue.add_upload(source, sha256=digest, kind="package", name="mine.zip", **said)

    return add


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Two slides, a loss of tracking, a moment without a slide; rows deliberately not sorted by slide."""
    gaze = pd.DataFrame({name: np.arange(6.0) for name in SESSION_TABLES["gaze"]})
    gaze["slide_id"] = ["b", "b", None, "a", "a", "b"]
    gaze["valid"] = [True, False, True, True, True, True]
    gaze.loc[1, ["screen_x_px", "screen_y_px", "slide_x", "slide_y", "sigma_deg"]] = np.nan
    fixations = pd.DataFrame({name: np.arange(3) for name in SESSION_TABLES["fixations"]})
    fixations["slide_id"] = ["b", "a", "b"]
    fixations["onset_ms"] = [100.0, 400.0, 900.0]
    density = pd.DataFrame({"slide_id": ["b", "a", "a"], "cell": [7, 5183, 0], "seconds": [1.5, 0.25, 2.0]})
    exposures = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in SESSION_TABLES["exposures"]})
    exposures["slide_id"] = ["b", "a", "b"]
    frames = pd.DataFrame({name: [0, 1, 2] for name in SESSION_TABLES["frames"]})
    return {
        "gaze": gaze,
        "fixations": fixations,
        "density": density,
        "frames": frames,
        "exposures": exposures,
    }


@pytest.fixture
def finish(
    catalogue: Catalogue, header: SessionHeader, tables: dict[str, pd.DataFrame]
) -> Callable[[str], None]:
    """Publishes the tables as a session's next revision."""

    def publish(session_id: str) -> None:
        files = write_revision(catalogue.lake, session_id, 1, tables)
        catalogue.publish(session_id, files, header, {"accuracy_deg": 1.5}, {"seconds": {"face": 2.0}})

    return publish


@pytest.fixture
def lesson() -> Lesson:
    aois = (
        Aoi("title", "Title", Role.TITLE, (Part(((0.1, 0.05), (0.9, 0.2))),), order=1),
        Aoi(
            "lens",
            "Lens",
            Role.FIGURE,
            (Part(((0.2, 0.3), (0.5, 0.3), (0.4, 0.8)), Shape.POLYGON),),
            2.5,
            True,
        ),
    )
    slides = (Slide("s1", "Lenses", "one.png", 1280, 720, aois), Slide("s2", "Mirrors", "two.png", 1280, 720))
    return Lesson("physics", "Physics 7", "optics", "Light", slides)


@pytest.fixture
def lesson_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "optics"
    folder.mkdir()
    (folder / "one.png").write_bytes(b"first picture")
    (folder / "two.png").write_bytes(b"second picture")
    return folder


@pytest.fixture
def together() -> Callable[[str, int, Path], list[str]]:
    """Runs a script in several processes, each past its imports before any goes on; what they print."""

    def run(script: str, processes: int, data: Path) -> list[str]:
        head, body = script.split("# go\n")
        waiting = f"{head}\nimport sys; print('ready', flush=True); sys.stdin.readline()\n{body}"
        started = [
            subprocess.Popen(
                [sys.executable, "-c", waiting, str(data), str(number)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(processes)
        ]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=60)[0] for process in started]
        assert [process.returncode for process in started] == [0] * processes
        return answers

    return run
