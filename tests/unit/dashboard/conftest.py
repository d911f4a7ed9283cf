"""What the tests of the dashboard's reading share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Screen, SessionHeader
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import SessionRow, State
from tests.seeded_school import LESSONS, seed

LESSON = LESSONS / "biology-7/photosynthesis"


@pytest.fixture(scope="session")
def school_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a class of ten that saw one lesson; not to be changed."""
    data = tmp_path_factory.mktemp("school") / "data"
    seed(data, lessons=[LESSON]).close()
    return data


@pytest.fixture
def catalogue(school_data: Path) -> Any:
    opened = Catalogue.open(school_data)
    yield opened
    opened.close()


@pytest.fixture
def make_row() -> Callable[..., SessionRow]:
    """A finished, calibrated session; say what is different."""

    def make(student: str, **different: Any) -> SessionRow:
        header = SessionHeader("c", "l", student, None, Screen(1920, 1080, 344.0, 194.0))
        values: dict[str, Any] = {
            "session_id": f"id-{student}", "kind": "package", "name": "a.zip", "size_bytes": 1,
            "upload": None,
            "course_id": "c", "lesson_id": "l", "student": student, "consent_version": None,
            "consent_given_at": None, "synthetic": False, "calibrated": True, "state": State.DONE,
            "stage": None, "progress": 1.0, "error": None, "revision": 1,
            "created_at": dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC), "started_at": None,
            "finished_at": None, "header": header, "quality": {"sigma_deg": 2.0, "accuracy_deg": 1.8},
        }  # fmt: skip
        return SessionRow(**(values | different))

    return make
