"""Looking against answering: worked by hand, against a regression, and on students with a known relation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.attention.outcomes import ALL_QUESTIONS, COLUMNS, question_shares, quiz_table
from pipeline.attention.statistics import difference_interval, holm, permutation_test
from pipeline.attention.viewing import Viewing
from pipeline.domain import EXPOSURES, FIXATIONS, QUIZ, Aoi, Floats, Part, Role, Slide
from pipeline.parameters import AttentionParameters

QUICK = AttentionParameters(bootstrap_resamples=500, permutations=500)
FIGURES = ["right_share", "wrong_share", "difference", "low", "high", "p", "p_holm", "correlation"]


def answers(share: Floats, correct: Floats) -> pd.DataFrame:
    """From (students, questions)."""
    students, questions = share.shape
    return pd.DataFrame(
        {
            "student": np.repeat([f"s{i:02}" for i in range(students)], questions),
            "question": np.tile([f"q{i}" for i in range(questions)], students),
            "correct": correct.ravel().astype(float),
            "share": share.ravel(),
        }
    )


def simulated(
    rng: np.random.Generator, effect: float, students: int = 24, questions: int = 4
) -> pd.DataFrame:
    """Questions differ in how much their regions are looked at, and the harder ones are looked at more.

    Students differ in how much they look and, not related to it, in how much they know.
    """
    looking = rng.normal(0, 0.05, (students, 1)) + rng.normal(0, 0.1, (students, questions))
    knowing = rng.normal(0, 1, (students, 1)) + rng.normal(0, 1, (students, questions))
    place = np.linspace(0.2, 0.6, questions)
    right = knowing - np.linspace(-0.8, 0.8, questions) > 0
    return answers(place + looking + effect * right, right)


def test_one_question_worked_by_hand() -> None:
    share = np.array([0.5, 0.4, 0.6, 0.1, 0.2, np.nan])
    correct = np.array([1.0, 1.0, 0.5, 0.0, 0.25, 1.0])
    table = quiz_table(answers(share[:, None], correct[:, None]), QUICK)
    assert tuple(table.columns) == COLUMNS
    one = table.iloc[0]
    assert (one.question, one.counted_n, one.right_count, one.wrong_count, one.note) == ("q0", 5, 3, 2, "")
    assert (one.right_share, one.wrong_share, one.difference) == pytest.approx((0.5, 0.15, 0.35))
    np.testing.assert_allclose([one.low, one.high], difference_interval(share[:3], share[3:5], QUICK))
    assert one.p == pytest.approx(permutation_test(share[:3], share[3:5], QUICK)) == pytest.approx(1 / 10)
    assert one.correlation == pytest.approx(stats.pearsonr(share[:5], correct[:5]).statistic)
    together = table.iloc[1]
    assert together.question == ALL_QUESTIONS
    assert together.difference == pytest.approx(0.35)
    assert np.isnan(together.p_holm)


def test_all_questions_together_are_a_regression_within_questions() -> None:
    data = simulated(np.random.default_rng(2), 0.1)
    data.loc[[3, 17, 40], "share"] = np.nan
    table = quiz_table(data, QUICK)
    known = data.dropna()
    design = np.column_stack([known["correct"], pd.get_dummies(known["question"]).to_numpy(float)])
    slope = np.linalg.lstsq(design, known["share"], rcond=None)[0][0]
    together = table.iloc[-1]
    assert together.difference == pytest.approx(slope)
    assert together.low < together.difference < together.high
    assert (together.counted_n, together.right_count + together.wrong_count) == (24, len(known))
    centred = known[["share", "correct"]] - known.groupby("question")[["share", "correct"]].transform("mean")
    assert together.correlation == pytest.approx(centred["share"].corr(centred["correct"]))
    # Over all answers at once the relation is turned round: the harder questions are looked at more.
    right = known["correct"] == 1
    assert known["share"][right].mean() - known["share"][~right].mean() < together.difference / 2
    np.testing.assert_allclose(table["p_holm"][:4], holm(table["p"][:4].to_numpy()))


def test_a_relation_is_found_and_its_interval_covers_it() -> None:
    rng = np.random.default_rng(3)
    rows = [quiz_table(simulated(rng, 0.08), QUICK).iloc[-1] for _ in range(100)]
    assert np.mean([row.low <= 0.08 <= row.high for row in rows]) >= 0.88
    assert np.mean([row.p < 0.05 for row in rows]) > 0.8


def test_without_a_relation_p_is_small_as_often_as_it_says() -> None:
    rng = np.random.default_rng(10)
    few = AttentionParameters(bootstrap_resamples=20, permutations=100)
    p = [quiz_table(simulated(rng, 0.0, 12), few).iloc[-1].p for _ in range(200)]
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.06)
    assert np.mean(np.array(p) <= 0.5) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("share", "correct", "note"),
    [
        ([0.1, 0.2, 0.3, 0.4, np.nan], [1, 1, 0, 0, 0], "too few students: 4, at least 5 are needed"),
        ([0.1, 0.2, 0.3, 0.4, 0.5], [1, 1, 1, 1, 0], "too few wrong answers: 1, at least 2 are needed"),
        ([0.1, 0.2, 0.3, 0.4, 0.5], [0, 0, 0, 0, 0], "too few right answers: 0, at least 2 are needed"),
    ],
)
def test_too_few_is_said_and_nothing_else(share: list[float], correct: list[int], note: str) -> None:
    table = quiz_table(answers(np.array(share)[:, None], np.array(correct)[:, None]), QUICK)
    assert table["note"].tolist() == [note, note]
    assert table[FIGURES].isna().all(axis=None)
    assert (table["counted_n"] == np.isfinite(share).sum()).all()


def test_questions_that_tell_nothing_together() -> None:
    """One question everybody got right, another nobody did."""
    table = quiz_table(answers(np.full((6, 2), 0.3), np.tile([1, 0], (6, 1))), QUICK)
    assert table["note"].iloc[-1] == "no question has both right and wrong answers"
    nothing = quiz_table(answers(np.zeros((0, 1)), np.zeros((0, 1))), QUICK)
    assert len(nothing) == 0
    assert tuple(nothing.columns) == COLUMNS
    alike = quiz_table(answers(np.full((6, 1), 0.3), np.array([[1], [0]] * 3)), QUICK)
    assert alike["p"].tolist() == [1, 1]
    assert alike["correlation"].isna().all()


LEFT = Aoi("left", "Left", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0))),))
TOP = Aoi("top", "Top", Role.TEXT, (Part(((0.0, 0.0), (1.0, 0.5))),))
SLIDE = Slide("s", "S", "s.png", 1600, 900, (LEFT, TOP))


def viewing() -> Viewing:
    """Ann twice and Bob once; Cat was hardly tracked, Dan fixated nothing, Eve was not there."""
    fixations = pd.DataFrame(
        [
            ("ann-1", 0.2, 0.2, 0.0, 400.0),  # in both regions
            ("ann-1", 0.8, 0.8, 500.0, 200.0),  # in neither
            ("ann-2", 0.8, 0.2, 0.0, 200.0),
            ("ann-2", 1.2, 0.2, 500.0, 900.0),  # beside the slide
            ("bob", 0.2, 0.8, 0.0, 300.0),
            ("cat", 0.2, 0.8, 0.0, 300.0),
        ],
        columns=["session_id", "slide_x", "slide_y", "onset_ms", "duration_ms"],
    ).reindex(columns=[*FIXATIONS, "session_id"])
    sessions = pd.DataFrame({"session_id": ["ann-1", "ann-2", "bob", "cat", "dan"]})
    sessions = sessions.assign(onset_ms=0.0, duration_ms=5000.0, tracked_ms=[5000, 5000, 5000, 1000, 5000])
    return Viewing(fixations, sessions.reindex(columns=[*EXPOSURES, "session_id"]))


def test_shares_of_the_regions_that_questions_are_tied_to() -> None:
    quiz = pd.DataFrame(
        [
            (student, question, 1.0, slide, aois)
            for question, slide, aois in (("q1", "s", "left|top"), ("q2", "s", "top"), ("q3", "unseen", "x"))
            for student in ("ann", "bob", "cat", "dan", "eve")
        ],
        columns=list(QUIZ),
    ).astype(QUIZ)
    students = {"ann-1": "ann", "ann-2": "ann", "bob": "bob", "cat": "cat", "dan": "dan"}
    found = question_shares(quiz, {"s": viewing()}, {"s": SLIDE}, students, QUICK)
    answered = ["student", "question", "correct"]
    assert found[answered].to_numpy().tolist() == quiz[answered].to_numpy().tolist()
    nan = np.nan
    expected = [600 / 800, 1.0, nan, nan, nan, 600 / 800, 0.0, nan, nan, nan, *[nan] * 5]
    np.testing.assert_allclose(found["share"], expected)
    table = quiz_table(found, QUICK)
    assert table["counted_n"].tolist() == [2, 2, 0, 2]
