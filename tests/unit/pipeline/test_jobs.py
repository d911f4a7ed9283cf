"""What a worker makes of the ways in which a child can end, and what a child tells and may use.

Run as a program this file is a child with handlers that do what the job's payload says.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import jobs
from pipeline.errors import Cancelled, InputError
from pipeline.jobs import Job, Limits, LocalExecutor, Progress, is_gone, job_main, recover, worker_main
from pipeline.storage.catalogue import Catalogue, State
from pipeline.storage.job_table import MAX_ATTEMPTS

Work = Callable[..., None]

FAKE_CHILD = """
import json, os, signal, sys, time
tell = lambda **what: print(json.dumps(what), flush=True)
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def session_id(catalogue: Catalogue, tmp_path: Path) -> str:
    source = tmp_path / "session.zip"
    source.write_bytes(b"a recording")
    digest = hashlib.sha256(b"a recording").hexdigest()
    return catalogue.add_upload(source, sha256=digest, kind="package", name="session.zip")


@pytest.fixture
def work(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Lets a worker in this process do what waits; every child runs this script instead of a job."""
    monkeypatch.setattr(os, "nice", lambda by: by)
    monkeypatch.setattr(jobs, "POLL_S", 0.02)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(script: str, **options: Any) -> None:
        fake = tmp_path / "child.py"
        fake.write_text(FAKE_CHILD + script)
        worker_main(catalogue.data, until_idle=True, program=(sys.executable, "-S", str(fake)), **options)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_child_is_told_its_job_and_ends_well(catalogue: Catalogue, work: Work) -> None:
    job_id = catalogue.enqueue("demo", {})
    work("open(sys.argv[4] + '/told', 'w').write(' '.join(sys.argv[1:]))")
    told = (catalogue.data / "told").read_text()
    assert told == f"job {job_id} --data {catalogue.data} --attached"
    assert catalogue.job(job_id).state is State.DONE


def test_progress_reaches_the_catalogue_at_most_twice_a_second(
    catalogue: Catalogue, session_id: str, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str | None, float]] = []
    heartbeat = Catalogue.heartbeat

    def record(self: Catalogue, job_id: int, worker: str, stage: str | None, done: float) -> bool:
        told.append((stage, done))
        return heartbeat(self, job_id, worker, stage, done)

    monkeypatch.setattr(Catalogue, "heartbeat", record)
    started = time.monotonic()
    work("for i in range(60): print('noise {'); tell(stage='face', done=i / 60); time.sleep(0.02)")
    took_s = time.monotonic() - started
    assert 1 <= len(told) <= took_s / jobs.HEARTBEAT_S
    assert {stage for stage, _ in told} <= {"face", None}
    shares = [done for _, done in told]
    assert shares == sorted(shares)
    assert shares[-1] > 0.0


def test_an_error_that_the_child_tells_is_final(catalogue: Catalogue, session_id: str, work: Work) -> None:
    work("tell(error='session.json: expected a lesson, got none.'); sys.exit(1)")
    row = catalogue.session(session_id)
    assert (row.state, row.error) == (State.FAILED, "session.json: expected a lesson, got none.")
    assert catalogue.job(1).attempts == 1


@pytest.mark.parametrize(
    ("end", "how"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed, perhaps for lack of memory in stage face"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV in stage face"),
        ("os._exit(7)", "ended with status 7 in stage face"),
    ],
)
def test_a_child_that_dies_is_tried_three_times(
    catalogue: Catalogue,
    session_id: str,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    end: str,
    how: str,
) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_S", 0.0)
    work(f"tell(stage='face', done=0.5); time.sleep(0.2); {end}")
    row = catalogue.session(session_id)
    assert row.state is State.FAILED
    assert how in str(row.error)
    assert catalogue.job(1).attempts == MAX_ATTEMPTS


def test_a_silent_child_is_ended(catalogue: Catalogue, session_id: str, work: Work) -> None:
    started = time.monotonic()
    work("time.sleep(600)", limits=Limits(silence_s=0.3))
    assert time.monotonic() - started < 60
    assert "no progress" in str(catalogue.session(session_id).error)


def test_a_child_that_says_something_now_and_then_is_not_ended(
    catalogue: Catalogue, session_id: str, work: Work
) -> None:
    work("for i in range(18): tell(stage='face', done=i / 18); time.sleep(0.1)", limits=Limits(silence_s=1.6))
    assert catalogue.session(session_id).error == "The processing ended without a result."


def test_a_child_whose_lease_is_lost_is_ended_and_has_no_say(
    catalogue: Catalogue, session_id: str, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_S", 0.0)

    def lose(self: Catalogue, job_id: int, worker: str, stage: str | None, done: float) -> bool:
        self.requeue_expired(is_gone=lambda _: True)
        assert self.claim("another") is not None
        return False

    monkeypatch.setattr(Catalogue, "heartbeat", lose)
    work("tell(stage='face', done=0.5); time.sleep(60)")
    (job,) = catalogue.queue()
    assert (job.worker, job.state, job.attempts) == ("another", State.RUNNING, 2)


def test_a_worker_that_is_stopped_hands_its_job_back(
    catalogue: Catalogue, session_id: str, work: Work
) -> None:
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    work("open(sys.argv[4] + '/pid', 'w').write(str(os.getpid())); time.sleep(60)")
    timer.join()
    (job,) = catalogue.queue()
    assert (job.state, job.attempts) == (State.QUEUED, 0)
    assert catalogue.session(session_id).state is State.QUEUED
    with pytest.raises(ProcessLookupError):
        os.kill(int((catalogue.data / "pid").read_text()), 0)


def test_temporary_files_go_however_the_child_ends(catalogue: Catalogue, work: Work) -> None:
    catalogue.enqueue("demo", {})
    work(
        "open(os.environ['TMPDIR'] + '/face.webm', 'w').write('x')\n"
        "open(sys.argv[4] + '/told', 'w').write(os.environ['TMPDIR'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert (catalogue.data / "told").read_text().startswith(str(catalogue.data / "work/job-1-"))
    assert list((catalogue.data / "work").iterdir()) == []


# The child, in a process of its own


def _run_child(catalogue: Catalogue, payload: dict[str, Any]) -> tuple[int, list[Any], str]:
    """Exit status, what was said to the worker, what went to standard error."""
    job_id = catalogue.enqueue("demo", payload)
    ran = subprocess.run(
        [sys.executable, __file__, str(job_id), str(catalogue.data)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr


def test_a_child_tells_stages_and_nothing_else_gets_into_what_it_tells(catalogue: Catalogue) -> None:
    code, said, stderr = _run_child(catalogue, {"do": "chatter"})
    assert code == 0
    assert [line["stage"] for line in said] == ["ingest", "face"]
    assert "noise from a native library" in stderr


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("refuse", "timeline.csv: expected rows, got none."),
        ("bug", "Unexpected error in stage face (ZeroDivisionError)."),
        ("greed", "Unexpected error in stage face (MemoryError)."),
    ],
)
def test_a_child_tells_what_went_wrong(catalogue: Catalogue, what: str, told: str) -> None:
    code, said, stderr = _run_child(catalogue, {"do": what})
    assert (code, said[-1]) == (1, {"error": told})
    assert ("Traceback" in stderr) == (what != "refuse")
    assert "timeline.csv" not in stderr


def test_a_child_that_was_cancelled_may_run_again(catalogue: Catalogue) -> None:
    assert _run_child(catalogue, {"do": "cancel"})[0] == jobs.STOPPED_STATUS


def test_a_child_has_limits(catalogue: Catalogue) -> None:
    pytest.importorskip("resource", reason="Windows cannot limit a process in this way")
    _, said, _ = _run_child(catalogue, {"do": "limits"})
    assert said[-1]["stage"] == f"{2 * 2**30} 60 {2**20} 0"


def test_a_child_ends_when_its_worker_is_gone(catalogue: Catalogue) -> None:
    job_id = catalogue.enqueue("demo", {"do": "sleep"})
    child = subprocess.Popen(
        [sys.executable, __file__, str(job_id), str(catalogue.data), "--attached"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert any(b"asleep" in line for line in child.stdout)
    child.stdin.close()
    assert child.wait(120) == jobs.STOPPED_STATUS
    child.stdout.close()


# Recovery


def test_only_what_is_known_to_be_dead_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    here = socket.gethostname()
    assert is_gone(f"{here}:{ended.pid}:ab")
    assert not is_gone(f"{here}:{os.getpid()}:ab")
    assert not is_gone(f"{here}x:{ended.pid}:ab")
    assert not is_gone(f"{here}:not-a-number:ab")
    assert not is_gone("")


def test_recovery_keeps_the_temporary_files_of_running_jobs_only(
    catalogue: Catalogue, session_id: str
) -> None:
    dead = subprocess.Popen([sys.executable, "-S", "-c", ""])
    dead.wait()
    assert catalogue.claim(f"{socket.gethostname()}:{dead.pid}:ab") is not None
    running = catalogue.enqueue("demo", {})
    assert catalogue.claim(f"{socket.gethostname()}:{os.getpid()}:ab") is not None
    work = catalogue.data / "work"
    for name in (f"job-{running}-aa", f"job-{running}1-aa", "job-1-aa", "tmp1234"):
        (work / name).mkdir()
        (work / name / "face.webm").touch()
    (work / "stray").touch()
    recover(catalogue.data)
    assert [path.name for path in work.iterdir()] == [f"job-{running}-aa"]
    assert catalogue.session(session_id).state is State.QUEUED
    assert catalogue.job(running).state is State.RUNNING


def test_an_executor_starts_dead_workers_again_but_not_at_once(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = f"import time; open({str(starts)!r}, 'a').write(f'{{time.monotonic()}}\\n')"
    executor = LocalExecutor(tmp_path / "data", 1, (sys.executable, "-S", "-c", script))
    executor.start()
    deadline = time.monotonic() + 120
    while not starts.exists() or len(starts.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    executor.stop()
    first, second = (float(line) for line in starts.read_text().split()[:2])
    assert second - first > 0.9


def test_an_executor_that_stops_takes_its_workers_along(tmp_path: Path) -> None:
    """These do not heed the end of their input; the server does not wait for them for ever."""
    script = f"import os, time; open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w'); time.sleep(60)"
    executor = LocalExecutor(tmp_path / "data", 2, (sys.executable, "-S", "-c", script))
    executor.start()
    deadline = time.monotonic() + 120
    while len(pids := [int(path.name) for path in tmp_path.iterdir() if path.name.isdigit()]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    executor.stop(timeout_s=0.1)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _do(catalogue: Catalogue, job: Job, progress: Progress) -> None:
    progress("ingest", 0.0)
    progress("face", 0.0)
    match job.payload["do"]:
        case "chatter":
            for share in range(100):
                progress("face", share / 100)
            print("noise from a print")
            os.write(1, b"noise from a native library\n")
        case "refuse":
            raise InputError("timeline.csv", "rows", "none")
        case "bug":
            raise ZeroDivisionError
        case "greed":
            bytearray(3 * 2**30)
        case "cancel":
            raise Cancelled
        case "sleep":
            progress("asleep", 0.0)
            time.sleep(60)
        case "limits":
            import resource

            kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
            progress(" ".join(str(resource.getrlimit(kind)[0]) for kind in kinds), 0.0)


if __name__ == "__main__":
    sys.exit(
        job_main(
            Path(sys.argv[2]),
            int(sys.argv[1]),
            {"demo": _do},
            attached="--attached" in sys.argv,
            limits=Limits(memory_bytes=2 * 2**30, cpu_s=60, file_bytes=2**20),
        )
    )
