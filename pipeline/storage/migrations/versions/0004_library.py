"""Courses and slides in the bin, and what was put right of a session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("course", sa.Column("deleted_at", sa.DateTime()))
    op.add_column("slide", sa.Column("deleted_at", sa.DateTime()))
    op.add_column("session", sa.Column("correction", sa.JSON(none_as_null=True)))
