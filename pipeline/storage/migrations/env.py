"""What Alembic runs: the migrations, in the connection and the transaction that `database` opened."""

from __future__ import annotations

from alembic import context

from pipeline.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
