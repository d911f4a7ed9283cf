"""The command line: `python -m pipeline COMMAND --help`."""

from __future__ import annotations

import sys

import typer
from rich.markup import escape

from pipeline.commands import attention, comparison, events, lessons, quiz, sessions, trackers
from pipeline.commands.console import screen
from pipeline.errors import GazeboardError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
for commands in (sessions, lessons, quiz, events, trackers, attention, comparison):
    commands.register(app)


def main() -> None:
    """Run the command line; what a person did wrong is said in one line."""
    try:
        app()
    except GazeboardError as error:
        screen.print(f"[red]{escape(str(error))}[/red]", highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
