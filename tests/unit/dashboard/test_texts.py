"""Texts: one file a language, every key used, every place filled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import texts
from dashboard.texts import LOCALES, t


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of languages of its own."""
    monkeypatch.setattr(texts, "LOCALES", tmp_path)
    (tmp_path / "en.ftl").write_text(
        "fish = { $n ->\n    [one] { $n } fish\n   *[other] { $n } fishes\n }\nonly = Here\n", "utf-8"
    )
    (tmp_path / "pl.ftl").write_text(
        "fish = { $n ->\n    [one] { $n } ryba\n    [few] { $n } ryby\n   *[many] { $n } ryb\n }\n", "utf-8"
    )
    texts._bundle.cache_clear()
    yield tmp_path
    texts.speak("en")
    texts._bundle.cache_clear()


def test_a_language_has_its_own_plurals_and_lacks_nothing(locales: Path) -> None:
    assert (t("fish", n=1), t("fish", n=3)) == ("1 fish", "3 fishes")
    texts.speak("pl")
    assert [t("fish", n=n) for n in (1, 3, 5)] == ["1 ryba", "3 ryby", "5 ryb"]
    assert t("only") == "Here"


def test_what_is_missing_is_an_error(locales: Path) -> None:
    with pytest.raises(KeyError, match="nothing"):
        t("nothing")
    with pytest.raises(KeyError, match="fish"):
        t("fish")
    with pytest.raises(ValueError, match="en, pl"):
        texts.speak("de")


EDITOR = "edit-js-"


def defined() -> list[str]:
    return re.findall(r"^([a-z][a-z0-9-]*) =", (LOCALES / "en.ftl").read_text("utf-8"), re.MULTILINE)


def used(root: Path) -> tuple[set[str], set[str]]:
    """Keys that the code names whole, and the beginnings of those it puts together."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in (*(root / "dashboard").rglob("*.py"), root / "pipeline/attention/summary.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    spoken, started = used_by_the_editor(root)
    whole |= {EDITOR + key for key in spoken}
    begun |= {EDITOR + start for start in started}
    return whole, {start for start in begun if re.fullmatch(r"[a-z][a-z0-9]*-[a-z0-9-]*", start)}


def used_by_the_editor(root: Path) -> tuple[set[str], set[str]]:
    """The same of the editor's scripts, without `EDITOR`; whatever else they quote is in it."""
    source = "".join(path.read_text("utf-8") for path in (root / "assets/editor").glob("*.mjs"))
    whole = set(re.findall(r'"([\w-]+)"', source))
    whole |= {key + end for key in whole for end in ("-one", "-version")}
    return whole, set(re.findall(r"`([a-z]+-)\$\{", source))


def test_every_text_is_used_and_has_a_key_of_its_own(repo_root: Path) -> None:
    keys = defined()
    whole, begun = used(repo_root)
    assert len(keys) == len(set(keys))
    assert [key for key in keys if key not in whole and not key.startswith(tuple(begun))] == []


def test_every_key_that_is_asked_for_is_there(repo_root: Path) -> None:
    keys = set(defined())
    asked = {
        node.args[0].value
        for path in (repo_root / "dashboard").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert asked
    assert asked <= keys
    modules = "".join(path.read_text("utf-8") for path in (repo_root / "assets/editor").glob("*.mjs"))
    spoken = set(re.findall(r'(?<![\w.])t\("([\w-]+)"', modules)) | set(
        re.findall(r'\b(?:say|button)\("([\w-]+)", \(', modules)
    )
    assert len(spoken) > 50
    assert {EDITOR + key for key in spoken} <= keys


def test_scripts_get_their_texts_with_places_for_values() -> None:
    texts_of_the_editor = texts.for_scripts(EDITOR)
    assert texts_of_the_editor["version-n"] == "Version {n}"
    assert len(texts_of_the_editor) == sum(key.startswith(EDITOR) for key in defined())
