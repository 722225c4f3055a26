"""Only ASCII where only ASCII can be drawn; the data stays what it is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curator.settings import Review, Settings
from curator.tui import glyphs
from curator.tui.places import places
from tests.tui.conftest import SETTINGS, said

Sit = Any
ASCII = Settings(labels=SETTINGS.labels, review=Review(min_dwell_ms=0, glyphs="ascii"))


@pytest.fixture(autouse=True)
def _unicode_again() -> Iterator[None]:
    yield
    glyphs.use_ascii(False)


def test_every_glyph_has_a_form_in_ascii() -> None:
    assert all(len(glyph) == 1 and not glyph.isascii() and form.isascii() for glyph, form in glyphs.TABLE.items())


def test_every_glyph_that_the_interface_draws_is_in_the_table() -> None:
    found = set()
    for path in Path(glyphs.__file__).parent.rglob("*.py"):
        found |= set(re.findall(r"[^\x00-\x7f]", path.read_text(encoding="utf-8")))
    assert found - set(glyphs.TABLE) == set()


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)])
async def test_every_screen_is_drawn_in_ascii(sit: Sit, fill: Any, size: tuple[int, int]) -> None:
    path = fill([said("Why is it late?", "It takes 9 days."), said("Why is it late?", "It takes 10 days. " * 80)])
    async with sit(path, size=size, settings=ASCII) as seat:
        looks: list[tuple[str, ...]] = [
            ("a",), ("e", "x"), ("escape", "y"), ("question_mark",), ("escape",), ("colon",), ("escape",), ("slash",),
            ("escape", "z"), ("z", "b"), ("escape", "g"), ("escape", "o"), ("escape", "n"), ("escape", "H"),
        ]  # fmt: skip
        for keys in (*looks, *(("escape", "g", place.key) for place in places().values())):
            await seat.press(*keys)
            assert [line for line in seat.grid.splitlines() if not line.isascii()] == [], keys


async def test_the_data_stays_what_it_is_and_nothing_of_it_is_taken_for_ours(sit: Sit, fill: Any) -> None:
    text = "▸ so … und schön"
    async with sit(fill([said(text, text)]), size=(160, 50), settings=ASCII) as seat:
        assert text in seat.grid  # in a pane of its own
        assert "<U+25B8> so <U+2026> und schön" in seat.grid  # in the list, between our own glyphs
        assert seat.grid.count("▸") == 2


async def test_a_line_that_is_cut_says_so_in_ascii(sit: Sit, fill: Any) -> None:
    async with sit(fill([said("a" * 400, "b")]), size=(80, 24), settings=ASCII) as seat:
        row = next(line for line in seat.grid.splitlines() if line.startswith("|>-"))
        assert row.endswith("aaa...|")
        assert len(row) == 80


@pytest.mark.parametrize(
    ("setting", "encoding", "wanted"),
    [("auto", "UTF-8", False), ("auto", "US-ASCII", True), ("auto", "ISO-8859-1", True), ("ascii", "UTF-8", True)],
)
def test_ascii_is_drawn_where_it_is_asked_for_or_the_locale_has_no_more(
    monkeypatch: pytest.MonkeyPatch, setting: str, encoding: str, wanted: bool
) -> None:
    monkeypatch.setattr("locale.getencoding", lambda: encoding)
    assert glyphs.wanted(setting) is wanted
    assert not glyphs.wanted("unicode")
