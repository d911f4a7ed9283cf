"""The job table: the truth about what is to be done, and by whom just now.

A claim is a lease. Whoever holds it says so again before it runs out (`heartbeat`); otherwise the job goes
back to the queue and a later "finish" of the former holder has no effect. A job whose holder vanished
`MAX_ATTEMPTS` times is failed: most likely it is the job that kills it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from pipeline.storage.rows import Job, State
from pipeline.storage.schema import job, now, session

LEASE: Final = dt.timedelta(seconds=60)
MAX_ATTEMPTS: Final = 3
_COLUMNS: Final = [job.c[name] for name in Job.__dataclass_fields__]


def insert(
    connection: sa.Connection, kind: str, payload: Mapping[str, Any], session_id: str | None = None
) -> int:
    """Put a job at the end of the queue and return its id."""
    result = connection.execute(
        sa.insert(job)
        .values(
            kind=kind,
            payload=dict(payload),
            session_id=session_id,
            state=State.QUEUED,
            attempts=0,
            progress=0.0,
            created_at=now(),
        )
        .returning(job.c.job_id)
    )
    return int(result.scalar_one())


def claim(connection: sa.Connection, worker: str) -> Job | None:
    """Take the oldest queued job; None if there is none. Of several who ask at once only one gets it.

    Jobs of a session go before jobs of none (the demo's rendering): people wait for them.
    """
    queued = sa.select(job.c.job_id).where(job.c.state == State.QUEUED, _not_in_bin())
    oldest = queued.order_by(job.c.session_id.is_(None), job.c.job_id).limit(1).scalar_subquery()
    claimed = connection.execute(
        sa.update(job)
        .where(job.c.job_id == oldest, job.c.state == State.QUEUED)
        .values(
            state=State.RUNNING,
            worker=worker,
            lease_until=now() + LEASE,
            attempts=job.c.attempts + 1,
            stage=None,
            progress=0.0,
        )
        .returning(*_COLUMNS)
    ).one_or_none()
    if claimed is None:
        return None
    taken = _job_from(claimed)
    _set_session(
        connection, taken, state=State.RUNNING, stage=None, progress=0.0, error=None, started_at=now()
    )
    return taken


def heartbeat(
    connection: sa.Connection, job_id: int, worker: str, stage: str | None, progress: float
) -> bool:
    """Renew the lease and note how far the job is; False if it is not this worker's any more.

    A job that its own result has already finished (see `finish_of_session`) still counts as the worker's.
    """
    mine = sa.and_(
        job.c.job_id == job_id, job.c.worker == worker, job.c.state.in_((State.RUNNING, State.DONE))
    )
    renewed = connection.execute(
        sa.update(job)
        .where(mine)
        .values(lease_until=now() + LEASE, stage=stage, progress=progress)
        .returning(*_COLUMNS)
    ).one_or_none()
    if renewed is None:
        return False
    if renewed.state == State.RUNNING:
        _set_session(connection, _job_from(renewed), stage=stage, progress=progress)
    return True


def finish(connection: sa.Connection, job_id: int, worker: str) -> bool:
    """Mark this worker's job done. Where it was to publish a session and has not, it failed."""
    held = _held(connection, job.c.job_id == job_id, job.c.worker == worker)
    for each in held:
        if each.session_id is not None:
            _give_up(connection, each, "The processing ended without a result.")
        else:
            _set_done(connection, job.c.job_id == job_id)
    return bool(held)


def finish_of_session(connection: sa.Connection, session_id: str) -> None:
    """Mark the jobs of a session done, in the transaction that publishes what they were to bring."""
    _set_done(connection, job.c.session_id == session_id)


def fail(connection: sa.Connection, job_id: int, worker: str, message: str) -> bool:
    """Give up this worker's job: trying again would bring the same."""
    held = _held(connection, job.c.job_id == job_id, job.c.worker == worker)
    for each in held:
        _give_up(connection, each, message)
    return bool(held)


def release(connection: sa.Connection, job_id: int, worker: str) -> bool:
    """Hand this worker's job back unharmed: the worker is being stopped, the attempt does not count."""
    held = _held(connection, job.c.job_id == job_id, job.c.worker == worker)
    for each in held:
        _queue_again(connection, each, attempts=each.attempts - 1)
    return bool(held)


def crashed(connection: sa.Connection, job_id: int, worker: str, how: str) -> bool:
    """This worker's job ended its process: once more, or given up with `how` if that was the last try."""
    held = _held(connection, job.c.job_id == job_id, job.c.worker == worker)
    for each in held:
        _again_or_give_up(connection, each, how)
    return bool(held)


def requeue_lost(connection: sa.Connection, at: dt.datetime, is_gone: Callable[[str], bool]) -> list[int]:
    """Queue again every running job whose lease is over, or whose worker `is_gone`; returns their ids."""
    over = {each.job_id for each in _held(connection, job.c.lease_until <= at)}
    lost = [each for each in _held(connection) if each.job_id in over or is_gone(each.worker or "")]
    for each in lost:
        _again_or_give_up(connection, each, "its process vanished")
    return [each.job_id for each in lost]


def unfinished(connection: sa.Connection) -> list[Job]:
    """The jobs that run or wait, in the order in which they will be or were taken.

    Those of sessions in the bin rest until these are restored.
    """
    query = sa.select(*_COLUMNS).where(job.c.state.in_((State.QUEUED, State.RUNNING)), _not_in_bin())
    return [_job_from(row) for row in connection.execute(query.order_by(job.c.job_id))]


def one(connection: sa.Connection, job_id: int) -> Job | None:
    row = connection.execute(sa.select(*_COLUMNS).where(job.c.job_id == job_id)).one_or_none()
    return None if row is None else _job_from(row)


def _not_in_bin() -> sa.ColumnElement[bool]:
    binned = sa.select(session.c.session_id).where(session.c.deleted_at.is_not(None))
    return job.c.session_id.is_(None) | job.c.session_id.not_in(binned)


def _held(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Job]:
    query = sa.select(*_COLUMNS).where(job.c.state == State.RUNNING, *where)
    return [_job_from(row) for row in connection.execute(query)]


def _set_done(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    connection.execute(
        sa.update(job)
        .where(which, job.c.state.in_((State.QUEUED, State.RUNNING)))
        .values(state=State.DONE, progress=1.0, error=None, finished_at=now())
    )


def _again_or_give_up(connection: sa.Connection, each: Job, how: str) -> None:
    if each.attempts < MAX_ATTEMPTS:
        _queue_again(connection, each, attempts=each.attempts)
    else:
        stage = f" in stage {each.stage}" if each.stage else ""
        _give_up(connection, each, f"Tried {each.attempts} times, given up: {how}{stage}.")


def _queue_again(connection: sa.Connection, each: Job, attempts: int) -> None:
    connection.execute(
        sa.update(job)
        .where(job.c.job_id == each.job_id)
        .values(state=State.QUEUED, attempts=attempts, worker=None, lease_until=None, progress=0.0)
    )
    _set_session(connection, each, state=State.QUEUED, stage=None, progress=0.0)


def _give_up(connection: sa.Connection, each: Job, message: str) -> None:
    connection.execute(
        sa.update(job)
        .where(job.c.job_id == each.job_id)
        .values(state=State.FAILED, error=message, finished_at=now())
    )
    _set_session(connection, each, state=State.FAILED, error=message, finished_at=now())


def _set_session(connection: sa.Connection, each: Job, **values: Any) -> None:
    if each.session_id is not None:
        connection.execute(sa.update(session).where(session.c.session_id == each.session_id).values(**values))


def _job_from(row: sa.Row[Any]) -> Job:
    return Job(**{**row._mapping, "state": State(row.state)})
