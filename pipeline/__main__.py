"""The command line: `python -m pipeline COMMAND --help`."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from pipeline.commands.console import run

# The commands of each module in `pipeline.commands`.
COMMANDS: Final = {
    "sessions": ("process", "evaluate", "demo", "work", "job"),
    "lessons": ("make-lesson", "propose", "add-lesson"),
    "bin": ("bin",),
    "quiz": ("quiz",),
    "events": ("fixations",),
    "trackers": ("import",),
    "attention": ("analyse", "measures"),
    "comparison": ("compare",),
    "summaries": ("summarise",),
}


class Commands(TyperGroup):
    """Loads only the module of the command that was asked for: all of them together take a second."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        asked = [module for module, names in COMMANDS.items() if cmd_name in names]
        self._load(asked or list(COMMANDS))  # all, to suggest what may have been meant
        return self.commands.get(cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        self._load(list(COMMANDS))
        return [name for names in COMMANDS.values() for name in names]

    def _load(self, modules: list[str]) -> None:
        for module in modules:
            if COMMANDS[module][0] not in self.commands:
                part = typer.Typer()
                import_module(f"pipeline.commands.{module}").register(part)
                self.commands.update(get_group(part).commands)


app = typer.Typer(cls=Commands, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.callback(help=__doc__)(lambda: None)


def main() -> None:
    """Run the command line."""
    run(app)


if __name__ == "__main__":
    main()
