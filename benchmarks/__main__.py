"""`python -m benchmarks [NAME ...]`: run all benchmarks, or those named, and write results.json."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
NAMES = (
    "pipeline_speed",
    "import_speed",
    "dashboard_query",
    "sample_counting",
    "aoi_speed",
    "lesson_measures",
    "accuracy",
    "event_agreement",
    "event_speed",
    "viewing",
    "proposals",
    "dashboard_browser",
    "regions_saving",
)


def main(wanted: list[str]) -> None:
    """Run the benchmarks; what was not run keeps its former result."""
    unknown = set(wanted) - set(NAMES)
    if unknown:
        sys.exit(f"Expected names among {', '.join(NAMES)}, got {', '.join(sorted(unknown))}.")
    for name in wanted or NAMES:
        print(f"{name} ...", flush=True)
        result = importlib.import_module(f"benchmarks.{name}").run()
        results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
        results[name] = {"measured_on": dt.date.today().isoformat(), "machine": _machine()} | result
        print(json.dumps(_without_seeds(result), indent=2))
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")


def _without_seeds(result: Any) -> Any:
    """The result without its rows for single seeds: they are for the file."""
    if not isinstance(result, dict):
        return result
    return {name: _without_seeds(value) for name, value in result.items() if name != "seeds"}


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main(sys.argv[1:])
