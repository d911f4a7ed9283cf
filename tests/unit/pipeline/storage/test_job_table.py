"""The job table: one holder at a time, for as long as it shows that it lives, and not for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.storage.catalogue import Catalogue, Job, NotFound, State
from pipeline.storage.job_table import LEASE, MAX_ATTEMPTS

Upload = Callable[..., str]
Together = Callable[[str, int, Path], list[str]]


def _claimed(catalogue: Catalogue, worker: str = "w") -> Job:
    job = catalogue.claim(worker)
    assert job is not None
    return job


def _after_the_lease() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + LEASE + dt.timedelta(seconds=1)


def test_jobs_are_claimed_oldest_first_and_once(catalogue: Catalogue) -> None:
    first = catalogue.enqueue("demo", {"students": 3})
    second = catalogue.enqueue("demo", {})
    job = _claimed(catalogue)
    assert (job.job_id, job.kind, dict(job.payload), job.attempts) == (first, "demo", {"students": 3}, 1)
    assert _claimed(catalogue, "v").job_id == second
    assert catalogue.claim("u") is None


def test_jobs_that_people_wait_for_go_before_the_demo(catalogue: Catalogue, upload: Upload) -> None:
    catalogue.enqueue("demo", {})
    session_id = upload()
    assert [_claimed(catalogue).session_id, _claimed(catalogue).session_id] == [session_id, None]


def test_a_claim_and_its_heartbeats_show_on_the_session(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    job = _claimed(catalogue)
    assert catalogue.session(session_id).state is State.RUNNING
    assert catalogue.heartbeat(job.job_id, "w", "face", 0.25)
    row = catalogue.session(session_id)
    assert (row.stage, row.progress) == ("face", 0.25)
    (queued,) = catalogue.queue()
    assert (queued.stage, queued.progress, queued.worker) == ("face", 0.25, "w")


CLAIM_ALL = """
import sys
from pathlib import Path
from pipeline.storage.catalogue import Catalogue
catalogue = Catalogue.open(Path(sys.argv[1]))
# go
while (job := catalogue.claim(sys.argv[2])) is not None:
    print(job.job_id)
"""


def test_four_processes_never_claim_the_same_job(catalogue: Catalogue, together: Together) -> None:
    ids = [catalogue.enqueue("demo", {}) for _ in range(40)]
    answers = together(CLAIM_ALL, 4, catalogue.data)
    assert sorted(int(job_id) for answer in answers for job_id in answer.split()) == ids


def test_a_job_whose_lease_ran_out_is_queued_again(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    job = _claimed(catalogue)
    assert catalogue.requeue_expired() == []
    assert catalogue.requeue_expired(_after_the_lease()) == [job.job_id]
    assert catalogue.session(session_id).state is State.QUEUED
    assert not catalogue.heartbeat(job.job_id, "w", "face", 0.5)
    assert _claimed(catalogue, "v").attempts == 2
    assert not catalogue.heartbeat(job.job_id, "w", "face", 0.5)
    assert catalogue.heartbeat(job.job_id, "v", "face", 0.5)


def test_a_heartbeat_renews_the_lease(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.enqueue("demo", {})
    job = _claimed(catalogue)
    later = dt.datetime.now(dt.UTC) + LEASE / 2
    monkeypatch.setattr("pipeline.storage.job_table.now", lambda: later)
    assert catalogue.heartbeat(job.job_id, "w", None, 0.0)
    assert catalogue.requeue_expired(_after_the_lease()) == []
    assert catalogue.requeue_expired(_after_the_lease() + LEASE) == [job.job_id]


def test_the_job_of_a_worker_that_is_gone_need_not_wait_for_the_lease(catalogue: Catalogue) -> None:
    dead, alive = catalogue.enqueue("demo", {}), catalogue.enqueue("demo", {})
    _claimed(catalogue, "dead")
    _claimed(catalogue, "alive")
    assert catalogue.requeue_expired(is_gone=lambda worker: worker == "dead") == [dead]
    assert [(job.job_id, job.state) for job in catalogue.queue()] == [
        (dead, State.QUEUED),
        (alive, State.RUNNING),
    ]


def test_a_former_holder_has_no_say(catalogue: Catalogue, upload: Upload) -> None:
    upload()
    job = _claimed(catalogue, "old")
    catalogue.requeue_expired(_after_the_lease())
    _claimed(catalogue, "new")
    catalogue.fail(job.job_id, "old", "nonsense")
    catalogue.finish(job.job_id, "old")
    catalogue.crashed(job.job_id, "old", "nonsense")
    catalogue.release(job.job_id, "old")
    (held,) = catalogue.queue()
    assert (held.state, held.worker, held.attempts) == (State.RUNNING, "new", 2)


def test_a_job_that_keeps_killing_its_worker_is_given_up(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    for _ in range(MAX_ATTEMPTS):
        job = _claimed(catalogue)
        catalogue.heartbeat(job.job_id, "w", "face", 0.1)
        catalogue.crashed(job.job_id, "w", "its process was ended by SIGSEGV")
    assert catalogue.claim("w") is None
    row = catalogue.session(session_id)
    assert row.state is State.FAILED
    assert row.error == "Tried 3 times, given up: its process was ended by SIGSEGV in stage face."


def test_a_job_whose_worker_vanishes_each_time_is_given_up(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    for _ in range(MAX_ATTEMPTS):
        _claimed(catalogue)
        catalogue.requeue_expired(_after_the_lease())
    assert catalogue.session(session_id).state is State.FAILED
    assert "vanished" in str(catalogue.session(session_id).error)


def test_being_stopped_is_no_attempt(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    for _ in range(MAX_ATTEMPTS + 1):
        job = _claimed(catalogue)
        assert job.attempts == 1
        catalogue.release(job.job_id, "w")
    assert catalogue.session(session_id).state is State.QUEUED


def test_a_failure_is_told_and_is_final(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    job = _claimed(catalogue)
    catalogue.fail(job.job_id, "w", "timeline.csv, row 3: expected a time, got 'x'.")
    row = catalogue.session(session_id)
    assert (row.state, row.error) == (State.FAILED, "timeline.csv, row 3: expected a time, got 'x'.")
    assert catalogue.job(job.job_id).state is State.FAILED
    assert catalogue.claim("w") is None


def test_a_failed_session_can_be_tried_again(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    job = _claimed(catalogue)
    catalogue.fail(job.job_id, "w", "the disk is full")
    catalogue.process_again(session_id)
    assert _claimed(catalogue).session_id == session_id
    row = catalogue.session(session_id)
    assert (row.state, row.error) == (State.RUNNING, None)


def test_a_job_without_a_session_ends_well(catalogue: Catalogue) -> None:
    job_id = catalogue.enqueue("demo", {})
    _claimed(catalogue)
    catalogue.finish(job_id, "w")
    assert catalogue.job(job_id).state is State.DONE
    assert catalogue.queue() == []


def test_a_session_job_that_published_nothing_has_failed(catalogue: Catalogue, upload: Upload) -> None:
    session_id = upload()
    catalogue.finish(_claimed(catalogue).job_id, "w")
    row = catalogue.session(session_id)
    assert (row.state, row.error) == (State.FAILED, "The processing ended without a result.")


def test_a_job_that_has_published_still_belongs_to_its_worker(
    catalogue: Catalogue, upload: Upload, finish: Callable[[str], None]
) -> None:
    """Else the worker would kill the child that has just succeeded."""
    session_id = upload()
    job = _claimed(catalogue)
    finish(session_id)
    assert catalogue.heartbeat(job.job_id, "w", "store", 1.0)
    catalogue.finish(job.job_id, "w")
    row = catalogue.session(session_id)
    assert (row.state, row.stage) == (State.DONE, None)


def test_unknown_jobs_are_not_found(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match="42"):
        catalogue.job(42)
