"""What the commands share: how they are asked, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

screen = Console(stderr=True)

DataPath = Annotated[Path, typer.Option(help="The server's data folder.")]


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error that is told what is being done and the share of it that is done."""
    columns = TextColumn("{task.description:10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bars:
        bar = bars.add_task("", total=1.0)
        yield lambda what, share: bars.update(bar, description=what, completed=share)
