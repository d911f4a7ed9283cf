"""One small rendered session for all tests that look at pixels or files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.domain import Aoi, Lesson, Part, Role, Slide
from pipeline.synthetic.gaze_behaviour import Behaviour
from pipeline.synthetic.package import Studio, render_session, set_up


@pytest.fixture(scope="session")
def lesson() -> Lesson:
    """Two slides of three regions: a title, a heavy required figure and a light required text."""
    aois = (
        Aoi("title", "Title", Role.TITLE, (Part(((0.05, 0.04), (0.6, 0.15))),), weight=0.1, order=1),
        Aoi(
            "figure",
            "Figure",
            Role.FIGURE,
            (Part(((0.05, 0.2), (0.5, 0.9))),),
            weight=0.6,
            required=True,
            order=2,
        ),
        Aoi(
            "text", "Text", Role.TEXT, (Part(((0.55, 0.3), (0.95, 0.8))),), weight=0.3, required=True, order=3
        ),
    )
    slides = tuple(Slide(name, name, f"{name}.png", 1280, 720, aois) for name in ("first", "second"))
    return Lesson("physics", "Physics", "light", "Light", slides)


@dataclass(frozen=True)
class Rendered:
    folder: Path
    studio: Studio  # what it was filmed with
    rate_hz: float
    seconds: float


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory, lesson: Lesson) -> Rendered:
    """Seed 5 at 640x480 and 8 Hz: about 50 s of which 4 s are slides."""
    folder = tmp_path_factory.mktemp("rendered") / "S01-light"
    render_session(folder, lesson, "S01", 5, 4.0, width_px=640, height_px=480, rate_hz=8.0)
    return Rendered(folder, set_up(lesson, 5, 4.0, Behaviour.FOLLOWS, 640, 480, 8.0), 8.0, 4.0)
