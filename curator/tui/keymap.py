"""keys.toml: other keys for what can be done, by the ids that `bindings` gives.

    "review.accept" = ["a", "enter"]      # these instead of its own
    "review.route" = ["ctrl+t"]
    "copy.output" = ["w o"]               # a sequence: w, which opens a menu, then o
    "go.home" = ["g m"]
    "queue.leave" = []                    # no key: it is in the palette

The file lies beside the workspace, or in ~/.config/curator for all of them. It is read once, and whatever is wrong
with it is one sentence. What has a sequence of its own (``g g``, ``y o``) keeps it beside single keys that are given;
a sequence that is given takes its place. The first key of a sequence does nothing else on the screens that have it.
"""

import os
import unicodedata
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
    strokes_of,
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
    going = _going(written)
    known = {action.name: action for actions in (*tables.values(), going) for action in actions}
    found = {name: _keys(path, name, value, known) for name, value in written.items()}
    for name, actions in tables.items():
        _check_screen(path, name, actions, going, found)
    return found


def keymap(keys: Keys) -> dict[str, str]:
    """The same as Textual's keymap, by the id of the binding."""
    single = {name: [key for key in own if " " not in key] for name, own in keys.items()}
    return {name: ",".join(own) or unpressed(name) for name, own in single.items()}


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
    known = {action.name for actions in tables.values() for action in actions}
    if not known >= {name for name in written if not name.startswith("go.")}:
        tables |= {name: actions for name, actions in screens() if name != "queue"}
        tables["every"] = APP_ACTIONS
    return tables


def _going(written: Mapping[str, Any]) -> Actions:
    """The places, where the file has to do with them; to name them all loads every screen."""
    keys = [key for value in written.values() for key in (value if isinstance(value, list) else [value])]
    if not any(name.startswith("go.") for name in written) and not any(str(key).startswith("g ") for key in keys):
        return ()
    from curator.tui.places import ways

    return ways()


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
    keys = tuple(dict.fromkeys(_strokes(path, known[name], key) for key in given))
    letters = [key for key in keys if len(key_name(key)) == 1 or key == "space"]
    if letters and _typing(known[name]):
        raise SettingsError(
            f"{path}: {name}: {key_name(letters[0])!r} is text where this works; "
            f"use a key that types nothing, such as f5 or ctrl+t"
        )
    return keys


def _strokes(path: Path, action: Action, key: str) -> str:
    """A key, or a sequence of two, as Textual names them."""
    strokes = key.split()
    if len(strokes) < 2:
        return key_of(path, action.name, key)
    if len(strokes) > 2:
        raise SettingsError(f"{path}: {action.name}: {key!r} is too long; a sequence has two keys, such as 'w o'")
    if _typing(action):
        raise SettingsError(f"{path}: {action.name}: {key!r} is a sequence, and text is typed where this works; use f5")
    named = [key_of(path, action.name, stroke) for stroke in strokes]
    if "escape" in named:
        raise SettingsError(f"{path}: {action.name}: {key!r} has esc in it, which leaves a sequence")
    return " ".join(named)


def key_of(path: Path, name: str, key: str) -> str:
    """One key of the action `name` as Textual names it."""
    if len(key) == 1 and key.isprintable():
        return _character(key)
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


_RENAMED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip


def _character(character: str) -> str:
    """Textual's name of the key that types a character: ``?`` is ``question_mark``. A test holds them together."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


def _typing(action: Action) -> bool:
    """Whether an action works while a text is typed, so that letters are text: none of its own keys is one."""
    typed = action.group == EDIT or action in ASK_ACTIONS or action in FILTER_ACTIONS or action.name.startswith("help.")
    return typed and not any(len(key_name(key)) == 1 for key in action.keys)


def _check_screen(path: Path, screen: str, actions: Actions, going: Actions, found: Keys) -> None:
    """No key may mean two things on one screen, where one of them is of the file."""
    left = any(action.name in ("place.close", "queue.leave") for action in actions)
    everywhere = () if actions[0] in ASK_ACTIONS else (*APP_ACTIONS, *(going if left else ()))
    taken: dict[str, Action] = {}
    begins: dict[str, tuple[str, Action | None]] = {"g": ("g h", None)} if left else {}
    for action in dict.fromkeys((*actions, *everywhere)):
        for key in strokes_of(action, found):
            other = taken.setdefault(key, action)
            if other is not action and found.keys() & {other.name, action.name} and not _own(key, action, other):
                first, second = sorted((other, action), key=lambda one: one.name not in found)
                raise SettingsError(
                    f"{path}: {first.name}: {key_name(key)!r} is also {second.name} ({second.help}) on the screen "
                    f"{screen}; give one of them another key"
                )
            if " " in key and (begins.get(key.split()[0], ("", None))[1] is None or action.name in found):
                begins[key.split()[0]] = (key, action)
    for key, action in taken.items():
        if key in begins:
            _check_beginning(path, screen, (key, action), begins[key], found)


def _check_beginning(
    path: Path, screen: str, single: tuple[str, Action], sequence: tuple[str, Action | None], found: Keys
) -> None:
    """No key of one thing may begin the sequence of another, where one of them is of the file."""
    (key, action), (strokes, other) = single, sequence
    if action.name in found:
        raise SettingsError(
            f"{path}: {action.name}: {key_name(key)!r} begins the sequence {key_name(strokes)!r} on the screen "
            f"{screen}; use another key"
        )
    if other is not None and other.name in found:
        raise SettingsError(
            f"{path}: {other.name}: {key_name(strokes)!r} begins with {key_name(key)!r}, which is {action.name} "
            f"({action.help}) on the screen {screen}; begin with another key, or give {action.name} one"
        )


def _own(key: str, *actions: Action) -> bool:
    """Whether they share the key without the file: never both work at once."""
    return all(key in action.keys for action in actions)
