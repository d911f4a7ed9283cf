import numpy as np
import pandas as pd
import pytest

from dashboard.texts import t
from pipeline.attention.summary import ENGLISH, english, slide_summary


def table(*regions: tuple[str, float, float, int], tracked: int = 26, **columns: object) -> pd.DataFrame:
    """A class table from (name, expected share, observed share, reached students)."""
    frame = pd.DataFrame(list(regions), columns=["name", "expected_share", "observed_share", "reach_n"])
    frame = frame.assign(
        gap=frame["observed_share"] - frame["expected_share"],
        observed_low=frame["observed_share"] - 0.03,
        observed_high=frame["observed_share"] + 0.03,
        exposed_n=tracked,
        tracked_n=tracked,
        required=False,
        smaller_than_error=False,
    )
    return frame.assign(**columns)


AS_DESIGNED = (("Equation", 0.25, 0.24, 26), ("Diagram", 0.75, 0.72, 26))


def test_the_widest_gaps_are_told_with_how_many_never_looked() -> None:
    found = slide_summary(
        table(("Equation", 0.25, 0.07, 11), ("Title", 0.15, 0.3, 26), ("Text", 0.6, 0.5, 26))
    )
    assert found == [
        "Students spent 7% of their looking on “Equation”; the design intends 25%. "
        "15 of 26 never looked at it.",
        "“Title” got 30% of the looking, more than the 15% that the design intends.",
    ]


def test_nobody_is_said_to_have_missed_what_everybody_saw() -> None:
    found = slide_summary(table(("Equation", 0.5, 0.3, 26), ("Text", 0.5, 0.51, 26)))
    assert found == ["Students spent 30% of their looking on “Equation”; the design intends 50%."]


def test_small_or_uncertain_gaps_are_not_told() -> None:
    nothing = ["No region got clearly more or less looking than the design intends."]
    sure = {"observed_low": [0.2, 0.7], "observed_high": [0.21, 0.71]}
    assert slide_summary(table(("Equation", 0.25, 0.21, 26), ("Text", 0.75, 0.71, 26), **sure)) == nothing
    wide = {"observed_low": 0.0, "observed_high": 1.0}
    assert slide_summary(table(("Equation", 0.25, 0.07, 26), ("Text", 0.75, 0.9, 26), **wide)) == nothing


def test_one_student_who_fixated_the_slide_does_not_speak_for_the_class() -> None:
    alone = {"observed_low": np.nan, "observed_high": np.nan}
    regions = ("Equation", 0.25, 0.9, 1), ("Text", 0.75, 0.1, 0)
    assert slide_summary(table(*regions, tracked=6, **alone))[0].startswith("No region got clearly")
    assert "got 90%" in " ".join(slide_summary(table(*regions, tracked=1, **alone)))


def test_required_regions_that_most_missed_are_named_once() -> None:
    regions = (
        ("Equation", 0.3, 0.05, 5),
        ("Legend", 0.1, 0.08, 0),
        ("Note", 0.1, 0.08, 20),
        ("Text", 0.5, 0.52, 26),
    )
    found = slide_summary(table(*regions, required=True))
    assert found[1:] == ["None of the 26 students looked at “Legend”, a required region."]
    assert sum("Equation" in sentence for sentence in found) == 1


def test_who_was_left_out_is_told() -> None:
    found = slide_summary(table(*AS_DESIGNED, exposed_n=28))
    assert found[-1] == (
        "These figures are from 26 of the 28 students who were shown the slide; "
        "the others were not tracked well enough."
    )
    assert slide_summary(table(*AS_DESIGNED, exposed_n=27))[-1].endswith(
        "the other was not tracked well enough."
    )


@pytest.mark.parametrize(("tracked", "caution"), [(4, "4 students tell"), (1, "One student tells")])
def test_few_students_are_told_to_be_few(tracked: int, caution: str) -> None:
    assert slide_summary(table(*AS_DESIGNED, tracked=tracked))[-1] == f"{caution} little about a class."


def test_of_one_student_the_sentences_are_in_the_singular() -> None:
    unknown = {"observed_low": np.nan, "observed_high": np.nan}
    found = slide_summary(table(("Equation", 0.25, 0.0, 0), ("Text", 0.75, 0.73, 1), tracked=1, **unknown))
    assert found[0] == (
        "The student spent 0% of the looking on “Equation”; the design intends 25%. "
        "The student never looked at it."
    )


def test_regions_smaller_than_the_error_are_told() -> None:
    one = slide_summary(table(*AS_DESIGNED, smaller_than_error=[True, False]))
    two = slide_summary(table(*AS_DESIGNED, smaller_than_error=True))
    assert (
        one[1] == "“Equation” is smaller than the error of measurement: gaze on it may have been beside it."
    )
    assert two[1].startswith("“Equation” and “Diagram” are smaller than")


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"exposed_n": 0, "tracked_n": 0}, "Nobody has been shown this slide yet."),
        (
            {"exposed_n": 1, "tracked_n": 0},
            "The one student who was shown this slide was not tracked well enough.",
        ),
        (
            {"exposed_n": 9, "tracked_n": 0},
            "None of the 9 students who were shown this slide was tracked well enough.",
        ),
        ({"observed_share": np.nan, "gap": np.nan}, "No fixation on this slide was found."),
    ],
)
def test_without_figures_the_reason_is_told(columns: dict[str, object], sentence: str) -> None:
    assert slide_summary(table(*AS_DESIGNED, **columns)) == [sentence]


def test_without_weights_no_gap_is_told() -> None:
    assert slide_summary(table(*AS_DESIGNED, expected_share=np.nan, gap=np.nan)) == []


def test_without_regions_that_is_told() -> None:
    assert slide_summary(table()) == ["No regions are marked on this slide."]


def test_the_pages_say_the_same_in_english() -> None:
    values = {"region": "A", "other": "B", "observed": "5%", "expected": "9%"}
    values |= dict.fromkeys(("missing", "tracked", "small", "regions", "exposed"), "7")
    assert [t(key, **values) for key in ENGLISH] == [english(key, **values) for key in ENGLISH]
