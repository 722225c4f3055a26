"""keys.toml: other keys for what can be done, by the ids that `bindings` gives.

    "review.accept" = ["a", "enter"]      # these instead of its own
    "review.route" = ["ctrl+t"]
    "queue.leave" = []                    # no key: it is in the palette

The file lies beside the workspace, or in ~/.config/curator for all of them. It is read once, and whatever is wrong
with it is one sentence. Sequences (``g g``, ``y o``) stay as they are: a key that is given comes beside them.
"""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from curator.errors import SettingsError
from curator.tui.actions import (
    APP_ACTIONS,
    ASK_ACTIONS,
    EDIT,
    FILTER_ACTIONS,
    KEY_NAMES,
    QUEUE_ACTIONS,
    Action,
    Actions,
    key_name,
    sequences,
    unpressed,
)

NAME = "keys.toml"
Keys = Mapping[str, tuple[str, ...]]
"""The keys of each action that has others than its own, as Textual names them."""

_MOVES = ("up", "down", "left", "right", "home", "end")
_NAMED = (
    "escape", "enter", "tab", "space", "backspace", "delete", "insert", "pageup", "pagedown", *_MOVES,
    *(f"f{number}" for number in range(1, 13)),
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# ctrl+i, m, h and j are tab, enter, backspace and newline on the line.
_CONTROLLED = [f"ctrl+{letter}" for letter in _LETTERS if letter not in "imhj"]
DELIVERED = frozenset((*_NAMED, "shift+tab", *_CONTROLLED, *(f"{m}+{k}" for m in ("ctrl", "shift") for k in _MOVES)))
"""The keys besides letters, digits and signs that every terminal sends as themselves."""
_MODIFIERS = {"ctrl", "control", "shift", "alt", "meta", "option", "cmd", "super", "hyper"}
_SPELLINGS = {written: name for name, written in KEY_NAMES.items()} | {
    "del": "delete",
    "ins": "insert",
    "return": "enter",
}


def find(folder: Path) -> Path | None:
    """The keys.toml that holds for a workspace in `folder`: the one beside it, or the reader's own."""
    config = os.environ.get("XDG_CONFIG_HOME")
    own = Path(config) if config else Path.home() / ".config"
    return next((path for path in (folder / NAME, own / "curator" / NAME) if path.is_file()), None)


def load(path: Path | None) -> Keys:
    """The keys that the file sets. Raises `SettingsError` that names the file, the id, the key and what is wrong."""
    if path is None:
        return {}
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: this is not TOML: {error}") from error
    written = dict(_flat(document))
    tables = _tables(written)
    known = {action.name: action for actions in tables.values() for action in actions}
    found = {name: _keys(path, name, value, known) for name, value in written.items()}
    for name, actions in tables.items():
        _check_screen(path, name, actions, found)
    return found


def keymap(keys: Keys) -> dict[str, str]:
    """The same as Textual's keymap, by the id of the binding."""
    return {name: ",".join(own) or unpressed(name) for name, own in keys.items()}


def _flat(document: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    """Ids and their keys; ``review.accept`` without quotes is a table in TOML, and means the same."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def _tables(written: Iterable[str]) -> dict[str, Actions]:
    """What can be done, by screen: of the queue, and of every screen when the file names more than the queue's.

    Loading every screen takes a tenth of a second, which those who only change keys of the queue do not wait for.
    """
    tables = {"queue": QUEUE_ACTIONS, "the line that asks": (*ASK_ACTIONS, *FILTER_ACTIONS)}
    if not {action.name for actions in tables.values() for action in actions} >= set(written):
        tables |= {name: actions for name, actions in screens() if name != "queue"}
        tables["every"] = APP_ACTIONS
    return tables


def screens() -> list[tuple[str, Actions]]:
    """Every screen with keys: its name, and what can be done on it. Loads them."""
    from textual.screen import Screen

    from curator.registry import discover

    found = [value for value in discover("curator.tui.screens", type) if issubclass(value, Screen)]
    named: dict[str, Actions] = {getattr(value, "NAME", ""): getattr(value, "ACTIONS", ()) for value in found}
    return sorted((name, actions) for name, actions in named.items() if name and actions)


# -- what is wrong -----------------------------------------------------------------------------------------------


def _keys(path: Path, name: str, value: Any, known: Mapping[str, Action]) -> tuple[str, ...]:
    """The keys of one line of the file, as Textual names them."""
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f" (did you mean {near[0]!r}?)" if near else "; `curator keys` lists them"
        raise SettingsError(f"{path}: there is no action {name!r}{hint}")
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(key, str) for key in given):
        raise SettingsError(f'{path}: {name} = {value!r} is not allowed; write a list of keys, such as ["a", "f5"]')
    keys = tuple(dict.fromkeys(key_of(path, name, key) for key in given))
    letters = [key for key in keys if len(key_name(key)) == 1 or key == "space"]
    if letters and _typing(known[name]):
        raise SettingsError(
            f"{path}: {name}: {key_name(letters[0])!r} is text where this works; "
            f"use a key that types nothing, such as f5 or ctrl+t"
        )
    return keys


def key_of(path: Path, name: str, key: str) -> str:
    """One key of the action `name` as Textual names it."""
    if len(key) == 1 and key.isprintable():
        return _character(key)
    if len(key.split()) > 1:
        raise SettingsError(f"{path}: {name}: {key!r} is a sequence, which cannot be set; use single keys")
    *modifiers, last = key.split("+")
    last = _SPELLINGS.get(last.lower(), last.lower() if modifiers or len(last) > 1 else last)
    plain = "+".join([*(modifier.lower() for modifier in modifiers), last])
    if plain in DELIVERED:
        return plain
    if not modifiers and last in KEY_NAMES:
        return last
    if modifiers and all(modifier.lower() in _MODIFIERS for modifier in modifiers):
        upper = f"write {last.upper()!r} for it" if modifiers == ["shift"] and last in _LETTERS else _USE
        raise SettingsError(f"{path}: {name}: terminals do not deliver {key!r}; {upper}")
    near = get_close_matches(plain, [*DELIVERED, *_SPELLINGS], n=1, cutoff=0.6)
    hint = f" (did you mean {near[0]!r}?)" if near else f"; {_USE}"
    raise SettingsError(f"{path}: {name}: there is no key {key!r}{hint}")


_USE = "use a letter, a digit, a sign, f1 to f12, or ctrl with a letter but h, i, j and m"


def _character(character: str) -> str:
    """Textual's name of the key that types a character: ``?`` is ``question_mark``."""
    from textual.binding import Binding

    return "comma" if character == "," else next(iter(Binding.make_bindings([Binding(character, "")]))).key


def _typing(action: Action) -> bool:
    """Whether an action works while a text is typed, so that letters are text: none of its own keys is one."""
    typed = action.group == EDIT or action in ASK_ACTIONS or action in FILTER_ACTIONS or action.name.startswith("help.")
    return typed and not any(len(key_name(key)) == 1 for key in action.keys)


def _check_screen(path: Path, screen: str, actions: Actions, found: Keys) -> None:
    """No key may mean two things on one screen, where one of them is of the file."""
    taken: dict[str, Action] = {}
    strokes = {key.split()[0]: key for _, key in sequences(actions)}
    if any(action.name == "place.close" for action in actions):
        strokes["g"] = "g h"
    everywhere = () if actions[0] in ASK_ACTIONS else APP_ACTIONS
    for action in dict.fromkeys((*actions, *everywhere)):
        for key in found.get(action.name, [key for key in action.keys if " " not in key]):
            other = taken.setdefault(key, action)
            if other is not action and found.keys() & {other.name, action.name} and not _own(key, action, other):
                first, second = sorted((other, action), key=lambda one: one.name not in found)
                raise SettingsError(
                    f"{path}: {first.name}: {key_name(key)!r} is also {second.name} ({second.help}) on the screen "
                    f"{screen}; give one of them another key"
                )
            if key in strokes and action.name in found:
                raise SettingsError(
                    f"{path}: {action.name}: {key_name(key)!r} begins the sequence {strokes[key]!r} on the screen "
                    f"{screen}; use another key"
                )


def _own(key: str, *actions: Action) -> bool:
    """Whether they share the key without the file: never both work at once."""
    return all(key in action.keys for action in actions)
