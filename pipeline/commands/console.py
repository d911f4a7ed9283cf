"""What the commands share: how they are asked, and how they answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.errors import GazeboardError, InputError
from pipeline.ingest.documents import quoted

screen = Console(stderr=True)

SIDE_MAX_PX = 100_000.0  # no screen is larger
WIDTH_RANGE_MM = (100.0, 3000.0)  # as in session packages
HEIGHT_RANGE_MM = (50.0, 3000.0)

DataPath = Annotated[Path, typer.Option(help="The server's data folder.")]


def run(app: Callable[[], object]) -> None:
    """Run a command line; what a person did wrong is said in one line."""
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


def size_px_of(text: str, option: str) -> tuple[int, int]:
    """Width and height in px from "WIDTHxHEIGHT".

    Raises
    ------
    InputError : naming the option
    """
    width, height = _sides(text)
    whole = width.is_integer() and height.is_integer()
    if not (whole and 1 <= width <= SIDE_MAX_PX and 1 <= height <= SIDE_MAX_PX):
        raise InputError(option, "WIDTHxHEIGHT, such as 1920x1080", quoted(text))
    return int(width), int(height)


def size_mm_of(text: str, option: str) -> tuple[float, float]:
    """Width and height in mm from "WIDTHxHEIGHT".

    Raises
    ------
    InputError : naming the option
    """
    width, height = _sides(text)
    (narrow, wide), (low, high) = WIDTH_RANGE_MM, HEIGHT_RANGE_MM
    if not (narrow <= width <= wide and low <= height <= high):
        limits = f"{narrow:g} to {wide:g} by {low:g} to {high:g} mm"
        raise InputError(option, f"WIDTHxHEIGHT, such as 380x300 ({limits})", quoted(text))
    return width, height


def _sides(text: str) -> tuple[float, float]:
    try:
        width, height = (float(side) for side in text.lower().split("x"))
    except ValueError:
        return 0.0, 0.0
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
