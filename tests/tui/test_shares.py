"""Lines are given to who needs them, in the law and on the screen."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from curator.tui.shares import LEAST, helps, shares
from tests.tui.conftest import said

Sit = Any
needs_of = st.lists(st.integers(0, 60), min_size=1, max_size=4)


@given(needs_of, st.integers(8, 80))
def test_all_lines_are_given_and_nobody_who_needs_few_is_cut(needs: list[int], room: int) -> None:
    given_out = shares(needs, room)
    assert sum(given_out) == room
    assert min(given_out) >= LEAST
    even = room // len(needs)
    assert all(has >= min(need, even) for need, has in zip(needs, given_out, strict=True))


@given(needs_of, st.integers(8, 80))
def test_once_divided_so_nothing_more_is_to_be_gained(needs: list[int], room: int) -> None:
    assert not helps(needs, shares(needs, room))


LONG = "\n".join(f"Line {number} of what is asked." for number in range(1, 10))


async def test_a_long_input_takes_the_lines_that_a_short_output_leaves(sit: Sit, fill: Any) -> None:
    async with sit(fill([said("Hi", "Ho"), said(LONG, "Yes."), said("Hi", LONG)]), size=(80, 24)) as seat:
        await seat.press("j")
        assert "Line 9 of what is asked." in seat.grid
        await seat.press("j")
        assert "Line 9 of what is asked." in seat.grid
        await seat.press("k", "z", "z")
        assert "Line 9 of what is asked." in seat.grid


async def test_of_several_turns_the_last_one_is_in_sight(sit: Sit, fill: Any) -> None:
    turns = [text for number in range(8) for text in (f"Question {number}?", f"Answer {number}.")]
    async with sit(fill([said(*turns)]), size=(80, 24)) as seat:
        assert "Question 7?" in seat.grid
        assert "Question 0?" not in seat.grid
        await seat.press(*["K"] * 25)
        assert "Question 0?" in seat.grid


async def test_both_sides_of_a_conflict_and_its_input_fit_where_there_is_room(sit: Sit, refunds: Any) -> None:
    async with sit(refunds, size=(80, 24)) as seat:
        await seat.press("g", "c", "i")
        assert "You are the support assistant of Acme." in seat.grid
        assert "greeting, JSON with keys answer, escalate." in seat.grid
        assert "[-true-]" in seat.grid
        assert "{+false+}" in seat.grid


async def test_a_key_that_has_nothing_to_do_says_so(sit: Sit) -> None:
    async with sit(where="id:5") as seat:
        await seat.press("v")
        assert "v (" in seat.last_line
        assert "has nothing to do here" in seat.last_line
