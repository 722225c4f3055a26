"""keys.toml: other keys by id, checked once, and shown wherever a key is named."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from string import printable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from curator.errors import SettingsError
from curator.tui import keymap
from curator.tui.actions import APP_ACTIONS, KEY_NAMES, QUEUE_ACTIONS, key_name, remap, strokes_of
from curator.tui.plain.own_keys import own_keys

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
        ('"review.accept" = ["c x y"]', "review.accept: 'c x y' is too long; a sequence has two keys, such as 'w o'"),
        ('"review.accept" = ["c alt+x"]', "review.accept: terminals do not deliver 'alt+x'; use a letter"),
        ('"review.accept" = ["c esc"]', "review.accept: 'c esc' has esc in it, which leaves a sequence"),
        ('"edit.save" = ["f5 s"]', "edit.save: 'f5 s' is a sequence, and text is typed where this works; use f5"),
        ('"tag.all" = "t x"', "tag.all: 't x' begins with 't', which is tag.row (tag the row, or untag it) on the "
         "screen queue; begin with another key, or give tag.row one"),
        ('"tag.all" = "y i"', "tag.all: 'y i' is also copy.input (copy the input) on the screen queue; give one"),
        ('"tag.all" = "g h"', "tag.all: 'g h' is also go.home "),
        ('"go.home" = "g g"', "go.home: 'g g' is also list.first (first row) on the screen queue; give one of them"),
        ('"go.home" = "x"', "go.home: 'x' is also "),
        ('"go.hoem" = "g m"', "there is no action 'go.hoem' (did you mean 'go.home'?)"),
        ('"app.theme" = "a a"', "app.theme: 'a a' begins with 'a', which is "),
        ('"tag.all" = "w x"\n"review.accept" = "w"', "review.accept: 'w' begins the sequence 'w x' on the screen"),
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


async def test_a_sequence_takes_the_place_of_the_keys_and_is_shown(sit: Sit, write: Write) -> None:
    keys = keymap.load(write('"tag.row" = ["w t"]\n"tag.all" = ["w a"]\n"copy.input" = ["w i"]\n"app.theme" = "f8 w"'))
    async with sit(keys=keys, size=(160, 50)) as seat:
        await seat.press("t")
        assert "tagged" not in seat.grid
        await seat.press("w")
        menu = seat.grid.splitlines()[-1]
        assert " t " in menu
        assert "tag the row" in menu
        await seat.press("t")
        assert "1 tagged" in seat.grid
        await seat.press("w", "a")
        assert "30 tagged" in seat.grid
        await seat.press("w", "escape")
        await seat.press("y")
        assert "copy the output" in seat.grid.splitlines()[-1]
        assert "copy the input" not in seat.grid.splitlines()[-1]
        await seat.press("escape", "f8", "w")
        assert seat.app.theme == "curator-light"
        await seat.press("question_mark")
        assert " w t w a " in next(line for line in seat.grid.splitlines() if "tag the row" in line)


async def test_places_take_other_letters_and_single_keys(sit: Sit, write: Write) -> None:
    keys = keymap.load(write('"go.home" = ["g m"]\n"go.history" = ["f6"]\n"go.labels" = ["z l"]\n"view.zoom" = ["f7"]'))
    async with sit(keys=keys) as seat:
        await seat.press("g", "h")
        assert seat.app.screen is seat.queue
        for way, name in ((("g", "m"), "home"), (("f6",), "history"), (("z", "l"), "labels"), (("g", "t"), "history")):
            await seat.press(*way)
            assert getattr(seat.app.screen, "NAME", "") == name
            assert len(seat.app.screen_stack) == 3
        await seat.press("g", "q", "e")
        await seat.press("f6")  # not out of an edit
        assert seat.app.screen.NAME == "edit"


async def test_the_first_key_of_sequences_that_all_went_elsewhere_is_free(sit: Sit, write: Write) -> None:
    moved = "\n".join(f'"copy.{what}" = ["w {what[0]}"]' for what in ("input", "output", "row", "json"))
    keys = keymap.load(write(f'{moved}\n"review.accept" = ["y"]'))
    async with sit(keys=keys) as seat:
        await seat.press("y")
        assert seat.status(1) == "accepted"


async def test_a_first_key_is_a_letter_where_text_is_typed(sit: Sit, write: Write) -> None:
    keys = keymap.load(write('"tag.row" = ["w t"]'))
    async with sit(keys=keys) as seat:
        await seat.press("n")
        await seat.type("wt")
        await seat.press("enter")
        assert seat.entry(1).state.note == "wt"
        await seat.press("question_mark")
        await seat.type("w")
        assert "searching w" in seat.grid


@given(st.lists(st.sampled_from(["w", "c", "t", "g", "y", "f5", "ctrl+t", "?"]), min_size=1, max_size=2), st.booleans())
def test_what_is_taken_is_what_is_pressed(
    tmp_path_factory: pytest.TempPathFactory, strokes: list[str], one: bool
) -> None:
    """Whatever keys.toml is taken with, each key of the queue means one thing, and none begins another."""
    path = tmp_path_factory.mktemp("keys") / "keys.toml"
    path.write_text(f'"tag.row" = ["{" ".join(strokes)}"]\n' + ('"tag.all" = ["w a"]\n' if one else ""))
    try:
        found = keymap.load(path)
    except SettingsError:
        return
    pressed = [key for action in (*QUEUE_ACTIONS, *APP_ACTIONS) for key in strokes_of(action, found)]
    assert len(pressed) == len(set(pressed))
    assert not {key.split()[0] for key in pressed if " " in key} & set(pressed)


def test_a_sequence_is_one_word_in_plain_review(write: Write) -> None:
    path = write(
        '"list.first" = ["w f"]\n"review.accept" = ["B", "enter"]\n"pane.enter" = ["l"]\n'
        '"review.note" = ["?"]\n"app.help" = ["f1"]'
    )
    assert own_keys(path.parent)["list.first"] == ("wf",)
    assert own_keys(path.parent)["review.accept"] == ("B",)
    assert own_keys(path.parent)["review.note"] == ("?",)


@pytest.mark.parametrize("text", ["", '"review.accept" = ["w"]\n"tag.row" = ["W t"]'])
def test_keys_of_the_queue_are_read_without_textual(write: Write, text: str) -> None:
    code = (
        "import sys; from pathlib import Path; from curator.tui.plain.own_keys import own_keys; "
        f"own_keys(Path({str(write(text).parent)!r})); print([name for name in sys.modules if 'textual' in name])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "[]\n"


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
