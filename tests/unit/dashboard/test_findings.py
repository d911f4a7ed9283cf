"""What is told of a class first: from classes whose looking is known, as it was made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from dashboard.findings import AWAY_STEPS_MIN, Finding, Kind, away_stretches, look_first
from dashboard.group import Group
from dashboard.lesson_summary import LessonSummary, SlideSummary
from dashboard.over_time import SHARES, STARTS, LessonTime
from pipeline.attention.exclusion import ExclusionRules
from pipeline.attention.gap import gap_of
from pipeline.attention.measures import class_aoi_table
from pipeline.domain import Aoi, Lesson, Part, Role, Slide
from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import SessionRow

PARAMETERS = AttentionParameters(bootstrap_resamples=500)
STUDENTS = 12


def region(name: str, weight: float, x: float, *, required: bool = False, size: float = 0.3) -> Aoi:
    return Aoi(name, name.title(), Role.TEXT, (Part(((x, 0.1), (x + size, 0.1 + size))),), weight, required)


TEXT, FORMULA, LOGO = (
    region("text", 6, 0.0),
    region("formula", 3, 0.35, required=True),
    region("logo", 1, 0.7, size=0.2),
)
Make = Callable[[str], SessionRow]


def slide(
    number: int,
    shares: Sequence[Sequence[float]],
    rows: Sequence[SessionRow],
    *,
    aois: Sequence[Aoi] = (TEXT, FORMULA, LOGO),
    exposed: int | None = None,
    sigma: float = 0.01,
) -> SlideSummary:
    """A slide on which each student's looking went to the regions in these shares."""
    table = pd.DataFrame(
        {
            "session_id": np.repeat([f"id-{place}" for place in range(len(shares))], len(aois)),
            "aoi_id": [aoi.aoi_id for _ in shares for aoi in aois],
            "tracked_share": 1.0,
            "dwell_share": [share for each in shares for share in each],
            "dwell_ms": [1000 * share for each in shares for share in each],
            "fixation_count": [int(share > 0) for each in shares for share in each],
            "ttff_ms": [100.0 if share else np.nan for each in shares for share in each],
        }
    )
    of = Slide(f"slide-{number}", f"Title {number}", "a.png", 160, 90, tuple(aois))
    group = Group(
        tuple(rows[: len(shares)]), (), (), exposed or len(shares), ExclusionRules(), ("x",) * len(shares)
    )
    return SlideSummary(
        of,
        number,
        group,
        class_aoi_table(table, aois, (sigma, sigma), PARAMETERS),
        gap_of(table, aois, PARAMETERS),
        1.0,
        1.0,
    )


@pytest.fixture
def rows(make_row: Make) -> list[SessionRow]:
    return [make_row(f"S{place:02}") for place in range(STUDENTS)]


def as_intended(rows: int = STUDENTS) -> list[list[float]]:
    return [[0.6 + 0.02 * (-1) ** place, 0.3 - 0.02 * (-1) ** place, 0.1] for place in range(rows)]


def lesson(*slides: SlideSummary) -> LessonSummary:
    return LessonSummary(Lesson("c", "C", "l", "L", tuple(each.slide for each in slides)), slides, (), 0)


def time_of(number: int, away: Sequence[int], tracked: Sequence[int], start_s: float = 0.0) -> LessonTime:
    steps = len(away)
    shares = pd.DataFrame(
        {
            "t_s": start_s + np.arange(steps),
            "number": number,
            "on_slide": 0.0,
            "elsewhere": 0.0,
            "not_tracked": 0.0,
            "students": STUDENTS,
            "tracked_n": tracked,
            "away_n": away,
        }
    )
    starts = pd.DataFrame([(start_s, start_s + steps, number, f"slide-{number}")], columns=list(STARTS))
    return LessonTime(shares[list(SHARES)], starts)


def only(found: list[Finding]) -> Finding:
    assert len(found) == 1
    return found[0]


def test_a_class_that_looks_as_intended_leaves_nothing_to_tell(rows: list[SessionRow]) -> None:
    assert look_first(lesson(slide(1, as_intended(), rows))) == []


def test_a_required_region_that_many_missed_is_told_with_their_number(rows: list[SessionRow]) -> None:
    shares = [*as_intended(7), *[[0.75, 0.0, 0.25]] * 5]
    found = look_first(lesson(slide(1, as_intended(), rows), slide(2, shares, rows)))
    first = found[0]
    assert (first.kind, first.slide_id, first.region) == (Kind.MISSED, "slide-2", "formula")
    assert first.sentence == "5 of 12 never looked at “Formula”, which is required."
    assert first.share == pytest.approx(5 / 12)
    assert first.students_n == 12
    assert all(each.region != "formula" for each in found[1:])  # nothing is told twice


def test_few_who_missed_it_are_not_told(rows: list[SessionRow]) -> None:
    shares = [*as_intended(10), *[[0.9, 0.0, 0.1]] * 2]
    assert all(each.kind is not Kind.MISSED for each in look_first(lesson(slide(1, shares, rows))))


def test_a_region_smaller_than_the_error_is_not_judged(rows: list[SessionRow]) -> None:
    shares = [*as_intended(4), *[[0.7, 0.0, 0.3]] * 8]
    kinds = [each.kind for each in look_first(lesson(slide(1, shares, rows, sigma=0.5)))]
    assert Kind.MISSED not in kinds


def test_the_region_farthest_from_its_share_is_told_with_both_shares(rows: list[SessionRow]) -> None:
    shares = [[0.2 + 0.01 * (-1) ** k, 0.3, 0.5 - 0.01 * (-1) ** k] for k in range(STUDENTS)]
    found = only(look_first(lesson(slide(4, shares, rows))))
    assert (found.kind, found.number, found.share) == (Kind.REGION, 4, pytest.approx(0.4))
    assert found.region in ("text", "logo")  # both are 40 points off
    assert "20% of the looking; 60%" in found.sentence or "50% of the looking; 10%" in found.sentence


def test_where_too_few_were_tracked_nothing_else_is_told_and_it_comes_last(rows: list[SessionRow]) -> None:
    missed = [*as_intended(6), *[[0.7, 0.0, 0.3]] * 6]
    nobody_looked = [[0.0, 0.0, 1.0]] * 5
    found = look_first(lesson(slide(1, nobody_looked, rows, exposed=12), slide(2, missed, rows)))
    assert [each.number for each in found][-1] == 1
    assert found[-1].kind is Kind.UNTRACKED
    assert "5 of the 12 students" in found[-1].sentence
    assert [each.kind for each in found].count(Kind.UNTRACKED) == 1
    assert all(each.number == 2 for each in found[:-1])


def test_the_larger_share_comes_first(rows: list[SessionRow]) -> None:
    some = [*as_intended(8), *[[0.6, 0.0, 0.4]] * 4]
    many = [*as_intended(3), *[[0.6, 0.0, 0.4]] * 9]
    found = look_first(lesson(slide(1, some, rows), slide(2, many, rows)))
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)
    assert found[0].number == 2
    assert len(look_first(lesson(slide(1, some, rows), slide(2, many, rows)), most=1)) == 1


def test_a_time_in_which_a_third_looked_elsewhere_is_told(rows: list[SessionRow]) -> None:
    """60 s, in which 4 of 12 look elsewhere for 30 s: told with that time, to the width of the smoothing."""
    away = [0] * 20 + [4] * 30 + [0] * 10
    found = only(look_first(lesson(slide(1, as_intended(), rows)), time_of(1, away, [12] * 60, start_s=300)))
    assert found.kind is Kind.AWAY
    assert found.share == pytest.approx(1 / 3, abs=0.02)
    assert found.from_s == pytest.approx(320, abs=2)
    assert found.until_s == pytest.approx(350, abs=2)
    assert "From 5:22 to 5:48 one student in three looked elsewhere" in found.sentence  # a third less there
    assert "(4 of the 12 tracked" in found.sentence


def test_lost_tracking_is_no_looking_away(rows: list[SessionRow]) -> None:
    """Tracking is lost of eight in twelve; of the others one looks elsewhere now and then."""
    tracked = [12] * 20 + [4] * 30 + [12] * 10
    away = [0] * 20 + [1] * 30 + [0] * 10
    assert look_first(lesson(slide(1, as_intended(), rows)), time_of(1, away, tracked)) == []
    all_lost = [12] * 20 + [0] * 30 + [12] * 10
    assert look_first(lesson(slide(1, as_intended(), rows)), time_of(1, [0] * 60, all_lost)) == []


def stretches(away: Sequence[float], tracked: Sequence[float]) -> list[tuple[int, int]]:
    students = np.full(len(away), float(STUDENTS))
    return away_stretches(np.array(away, float), np.array(tracked, float), students)


def test_a_short_time_is_not_told() -> None:
    short = AWAY_STEPS_MIN - 8
    assert stretches([0] * 20 + [6] * short + [0] * 20, [12] * (40 + short)) == []


def test_a_short_return_does_not_end_a_stretch() -> None:
    away = [6] * 20 + [0] * 3 + [6] * 20
    assert stretches(away, [12] * 43) == [(0, 43)]
    assert len(stretches([6] * 20 + [0] * 20 + [6] * 20, [12] * 60)) == 2


def test_a_stretch_ends_where_tracking_was_lost() -> None:
    """Half of the class looks elsewhere, but for a time too few are tracked to say so."""
    tracked = [12] * 20 + [3] * 20 + [12] * 20
    first, second = stretches([6] * 20 + [3] * 20 + [6] * 20, tracked)
    assert first[1] <= 20 + 2
    assert second[0] >= 40 - 2
    assert stretches([3] * 60, [4] * 60) == []  # fewer than five are no class
