"""curator.toml is changed as a person would change it: what was written by hand stays as it was."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from curator.errors import SettingsError
from curator.settings import load
from curator.settings_file import arrange, change, put, remove, set_value

WRITTEN = """\
# what we look for
[review]
min_dwell_ms = 300   # for slow hands

[labels.quality]     # agreed on with Bob
kind = "multi"
values = [
    "wrong answer",  # not what was asked
    "bad format",
]
keys = ["1", "2"]

# the rest is new
[labels]
tone = {values = ["warm", "cold"], keys = ["4", "5"]}

[checks.truncated-output]
stops = 0.95
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "curator.toml"
    file.write_text(WRITTEN)
    return file


def test_a_value_is_changed_and_nothing_else(path: Path) -> None:
    assert set_value(path, ("review", "min_dwell_ms"), 200).review.min_dwell_ms == 200
    assert path.read_text() == WRITTEN.replace("min_dwell_ms = 300 ", "min_dwell_ms = 200 ")


def test_a_file_is_made_when_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "curator.toml"
    set_value(path, ("checks", "truncated-output", "stops"), 0.9)
    set_value(path, ("review", "min_dwell_ms"), 0)
    assert load(tmp_path).checks == {"truncated-output": {"stops": 0.9}}
    assert load(tmp_path).review.min_dwell_ms == 0
    assert path.read_text().startswith("[checks.truncated-output]\nstops = 0.9\n")


def test_a_list_that_grows_keeps_the_comments_in_it(path: Path) -> None:
    def grow(document: Any) -> None:
        put(document, ("labels", "quality", "keys"), ["1", "2", "3"])
        put(document, ("labels", "quality", "values"), ["wrong answer", "bad format", "rude"])

    change(path, grow)
    assert '"wrong answer",  # not what was asked' in path.read_text()
    assert load(path.parent).bindings["3"].value == "rude"


def test_what_is_removed_has_its_default_again(path: Path) -> None:
    remove(path, ("checks", "truncated-output", "stops"))
    assert load(path.parent).checks == {}
    assert path.read_text() == WRITTEN.split("\n[checks.")[0] + "\n"
    remove(path, ("review", "min_dwell_ms"))
    remove(path, ("review", "never_was_there"))
    remove(path, ("never", "was"))
    assert load(path.parent).review.min_dwell_ms == 150
    assert remove(path.parent / "none.toml", ("review",)).review.min_dwell_ms == 150
    assert not (path.parent / "none.toml").exists()


@pytest.mark.parametrize(
    ("keys", "value", "sentence"),
    [
        (("review", "min_dwell_ms"), -1, r"min_dwell_ms = -1 is not allowed; it must be a whole number from 0"),
        (("review", "min_dwel_ms"), 3, "did you mean 'min_dwell_ms'"),
        (("labels", "tone", "keys"), ["1", "5"], "key 1 belongs to"),
        (("review", "min_dwell_ms", "x"), 3, "cannot be changed"),
        (("review", "min_dwell_ms"), object(), "cannot be changed"),
    ],
)
def test_what_is_not_allowed_is_not_written(path: Path, keys: tuple[str, ...], value: object, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        set_value(path, keys, value)
    assert path.read_text() == WRITTEN
    assert os.listdir(path.parent) == ["curator.toml"]


def test_a_file_that_is_wrong_already_is_left_as_it_is(path: Path) -> None:
    path.write_text("[review\n")
    with pytest.raises(SettingsError, match="this is not TOML"):
        set_value(path, ("review", "min_dwell_ms"), 3)
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="cannot be read"):
        set_value(path, ("review", "min_dwell_ms"), 3)
    assert path.read_bytes() == b"\xff"


def test_entries_are_put_in_order_and_renamed(path: Path) -> None:
    path.write_text(
        '[labels.a]\nvalues = ["x"] # of a\n\n[labels.b]\nvalues = ["y"] # of b\n\n[labels.c]\nvalues = ["z"]\n\n'
        "[review]\nmin_dwell_ms = 3\n"
    )
    change(path, lambda document: arrange(document, "labels", [("c", "c"), ("first", "a")]))
    assert [label.name for label in load(path.parent).labels] == ["c", "first"]
    assert '[labels.first]\nvalues = ["x"] # of a' in path.read_text()
    assert load(path.parent).review.min_dwell_ms == 3


def test_rights_links_and_line_ends_stay(path: Path) -> None:
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    link = path.parent / "elsewhere.toml"
    link.symlink_to(path)
    set_value(link, ("review", "min_dwell_ms"), 0)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes().count(b"\r\n") == WRITTEN.count("\n")


def test_a_disk_that_is_full_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match=r"cannot be written: .*No space"):
        set_value(path, ("review", "min_dwell_ms"), 0)
    assert path.read_text() == WRITTEN
    assert os.listdir(path.parent) == ["curator.toml"]
