"""The keys.toml of a reader, for keys that are typed as words."""

from collections.abc import Mapping
from pathlib import Path

from curator.tui.actions import key_name
from curator.tui.keymap import find, load


def own_keys(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The keys that it gives, as they are typed: ``question_mark`` as ``?``, a sequence as ``gg``.

    Enter prints the pair again, whatever the file says: it ends every line. Raises `SettingsError`.
    """
    return {
        name: tuple(_typed(key) for key in keys if "enter" not in key.split())
        for name, keys in load(find(folder)).items()
    }


def _typed(key: str) -> str:
    return "".join("space" if stroke == "space" else key_name(stroke) for stroke in key.split())
