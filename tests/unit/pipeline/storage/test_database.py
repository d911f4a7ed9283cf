"""The schema: what the migrations build, by whom and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.errors import InputError, StorageError
from pipeline.storage import database
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.schema import SCHEMA_REVISION, change, metadata

Together = Callable[[str, int, Path], list[str]]


def test_migrations_build_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_schema_revision_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_REVISION]


def test_connections_are_durable_and_concurrent(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


OPEN = """
import sys
from pathlib import Path
from pipeline.storage.catalogue import Catalogue
# go
Catalogue.open(Path(sys.argv[1])).close()
"""


def test_several_processes_may_open_a_new_catalogue_at_once(tmp_path: Path, together: Together) -> None:
    together(OPEN, 3, tmp_path)
    catalogue = Catalogue.open(tmp_path)
    assert catalogue.revision() == 0
    catalogue.close()


def test_a_catalogue_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Catalogue.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StorageError, match="9999"):
        Catalogue.open(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="cannot be opened"):
        Catalogue.open(tmp_path)


def test_a_file_in_the_place_of_the_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(InputError, match="data: expected a folder that can be written to, got File exists"):
        Catalogue.open(tmp_path / "data")


def test_writers_that_read_first_wait_for_one_another(tmp_path: Path) -> None:
    """With a plain BEGIN, what the second has read is out of date and its writing fails at once."""
    engine = database.connect(f"sqlite:///{tmp_path / 'new.sqlite'}")

    def count(_: int) -> None:
        for _ in range(20):
            with database.for_writing(engine).begin() as connection:
                changes = connection.execute(sa.select(change.c.changes)).scalar_one()
                connection.execute(sa.update(change).values(changes=changes + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with engine.begin() as connection:
        assert connection.execute(sa.select(change.c.changes)).scalar_one() == 80
    engine.dispose()


def test_json_has_no_numpy_and_no_nan() -> None:
    value = {"a": np.float32(0.5), "b": [float("nan"), np.int64(3)], "c": (np.array([1.0, np.inf]),)}
    assert database._to_json(value) == '{"a": 0.5, "b": [null, 3], "c": [[1.0, null]]}'
