"""docs/numbers.md tells what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.viewing_tables import tables


@pytest.mark.parametrize("number", range(2))
def test_the_tables_are_those_of_the_results(repo_root: Path, number: int) -> None:
    table = tables()[number]
    assert table in (repo_root / "docs" / "numbers.md").read_text(encoding="utf-8"), (
        "python -m benchmarks.viewing_tables prints the tables that belong there"
    )
