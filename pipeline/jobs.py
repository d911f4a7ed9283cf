"""Working off the job table: workers that claim jobs, and one child process for each job.

Three kinds of process: the *server* keeps the workers alive (`LocalExecutor`); a *worker* claims a job,
starts a *child* for it, passes the child's progress on to the catalogue and ends it when it must; the
child (`job_main`) does the work within limits on memory and time, so that a video that breaks a decoder
breaks nothing else. Each holds a pipe to the standard input of those it started: when it dies, however
it dies, they see the end of the pipe and stop too. The job table alone says what is to be done; any of
the three may be killed at any moment.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from pipeline.errors import Cancelled, GazeboardError
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue, Job, State

Progress = Callable[[str, float], None]
Handler = Callable[[Catalogue, Job, Progress], None]

PROGRAM: Final = (sys.executable, "-m", "pipeline")
NICENESS: Final = 10  # pages come first
POLL_S: Final = 0.2
IDLE_POLL_S: Final = 0.5
HEARTBEAT_S: Final = 0.5  # no more often than this, and only if there is news
KEEPALIVE_S: Final = 10.0  # no less often than this
RECOVER_S: Final = 5.0
COLLECT_S: Final = 600.0
STOPPED_STATUS: Final = 75  # EX_TEMPFAIL: nothing is wrong, the job may be run again

log = logging.getLogger("gazeboard.jobs")


@dataclass(frozen=True)
class Limits:
    """What one job may use. Far above what an hour of video needs, far below what stops the machine."""

    memory_bytes: int = 6 * 2**30
    cpu_s: int = 4 * 3600
    file_bytes: int = 16 * 2**30
    silence_s: float = 600.0  # without any progress


# The child


def job_main(
    data: Path,
    job_id: int,
    handlers: Mapping[str, Handler],
    *,
    attached: bool = False,
    limits: Limits = Limits(),
) -> int:
    """Do one job in this process and tell about it on standard output; returns the exit status.

    Parameters
    ----------
    handlers : what to call for each kind of job
    attached : whether to end as soon as standard input does, because the worker is gone then
    """
    channel = _private_stdout()
    if attached:
        when_input_ends(lambda: os._exit(STOPPED_STATUS))
    _limit_resources(limits)
    catalogue = Catalogue.open(data)
    job = catalogue.job(job_id)
    teller = _Teller(channel)
    try:
        handlers[job.kind](catalogue, job, teller.progress)
    except Cancelled:
        return STOPPED_STATUS
    except GazeboardError as error:
        log.warning("%s: refused (%s)", _name(job), type(error).__name__)
        teller.say(error=str(error))
        return 1
    except Exception as error:
        log.exception("%s: unexpected error", _name(job))
        stage = f" in stage {teller.stage}" if teller.stage else ""
        teller.say(error=f"Unexpected error{stage} ({type(error).__name__}).")
        return 1
    finally:
        catalogue.close()
    return 0


class _Teller:
    """Writes what the worker is to know, one JSON object a line; a few lines a second at most."""

    def __init__(self, channel: IO[str]) -> None:
        self.stage: str | None = None
        self._channel = channel
        self._next_at = 0.0

    def progress(self, stage: str, done: float) -> None:
        at = time.monotonic()
        if stage == self.stage and at < self._next_at:
            return
        self.stage, self._next_at = stage, at + HEARTBEAT_S / 2
        self.say(stage=stage, done=round(done, 4))

    def say(self, **what: Any) -> None:
        print(json.dumps(what), file=self._channel, flush=True)


def _private_stdout() -> IO[str]:
    """Standard output for the worker alone: whatever else prints, native libraries too, goes to stderr."""
    sys.stdout.flush()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return channel


def _limit_resources(limits: Limits) -> None:
    """Have the system refuse memory, time and file size beyond the limits, where it can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),  # a core dump would hold pictures of a face
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(kind, (allowed, hard))


# The worker


def worker_main(
    data: Path,
    *,
    until_idle: bool = False,
    attached: bool = False,
    program: Sequence[str] = PROGRAM,
    limits: Limits = Limits(),
) -> None:
    """Claim jobs and see to them until told to stop (SIGTERM, SIGINT).

    Parameters
    ----------
    until_idle : whether to return when no job waits
    attached : whether to stop as soon as standard input ends, because the server is gone then
    program : command line that runs `job_main`, to which ``job ID --data DIR --attached`` is added
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if attached:
        when_input_ends(stop.set)
    with suppress(AttributeError, OSError):  # Windows has no nice
        os.nice(NICENESS)
    catalogue = Catalogue.open(data)
    worker = _worker_name()
    recover_at = 0.0
    while not stop.is_set():
        if time.monotonic() >= recover_at:
            catalogue.requeue_expired(is_gone=is_gone)
            recover_at = time.monotonic() + RECOVER_S
        job = catalogue.claim(worker)
        if job is not None:
            _see_to(catalogue, job, worker, program, limits, stop)
        elif until_idle:
            break
        else:
            stop.wait(IDLE_POLL_S)
    catalogue.close()


def _see_to(
    catalogue: Catalogue,
    job: Job,
    worker: str,
    program: Sequence[str],
    limits: Limits,
    stop: threading.Event,
) -> None:
    """Run a claimed job in a child and note in the catalogue how it ended."""
    log.info("%s: attempt %d", _name(job), job.attempts)
    with _work_folder(catalogue.data, job) as folder:
        child = _Child(
            [*program, "job", str(job.job_id), "--data", str(catalogue.data), "--attached"], folder
        )
        try:
            why = _watch(child, catalogue, job, worker, limits, stop)
        finally:
            code = child.end()
    if why == _STOPPED or code == STOPPED_STATUS:
        catalogue.release(job.job_id, worker)
    elif why is not None:
        catalogue.crashed(job.job_id, worker, why)
    elif code == 0:
        catalogue.finish(job.job_id, worker)
    elif child.error is not None:
        catalogue.fail(job.job_id, worker, child.error)
    else:
        catalogue.crashed(job.job_id, worker, _how_it_ended(code))
    log.info("%s: ended (%s)", _name(job), why or code)


_STOPPED: Final = "the worker was stopped"
_LOST: Final = "the lease was lost"


def _watch(
    child: _Child, catalogue: Catalogue, job: Job, worker: str, limits: Limits, stop: threading.Event
) -> str | None:
    """Pass the child's progress on until it ends (None) or has to be ended (why)."""
    told: tuple[str | None, float] = (None, 0.0)
    told_at = time.monotonic()
    while child.is_running():
        if stop.wait(POLL_S):
            return _STOPPED
        at = time.monotonic()
        if at - child.heard_at > limits.silence_s:
            return f"no progress for {limits.silence_s / 60:.0f} minutes"
        news = (child.stage, child.done)
        if at - told_at >= (KEEPALIVE_S if news == told else HEARTBEAT_S):
            if not catalogue.heartbeat(job.job_id, worker, *news):
                return _LOST
            told, told_at = news, at
    return None


class _Child:
    """The process that does a job, and what it last said."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Start it; `folder` is where it finds its temporary files."""
        self.stage: str | None = None
        self.done = 0.0
        self.error: str | None = None
        self.heard_at = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(folder)},
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C is the server's business
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError):
                said = json.loads(line)
                self.stage, self.done = said.get("stage", self.stage), said.get("done", self.done)
                self.error = said.get("error", self.error)
                self.heard_at = time.monotonic()

    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self) -> int:
        """Kill it if it still runs; its exit status, when all that it said has been heard."""
        if self.is_running():
            self._process.kill()
        code = self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return code


@contextmanager
def _work_folder(data: Path, job: Job) -> Iterator[Path]:
    """A folder for the temporary files of one attempt, deleted afterwards however it ended."""
    folder = data / "work" / f"job-{job.job_id}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"its process ended with status {code}"
    if code == -signal.SIGKILL:
        return "its process was killed, perhaps for lack of memory"
    return f"its process was ended by {signal.Signals(-code).name}"


def _name(job: Job) -> str:
    return f"session {job.session_id}" if job.session_id else f"{job.kind} job {job.job_id}"


def _worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_gone(worker: str) -> bool:
    """Whether a worker is known to have died: only of this machine's own can that be told."""
    host, _, rest = worker.partition(":")
    if os.name != "posix" or host != socket.gethostname():
        return False
    try:
        os.kill(int(rest.partition(":")[0]), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, ValueError):
        return False
    return False


def when_input_ends(call: Callable[[], object]) -> None:
    """Call when standard input ends, that is when the process that holds the other end is gone."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        call()

    threading.Thread(target=wait, daemon=True).start()


# The server


def recover(data: Path) -> None:
    """Put right what a crash may have left: lost jobs, temporary files, files that no row names."""
    catalogue = Catalogue.open(data)
    catalogue.requeue_expired(is_gone=is_gone)
    _clean_work(catalogue, "*")
    the_bin.expire(catalogue)
    catalogue.collect_rubbish()
    catalogue.close()


def _clean_work(catalogue: Catalogue, which: str) -> None:
    """Delete temporary files, but not those of jobs that are running."""
    running = [job for job in catalogue.queue() if job.state is State.RUNNING]
    kept = tuple(f"job-{job.job_id}-" for job in running)
    for left in (catalogue.data / "work").glob(which):
        if left.is_dir() and not left.name.startswith(kept):
            shutil.rmtree(left, ignore_errors=True)
        elif not left.is_dir():
            left.unlink(missing_ok=True)


@dataclass
class _Slot:
    """One worker to be kept alive, and how long to wait before it is started anew."""

    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    delay_s: float = 1.0


@dataclass
class LocalExecutor:
    """Worker processes on this machine, for as long as this process lives.

    Parameters
    ----------
    data : the data folder
    workers : how many jobs run side by side
    program : command line that runs `worker_main`, to which ``work --data DIR --attached`` is added
    """

    data: Path
    workers: int
    program: Sequence[str] = PROGRAM
    _slots: list[_Slot] = field(default_factory=list, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Recover from whatever was before, then start the workers and keep them running."""
        recover(self.data)
        self._slots = [_Slot() for _ in range(self.workers)]
        self._thread = threading.Thread(target=self._keep, name="workers", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stop the workers; their jobs go back to the queue."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        processes = [slot.process for slot in self._slots if slot.process is not None]
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
        deadline = time.monotonic() + timeout_s
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _keep(self) -> None:
        """Start what is not running, again and again; collect rubbish and empty the bin now and then."""
        catalogue = Catalogue.open(self.data)
        collect_at = time.monotonic() + COLLECT_S
        while True:
            for slot in self._slots:
                self._tend(slot, catalogue)
            if time.monotonic() > collect_at:
                _clean_work(catalogue, "job-*")
                the_bin.expire(catalogue)
                catalogue.collect_rubbish()
                collect_at = time.monotonic() + COLLECT_S
            if self._stop.wait(POLL_S):
                break
        catalogue.close()

    def _tend(self, slot: _Slot, catalogue: Catalogue) -> None:
        at = time.monotonic()
        if slot.process is not None:
            code = slot.process.poll()
            if code is None:
                return
            log.warning("worker ended with status %d, another follows in %.0f s", code, slot.delay_s)
            assert slot.process.stdin is not None
            slot.process.stdin.close()
            slot.process = None
            slot.start_at = at + slot.delay_s
            slot.delay_s = 1.0 if at - slot.started_at > 60.0 else min(60.0, slot.delay_s * 2)
            catalogue.requeue_expired(is_gone=is_gone)
            _clean_work(catalogue, "job-*")
        if at >= slot.start_at:
            command = [*self.program, "work", "--data", str(self.data), "--attached"]
            slot.process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
            slot.started_at = at
