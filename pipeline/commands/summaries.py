"""The summaries of all sessions, made for pages that compare many of them."""

from __future__ import annotations

import os
from contextlib import closing

import typer

from pipeline import jobs
from pipeline.commands.console import DataPath, progress_bar
from pipeline.scales import Scales
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.summaries import Summaries

NICENESS = 10  # pages come first


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(summarise)


def summarise(data: DataPath, attached: bool = False) -> None:
    """Sum up every session on every slide, as far as that has not been done; the server does so by itself."""
    if attached:
        jobs.when_input_ends(lambda: os._exit(jobs.STOPPED_STATUS))
        os.nice(NICENESS)
    with closing(Catalogue.open(data)) as catalogue, closing(Lake(catalogue.lake)) as lake:
        summaries, scales = Summaries(catalogue, lake), Scales(catalogue, lake)
        total = len(summaries.courses())
        with progress_bar() as tell:  # only on a terminal
            for done, _ in enumerate(summaries.make_all(), start=1):
                tell("Summaries", done / total)
            for done, course_id in enumerate(summaries.courses(), start=1):
                scales.make(course_id)
                tell("Angles", done / total)
