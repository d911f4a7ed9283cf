"""`python -m benchmarks.viewing_tables`: tables of docs/numbers.md from results.json.

A test holds the page to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
LABELS = {
    "nss": "NSS",
    "cc": "CC",
    "kl_divergence": "KL divergence (lower is better)",
    "similarity": "SIM",
    "auc_judd": "AUC-Judd",
    "auc_shuffled": "shuffled AUC",
    "information_gain": "information gain, bits",
}


def tables() -> list[str]:
    """Each table in Markdown: OSIE, the web pages."""
    viewing = json.loads(RESULTS.read_text())["viewing"]
    return [_osie(viewing["osie"]), _pages(viewing["eyevis_web"])]


def _osie(osie: dict[str, Any]) -> str:
    rows = [
        (
            label,
            f"{osie[metric]['rest_of_class']:.2f}",
            f"{osie[metric]['centre_bias']:.2f}",
            f"{osie[metric]['better_by']:.2f} ({osie[metric]['better_by_low']:.2f} to "
            f"{osie[metric]['better_by_high']:.2f})",
            f"{osie[metric]['better_on_share_of_images']:.1%}",
        )
        for metric, label in LABELS.items()
    ]
    return _table(("measure", "other fourteen", "centre bias", "better by (95 %)", "better on images"), rows)


def _pages(pages: dict[str, Any]) -> str:
    rows = [
        (
            label,
            f"{pages[metric]['rest_of_class']:.2f}",
            f"{pages[metric]['centre_bias']:.2f}",
            f"{pages[metric]['better_on_pages']} of {pages['pages']}",
        )
        for metric, label in LABELS.items()
        if metric in pages
    ]
    return _table(("measure", "other viewers", "centre bias", "better on pages"), rows)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print("\n\n".join(tables()))
