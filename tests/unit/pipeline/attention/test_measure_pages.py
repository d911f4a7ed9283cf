"""Registry, code and pages stay in step."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from pipeline.attention.measure_pages import pages
from pipeline.attention.registry import MEASURES


@pytest.mark.parametrize("name", MEASURES)
def test_what_works_a_measure_out_exists_and_says_what_it_does(name: str) -> None:
    module, _, function = MEASURES[name].function.rpartition(".")
    found = getattr(importlib.import_module(module), function)
    assert callable(found)
    assert found.__doc__


def test_every_measure_can_be_found_somewhere() -> None:
    for name, measure in MEASURES.items():
        assert measure.found, name


def test_the_pages_are_those_of_the_registry(repo_root: Path) -> None:
    folder = repo_root / "docs/measures"
    stored = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert stored == pages(), "Run python -m pipeline measures --docs docs/measures."


def test_a_page_says_all_that_the_registry_knows() -> None:
    for name, measure in MEASURES.items():
        page = pages()[f"{name}.md"]
        told = (measure.label, measure.definition, measure.formula, measure.notes, measure.reference)
        assert all(text in page for text in (*told, measure.function, f"`{name}`", *measure.found))
        assert f"]({name}.md) | {measure.label} |" in pages()["README.md"]
