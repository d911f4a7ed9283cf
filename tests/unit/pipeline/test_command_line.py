"""The command line knows its commands without loading what all of them need."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.main import get_group

from pipeline.__main__ import COMMANDS


@pytest.mark.parametrize("module", COMMANDS)
def test_the_commands_of_each_module_are_listed(module: str) -> None:
    part = typer.Typer()
    import_module(f"pipeline.commands.{module}").register(part)
    assert tuple(get_group(part).commands) == COMMANDS[module]


def test_every_module_of_commands_is_listed(repo_root: Path) -> None:
    sources = (repo_root / "pipeline" / "commands").glob("*.py")
    assert {path.stem for path in sources if "\ndef register(" in path.read_text("utf-8")} == set(COMMANDS)


def test_an_import_loads_neither_mediapipe_nor_the_statistics(repo_root: Path) -> None:
    script = """if True:
        import sys
        from pipeline.__main__ import app
        app(["import", "--help"], standalone_mode=False)
        heavy = {"mediapipe", "scipy", "shapely", "duckdb"} & sys.modules.keys()
        assert "pipeline.commands.trackers" in sys.modules and not heavy, heavy
    """
    subprocess.run([sys.executable, "-c", script], cwd=repo_root, check=True, capture_output=True)
