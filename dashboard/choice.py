"""What a reader has chosen to see of a slide: the query of the workbench's address, and nothing else.

Whatever an address says that cannot be understood is as if it were not there, so that old links and slips of
the hand still lead to the slide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from dashboard.group import Rules

# What can lie over a slide, from the bottom to the top; any of them together.
OVERLAYS: Final = (
    *("saliency", "fog", "heatmap", "difference", "cloud"),
    *("fixations", "scanpath", "uncertainty", "regions"),
)
USUAL: Final = ("heatmap", "regions")
NOTHING: Final = "none"  # how an address says that nothing lies over the slide

# What some overlays can be told: the name in the address, and the answers, the usual one first.
OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("duration", "relative", "count", "percent"),
    "cloud": ("samples", "fixations"),
    "path": ("students", "flow"),
    "error": ("fixations", "regions"),
    "labels": ("both", "observed", "expected", "gap"),
    "step": ("visits", "fixations"),
}
OPTION_OF: Final = {
    "heatmap": "kind", "cloud": "cloud", "scanpath": "path", "uncertainty": "error", "regions": "labels",
}  # fmt: skip
# Percent, where nothing else is chosen; what covers the slide lets it through.
OPACITY: Final = dict.fromkeys(OVERLAYS, 100) | {"heatmap": 80, "saliency": 80, "cloud": 80}
OPACITY_MIN: Final = 10
COLUMNS: Final = ("region", "share", "gap", "reach")  # by which the table of regions can be sorted
OTHERS: Final = "others"  # whom a difference is against: everybody else

_AGAINST: Final = re.compile(r"others|group:[^,&]{1,64}|version:[1-9]\d{0,3}")
_SORT: Final = re.compile(rf"-?({'|'.join(COLUMNS)})")
_NAME_MAX: Final = 64


@dataclass(frozen=True)
class Choice:
    """What of a slide is to be seen, and of whom.

    `opacity` are percents by overlay, those that are not as usual; `against` whom a difference is to:
    ``others``, ``group:ID`` or ``version:N``; `sort` a column of the table of regions, with a minus for
    falling; `order` the region by whose first look the students are sorted; `region` the one held up.
    """

    overlays: tuple[str, ...] = USUAL
    kind: str = OPTIONS["kind"][0]
    cloud: str = OPTIONS["cloud"][0]
    path: str = OPTIONS["path"][0]
    error: str = OPTIONS["error"][0]
    labels: str = OPTIONS["labels"][0]
    step: str = OPTIONS["step"][0]
    against: str | None = None
    opacity: tuple[tuple[str, int], ...] = ()
    students: tuple[str, ...] = ()
    sort: str | None = None
    order: str | None = None
    region: str | None = None
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def read(cls, query: Mapping[str, Any] | None, rules: Mapping[str, Any] | None = None) -> Choice:
        """The choice of an address, or of a page's controls, which keep the rules by themselves."""
        asked = query or {}
        told = {
            name: value if (value := str(asked.get(name))) in known else known[0]
            for name, known in OPTIONS.items()
        }
        return cls(
            overlays=_overlays(asked),
            against=_matching(_AGAINST, asked.get("against")),
            opacity=_opacities(asked),
            students=_names(asked.get("students")),
            sort=_matching(_SORT, asked.get("sort")),
            order=_name(asked.get("order")),
            region=_name(asked.get("region")),
            rules=Rules.read(asked if rules is None else rules),
            **told,
        )

    def query(self) -> dict[str, Any]:
        """What an address needs to say of this beside whose recordings count; None for what is as usual."""
        usual = Choice()
        told = {name: getattr(self, name) for name in (*OPTIONS, "against", "sort", "order", "region")}
        return {
            "overlays": None if self.overlays == USUAL else ",".join(self.overlays) or NOTHING,
            **{name: None if value == getattr(usual, name) else value for name, value in told.items()},
            **{f"opacity.{name}": str(percent) for name, percent in self.opacity},
            "students": self.students or None,
        }

    def address(self) -> dict[str, Any]:
        """All of it, as an address holds it."""
        return {**self.query(), **self.rules.query()}

    def whose(self) -> dict[str, tuple[str, ...] | str | None]:
        """Whose gaze this is, as the addresses of pictures and numbers hold it."""
        return {"students": self.students or None, **self.rules.query()}

    def opacity_of(self, overlay: str) -> int:
        """How opaque an overlay is, in percent."""
        return dict(self.opacity).get(overlay, OPACITY[overlay])


NAMES: Final = tuple(each.name for each in fields(Choice))


def _overlays(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that are known, from the bottom to the top; also as addresses named one of them once."""
    if asked.get("overlays"):
        named = _split(asked["overlays"])
        known = tuple(name for name in OVERLAYS if name in named)
        return known if known or NOTHING in named else USUAL
    if asked.get("overlay") not in OVERLAYS:
        return USUAL
    regions = () if asked.get("regions") == "0" else ("regions",)
    return tuple(name for name in OVERLAYS if name in (asked["overlay"], *regions))


def _opacities(asked: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Percents by overlay; also as addresses had one for the heatmap once."""
    found = {name: _percent(asked.get(f"opacity.{name}")) for name in OVERLAYS}
    if found["heatmap"] is None:
        found["heatmap"] = _percent(asked.get("opacity"))
    return tuple((name, value) for name, value in found.items() if value not in (None, OPACITY[name]))


def _percent(value: Any) -> int | None:
    words = str(value)
    if not (words.isascii() and words.isdecimal()) or len(words) > 3:
        return None
    return min(max(int(words), OPACITY_MIN), 100)


def _split(value: Any) -> Sequence[str]:
    return value if isinstance(value, (list, tuple)) else str(value or "").split(",")


def _names(value: Any) -> tuple[str, ...]:
    return tuple(name for name in map(_name, _split(value)) if name)


def _name(value: Any) -> str | None:
    name = value if isinstance(value, str) else ""
    return name if 0 < len(name) <= _NAME_MAX else None


def _matching(pattern: re.Pattern[str], value: Any) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None
