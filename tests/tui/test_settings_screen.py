"""Settings on the screen: found, understood and changed in curator.toml, and never to what is not allowed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.checks.base import checks
from curator.settings import load
from curator.tui.screens.settings import SettingsScreen

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
WRITTEN = """\
[checks]
ignore = ["STY"]

# our answers end in a tag
[checks.truncated-output]
stops = 0.95

[filters]
worst = "sev:error"
"""


@pytest.fixture
def shop(refunds: Path) -> Path:
    """A workspace with some settings of its own."""
    (refunds.parent / "curator.toml").write_text(WRITTEN)
    return refunds


def toml(path: Path) -> str:
    return (path.parent / "curator.toml").read_text()


async def settings(seat: Any) -> Any:
    await seat.press("g", "s")
    assert isinstance(seat.app.screen, SettingsScreen)
    return seat.app.screen


async def change(seat: Any, text: str) -> None:
    await seat.press("enter", "end", "ctrl+u")
    await seat.type(text)
    await seat.press("enter")


async def find(seat: Any, text: str) -> None:
    await seat.press("slash")
    await seat.type(text)
    await seat.press("enter")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, shop: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        await settings(seat)
        golden(f"settings-{size[0]}x{size[1]}", seat.grid)
        await find(seat, "stops")
        await seat.press("enter", "end", "ctrl+u", "2", "enter")
        golden(f"settings-refused-{size[0]}x{size[1]}", seat.grid)


async def test_it_reads_without_colours(sit: Sit, shop: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(shop, size=(80, 24)) as seat:
        for _ in range(2):
            seat.app.action_app("theme")
        await settings(seat)
        golden("settings-mono-80x24", seat.grid)


async def test_every_setting_is_there_with_what_it_may_be(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        screen = await settings(seat)
        listed = [line.setting for line in screen.lines if line.setting is not None]
        assert [".".join(one.keys) for one in listed[:6]] == [
            "review.min_dwell_ms", "review.theme", "review.glyphs", "checks.select", "checks.ignore", "filters.worst",
        ]  # fmt: skip
        assert [(one.check, one.name) for one in listed[6:]] == [
            (check.code, option.name) for check in checks() for option in check.options
        ]
        assert "3 of them set" in seat.last_line
        await find(seat, "stops")
        assert "checks.truncated-output.stops" in seat.grid
        assert "is      0.95    from [checks.truncated-output] in curator.toml" in seat.grid
        assert "allowed 0.5 to 1" in seat.grid
        assert toml(shop) == WRITTEN


async def test_a_value_is_changed_in_place(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        await settings(seat)
        await change(seat, "200")
        assert "min_dwell_ms · saved in curator.toml" in seat.last_line
        assert load(shop.parent).review.min_dwell_ms == 200
        assert "# our answers end in a tag" in toml(shop)
        await seat.press("j")
        await change(seat, "mono")
        assert load(shop.parent).review.theme == "mono"
        assert seat.app.theme == "curator-mono"  # worn at once
        await find(seat, "select")
        await change(seat, "TXT, con001")
        assert load(shop.parent).select == ("TXT", "con001")
        await find(seat, "stops")
        await change(seat, "0.7")
        assert load(shop.parent).checks == {"truncated-output": {"stops": 0.7}}
        await find(seat, "worst")
        await change(seat, 'sev:error out~"sorry"')
        assert load(shop.parent).filters == {"worst": 'sev:error out~"sorry"'}


@pytest.mark.parametrize(
    ("setting", "text", "sentence"),
    [
        ("min_dwell", "-3", "min_dwell_ms = -3 is not allowed; it must be a whole number from 0 to 10000"),
        ("min_dwell", "soon", "'soon' is not allowed; it must be a whole number"),
        ("theme", "pink", "it must be dark, light, mono"),
        ("glyphs", "emoji", "it must be auto, unicode or ascii"),
        ("stops", "2", "option stops = 2 is not allowed; it may be 0.5 to 1"),
        ("ignore", "TXZ", "TXZ"),
        ("worst", "len(", "a function"),
        ("worst", " ", "a filter is missing"),
    ],
)
async def test_what_is_not_allowed_is_said_and_not_written(
    sit: Sit, shop: Path, setting: str, text: str, sentence: str
) -> None:
    async with sit(shop, size=(160, 50)) as seat:
        await settings(seat)
        await find(seat, setting)
        await change(seat, text)
        if setting != "worst" or text == " ":
            assert sentence in seat.grid
        assert toml(shop) == WRITTEN
        assert seat.app.screen.asking == "value"  # to be corrected
        await seat.press("escape")


async def test_reset_gives_the_default_back(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        screen = await settings(seat)
        assert not screen.possible("settings.reset")
        await find(seat, "stops")
        await seat.press("r")
        assert load(shop.parent).checks == {}
        assert "from its default" in seat.grid
        assert "stops has its default again" in seat.last_line
        assert not screen.possible("settings.reset")
        await find(seat, "worst")
        await seat.press("r")
        assert load(shop.parent).filters == {}


async def test_settings_are_searched(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        screen = await settings(seat)
        await find(seat, "dup")
        first = screen.here
        assert first.check.startswith("DUP")
        await seat.press("n")
        assert screen.here != first
        await find(seat, "nowhere")
        assert "no setting has 'nowhere' in its name" in seat.last_line


async def test_headings_are_passed_over(sit: Sit, shop: Path) -> None:
    async with sit(shop) as seat:
        screen = await settings(seat)
        for key in ("j", "j", "j", "j", "k", "k", "pagedown", "pageup", "home", "k", "G", "j"):
            await seat.press(key)
            assert screen.here is not None


async def test_without_a_file_the_first_change_makes_one(sit: Sit, refunds: Path) -> None:
    async with sit(refunds) as seat:
        await settings(seat)
        assert "no curator.toml yet" in seat.grid
        await change(seat, "0")
        assert toml(refunds) == "[review]\nmin_dwell_ms = 0\n"


async def test_a_file_that_is_wrong_is_said(sit: Sit, shop: Path) -> None:
    (shop.parent / "curator.toml").write_text("[review]\nmin_dwel_ms = 3\n")
    async with sit(shop) as seat:
        await settings(seat)
        assert "there is no setting 'min_dwel_ms' (did you mean 'min_dwell_ms'?)" in seat.last_line
        await seat.press("enter", "r", "j", "G", "n", "slash", "x", "enter")


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, shop: Path, size: tuple[int, int]) -> None:
    async with sit(shop, size=size) as seat:
        await settings(seat)
        for keys in (("j", "j"), ("J", "G"), ("enter",)):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]
