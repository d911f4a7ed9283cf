"""The command line: `python -m pipeline COMMAND --help`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import typer
from rich.markup import escape
from typer.core import TyperGroup
from typer.main import get_group

from pipeline.commands.console import screen
from pipeline.errors import GazeboardError

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
    """Run the command line; what a person did wrong is said in one line."""
    try:
        app()
    except GazeboardError as error:
        _refuse(str(error))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _refuse(f"{_blamed(error)}: expected a file or folder that can be used, got {reason}.")


def _refuse(why: str) -> NoReturn:
    screen.print(f"[red]{escape(why)}[/red]", highlight=False)
    sys.exit(1)


def _blamed(error: OSError) -> str:
    """The name of what could not be used; of the file that something was to be written below."""
    path = Path(str(error.filename2 or error.filename or "a file"))
    if isinstance(error, NotADirectoryError):
        path = next((parent for parent in path.parents if parent.is_file()), path)
    return path.name


if __name__ == "__main__":
    main()
