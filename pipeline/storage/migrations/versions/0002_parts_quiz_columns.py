"""Regions in parts with an overlap rule, quiz results, and the columns of files met before."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("aoi_set", sa.Column("overlap", sa.String(16), nullable=False, server_default="all"))
    _put_outlines_into_parts()
    op.create_table(
        "quiz_question",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("lesson_id", sa.String(64), nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slide_id", sa.String(64), nullable=False),
        sa.Column("aois", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["lesson.course_id", "lesson.lesson_id"],
            name="fk_quiz_question_course_id_lesson_id_lesson",
        ),
        sa.PrimaryKeyConstraint("course_id", "lesson_id", "question", name="pk_quiz_question"),
    )
    op.create_table(
        "quiz_answer",
        sa.Column("course_id", sa.String(64), nullable=False),
        sa.Column("lesson_id", sa.String(64), nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("student", sa.String(64), nullable=False),
        sa.Column("correct", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id", "question"],
            ["quiz_question.course_id", "quiz_question.lesson_id", "quiz_question.question"],
            name="fk_quiz_answer_course_id_lesson_id_question_quiz_question",
        ),
        sa.PrimaryKeyConstraint("course_id", "lesson_id", "question", "student", name="pk_quiz_answer"),
    )
    op.create_table(
        "column_mapping",
        sa.Column("header_key", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("header_key", name="pk_column_mapping"),
    )


def _put_outlines_into_parts() -> None:
    aoi_set = sa.table(
        "aoi_set",
        *(sa.column(name) for name in ("course_id", "lesson_id", "slide_id", "version")),
        sa.column("aois", sa.JSON()),
    )
    connection = op.get_bind()
    for *key, aois in connection.execute(sa.select(aoi_set)).all():
        this = [aoi_set.columns[place] == value for place, value in enumerate(key)]
        aois = [_in_parts(aoi) for aoi in aois]
        connection.execute(sa.update(aoi_set).where(*this).values(aois=aois))


def _in_parts(aoi: dict[str, Any]) -> dict[str, Any]:
    """A region that was a single outline, for as long as the slide is shown, as one of one such part."""
    if "parts" in aoi:
        return aoi
    outline = {"points": aoi["points"], "shape": aoi["shape"], "from_ms": 0.0, "until_ms": None}
    return {name: value for name, value in aoi.items() if name not in outline} | {"parts": [outline]}
