"""Exports of other trackers: turn them into gaze, or into sessions of a lesson."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from pipeline import imported, jobs
from pipeline.commands.console import screen, server_data, size_mm_of, size_px_of
from pipeline.commands.folders import written_whole
from pipeline.domain import GAZE, Screen, typed
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.timeline import read_timeline
from pipeline.ingest.trackers import generic
from pipeline.ingest.trackers.description import describe_export
from pipeline.ingest.trackers.generic import ColumnMapping
from pipeline.ingest.trackers.package import Made, Wanted, make_packages, students
from pipeline.ingest.trackers.parquet import as_text
from pipeline.ingest.trackers.recording import RECORDED_FIXATIONS, TrackerRecording
from pipeline.ingest.trackers.registry import read_export
from pipeline.parameters import Parameters
from pipeline.storage.catalogue import Catalogue, DuplicateUpload, State

WRITTEN: Final = re.compile(r"report\.json|\d{2,}|(\d{2,}/)?(gaze|fixations)\.parquet")  # below --out


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="import")(import_export)


def import_export(
    file: Annotated[Path, typer.Argument(help="The export of another tracker.", exists=True, dir_okay=False)],
    format: Annotated[str | None, typer.Option(help="Its format; known by its content otherwise.")] = None,
    screen_px: Annotated[
        str | None, typer.Option("--screen", metavar="WxH", help="The screen in px, if the export is silent.")
    ] = None,
    screen_mm: Annotated[str | None, typer.Option(metavar="WxH", help="The screen in mm.")] = None,
    columns: Annotated[
        str | None, typer.Option(help="Of a table: time=COLUMN,x=COLUMN,y=COLUMN,... or JSON.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write gaze, fixations and report.json here.")] = None,
    lesson: Annotated[str | None, typer.Option(help="COURSE/LESSON: make sessions of this lesson.")] = None,
    student: Annotated[str, typer.Option(help="Pseudonym; with several recordings their beginning.")] = "",
    data: Annotated[Path | None, typer.Option(help="The server's data folder.")] = None,
    slide: Annotated[str | None, typer.Option(help="The one slide that all of it is about.")] = None,
    slides: Annotated[str | None, typer.Option(help='Slides of stimuli: "name=slide,other=slide".')] = None,
    timeline: Annotated[
        Path | None,
        typer.Option(help="A timeline.csv in place of stimuli.", exists=True, dir_okay=False),
    ] = None,
    keep_fixations: Annotated[
        bool, typer.Option("--keep-fixations/--recompute-fixations", help="The tracker's own, or ours.")
    ] = True,
) -> None:
    """Turn another tracker's export into gaze (--out), or into sessions (--lesson --student --data)."""
    said = {"--student": student or None, "--data": data, "--screen-mm": screen_mm}
    said |= {"--slide": slide, "--slides": slides, "--timeline": timeline}
    _check_options(out, lesson, [name for name, value in said.items() if value is not None])
    if data is not None:
        server_data(data)
    if columns is not None and format not in (None, generic.IMPORTER.name):
        raise InputError("options", f"--columns only with --format {generic.IMPORTER.name}", quoted(format))
    mapping = None if columns is None else _columns(columns)
    size_px = None if screen_px is None else size_px_of(screen_px, "--screen")
    size_mm = None if screen_mm is None else size_mm_of(screen_mm, "--screen-mm")
    format = generic.IMPORTER.name if mapping else format
    with tempfile.TemporaryDirectory() as scratch:
        text = as_text(file, Path(scratch))
        recordings = read_export(text, format=format, screen_px=size_px, columns=mapping)
    sigma_deg = imported.typical_sigma_deg(recordings[0].format, Parameters().imported)
    error = {"sigma_deg": sigma_deg, "sigma_source": imported.TYPICAL}
    report = describe_export(file, recordings, told=format is not None) | error
    _print_found(report)
    if out is not None:
        _write(recordings, report, out)
    if lesson is not None and data is not None:
        wanted = Wanted(
            student=student,
            slides={} if slides is None else _slides(slides),
            slide=slide,
            timeline=_timeline(timeline, recordings) if timeline else None,
            screen_mm=size_mm,
            keep_fixations=keep_fixations,
        )
        _into_lake(recordings, lesson, wanted, data)


# What was typed


def _check_options(out: Path | None, lesson: str | None, said: Sequence[str]) -> None:
    """Raise InputError where something is missing, or what was said would be ignored."""
    if lesson is None and out is None:
        raise InputError("options", "--out FOLDER, or --lesson, --student and --data", "neither")
    if lesson is None and said:
        raise InputError("options", f"--lesson beside {', '.join(said)}", "none")
    if lesson is not None and not {"--student", "--data"} <= set(said):
        raise InputError("options", "--student and --data beside --lesson", "not both")
    places = [name for name in said if name in ("--slide", "--slides", "--timeline")]
    if len(places) > 1:
        raise InputError("options", "only one of --slide, --slides and --timeline", " and ".join(places))


def _columns(text: str) -> ColumnMapping:
    """JSON, or `key=value` pairs."""
    if text.lstrip().startswith("{"):
        try:
            return ColumnMapping.from_dict(json.loads(text))
        except json.JSONDecodeError as error:
            raise InputError("--columns", "valid JSON", error.msg) from None
    return ColumnMapping.from_dict(_pairs(text, "--columns", "time=COLUMN,x=COLUMN,y=COLUMN"))


def _slides(text: str) -> dict[str, str]:
    return _pairs(text, "--slides", "STIMULUS=SLIDE,STIMULUS=SLIDE")


def _pairs(text: str, option: str, expected: str) -> dict[str, str]:
    """`a=b,c=d`; a part with commas is put in quotes."""
    parts = next(csv.reader([text]))
    pairs = [part.rpartition("=") for part in parts]
    if not pairs or not all(name and equals for name, equals, _ in pairs):
        raise InputError(option, expected, quoted(text))
    names = [name.strip() for name, _, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(option, "each name once", f"{quoted(twice)} twice")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _timeline(path: Path, recordings: list[TrackerRecording]) -> pd.DataFrame:
    first = recordings[0]
    return read_timeline(path, Screen(first.width_px, first.height_px, 1.0, 1.0))


# What comes of it


def _print_found(report: dict[str, Any]) -> None:
    title = f"{report['label']} ({report['format']})"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 0, 0, 0))
    for heading in ("", "rows", "rate", "valid", "fixations", "seconds", "x px", "y px", "stimuli"):
        table.add_column(heading, justify="right", no_wrap=True)
    for number, found in enumerate(report["recordings"], start=1):
        table.add_row(
            str(number),
            f"{found['rows']:,}",
            _or_none(found["rate_hz"], "{:.0f} Hz"),
            _or_none(found["valid_share"], "{:.0%}"),
            _or_none(found["fixations"], "{:,}"),
            _or_none(found["t_ms"] and (found["t_ms"][1] - found["t_ms"][0]) / 1000, "{:,.1f}"),
            _between(found["x_px"]),
            _between(found["y_px"]),
            str(len(found["stimuli"])),
        )
    screen.print(table)
    why = "As told" if report["chosen"] == "as told" else f"Known by its content: {report['known_by']}"
    screen.print(escape(why), highlight=False)
    for note, numbers in _notes(report["recordings"]).items():
        where = f" (recordings {', '.join(numbers)})" if len(numbers) < len(report["recordings"]) else ""
        screen.print(f"- {escape(note)}{where}", highlight=False)


def _notes(recordings: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The numbers of the recordings that each note is about."""
    about: dict[str, list[str]] = {}
    for number, found in enumerate(recordings, start=1):
        for note in dict.fromkeys(found["notes"]):
            about.setdefault(note, []).append(str(number))
    return about


def _or_none(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _between(ends: list[float] | None) -> str:
    return "" if ends is None else f"{ends[0]:.0f}..{ends[1]:.0f}"


def _write(recordings: list[TrackerRecording], report: dict[str, Any], out: Path) -> None:
    """A folder, or with several recordings one for each, numbered as in the table."""
    with written_whole(out, WRITTEN) as new:
        for number, recording in enumerate(recordings, start=1):
            folder = new if len(recordings) == 1 else new / f"{number:02d}"
            folder.mkdir(exist_ok=True)
            gaze = _gaze(recording, report["sigma_deg"])
            gaze.to_parquet(folder / "gaze.parquet", compression="zstd", index=False)
            if recording.fixations is not None:
                fixations = typed(recording.fixations, RECORDED_FIXATIONS)
                fixations.to_parquet(folder / "fixations.parquet", compression="zstd", index=False)
        (new / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    screen.print(f"Wrote {out}", highlight=False)


def _gaze(recording: TrackerRecording, sigma_deg: float) -> pd.DataFrame:
    """In the lake's columns; which slide it fell on is not known yet."""
    samples = imported.samples_of(recording.gaze, sigma_deg)
    return typed(samples.assign(slide_id=None, slide_x=np.nan, slide_y=np.nan), GAZE)


def _into_lake(recordings: list[TrackerRecording], lesson: str, wanted: Wanted, data: Path) -> None:
    """Queue a session for each recording, once all packages are made and checked; then process them."""
    course_id, slash, lesson_id = lesson.partition("/")
    if not slash:
        raise InputError("--lesson", "COURSE/LESSON", quoted(lesson))
    with closing(Catalogue.open(data)) as catalogue, tempfile.TemporaryDirectory() as scratch:
        made = make_packages(recordings, catalogue.lesson(course_id, lesson_id), wanted, Path(scratch))
        _print_students(recordings, wanted.student, made)
        _print_new_notes(recordings, made)
        sessions = {_queue(catalogue, package): package.header.student for package in made}
        if any(catalogue.session(session_id).state is not State.DONE for session_id in sessions):
            jobs.worker_main(data, until_idle=True)
        failed = [_print_state(catalogue, *session) for session in sessions.items()].count(False)
    if failed:
        raise typer.Exit(1)


def _queue(catalogue: Catalogue, package: Made) -> str:
    """The id of the package's session: a new one, or the one that it became before.

    The upload is called as the package, after the pseudonym: exports are often called after people.
    """
    sha256 = hashlib.sha256(package.path.read_bytes()).hexdigest()
    header = package.header
    try:
        return catalogue.add_upload(
            package.path,
            sha256=sha256,
            kind="package",
            name=package.path.name,
            course_id=header.course_id,
            lesson_id=header.lesson_id,
            student=header.student,
        )
    except DuplicateUpload as known:
        screen.print(f"{header.student}: known already, no second session is made", highlight=False)
        return known.session_id


def _print_students(recordings: list[TrackerRecording], student: str, made: list[Made]) -> None:
    """Who got which pseudonym: on this screen only, for it is written down nowhere."""
    if len(recordings) == 1:
        return
    seen = {package.header.student for package in made}
    for pseudonym, recording in zip(students(len(recordings), student), recordings, strict=True):
        who = f" is {recording.participant}" if recording.participant else ""
        none = "" if pseudonym in seen else ": no slide of the lesson, left out"
        screen.print(escape(f"{pseudonym}{who}{none}"), highlight=False)


def _print_new_notes(recordings: list[TrackerRecording], made: list[Made]) -> None:
    """What was assumed in making the packages; what the importer noted was told before."""
    told = {note for recording in recordings for note in recording.notes}
    sources = [package.header.source for package in made]
    for note in dict.fromkeys(note for source in sources if source for note in source.notes):
        if note not in told:
            screen.print(f"- {escape(note)}", highlight=False)


def _print_state(catalogue: Catalogue, session_id: str, student: str) -> bool:
    """Tell how a session came out; whether it came out at all."""
    session = catalogue.session(session_id)
    if session.state is State.FAILED:
        screen.print(f"[red]{student}: {escape(session.error or 'failed')}[/red]", highlight=False)
        return False
    if session.state is State.DONE:
        count = session.files["fixations"].rows
        tracked = _or_none(session.quality.get("tracked_share"), "{:.0%}")
        found = f"{tracked} tracked, {count} fixation{'' if count == 1 else 's'}"
        screen.print(f"{student}: session {session_id}, {found}", highlight=False)
    else:
        screen.print(f"{student}: session {session_id}, being processed by the server", highlight=False)
    return True
