"""Tables that commands write, and lists that they are given."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would calculate it


def names_of(text: str) -> list[str]:
    """The names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def write_tables(out: Path, tables: dict[str, pd.DataFrame], report: dict[str, Any], sometimes: str) -> None:
    """Whole files appear, the report last, or none.

    `sometimes` is the table that not every run has: that of an earlier run does not stay beside these.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".") as scratch:
        for name, table in tables.items():
            _harmless(table).to_csv(Path(scratch, name), index=False, float_format="%.10g")
        Path(scratch, "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        for name in (*tables, "report.json"):
            Path(scratch, name).replace(out / name)
    if sometimes not in tables:
        (out / sometimes).unlink(missing_ok=True)


def _harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet takes for texts."""
    texts = {
        str(name): table[name].map(lambda text: f"'{text}" if str(text).startswith(FORMULA_STARTS) else text)
        for name in table.select_dtypes(["object", "string"])
    }
    return table.assign(**texts)
