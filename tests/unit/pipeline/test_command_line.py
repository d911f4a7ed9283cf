"""The command line knows its commands without loading what all of them need."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.main import get_group

from pipeline.__main__ import COMMANDS, main


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


BELOW_A_FILE = "a.csv: expected a file or folder that can be used, got "


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("import a.csv --out a.csv/out", BELOW_A_FILE),
        ("import a.csv --out a.csv", "a.csv: expected a folder, got a file of this name."),
        ("fixations a.csv --screen-mm 400x300 --screen 800x600 --out b.csv", "b.csv: expected a file or"),
        ("make-lesson a.png --course c --lesson l --out a.csv/out", BELOW_A_FILE),
        ("measures --docs a.csv/docs", BELOW_A_FILE),
    ],
)
def test_a_place_that_cannot_be_used_is_named_in_one_line(
    arguments: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path(tmp_path, "a.csv").write_text("t_ms,x_px,y_px\n0,1,1\n10,1,1\n")
    Path(tmp_path, "b.csv").mkdir()
    Image.new("RGB", (160, 90), "white").save(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["pipeline", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr().err
    assert ended.value.code == 1, said
    assert message in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.png", "b.csv"]
