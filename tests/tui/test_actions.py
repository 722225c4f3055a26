"""One table says what can be done; bindings, footer, palette and help only read it."""

import importlib
import pkgutil
import random
import re
from typing import Any

import pytest
from textual.binding import Binding

from curator.tui.actions import (
    APP_ACTIONS,
    ASK_ACTIONS,
    FILTER_ACTIONS,
    LABELS,
    QUEUE_ACTIONS,
    Action,
    bindings,
    key_name,
    sequences,
)
from curator.tui.app import CuratorApp
from curator.tui.footer import footer
from curator.tui.palette import Actions
from curator.tui.places import places, ways
from curator.tui.screens.edit import EditScreen
from curator.tui.screens.place import PlaceScreen
from curator.tui.screens.queue import QueueScreen
from curator.tui.widgets.ask import Ask, FilterLine

Sit = Any


def _screens() -> dict[str, type[Any]]:
    """Every screen of the folder that has keys, by its name."""
    folder = importlib.import_module("curator.tui.screens")
    modules = [
        importlib.import_module(f"{folder.__name__}.{info.name}") for info in pkgutil.iter_modules(folder.__path__)
    ]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return {value.NAME: value for value in classes if getattr(value, "NAME", "")}


SCREENS: dict[str, type[Any]] = {"app": CuratorApp, "ask": Ask, "filter line": FilterLine, **_screens()}
TABLES: dict[str, tuple[Action, ...]] = {
    "app": APP_ACTIONS,
    "ask": ASK_ACTIONS,
    "filter line": FILTER_ACTIONS,
    **{name: screen.ACTIONS for name, screen in SCREENS.items() if name not in ("app", "ask", "filter line")},
}
BY_NAME = {action.name: action for actions in TABLES.values() for action in actions}
OWNERS = {**SCREENS, "ask": QueueScreen, "filter line": QueueScreen}


@pytest.mark.parametrize("screen", TABLES)
def test_every_action_is_done_by_its_screen(screen: str) -> None:
    for action in TABLES[screen]:
        assert hasattr(OWNERS[screen], f"action_{action.name.partition('.')[0]}"), action.name


@pytest.mark.parametrize("screen", TABLES)
def test_every_binding_of_ours_is_in_the_table_and_has_its_id(screen: str) -> None:
    own = [binding for binding in SCREENS[screen].__dict__["BINDINGS"] if isinstance(binding, Binding)]
    going = ["prefix.g"] if issubclass(SCREENS[screen], PlaceScreen) else []
    assert [binding.id for binding in own] == [*(binding.id for binding in bindings(TABLES[screen])), *going]
    for binding in own:
        assert binding.id is not None
        assert binding.id in BY_NAME or binding.id.startswith("prefix.")


@pytest.mark.parametrize("screen", TABLES)
def test_no_key_means_two_things_at_once(screen: str) -> None:
    offered_together = {"draft.take", "draft.drop"}  # only while a draft is offered, when no text is typed
    keys = [key for action in TABLES[screen] if action.name not in offered_together for key in action.keys]
    assert len(keys) == len(set(keys))


def test_no_key_that_terminals_do_not_deliver() -> None:
    lost = {
        "ctrl+enter",
        "shift+enter",
        "alt+enter",
        "ctrl+i",
        "ctrl+m",
        "ctrl+h",
        "ctrl+j",
        "ctrl+space",
        "ctrl+full_stop",
    }
    keys = {key for actions in TABLES.values() for action in actions for key in action.keys}
    assert not keys & lost
    assert not [key for key in keys if key.startswith("alt+") or key.startswith("ctrl+shift")]


def test_every_action_says_what_it_does() -> None:
    for action in BY_NAME.values():
        assert action.help
        assert action.label
        assert len(action.label) <= 14


async def test_every_key_of_the_table_is_bound_in_the_running_screen(sit: Sit) -> None:
    async with sit() as seat:
        bound = set(seat.app.screen._bindings.key_to_bindings)
        firsts = {key.split()[0] for _, key in sequences(QUEUE_ACTIONS)}
        wanted = {key for action in QUEUE_ACTIONS for key in action.keys if " " not in key} | firsts
        assert wanted <= bound


async def test_the_footer_shows_only_keys_that_work(sit: Sit) -> None:
    for size in ((80, 24), (100, 30), (160, 50)):
        async with sit(size=size) as seat:
            for state in ((), ("a",), ("l",), ("slash",), ("escape", "n"), ("escape", "G"), ("e",), ("X",)):
                await seat.press(*state)
                active = seat.app.screen.active_bindings
                shown = _shown(seat.footer)
                assert shown, state
                for key, label in shown:
                    binding = next((b for b in active.values() if _writes(b.binding, key, label)), None)
                    assert binding is not None, (state, key, label)
                    assert binding.enabled, (state, key, label)


async def test_no_place_shows_a_key_that_does_not_work(sit: Sit) -> None:
    """Its footer, at once and after some keys; every binding of it is written in its help."""
    async with sit(size=(160, 50)) as seat:
        for place in places().values():
            for keys in (("escape", "escape", "g", place.key), ("j",), ("J",), ("question_mark",)):
                await seat.press(*keys)
                active = seat.app.screen.active_bindings.values()
                for key, label in _shown(seat.footer):
                    found = [one for one in active if _writes(one.binding, key, label)]
                    assert found, (place.name, keys, key, label)
                    assert all(one.enabled for one in found), (place.name, keys, key, label)
            assert seat.app.screen.NAME == "help"
            for action in TABLES[place.name]:
                labelled = action.group == LABELS  # only digits that a label has
                assert labelled or all(key_name(key) in seat.grid for key in action.keys), action.name


def _shown(line: str) -> list[tuple[str, str]]:
    """The keys of a footer line with their words."""
    labels = {(key, action.label) for action in BY_NAME.values() for key in _spellings(action)}
    found = []
    for key, label in sorted(labels, key=lambda pair: -len(pair[1])):
        if f" {key} {label} " in f" {line} ":
            found.append((key, label))
            line = line.replace(f"{key} {label}", " ", 1)
    assert not line.strip(), f"the footer shows {line.strip()!r}, which is in no table"
    return found


def _spellings(action: Any) -> set[str]:
    return {action.shown, *map(key_name, action.keys)} - {""}


def _writes(binding: Binding, key: str, label: str) -> bool:
    if (key, label, binding.action) == ("enter", "apply", "submit"):
        return True  # the input's own binding, which answers the same question
    action = BY_NAME.get(binding.id or "")
    return action is not None and action.label == label and key in _spellings(action)


@pytest.mark.parametrize("width", [20, 40, 80, 100, 160])
def test_the_footer_fits(width: int) -> None:
    pieces = footer((*QUEUE_ACTIONS, *APP_ACTIONS), lambda _: True, width)
    assert sum(len(piece.text) for piece in pieces) <= width


async def test_the_palette_offers_what_can_be_done_and_does_it(sit: Sit) -> None:
    async with sit() as seat:
        provider = Actions(seat.app.screen)
        offered = [action.name for action in provider._offered()]
        assert "review.accept" in offered
        assert "review.repeat" not in offered  # nothing to repeat yet
        assert "label.9" not in offered
        await seat.press("colon")
        await seat.type("reject")
        await seat.press("enter")
        await seat.press("enter")
        assert seat.status(1) == "rejected"


async def test_the_palette_opens_with_both_keys_and_closes(sit: Sit) -> None:
    async with sit() as seat:
        for key in ("colon", "ctrl+p"):
            await seat.press(key)
            assert seat.app.screen is not seat.queue
            await seat.press("escape")
            assert seat.app.screen is seat.queue


async def test_help_lists_every_key_that_works_and_searches(sit: Sit) -> None:
    async with sit(size=(160, 50)) as seat:
        await seat.press("question_mark")
        for action in QUEUE_ACTIONS:
            if action.keys and not action.name.startswith("label."):
                assert action.beside or action.help in seat.grid, action.name
                assert all(key_name(key) in seat.grid for key in action.keys), action.name
        assert "label bad format" in seat.grid
        assert "label 9" not in seat.grid
        await seat.type("undo")
        assert "undo, redo" in seat.grid
        assert "accept, next pending" not in seat.grid
        await seat.press("escape", "escape")
        assert seat.app.screen is seat.queue


async def test_help_while_a_text_is_typed_names_keys_that_are_no_letters(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "f1")
        assert re.search(r" f1 +the keys that work here", seat.grid)
        assert re.search(r" ctrl\+p +every command", seat.grid)
        await seat.press("f1")
        assert isinstance(seat.app.screen, EditScreen)


@pytest.mark.parametrize("seed", range(6))
async def test_random_keys_never_crash_and_never_lose_the_file(sit: Sit, seed: int) -> None:
    dice = random.Random(seed)
    keys = [key for actions in TABLES.values() for action in actions for key in action.keys if " " not in key]
    keys = [key for key in keys if key not in ("q", "ctrl+q", "ctrl+c", "E", "ctrl+o")] + list("abcz1 .")
    size = dice.choice([(80, 24), (100, 30), (160, 50), (50, 12), (39, 9)])
    async with sit(size=size) as seat:
        for _ in range(80):
            key = dice.choice(keys)
            await seat.pilot.press("space" if key == " " else "full_stop" if key == "." else key)
            if dice.random() < 0.05:
                await seat.pilot.resize_terminal(*dice.choice([(80, 24), (100, 30), (160, 50), (45, 15)]))
        await seat.settle()
        assert seat.app._exception is None
        assert seat.workspace.verify() == []


async def test_g_and_a_letter_go_from_place_to_place_and_back_to_the_queue(sit: Sit) -> None:
    async with sit() as seat:
        for way in ways()[1:]:
            await seat.press("g")
            assert way.help in seat.grid
            await seat.press(way.keys[0].split()[1])
            assert f"go.{seat.app.screen.NAME}" == way.name
            assert len(seat.app.screen_stack) == 3  # the queue, and one place over it
        await seat.press("g", "q")
        assert seat.app.screen is seat.queue
        await seat.press("G", "g", "g")
        assert seat.here == 1


async def test_the_help_says_whether_there_is_more(sit: Sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.press("question_mark")
        assert "─ ↓ more ─" in seat.grid
        await seat.press("down")
        assert "─ ↑ ↓ more ─" in seat.grid
        await seat.press(*["pagedown"] * 5)
        assert "─ ↑ more ─" in seat.grid
        assert "COPY" in seat.grid
        assert "…" not in seat.grid
