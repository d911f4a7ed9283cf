"""The catalogue's tables. The numbered migrations build exactly these, which a test proves.

Times are UTC. Paths are relative to the data folder, so that it can be moved. JSON holds what is only ever
read whole: the regions of a slide, a session's quality and report.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import sqlalchemy as sa

SCHEMA_REVISION: Final = "0004"  # the newest migration; a database that says so needs no work when opened


class UtcTime(sa.TypeDecorator[dt.datetime]):
    """A moment: aware in Python, stored without its zone, which is always UTC."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


metadata: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

course: Final = sa.Table(
    "course",
    metadata,
    sa.Column("course_id", sa.String(64), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("deleted_at", UtcTime),  # when it was put into the bin
)

lesson: Final = sa.Table(
    "lesson",
    metadata,
    sa.Column("course_id", sa.String(64), sa.ForeignKey("course.course_id"), primary_key=True),
    sa.Column("lesson_id", sa.String(64), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("deleted_at", UtcTime),  # when it was put into the bin
)

slide: Final = sa.Table(
    "slide",
    metadata,
    sa.Column("course_id", sa.String(64), primary_key=True),
    sa.Column("lesson_id", sa.String(64), primary_key=True),
    sa.Column("slide_id", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("image", sa.Text, nullable=False),  # its name in the lesson's own folder
    sa.Column("file", sa.Text, nullable=False),  # where our copy lies
    sa.Column("width_px", sa.Integer, nullable=False),
    sa.Column("height_px", sa.Integer, nullable=False),
    sa.Column("aoi_version", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),  # of the picture
    sa.Column("deleted_at", UtcTime),  # when it was put into the bin
    sa.ForeignKeyConstraint(["course_id", "lesson_id"], ["lesson.course_id", "lesson.lesson_id"]),
)

# One row per picture that a slide has had: a session saw the last one that was in use when it came.
slide_version: Final = sa.Table(
    "slide_version",
    metadata,
    sa.Column("course_id", sa.String(64), primary_key=True),
    sa.Column("lesson_id", sa.String(64), primary_key=True),
    sa.Column("slide_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("width_px", sa.Integer, nullable=False),
    sa.Column("height_px", sa.Integer, nullable=False),
    sa.Column("since", UtcTime, nullable=False),  # in use from then on
    sa.Column("aoi_version", sa.Integer, nullable=False),  # the last regions that were drawn on it
    sa.ForeignKeyConstraint(["course_id", "lesson_id"], ["lesson.course_id", "lesson.lesson_id"]),
)

# One row per version of a slide's regions and their overlap rule, never changed: what was measured against
# them can be told later.
aoi_set: Final = sa.Table(
    "aoi_set",
    metadata,
    sa.Column("course_id", sa.String(64), primary_key=True),
    sa.Column("lesson_id", sa.String(64), primary_key=True),
    sa.Column("slide_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("aois", sa.JSON, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("overlap", sa.String(16), nullable=False, server_default="all"),
    sa.Column("author", sa.Text),  # who drew them, as they called themselves; NULL for a lesson's folder
    sa.ForeignKeyConstraint(["course_id", "lesson_id"], ["lesson.course_id", "lesson.lesson_id"]),
)

# What a quiz asked, and which regions of which slide the answer is in.
quiz_question: Final = sa.Table(
    "quiz_question",
    metadata,
    sa.Column("course_id", sa.String(64), primary_key=True),
    sa.Column("lesson_id", sa.String(64), primary_key=True),
    sa.Column("question", sa.String(200), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("slide_id", sa.String(64), nullable=False),
    sa.Column("aois", sa.JSON, nullable=False),  # their ids
    sa.ForeignKeyConstraint(["course_id", "lesson_id"], ["lesson.course_id", "lesson.lesson_id"]),
)

# How right each student's answer was, 0-1.
quiz_answer: Final = sa.Table(
    "quiz_answer",
    metadata,
    sa.Column("course_id", sa.String(64), primary_key=True),
    sa.Column("lesson_id", sa.String(64), primary_key=True),
    sa.Column("question", sa.String(200), primary_key=True),
    sa.Column("student", sa.String(64), primary_key=True),
    sa.Column("correct", sa.Float, nullable=False),
    sa.ForeignKeyConstraint(
        ["course_id", "lesson_id", "question"],
        ["quiz_question.course_id", "quiz_question.lesson_id", "quiz_question.question"],
    ),
)

# How the columns of a CSV file of no known tracker were read, so that the next such file is read alike.
column_mapping: Final = sa.Table(
    "column_mapping",
    metadata,
    sa.Column("header_key", sa.String(64), primary_key=True),
    sa.Column("mapping", sa.JSON, nullable=False),
)

# No foreign key to the lesson: a package may arrive before the lesson it names does.
session: Final = sa.Table(
    "session",
    metadata,
    sa.Column("session_id", sa.String(16), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("upload", sa.Text),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("course_id", sa.String(64)),
    sa.Column("lesson_id", sa.String(64)),
    sa.Column("student", sa.String(64)),
    sa.Column("consent_version", sa.Text),
    sa.Column("consent_given_at", sa.Text),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("calibrated", sa.Boolean, nullable=False),
    sa.Column("header", sa.JSON(none_as_null=True)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("stage", sa.String(32)),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("quality", sa.JSON, nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("started_at", UtcTime),
    sa.Column("finished_at", UtcTime),
    sa.Column("deleted_at", UtcTime),  # when it was put into the bin
    # What was put right since: course_id, lesson_id, student in the place of those the package names.
    sa.Column("correction", sa.JSON(none_as_null=True)),
    sa.Index(None, "course_id", "lesson_id"),
)

# Groups of students, classes for example; a student may be in several.
student_group: Final = sa.Table(
    "student_group",
    metadata,
    sa.Column("group_id", sa.String(64), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
)

group_member: Final = sa.Table(
    "group_member",
    metadata,
    sa.Column("group_id", sa.String(64), sa.ForeignKey("student_group.group_id"), primary_key=True),
    sa.Column("student", sa.String(64), primary_key=True),
)

session_file: Final = sa.Table(
    "session_file",
    metadata,
    sa.Column("session_id", sa.String(16), sa.ForeignKey("session.session_id"), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),  # gaze, fixations...
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
)

job: Final = sa.Table(
    "job",
    metadata,
    sa.Column("job_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("session_id", sa.String(16), sa.ForeignKey("session.session_id")),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("lease_until", UtcTime),
    sa.Column("stage", sa.String(32)),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("finished_at", UtcTime),
    sa.Index(None, "state"),
    sa.Index(None, "session_id"),
)

# A single row that counts changes to anything readers show, so that they know when a cache is stale.
change: Final = sa.Table(
    "change",
    metadata,
    sa.Column("change_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("changes", sa.BigInteger, nullable=False),
)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
