"""The papers agree with the house: links lead somewhere, every setting is documented with its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.settings import Settings

ROOT = Path(__file__).parents[2]
PAPERS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/**/*.md")]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)


def name(paper: Path) -> str:
    return str(paper.relative_to(ROOT))


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_relative_links_lead_to_files_of_the_repository(paper: Path):
    targets = LINK.findall(CODE_BLOCK.sub("", paper.read_text(encoding="utf-8")))
    for target in targets:
        if not re.match(r"[a-z]+:|#", target):
            path = (paper.parent / target.partition("#")[0]).resolve()
            assert path.is_relative_to(ROOT), target
            assert path.exists(), target


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_no_path_of_a_single_machine_is_named(paper: Path):
    text = paper.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(work|tmp|root|home|Users)/", text)


def test_the_readme_names_the_commands_of_the_makefile():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"make ([a-z]+)\b", readme))) == sorted(set(targets))


def documented() -> dict[str, str]:
    """Variable and default of each row of the README's table of settings."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(GAZEBOARD_[A-Z_]+)` \| (.+?) \|", readme, re.MULTILINE))


def test_the_readme_documents_exactly_the_settings_there_are():
    assert sorted(documented()) == sorted(f"GAZEBOARD_{field.upper()}" for field in Settings.model_fields)


@pytest.mark.parametrize(
    "field", ["host", "port", "demo", "upload_max_mb", "keep_video", "keep_observations"]
)
def test_the_readme_states_the_default_of_a_setting(field: str):
    default = Settings.model_fields[field].default
    assert documented()[f"GAZEBOARD_{field.upper()}"] == f"`{str(default).lower()}`"
