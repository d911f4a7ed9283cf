"""What the pages show, without a server: `python -m dashboard COMMAND --help`."""

from __future__ import annotations

from typing import Final

import typer

from dashboard.report import command
from pipeline.commands.console import run

app: Final = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.callback(help=__doc__)(lambda: None)
app.command()(command.report)


def main() -> None:
    """Run the command line."""
    run(app)


if __name__ == "__main__":
    main()
