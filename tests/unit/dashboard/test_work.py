"""Stages in words, and the whole of the work as one share."""

from __future__ import annotations

import pytest

from dashboard.work import STAGES, Item, Work, doing
from pipeline.process import STAGES as STAGES_OF_A_SESSION


def test_a_session_is_worked_through_from_nothing_to_all_without_going_back() -> None:
    shares = [doing(stage, done)[1] for stage in STAGES_OF_A_SESSION for done in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("stage", [None, *STAGES_OF_A_SESSION])
def test_every_stage_has_words(stage: str | None) -> None:
    assert stage in STAGES
    assert doing(stage, 0.3)[0][0].isupper()


def test_a_stage_of_a_later_version_is_shown_by_its_name() -> None:
    assert doing("saliency", 0.5) == ("Saliency", 0.0)


def test_half_done_counts_half() -> None:
    running = (Item("S01", "Cells", "Saving", 0.5), Item("S02", "Cells", "Saving", 0.25))
    work = Work(running, waiting=3, total=10)
    assert work.unfinished == 5
    assert work.ready_share == pytest.approx((5 + 0.75) / 10)
    assert Work((), 0, 0).ready_share == 1.0
