"""The verdict: one for each state of what is known, and laws that hold whatever is known."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from curator.advice.curve import Curve
from curator.advice.intervals import Interval, wilson
from curator.advice.measured import RUNGS, Measured
from curator.advice.prompts import QUESTIONS
from curator.advice.signals import (
    Agreed,
    Economy,
    EvalFacts,
    Narrowness,
    Neighbours,
    Place,
    Prefix,
    Share,
    Signals,
    Topic,
    Tried,
)
from curator.advice.verdict import TITLES, Verdict, verdict

TODAY = "2026-11-23"
STEEP = Curve("words", (500, 1_000), (0.3, 0.2), 0.02, 20.0, 0.6, 1_000)
LEVEL = Curve("words", (500, 1_000), (0.3, 0.3), 0.3, 0.0, 1.0, 1_000)
OPEN = Place("trl", "TRL", "open", "2026-11-22", "https://example.org/trl")
CLOSING = Place("openai", "OpenAI", "closing", "2026-11-22", "https://example.org/o", until="2027-01-06")
TRIED = {question: Tried(True, "see v3", "ana", "2026-11-20T10:00") for question in QUESTIONS}
CLEAN = Signals(
    rows=1_000,
    usable=1_000,
    sampled=1_000,
    task="labels",
    conflicts=Share(0, 1_000),
    suspects=Share(3, 1_000),
    leaks=0,
    knowledge=Share(10, 1_000),
    style=0.9,
    neighbours=Neighbours(0.6, 0.1, 400),
    curve=STEEP,
    eval_set=EvalFacts("eval", 300, 300, 0, "ab" * 8, "2026-11-20", wilson(270, 300)),
    places=(OPEN, CLOSING),
    tried=TRIED,
)


def rung(name: str, right: int, of: int = 300, **more: Any) -> Measured:
    """A rung with so many right answers, against a target of 90 % less 2."""
    found = wilson(right, of)
    reached = "suffices" if found.low >= 0.88 else "short" if found.high < 0.9 else "undecided"
    return Measured(name, "the right label", found, 0.9, 0.02, reached, of, "model-1", TODAY, **more)


def kind(signals: Signals, *measured: Measured) -> str:
    return verdict(signals, measured, today=TODAY).kind


SHORT = tuple(rung(name, right) for name, right in (("P0", 150), ("P1", 200), ("P2", 220), ("P3", 222), ("P4", 221)))


def test_without_a_baseline_it_says_measure() -> None:
    found = verdict(CLEAN, today=TODAY)
    assert (found.kind, found.next) == ("unknown", "`curator baseline --model NAME`.")
    assert "a measured baseline" in [one.name for one in found.missing]
    without = verdict(replace(CLEAN, eval_set=None), today=TODAY)
    assert without.next == "`curator eval-set create`, then `curator baseline --model NAME`."


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"conflicts": Share(21, 1_000)}, "conflicts"),
        ({"suspects": Share(51, 1_000)}, "labels"),
        ({"leaks": 1}, "leakage"),
        ({"usable": 49}, "size"),
        ({"style": 0.5, "task": "mixed"}, "style"),
        ({"agreed": Agreed(0.3, 0.1, 0.5, 40)}, "agreement"),
        ({"eval_set": EvalFacts("eval", 99, 99, 0, "ab", "", wilson(89, 99))}, "eval set"),
        ({"eval_set": EvalFacts("eval", 120, 120, 0, "ab", "", wilson(108, 120), 480, 21)}, "eval set"),
        ({"eval_set": EvalFacts("eval", 300, 300, 2, "ab", "", wilson(270, 300))}, "eval set"),
    ],
)
def test_the_data_comes_first(changed: dict[str, Any], name: str) -> None:
    found = verdict(replace(CLEAN, **changed), [rung("P1", 299)], today=TODAY)
    assert found.kind == "not yet"
    assert [one.name for one in found.lines if one.bears == "blocks"] == [name]
    assert found.next == found.lines[0].overturn


@pytest.mark.parametrize(
    "changed",
    [
        {"conflicts": Share(20, 1_000)},
        {"suspects": Share(50, 1_000)},
        {"usable": 50},
        {"style": 0.5},
        {"agreed": Agreed(0.3, 0.1, 0.5, 9)},
        {"agreed": Agreed(None, None, None, 40)},
        {"eval_set": EvalFacts("eval", 100, 100, 0, "ab", "", wilson(90, 100))},
    ],
)
def test_what_is_at_a_limit_does_not_stand_in_the_way(changed: dict[str, Any]) -> None:
    assert kind(replace(CLEAN, **changed)) == "unknown"


def test_knowledge_goes_to_retrieval() -> None:
    assert kind(replace(CLEAN, knowledge=Share(300, 1_000))) == "retrieval"
    assert kind(replace(CLEAN, knowledge=Share(299, 1_000))) == "unknown"
    cluster = Topic("glimmerhold", 10, 0.8)
    assert kind(replace(CLEAN, topics=(cluster,))) == "retrieval"
    assert kind(replace(CLEAN, topics=(replace(cluster, share=0.79),))) == "unknown"
    assert kind(replace(CLEAN, topics=(replace(cluster, rows=9),))) == "unknown"


def test_a_prompt_that_suffices_is_enough_whatever_the_set_teaches() -> None:
    assert kind(CLEAN, rung("P1", 200), rung("P2", 290)) == "prompt"
    assert kind(replace(CLEAN, knowledge=Share(600, 1_000)), rung("P2", 290)) == "prompt"
    assert kind(CLEAN, rung("P2", 200), rung("RAG", 290)) == "retrieval"


def test_undecided_is_a_verdict() -> None:
    found = verdict(CLEAN, [rung("P2", 268)], today=TODAY)
    assert (found.kind, "neither enough nor too little" in found.why) == ("unknown", True)


def test_a_gap_that_prompting_does_not_close_may_be_worth_tuning() -> None:
    found = verdict(CLEAN, SHORT, today=TODAY)
    assert found.kind == "fine-tune"
    assert "What there is to learn" not in found.why
    assert "P3, phrasings" in found.why


def test_a_gap_is_no_reason_while_prompting_is_not_exhausted() -> None:
    early = SHORT[:2]
    assert kind(replace(CLEAN, tried={}), *early) == "unknown"
    assert "the task taken apart were not tried" in verdict(replace(CLEAN, tried={}), early, today=TODAY).why
    assert kind(CLEAN, *early) == "fine-tune"  # the rest was tried, and there is something to show for it
    bare = {question: Tried(True) for question in QUESTIONS}
    assert kind(replace(CLEAN, tried=bare), *early) == "unknown"


def test_a_rung_that_is_open_leaves_the_gap_open_though_another_surely_reaches_more() -> None:
    wide = Interval(0.7, 0.5, 0.95, 100)
    said = "P4 notes: 110 of 210 rows without an answer (110 truncated)"
    failing = replace(SHORT[4], interval=wide, reached="undecided", surely=0.25, unanswered=said)
    found = verdict(CLEAN, (*SHORT[:4], failing), today=TODAY)
    assert found.kind == "unknown"
    assert found.why.startswith("A rung (P4, decomposition) reaches 70.0 % (50.0 to 95.0) of 90%")
    assert said in found.why
    assert "ask another model" in found.next
    other = replace(failing, model="model-2")  # what was asked of another model leaves nothing open
    assert kind(CLEAN, *SHORT, other) == "fine-tune"


def test_two_rungs_without_a_gain_are_a_gap_that_stands() -> None:
    bare = replace(CLEAN, tried={})
    ladder = [rung("P0", 150), rung("P1", 200, gained=False), rung("P2", 201, gained=False)]
    assert kind(bare, *ladder) == "fine-tune"
    assert kind(bare, ladder[0], replace(ladder[1], gained=True), ladder[2]) == "unknown"
    assert kind(bare, *ladder, rung("P3", 220, gained=True)) == "unknown"  # other words help: steps may, too


def test_instructions_alone_exhaust_no_model() -> None:
    bare = replace(CLEAN, tried={})
    ladder = [rung("P0", 150), rung("P1", 152, gained=False)]
    assert kind(bare, *ladder) == "unknown"
    assert kind(bare, *ladder, rung("P5", 152, gained=False)) == "unknown"  # the same prompt: it is the largest model
    other = [replace(one, model="model-2") for one in ladder]
    assert kind(bare, *ladder, *other) == "unknown"


def test_what_one_model_was_asked_exhausts_no_other() -> None:
    bare = replace(CLEAN, tried={})
    better = replace(rung("P1", 240, gained=True), model="model-2")
    assert kind(bare, *SHORT) == "fine-tune"
    found = verdict(bare, [*SHORT, better], today=TODAY)
    assert (found.kind, found.next) == ("unknown", "`curator baseline --model model-2` climbs the rest of the ladder.")
    assert "with model-2, several few-shot examples, different phrasings" in found.why


@pytest.mark.parametrize(
    ("missing", "family"), [("conflicts", "CON"), ("suspects", "LAB"), ("leaks", "SPL"), ("knowledge", "KNO")]
)
def test_a_check_that_never_ran_stands_in_the_way(missing: str, family: str) -> None:
    blind = replace(CLEAN, **{missing: None})
    found = verdict(blind, SHORT, today=TODAY)
    assert (found.kind, found.next) == ("unknown", f"`curator check --select {family}`, then `curator assess`.")
    assert "was not checked for" in found.why
    assert kind(replace(blind, curve=LEVEL), *SHORT, rung("P5", 225)) == "unknown"  # nor is it a limit
    assert kind(blind, rung("P2", 290)) == "prompt"  # this stands by itself


def test_a_gap_without_a_reason_stays_unknown() -> None:
    assert kind(replace(CLEAN, curve=None), *SHORT) == "unknown"
    assert kind(replace(CLEAN, curve=LEVEL), *SHORT) == "unknown"
    assert kind(replace(CLEAN, suspects=None), *SHORT) == "unknown"  # the labels are not known to be clear
    held = rung("P4", 221, conformity=0.7)
    assert kind(replace(CLEAN, curve=None), *SHORT[:4], held) == "fine-tune"
    pays = Economy(1_000, 5_000, 6_000)
    assert kind(replace(CLEAN, curve=None, economy=pays), *SHORT) == "fine-tune"
    assert kind(replace(CLEAN, curve=None, economy=replace(pays, volume=4_999)), *SHORT) == "unknown"


def test_without_a_place_to_train_it_is_not_advised() -> None:
    assert kind(replace(CLEAN, places=()), *SHORT) == "unknown"
    closed = replace(OPEN, state="closed")
    assert kind(replace(CLEAN, places=(closed,)), *SHORT) == "unknown"
    assert verdict(replace(CLEAN, places=(CLOSING,)), SHORT, today="2027-01-05").kind == "fine-tune"
    assert verdict(replace(CLEAN, places=(CLOSING,)), SHORT, today="2027-01-06").kind == "unknown"


def test_far_below_with_a_flat_curve_neither_will_help() -> None:
    everything = (*SHORT, rung("P5", 225))
    flat = replace(CLEAN, curve=LEVEL)
    assert kind(flat, *everything) == "limit"
    assert kind(flat, *SHORT) != "limit"  # the largest model was not asked
    near = tuple(rung(name, 250) for name in RUNGS if name.startswith("P"))
    assert kind(flat, *near) != "limit"


def test_a_tuned_model_is_no_baseline() -> None:
    found = verdict(CLEAN, [rung("tuned", 295, tuned=True, gained=True)], today=TODAY)
    assert found.kind == "unknown"
    assert "The tuned model is better than the best prompt" in [one.says for one in found.lines]


# -- laws ------------------------------------------------------------------------------------------------------------

shares = st.builds(lambda of, share: Share(round(of * share), of), st.integers(1, 10_000), st.floats(0, 1))
maybe = st.none()
unit = st.floats(0, 1)
curves = st.builds(
    lambda a, b, c, rows: Curve("words", (rows // 2, rows), (a, a), a, b, c, rows),
    unit,
    unit,
    unit,
    st.integers(60, 9_999),
)
anything = st.builds(
    Signals,
    rows=st.integers(0, 10**6),
    usable=st.integers(0, 10**6),
    sampled=st.integers(0, 2_000),
    task=st.sampled_from(["labels", "extraction", "json", "code", "prose", "mixed"]),
    conflicts=maybe | shares,
    suspects=maybe | shares,
    leaks=maybe | st.integers(0, 9),
    knowledge=maybe | shares,
    topics=st.lists(st.builds(Topic, st.text(), st.integers(1, 999), maybe | unit), max_size=3).map(tuple),
    narrowness=maybe | st.builds(Narrowness, unit, unit, st.just(240), unit, unit),
    style=maybe | unit,
    neighbours=maybe | st.builds(Neighbours, unit, unit, st.integers(1, 400)),
    curve=maybe | curves,
    prefix=maybe | st.builds(Prefix, st.integers(0, 9_999), unit),
    volatile=maybe | shares,
    agreed=maybe | st.builds(Agreed, maybe | unit, maybe | unit, maybe | unit, st.integers(1, 99)),
    eval_set=maybe
    | st.builds(
        EvalFacts,
        st.just("eval"),
        st.integers(1, 999),
        st.integers(1, 999),
        st.integers(0, 3),
        st.just("ab"),
        st.just(TODAY),
        st.integers(1, 999).map(lambda n: wilson(n // 2, n)),
    ),
    places=st.lists(st.sampled_from([OPEN, CLOSING, replace(OPEN, refuses=("too few",))]), max_size=3).map(tuple),
    tried=st.dictionaries(
        st.sampled_from(sorted(QUESTIONS)), st.builds(Tried, maybe | st.booleans(), st.text(), st.text(), st.text())
    ),
    economy=maybe | st.builds(Economy, unit, st.floats(1, 9), maybe | st.floats(0, 99), st.booleans()),
    volume=maybe | unit,
)
rungs = st.builds(
    lambda name, right, more, tuned, gained, held: replace(
        rung(name, min(right, more), more), tuned=tuned, gained=gained, conformity=held
    ),
    st.sampled_from(sorted(RUNGS)),
    st.integers(0, 400),
    st.integers(1, 400),
    st.booleans(),
    maybe | st.booleans(),
    maybe | unit,
)


@given(anything, st.lists(rungs, max_size=7))
@settings(max_examples=300, deadline=None)
def test_nothing_is_advised_that_was_not_measured(signals: Signals, measured: list[Measured]) -> None:
    found = verdict(signals, measured, today=TODAY)
    prompted = [one for one in measured if not one.tuned]
    if found.kind in ("fine-tune", "limit"):
        assert prompted
        assert not any(one.reached == "suffices" for one in prompted)
        assert max(prompted, key=lambda one: one.interval.value).interval.high < 0.9
        assert None not in (signals.conflicts, signals.suspects, signals.leaks, signals.knowledge)
    if found.kind == "fine-tune":
        assert any(one.bears == "for" for one in found.lines)
        assert any(place.takes(TODAY) for place in signals.places)
    if found.kind == "prompt":
        assert any(one.reached == "suffices" for one in prompted)
    assert not any(one.bears == "blocks" for one in found.lines) or found.kind == "not yet"
    _is_whole(found)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_no_signal_alone_ever_says_fine_tune(signals: Signals) -> None:
    found = verdict(signals, today=TODAY)
    assert found.kind in ("not yet", "retrieval", "unknown")
    assert "may pay" not in " ".join((found.title, found.why, found.next))


def _is_whole(found: Verdict) -> None:
    """Every line has its number, its source and how to overturn it; evidence is there or missing."""
    assert found.title == TITLES[found.kind]
    assert all(text for one in found.lines for text in (one.says, one.number, one.source, one.overturn))
    assert found.why
    assert found.next
    assert not set(found.present) & {one.name for one in found.missing}
