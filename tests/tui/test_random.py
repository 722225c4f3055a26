"""Random keys over every screen: nothing crashes, the file stays sound, and undo leads back to where it began."""

import random
from pathlib import Path
from typing import Any

import pytest

from curator.tui.keymap import screens
from curator.tui.places import places
from tests.tui.test_actions import TABLES

Sit = Any
LEAVES = {"q", "ctrl+q", "ctrl+c", "E", "ctrl+o"}
"""Keys that end the program, or start another."""
SIZES = [(80, 24), (100, 30), (160, 50), (50, 12), (39, 9)]


def test_the_tables_are_those_of_every_screen() -> None:
    assert {name for name, _ in screens()} <= set(TABLES)


def everything(seat: Any) -> list[tuple[Any, ...]]:
    """What is said of every row, and its texts."""
    found = []
    for entry in seat.workspace.examples.stream():
        state = entry.state
        texts = tuple(str(message.content) for message in entry.example.messages)
        found.append((entry.seq, state.status, sorted(state.labels.items()), state.note, state.route, texts))
    return found


@pytest.mark.parametrize("name", list(places()))
async def test_random_keys_at_every_place_never_crash(sit: Sit, name: str, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # what a wizard writes
    dice = random.Random(name)
    actions = [*TABLES.get(name, ()), *(action for table in ("app", "help", "confirm") for action in TABLES[table])]
    here = sorted({key for action in actions for key in action.keys if " " not in key} - LEAVES)
    keys = here * 4 + ["g", "y", "enter", "escape", "z", "1", "down", "left_square_bracket", "w"]
    async with sit(size=dice.choice(SIZES)) as seat:
        for _ in range(3):
            await seat.press("escape", "escape", "g", places()[name].key)
            for _ in range(40):
                await seat.pilot.press(dice.choice(keys))
                if dice.random() < 0.05:
                    await seat.pilot.resize_terminal(*dice.choice(SIZES))
            await seat.settle()
        assert seat.app._exception is None
        assert seat.workspace.verify() == []


@pytest.mark.parametrize("seed", range(6))
async def test_undo_leads_back_to_where_it_began(sit: Sit, seed: int) -> None:
    dice = random.Random(seed)
    acts: list[tuple[str, ...]] = [
        ("a",), ("x",), ("f",), ("R",), ("1",), ("2",), ("4",), ("6",), ("0",), ("full_stop",), ("n", "w", "enter"),
        ("e", "w", "ctrl+s"), ("e", "w", "f2", "escape"), ("A", "y"), ("X", "y"), ("F", "y"), ("i",), ("space",),
        ("j",), ("k",), ("G",), ("right_curly_bracket",), ("t",), ("t", "j", "t", "semicolon", "x"), ("u",), ("U",),
        ("b", "x", "y", "escape"), ("g", "f", "A", "y", "escape"), ("g", "k", "R", "y", "escape"),
    ]  # fmt: skip
    async with sit() as seat:
        before = everything(seat)
        for _ in range(40):
            await seat.press(*dice.choice(acts))
        await seat.press("escape", "escape", "escape")
        assert everything(seat) != before or not seat.queue.undoable
        for _ in range(200):
            if not seat.queue.undoable:
                break
            await seat.press("u")
        assert seat.queue.undoable == ""
        assert everything(seat) == before
        assert seat.workspace.verify() == []
