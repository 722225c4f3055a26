"""The power is cut at random places: what was acknowledged is there, the file is sound, no import is half there.

A killed process proves nothing about this: the operating system still writes what it was given.
`CURATOR_CUTS` makes the campaign longer; `CURATOR_SEED` repeats one.
"""

import json
import os
import random
import subprocess
import sys
from typing import Any

from tests.reliability.processes import ROOT

CUTS = int(os.environ.get("CURATOR_CUTS", "80"))
SEED = int(os.environ.get("CURATOR_SEED", random.SystemRandom().randrange(10**6)))


def cut(states: int, synchronous: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.reliability.power_cut", str(states), str(SEED), synchronous]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"CURATOR_SEED={SEED}: {done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_was_acknowledged_survives_a_power_cut() -> None:
    found = cut(CUTS, "full")
    assert (found["lost"], found["damaged"]) == (0, 0), f"CURATOR_SEED={SEED}: {found}"
    assert found["changes"] > 1_000


def test_this_test_notices_a_workspace_that_does_not_sync() -> None:
    assert cut(30, "off")["lost"] > 0
