"""Sessions from recordings: process, evaluate, render; and the worker that does so for a server."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from pipeline import jobs
from pipeline.attention.registry import MEASURES
from pipeline.commands.console import DataPath, progress_bar, screen
from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from pipeline.ingest.session_package import SessionPackage, open_package
from pipeline.parameters import Parameters
from pipeline.process import ProcessedSession, process_package, process_session
from pipeline.process import save as save_processed
from pipeline.synthetic import school
from pipeline.synthetic.evaluate import evaluate as compare_with_truth

PackagePath = Annotated[Path, typer.Argument(help="A session package: a folder or a .zip.", exists=True)]
LessonPath = Annotated[Path | None, typer.Option(help="Folder of the lesson, to check slides against.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(process)
    app.command()(evaluate)
    app.command()(demo)
    app.command(hidden=True)(work)
    app.command(hidden=True)(job)


def process(
    package: PackagePath,
    out: Annotated[Path, typer.Option(help="Where the Parquet files and report.json go.")],
    lesson: LessonPath = None,
    keep_observations: Annotated[
        bool, typer.Option(help="Also write a package with observations in place of the video.")
    ] = False,
) -> None:
    """Turn a session package into gaze, fixations and quality, without a server."""
    with _opened(package, lesson) as (opened, known):
        processed = _with_progress_bar(opened, known, eyes=keep_observations)
        save_processed(processed, opened, out, keep_observations=keep_observations)
    _print_summary(processed.report, out)


def evaluate(package: PackagePath, lesson: LessonPath = None) -> None:
    """Process a rendered session and print, as JSON, how far the gaze is off its truth."""
    with _opened(package, lesson) as (opened, known):
        processed = _with_progress_bar(opened, known, eyes=False)
        result = compare_with_truth(opened, processed)
    print(json.dumps(result, indent=2))


def demo(
    out: Annotated[Path, typer.Option(help="Where lessons/ and sessions/ go.")],
    students: Annotated[int, typer.Option(min=1, max=200)] = 12,
    seconds: Annotated[float, typer.Option(min=4, max=3600, help="Of slides, after the calibration.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Render session packages of a demo school, with exact truth beside each."""
    with progress_bar() as tell:
        school.write_demo(out, students, seconds, seed, tell)


def work(data: DataPath, attached: bool = False) -> None:
    """Work off the job table (started by the server)."""
    _log_to_stderr()
    jobs.worker_main(data, attached=attached)


def job(
    job_id: int,
    data: DataPath,
    attached: bool = False,
    keep_video: Annotated[bool, typer.Option(envvar="GAZEBOARD_KEEP_VIDEO")] = False,
    keep_observations: Annotated[bool, typer.Option(envvar="GAZEBOARD_KEEP_OBSERVATIONS")] = False,
) -> None:
    """Do one job (started by a worker)."""
    _log_to_stderr()
    process_with = partial(process_session, keep_video=keep_video, keep_observations=keep_observations)
    handlers: dict[str, jobs.Handler] = {"process": process_with, "demo": school.demo_job}
    raise typer.Exit(jobs.job_main(data, job_id, handlers, attached=attached))


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")


@contextmanager
def _opened(path: Path, lesson: Path | None) -> Iterator[tuple[SessionPackage, Lesson | None]]:
    with tempfile.TemporaryDirectory(prefix="gazeboard-") as scratch:
        yield open_package(path, Path(scratch)), read_lesson(lesson) if lesson else None


def _with_progress_bar(package: SessionPackage, lesson: Lesson | None, *, eyes: bool) -> ProcessedSession:
    with progress_bar() as tell:
        return process_package(package, lesson, Parameters(), tell, eyes=eyes)


def _print_summary(report: dict[str, Any], out: Path) -> None:
    """What a person wants to know of a finished run."""
    table = Table(title="Session" + (" (synthetic)" if report["synthetic"] else ""), show_header=False)
    for name, value in report["quality"].items():
        measure = MEASURES[name]
        table.add_row(measure.heading, "unknown" if value is None else f"{value:.{measure.digits}f}")
    validation = report["gaze"].get("validation")
    calibrated = {True: "yes", None: "unknown, the tracker's own"}
    table.add_row("Calibrated", calibrated.get(report["gaze"]["calibrated"], "no: places are rough"))
    if validation:
        table.add_row("Validation dots", f"{validation['dots']}, worst {validation['worst_dot_deg']:.1f} deg")
    table.add_row("Time", ", ".join(f"{stage} {s:.1f} s" for stage, s in report["seconds"].items()))
    screen.print(table)
    screen.print(f"Wrote {out}")
