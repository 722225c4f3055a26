"""`curator keys`: the tables as a list, and a trial of the terminal."""

import json
from pathlib import Path
from typing import Any

from curator.settings import Review
from curator.tui.actions import QUEUE_ACTIONS
from curator.tui.key_table import askable, listed
from curator.tui.key_trial import KeyTrialApp, Trial


def test_every_action_is_listed_once_with_its_keys(run: Any) -> None:
    lines = [json.loads(line) for line in run("keys", "--json").stdout.splitlines()]
    by_id = {line["id"]: line for line in lines}
    assert {action.name for action in QUEUE_ACTIONS} <= by_id.keys()
    assert by_id["review.accept"] == {
        "id": "review.accept", "keys": ["a"], "help": "accept, next pending", "screens": ["queue"]
    }  # fmt: skip
    assert by_id["go.home"]["keys"] == ["g h"]
    assert by_id["app.quit"]["screens"] == ["everywhere"]
    assert len({(line["id"], tuple(line["keys"]), line["help"]) for line in lines}) == len(lines)
    text = run("keys").stdout
    assert any(line.split()[:2] == ["review.accept", "a"] for line in text.splitlines())


def test_keys_toml_is_obeyed_and_named(run: Any, folder: Path) -> None:
    from curator.tui.actions import remap

    (folder / "keys.toml").write_text('"review.accept" = ["w", "f5"]\n')
    try:
        result = run("keys", "--json")
    finally:
        remap({})
    assert "With the keys of keys.toml." in result.stderr
    assert '"id": "review.accept", "keys": ["w", "f5"]' in result.stdout


def test_a_trial_without_a_terminal_is_refused(run: Any) -> None:
    refused = run("keys", "--test")
    assert refused.exit_code == 2
    assert "needs a terminal" in refused.stderr


def test_letters_are_not_asked_for() -> None:
    asked = askable(listed())
    assert {"ctrl+d", "shift+tab", "f1", "escape", "backspace", "ctrl+c"} <= asked.keys()
    assert not {"a", "slash", "space", "question_mark", "1"} & asked.keys()


def test_a_key_that_another_comes_for_is_named() -> None:
    trial = Trial(["ctrl+up", "f2", "escape"])
    for key in ("up", "space", "f2", "ctrl+c"):
        trial.press(key)
    assert [trial.told(key) for key in trial.asked] == ["did not come, ↑ came", "came", ""]
    assert (trial.missing, trial.left, trial.now) == (["ctrl+up"], True, None)


async def test_the_screen_asks_for_each_key_and_takes_all_of_them() -> None:
    app = KeyTrialApp(listed(), Review())
    async with app.run_test(size=(80, 24)) as pilot:
        asked = list(app.trial.asked)
        for key in asked[:-1]:
            await pilot.press(key)
            assert app.trial.came[key], key
        drawn = "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())
        assert f"{len(asked)} of {len(asked)}" in drawn
        await pilot.press("space")
    assert app.trial.missing == [asked[-1]]
