"""The keys.toml of a reader, for keys that are typed as words."""

import os
from collections.abc import Mapping
from pathlib import Path


def own_keys(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The keys that it gives, as they are typed: ``question_mark`` as ``?``. Raises `SettingsError`.

    Enter prints the pair again, whatever the file says: it ends every line.
    """
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    if not any((place / "keys.toml").is_file() for place in (folder, config / "curator")):
        return {}
    from curator.tui.actions import key_name  # loads Textual, which nobody needs without such a file
    from curator.tui.keymap import find, load

    return {
        name: tuple("space" if key == "space" else key_name(key) for key in keys if key != "enter")
        for name, keys in load(find(folder)).items()
    }
