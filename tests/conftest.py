"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

# Same examples in every run, no timing (the machine may be busy), nothing written beside the tests.
hypothesis.settings.register_profile("gazeboard", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("gazeboard")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data(repo_root: Path) -> Path:
    """Real recordings that lie beside the repository and are never copied into it."""
    folder = repo_root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the recordings in ../shared/data, which are not there")
    return folder
