"""Answers are remembered for as long as they hold."""

from __future__ import annotations

from dashboard.memo import Memo, remembered


class Counter:
    """Counts how often it is really asked."""

    def __init__(self, size: int = 8) -> None:
        self.memo, self.now, self.asked = Memo(size), 1, 0

    def revision(self) -> int:
        return self.now

    @remembered
    def double(self, number: int, *, plus: int = 0) -> int:
        """Twice the number."""
        self.asked += 1
        return 2 * number + plus


def test_the_same_question_is_answered_from_memory() -> None:
    counter = Counter()
    assert [counter.double(2), counter.double(2)] == [4, 4]
    assert counter.asked == 1


def test_other_arguments_are_another_question() -> None:
    counter = Counter()
    assert [counter.double(2), counter.double(3), counter.double(2, plus=1)] == [4, 6, 5]
    assert counter.asked == 3


def test_a_default_that_is_spelt_out_is_the_same_question() -> None:
    counter = Counter()
    assert [counter.double(2), counter.double(2, plus=0), counter.double(number=2)] == [4, 4, 4]
    assert counter.asked == 1


def test_a_new_revision_is_asked_anew() -> None:
    counter = Counter()
    counter.double(2)
    counter.now = 2
    counter.double(2)
    assert counter.asked == 2


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    counter = Counter(size=2)
    for number in (1, 2, 1, 3):  # 2 goes
        counter.double(number)
    counter.double(1)
    assert counter.asked == 3
    counter.double(2)
    assert counter.asked == 4
