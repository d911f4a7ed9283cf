"""What is compared: a course, a lesson or a slide, narrowed to a group, a period, a version, or students.

As an address has it, an item is a word such as `lesson:biology-7/photosynthesis~group:7a~since:2026-10-01`.
So "7a against 7b on this lesson", "October against November" and "version 1 against version 2" are all just
lists of items.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, unquote

from dashboard.group import Rules

KINDS: Final = ("course", "lesson", "slide")  # by how many ids their place has
LIMIT: Final = 12  # items side by side
LONGEST: Final = 2000  # characters of an item; nobody writes such a one


@dataclass(frozen=True)
class Item:
    """Something whose gaze is compared. `place` are the ids of course, lesson and slide, one to three."""

    place: tuple[str, ...]
    group: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    version: int | None = None
    students: tuple[str, ...] = ()

    @classmethod
    def read(cls, word: str) -> Item | None:
        """The item of a word of an address; None where it is none."""
        head, *narrowed = word[:LONGEST].split("~")
        kind, _, path = head.partition(":")
        place = tuple(unquote(part) for part in path.split("/"))
        if kind not in KINDS or len(place) != KINDS.index(kind) + 1 or not all(place):
            return None
        given = dict(part.split(":", 1) for part in narrowed if ":" in part)
        rules = Rules.read({name: unquote(value) for name, value in given.items()})
        students = tuple(unquote(name) for name in given.get("students", "").split(":") if name)
        version = rules.version if kind == "slide" else None
        return cls(place, rules.group, rules.since, rules.until, version, students)

    def __str__(self) -> str:
        given = {
            "group": self.group,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "version": str(self.version) if self.version else None,
        }
        words = [f"~{name}:{_quoted(value)}" for name, value in given.items() if value]
        if self.students:
            words.append("~students:" + ":".join(_quoted(name) for name in self.students))
        return f"{self.kind}:" + "/".join(_quoted(part) for part in self.place) + "".join(words)

    @property
    def kind(self) -> str:
        """course, lesson or slide."""
        return KINDS[len(self.place) - 1]

    @property
    def is_narrowed(self) -> bool:
        """Whether it is only of some recordings."""
        return replace(self, place=()) != Item(())

    def rules(self, usual: Rules) -> Rules:
        """Whose recordings count: what the item asks for comes before what holds for all of them."""
        return replace(
            usual,
            group=self.group or usual.group,
            since=self.since or usual.since,
            until=self.until or usual.until,
            version=self.version,
        )


def read_items(asked: Any) -> tuple[Item, ...]:
    """The items of an address, each once: repeated, with commas between, or both."""
    return known_items(words_of(asked))


def known_items(words: Iterable[str]) -> tuple[Item, ...]:
    """The items of these words in their order, each once, so many as can be compared; others are left out."""
    items = (Item.read(word) for word in words)
    return tuple(dict.fromkeys(item for item in items if item is not None))[:LIMIT]


def words_of(asked: Any) -> list[str]:
    """The words for items of an address, as they stand there."""
    given = asked if isinstance(asked, list | tuple) else [asked]
    return [word.strip() for each in given if each for word in str(each).split(",") if word.strip()]


def _quoted(name: str) -> str:
    """Without any of the marks that an item is put together with."""
    return quote(name, safe="").replace("~", "%7E")
