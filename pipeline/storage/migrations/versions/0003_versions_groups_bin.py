"""Versions of slides, who drew regions, groups of students, and a bin."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ALWAYS = dt.datetime(1970, 1, 1)  # naive UTC, as the catalogue stores times


def upgrade() -> None:
    op.add_column("aoi_set", sa.Column("author", sa.Text()))
    op.add_column("lesson", sa.Column("deleted_at", sa.DateTime()))
    op.add_column("session", sa.Column("deleted_at", sa.DateTime()))
    op.add_column("slide", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    _keep_pictures()
    op.create_table(
        "student_group",
        sa.Column("group_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name="pk_student_group"),
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.String(64), nullable=False),
        sa.Column("student", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["student_group.group_id"], name="fk_group_member_group_id_student_group"
        ),
        sa.PrimaryKeyConstraint("group_id", "student", name="pk_group_member"),
    )


def _keep_pictures() -> None:
    """The picture each slide has is its first version."""
    versions = op.create_table(
        "slide_version",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("lesson_id", sa.String(64), nullable=False),
        sa.Column("slide_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("aoi_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["lesson.course_id", "lesson.lesson_id"],
            name="fk_slide_version_course_id_lesson_id_lesson",
        ),
        sa.PrimaryKeyConstraint("course_id", "lesson_id", "slide_id", "version", name="pk_slide_version"),
    )
    kept = ("course_id", "lesson_id", "slide_id", "file", "width_px", "height_px", "aoi_version")
    slide = sa.table("slide", *(sa.column(name) for name in kept))
    rows = op.get_bind().execute(sa.select(slide)).mappings().all()
    if rows:
        op.bulk_insert(versions, [{**row, "version": 1, "since": ALWAYS} for row in rows])
