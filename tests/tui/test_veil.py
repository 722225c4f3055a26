"""Secrets and personal data are dots on the screen until somebody asks for those of one row."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.model import Finding, Fix, Span
from curator.tui import veil
from curator.tui.veil import CAUTIOUS, EXACT, OPEN
from curator.workspace import Change, Workspace

Sit = Any
MAIL, CARD = "maren.loewe@gmail.com", "4111 1111 1111 1111"
TOLD = f"Write to {MAIL} or charge {CARD}."
KEY = "sk-proj-Zx81kQ0pLm27vTq9RwYc3NbHe5UdGf6s"


@pytest.fixture
def private(fill: Any) -> Path:
    """Two rows that hold personal data everywhere, with a finding in the first."""
    row = {
        "messages": [
            {"role": "system", "content": f"Ask {MAIL}."},
            {"role": "user", "content": TOLD},
            {"role": "assistant", "content": f"I wrote to {MAIL} today."},
        ],
        "owner": MAIL,
    }
    path: Path = fill([row, row])
    with Workspace.open(path) as workspace:
        first, second = (entry.example.id for entry in workspace.examples.entries([1, 2]))
        run = workspace.findings.begin_run({"SAF001": ("warning", "personal-data")}, {})
        where = (Span("messages[2].content", 11, 32, "e-mail address"),)
        fix = Fix({"messages[2].content": "I wrote to [EMAIL] today."})
        run.add(
            [Finding("SAF001", first, "An e-mail address.", evidence=where, fix=fix, related=(second,), rule="mail")]
        )
        run.finish()
    return path


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)])
async def test_values_are_masked_in_every_pane(sit: Sit, private: Path, size: tuple[int, int]) -> None:
    async with sit(private, size=size) as seat:
        for keys in (("S",), ("right_square_bracket",), ("v",), ("escape",), ("F",), ("escape",), ("z",)):
            await seat.press(*keys)
            assert MAIL not in seat.grid
            assert CARD not in seat.grid
        assert "mar••••••" in seat.grid


async def test_a_key_shows_them_in_this_row_and_masks_them_again(sit: Sit, private: Path) -> None:
    async with sit(private) as seat:
        await seat.press("m")
        assert MAIL in seat.grid
        assert "unmasked" in seat.last_line
        await seat.press("m")
        assert MAIL not in seat.grid
        await seat.press("m", "j")
        assert MAIL not in seat.grid
        await seat.press("k")
        assert MAIL not in seat.grid


async def test_rows_of_the_list_stay_masked(sit: Sit, private: Path) -> None:
    async with sit(private, size=(80, 24)) as seat:
        await seat.press("m")
        rows = [line for line in seat.grid.splitlines() if " 1 Write to" in line or " 2 Write to" in line]
        assert len(rows) == 2
        assert not any(MAIL in row for row in rows)


async def test_evidence_marks_the_same_characters(sit: Sit, private: Path) -> None:
    async with sit(private) as seat:
        await seat.press("right_square_bracket")
        marked = [s.text for strip in seat.strips for s in strip if s.text.startswith("mar••••")]
        assert "mar" + "•" * (len(MAIL) - 3) in marked


async def test_the_card_shows_what_is_asked_for(sit: Sit, private: Path) -> None:
    async with sit(private) as seat:
        await seat.press("v")
        assert "[-mar" in seat.grid
        assert MAIL not in seat.grid
        await seat.press("m")
        assert MAIL in seat.grid
        await seat.press("escape")
        assert seat.queue.unveiled == 1


async def test_the_editor_has_the_real_text(sit: Sit, private: Path) -> None:
    async with sit(private) as seat:
        await seat.press("e")
        assert MAIL in seat.grid
        await seat.press("home", "Z", "f2")
        assert seat.entry(1).example.output_text == f"ZI wrote to {MAIL} today."
        assert MAIL not in seat.grid


async def test_an_undo_that_is_refused_does_not_tell_them(sit: Sit, private: Path) -> None:
    async with sit(private) as seat:
        await seat.press("e", "home", "Z", "f2")
        with Workspace.open(private) as other:
            revision = other.examples.entry(1).state.revision
            other.log.record([Change(1, "messages[2].content", f"{MAIL} it is", revision)], actor="bob")
        await seat.press("u")
        assert "refused: now mar•••" in seat.last_line
        assert MAIL not in seat.grid


@pytest.mark.parametrize("text", [TOLD, f"api_key = {KEY}", "Call +44 7911 123456 today", "10.0.0.1 or 81.2.69.142"])
def test_what_is_shown_before_the_checks_are_loaded_shows_no_more(text: str) -> None:
    cautious, exact = CAUTIOUS.hide(text), EXACT.hide(text)
    dotted = [index for index, (was, now) in enumerate(zip(text, exact, strict=True)) if was != now]
    assert not any(cautious[index] == text[index] for index in dotted)


@given(st.text(max_size=200))
def test_a_veiled_text_is_as_long_as_the_text(text: str) -> None:
    assert len(CAUTIOUS.hide(text)) == len(EXACT.hide(text)) == len(text)


def test_a_part_of_a_long_text_is_veiled_like_the_whole() -> None:
    text = ("Some words that say nothing at all. " * 50 + TOLD) * 40
    assert len(text) > veil.WHOLE
    whole = EXACT.hide(text)
    for start in range(0, len(text), 7_001):
        assert EXACT.part(text, start, start + 7_001) == whole[start : start + 7_001]


def test_a_value_is_masked_also_where_a_beginning_is_cut_off() -> None:
    for most in range(10, len(TOLD)):
        assert EXACT.head(TOLD, most) == EXACT.hide(TOLD)[:most]
        assert OPEN.head(TOLD, most) == TOLD[:most]
