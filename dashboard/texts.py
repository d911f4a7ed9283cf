"""Every word that pages show: one file a language, in Project Fluent's form (projectfluent.org).

`locales/en.ftl` is the original. Another language is another such file beside it; what it lacks is said in
English. The language is the server's (`GAZEBOARD_LANGUAGE`).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

LOCALES: Final = Path(__file__).parent / "locales"
ORIGINAL: Final = "en"

_spoken = ORIGINAL


def languages() -> list[str]:
    """The languages there is a file for."""
    return sorted(path.stem for path in LOCALES.glob("*.ftl"))


def speak(language: str) -> None:
    """Say everything in this language from now on. Raises ValueError where there is no file for it."""
    global _spoken
    if language not in languages():
        raise ValueError(f"Expected one of the languages {', '.join(languages())}, got {language!r}.")
    _spoken = language


def spoken() -> Locale:
    """The present language, for dates and numbers."""
    return Locale.parse(_spoken)


def t(key: str, **values: Any) -> str:
    """The text of this key in the present language.

    Parameters
    ----------
    key : a message of `locales/en.ftl`
    values : what its places are filled with, one for each ``{ $name }``; numbers choose plurals

    Raises
    ------
    KeyError : there is no such message, or a value is missing
    """
    for language in (_spoken, ORIGINAL):
        bundle = _bundle(language)
        if bundle.has_message(key):
            return _say(bundle, key, values)
    raise KeyError(f"Expected a key of {ORIGINAL}.ftl, got {key!r}.")


def for_scripts(prefix: str) -> dict[str, str]:
    """The texts of all keys that begin like this, by the rest of their key, for a script of the pages.

    Where a value belongs there is its name in braces: ``{name}``. Such texts have no plurals.
    """
    source = (LOCALES / f"{ORIGINAL}.ftl").read_text(encoding="utf-8")
    found = re.findall(rf"^{prefix}([\w-]+) = (.*)", source, re.MULTILINE)
    names = {key: re.findall(r"\{ \$(\w+) \}", text) for key, text in found}
    return {key: t(prefix + key, **{name: f"{{{name}}}" for name in names[key]}) for key in names}


def _say(bundle: FluentBundle, key: str, values: dict[str, Any]) -> str:
    pattern = bundle.get_message(key).value
    text, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise KeyError(f"{key}: {errors[0]}")
    return str(text)


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource((LOCALES / f"{language}.ftl").read_text(encoding="utf-8")))
    return bundle
