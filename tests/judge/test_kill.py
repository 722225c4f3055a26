"""A run that is killed with SIGKILL, at any moment, and run again: no answer that had arrived is paid for twice."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.judge.server import Claude, serving
from tests.operations.baseline_case import simulated


def start(folder: Path, address: str, how: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "tests.judge.worker", str(folder), address, how]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def killed(folder: Path, address: str, how: str, claude: Claude, *, after: int, wait: float = 0.0) -> None:
    """Runs until the service has had so many calls, and a while longer; then ends it without a word."""
    with start(folder, address, how) as worker:
        try:
            until(claude, after)
            time.sleep(wait)
        finally:
            worker.kill()


def twice(claude: Claude) -> int:
    """How many calls were made more than once."""
    asked = Counter(json.dumps(body, sort_keys=True) for body in claude.calls)
    return asked.total() - len(asked)


def until(claude: Claude, calls: int) -> None:
    for _ in range(3_000):
        if len(claude.calls) >= calls:
            return
        time.sleep(0.01)
    raise AssertionError(f"only {len(claude.calls)} calls came")


def finish(folder: Path, address: str, how: str) -> None:
    with start(folder, address, how) as worker:
        out, _ = worker.communicate(timeout=120)
    assert out.endswith("done\n")


def test_a_kill_between_answers_repeats_no_paid_call(tmp_path: Path) -> None:
    claude = Claude(simulated(other=0.895))
    with serving(claude) as address:
        for calls in (1, 37):  # the service answers so many calls, then hangs: those are paid for
            claude.hold_after = calls
            killed(tmp_path, address, "calls", claude, after=calls, wait=0.5)
        claude.hold_after = None
        finish(tmp_path, address, "calls")
        assert len(claude.calls) > 60
        assert twice(claude) == 0


def test_a_kill_at_any_moment_repeats_no_more_than_was_in_the_air(tmp_path: Path) -> None:
    claude = Claude(simulated(other=0.895))
    with serving(claude) as address:
        for calls in (11, 53):
            killed(tmp_path, address, "calls", claude, after=calls)
        finish(tmp_path, address, "calls")
        assert twice(claude) <= 2 * 4


@pytest.mark.parametrize("moment", ["made", "waited for", "ended"])
def test_a_kill_repeats_nothing_of_a_batch(tmp_path: Path, moment: str) -> None:
    claude = Claude(simulated(other=0.895))
    with serving(claude) as address:
        for calls in (40, 80):  # a batch a prompt
            claude.looks_to_end = 10**9 if moment == "waited for" and calls == 40 else 1
            claude.stall_batch = 2.0 if moment == "made" else 0.0
            wait = {"made": 0.0, "waited for": 0.3, "ended": 0.05}[moment]
            killed(tmp_path, address, "batches", claude, after=calls, wait=wait)
        claude.looks_to_end, claude.stall_batch = 1, 0.0
        finish(tmp_path, address, "batches")
        assert twice(claude) == 0
        assert len(claude.batches) == 2
