"""What tuning would have to earn, by what somebody assumes and dated prices."""

from pathlib import Path
from typing import Any

import pytest

from curator.advice.signals import Economy, Prefix, Signals
from curator.errors import SettingsError
from curator.operations.economy import Costs, assume, economy
from curator.operations.tried import answer
from curator.workspace import Workspace

LONG = Signals(rows=100, usable=100, prefix=Prefix(4_000, 1.0))
ASSUMED = Costs("claude-haiku-5-5", 0.1, 0.4, 500, 2_000)


def of(ws: Workspace, signals: Signals = LONG) -> Economy:
    found = economy(ws, signals, (100.0, 20.0))
    assert found is not None
    return found


def test_nothing_is_computed_that_nobody_has_said(ws: Workspace) -> None:
    assert economy(ws, LONG, (100.0, 20.0)) is None


def test_a_long_prompt_pays_earlier_than_a_short_one_and_caching_later(ws: Workspace) -> None:
    assume(ws, ASSUMED, actor="ana")
    long, short = of(ws), of(ws, Signals(rows=100, usable=100, prefix=Prefix(600, 1.0)))
    assert long.best < short.best
    assert long.best < long.worst / 4  # never cached and cheap to tune, against always cached and dear
    assert (long.prefix, long.volume) == (True, None)
    assert "claude-haiku-5-5" in long.said
    assert "prices of" in long.said


def test_the_volume_is_what_was_said_last(ws: Workspace) -> None:
    assume(ws, ASSUMED, actor="ana")
    for volume in (1_000.0, 5_000.0):
        answer(ws, [], volume=volume, actor="ana")
    assert of(ws).volume == 5_000


def test_numbers_that_are_none_are_refused(ws: Workspace) -> None:
    for wrong in (Costs("m", -1, 1, 1, 2), Costs("m", 1, 1, 3, 2), Costs("m", float("nan"), 1, 1, 2)):
        with pytest.raises(SettingsError):
            assume(ws, wrong, actor="ana")


def test_a_model_without_a_price_is_named_with_what_to_do(ws: Workspace, run: Any, folder: Path) -> None:
    words = ("assess", "--model", "nosuch", "--tuned-price", "1/2", "--tuning-cost", "500-2000")
    refused = run(*words)
    assert refused.exit_code == 2
    assert "no price of 'nosuch' is known" in refused.stderr
    assert "[models.nosuch] table in prices.toml" in refused.stderr
    assert ws.stated.one("answer", "costs") is None
    (folder / "prices.toml").write_text("[models.nosuch]\ninput = 1\noutput = 2\n", encoding="utf-8")
    assert run(*words).exit_code == 0
    assert "the price of nosuch" not in run("assess").stdout
    (folder / "prices.toml").unlink()
    assert "the price of nosuch: a [models.nosuch] table" in run("assess").stdout


@pytest.mark.usefixtures("ws")
def test_the_command_wants_all_of_it(run: Any) -> None:
    said = run("assess", "--model", "claude-haiku-5-5")
    assert (said.exit_code, "said together" in said.stderr) == (2, True)
    said = run("assess", "--model", "m", "--tuned-price", "x", "--tuning-cost", "1-2")
    assert (said.exit_code, "write two numbers" in said.stderr) == (2, True)
    words = ("--model", "claude-haiku-5-5", "--tuned-price", "0.1/0.4", "--tuning-cost", "500-2000", "--volume", "9e9")
    said = run("assess", *words)
    assert "break-even at" in said.stdout
    assert "9,000,000,000 calls are expected" in said.stdout


@pytest.fixture
def ws(workspace: Any) -> Workspace:
    filled: Workspace = workspace(*((f"Ticket {n}", "late") for n in range(60)))
    return filled
