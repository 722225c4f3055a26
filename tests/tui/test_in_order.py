"""Keys that come faster than they are answered: over a slow line, a whole word is there at once."""

from typing import Any

from textual.events import Key

Sit = Any
NAMES = {".": "full_stop", " ": "space", ",": "comma"}


async def test_what_is_taken_out_and_typed_in_one_burst_is_in_the_order_of_the_keys(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("n")
        await seat.type("TODO")
        for key in (*["backspace"] * 4, *"Yes, in four days."):
            seat.app.post_message(Key(NAMES.get(key, key), key if len(key) == 1 else None))
        await seat.settle()
        await seat.press("enter")
        assert seat.entry(1).state.note == "Yes, in four days."


async def test_an_editor_takes_a_burst_in_order(sit: Sit) -> None:
    async with sit(where="id:3") as seat:
        await seat.press("e")
        first, rest = seat.entry(3).example.output_text.split("\n", 1)
        for key in ("end", "backspace", "backspace", "A", "B", "left", "C", "f2"):
            seat.app.post_message(Key(key, key if len(key) == 1 else None))
        await seat.settle()
        assert seat.entry(3).example.output_text == f"{first[:-2]}ACB\n{rest}"


async def test_a_key_behind_the_one_that_saves_is_for_the_next_row(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home", "X")
        for key in ("ctrl+s", "n", "o", "k", "enter"):
            seat.app.post_message(Key(key, key if len(key) == 1 else None))
        await seat.settle()
        assert seat.entry(1).example.output_text.startswith("X{")
        assert (seat.status(1), seat.entry(2).state.note) == ("accepted", "ok")
