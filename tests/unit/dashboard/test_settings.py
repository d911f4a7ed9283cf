"""Settings come from the environment, each with a default and a description."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from dashboard.settings import Demo, Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GAZEBOARD_{name.upper()}", raising=False)


def test_defaults_serve_this_machine_alone(repo_root: Path) -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8050)
    assert settings.data == repo_root / "data"
    assert settings.demo is Demo.AUTO
    assert settings.keep_video is False
    assert settings.workers >= 1


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "DATA": str(tmp_path), "HOST": "0.0.0.0", "PORT": "9000", "DEMO": "off", "WORKERS": "0",
        "ALLOWED_HOSTS": "board.school.example, board",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GAZEBOARD_{name}", value)
    settings = Settings()
    assert (settings.data, settings.host, settings.port) == (tmp_path, "0.0.0.0", 9000)
    assert (settings.demo, settings.workers) == (Demo.OFF, 0)
    assert settings.allowed_hosts == ("board.school.example", "board")


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("DEMO", "maybe"), ("WORKERS", "-1")])
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GAZEBOARD_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
