"""A climb of the ladder, and the answers of a tuned model, as the verdict reads them."""

from msgspec import structs

from curator.advice.comparing import Comparison
from curator.advice.intervals import Interval, wilson
from curator.advice.measured import best_of
from curator.operations.baseline import BaselineResult, PromptResult, RowResult, Step
from curator.operations.baseline_outputs import OutputsResult
from curator.operations.baseline_prompts import Prompt
from curator.operations.measured import of_climb, of_outputs


def result(name: str, rung: str, right: int, reached: str) -> PromptResult:
    found = wilson(right, 100)
    worst, best = wilson(right, 110), wilson(right + 10, 110)
    prompt = Prompt(name, rung)  # type: ignore[arg-type]
    return PromptResult(prompt, reached, found, worst, best, (), 110, 0.1)  # type: ignore[arg-type]


def climb(*results: PromptResult) -> BaselineResult:
    better, none = Comparison(0.3, 30, 0, 100, 0.001), Comparison(0.01, 3, 2, 100, 0.9)
    steps = (Step("told", "bare", better, 0.002), Step("shots", "told", none, 0.9))
    return BaselineResult("model-1", 0.9, 0.02, results, steps, "short", "", {}, 0.3, (0.5, 0.62))


def test_the_best_prompt_of_each_rung_counts_with_its_gain() -> None:
    results = (
        result("bare", "P0", 20, "short"),
        result("told", "P1", 50, "short"),
        result("shots", "P2", 60, "undecided"),
        result("more shots", "P2", 55, "short"),
        result("other words", "P3", 62, "undecided"),
    )
    found = of_climb(climb(*results), metric="the right label", day="2026-11-23", eval_digest="ab")
    assert [(one.rung, one.gained) for one in found] == [("P0", None), ("P1", True), ("P2", False), ("P3", None)]
    assert [one.interval for one in found[:2]] == [results[0].optimist, results[1].optimist]
    for one, given in zip(found[2:], (results[2], results[4]), strict=True):  # what is open may be right or wrong
        assert one.interval == structs.replace(given.interval, low=given.pessimist.low, high=given.optimist.high)
        assert one.surely == given.pessimist.low
    assert (found[3].spread, found[0].spread) == (0.62 - 0.5, None)
    assert {(one.rows, one.model, one.eval_digest, one.target) for one in found} == {(110, "model-1", "ab", 0.9)}


def test_with_its_passage_a_row_is_measured_by_the_best_prompt_of_all() -> None:
    results = (result("bare", "P0", 80, "short"), result("told", "P1", 50, "short"))
    found = of_climb(climb(*results), metric="the right label", day="2026-11-23", with_source=True)
    assert [(one.rung, one.prompt) for one in found] == [("RAG", "bare")]


def test_a_rung_that_was_never_asked_is_none() -> None:
    never = PromptResult(Prompt("bare", "P0"), "undecided", *[Interval(0, 0, 1, 0)] * 3, (), 0, 0.0)
    assert of_climb(climb(never), metric="m", day="2026-11-23") == ()


def test_a_tuned_model_is_held_against_the_best_prompt() -> None:
    outputs = OutputsResult("tuned-7", *[wilson(97, 100)] * 3, (), (), 0, 0, Comparison(0.3, 31, 1, 100, 0.0001))
    found = of_outputs(outputs, target=0.9, margin=0.02, metric="m", day="2026-11-23")
    assert (found.tuned, found.gained, found.reached, found.model) == (True, True, "suffices", "tuned-7")


def test_a_prompt_that_answers_few_rows_is_not_the_best() -> None:
    told = result("told", "P1", 80, "short")
    rambling = PromptResult(
        Prompt("shots", "P2"), "undecided", wilson(5, 5), wilson(5, 200), wilson(200, 200),
        tuple(RowResult(f"e{place}", score=1.0) if place < 5 else RowResult(f"e{place}", failure="truncated")
              for place in range(200)),
        200, 0.1,
    )  # fmt: skip
    both = climb(told, rambling)
    assert both.best is told
    measured = of_climb(both, metric="m", day="2026-11-23", eval_digest="ab")
    assert best_of(measured).prompt == "told"
    assert measured[1].unanswered == "shots: 195 of 200 rows without an answer (195 truncated)"
    assert (measured[1].interval.low, measured[1].interval.high) == (wilson(5, 200).low, 1.0)
