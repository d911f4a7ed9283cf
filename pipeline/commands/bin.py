"""The bin of a data folder: what was deleted and when it goes for good, restored or purged by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import DataPath, screen
from pipeline.errors import InputError
from pipeline.ingest.documents import listed, quoted
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import BinRow

NamesArgument = Annotated[
    list[str], typer.Argument(help="As `bin list` names them; or the id of a single session.")
]


def register(app: typer.Typer) -> None:
    """Add the command with its three parts."""
    parts = typer.Typer(help="What was deleted: kept for 30 days.", no_args_is_help=True)
    parts.command("list")(list_bin)
    parts.command()(restore)
    parts.command()(purge)
    app.add_typer(parts, name="bin")


def list_bin(data: DataPath) -> None:
    """Show what is in the bin, the latest first."""
    with _opened(data) as catalogue:
        rows = the_bin.rows(catalogue)
    if not rows:
        screen.print("The bin is empty")
        return
    for row in rows:
        gone = row.deleted_at + the_bin.KEPT
        deleted, for_good = (f"{moment.astimezone():%Y-%m-%d %H:%M}" for moment in (row.deleted_at, gone))
        what = f"{row.kind}: {row.title}, {len(row.sessions)} sessions"
        line = f"{name(row)}  {what}, deleted {deleted}, gone for good after {for_good}"
        screen.print(line, highlight=False, soft_wrap=True, markup=False)


def restore(names: NamesArgument, data: DataPath) -> None:
    """Take something out of the bin again."""
    with _opened(data) as catalogue:
        for key in _keys(the_bin.rows(catalogue), names):
            sessions = the_bin.restore(catalogue, key)
            screen.print(f"Restored {_called(key)}, {sessions} sessions", highlight=False, soft_wrap=True)


def purge(
    data: DataPath,
    names: Annotated[list[str] | None, typer.Argument(help="As `bin list` names them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is in the bin.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete something in the bin for good; without names, what has been there for longer than 30 days."""
    with _opened(data) as catalogue:
        if not names and not everything:
            screen.print(f"Deleted for good: {the_bin.expire(catalogue)} of what was too old")
            return
        rows = the_bin.rows(catalogue)
        keys = [row.key for row in rows] if everything else _keys(rows, names or [])
        if not yes:
            typer.confirm(f"Delete {len(keys)} for good? This cannot be undone", abort=True)
        for key in keys:
            sessions = the_bin.purge(catalogue, key)
            screen.print(f"Deleted {_called(key)} for good, {sessions} sessions", highlight=False)


def name(row: BinRow) -> str:
    """What the command line calls an entry: its place, or its first session and how many more."""
    return _called(row.key)


def _called(key: Sequence[str]) -> str:
    if key[0] != "sessions":
        return "/".join(key[1:])
    return key[1] + (f"+{len(key) - 2}" if len(key) > 2 else "")


def _keys(rows: Sequence[BinRow], names: Sequence[str]) -> list[tuple[str, ...]]:
    """The keys of what is named: an entry, or one of its sessions. Raises InputError."""
    known = {name(row): row.key for row in rows}
    loose = [each for row in rows if row.kind == "sessions" for each in row.sessions]
    known = {each: ("sessions", each) for each in loose} | known
    for each in names:
        if each not in known:
            raise InputError("bin", f"something in it ({listed(known)})", quoted(each))
    return [known[each] for each in names]


@contextmanager
def _opened(data: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(data)
    try:
        yield catalogue
    finally:
        catalogue.close()
