"""Searching the whole library for words: courses, lessons, slides, regions, groups, students, sessions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dashboard import urls
from dashboard.library import library_groups, library_students, sessions_frame
from dashboard.memo import remembered
from dashboard.school import School
from dashboard.words import day
from pipeline.storage import courses

KINDS: Final = ("course", "lesson", "slide", "region", "group", "student", "session")
SHOWN: Final = 12  # of each kind


@dataclass(frozen=True)
class Entry:
    """Something that can be found: what it is called, where it belongs, and its page."""

    kind: str
    title: str
    within: str
    url: str
    text: str  # what words are looked for in, plain

    def rank(self, words: list[str]) -> tuple[int, int, str]:
        """Before others: titles that begin with the first word, words that begin so, shorter titles."""
        title = plain(self.title)
        first = 0 if title.startswith(words[0]) else 1 if f" {words[0]}" in f" {title}" else 2
        return first, len(title), title


@dataclass(frozen=True)
class Found:
    """What was found of a kind: the best, and how many there are."""

    kind: str
    entries: tuple[Entry, ...]
    total: int


def find(school: School, asked: str) -> list[Found]:
    """What has all the words in it, by kind; nothing for no words."""
    words = plain(asked).split()
    if not words:
        return []
    hits = [entry for entry in search_entries(school) if all(word in entry.text for word in words)]
    found = []
    for kind in KINDS:
        own = sorted((hit for hit in hits if hit.kind == kind), key=lambda hit: hit.rank(words))
        if own:
            found.append(Found(kind, tuple(own[:SHOWN]), len(own)))
    return found


@remembered
def search_entries(school: School) -> list[Entry]:
    """Everything that can be found."""
    return [*_content(school), *_people(school), *_sessions(school)]


def plain(text: str) -> str:
    """Small letters without accents."""
    taken_apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in taken_apart if not unicodedata.combining(c)).casefold()


def _entry(kind: str, title: str, within: str, url: str, *also: str) -> Entry:
    return Entry(kind, title, within, url, plain(" ".join((title, *also))))


def _content(school: School) -> Iterator[Entry]:
    for course in courses.all_courses(school.catalogue):
        yield _entry("course", course.title, "", f"{urls.LIBRARY}#{course.course_id}", course.course_id)
    for row in school.lessons():
        place = row.course_id, row.lesson_id
        yield _entry("lesson", row.lesson_title, row.course_title, urls.lesson(*place), row.lesson_id)
        for slide in school.lesson(*place).slides:
            address = urls.slide(*place, slide.slide_id)
            yield _entry("slide", slide.title, f"{row.course_title}: {row.lesson_title}", address)
            for aoi in slide.aois:
                yield _entry("region", aoi.name, f"{row.lesson_title}: {slide.title}", address)


def _people(school: School) -> Iterator[Entry]:
    for group in library_groups(school):
        yield _entry("group", group.title, "", urls.library_sessions(group=group.group_id), group.group_id)
    titles = {group.group_id: group.title for group in library_groups(school)}
    for row in library_students(school):
        groups = ", ".join(titles[each] for each in row.groups if each in titles)
        yield _entry("student", row.student, groups, urls.library_sessions(words=row.student))


def _sessions(school: School) -> Iterator[Entry]:
    frame = sessions_frame(school)
    columns = frame[["session_id", "student", "name", "lesson", "created_at"]]
    for session_id, student, name, lesson, created_at in columns.itertuples(index=False):
        title = f"{student or name}, {lesson}" if lesson else student or name
        yield _entry(
            "session", title, day(created_at.to_pydatetime()), urls.session(session_id), name, session_id
        )
