"""Answers are remembered for as long as they hold."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.memo import Memo, long_remembered, remembered


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


def test_many_who_ask_at_once_have_it_worked_out_once() -> None:
    memo, asked, begun, go = Memo(), [], threading.Event(), threading.Event()

    def find() -> int:
        asked.append(1)
        begun.set()
        go.wait(10)
        return 7

    with ThreadPoolExecutor(8) as people:
        answers = [people.submit(memo.get, "key", find) for _ in range(8)]
        begun.wait(10)
        go.set()
        assert [answer.result(10) for answer in answers] == [7] * 8
    assert len(asked) == 1


def test_another_question_need_not_wait() -> None:
    memo, go = Memo(), threading.Event()
    with ThreadPoolExecutor(1) as people:
        slow = people.submit(memo.get, "slow", lambda: go.wait(10))
        assert memo.get("quick", lambda: 3) == 3
        go.set()
        assert slow.result(10)


def test_who_waits_for_an_answer_that_fails_hears_of_it_and_may_ask_again() -> None:
    memo, begun, go = Memo(), threading.Event(), threading.Event()

    def fail() -> int:
        begun.set()
        go.wait(10)
        raise KeyError("gone")

    with ThreadPoolExecutor(2) as people:
        answers = [people.submit(memo.get, "key", fail)]
        begun.wait(10)
        answers.append(people.submit(memo.get, "key", fail))
        go.set()
        for answer in answers:
            with pytest.raises(KeyError):
                answer.result(10)
    assert memo.get("key", lambda: 5) == 5


def test_a_question_and_what_it_asks_in_turn_are_of_one_revision() -> None:
    class Nested(Counter):
        def revision(self) -> int:
            self.now += 1  # whenever somebody looks, something has changed
            return self.now

        @remembered
        def outer(self) -> list[int]:
            return [self.double(1), self.double(1)]

    nested = Nested()
    assert nested.outer() == [2, 2]
    assert (nested.now, nested.asked) == (2, 1)
    nested.double(1)
    assert (nested.now, nested.asked) == (3, 2)


class Slow:
    """Long answers that tell when they have begun, and wait to be let go."""

    def __init__(self) -> None:
        self.memo, self.begun, self.go = Memo(), threading.Semaphore(0), threading.Semaphore(0)

    def revision(self) -> int:
        return 1

    @long_remembered
    def long(self, name: str) -> str:
        self.begun.release()
        self.go.acquire(timeout=10)
        return name

    @long_remembered
    def longer(self) -> str:
        return self.long("within") + "!"

    @remembered
    def short(self) -> str:
        return "short"

    @remembered
    def short_of_long(self) -> str:
        return self.long("below")

    @long_remembered
    def long_of_short(self) -> str:
        self.begun.release()
        self.go.acquire(timeout=10)
        return self.short_of_long()


def test_long_answers_are_worked_out_one_at_a_time_and_short_ones_meanwhile() -> None:
    slow = Slow()
    with ThreadPoolExecutor(3) as people:
        first = people.submit(slow.long, "a")
        assert slow.begun.acquire(timeout=10)
        second = people.submit(slow.long, "b")
        assert not slow.begun.acquire(timeout=0.2)  # it waits its turn
        assert slow.short() == "short"
        slow.go.release()
        assert first.result(10) == "a"
        assert slow.begun.acquire(timeout=10)
        assert people.submit(slow.long, "a").result(10) == "a"  # known: no turn is needed
        slow.go.release()
        assert second.result(10) == "b"


def test_a_long_answer_may_ask_for_another() -> None:
    slow = Slow()
    slow.go.release()
    with ThreadPoolExecutor(1) as people:
        assert people.submit(slow.longer).result(10) == "within!"


def test_answers_that_need_each_other_do_not_wait_for_ever() -> None:
    slow = Slow()
    with ThreadPoolExecutor(2) as people:
        outer = people.submit(slow.long_of_short)
        assert slow.begun.acquire(timeout=10)  # it has the turn
        inner = people.submit(slow.short_of_long)
        assert slow.begun.acquire(timeout=10)  # it needs none, as somebody may wait for what it is within
        for _ in range(2):
            slow.go.release()
        assert (outer.result(10), inner.result(10)) == ("below", "below")
