"""Checks over batches of examples say what they say of each example alone."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from curator.checks.base import Check, example_check, found, profile_check
from curator.checks.options import Between
from curator.engines import shapes
from curator.engines.guard import GUARD
from curator.engines.plan import Bound, plan
from curator.engines.problems import Problems
from curator.model import Entry, Example, Finding, Message, Severity, State
from curator.text import fingerprint


def first_letter(example: Example) -> bytes | None:
    """No key for an empty output; two bytes, which is none, for a question."""
    text = example.output_text
    return b"??" if text.endswith("?") else fingerprint(text[0]) if text else None


class Seen(Struct):
    """How many outputs; what it learns from says no to "n"."""

    count: int = 0

    def add(self, example: Example) -> None:
        if example.output_text == "n":
            raise ValueError("no")
        self.count += 1

    def merge(self, other: "Seen") -> None:
        self.count += other.count


@example_check("ZZY001", Severity.INFO)
def says_x(example: Example, *, most: Annotated[int, Between(0, 9)] = 2) -> Iterator[Finding]:
    """Says each x, and fails after the third."""
    for number in range(example.output_text.count("x")):
        if number > most:
            raise RuntimeError("too many")
        yield found(example, f"x number {number}.")


@example_check("ZZY002", Severity.INFO)
def says_b(example: Example) -> Iterator[Finding] | None:
    """Not even no findings without a b."""
    return iter([found(example, "A b.")]) if "b" in example.output_text else None


@profile_check("ZZY003", Severity.INFO, learn=Seen, by=first_letter, at_least=3)
def how_many(example: Example, usual: Seen) -> Iterator[Finding]:
    """Says what it was given."""
    yield found(example, f"{usual.count} like this.")


PLAN = plan(among=(says_x, says_b, how_many))

outputs = st.lists(st.sampled_from(["", "a", "ab", "x", "xx", "axxxx", "a?", "n", "na"]), max_size=80)


def entries(texts: list[str]) -> list[Entry]:
    return [
        Entry(seq, Example(id=f"e{seq}", messages=(Message("user", "?"), Message("assistant", text))), State())
        for seq, text in enumerate(texts, 1)
    ]


def problems_of(mapped: list[shapes.Mapped]) -> set[tuple[str, str]]:
    return {(problem.code, problem.message) for part in mapped for problem in part.problems}


def sayings(mapped: list[shapes.Mapped]) -> list[tuple[str, str | None, str]]:
    return sorted((one.code, one.example_id or "", one.message) for part in mapped for one in part.findings)


@given(outputs)
def test_a_batch_comes_to_what_its_examples_come_to(texts: list[str]) -> None:
    given = entries(texts)
    whole = [shapes.map_examples(PLAN, given)]
    alone = [shapes.map_examples(PLAN, [entry]) for entry in given]
    assert sayings(whole) == sayings(alone)
    assert problems_of(whole) == problems_of(alone)
    for number, (seqs, keys) in enumerate(whole[0].keys):
        assert seqs == [seq for part in alone for seq in part.keys[number][0]]
        assert keys == [key for part in alone for key in part.keys[number][1]]


@given(outputs)
def test_learning_in_one_batch_is_learning_in_many(texts: list[str]) -> None:
    given = entries(texts)
    once, often = shapes.Learning(PLAN), shapes.Learning(PLAN)
    once.add(given)
    for entry in given:
        often.add([entry])
    learned = once.finish()
    assert learned == often.finish()
    whole, alone = shapes.depart(PLAN, learned, given), [shapes.depart(PLAN, learned, [entry]) for entry in given]
    assert sayings([whole]) == sayings(alone)
    for entry, text in zip(given, texts, strict=True):
        said = [one.message for one in whole.findings if one.example_id == entry.example.id]
        alike = sum(other[:1] == text[:1] and not other.endswith("?") for other in texts) if text else 0
        small = alike < 3 or text.endswith("?")
        # What has no key is learned by the whole alone, which takes in the groups at the end.
        ours = [other for other in texts if other != "n" and (small or (other[:1] == text[:1] and other[-1] != "?"))]
        assert said == [f"{len(ours)} like this."]


def test_of_a_check_that_fails_on_an_example_nothing_about_it_is_kept() -> None:
    given = entries(["x", "xxxx", "xx"])
    mapped = shapes.map_examples(PLAN, given)
    assert [one.example_id for one in mapped.findings] == ["e1", "e3", "e3"]
    assert [problem.code for problem in mapped.problems] == ["ZZY001"]


def test_options_reach_a_check_over_a_batch() -> None:
    given = [entry.example for entry in entries(["xxxx", "x"])]
    problems = Problems()
    said = shapes.run_each(Bound(says_x, {"most": 9}), problems, given, [(example,) for example in given])
    assert [one.example_id for one in said] == ["e1"] * 4 + ["e2"]
    assert not list(problems)


@pytest.mark.parametrize("check", [says_x, how_many], ids=lambda check: check.name)
def test_what_was_stopped_is_not_asked_again_and_nothing_is_left_running(check: Check) -> None:
    stopped = f"{check.function.__module__}.{check.function.__qualname__}"
    GUARD.now.stopped.add(stopped)
    try:
        given = entries(["x"] * 5)
        learning = shapes.Learning(PLAN)
        learning.add(given)
        said = [shapes.map_examples(PLAN, given), shapes.depart(PLAN, learning.finish(), given)]
        assert {one.code for part in said for one in part.findings} == {"ZZY001", "ZZY003"} - {check.code}
        assert GUARD.now.running is None
    finally:
        GUARD.now.stopped.discard(stopped)
