"""Courses with their lessons and slides, sessions with their files, and the job table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("change_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_change"),
    )
    op.create_table(
        "course",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("course_id", name="pk_course"),
    )
    op.create_table(
        "session",
        sa.Column("session_id", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("upload", sa.Text()),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("course_id", sa.String(64)),
        sa.Column("lesson_id", sa.String(64)),
        sa.Column("student", sa.String(64)),
        sa.Column("consent_version", sa.Text()),
        sa.Column("consent_given_at", sa.Text()),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        sa.Column("header", sa.JSON()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(32)),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("finished_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("session_id", name="pk_session"),
        sa.UniqueConstraint("sha256", name="uq_session_sha256"),
    )
    op.create_index("ix_session_course_id_lesson_id", "session", ["course_id", "lesson_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("job_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(16)),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("lease_until", sa.DateTime()),
        sa.Column("stage", sa.String(32)),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["session_id"], ["session.session_id"], name="fk_job_session_id_session"),
        sa.PrimaryKeyConstraint("job_id", name="pk_job"),
    )
    op.create_index("ix_job_session_id", "job", ["session_id"], unique=False)
    op.create_index("ix_job_state", "job", ["state"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("lesson_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.course_id"], name="fk_lesson_course_id_course"),
        sa.PrimaryKeyConstraint("course_id", "lesson_id", name="pk_lesson"),
    )
    op.create_table(
        "session_file",
        sa.Column("session_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.session_id"], name="fk_session_file_session_id_session"
        ),
        sa.PrimaryKeyConstraint("session_id", "name", name="pk_session_file"),
    )
    op.create_table(
        "aoi_set",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("lesson_id", sa.String(64), nullable=False),
        sa.Column("slide_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("aois", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["lesson.course_id", "lesson.lesson_id"],
            name="fk_aoi_set_course_id_lesson_id_lesson",
        ),
        sa.PrimaryKeyConstraint("course_id", "lesson_id", "slide_id", "version", name="pk_aoi_set"),
    )
    op.create_table(
        "slide",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("lesson_id", sa.String(64), nullable=False),
        sa.Column("slide_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("aoi_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["lesson.course_id", "lesson.lesson_id"],
            name="fk_slide_course_id_lesson_id_lesson",
        ),
        sa.PrimaryKeyConstraint("course_id", "lesson_id", "slide_id", name="pk_slide"),
    )
    op.execute("INSERT INTO change (change_id, changes) VALUES (1, 0)")


def downgrade() -> None:
    for table in ("change", "job", "session_file", "session", "aoi_set", "slide", "lesson", "course"):
        op.drop_table(table)
