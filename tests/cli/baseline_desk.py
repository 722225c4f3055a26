"""Tickets in a workspace, some of them an eval set: what tests of `curator baseline` begin with."""

import json
from pathlib import Path
from typing import Any

from tests.conftest import Run, chat, write_jsonl
from tests.operations.baseline_case import LABELS


def ticket(place: int) -> dict[str, Any]:
    kind = LABELS[place % len(LABELS)]
    return chat(f"Ticket {place}: please help me with my {kind} of order {place * 7919 % 10_007}.", kind)


def desk(run: Run, folder: Path, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """400 tickets, 120 of them the eval set: its rows as `curator examples` lists them."""
    write_jsonl(folder / "tickets.jsonl", [*(ticket(place) for place in range(400)), *more])
    assert run("import", "tickets.jsonl").exit_code == 0
    assert run("eval-set", "create", "--rows", "120").exit_code == 0
    held = set(json.loads(run("eval-set", "show", "--json").stdout)["ids"])
    return [row for row in map(json.loads, run("examples", "--json").stdout.splitlines()) if row["id"] in held]
