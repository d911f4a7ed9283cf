"""Looking compared: with the design, the pictures and the quiz of a lesson, and between groups."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from PIL import Image
from rich.markup import escape
from rich.table import Table

from pipeline import __version__
from pipeline.attention.columns import with_region_set
from pipeline.attention.comparison import compare_groups, difference_map
from pipeline.attention.exclusion import ExclusionRules, in_words
from pipeline.attention.lesson_gap import compare_lesson, fixations_of, spread, tracked_viewing
from pipeline.attention.lesson_measures import LessonMeasures
from pipeline.attention.map_comparison import student_densities
from pipeline.attention.measures import student_aoi_table
from pipeline.attention.registry import MEASURES
from pipeline.commands.console import DataPath, screen
from pipeline.commands.lesson_data import LessonData, read_lesson_data
from pipeline.commands.tables import names_of, write_tables
from pipeline.domain import Aoi, Bytes, Overlap, Slide
from pipeline.errors import InputError
from pipeline.ingest.documents import listed, quoted
from pipeline.parameters import AttentionParameters
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake

COMPARED = ("dwell_share", "dwell_ms", "fixation_count", "ttff_ms", "visits", "revisits", "mean_fixation_ms")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(compare)


def gap_tables(
    catalogue: Catalogue, found: LessonData, measured: LessonMeasures, parameters: AttentionParameters
) -> dict[str, pd.DataFrame]:
    """What `analyse` writes beside the measures, by file name; quiz.csv only if the lesson has a quiz."""
    lesson = found.lesson
    quiz = catalogue.quiz(lesson.course_id, lesson.lesson_id)
    quiz = quiz[quiz["slide"].isin(lesson.slide_ids())]
    pictures = {slide_id: _picture(catalogue, found, slide_id) for slide_id in lesson.slide_ids()}
    students = dict(found.sessions[["session_id", "student"]].itertuples(index=False, name=None))
    compared = compare_lesson(
        lesson, measured.students, found.fixations, found.exposures, parameters,
        scale=found.scale, pictures=pictures, quiz=quiz, students=students,
    )  # fmt: skip
    tables = {
        "gap.csv": with_region_set(compared.gap, lesson.slides),
        "map_metrics.csv": with_region_set(compared.maps, lesson.slides),
        "scanpaths.csv": with_region_set(compared.scanpaths, lesson.slides, Overlap.TOPMOST),
    }
    return tables | ({"quiz.csv": compared.quiz} if len(compared.quiz) else {})


def compare(
    lesson: Annotated[str, typer.Option(help="COURSE/LESSON, the ids of a lesson in the data folder.")],
    slide: Annotated[str, typer.Option(help="The id of a slide of it.")],
    data: DataPath,
    out: Annotated[Path, typer.Option(help="Where the tables and report.json go.", file_okay=False)],
    a: Annotated[str, typer.Option("--a", help="Pseudonyms of the first group, with commas.")] = "",
    b: Annotated[str, typer.Option("--b", help="Those of the second, none of them in the first.")] = "",
    with_lesson: Annotated[str, typer.Option(help="The second group's lesson, if it is another one.")] = "",
    with_slide: Annotated[str, typer.Option(help="The second group's slide, if it is another one.")] = "",
    measure: Annotated[str, typer.Option(help="One of " + ", ".join(COMPARED) + ".")] = COMPARED[0],
) -> None:
    """Compare two groups of students on a slide, or two versions of a slide (regions of the same ids):
    comparison.csv, difference_map.csv and report.json.

    Without names, all students of a version count. Students who saw both versions are compared with
    themselves, the others are then left out, and there is no map. Groups of fewer than five students have
    no figures.
    """
    if measure not in COMPARED:
        raise InputError("--measure", "one of " + ", ".join(COMPARED), quoted(measure))
    one_slide = (with_lesson or lesson, with_slide or slide) == (lesson, slide)
    names_a, names_b = names_of(a), names_of(b)
    if one_slide and (not names_a or not names_b or set(names_a) & set(names_b)):
        expected = (
            "two groups of students without anyone in common,"
            " or another version of the slide by --with-slide or --with-lesson"
        )
        raise InputError("--a and --b", expected, _groups_given(names_a, names_b))
    parameters = AttentionParameters()
    rules = ExclusionRules.of(parameters)
    with closing(Catalogue.open(data)) as catalogue, closing(Lake(catalogue.lake)) as lake:
        first = read_lesson_data(catalogue, lake, lesson, rules, slide=slide, students=names_a)
        second = read_lesson_data(
            catalogue, lake, with_lesson or lesson, rules, slide=with_slide or slide, students=names_b
        )
    aois = _common_regions(first.lesson.slides[0], second.lesson.slides[0])
    students_a, students_b = (_by_student(found, aois) for found in (first, second))
    paired = bool(set(students_a["session_id"]) & set(students_b["session_id"]))
    table = compare_groups(students_a, students_b, aois, parameters, measure=measure, paired=paired)
    report = {
        "gazeboard": __version__,
        "measure": measure,
        "paired": paired,
        "a": _described(first),
        "b": _described(second),
        "rules": rules.in_words(),
        "parameters": asdict(parameters),
    }
    tables = {"comparison.csv": table}
    if not paired:
        tables["difference_map.csv"] = _map(first, second, parameters)
    write_tables(out, tables, report, sometimes="difference_map.csv")
    _print(table, measure)
    _print_who(first, second, students_a, students_b, paired=paired)
    screen.print(f"Wrote {escape(str(out))}", highlight=False)


def _groups_given(names_a: list[str], names_b: list[str]) -> str:
    if names_a and names_b:
        return f"{listed(sorted(set(names_a) & set(names_b)))} in both"
    return "one group" if names_a or names_b else "neither"


def _picture(catalogue: Catalogue, found: LessonData, slide_id: str) -> Bytes:
    path = catalogue.slide_image(found.lesson.course_id, found.lesson.lesson_id, slide_id)
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def _common_regions(one: Slide, other: Slide) -> tuple[Aoi, ...]:
    """Regions that both slides have, as the first has them."""
    ids = {aoi.aoi_id for aoi in other.aois}
    common = tuple(aoi for aoi in one.aois if aoi.aoi_id in ids)
    if not common:
        raise InputError(f"slides {one.slide_id} and {other.slide_id}", "regions of the same ids", "none")
    return common


def _by_student(found: LessonData, aois: tuple[Aoi, ...]) -> pd.DataFrame:
    """Measures of one slide in its own regions, those of these ids, with students for sessions."""
    slide = found.lesson.slides[0]
    table = student_aoi_table(
        found.fixations, found.exposures, slide.aois, overlap=slide.overlap, probable=False
    )
    names = found.sessions.set_index("session_id")["student"]
    ordered = [table[table["aoi_id"] == aoi.aoi_id] for aoi in aois]
    table = pd.concat(ordered).sort_values("session_id", kind="stable")
    return table.assign(session_id=table["session_id"].map(names))


def _map(first: LessonData, second: LessonData, parameters: AttentionParameters) -> pd.DataFrame:
    """Difference and p of every cell, from the top left; the larger error of the two smooths both."""
    slides = [found.lesson.slides[0] for found in (first, second)]
    viewings = [
        tracked_viewing(slide, found.fixations, found.exposures, parameters)
        for slide, found in zip(slides, (first, second), strict=True)
    ]
    sigmas = [
        spread(viewing, found.scale, slide.width_px / slide.height_px)
        for viewing, found, slide in zip(viewings, (first, second), slides, strict=True)
    ]
    across, down = np.max(sigmas, axis=0)
    one, other = (student_densities(fixations_of(viewing), (across, down))[0] for viewing in viewings)
    compared = difference_map(one, other, parameters)
    rows, columns = np.indices(compared.difference.shape)
    return pd.DataFrame(
        {
            "row": rows.ravel(),
            "column": columns.ravel(),
            "difference": compared.difference.ravel(),
            "p_map": compared.p.ravel(),
        }
    )


def _described(found: LessonData) -> dict[str, object]:
    slide = found.lesson.slides[0]
    return {
        "course_id": found.lesson.course_id,
        "lesson_id": found.lesson.lesson_id,
        "slide_id": slide.slide_id,
        "aoi_version": slide.aoi_version,
        "overlap": slide.overlap.value,
        "sessions": found.sessions[["session_id", "student", "revision"]].to_dict("records"),
        "exclusions": in_words(found.sessions, found.removed),
        "synthetic": any(row.synthetic for row in found.rows.values()),
    }


def _print(table: pd.DataFrame, measure: str) -> None:
    """What a person wants to know first."""
    shown = Table(title=MEASURES[measure].heading)
    for heading in ("Region", "A", "B", "Difference", "95 % interval", "p, adjusted", "Cliff's delta"):
        shown.add_column(heading)
    for row in table.to_dict("records"):
        figures = (
            f"{row['a_mean']:.3g} (n = {row['a_n']})", f"{row['b_mean']:.3g} (n = {row['b_n']})",
            f"{row['difference']:.3g}", f"{row['difference_low']:.3g} to {row['difference_high']:.3g}",
            shown_p(row["p_holm"]), f"{row['delta']:.2f}",
        )  # fmt: skip
        shown.add_row(escape(row["name"]), *(() if row["note"] else figures))
    screen.print(shown)
    for note in filter(None, table["note"].unique()):
        screen.print(note.capitalize(), highlight=False)


def shown_p(p: float) -> str:
    """With three digits; never as 0, which no p is."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _print_who(
    first: LessonData, second: LessonData, a: pd.DataFrame, b: pd.DataFrame, *, paired: bool
) -> None:
    """Whose recordings the figures rest on: how they were compared, and who was left out and why."""
    students_a, students_b = set(a["session_id"]), set(b["session_id"])
    how = f"Paired: {len(students_a & students_b)} students, each compared with themselves"
    said = [how if paired else "Not paired: two groups of different students"]
    for group, found in (("A", first), ("B", second)):
        said += [f"Left out of {group}: {row.student} ({row.reason})" for row in found.removed.itertuples()]
    if paired:
        said += [f"Left out: {name} (only one version)" for name in sorted(students_a ^ students_b)]
    for line in said:
        screen.print(escape(line), highlight=False, soft_wrap=True)
