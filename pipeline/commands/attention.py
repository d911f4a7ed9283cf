"""Measures: what they are, and those of a lesson as tables."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from pipeline import __version__
from pipeline.attention.columns import with_region_set
from pipeline.attention.density import density_table, grid
from pipeline.attention.exclusion import ExclusionRules, in_words
from pipeline.attention.lesson_gap import spread, tracked_viewing
from pipeline.attention.lesson_measures import LessonMeasures, measure_lesson
from pipeline.attention.measure_pages import pages
from pipeline.attention.measures import gap_score
from pipeline.attention.registry import MEASURES
from pipeline.attention.summary import slide_summary
from pipeline.commands.comparison import gap_tables
from pipeline.commands.console import DataPath, screen
from pipeline.commands.lesson_data import LessonData, read_lesson_data
from pipeline.commands.tables import names_of, write_tables
from pipeline.domain import Overlap
from pipeline.errors import InputError
from pipeline.parameters import AttentionParameters
from pipeline.sample_table import sample_table
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(analyse)
    app.command()(measures)


def analyse(
    lesson: Annotated[str, typer.Option(help="COURSE/LESSON, the ids of a lesson in the data folder.")],
    data: DataPath,
    out: Annotated[Path, typer.Option(help="Where the tables and report.json go.", file_okay=False)],
    slide: Annotated[str | None, typer.Option(help="The id of one slide; all of them otherwise.")] = None,
    students: Annotated[str, typer.Option(help="Pseudonyms, with commas; all students otherwise.")] = "",
    tracked_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Least share of the time that has to be tracked.")
    ] = AttentionParameters.tracked_share_min,
    max_accuracy_deg: Annotated[
        float | None, typer.Option(min=0.0, help="Largest error on validation dots; any otherwise.")
    ] = AttentionParameters.accuracy_max_deg,
    calibrated_only: Annotated[bool, typer.Option(help="Leave out recordings without a calibration.")] = (
        AttentionParameters.calibrated_only
    ),
) -> None:
    """Write every measure of a lesson of a server: students.csv, regions.csv, slides.csv, samples.csv,
    transitions.csv, density.csv, gap.csv, map_metrics.csv, scanpaths.csv, quiz.csv, exclusions.csv and
    report.json.
    """
    if not data.is_dir():
        raise InputError("--data", "a server's data folder", str(data))
    parameters = replace(
        AttentionParameters(),
        tracked_share_min=tracked_share,
        accuracy_max_deg=max_accuracy_deg,
        calibrated_only=calibrated_only,
    )
    with closing(Catalogue.open(data)) as catalogue, closing(Lake(catalogue.lake)) as lake:
        rules = ExclusionRules.of(parameters)
        found = read_lesson_data(catalogue, lake, lesson, rules, slide=slide, students=names_of(students))
        measured = measure_lesson(
            found.lesson, found.fixations, found.exposures, parameters, scale=found.scale
        )
        gaze = {session_id: row.files["gaze"].path for session_id, row in found.rows.items()}
        samples = sample_table(lake, gaze, found.lesson, found.exposures)
        tables = _tables(found, measured, samples)
        tables |= {"density.csv": _density(lake, found, parameters)}
        tables |= gap_tables(catalogue, found, measured, parameters)
    report = _report(found, measured, tables, parameters)
    write_tables(out, tables, report, sometimes="quiz.csv")
    _print(found, measured, tables["gap.csv"], report)
    screen.print(f"Wrote {escape(str(out))}", highlight=False)


def measures(
    docs: Annotated[Path | None, typer.Option(help="Write a page for each into this folder.")] = None,
) -> None:
    """List every measure, or write their pages."""
    if docs is None:
        for name, measure in MEASURES.items():
            print(f"{name}\t{measure.heading}\t{measure.definition}")
        return
    docs.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (docs / name).write_text(text, encoding="utf-8")
    screen.print(f"Wrote {len(pages())} pages to {escape(str(docs))}", highlight=False)


def _tables(found: LessonData, measured: LessonMeasures, samples: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables to write, by file name. New ones of a lesson are added here."""
    student = found.sessions.set_index("session_id")["student"]
    students, slides, samples = (
        table.assign(session_id=table["session_id"].map(student)).rename(columns={"session_id": "student"})
        for table in (measured.students, measured.slides, samples)
    )
    return {
        "students.csv": students,
        "regions.csv": _small_if_seen(measured.regions),
        "slides.csv": slides,
        "samples.csv": with_region_set(samples, found.lesson.slides),
        "transitions.csv": with_region_set(measured.transitions, found.lesson.slides, Overlap.TOPMOST),
        "exclusions.csv": found.removed,
    }


def _small_if_seen(regions: pd.DataFrame) -> pd.DataFrame:
    """Without looking there is no error of it that a region could be smaller than."""
    small = regions["smaller_than_error"].astype("boolean").where(regions["observed_share"].notna())
    return regions.assign(smaller_than_error=small)


def _density(lake: Lake, found: LessonData, parameters: AttentionParameters) -> pd.DataFrame:
    """Where on each slide the gaze of the tracked students was: `density_table` with `slide_id`."""
    files = {session_id: row.files["density"].path for session_id, row in found.rows.items()}
    tables = []
    for slide in found.lesson.slides:
        viewing = tracked_viewing(slide, found.fixations, found.exposures, parameters)
        scale = found.scale[found.scale["slide_id"] == slide.slide_id]
        sigma = spread(viewing, scale, slide.width_px / slide.height_px)
        cells = lake.density(files, slide.slide_id)
        seconds = [grid(cells[cells["session_id"] == session_id]) for session_id in viewing.sessions]
        table = density_table(np.array(seconds), viewing.x, viewing.y, sigma)
        table.insert(0, "slide_id", slide.slide_id)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _report(
    found: LessonData,
    measured: LessonMeasures,
    tables: dict[str, pd.DataFrame],
    parameters: AttentionParameters,
) -> dict[str, Any]:
    """What the tables rest on."""
    of_slide = dict(tuple(measured.regions.groupby("slide_id")))
    return {
        "gazeboard": __version__,
        "course_id": found.lesson.course_id,
        "lesson_id": found.lesson.lesson_id,
        "slides": [
            {
                "slide_id": slide.slide_id,
                "regions": len(slide.aois),
                "aoi_version": slide.aoi_version,
                "overlap": slide.overlap.value,
                "gap_score": _known(gap_score(of_slide.get(slide.slide_id, measured.regions[:0]))),
            }
            for slide in found.lesson.slides
        ],
        "rules": ExclusionRules.of(parameters).in_words(),
        "exclusions": in_words(found.sessions, found.removed),
        "sessions": found.sessions[["session_id", "student", "revision"]].to_dict("records"),
        "synthetic": any(row.synthetic for row in found.rows.values()),
        "parameters": asdict(parameters),
        "columns": {
            name: {"label": measure.label, "unit": measure.unit, "definition": measure.definition}
            for name, measure in MEASURES.items()
            if any(name in table for table in tables.values())
        },
    }


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _print(found: LessonData, measured: LessonMeasures, gap: pd.DataFrame, report: dict[str, Any]) -> None:
    """What a person wants to know first."""
    synthetic = " (synthetic)" if report["synthetic"] else ""
    table = Table(title=escape(found.lesson.lesson_title) + synthetic)
    for heading in ("Slide", "Exposed", "Tracked", MEASURES["gap_score"].label, "What stands out"):
        table.add_column(heading)
    of_slide = dict(tuple(measured.regions.groupby("slide_id")))
    scores = dict(zip(gap["slide_id"], gap.to_dict("records"), strict=True))
    not_shown = []
    for slide in found.lesson.slides:
        regions = of_slide.get(slide.slide_id, measured.regions[:0])
        if len(regions) and regions["exposed_n"].iloc[0] == 0:
            not_shown.append(slide.title)
            continue
        counts = [str(regions[name].iloc[0]) if len(regions) else "" for name in ("exposed_n", "tracked_n")]
        score = _score_in_words(scores[slide.slide_id])
        table.add_row(escape(slide.title), *counts, score, escape(slide_summary(regions)[0]))
    screen.print(table)
    if not_shown:
        screen.print(
            escape(f"Nobody has been shown these slides yet: {', '.join(not_shown)}"), highlight=False
        )
    screen.print(report["rules"], report["exclusions"], highlight=False)
    for student, reason in found.removed[["student", "reason"]].itertuples(index=False):
        screen.print(f"  {escape(student)}: {reason}", highlight=False)


def _score_in_words(gap: dict[str, Any]) -> str:
    """A slide's gap score with its interval and what chance gives, as far as they are known."""
    names = ("gap_score", "gap_score_low", "gap_score_high", "gap_score_as_designed")
    score, low, high, chance = (f"{gap[name]:.{MEASURES[name].digits}f}" for name in names)
    if pd.isna(gap["gap_score"]):
        return ""
    return score if pd.isna(gap["gap_score_low"]) else f"{score} ({low} to {high}), by chance {chance}"
