"""Remembering answers until what they were drawn from changes."""

from __future__ import annotations

import functools
import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

ANSWERS_MAX = 256

P = ParamSpec("P")
R = TypeVar("R")


class Memo:
    """The answers asked for last, by their key; safe among threads. What it holds is never to be changed."""

    def __init__(self, size: int = ANSWERS_MAX) -> None:
        self._size, self._lock = size, threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, find: Callable[[], R]) -> R:
        """The answer under this key, found now if it is not there yet."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                answer: R = self._answers[key]
                return answer
        answer = find()
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
        return answer

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()


class Remembering(Protocol):
    """Something whose answers hold for as long as its revision does."""

    memo: Memo

    def revision(self) -> Hashable: ...


S = TypeVar("S", bound=Remembering)


def remembered(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method whose answer is kept for its (hashable) arguments and the revision of its object."""
    signature = inspect.signature(method)

    @functools.wraps(method)
    def ask(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        asked = signature.bind(self, *args, **kwargs)
        asked.apply_defaults()  # a default that is spelt out is the same question
        key = (method.__name__, asked.args[1:], tuple(asked.kwargs.items()), self.revision())
        return self.memo.get(key, lambda: method(self, *args, **kwargs))

    return ask
