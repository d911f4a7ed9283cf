"""One database for many processes: how connections behave, and the schema brought up to date."""

from __future__ import annotations

import json
import math
import sqlite3
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from pipeline.errors import StorageError
from pipeline.storage.schema import SCHEMA_REVISION

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S: Final = 30.0
_MIGRATION_LOCK: Final = 7_215_001  # any number, the same in every process (PostgreSQL's advisory lock)


def connect(url: str) -> sa.Engine:
    """An engine for the catalogue at this URL, its schema up to date.

    Raises
    ------
    StorageError : the database cannot be reached, or was written by a newer version
    """
    engine = sa.create_engine(url, json_serializer=_to_json)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    try:
        _migrate(engine)
    except sa.exc.DBAPIError as error:
        raise StorageError(f"The catalogue cannot be opened: {error.orig}") from error
    return engine


def for_writing(engine: sa.Engine) -> sa.Engine:
    """The same engine, its transactions taking the write lock when they begin.

    A SQLite transaction that starts by reading and then wants to write fails at once if another wrote in
    between, whatever the busy timeout; one that asks first waits its turn.
    """
    return engine.execution_options(writes=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own, half-automatic BEGIN stays out of the way
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: sa.Engine) -> None:
    """Run the migrations that are missing, one process at a time, all in one transaction."""
    if _schema_revision(engine) == SCHEMA_REVISION:
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with for_writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(f"The catalogue's schema is not one this version knows: {error}") from error


def _schema_revision(engine: sa.Engine) -> str | None:
    if not sa.inspect(engine).has_table("alembic_version"):
        return None
    with engine.begin() as connection:
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _to_json(value: Any) -> str:
    return json.dumps(_plain(value), allow_nan=False, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """NumPy scalars as Python's own, and what is not a number as null, which is how we write missing."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
