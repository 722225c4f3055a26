"""The law of formats, for those that are read more often than written: preferences, logs, tools' exports."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curator.errors import FormatError
from curator.formats.answers import QUESTION_ANSWERS
from curator.formats.argilla import ARGILLA
from curator.formats.base import Format
from curator.formats.columns import mapped
from curator.formats.completions_log import COMPLETIONS_LOG
from curator.formats.converse import CONVERSE
from curator.formats.detect import detect, formats
from curator.formats.doccano import DOCCANO
from curator.formats.exchanges import EXCHANGES
from curator.formats.function_calls import FUNCTION_CALLS
from curator.formats.gemini import GEMINI
from curator.formats.kto import KTO
from curator.formats.label_studio import LABEL_STUDIO
from curator.formats.messages_api import MESSAGES_API
from curator.formats.messages_log import MESSAGES_LOG
from curator.formats.openai_preference import OPENAI_PREFERENCE
from curator.formats.preference import PREFERENCE
from curator.formats.prodigy import PRODIGY
from curator.formats.transcript import TRANSCRIPT
from curator.model import Example
from tests.formats.conventions import CONVENTIONS, Convention
from tests.formats.strategies import (
    RUNS,
    calling_at_once,
    chats,
    examples,
    liked,
    mixed,
    pairs,
    preferences,
    same,
    using_tools,
    values,
)

LAW = settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))

#: One question and one answer and nothing else but metadata.
bare = pairs().map(lambda one: msgspec.structs.replace(one, messages=one.messages[-2:], reference=None))
#: Each with what it is made for.
MADE_FOR: tuple[tuple[Format, st.SearchStrategy[Example]], ...] = (
    (PREFERENCE, preferences()),
    (mapped({"input": "q", "chosen": "good", "rejected": "bad"}, None), preferences()),
    (mapped({"chosen": "good", "rejected": "bad"}, None), preferences()),
    (OPENAI_PREFERENCE, preferences()),
    (KTO, liked()),
    (MESSAGES_LOG, using_tools()),
    (MESSAGES_API, using_tools()),
    (COMPLETIONS_LOG, using_tools()),
    (GEMINI, chats()),
    (CONVERSE, chats()),
    (EXCHANGES, chats()),
    (TRANSCRIPT, chats()),
    (FUNCTION_CALLS, calling_at_once()),
    (QUESTION_ANSWERS, bare),
    (ARGILLA, bare),
    (LABEL_STUDIO, bare),
    (PRODIGY, bare),
    (DOCCANO, bare),
)
NAMES = [f"{one.name}: {one.title}" for one, _ in MADE_FOR]


def law(one: Format, example: Example) -> bool:
    """Whether an example is held; then it must come back, also through JSON."""
    if one.holds(example) is not None:
        return False
    row = one.render(example)
    back = one.parse(row)
    assert same(back, example)
    assert mixed(msgspec.to_builtins(back)) == mixed(msgspec.to_builtins(example))
    assert same(one.parse(msgspec.json.decode(msgspec.json.encode(row))), example)
    assert one.render(back) == row
    return True


@pytest.mark.parametrize(("one", "strategy"), MADE_FOR, ids=NAMES)
def test_what_it_is_made_for_is_held_and_comes_back(one: Format, strategy: st.SearchStrategy[Example]) -> None:
    held: list[bool] = []

    @LAW
    @given(example=strategy)
    def each(example: Example) -> None:
        held.append(law(one, example))
        if held[-1]:
            assert one.matches(one.render(example)) > 0

    each()
    assert sum(held) / len(held) > 0.2


@pytest.mark.parametrize("one", [one for one, _ in MADE_FOR], ids=NAMES)
@LAW
@given(example=examples)
def test_anything_is_refused_with_a_reason_or_comes_back(one: Format, example: Example) -> None:
    law(one, example)
    reason = one.holds(example)
    assert reason is None or reason.startswith(("it", "messages["))


def damaged(draw: st.DrawFn, value: Any) -> Any:
    """A value with something in it replaced by anything."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 4)) == 0:
            return {name: item for name, item in value.items() if name != key}
        return {**value, key: damaged(draw, value[key])}
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], damaged(draw, value[place]), *value[place + 1 :]]
    return draw(values)


@st.composite
def damaged_rows(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row of some convention, and the same row with something in it replaced."""
    rows = draw(st.sampled_from(CONVENTIONS)).rows()
    row = draw(st.sampled_from(rows))
    for _ in range(draw(st.integers(1, 3))):
        row = {**row, **{name: damaged(draw, row[name]) for name in [draw(st.sampled_from(sorted(row)))]}}
    return rows[0], row


@settings(max_examples=4 * RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(both=damaged_rows())
def test_a_damaged_row_never_crashes_an_import(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    survives(*both)


OTHERS: tuple[Any, ...] = (None, 3, -1.5, True, "", "x", "[]", "[{", [], [3], ["x"], [[]], [{}], {}, {"a": 1})


def replaced(value: Any) -> Iterator[Any]:
    """The value with each place in it replaced by each kind of value, and each key left out."""
    yield from OTHERS
    if isinstance(value, dict):
        for key, item in value.items():
            yield {name: other for name, other in value.items() if name != key}
            yield from ({**value, key: other} for other in replaced(item))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in replaced(item))


@pytest.mark.parametrize("one", CONVENTIONS, ids=[one.file for one in CONVENTIONS])
def test_any_value_in_any_place_never_crashes_an_import(one: Convention) -> None:
    rows = one.rows()
    for whole in rows[:2]:
        for row in replaced(whole):
            if isinstance(row, dict):
                survives(whole, row)


def survives(whole: dict[str, Any], row: dict[str, Any]) -> None:
    """A row beside a whole one is detected and parsed, or refused as a format refuses."""
    for one in formats():
        one.matches(row)
    try:
        found = detect([whole, row])
    except FormatError:
        return
    for one in {found.format, *(one for one in formats() if one.matches(whole))}:
        try:
            example = one.parse(row)
        except FormatError:
            continue
        msgspec.json.encode(example)
        for judgement in one.judgements(row) if one.judgements else ():
            assert judgement.reviewer
            msgspec.json.encode(judgement)
