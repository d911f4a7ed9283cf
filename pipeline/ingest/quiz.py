"""Quiz results: how right each student's answers were, and where on the slides the answers are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.domain import QUIZ, Bools, Lesson, Slide, typed
from pipeline.errors import InputError
from pipeline.ingest.csv_table import Table, read_table
from pipeline.ingest.documents import TEXT_MAX, UNREADABLE, quoted
from pipeline.ingest.session_package import STUDENT
from pipeline.parameters import IngestLimits

LIMITS: Final = IngestLimits()
POINTS_MAX: Final = 1e6
COLUMNS: Final = ("student", "question", "slide", "aois")
_ANSWERS: Final = {"true": "1", "false": "0"}


def read_quiz(path: Path, lesson: Lesson, limits: IngestLimits = LIMITS) -> pd.DataFrame:
    """The answers in a CSV file, one row for each student and question (docs/quiz.md).

    Parameters
    ----------
    lesson : what the slides and regions that the questions are tied to are looked up in

    Returns
    -------
    DataFrame with the columns of QUIZ, in the order of the file.

    Raises
    ------
    InputError : naming the row and column of what is wrong
    """
    table = read_table(path, COLUMNS, limits)
    if table.texts.empty:
        raise InputError(path.name, "at least one answer", "only the header")
    student, question = table.texts["student"], table.texts["question"]
    bad = ~student.str.fullmatch(STUDENT.pattern)
    table.refuse(bad.to_numpy(dtype=bool), "student", "a pseudonym of letters, digits and . _ - (at most 64)")
    bad = (question == "") | (question.str.len() > TEXT_MAX) | question.str.contains(UNREADABLE)
    table.refuse(bad.to_numpy(dtype=bool), "question", f"a readable text of 1 to {TEXT_MAX} characters")
    again = table.texts.duplicated(["student", "question"]).to_numpy()
    table.refuse(again, "question", "a question that no row above has for this student")
    answers = table.texts[["student", "question"]].assign(correct=_correct(table))
    return typed(answers.join(_ties(table, lesson)), QUIZ)


def _correct(table: Table) -> pd.Series:
    """How right each answer was, 0-1, as stated or from points."""
    if "correct" in table.texts:
        table.texts["correct"] = table.texts["correct"].str.lower().replace(_ANSWERS)
        return table.number("correct", "the share that was right", 0, 1)
    if not {"points", "max_points"} <= set(table.texts):
        found = quoted(",".join(table.texts.columns))
        raise InputError(f"{table.file}, row 1", "a column correct, or points and max_points", found)
    points = table.number("points", "points", 0, POINTS_MAX)
    most = table.number("max_points", "points", 0, POINTS_MAX)
    table.refuse((most == 0).to_numpy(), "max_points", "more than 0 points")
    table.refuse((points > most).to_numpy(), "points", "no more points than max_points of the same row")
    return points / most


def _ties(table: Table, lesson: Lesson) -> pd.DataFrame:
    """The slide and regions of each row's question, as the rows that state them do, which agree."""
    stated = table.given("slide") | table.given("aois")
    known = lesson.slide_ids()
    unknown = ~table.texts["slide"].isin(known).to_numpy() & stated
    table.refuse(unknown, "slide", f"a slide of the lesson {lesson.lesson_id} ({', '.join(known)})")
    ties = pd.DataFrame({"slide": table.texts["slide"][stated], "aois": _regions(table, lesson, stated)})
    ties = ties.reindex(table.texts.index)
    first = ties.groupby(table.texts["question"]).transform("first")
    table.refuse(first["slide"].isna().to_numpy(), "slide", "a slide in at least one row of the question")
    for column in ties:
        other = (ties[column] != first[column]).to_numpy() & stated
        table.refuse(other, str(column), "the same as in the first row of the question that states it")
    return first


def _regions(table: Table, lesson: Lesson, stated: Bools) -> pd.Series:
    """The regions that each of these rows names, each once and in the slide's order."""
    slides = {slide.slide_id: slide for slide in lesson.slides}
    pairs = table.texts.loc[stated, ["slide", "aois"]]
    regions: dict[tuple[str, str], str] = {}  # many rows name the same
    for row, slide_id, names in pairs.drop_duplicates().itertuples(name=None):
        where = f"{table.file}, row {row}, column aois"
        regions[slide_id, names] = "|".join(_known_regions(names, slides[slide_id], where))
    tied = [regions[pair] for pair in pairs.itertuples(index=False, name=None)]
    return pd.Series(tied, index=pairs.index, dtype=object)


def _known_regions(names: str, slide: Slide, where: str) -> list[str]:
    known = [aoi.aoi_id for aoi in slide.aois]
    wanted = [name.strip() for name in names.split("|")]
    for name in wanted:
        if name not in known:
            expected = (
                f"regions of the slide {slide.slide_id} ({', '.join(known) or 'it has none'}), | between"
            )
            raise InputError(where, expected, quoted(name) if name else "nothing")
    return [name for name in known if name in wanted]
