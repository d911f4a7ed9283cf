"""How fast the pages are for somebody in front of them: a real browser, the real server, 100 million samples.

The school is made once (`benchmarks.big_school`), in GAZEBOARD_BIG_SCHOOL or a folder in the system's
temporary one. Pages and interactions are a table each: one more is an entry more.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Browser, Error, Page, Response, sync_playwright

from benchmarks import big_school
from benchmarks.crowd import PEOPLE, Journey, crowd
from dashboard import urls
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import ARGUMENTS, NAMES, WIDE
from tests.served import Server, free_port

PROBE: Final = (Path(__file__).parent / "browser_probe.js").read_text("utf-8")
ROUNDS: Final = 12  # visits of each page and rounds of interactions, each somewhere else
CALLBACK: Final = "/_dash-update-component"
ASKED: Final = (CALLBACK, "/media/", "/api/")
PATIENCE_MS: Final = 15_000
STARTING_S, IDLE_S = 300.0, 3.0
GOALS: Final = {"paint_ms_p95": 1500, "interaction_ms_p95": 400, "figure_kb_max": 300, "crowd_ms_p95": 1000}


class Place(NamedTuple):
    """A slide of a lesson, the slide after it, and a session of the lesson."""

    course_id: str
    lesson_id: str
    slide_id: str
    next_slide_id: str
    session_id: str


Act = Callable[[Page, Place], None]


@dataclass(frozen=True)
class Visit:
    """A page, and by which elements one knows that its content and not only its frame is on the screen."""

    address: Callable[[Place], str]
    shown: Sequence[str]


@dataclass(frozen=True)
class Step:
    """What a reader does: it `arrives` at another page, or what `redraws` changes.

    The time runs from the first click or key of `act`. Before it the page `at` is opened, if the step before
    has not ended there, and what `before` does is done (opening a menu...).
    """

    act: Act
    redraws: str = ""
    arrives: Sequence[str] = ()
    at: Callable[[Place], str] | None = None
    before: Act = lambda page, place: None


def _click(selector: str) -> Act:
    return lambda page, _: page.locator(selector).first.click()


def _link(address: Callable[[Place], str]) -> Act:
    return lambda page, place: page.locator(f'#content a[href^="{address(place)}"]').first.click()


def _overlay(words: str) -> Act:
    return lambda page, _: page.locator(".overlay-bar").get_by_text(words, exact=True).click()


def _open_rules(page: Page, _: Place) -> None:
    page.locator(".rules summary").first.click()
    page.locator("#rules-uncalibrated").click()


def _find_a_student(page: Page, _: Place) -> None:
    page.locator("#slide-choice-students").click()
    page.keyboard.press("ArrowDown")


def _enter(page: Page, _: Place) -> None:
    page.keyboard.press("Enter")


def _lesson(at: Place) -> str:
    return urls.lesson(at.course_id, at.lesson_id)


def _slide(at: Place) -> str:
    return urls.slide(at.course_id, at.lesson_id, at.slide_id)


def _courses(at: Place) -> str:
    """The course of the place beside the two that follow it by name."""
    names = sorted(course.course_id for course in big_school.COURSES)
    first = names.index(at.course_id)
    return urls.compare(*(f"course:{(names * 2)[first + i]}" for i in range(3)))


OVERVIEW: Final = ("h1", ".lesson-card")
LESSON: Final = ("h1", ".filmstrip li")
PICTURE, COMPARISON = "#slide-graph", "#compare-graph"
SLIDE: Final = ("h1", "#slide-panel", f"{PICTURE} .main-svg image")

PAGES: Final[dict[str, Visit]] = {
    "teacher's home": Visit(lambda _: urls.OVERVIEW, OVERVIEW),
    "designer's home": Visit(lambda _: urls.DESIGN, ("h1", "#design-table table")),
    "administrator's home": Visit(lambda _: urls.ADMINISTER, ("h1", "#administer-table table")),
    "lesson": Visit(_lesson, LESSON),
    "slide": Visit(_slide, SLIDE),
    "session": Visit(lambda at: urls.session(at.session_id), ("h1", ".replay", ".quality")),
    "replay": Visit(lambda at: f"/replay/{at.course_id}/{at.lesson_id}", ("h1", ".replay")),
    "editor": Visit(lambda at: urls.edit(*at[:3]), ("h1", ".edit-region")),
    "comparison": Visit(_courses, ("h1", "#compare-table table")),
    "library": Visit(lambda _: urls.LIBRARY, ("h1", ".shelf-line")),
    "library, lesson": Visit(
        lambda at: f"{urls.LIBRARY}/{at.course_id}/{at.lesson_id}", ("h1", "#content img")
    ),
    "library, sessions": Visit(lambda _: urls.LIBRARY_SESSIONS, ("h1", ".ag-row")),
    "library, students": Visit(lambda _: urls.LIBRARY_STUDENTS, ("h1", "#content .card")),
    "search": Visit(lambda _: f"{urls.SEARCH}?words=cell", ("h1", "#content .search-large")),
    "upload": Visit(lambda _: urls.UPLOAD, ("h1", ".drop")),
}
# Each begins where the one before has ended, or at an address of its own.
STEPS: Final[dict[str, Step]] = {
    "open a lesson": Step(_link(_lesson), arrives=LESSON, at=lambda _: urls.OVERVIEW),
    "open a slide": Step(_link(_slide), arrives=SLIDE, at=_lesson),
    "fixations on": Step(_overlay("Fixations"), PICTURE, at=_slide),
    "scanpaths on": Step(_overlay("Scanpaths"), PICTURE),
    "fog on": Step(_overlay("Fog"), PICTURE),
    "heatmap off": Step(_overlay("Heatmap"), PICTURE),
    "heatmap on": Step(_overlay("Heatmap"), PICTURE),
    "count the uncalibrated too": Step(
        _click('[role="option"]:has-text("counted") >> nth=-1'), PICTURE, before=_open_rules
    ),
    "one student": Step(_enter, PICTURE, at=_slide, before=_find_a_student),
    "next slide": Step(_link(lambda at: urls.slide(*at[:2], at.next_slide_id)), arrives=SLIDE, at=_slide),
    "another measure compared": Step(_click("#compare-measure label >> nth=1"), COMPARISON, at=_courses),
}  # fmt: skip
# Outputs of callbacks, and addresses, without whose answers a new page or picture is not there.
NEEDED: Final = (
    "_pages_content.", "slide-graph.figure", "slide-layer-", "/media/heatmap/", "/media/layer",
    "edit-measures", "/api/regions", "compare-graph", "rules-query",
)  # fmt: skip


@dataclass
class Findings:
    """Milliseconds by name, sizes of figures by the component they are drawn in, and what went wrong.

    `work` is the processor time that browser and server took together meanwhile, whatever else they did.
    """

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    work: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def weigh(self, answers: Sequence[Response]) -> None:
        """Note the largest JSON of each figure among the answers of the server."""
        for answer in answers:
            if CALLBACK not in answer.url:
                continue
            for name, properties in _answered(answer).items():
                if "figure" in properties:
                    size = len(json.dumps(properties["figure"], separators=(",", ":")))
                    self.figures[name] = max(size, self.figures.get(name, 0))


def run() -> dict[str, Any]:
    """First paints, interactions, payloads, and the same with a crowd; milliseconds and kB."""
    data = school()
    places = list(_places(data))
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        with _served(data) as server:
            cold, warm = visits(browser, server.address, places)
        with _served(data) as server:
            alone, journeys = interactions(browser, server.address, places[:PEOPLE])
        with _served(data) as server, crowd(server, journeys) as clicks:
            beside, _ = interactions(browser, server.address, places[PEOPLE : PEOPLE + ROUNDS // 2])
        browser.close()
    figures = {
        name: max(each.figures.get(name, 0) for each in (cold, warm, alone))
        for name in sorted({*cold.figures, *warm.figures, *alone.figures})
    }
    return {
        "load_average": round(os.getloadavg()[0], 1),
        "first_visit": _summary(cold.times, cold.work),
        "second_visit": _summary(warm.times, warm.work),
        "interactions": _summary(alone.times, alone.work),
        "figures_kb": {name: round(size / 1000, 1) for name, size in figures.items()},
        "crowd": {
            "people": PEOPLE,
            "server_cpu_ms_a_click": round(1000 * clicks.server_cpu_s / max(clicks.count, 1)),
            **_summary(clicks.steps),
            "with_all_below": _row(clicks.complete),
            "requests": _row(clicks.requests),
        },
        "beside_the_crowd": _summary(beside.times),
        "failed": cold.failed + warm.failed + alone.failed + beside.failed + clicks.failed,
        "goals": GOALS,
    }


def school() -> Path:
    """The data folder of the big school, made now as far as it is not there."""
    usual = Path(tempfile.gettempdir()) / "gazeboard-big-school"
    data = Path(os.environ.get("GAZEBOARD_BIG_SCHOOL", usual))
    big_school.make(data)
    return data


def visits(browser: Browser, address: str, places: Sequence[Place]) -> tuple[Findings, Findings]:
    """Every page, by its address: for the first time, with nothing in the browser's cache; and again."""
    first, second = Findings(), Findings()
    for place in places[:ROUNDS]:
        for name, visit in PAGES.items():
            with _window(browser) as (page, answers):
                for found in (first, second):
                    _visit(page, address + visit.address(place), visit, name, found)
                    found.weigh(answers)
                    answers.clear()
    return first, second


def _visit(page: Page, url: str, visit: Visit, name: str, found: Findings) -> None:
    before = processor_ms()
    page.goto(url, wait_until="commit")
    ms = page.evaluate("shown => window.__probe.painted(shown)", list(visit.shown))
    _note(found, name, ms, before)
    page.evaluate("() => window.__probe.settled()")


def interactions(browser: Browser, address: str, places: Sequence[Place]) -> tuple[Findings, list[Journey]]:
    """Every step at every place, in a browser that has been here before; and what the server was asked."""
    found, journeys = Findings(), []
    with _window(browser) as (page, answers):
        for place in places:
            page.goto(address + urls.OVERVIEW)
            page.evaluate("() => window.__probe.settled()")
            journey = Journey()
            journey.add("open the overview", answers, NEEDED)
            for name, step in STEPS.items():
                answers.clear()
                if _step(page, address, place, name, step, found):
                    journey.add(name, answers, NEEDED)
                    found.weigh(answers)
            journeys.append(journey)
    return found, journeys


def _step(page: Page, address: str, place: Place, name: str, step: Step, found: Findings) -> bool:
    """Do and time a step; False if it could not be done."""
    try:
        if step.at is not None and not page.url.startswith(address + step.at(place)):
            page.goto(address + step.at(place), wait_until="commit")
        page.evaluate("() => window.__probe.settled()")
        step.before(page, place)
        page.evaluate("() => window.__probe.settled()")
        watch = ("arrival", list(step.arrives)) if step.arrives else ("redrawing", step.redraws)
        page.evaluate("([kind, what]) => { window.__probe[kind](what) }", watch)
        before = processor_ms()
        step.act(page, place)
        _note(found, name, page.evaluate("() => window.__probe.answer"), before)
        page.evaluate("() => window.__probe.settled()")
    except Error as error:
        found.failed.append(f"{name}: {error.message.splitlines()[0]}")
        return False
    return True


def _note(found: Findings, name: str, ms: float | None, before: Mapping[int, float]) -> None:
    if ms is None or np.isnan(ms):
        found.failed.append(f"{name}: not seen")
        return
    found.times[name].append(ms)
    found.work[name].append(sum(now - before.get(pid, 0.0) for pid, now in processor_ms().items()))


def processor_ms() -> dict[int, float]:
    """Processor time of each process that descends from this one: the server, and those of the browser."""
    parents, taken = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid], taken[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return {pid: 1000 * taken[pid] / os.sysconf("SC_CLK_TCK") for pid in ours - {os.getpid()} if pid in taken}


def _places(data: Path) -> Iterator[Place]:
    """One in each lesson, the lessons of a course far apart."""
    with closing(Catalogue.open(data)) as catalogue:
        lessons = sorted(catalogue.lessons(), key=lambda row: (row.lesson_id, row.course_id))
        for number, row in enumerate(lessons):
            slides = catalogue.lesson(row.course_id, row.lesson_id).slide_ids()
            sessions = catalogue.sessions(row.course_id, row.lesson_id)
            here, place = number % (len(slides) - 1), (row.course_id, row.lesson_id)
            yield Place(*place, *slides[here : here + 2], sessions[number % len(sessions)].session_id)


@contextmanager
def _served(data: Path) -> Iterator[Server]:
    """The server, started anew: it remembers nothing of any place, but has done what it does at its start."""
    server = Server(data, free_port(), workers=0)
    try:
        server.first_line()
        _wait_until_idle(server)
        yield server
    finally:
        server.kill()


def _wait_until_idle(server: Server) -> None:
    """Until it takes less than a twentieth of a processor; what it has summed up for all is then at hand."""
    deadline, before = time.monotonic() + STARTING_S, math.nan
    while time.monotonic() < deadline:
        taken = processor_ms().get(server.process.pid, 0.0)
        if taken - before < 50 * IDLE_S:
            return
        before = taken
        time.sleep(IDLE_S)


@contextmanager
def _window(browser: Browser) -> Iterator[tuple[Page, list[Response]]]:
    """A page with the probe in it, and the answers to its callbacks as they come."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    context.add_init_script(PROBE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    answers: list[Response] = []
    page.on("response", lambda answer: urlsplit(answer.url).path.startswith(ASKED) and answers.append(answer))
    yield page, answers
    context.close()


def _answered(answer: Response) -> Mapping[str, Any]:
    """Properties by component; nothing of an answer that changes none."""
    try:
        content: Mapping[str, Any] = answer.json().get("response", {})
    except (Error, ValueError):  # 204, or the page it was for is gone
        return {}
    return content


def _summary(
    times: Mapping[str, Sequence[float]], work: Mapping[str, Sequence[float]] | None = None
) -> dict[str, Any]:
    """A row for each name, and one for all of them together; with the processor time, if that is known."""
    every = {"all": [ms for each in times.values() for ms in each], **times}
    if work is None:
        return {name: _row(each) for name, each in every.items()}
    worked = {"all": [ms for each in work.values() for ms in each], **work}
    return {
        name: _row(each) | {f"processor_{part}": ms for part, ms in _row(worked[name]).items() if part != "n"}
        for name, each in every.items()
    }


def _row(ms: Sequence[float]) -> dict[str, float]:
    if not ms:
        return {"n": 0}
    p50, p95 = np.percentile(ms, [50, 95])
    return {"n": len(ms), "p50": round(p50), "p95": round(p95), "max": round(max(ms))}
