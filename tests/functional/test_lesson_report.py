"""The PDF of a lesson, read back: its numbers are those of the lake asked another way, nothing is lost."""

from __future__ import annotations

import getpass
import io
import re
import socket
import subprocess
import sys
import threading
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
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr
from typer.testing import CliRunner

from dashboard import urls
from dashboard.__main__ import app as commands
from dashboard.application import create_app
from dashboard.context import KEY, Context
from dashboard.figures.slide import region_colours
from dashboard.group import Rules
from dashboard.report import routes
from dashboard.report.lesson import lesson_report
from dashboard.report.lesson_data import lesson_data
from dashboard.report.typeface import BOX
from dashboard.school import School
from dashboard.settings import Demo, Settings
from pipeline.domain import Aoi, Lesson, Slide
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from tests.seeded_school import CLASS, LESSONS, Viewer, add_quiz, add_session, seed

PLACE = ("biology-7", "photosynthesis")
FOLDER = LESSONS / "/".join(PLACE)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("report") / "data"
    seed(data, lessons=[FOLDER], slide_s=12.0).close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    with closing(pdfium.PdfDocument(pdf)) as document:
        texts = []
        for page in document:
            words = page.get_textpage()
            texts.append(words.get_text_range().replace("\r\n", "\n"))
            words.close()
            page.close()
        return texts


def asked(client: FlaskClient, **query: str) -> bytes:
    answer = client.get(urls.lesson_report(*PLACE, **query))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return answer.data


def page_of(pdf: bytes, slide: Slide, number: int) -> str:
    return next(text for text in pages(pdf) if text.startswith(f"{number} {slide.title}\n"))


def region_line(text: str, name: str) -> dict[str, float]:
    """What the table of a slide's page says of a region."""
    table = text[text.index("First look, s") :]
    number, between = r"([+−\d.]+)", r"(?:\n[\d.+−]+ to [\d.+−]+%?)?"
    values = rf"(\d+)% (\d+)%{between}\n{number}{between}\n(\d+) / (\d+){between}\n([\d.–]+)"
    found = re.search(rf"{re.escape(name)}[\s\S]*?{values}", table)
    assert found, table
    told = [float(each.replace("−", "-").replace("–", "nan")) for each in found.groups()]
    return dict(zip(("intended", "looked", "gap", "reached", "of", "first_s"), told, strict=True))


def by_hand(context: Context, slide: Slide, share_min: float = 0.5) -> pd.DataFrame:
    """From the files: each student's share of looking at each (rectangular) region, and the first look."""
    rows = []
    for row in context.catalogue.sessions(*PLACE):
        shown, fixations = (pd.read_parquet(row.files[name].path) for name in ("exposures", "fixations"))
        shown, fixations = (each[each["slide_id"] == slide.slide_id] for each in (shown, fixations))
        if not row.calibrated or shown["tracked_ms"].sum() < share_min * shown["duration_ms"].sum():
            continue
        x, y = fixations["slide_x"], fixations["slide_y"]
        whole = fixations["duration_ms"][x.between(0, 1) & y.between(0, 1)].sum()
        for aoi in slide.aois:
            (left, top), (right, bottom) = aoi.parts[0].points
            inside = fixations[x.between(left, right) & y.between(top, bottom)]
            first_s = (inside["onset_ms"].min() - shown["onset_ms"].min()) / 1000
            rows.append((row.student, aoi.aoi_id, inside["duration_ms"].sum() / whole, first_s))
    return pd.DataFrame(rows, columns=["student", "aoi_id", "share", "first_s"])


@pytest.mark.parametrize("tracked", [50, 90])
def test_the_numbers_are_those_of_the_files(client: FlaskClient, context: Context, tracked: int) -> None:
    pdf = asked(client, tracked=str(tracked))
    for number, slide in enumerate(context.catalogue.lesson(*PLACE).slides, start=1):
        text, looked = page_of(pdf, slide, number), by_hand(context, slide, tracked / 100)
        assert f"{looked['student'].nunique()} of {len(CLASS)}\nstudents shown" in text
        check_regions(text, slide, looked)
        shares = looked.groupby("aoi_id")["share"].mean()
        apart = sum(abs(shares[aoi.aoi_id] - intended(aoi, slide)) for aoi in slide.aois)
        assert f"\n{(apart + max(1 - shares.sum(), 0)) / 2:.2f}\n" in text  # the gap score


def check_regions(text: str, slide: Slide, looked: pd.DataFrame) -> None:
    """The table on a slide's page against what is known of its regions."""
    for aoi in slide.aois:
        told, own = region_line(text, aoi.name), looked[looked["aoi_id"] == aoi.aoi_id]
        share, wanted = own["share"].mean(), intended(aoi, slide)
        assert told["looked"] == pytest.approx(100 * share, abs=0.51)
        assert told["intended"] == pytest.approx(100 * wanted, abs=0.51)
        assert told["gap"] == pytest.approx(100 * (share - wanted), abs=0.51)
        assert (told["reached"], told["of"]) == (own["first_s"].notna().sum(), len(own))
        assert told["first_s"] == pytest.approx(own["first_s"].median(), abs=0.051, nan_ok=True)
        assert f"{aoi.name} {share:.0%} of {wanted:.0%}" in text  # beside the region, too


def intended(aoi: Aoi, slide: Slide) -> float:
    return aoi.weight / sum(each.weight for each in slide.aois)


def test_who_counts_is_said_with_who_does_not(client: FlaskClient) -> None:
    front = "\n".join(pages(asked(client, tracked="60"))[:2])
    assert "at least 60% of the time" in front
    assert re.search(r"Left out: .*S08 \(tracked for \d+% of the time, less than 60%\); S10 \(not", front)
    assert "10 of 10 recordings are synthetic" in front


def test_the_sessions_are_listed_with_their_quality(client: FlaskClient, context: Context) -> None:
    text = next(text for text in pages(asked(client)) if text.startswith("Sessions\n"))
    for row in context.catalogue.sessions(*PLACE):
        line = next(line for line in text.splitlines() if line.startswith(f"{row.student} "))
        assert f"{row.quality['tracked_share']:.0%} {row.quality['sigma_deg']:.1f}° 30 Hz" in line
        assert "synthetic" in line


def test_a_quiz_is_told_as_on_the_page(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with (
        closing(seed(data, lessons=[FOLDER], slide_s=6.0)) as catalogue,
        closing(Lake(catalogue.lake)) as lake,
    ):
        add_quiz(catalogue, catalogue.lesson(*PLACE))
        school = School(catalogue, lake)
        table = school.quiz_view(*PLACE)
        text = "\n".join(pages(lesson_report(lesson_data(school, *PLACE, (), Rules()))))
        without = "\n".join(pages(lesson_report(lesson_data(school, *PLACE, ("S01",), Rules()))))
    assert table is not None
    for row in table[table["note"] == ""].to_dict("records"):
        difference = f"{100 * row['difference']:+.0f}".replace("-", "−").replace("+0", "0")
        low, high = (f"{100 * row[end]:+.0f}".replace("-", "−") for end in ("low", "high"))
        assert f"n = {row['right_count']}" in text
        assert f"{difference} {low} to {high}" in text.replace("\n", " ")
    assert "too few wrong answers" in text
    assert "Looking and quiz answers" in text
    assert "Looking and quiz answers" not in without  # one student's answers are no relation


def test_the_heatmap_lies_over_the_slide_where_gaze_was(client: FlaskClient, context: Context) -> None:
    slide, pdf = context.catalogue.lesson(*PLACE).slides[0], asked(client)
    index = next(i for i, text in enumerate(pages(pdf)) if text.startswith(f"1 {slide.title}"))
    drawn = cells(picture_on(pdf, index))
    with Image.open(FOLDER / slide.image) as opened:
        changed = np.abs(drawn - cells(opened.convert("RGB"))).mean(axis=2)
    fixations = pd.concat(
        pd.read_parquet(row.files["fixations"].path).query(f"slide_id == '{slide.slide_id}'")
        for row in context.catalogue.sessions(*PLACE)
        if row.student in {viewer.student for viewer in CLASS[:7]}
    )
    looked, _, _ = np.histogram2d(
        fixations["slide_y"], fixations["slide_x"], bins=changed.shape, range=[[0, 1], [0, 1]],
        weights=fixations["duration_ms"],
    )  # fmt: skip
    found = spearmanr(changed.ravel(), gaussian_filter(looked, 1.2).ravel())
    assert found.statistic > 0.7


def picture_on(pdf: bytes, index: int) -> Image.Image:
    """A page, cut to the first picture on it."""
    with closing(pdfium.PdfDocument(pdf)) as document:
        page = document[index]
        left, bottom, right, top = next(page.get_objects([pdfium.raw.FPDF_PAGEOBJ_IMAGE])).get_bounds()
        scale, height = 2, page.get_height()
        drawn = page.render(scale=scale).to_pil().convert("RGB")
        page.close()
    return drawn.crop([round(scale * each) for each in (left, height - top, right, height - bottom)])


def cells(image: Image.Image) -> np.ndarray:
    """Mean colours on a coarse grid (18, 32, 3)."""
    return np.asarray(image.resize((32, 18), Image.Resampling.BOX)).astype(float)


def test_the_regions_are_drawn_in_their_colours(client: FlaskClient, context: Context) -> None:
    slide, pdf = context.catalogue.lesson(*PLACE).slides[0], asked(client)
    index = next(i for i, text in enumerate(pages(pdf)) if text.startswith(f"1 {slide.title}"))
    drawn = np.asarray(picture_on(pdf, index)).astype(int)
    for aoi, colour in region_colours(slide.aois).items():
        wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        assert (np.abs(drawn - wanted).max(axis=2) <= 3).sum() > 200, aoi


def test_the_same_data_give_the_same_file_and_it_names_no_machine(
    client: FlaskClient, context: Context
) -> None:
    one, two = asked(client), asked(client)
    assert one == two
    with closing(pdfium.PdfDocument(one)) as document:
        told = document.get_metadata_dict()
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)
    assert told["CreationDate"].startswith("D:20000101")
    assert told["Title"] == "Photosynthesis, Biology 7"
    for name in (socket.gethostname(), getpass.getuser(), str(context.settings.data)):
        assert name not in " ".join(map(str, told.values()))
    assert b"FontFile2" in one  # the typefaces are in it


def test_the_pages_are_counted(client: FlaskClient) -> None:
    texts = pages(asked(client))
    assert [text.rstrip().splitlines()[-1].split()[-3:] for text in texts] == [
        [str(number), "/", str(len(texts))] for number in range(1, len(texts) + 1)
    ]


def test_an_address_that_leads_nowhere_is_404(client: FlaskClient) -> None:
    assert client.get(urls.lesson_report("biology-7", "nothing")).status_code == 404


def test_one_report_at_a_time_the_others_are_told_to_ask_again(client: FlaskClient) -> None:
    with routes._making:
        answer = client.get(urls.lesson_report(*PLACE))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert asked(client)  # and afterwards it is made


def test_the_command_writes_the_same_file(client: FlaskClient, seeded: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "lesson.pdf"
    asking = ["--lesson", "/".join(PLACE), "--data", str(seeded), "--tracked", "60", "--students", "S01,S02"]
    program = [sys.executable, "-m", "dashboard", "report", *asking, "--out", str(out)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == asked(client, tracked="60", students="S01,S02")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lesson", "biology-7/nothing"], "expected a lesson of the catalogue"),
        (["--lesson", "biology-7"], "--lesson: expected COURSE/LESSON"),
        (["--lesson", "biology-7/photosynthesis", "--students", "S99"], 'got "S99"'),
        (["--lesson", "biology-7/photosynthesis", "--group", "none"], 'got "none"'),
        (["--lesson", "biology-7/photosynthesis", "--uncalibrated", "no"], "auto, never or count"),
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


# Lessons that are out of the ordinary.


def made(folder: Path, lesson: Lesson, viewers: tuple[Viewer, ...], slide_s: float = 6.0) -> bytes:
    """The report of this lesson after these students saw it."""
    with closing(Catalogue.open(folder)) as catalogue, closing(Lake(catalogue.lake)) as lake:
        catalogue.put_lesson(lesson, FOLDER)
        for place, viewer in enumerate(viewers):
            add_session(catalogue, lesson, viewer, slide_s, np.random.default_rng(place))
        asking = lesson.course_id, lesson.lesson_id, (), Rules()
        return lesson_report(lesson_data(School(catalogue, lake), *asking))


def test_a_lesson_that_nobody_saw(tmp_path: Path) -> None:
    texts = pages(made(tmp_path / "data", read_lesson(FOLDER), ()))
    assert "No session of this lesson has been processed yet." in texts[0]
    assert len(texts) == 1 + 4 + 1
    assert "Nobody has been shown this slide yet." in texts[1]
    assert "No session has been uploaded for this lesson yet." in texts[-1]


def test_a_single_student_has_no_intervals(tmp_path: Path) -> None:
    text = "\n".join(pages(made(tmp_path / "data", read_lesson(FOLDER), CLASS[:1])))
    assert "1 of 1\nstudents shown" in text
    assert "One student alone has no interval." in text
    assert "say little about a class" in text
    assert "nan" not in text.lower()


def test_thirty_slides_have_a_page_each(tmp_path: Path) -> None:
    lesson = read_lesson(FOLDER)
    slides = tuple(replace(lesson.slides[i % 4], slide_id=f"s{i}", title=f"Slide {i}") for i in range(30))
    texts = pages(made(tmp_path / "data", replace(lesson, slides=slides), CLASS[:2], 2.0))
    starts = [i for i, text in enumerate(texts) if re.match(r"\d+ Slide \d+\n", text)]
    assert len(starts) == 30
    assert np.diff(starts).max() == 1


def test_long_names_are_told_in_full(tmp_path: Path) -> None:
    lesson, long = read_lesson(FOLDER), "An extraordinarily long and winding name that its author gave "
    slides = tuple(
        replace(
            slide,
            title=long * 3 + slide.slide_id,
            aois=tuple(replace(aoi, name=long * 2 + aoi.aoi_id) for aoi in slide.aois),
        )
        for slide in lesson.slides
    )
    titled = replace(lesson, lesson_title=long * 3, course_title=long * 3, slides=slides)
    text = " ".join(" ".join(pages(made(tmp_path / "data", titled, CLASS[:5]))).split())
    for slide in slides:
        assert slide.title in text
        assert all(aoi.name in text for aoi in slide.aois)
    assert "…" in text  # beside the regions there is no room for it


def test_names_of_every_script_of_europe(tmp_path: Path) -> None:
    lesson = read_lesson(FOLDER)
    names = ["Łucja-Źdźbło", "Ωμέγα", "Жанна", "ქეთი", "Şükrü <b>", "李娜"]
    titles = ["Φωτοσύνθεση: πώς", "Фотосинтез & лист", "Źródło światła", "A → B ≤ √π"]
    slides = tuple(replace(each, title=title) for each, title in zip(lesson.slides, titles, strict=True))
    viewers = tuple(replace(viewer, student=name) for viewer, name in zip(CLASS, names, strict=False))
    text = "\n".join(pages(made(tmp_path / "data", replace(lesson, slides=slides), viewers)))
    for each in (*names[:5], *titles):
        assert each in text
    assert BOX * 2 in text
    assert "U+5A1C U+674E" in text  # and it says which


def test_two_at_once_do_not_disturb_one_another(seeded: Path) -> None:
    with closing(Catalogue.open(seeded)) as catalogue, closing(Lake(catalogue.lake)) as lake:
        data = lesson_data(School(catalogue, lake), *PLACE, (), Rules())
        written: list[bytes] = []
        threads = [threading.Thread(target=lambda: written.append(lesson_report(data))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(written) == 3
    assert len(set(written)) == 1
    assert io.BytesIO(written[0]).read(5) == b"%PDF-"
