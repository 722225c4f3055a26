"""keys.toml: other keys by id, checked once, and shown wherever a key is named."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from string import printable
from typing import Any

import pytest
from textual.keys import _character_to_key

from curator.errors import SettingsError
from curator.tui import keymap
from curator.tui.actions import KEY_NAMES, QUEUE_ACTIONS, key_name, remap

Sit = Any
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(text: str) -> Path:
        path = tmp_path / "keys.toml"
        path.write_text(text)
        return path

    return make


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    """The next test starts with the keys of the tables."""
    yield
    remap({})


def test_keys_are_written_as_the_help_writes_them(write: Write) -> None:
    path = write('"review.accept" = ["!", "Ins", "DEL", "Ctrl+T"]\n"review.note" = ","\n[queue]\nleave = []\n')
    assert keymap.load(path) == {
        "review.accept": ("exclamation_mark", "insert", "delete", "ctrl+t"),
        "review.note": ("comma",),
        "queue.leave": (),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"review.acept" = ["w"]', "there is no action 'review.acept' (did you mean 'review.accept'?)"),
        ('"qqq" = ["w"]', "there is no action 'qqq'; `curator keys` lists them"),
        ('"review.accept" = 3', "review.accept = 3 is not allowed; write a list of keys, such as [\"a\", \"f5\"]"),
        ('"review.accept" = ["ctrl+enter"]', "review.accept: terminals do not deliver 'ctrl+enter'; use a letter"),
        ('"review.accept" = ["ctrl+i"]', "review.accept: terminals do not deliver 'ctrl+i'; use a letter"),
        ('"review.accept" = ["ctrl+m"]', "review.accept: terminals do not deliver 'ctrl+m'; use a letter"),
        ('"review.accept" = ["alt+x"]', "review.accept: terminals do not deliver 'alt+x'; use a letter"),
        ('"review.accept" = ["shift+w"]', "review.accept: terminals do not deliver 'shift+w'; write 'W' for it"),
        ('"review.accept" = ["ctrl+shift+w"]', "review.accept: terminals do not deliver 'ctrl+shift+w'; use a letter"),
        ('"review.accept" = ["entr"]', "review.accept: there is no key 'entr' (did you mean 'enter'?)"),
        ('"review.accept" = ["g x"]', "review.accept: 'g x' is a sequence, which cannot be set; use single keys"),
        ('"review.accept" = ["g"]', "review.accept: 'g' begins the sequence 'g g' on the screen queue"),
        ('"review.accept" = ["x"]', "review.accept: 'x' is also review.reject"),
        ('"review.accept" = [":"]', "review.accept: ':' is also app.palette (every command by name) on the screen"),
        ('"review.accept" = ["w"]\n"review.reject" = ["w"]', "review.accept: 'w' is also review.reject"),
        ('"home.check" = ["g"]', "home.check: 'g' begins the sequence 'g h' on the screen home"),
        ('"app.help" = ["n"]', "app.help: 'n' is also "),
        ('"ask.cancel" = ["w"]', "ask.cancel: 'w' is text where this works; use a key that types nothing"),
        ('"edit.save" = ["w"]', "edit.save: 'w' is text where this works; use a key that types nothing"),
        ('"review.accept" = [', "this is not TOML: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_file_id_and_key(write: Write, text: str, told: str) -> None:
    path = write(text)
    with pytest.raises(SettingsError) as caught:
        keymap.load(path)
    assert str(caught.value).startswith(f"{path}: {told}")
    assert "\n" not in str(caught.value).strip()


def test_two_keys_may_change_places(write: Write) -> None:
    assert keymap.load(write('"review.accept" = ["x"]\n"review.reject" = ["a"]')) == {
        "review.accept": ("x",),
        "review.reject": ("a",),
    }


@pytest.mark.parametrize("sign", printable[:94])
def test_every_sign_of_the_keyboard_can_be_a_key(sign: str, tmp_path: Path) -> None:
    key = keymap.key_of(tmp_path, "app.theme", sign)
    assert key == ("comma" if sign == "," else _character_to_key(sign))
    assert key_name(key) == sign


def test_the_file_beside_the_workspace_wins_over_the_readers_own(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "work"
    folder.mkdir()
    assert keymap.find(folder) is None
    own = tmp_path / "config" / "curator" / "keys.toml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert keymap.find(folder) == own
    (folder / "keys.toml").touch()
    assert keymap.find(folder) == folder / "keys.toml"


async def test_the_new_keys_work_and_are_shown_and_the_old_ones_do_nothing(sit: Sit, write: Write) -> None:
    keys = keymap.load(
        write('"review.accept" = ["w"]\n"app.help" = ["f3"]\n"place.close" = ["f4"]\n"app.theme" = ["f5"]')
    )
    async with sit(keys=keys, size=(160, 50)) as seat:
        assert " w accept " in seat.footer
        assert "f3 help" in seat.footer
        await seat.press("a")
        assert seat.status(1) == "pending"
        await seat.press("w")
        assert seat.status(1) == "accepted"
        await seat.press("f3")
        assert " w " in next(line for line in seat.grid.splitlines() if "accept, next pending" in line)
        await seat.press("escape", "f5")
        assert seat.app.theme == "curator-light"
        await seat.press("g", "k")
        assert "f4 back" in seat.footer
        await seat.press("escape")
        assert seat.app.screen is not seat.queue
        await seat.press("f4", "colon")
        await seat.type("accept, next")
        assert [hit for hit in seat.grid.splitlines() if "accept, next pending" in hit]
        assert " w" in seat.grid


async def test_what_only_had_a_sequence_or_no_key_gets_one_beside(sit: Sit, write: Write) -> None:
    keys = keymap.load(write('"order.len" = ["f6"]\n"list.first" = ["f7"]'))
    async with sit(keys=keys) as seat:
        await seat.press("G", "f7")
        assert seat.here == 1
        await seat.press("G", "g", "g")
        assert seat.here == 1
        await seat.press("f6")
        assert "order:len" in seat.grid.splitlines()[0]


async def test_without_a_file_the_keys_are_those_of_the_tables(sit: Sit) -> None:
    remap({"review.accept": ("w",)})
    async with sit() as seat:
        assert " a accept " in seat.footer


@pytest.mark.parametrize("text", ["", '"review.accept" = ["w"]'])
def test_keys_of_the_queue_load_no_other_screen(write: Write, text: str) -> None:
    code = (
        "import sys; from pathlib import Path; from curator.tui import keymap; "
        f"keymap.load(Path({str(write(text))!r})); "
        "print([name for name in sys.modules if name.startswith('curator.tui.screens')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "[]\n"


def test_names_of_keys_are_textuals_own() -> None:
    for name, written in KEY_NAMES.items():
        if len(written) == 1 and written.isascii():
            assert name == _character_to_key(written)
    assert len({action.name for action in QUEUE_ACTIONS}) == len(QUEUE_ACTIONS)
