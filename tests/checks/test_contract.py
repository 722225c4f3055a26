"""What every check keeps to, those of plug-ins included: the tests read the registry, never a list."""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.checks.base import Check, checks
from curator.engines.answers import Problem
from curator.formats.detect import named
from curator.model import Entry, Example, Finding, Provenance, State
from tests.checks.case_files import cases
from tests.checks.in_memory import found

CHECKS = checks()
WATCHED = ("open", "socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.system")
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)


def numbered(entries: list[Entry]) -> list[Entry]:
    """Entries of different cases as those of one workspace."""
    return [
        Entry(number, example_with_id(entry.example, number), entry.state) for number, entry in enumerate(entries, 1)
    ]


def example_with_id(example: Example, number: int) -> Example:
    from msgspec.structs import replace

    return replace(example, id=f"b2-{number:032x}-1", provenance=Provenance("all.jsonl", number, "test"))


ALL = numbered([entry for case in cases() for entry in (*case.usual, *case.entries)])


def as_set(findings: list[Finding]) -> Counter[str]:
    return Counter(repr(finding) for finding in findings)


def test_codes_and_names_are_unique() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@every_check
def test_code_is_a_family_and_a_number(check: Check) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", check.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.name)


@every_check
def test_card_is_complete(check: Check) -> None:
    assert check.card.complete, check.card
    assert check.card.what.endswith(".")


@every_check
def test_options_have_defaults_that_are_allowed(check: Check) -> None:
    check.validated({option.name: option.default for option in check.options})


@every_check
def test_nothing_is_found_in_nothing(check: Check) -> None:
    assert found([check], []) == ([], [])


@every_check
def test_an_example_of_nothing_is_no_problem(check: Check) -> None:
    empty = Entry(1, Example(messages=(), id="b2-0-1"), State())
    assert found([check], [empty])[1] == []


@every_check
def test_hits_and_near_misses_come_from_five_domains(check: Check) -> None:
    own = [case for case in cases() if case.code == check.code]
    for kind in ("hit", "near"):
        assert len({case.domain for case in own if case.kind == kind}) >= 5, f"{check.code}: too few of {kind}"


@cache
def everything() -> tuple[list[Finding], list[Problem]]:
    """What all checks together find in the rows of all cases."""
    return found(CHECKS, ALL)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), batch=st.integers(1, 500))
def test_order_and_batches_change_nothing(seed: int, batch: int) -> None:
    chosen = random.Random(seed).sample(ALL, 400)
    reference = found(CHECKS, sorted(chosen, key=lambda entry: entry.seq))[0]
    assert as_set(found(CHECKS, chosen, batch=batch)[0]) == as_set(reference)


def test_no_check_raises_on_the_rows_of_another() -> None:
    assert everything()[1] == []


@every_check
def test_findings_are_signed_and_in_range(check: Check) -> None:
    hits = [case for case in cases() if case.code == check.code and case.kind == "hit"]
    for finding in [one for case in hits for one in found([check], case.entries, context=case.usual)[0]]:
        assert finding.code == check.code
        assert 0 <= finding.score <= 1
        assert finding.message
        assert finding.example_id not in finding.related


def test_checks_do_no_io() -> None:
    everything()  # what is imported on first use is loaded now
    with audited() as events:
        found(CHECKS, ALL[::5])
    assert events == []


def test_the_watch_sees_a_file_that_is_opened() -> None:
    with audited() as events, open(__file__, encoding="utf-8"):
        pass
    assert [event for event, _ in events] == ["open"]


_watching: list[list[tuple[str, Any]]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in WATCHED:
        _watching[-1].append((event, arguments[:1]))


sys.addaudithook(_hook)  # a hook cannot be taken off again, so there is one, which is switched


@contextmanager
def audited() -> Iterator[list[tuple[str, Any]]]:
    events: list[tuple[str, Any]] = []
    _watching.append(events)
    try:
        yield events
    finally:
        _watching.pop()


TASKS = [
    ("Name the topic of the ticket.", "I was charged twice for May.", "billing"),
    ("Name the topic of the ticket.", "I was charged twice for May", "technical"),
    ("Name the topic of the ticket.", "The app crashes when I log in.", "bug"),
    ("Name the topic of the ticket.", "the app crashes when I log in", "Bug."),
    ("Rewrite it politely.", "send me the invoice now", "Could you please send me the invoice, as soon as the"),
    ("Rewrite it politely.", "where is it", "TODO"),
    ("Rewrite it politely.", "no", ""),
    ("Answer the customer.", "Can I pay later?", "I'm sorry, but I can't assist with that request."),
    ("Answer the customer.", "Menu?", "Le cafÃ© est prÃªt."),
    ("Answer the customer.", "Open on Sunday?", "No, we are closed on Sundays."),
]


def as_format(name: str, instruction: str, about: str, output: str) -> dict[str, Any]:
    if name == "alpaca":
        return {"instruction": instruction, "input": about, "output": output}
    if name == "prompt-completion":
        return {"prompt": f"{instruction}\n\n{about}", "completion": output}
    if name == "sharegpt":
        turns = [("system", instruction), ("human", about), ("gpt", output)]
        return {"conversations": [{"from": who, "value": text} for who, text in turns]}
    turns = [("system", instruction), ("user", about), ("assistant", output)]
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


def found_in(name: str) -> set[tuple[str, str, str, tuple[str, ...]]]:
    rows = [named(name).parse(as_format(name, *task)) for task in TASKS]
    entries = numbered([Entry(1, row, State()) for row in rows])
    return {(f.code, f.example_id or "", f.message, f.related) for f in found(CHECKS, entries)[0]}


@pytest.mark.parametrize("name", ["alpaca", "prompt-completion", "sharegpt"])
def test_the_same_data_in_another_format_gives_the_same_findings(name: str) -> None:
    chat = found_in("openai-chat")
    assert {code for code, *_ in chat} == {
        "CON001",
        "DUP001",
        "KNO001",
        "KNO002",
        "TXT001",
        "TXT002",
        "TXT003",
        "TXT004",
        "TXT005",
    }
    assert found_in(name) == chat
