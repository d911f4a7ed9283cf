"""Killed at any moment, the next start finds every session either whole or queued again.

Run as a program this file is what is killed: a server, its worker and its child around a slow job.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from pipeline.domain import SESSION_TABLES, Screen, SessionHeader, empty
from pipeline.jobs import LocalExecutor, Progress, job_main, recover, worker_main
from pipeline.storage.catalogue import Catalogue, Job, SessionRow, State
from pipeline.storage.lake import verify, write_revision

PROGRAM = (sys.executable, __file__)
HEADER = SessionHeader("physics", "optics", "S01", None, Screen(1920, 1080, 344.0, 194.0))
CRASHED = 9
DENSITY = pd.DataFrame({"slide_id": ["a", "b"], "cell": [3, 4], "seconds": [0.5, 1.0]})


def _add(catalogue: Catalogue, source: Path) -> str:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    return catalogue.add_upload(source, sha256=digest, kind="package", name=source.name)


def _finish(catalogue: Catalogue, session_id: str) -> None:
    tables = {name: empty(columns) for name, columns in SESSION_TABLES.items()} | {"density": DENSITY}
    files = write_revision(catalogue.lake, session_id, 1, tables)
    catalogue.publish(session_id, files, HEADER, {"accuracy_deg": 1.0}, {})


# A crash between every two steps


def _crash_at(number: int) -> None:
    """End this process for good just before its numberth step that touches the disk."""
    steps = iter(range(1, number + 1))

    def step(*_: object) -> None:
        if next(steps) == number:
            os._exit(CRASHED)

    def before(owner: object, name: str) -> None:
        real = getattr(owner, name)
        setattr(owner, name, lambda *given, **named: (step(), real(*given, **named))[1])

    before(os, "fsync")
    for name in ("mkdir", "rename", "unlink"):
        before(Path, name)
    sa.event.listen(sa.Engine, "commit", step)


def _crash_everywhere(scratch: Path) -> int:
    """Upload one session and publish another, crashing at each step in turn; the number of steps."""
    prepared = scratch / "prepared"
    catalogue = Catalogue.open(prepared)
    source = scratch / "first.zip"
    source.write_bytes(b"first")
    first = _add(catalogue, source)
    assert catalogue.claim(f"{socket.gethostname()}:{_dead_pid()}:0") is not None
    catalogue.close()
    number = 0
    while True:
        number += 1
        data = shutil.copytree(prepared, scratch / f"crash-{number}")
        (data / "second.zip").write_bytes(b"second")
        process = os.fork()
        if process == 0:
            _upload_and_publish(data, first, number)
        ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        _check_recovered(data, first, ended)
        shutil.rmtree(data)
        if ended == 0:
            return number


def _upload_and_publish(data: Path, first: str, crash_at: int) -> None:
    """What is interrupted. Never returns."""
    catalogue = Catalogue.open(data)
    _crash_at(crash_at)
    try:
        _add(catalogue, data / "second.zip")
        os.close(os.open(data / "acknowledged", os.O_CREAT))
        _finish(catalogue, first)
    except StopIteration:  # the steps are counted out, and yet there was no crash: a mistake in here
        os._exit(1)
    os._exit(0)


def _check_recovered(data: Path, first: str, ended: int) -> None:
    assert ended in (0, CRASHED), ended
    recover(data)
    catalogue = Catalogue.open(data)
    catalogue.collect_rubbish(older_than_s=-1)
    rows = {row.session_id: row for row in catalogue.sessions()}
    _check_whole_or_queued(catalogue, rows[first], b"first")
    others = [row for row in rows.values() if row.session_id != first]
    assert others or not (data / "acknowledged").exists(), "an acknowledged upload was lost"
    for row in others:
        _check_whole_or_queued(catalogue, row, b"second")
    named = {file.path for row in rows.values() for file in row.files.values()}
    named |= {row.upload for row in rows.values() if row.upload}
    held = {path for folder in ("uploads", "lake") for path in (data / folder).rglob("*") if path.is_file()}
    assert held == named
    for row in rows.values():
        if row.state is State.QUEUED:
            _finish(catalogue, row.session_id)
        verify(catalogue.session(row.session_id).files)
    assert catalogue.queue() == []
    catalogue.close()


def _check_whole_or_queued(catalogue: Catalogue, row: SessionRow, content: bytes) -> None:
    waiting = [job.session_id for job in catalogue.queue() if job.state is State.QUEUED]
    if row.state is State.DONE:
        verify(row.files)
        assert (len(row.files), row.upload, row.revision) == (len(SESSION_TABLES), None, 1)
        assert row.session_id not in waiting
    else:
        assert row.state is State.QUEUED
        assert row.upload is not None
        assert row.upload.read_bytes() == content
        assert waiting.count(row.session_id) == 1


def _dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which this system lacks")
def test_a_crash_between_any_two_steps_leaves_sessions_whole_or_queued(tmp_path: Path) -> None:
    ran = subprocess.run([*PROGRAM, "crash", str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) >= 18


# Processes killed in the middle of a job


def _slow_process(catalogue: Catalogue, job: Job, progress: Progress) -> None:
    """Tells who is at work, then hangs as long as the file ``hang`` is there, then publishes."""
    (Path(tempfile.gettempdir()) / "unpacked").touch()
    progress("face", 0.25)
    told = catalogue.data / "pids.new"
    told.write_text(f"{os.getpid()} {os.getppid()}")
    told.rename(catalogue.data / "pids")
    while (catalogue.data / "hang").exists():
        time.sleep(0.02)
    _finish(catalogue, str(job.session_id))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a server on the data folder; whatever still runs is killed at the end."""
    servers = []

    def start() -> subprocess.Popen[bytes]:
        servers.append(subprocess.Popen([*PROGRAM, "serve", "--data", str(tmp_path / "data")]))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
        server.wait()


def _wait_for(what: Callable[[], bool], timeout_s: float = 120.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("victim", ["child", "worker", "server"])
def test_a_job_is_finished_whoever_is_killed(
    tmp_path: Path, serve: Callable[[], subprocess.Popen[bytes]], victim: str
) -> None:
    catalogue = Catalogue.open(tmp_path / "data")
    hang, pids = catalogue.data / "hang", catalogue.data / "pids"
    hang.touch()
    source = tmp_path / "session.zip"
    source.write_bytes(b"a recording")
    session_id = _add(catalogue, source)
    server = serve()
    _wait_for(lambda: pids.exists() and catalogue.session(session_id).stage == "face")
    child, worker = (int(pid) for pid in pids.read_text().split())
    assert len(list((catalogue.data / "work").glob("job-1-*/unpacked"))) == 1
    os.kill({"child": child, "worker": worker, "server": server.pid}[victim], signal.SIGKILL)
    hang.unlink()
    if victim == "server":
        server.wait()
        _wait_for(lambda: not _is_alive(worker) and not _is_alive(child))
        server = serve()
    _wait_for(lambda: catalogue.session(session_id).state is State.DONE)
    _wait_for(lambda: not _is_alive(child))
    row = catalogue.session(session_id)
    verify(row.files)
    assert row.revision == 1
    assert catalogue.queue() == []
    assert int(pids.read_text().split()[0]) != child
    _wait_for(lambda: not list((catalogue.data / "work").iterdir()))
    server.terminate()
    assert server.wait(15) == 0
    catalogue.close()


def _serve(data: Path) -> None:
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    executor = LocalExecutor(data, 1, PROGRAM)
    executor.start()
    told_to_stop.wait()
    executor.stop()


def _main(command: str, *rest: str) -> int:
    if command == "crash":
        print(_crash_everywhere(Path(rest[0])))
        return 0
    data = Path(rest[rest.index("--data") + 1])
    if command == "serve":
        _serve(data)
    elif command == "work":
        worker_main(data, attached="--attached" in rest, program=PROGRAM)
    else:
        return job_main(data, int(rest[0]), {"process": _slow_process}, attached="--attached" in rest)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
