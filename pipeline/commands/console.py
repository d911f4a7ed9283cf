"""What the commands share: how they are asked, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.errors import InputError
from pipeline.ingest.documents import quoted

screen = Console(stderr=True)

SIDE_MAX = 100_000.0  # px or mm: no screen is larger

DataPath = Annotated[Path, typer.Option(help="The server's data folder.")]


def size_of(text: str, option: str) -> tuple[float, float]:
    """Width and height from "WIDTHxHEIGHT".

    Raises
    ------
    InputError : naming the option
    """
    try:
        width, height = (float(side) for side in text.lower().split("x"))
    except ValueError:
        width = height = 0.0
    if not (1 <= width <= SIDE_MAX and 1 <= height <= SIDE_MAX):
        raise InputError(option, "WIDTHxHEIGHT, such as 1920x1080", quoted(text))
    return width, height


def server_data(data: Path) -> Path:
    """The data folder of a server, which must be there: only lessons make one.

    Raises
    ------
    InputError
    """
    if not (data / "catalogue.sqlite").is_file():
        raise InputError("--data", "a server's data folder, such as add-lesson makes", quoted(str(data)))
    return data


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error that is told what is being done and the share of it that is done."""
    columns = TextColumn("{task.description:10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bars:
        bar = bars.add_task("", total=1.0)
        yield lambda what, share: bars.update(bar, description=what, completed=share)
