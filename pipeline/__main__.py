"""The command line: `python -m pipeline COMMAND --help`."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline import jobs
from pipeline.attention.registry import MEASURES
from pipeline.domain import Lesson
from pipeline.errors import GazeboardError
from pipeline.ingest.lessons import read_lesson
from pipeline.ingest.session_package import SessionPackage, open_package
from pipeline.parameters import Parameters
from pipeline.process import ProcessedSession, process_package, process_session
from pipeline.process import save as save_processed
from pipeline.storage.catalogue import Catalogue
from pipeline.synthetic import school
from pipeline.synthetic.evaluate import evaluate as compare_with_truth

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
screen = Console(stderr=True)

PackagePath = Annotated[Path, typer.Argument(help="A session package: a folder or a .zip.", exists=True)]
LessonPath = Annotated[Path | None, typer.Option(help="Folder of the lesson, to check slides against.")]
DataPath = Annotated[Path, typer.Option(help="The server's data folder.")]


@app.command()
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


@app.command()
def evaluate(package: PackagePath, lesson: LessonPath = None) -> None:
    """Process a rendered session and print, as JSON, how far the gaze is off its truth."""
    with _opened(package, lesson) as (opened, known):
        processed = _with_progress_bar(opened, known, eyes=False)
        result = compare_with_truth(opened, processed)
    print(json.dumps(result, indent=2))


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Where lessons/ and sessions/ go.")],
    students: Annotated[int, typer.Option(min=1, max=200)] = 12,
    seconds: Annotated[float, typer.Option(min=4, max=3600, help="Of slides, after the calibration.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Render session packages of a demo school, with exact truth beside each."""
    with _progress_bar() as tell:
        school.write_demo(out, students, seconds, seed, tell)


@app.command()
def add_lesson(
    folder: Annotated[Path, typer.Argument(help="A folder with lesson.json and its images.", exists=True)],
    data: DataPath,
) -> None:
    """Put a lesson into a server's data folder, or bring it up to date there."""
    lesson = read_lesson(folder)
    catalogue = Catalogue.open(data)
    catalogue.put_lesson(lesson, folder)
    catalogue.close()
    screen.print(f"{lesson.course_title}: {lesson.lesson_title}, {len(lesson.slides)} slides")


@app.command(hidden=True)
def work(data: DataPath, attached: bool = False) -> None:
    """Work off the job table (started by the server)."""
    _log_to_stderr()
    jobs.worker_main(data, attached=attached)


@app.command(hidden=True)
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
    with _progress_bar() as tell:
        return process_package(package, lesson, Parameters(), tell, eyes=eyes)


@contextmanager
def _progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error that is told what is being done and the share of it that is done."""
    columns = TextColumn("{task.description:10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bars:
        bar = bars.add_task("", total=1.0)
        yield lambda what, share: bars.update(bar, description=what, completed=share)


def _print_summary(report: dict[str, Any], out: Path) -> None:
    """What a person wants to know of a finished run."""
    table = Table(title="Session" + (" (synthetic)" if report["synthetic"] else ""), show_header=False)
    for name, value in report["quality"].items():
        measure = MEASURES[name]
        table.add_row(measure.heading, "unknown" if value is None else f"{value:.{measure.digits}f}")
    validation = report["gaze"].get("validation")
    table.add_row("Calibrated", "yes" if report["gaze"].get("calibrated") else "no: places are rough")
    if validation:
        table.add_row("Validation dots", f"{validation['dots']}, worst {validation['worst_dot_deg']:.1f} deg")
    table.add_row("Time", ", ".join(f"{stage} {s:.1f} s" for stage, s in report["seconds"].items()))
    screen.print(table)
    screen.print(f"Wrote {out}")


def main() -> None:
    """Run the command line; what a person did wrong is said in one line."""
    try:
        app()
    except GazeboardError as error:
        screen.print(f"[red]{error}[/red]", highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
