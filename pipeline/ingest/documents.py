"""Reading JSON that strangers wrote: every value is fetched with its type and range, or refused by name."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NoReturn, TypeGuard, TypeVar

from pipeline.errors import InputError, UnsafeInputError

TEXT_MAX: Final = 200
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
SLUG_MEANING: Final = "a short name of small letters, digits and . _ - (at most 64)"
SIGNATURES: Final = (
    (b"RIFF", "an AVI or WAV file"),
    (b"PK", "a zip archive"),
    (b"\x1a\x45\xdf\xa3", "a WebM or Matroska video"),
    (b"#EXTM3U", "a playlist"),
    (b"ffconcat", "a playlist"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"OggS", "an Ogg file"),
    (b"FLV", "a Flash video"),
)
# Control characters, halves of characters, and what turns the direction of writing.
UNREADABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_Kind = TypeVar("_Kind", bound=StrEnum)
_REQUIRED: Final = object()


def quoted(value: object) -> str:
    """What came, short enough for a message and safe to print."""
    if isinstance(value, list | dict):
        return f"a list of {len(value)}" if isinstance(value, list) else "an object"
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    printable = "".join(c if c.isprintable() else "?" for c in text[:80])
    return printable + ("..." if len(text) > 80 else "")


def listed(names: Iterable[str]) -> str:
    """Some names for a message, never endlessly many."""
    first = [quoted(name) for name in itertools.islice(names, 6)]
    return ", ".join(first[:5]) + (", ..." if len(first) > 5 else "") if first else "nothing"


def looks_like(start: bytes) -> str:
    """What a file with these first bytes seems to be, in words for a message."""
    if not start:
        return "an empty file"
    for magic, what in SIGNATURES:
        if start.startswith(magic):
            return what
    if start[4:8] == b"ftyp":
        return "an MP4 video"
    text = start[:80].decode("utf-8", errors="replace")
    if all(c.isprintable() or c.isspace() for c in text.rstrip("\ufffd")):
        return f"a text that begins {quoted(text)}"
    return f"a file that begins with the bytes {start[:8].hex(' ')}"


def read_text(path: Path, bytes_max: int) -> str:
    """The text of a small file; a byte-order mark, as Excel writes it, is dropped.

    Raises UnsafeInputError before reading when it is larger, InputError when it is empty or not UTF-8.
    """
    size = path.stat().st_size
    if size > bytes_max:
        raise UnsafeInputError(path.name, f"at most {bytes_max:,} bytes", f"{size:,} bytes")
    content = path.read_bytes()
    if not content.strip():
        raise InputError(path.name, "content", "an empty file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            path.name, "text in UTF-8", f"byte {content[error.start]:#04x} at position {error.start}"
        ) from None


@dataclass(frozen=True)
class Node:
    """A JSON object and the place it stands at, for messages such as ``session.json, field a.b``."""

    value: dict[str, Any]
    file: str
    path: str = ""

    def where(self, name: str) -> str:
        return f"{self.file}, field {self.path}{name}"

    def refuse(self, name: str, expected: str) -> NoReturn:
        got = quoted(self.value[name]) if name in self.value else "nothing"
        raise InputError(self.where(name), expected, got)

    def _fetch(self, name: str, default: Any, expected: str, fits: Callable[[Any], bool]) -> Any:
        """The value if it fits; the default, if there is one, where the field is missing or null."""
        value = self.value.get(name)
        if value is None and default is not _REQUIRED:
            return default
        if not fits(value):
            self.refuse(name, expected)
        return value

    def number(self, name: str, unit: str, low: float, high: float, default: Any = _REQUIRED) -> Any:
        """A float in the range, or the default."""
        expected = f"a number of {unit} between {low:.10g} and {high:.10g}"
        value = self._fetch(name, default, expected, lambda v: _is_number(v) and low <= v <= high)
        return value if value is default else float(value)

    def whole(self, name: str, unit: str, low: int, high: int, default: Any = _REQUIRED) -> Any:
        """An int in the range, or the default; ``3.0`` counts as 3."""
        expected = f"a whole number of {unit} between {low} and {high}"

        def fits(v: object) -> bool:
            return _is_number(v) and low <= v <= high and v == int(v)

        value = self._fetch(name, default, expected, fits)
        return value if value is default else int(value)

    def flag(self, name: str, default: Any = _REQUIRED) -> Any:
        return self._fetch(name, default, "true or false", lambda v: isinstance(v, bool))

    def text(
        self, name: str, meaning: str, pattern: re.Pattern[str] | None = None, default: Any = _REQUIRED
    ) -> Any:
        """A readable text of 1 to TEXT_MAX characters that fits the pattern, or the default."""

        def fits(v: object) -> bool:
            if not isinstance(v, str) or not v.strip() or len(v) > TEXT_MAX or UNREADABLE.search(v):
                return False
            return pattern is None or pattern.fullmatch(v) is not None

        return self._fetch(name, default, meaning, fits)

    def texts(self, name: str, meaning: str, high: int) -> tuple[str, ...]:
        """Up to `high` readable texts, none where the field is missing."""
        expected = f"a list of at most {high} texts: {meaning}"
        values = self._fetch(name, [], expected, lambda v: isinstance(v, list) and len(v) <= high)
        entries = {f"{name}[{number}]": value for number, value in enumerate(values)}
        node = Node(entries, self.file, self.path)
        return tuple(node.text(entry, meaning) for entry in entries)

    def slug(self, name: str) -> str:
        return str(self.text(name, SLUG_MEANING, SLUG))

    def choice(self, name: str, kind: type[_Kind], default: Any = _REQUIRED) -> _Kind:
        expected = "one of " + ", ".join(kind)
        return kind(self._fetch(name, default, expected, lambda v: v in list(kind)))

    def child(self, name: str, default: Any = _REQUIRED) -> Node:
        """The object in this field; an empty one where it is missing and `default` is given."""
        value = self._fetch(name, default, "an object in { }", lambda v: isinstance(v, dict))
        return Node(value, self.file, f"{self.path}{name}.")

    def children(self, name: str, low: int, high: int) -> list[Node]:
        """The objects in this list."""
        expected = f"a list of {low} to {high} objects"
        values = self._fetch(
            name,
            _REQUIRED,
            expected,
            lambda v: isinstance(v, list) and low <= len(v) <= high and all(isinstance(x, dict) for x in v),
        )
        return [Node(value, self.file, f"{self.path}{name}[{i}].") for i, value in enumerate(values)]


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_document(path: Path, form: str, version: int, bytes_max: int) -> Node:
    """The JSON object in a file that says ``"format": form`` and ``"version": version``.

    Raises InputError for anything that is not strict JSON (duplicate keys and NaN are refused), and
    where format or version are others.
    """
    node = parse_object(read_text(path, bytes_max), path.name)
    if node.value.get("format") != form:
        node.refuse("format", f'"{form}"')
    if node.value.get("version") != version or isinstance(node.value["version"], bool):
        node.refuse("version", str(version))
    return node


def parse_object(text: str, name: str) -> Node:
    """The JSON object that this text is. Raises InputError for anything that is not strict JSON."""
    try:
        value = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}, line {error.lineno}", "valid JSON", error.msg) from None
    except RecursionError:
        raise UnsafeInputError(name, "JSON of a few levels", "far too many levels") from None
    except ValueError as error:  # duplicate keys, NaN, integers of thousands of digits
        raise InputError(name, "valid JSON", str(error)) from None
    if not isinstance(value, dict):
        raise InputError(name, "a JSON object in { }", quoted(value))
    return Node(value, name)


def refuse_twice(nodes: Iterable[Node]) -> None:
    """Refuse an id that two of these objects have."""
    seen: set[str] = set()
    for node in nodes:
        name = node.slug("id")
        if name in seen:
            node.refuse("id", "an id that none before it has")
        seen.add(name)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {quoted(name)} twice")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"the value {name}")
