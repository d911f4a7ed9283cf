"""Components written out as HTML, for large tables that a script puts into the page.

Dash's own renderer asks every component anew whenever one changes: a table of thousands stops the browser for
many seconds.
"""

from __future__ import annotations

import re
from typing import Any, Final

from dash.development.base_component import Component
from markupsafe import escape

NAMESPACE: Final = "dash_html_components"
NAMES: Final = {"className": "class", "htmlFor": "for"}


def to_html(part: Any) -> str:
    """HTML of a component of `dash.html`, of a list of them, or of text. Raises TypeError for any other."""
    if part is None or isinstance(part, list | tuple):
        return "".join(to_html(each) for each in part or ())
    if not isinstance(part, Component):
        return str(escape(part))
    known = part.to_plotly_json()
    if known["namespace"] != NAMESPACE:
        raise TypeError(f"Expected a component of dash.html, got {known['namespace']}.{known['type']}.")
    props = dict(known["props"])
    content = to_html(props.pop("children", None))
    tag = known["type"].lower()
    return f"<{tag}{''.join(_attribute(*each) for each in sorted(props.items()))}>{content}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if name == "style":
        value = ";".join(f"{_hyphenated(key)}:{each}" for key, each in value.items())
    name = NAMES.get(name, name if "-" in name else name.lower())
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def _hyphenated(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
