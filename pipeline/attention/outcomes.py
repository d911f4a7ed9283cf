"""Whether students who looked longer at what a question is about answered it better.

It is a relation, not a cause: those who knew the answer may have known where to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.attention.aoi import hits
from pipeline.attention.statistics import (
    CELLS_AT_ONCE,
    ROUNDING,
    bootstrap_interval,
    difference_interval,
    holm,
    permutation_test,
    too_few,
)
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Bools, Floats, Slide
from pipeline.parameters import AttentionParameters

ALL_QUESTIONS = "all questions"
RIGHT = 0.5  # of the points, and more: a right answer
ANSWERS_MIN = 2  # right and wrong ones, to compare them at all
COLUMNS = (
    *("question", "counted_n", "right_count", "wrong_count", "right_share", "wrong_share"),
    *("difference", "low", "high", "p", "p_holm", "correlation", "note"),
)


class _Answers(NamedTuple):
    """Share of looking and how right the answer was, students by questions; both NaN where either is."""

    share: Floats
    correct: Floats


def question_shares(
    quiz: pd.DataFrame,
    viewings: Mapping[str, Viewing],
    slides: Mapping[str, Slide],
    students: Mapping[str, str],
    parameters: AttentionParameters,
) -> pd.DataFrame:
    """How much of their looking at a slide the students spent on the regions that a question is tied to.

    Parameters
    ----------
    quiz : columns of QUIZ
    viewings : of each slide, by its id
    slides : by their id; where regions overlap, gaze on several counts once
    students : pseudonym of each session's student; several sessions of one are taken together
    parameters : who counts as tracked

    Returns
    -------
    The answers with `student`, `question`, `correct` and `share`: NaN for a student who was not shown the
    slide, not tracked for long enough, or fixated nothing on it.
    """
    ties = quiz[["question", "slide", "aois"]].drop_duplicates()
    shares = [
        _shares(viewings[slide], slides[slide], aois.split("|"), students, parameters).assign(
            question=question
        )
        for question, slide, aois in ties.astype(str).to_numpy().tolist()
        if slide in viewings
    ]
    looked = pd.concat(shares) if shares else pd.DataFrame(columns=["student", "question", "share"])
    answers = quiz[["student", "question", "correct"]]
    return answers.merge(looked.astype({"share": float}), on=["student", "question"], how="left")


def quiz_table(answers: pd.DataFrame, parameters: AttentionParameters) -> pd.DataFrame:
    """The relation of looking to answering, for each question and for all of them together.

    Parameters
    ----------
    answers : as `question_shares` makes them; those without a share are left out
    parameters : bootstrap, permutations and the least number of students

    Returns
    -------
    One row per question, in the order of the answers, and then one for all, with `COLUMNS`: `right_count` and
    `wrong_count` (at least half of the points, or less); `right_share` and `wrong_share`, the mean share of
    looking of those students; `difference` (right - wrong) with its bootstrap interval over students `low`,
    `high`; `p` (permutation of the students), `p_holm` (adjusted for the number of questions, not for all
    together), `correlation` (Pearson's; point-biserial where answers are right or wrong). `note` says why
    figures are missing.

    Notes
    -----
    All questions together: the difference within questions, each counting by how much it tells (students
    times share right times share wrong), so that hard questions about often seen regions make no relation;
    `right_share` and `wrong_share`, which would mix the questions, are left out. Students are resampled and
    exchanged with all of their answers.
    """
    questions = answers["question"].drop_duplicates().tolist()
    known = answers[answers["share"].notna()]
    share, correct = (
        known.pivot(index="student", columns="question", values=value).reindex(columns=questions)
        for value in ("share", "correct")
    )
    table = _Answers(share.to_numpy(float), correct.to_numpy(float))
    rows = [
        {"question": question} | _relation(*_answered(table, i), parameters)
        for i, question in enumerate(questions)
    ]
    if rows:
        rows.append({"question": ALL_QUESTIONS} | _together(table, parameters))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = [column for column in COLUMNS if column not in ("question", "note")]
    frame[numbers] = frame[numbers].astype(float)
    frame.loc[: len(questions) - 1, "p_holm"] = holm(frame["p"].to_numpy()[: len(questions)])
    return frame.astype({"counted_n": int, "right_count": int, "wrong_count": int})


def _shares(
    viewing: Viewing,
    slide: Slide,
    aoi_ids: list[str],
    students: Mapping[str, str],
    parameters: AttentionParameters,
) -> pd.DataFrame:
    """Share of looking of each tracked student: columns `student`, `share`."""
    wanted = [aoi.aoi_id in aoi_ids for aoi in slide.aois]
    inside = hits(viewing.x, viewing.y, slide.aois, t_ms=viewing.middle_ms, overlap=slide.overlap)
    on_regions = inside[:, wanted].any(axis=1)
    times = pd.DataFrame(
        {
            "student": [students[session] for session in viewing.sessions],
            "regions_ms": viewing.total(viewing.duration_ms * on_regions),
            "slide_ms": viewing.total(viewing.duration_ms * viewing.on_slide),
        }
    )
    tracked = divided(viewing.tracked_ms, viewing.exposure_ms) >= parameters.tracked_share_min
    summed = times[tracked].groupby("student", as_index=False).sum()
    share = divided(summed["regions_ms"].to_numpy(), summed["slide_ms"].to_numpy())
    return pd.DataFrame({"student": summed["student"], "share": share})


def _answered(table: _Answers, question: int) -> tuple[Floats, Floats]:
    """Share and correctness of those who answered a question."""
    known = np.isfinite(table.share[:, question])
    return table.share[known, question], table.correct[known, question]


def _relation(share: Floats, correct: Floats, parameters: AttentionParameters) -> dict[str, object]:
    """The figures of one question."""
    right = correct >= RIGHT
    row, note = _counts(len(share), right, parameters)
    if note:
        return row
    low, high = difference_interval(share[right], share[~right], parameters)
    return row | {
        "right_share": share[right].mean(),
        "wrong_share": share[~right].mean(),
        "difference": share[right].mean() - share[~right].mean(),
        "low": low,
        "high": high,
        "p": permutation_test(share[right], share[~right], parameters),
        "correlation": _correlation(share, correct),
    }


def _counts(students: int, right: Bools, parameters: AttentionParameters) -> tuple[dict[str, object], str]:
    """The numbers of students and answers, and why they are too few; empty if they are not."""
    counts = {"right": int(right.sum()), "wrong": int((~right).sum())}
    few = [
        f"too few {kind} answers: {count}, at least {ANSWERS_MIN} are needed"
        for kind, count in counts.items()
        if count < ANSWERS_MIN
    ]
    note = too_few(students, parameters=parameters) or "; ".join(few)
    sizes = {"counted_n": students, "right_count": counts["right"], "wrong_count": counts["wrong"]}
    return sizes | {"note": note}, note


def _together(table: _Answers, parameters: AttentionParameters) -> dict[str, object]:
    """The figures of all questions."""
    took_part = np.isfinite(table.share).any(axis=1)
    share = table.share[took_part]
    right = np.where(np.isfinite(share), table.correct[took_part] >= RIGHT, np.nan)
    difference = float(_within(share, right))
    row, note = _counts(len(share), right[np.isfinite(right)] == 1, parameters)
    if not note and np.isnan(difference):
        note = "no question has both right and wrong answers"
    if note:
        return row | {"note": note}

    def resampled(both: Floats) -> Floats:
        """Resamples in which no question was answered both ways say nothing, so nothing against it."""
        return np.nan_to_num(_within(both[:, :, 0], both[:, :, 1]), nan=difference)

    low, high = bootstrap_interval(np.stack([share, right], axis=1), parameters, resampled)
    figures = {"difference": difference, "low": low, "high": high}
    correlation = _correlation(
        *(_centred(part)[np.isfinite(share)] for part in (share, table.correct[took_part]))
    )
    return row | figures | {"p": _exchange_test(share, right, parameters), "correlation": correlation}


def _within(share: Floats, right: Floats) -> Floats:
    """Difference in share between right and wrong answers within questions.

    From (..., students, questions) to (...). The slope of a regression with an intercept for each question;
    NaN if none was answered both ways.
    """
    known = np.isfinite(share) & np.isfinite(right)
    share, right = np.where(known, share, 0.0), np.where(known, right, 0.0)
    count = np.maximum(known.sum(axis=-2), 1)
    together = (share * right).sum(axis=-2) - share.sum(axis=-2) * right.sum(axis=-2) / count
    spread = right.sum(axis=-2) - right.sum(axis=-2) ** 2 / count
    return divided(together.sum(axis=-1), spread.sum(axis=-1))


def _exchange_test(share: Floats, right: Floats, parameters: AttentionParameters) -> float:
    """Two-sided p of the difference, by giving each student the answers of another, all together."""
    rng = np.random.default_rng(parameters.bootstrap_seed)
    order = np.argsort(rng.random((parameters.permutations - 1, len(share))), axis=1)
    chunks = np.array_split(order, 1 + order.size * share.shape[1] // CELLS_AT_ONCE)
    exchanged = np.abs(np.concatenate([_within(share, right[chunk]) for chunk in chunks]))
    as_extreme = exchanged >= np.abs(_within(share, right)) - ROUNDING
    return float((1 + as_extreme.sum()) / parameters.permutations)


def _centred(values: Floats) -> Floats:
    """Less the mean of each question."""
    return np.asarray(values - pd.DataFrame(values).mean().to_numpy())


def _correlation(share: Floats, correct: Floats) -> float:
    """Pearson's; NaN where either does not vary."""
    spread = share.std() * correct.std()
    covariance = ((share - share.mean()) * (correct - correct.mean())).mean()
    return float(covariance / spread) if spread > ROUNDING else np.nan
