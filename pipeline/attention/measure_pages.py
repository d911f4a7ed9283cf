"""The pages in ``docs/measures``, made from the registry."""

from __future__ import annotations

from pipeline.attention.registry import MEASURES, Measure

INDEX_FILE = "README.md"
_INTRODUCTION = """# Measures

Every number that Gazeboard shows, under the name that it has in tables and CSV files. These pages are made
from the registry (`pipeline/attention/registry.py`) by `python -m pipeline measures --docs docs/measures`.

Shares are stored as 0 to 1, times in ms where no other unit is given. What is not known is empty, never 0 or
-1. All of them are about where gaze fell, none about what anybody thought or felt.

    python -m pipeline analyse --data DATA --lesson COURSE/LESSON --out FOLDER

writes them for a lesson of a server: `students.csv` (each student, slide and region), `regions.csv` (the
class, each slide and region), `slides.csv` (each student and slide), `transitions.csv` (the class, from one
region to another), `density.csv` (the class, each slide and place), `exclusions.csv` (whose recordings were
left out, and why), others that the pages name, and `report.json` (parameters, versions of the regions, gap
scores). `--slide`, `--students`, `--tracked-share`, `--max-accuracy-deg` and `--calibrated-only` choose what
counts.

`students.csv` has all students who were shown a slide. Of those whose `tracked` is False it is unknown where
they looked most of the time: do not read a dwell time or a number of fixations of 0 as "did not look". They
are in no figure of the class.

Names that end in `_low` and `_high` are 95 % intervals over students. In `map_metrics.csv` and
`scanpaths.csv` each row is one measure, which it names: `value` is the mean, `low` and `high` its interval;
in `quiz.csv` these are of the difference. Which version of a slide's regions was used (`aoi_version`), and
whether gaze on overlapping regions counted for all of them or for the topmost (`overlap`), stands in every
row of every table about regions and, for every slide, in `report.json`. In `transitions.csv` and
`scanpaths.csv` it is the topmost whatever the slide's rule: there a fixation can be in one region only.

| Name | Label | Unit | Definition |
|---|---|---|---|
"""


def pages() -> dict[str, str]:
    """Text of each page by file name: one for each measure, and the list of them."""
    texts = {f"{name}.md": _page(measure) for name, measure in MEASURES.items()}
    return {INDEX_FILE: _INTRODUCTION + "".join(map(_line, MEASURES.values())), **texts}


def _line(measure: Measure) -> str:
    cells = f"[{measure.name}]({measure.name}.md)", measure.label, measure.unit, measure.definition
    return f"| {' | '.join(cells)} |\n"


def _page(measure: Measure) -> str:
    sections = [f"# {measure.label}", measure.definition]
    if measure.formula:
        sections.append(f"    {measure.formula}")
    if measure.notes:
        sections.append(f"**Reading it.** {measure.notes}")
    facts = {
        "Name": f"`{measure.name}`",
        "Unit": measure.unit or "yes or no",
        "Found in": ", ".join(measure.found),
        "Worked out by": f"`{measure.function}`",
        "Reference": measure.reference,
    }
    sections.append("\n".join(f"- {name}: {fact}" for name, fact in facts.items()))
    return "\n\n".join(sections) + "\n"
