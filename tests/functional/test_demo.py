"""The demo school of a first start: prepared once, never put among a school's own work."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.server import prepare_demo
from dashboard.settings import Settings
from pipeline.domain import Lesson
from pipeline.storage.catalogue import Catalogue
from pipeline.synthetic import school
from tests.functional.test_shell import upload_file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def test_an_empty_school_gets_all_lessons_and_a_job_for_each_session(settings: Settings) -> None:
    prepare_demo(settings)
    catalogue = Catalogue.open(settings.data)
    assert len(catalogue.lessons()) == len(school.demo_lessons())
    jobs = catalogue.queue()
    assert {job.kind for job in jobs} == {"demo"}
    assert len({job.payload["student"] for job in jobs}) >= 12
    answers = catalogue.quiz("biology-7", "cells")
    assert set(answers["student"]) == {j.payload["student"] for j in jobs if j.payload["lesson"] == "cells"}
    assert answers["question"].nunique() == 4
    assert answers["correct"].isin([0.0, 1.0]).all()
    catalogue.close()


def test_a_second_start_adds_nothing(settings: Settings) -> None:
    prepare_demo(settings)
    catalogue = Catalogue.open(settings.data)
    queue = catalogue.queue()
    prepare_demo(settings)
    assert catalogue.queue() == queue
    catalogue.close()


def test_a_school_with_sessions_is_left_alone(settings: Settings, tmp_path: Path, lesson: Lesson) -> None:
    catalogue = Catalogue.open(settings.data)
    upload_file(catalogue, tmp_path / "1.zip", lesson, "S01")
    prepare_demo(settings)
    assert catalogue.lessons() == []
    assert [job.kind for job in catalogue.queue()] == ["process"]
    catalogue.close()


def test_what_people_uploaded_goes_before_the_demo(
    settings: Settings, tmp_path: Path, lesson: Lesson
) -> None:
    prepare_demo(settings)
    catalogue = Catalogue.open(settings.data)
    upload_file(catalogue, tmp_path / "1.zip", lesson, "S01")
    claimed = [catalogue.claim("worker") for _ in range(2)]
    assert [job.kind for job in claimed if job] == ["process", "demo"]
    catalogue.close()
