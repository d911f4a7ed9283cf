"""Twenty people at once, as the server sees them: what a real browser asked, asked again by each of them.

Each takes the steps of recorded journeys, thinks between them, and asks in a step what the browser asked, in
the same order: requests that it had sent side by side are sent side by side, those that waited for an answer
wait for it. A step takes from its first question to the last answer that the new page or picture needs; what
fills in below it later is asked for too, and told apart. The browser's own work is not in it.
"""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Response

from tests.served import Server

PEOPLE: Final = 20
THINK_S: Final = 3.0  # on average, between an answer and the next click; exponential
CONNECTIONS: Final = 6  # of a browser to one server
SEED: Final = 4


@dataclass(frozen=True)
class Question:
    """One request; `wave` counts how many answers of its step it had to wait for at least.

    `needed` tells whether the new page or picture is not there without its answer.
    """

    method: str
    path: str
    body: bytes
    wave: int
    needed: bool


@dataclass
class Journey:
    """The steps of one person, by name, with what the server was asked in each."""

    steps: list[tuple[str, list[Question]]] = field(default_factory=list)

    def add(self, name: str, answers: Sequence[Response], needed: Sequence[str]) -> None:
        """Remember a step from the answers that came in it; `needed` are outputs or beginnings of paths."""
        sent = sorted(answers, key=lambda answer: answer.request.timing["startTime"])
        questions, wave, ends = [], 0, np.inf
        for answer in sent:
            timing = answer.request.timing
            if timing["startTime"] > ends:
                wave, ends = wave + 1, np.inf
            ends = min(ends, timing["startTime"] + max(timing["responseEnd"], 0.0))
            url = urlsplit(answer.url)
            path = f"{url.path}?{url.query}" if url.query else url.path
            body = answer.request.post_data_buffer or b""
            counts = any(each in (body.decode("utf-8", "replace") or path) for each in needed)
            questions.append(Question(answer.request.method, path, body, wave, counts))
        self.steps.append((name, questions))


@dataclass
class Clicks:
    """Milliseconds of each step by its name, of all its answers, and of each request; and what was refused.

    `server_cpu_s` is the processor time that the server took meanwhile.
    """

    steps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    complete: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    server_cpu_s: float = np.nan

    @property
    def count(self) -> int:
        return sum(map(len, self.steps.values()))


@contextmanager
def crowd(server: Server, journeys: Sequence[Journey], people: int = PEOPLE) -> Iterator[Clicks]:
    """People who go on until the block ends; each on journeys of their own, one after the other."""
    clicks, stop, address = Clicks(), threading.Event(), server.address
    began_cpu_s = _cpu_s(server)
    own = [[each for each in journeys[k::people] if each.steps] for k in range(people)]
    threads = [
        threading.Thread(target=_person, args=(address, mine, number, clicks, stop), daemon=True)
        for number, mine in enumerate(own)
        if mine
    ]
    for thread in threads:
        thread.start()
    yield clicks
    stop.set()
    for thread in threads:
        thread.join()
    clicks.server_cpu_s = _cpu_s(server) - began_cpu_s


def _cpu_s(server: Server) -> float:
    """Processor time that the server has taken so far."""
    stat = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _person(
    address: str, journeys: Sequence[Journey], number: int, clicks: Clicks, stop: threading.Event
) -> None:
    rng = np.random.default_rng([SEED, number])
    with ThreadPoolExecutor(CONNECTIONS) as browser:
        while True:
            for journey in journeys:
                for name, questions in journey.steps:
                    if stop.wait(rng.exponential(THINK_S)):
                        return
                    start = time.perf_counter()
                    needed_s = _ask(address, questions, browser, clicks)
                    clicks.steps[name].append(1000 * (needed_s - start))
                    clicks.complete.append(1000 * (time.perf_counter() - start))


def _ask(address: str, questions: Sequence[Question], browser: ThreadPoolExecutor, clicks: Clicks) -> float:
    """All answers of a step; when the last of those came that are needed."""
    last = time.perf_counter()
    for wave in sorted({each.wave for each in questions}):
        now = [each for each in questions if each.wave == wave]
        asked = [browser.submit(_request, address, each, clicks) for each in now]
        came = [each.result() for each in asked]
        last = max([last, *(when for when, question in zip(came, now, strict=True) if question.needed)])
    return last


_kept: Any = threading.local()  # each thread's connection


def _request(address: str, question: Question, clicks: Clicks) -> float:
    """Ask it; when the answer was there."""
    host = urlsplit(address).netloc
    if getattr(_kept, "host", None) != host:
        _kept.host, _kept.connection = host, http.client.HTTPConnection(host, timeout=60)
    start = time.perf_counter()
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    _kept.connection.request(question.method, question.path, question.body or None, headers)
    answer = _kept.connection.getresponse()
    answer.read()
    end = time.perf_counter()
    clicks.requests.append(1000 * (end - start))
    if answer.status >= 400:
        clicks.failed.append(f"{answer.status} {question.path[:80]}")
    return end
