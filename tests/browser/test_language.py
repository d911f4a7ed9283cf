"""Another language is a file: with one in which every text is marked, pages show nothing that is not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.dates import get_month_names
from fluent.syntax import FluentParser, FluentSerializer, ast
from playwright.sync_api import Browser

from dashboard.texts import LOCALES
from pipeline.attention.registry import MEASURES
from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import LESSON, OTHER, PATIENCE_MS, WIDE
from tests.browser.test_accessibility import PAGES, SETTLED_MS, address
from tests.served import ROOT, free_port

pytestmark = pytest.mark.browser

MARKED: Final = re.compile(r"⟦[^⟦⟧]*⟧")
WORD: Final = re.compile(r"[^\W\d_]{3,}")
# Names of ours and of files, and the words that Babel has for dates. The pipeline's reasons for leaving
# somebody out, and names and definitions of measures, are English still.
OWN: Final = {"Gazeboard", "CSV", "PNG", "SVG", "PDF", "Parquet", "session", "json", "timeline", "csv"}
OWN.update({"calibration", "webcam", "webm", "observations", "parquet", "gaze", "zip", "bits", "nats"})
MONTHS: Final = [get_month_names(width, locale="eo").values() for width in ("wide", "abbreviated")]
LABELS: Final = [WORD.findall(measure.label) for measure in MEASURES.values()]
FREE: Final = OWN.union(*MONTHS, *LABELS)
REASON: Final = re.compile(
    r"[Tt]racked for \d+% of the time, less than \d+%|[Nn]ot calibrated|Too few .* needed"
)
SERVE: Final = """
import sys
from pathlib import Path
from dashboard import texts
texts.LOCALES = Path(sys.argv[1])
from dashboard.server import main
sys.exit(main())
"""
# Every text that is seen or read aloud, but not tooltips (definitions of measures are the registry's) and
# not what AG Grid says of itself.
SEEN: Final = """() => {
  const foreign = ".ag-paging-panel, .ag-aria-description-container, a[href^='/table/']";
  document.querySelectorAll(foreign).forEach((e) => e.remove());
  const said = [document.body.innerText];
  const ours = (selector) =>
    [...document.querySelectorAll(selector)].filter((e) => !e.closest(".ag-root-wrapper"));
  for (const e of ours("[aria-label]")) said.push(e.getAttribute("aria-label"));
  for (const e of ours("[placeholder]")) said.push(e.getAttribute("placeholder"));
  for (const e of document.querySelectorAll("img[alt]")) said.push(e.getAttribute("alt"));
  return said;
}"""


def marked(original: str) -> str:
    """The original with every message between brackets."""
    resource = FluentParser().parse(original)
    for entry in resource.body:
        if isinstance(entry, ast.Message) and entry.value is not None:
            elements = entry.value.elements
            entry.value.elements = [ast.TextElement("⟦"), *elements, ast.TextElement("⟧")]
    return FluentSerializer().serialize(resource)


@pytest.fixture(scope="module")
def marked_address(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that speaks the marked language."""
    locales, port = tmp_path_factory.mktemp("locales"), free_port()
    original = (LOCALES / "en.ftl").read_text(encoding="utf-8")
    (locales / "en.ftl").write_text(original, encoding="utf-8")
    (locales / "eo.ftl").write_text(marked(original), encoding="utf-8")
    settings = {"DATA": data, "PORT": port, "WORKERS": 0, "DEMO": "off", "LANGUAGE": "eo"}
    environment = os.environ | {f"GAZEBOARD_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-c", SERVE, str(locales)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
        process.kill()


def named(lesson: Lesson) -> set[str]:
    """Words of a lesson's own: what its author called things."""
    titles = [lesson.course_title, lesson.lesson_title, *(slide.title for slide in lesson.slides)]
    names = [aoi.name for slide in lesson.slides for aoi in slide.aois]
    return set(WORD.findall(" ".join([*titles, *names, lesson.course_id, lesson.lesson_id])))


@pytest.mark.parametrize("place", PAGES)
def test_no_text_is_written_into_the_code(
    browser: Browser, catalogue: Catalogue, marked_address: str, place: str
) -> None:
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(marked_address + address(catalogue, place))
    page.wait_for_selector("h1")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    texts: list[str] = page.evaluate(SEEN)
    context.close()
    own = FREE.union(*(named(read_lesson(folder)) for folder in (LESSON, OTHER)))
    unmarked = [line for text in texts for line in bare(text).splitlines()]
    assert {line for line in unmarked if set(WORD.findall(line)) - own} == set()


def bare(text: str) -> str:
    """What of a text is not within brackets, and no reason of the pipeline's."""
    before = ""
    while text != before:
        before, text = text, MARKED.sub(" ", text)
    return REASON.sub(" ", text)
