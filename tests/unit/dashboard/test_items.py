"""What is compared leads from an address and back; whatever is no item is as if it were not there."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import urls
from dashboard.group import Rules
from dashboard.items import LIMIT, Item, read_items

DAY = dt.date(2026, 10, 1)
ITEMS = (
    Item(("biology-7",)),
    Item(("biology-7", "photosynthesis"), group="7a", since=DAY, until=dt.date(2026, 10, 31)),
    Item(("c", "l.1", "s_2"), version=2, students=("S 1", "a,b", "x+y~z")),
)


@pytest.mark.parametrize("item", ITEMS, ids=str)
def test_there_and_back(item: Item) -> None:
    assert Item.read(str(item)) == item
    assert "," not in str(item)  # commas part items in an address
    asked = parse_qs(urlsplit(urls.difference_image(item, item)).query)
    assert asked == {"a": [str(item)], "b": [str(item)]}


@pytest.mark.parametrize(
    "word",
    ["", "course", "course:", "course:a/b", "lesson:a", "slide:a/b/", "school:a", "~group:7a", "lesson:a//b"],
)
def test_what_is_no_item(word: str) -> None:
    assert Item.read(word) is None


def test_what_cannot_be_understood_of_an_item_is_left_out() -> None:
    assert Item.read("course:a~version:2~since:tomorrow~nonsense~tracked:3~group:") == Item(("a",))
    assert Item.read("slide:a/b/c~version:-1~students::") == Item(("a", "b", "c"))


def test_the_items_of_an_address() -> None:
    asked = ["course:a,course:b", "course:a", None, "nothing", " course:c "]
    assert read_items(asked) == (Item(("a",)), Item(("b",)), Item(("c",)))
    assert read_items(None) == ()
    assert len(read_items([f"course:{number}" for number in range(40)])) == LIMIT


def test_an_items_own_narrowing_comes_before_that_of_all() -> None:
    usual = Rules(tracked_share_min=0.7, group="7b", since=DAY, version=3)
    assert Item(("a",), group="7a").rules(usual) == Rules(tracked_share_min=0.7, group="7a", since=DAY)
    assert Item(("a", "b", "c"), version=1).rules(usual).version == 1
