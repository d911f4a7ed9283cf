"""The PDF of a comparison, read back: figures of the files, small groups hidden, the command and the link."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2 as pdfium
import pytest
from dash import Dash
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard import urls
from dashboard.__main__ import app as commands
from dashboard.application import create_app
from dashboard.context import KEY, Context
from dashboard.settings import Demo, Settings
from pipeline.domain import Slide
from pipeline.errors import InputError
from tests.seeded_school import CLASS, LESSONS, add_session, seed

SEEING = (
    *CLASS[:7],
    *CLASS[8:],
)  # without S08, who counts on some slides only: a mean of slides is plain then
PLACES = (("biology-7", "photosynthesis"), ("physics-8", "the-pendulum"))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two courses that a class saw, and one that three students saw."""
    data = tmp_path_factory.mktemp("compared") / "data"
    folders = [LESSONS / "/".join(place) for place in PLACES]
    catalogue = seed(data, viewers=SEEING, lessons=folders, slide_s=8.0)
    small = replace(catalogue.lesson(*PLACES[0]), course_id="small", course_title="Small course")
    catalogue.put_lesson(small, LESSONS / "/".join(PLACES[0]))
    for place, viewer in enumerate(CLASS[:3]):
        add_session(catalogue, small, viewer, 8.0, np.random.default_rng(place))
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def text_of(pdf: bytes) -> str:
    with closing(pdfium.PdfDocument(pdf)) as document:
        texts = []
        for page in document:
            words = page.get_textpage()
            texts.append(words.get_text_range().replace("\r\n", "\n"))
            words.close()
            page.close()
    return "\n".join(texts)


def asked(client: FlaskClient, *courses: str, **query: str) -> str:
    items = ",".join(f"course:{name}" for name in courses)
    answer = client.get(urls.compare_report(of=items, **query))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return text_of(answer.data)


def section(text: str, title: str) -> str:
    """A measure's chart: from its heading on."""
    return re.split(rf"^{title}$", text, flags=re.MULTILINE)[1]


def shares(row_files: dict[str, Path], slide: Slide) -> np.ndarray | None:
    """By hand: a student's share of looking at each (rectangular) region of a slide; None if not tracked."""
    shown, fixations = (pd.read_parquet(row_files[name]) for name in ("exposures", "fixations"))
    shown, fixations = (each[each["slide_id"] == slide.slide_id] for each in (shown, fixations))
    if shown["tracked_ms"].sum() < 0.5 * shown["duration_ms"].sum():
        return None
    x, y, spent = fixations["slide_x"], fixations["slide_y"], fixations["duration_ms"]
    whole = spent[x.between(0, 1) & y.between(0, 1)].sum()
    corners = [aoi.parts[0].points for aoi in slide.aois]
    inside = [spent[x.between(a, c) & y.between(b, d)].sum() for (a, b), (c, d) in corners]
    return np.array(inside) / whole


def test_the_gap_of_a_course_is_that_of_its_files(client: FlaskClient, context: Context) -> None:
    text = asked(client, "biology-7", "physics-8")
    for place, name in zip(PLACES, ("Biology 7", "Physics 8"), strict=True):
        gaps = []
        for slide in context.catalogue.lesson(*place).slides:
            rows = [row for row in context.catalogue.sessions(*place) if row.calibrated]
            own = [shares({n: row.files[n].path for n in row.files}, slide) for row in rows]
            mean = np.mean([each for each in own if each is not None], axis=0)
            weights = np.array([aoi.weight for aoi in slide.aois])
            gaps.append((np.abs(mean - weights / weights.sum()).sum() + 1 - mean.sum()) / 2)
        told = re.search(
            rf"{name}\n1 lesson, \d+ students\n([\d.]+)\n([\d.]+) to ([\d.]+)", section(text, "Gap score")
        )
        assert told
        assert float(told[1]) == pytest.approx(np.mean(gaps), abs=0.006)
        assert float(told[2]) <= float(told[1]) <= float(told[3])


def test_few_students_have_no_figures(client: FlaskClient) -> None:
    text = asked(client, "biology-7", "small")
    for title in ("Gap score", "Required reached", "On the slide", "Order"):
        chart = section(text, title)
        told = chart[chart.index("Small course\n") :].splitlines()[:4]
        assert told[2] == "–"
        assert told[3] == "too few students: 3"
    table = text[text.index("In numbers") :]
    line = table[table.index("Small course\n") :].splitlines()[:4]
    assert "3 of 3 – – – –" in " ".join(line)
    assert "Groups of fewer than 5 students are not shown" in text


def test_it_says_who_is_left_out_and_that_recordings_are_synthetic(client: FlaskClient) -> None:
    text = " ".join(asked(client, "biology-7", "physics-8", tracked="90").split())
    assert re.search(r"Biology 7: \d+ of 36 viewings .* are left out: \d+ tracked for less than 90%", text)
    assert "of rendered students" in text
    assert "/compare?" in text


def test_the_chosen_measure_comes_first(client: FlaskClient) -> None:
    text = asked(client, "biology-7", "physics-8", measure="on_slide_share")
    assert text.index("\nOn the slide\n") < text.index("\nGap score\n")


def test_nothing_to_compare_is_said(client: FlaskClient) -> None:
    assert "Choose at least two" in asked(client)


def test_the_same_data_give_the_same_file(client: FlaskClient) -> None:
    address = urls.compare_report(of="course:biology-7,course:physics-8")
    assert client.get(address).data == client.get(address).data


def test_the_command_writes_the_same_file(client: FlaskClient, seeded: Path, tmp_path: Path) -> None:
    out = tmp_path / "courses.pdf"
    asking = ["--courses", "biology-7,physics-8", "--data", str(seeded), "--tracked", "60", "--out", str(out)]
    program = [sys.executable, "-m", "dashboard", "report", *asking]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    address = urls.compare_report(of="course:biology-7,course:physics-8", tracked="60")
    assert out.read_bytes() == client.get(address).data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--courses", "biology-7,nothing"], "course:nothing"),
        (["--compare", "nonsense"], 'got "nonsense"'),
        (["--courses", "biology-7", "--measure", "beauty"], 'got "beauty"'),
    ],
)
def test_the_command_refuses_what_is_not_there(
    seeded: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    asking = ["report", *arguments, "--data", str(seeded), "--out", str(tmp_path / "a.pdf")]
    refused = CliRunner().invoke(commands, asking).exception
    assert isinstance(refused, InputError)
    assert said in str(refused)
    assert not (tmp_path / "a.pdf").exists()
