"""Every key of every screen, from the tables that bindings, footer and help read too."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from curator.tui.actions import APP_ACTIONS, ASK_ACTIONS, FILTER_ACTIONS, Action, Actions, key_name, remap
from curator.tui.keymap import find, load, screens
from curator.tui.places import ways

EVERYWHERE, ASKING = "everywhere", "the line that asks"


class Listed(NamedTuple):
    """An action and the screens that it works on."""

    action: Action
    screens: tuple[str, ...]


def use_own_keys(folder: Path) -> Path | None:
    """Take over the keys.toml that holds in `folder`; where it is. Raises `SettingsError`."""
    path = find(folder)
    remap(load(path))
    return path


def listed() -> list[Listed]:
    """What can be done, each once, the queue's first. Loads every screen."""
    tables: list[tuple[str, Actions]] = sorted(screens(), key=lambda table: table[0] != "queue")
    tables += [(ASKING, (*ASK_ACTIONS, *FILTER_ACTIONS)), (EVERYWHERE, (*APP_ACTIONS, *ways()))]
    found: dict[Action, list[str]] = {}
    for name, actions in tables:
        for action in dict.fromkeys(actions):
            found.setdefault(action, []).append(name)
    return [Listed(action, tuple(names)) for action, names in found.items()]


def askable(table: Sequence[Listed]) -> dict[str, tuple[str, ...]]:
    """The keys that a terminal may keep to itself, with what each does: all but letters, digits and signs."""
    found: dict[str, list[str]] = {}
    for action, names in table:
        for key in action.strokes:
            for stroke in key.split():
                if len(key_name(stroke)) > 1 and stroke != "space" and not stroke.startswith("<"):
                    found.setdefault(stroke, []).append(f"{action.help} ({names[0]})")
    return {stroke: tuple(dict.fromkeys(does)) for stroke, does in found.items()}
