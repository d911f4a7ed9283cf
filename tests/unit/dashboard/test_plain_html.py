"""Components as HTML: elements as Dash would have made them; nothing that was typed becomes a tag."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from dash import dcc, html

from dashboard.plain_html import to_html


def test_elements_attributes_and_styles_are_written_as_html_has_them() -> None:
    part = html.Table(
        [
            html.Caption("Shares", className="a b"),
            html.Tr([html.Td(3), html.Td([1.5, " s"], colSpan=2, title='"<&>"'), None]),
        ],
        style={"backgroundColor": "#fff", "width": "3%"},
        hidden=True,
        **{"data-x": 2, "aria-label": "T"},
    )
    assert to_html(part) == (
        '<table aria-label="T" data-x="2" hidden style="background-color:#fff;width:3%">'
        '<caption class="a b">Shares</caption>'
        '<tr><td>3</td><td colspan="2" title="&#34;&lt;&amp;&gt;&#34;">1.5 s</td></tr></table>'
    )
    assert to_html([None, "x", [html.B("y")]]) == "x<b>y</b>"


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '" onload="alert(1)', "</span><img src=x>", "'&lt;"]
)
def test_what_was_typed_stays_text(typed: str) -> None:
    found: list[tuple[str, list[tuple[str, str | None]]]] = []
    texts: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))
    parser.handle_data = texts.append
    parser.feed(to_html(html.Span(typed, title=typed, style={"left": typed})))
    parser.close()
    assert found == [("span", [("title", typed), ("style", f"left:{typed}")])] or found == [
        ("span", [("style", f"left:{typed}"), ("title", typed)])
    ]
    assert "".join(texts) == typed


def test_other_components_are_refused() -> None:
    with pytest.raises(TypeError, match="Link"):
        to_html(html.Div(dcc.Link("x", href="/")))
