"""Remembering answers until what they were drawn from changes."""

from __future__ import annotations

import functools
import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

ANSWERS_MAX = 512

P = ParamSpec("P")
R = TypeVar("R")


class Memo:
    """The answers asked for last, by their key; safe among threads. What it holds is never to be changed."""

    def __init__(self, size: int = ANSWERS_MAX) -> None:
        self._size, self._lock = size, threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._coming: dict[Hashable, Future[Any]] = {}

    def get(self, key: Hashable, find: Callable[[], R]) -> R:
        """The answer under this key, found now if need be; who else asks meanwhile waits for it."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                answer: R = self._answers[key]
                return answer
            coming = self._coming.get(key)
            if coming is None:
                self._coming[key] = Future()
        if coming is not None:
            found: R = coming.result()
            return found
        return self._find(key, find)

    def _find(self, key: Hashable, find: Callable[[], R]) -> R:
        try:
            answer = find()
        except BaseException as error:
            with self._lock:
                self._coming.pop(key).set_exception(error)
            raise
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
            self._coming.pop(key).set_result(answer)
        return answer

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._answers

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
    return _remembered(method, nullcontext)


def long_remembered(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """The same for an answer that takes long and that nobody's page waits for to be of use.

    Only one such answer is worked out at a time: Python has one processor for all, which those who wait for
    a picture would otherwise have to share with everybody's long answers.
    """
    return _remembered(method, lambda: _LONG)


_LONG = threading.Lock()


def _remembered(
    method: Callable[Concatenate[S, P], R], turn: Callable[[], AbstractContextManager[Any]]
) -> Callable[Concatenate[S, P], R]:
    signature = inspect.signature(method)

    @functools.wraps(method)
    def ask(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        asked = signature.bind(self, *args, **kwargs)
        asked.apply_defaults()  # a default that is spelt out is the same question
        within = _answering.get() is not None  # then nobody may wait: who has the turn may need that answer
        with _one_revision(self) as revision:
            key = (method.__name__, asked.args[1:], tuple(asked.kwargs.items()), revision)
            with nullcontext() if within or key in self.memo else turn():
                return self.memo.get(key, lambda: method(self, *args, **kwargs))

    return ask


_answering: ContextVar[tuple[Remembering, Hashable] | None] = ContextVar("_answering", default=None)


@contextmanager
def _one_revision(asked: Remembering) -> Iterator[Hashable]:
    """The revision of an object, looked up once for a question and all that it asks in turn."""
    outer = _answering.get()
    revision = outer[1] if outer is not None and outer[0] is asked else asked.revision()
    token = _answering.set((asked, revision))
    try:
        yield revision
    finally:
        _answering.reset(token)
