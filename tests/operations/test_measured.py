"""What a baseline has measured is kept, replaced by a newer run, and read by the verdict of its eval set only."""

from collections.abc import Generator
from typing import Any, TypeVar

from msgspec.structs import replace

from curator.advice.intervals import wilson
from curator.advice.measured import Measured
from curator.model import Progress
from curator.operations.assess import assess
from curator.operations.eval_set import create
from curator.operations.measured import keep, measured_of
from curator.workspace import Workspace

T = TypeVar("T")


def ended(steps: Generator[Progress, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


def rung(name: str, right: int, **more: Any) -> Measured:
    found = wilson(right, 120)
    reached: Any = "suffices" if found.low >= 0.88 else "short"
    return Measured(name, "the right label", found, 0.9, 0.02, reached, 120, "model-1", "2026-11-23", **more)


def test_rungs_come_back_in_the_order_of_the_ladder(workspace: Any) -> None:
    ws: Workspace = workspace(("a", "b"))
    tuned = Measured(
        **{**{f: getattr(rung("P0", 9), f) for f in Measured.__struct_fields__}, "tuned": True, "rung": "T"}
    )
    given = [tuned, rung("P5", 80), rung("P0", 10), rung("RAG", 90), rung("P2", 70, gained=True)]
    keep(ws, given, actor="ana")
    assert [one.rung for one in measured_of(ws)] == ["P0", "P2", "P5", "RAG", "T"]
    assert measured_of(ws)[1] == given[4]
    assert ws.verify() == []


def test_a_newer_run_takes_the_place_of_an_older_one(workspace: Any) -> None:
    ws: Workspace = workspace(("a", "b"))
    keep(ws, [rung("P1", 60)], actor="ana")
    keep(ws, [rung("P1", 119)], actor="ana")
    assert [one.reached for one in measured_of(ws)] == ["suffices"]
    ws.log.undo("ana")
    assert [one.reached for one in measured_of(ws)] == ["short"]


def test_the_verdict_reads_what_was_measured_on_its_eval_set(workspace: Any) -> None:
    ws: Workspace = workspace(*((f"Ticket {n}", ("late", "lost")[n % 2]) for n in range(240)))
    digest = ended(create(ws, rows=120, actor="ana")).eval_set.digest
    keep(ws, [rung("P1", 119, eval_digest="another")], actor="ana")
    assert ended(assess(ws)).verdict.kind == "unknown"
    keep(ws, [rung("P1", 119, eval_digest=digest)], actor="ana")
    assert ended(assess(ws)).verdict.kind == "prompt"


def test_what_is_measured_on_a_second_eval_set_stands_beside_the_first(workspace: Any) -> None:
    ws: Workspace = workspace(*((f"Ticket {n}", ("late", "lost")[n % 2]) for n in range(400)))
    first = ended(create(ws, rows=120, actor="ana")).eval_set.digest
    second = ended(create(ws, "final", rows=120, actor="ana")).eval_set.digest
    keep(ws, [rung("P1", 119, eval_digest=first)], actor="ana")
    keep(ws, [rung("P1", 20, eval_digest=second)], actor="ana")
    assert ended(assess(ws)).verdict.kind == "prompt"
    assert ended(assess(ws, eval_set="final")).verdict.kind == "unknown"
    assert [one.reached for one in ended(assess(ws, eval_set="final")).measured] == ["short"]


def test_long_names_of_models_that_differ_at_the_end_are_told_apart(workspace: Any) -> None:
    ws: Workspace = workspace(("a", "b"))
    names = [f"runs/2026-11-23/an-8b-model-with-a-long-name-lora-r16-lr2e-4/checkpoint-{n}" for n in (1, 2)]
    keep(ws, [replace(rung("P1", 60), rung="tuned", tuned=True, model=name) for name in names], actor="ana")
    assert [one.model for one in measured_of(ws)] == names


def test_what_is_left_without_an_eval_set_is_no_measurement_of_it(workspace: Any) -> None:
    ws: Workspace = workspace(*((f"Ticket {n}", ("late", "lost")[n % 2]) for n in range(240)))
    keep(ws, [rung("P1", 119, eval_digest="of a set that is gone")], actor="ana")
    assert ended(assess(ws)).measured == ()
