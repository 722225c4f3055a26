"""The lines of a verdict: each says one thing, with its number, where that is from, and what would overturn it.

Here are those of the data; `earning` has those of prompting and of what tuning would have to earn.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from curator.advice.intervals import Interval
from curator.advice.measured import Measured
from curator.advice.prompts import QUESTIONS
from curator.advice.signals import Share, Signals

#: How a line bears on the verdict: it blocks it, speaks for retrieval, for the prompt, for or against fine-tuning,
#: leaves something open, or says that something is in order.
Bears = Literal["blocks", "retrieval", "prompt", "for", "against", "open", "fine", "here", "elsewhere"]
#: Lines that say where it could be trained, not whether.
WHERE: frozenset[Bears] = frozenset({"here", "elsewhere"})

#: Shares of rows: more conflicts, more label suspects block; so much knowledge asks for retrieval.
CONFLICTS, SUSPECTS, KNOWLEDGE, NOTED = 0.02, 0.05, 0.30, 0.10
#: A cluster that is wholly new facts does more harm than the same facts spread (arXiv 2511.02626).
TOPIC, TOPIC_ROWS, TOPIC_SHARE = 0.80, 5, 0.01
#: Rows of an eval set, and of a training set, below which nothing can be said.
EVAL_ROWS, TRAINING_ROWS = 100, 50
#: Below this there is no one style.
STYLE = 0.70
#: Alpha below which reviewers do not agree (Krippendorff 2004), and the rows that it takes to say so.
ALPHA, JUDGED = 0.667, 10


class Line(Struct, frozen=True):
    """One thing that is known: what it says, its number, where that is from, how to overturn it."""

    name: str
    says: str
    number: str
    source: str
    overturn: str
    bears: Bears


class Missing(Struct, frozen=True):
    """Evidence that is not there, and what brings it."""

    name: str
    how: str


def interval(found: Interval) -> str:
    """A share with its bounds: "81.0 % (76.2 to 85.1)"."""
    return f"{100 * found.value:.1f} % ({100 * found.low:.1f} to {100 * found.high:.1f})"


def percent(value: float) -> str:
    """A share in words, never 0 % for what is not nothing."""
    return "under 0.1 %" if 0 < value < 0.001 else f"{100 * value:.1f} %"


def _of(share: Share) -> str:
    return f"{share.count:,} of {share.of:,} rows, {percent(share.value)}"


# -- the data --------------------------------------------------------------------------------------------------------


def data(signals: Signals) -> Iterator[Line]:
    """Is the data fit to be trained on, and to measure with?"""
    yield from _conflicts(signals)
    yield from _suspects(signals)
    yield from _size(signals)
    if signals.leaks is not None:
        yield Line(
            "leakage",
            "Rows of different splits have the same or a near input"
            if signals.leaks
            else "No split leaks into another",
            f"{signals.leaks:,} findings",
            "checks SPL001 and SPL002",
            "Move or reject one side of each: `curator review --where finding:SPL`.",
            "blocks" if signals.leaks else "fine",
        )
    yield from _form(signals)
    yield from _agreement(signals)
    if signals.eval_set is not None:
        yield _eval(signals)


def _conflicts(signals: Signals) -> Iterator[Line]:
    if (found := signals.conflicts) is None:
        return
    many = found.value > CONFLICTS
    yield Line(
        "conflicts",
        "Too many rows stand in open conflicts" if many else "Few or no rows stand in open conflicts",
        f"{_of(found)}; the limit is {CONFLICTS:.0%}",
        "checks CON, pairs that would be trained on",
        "Resolve them: `curator review --where finding:CON`.",
        "blocks" if many else "fine",
    )


def _suspects(signals: Signals) -> Iterator[Line]:
    if (found := signals.suspects) is None:
        return
    many = found.value > SUSPECTS
    yield Line(
        "labels",
        "Too many labels look wrong" if many else "Few or no labels look wrong",
        f"{_of(found)}; the limit is {SUSPECTS:.0%}",
        "checks LAB001 and LAB002, rows that nobody has decided",
        "Decide them: `curator review --where finding:LAB001,LAB002`.",
        "blocks" if many else "fine",
    )


def _size(signals: Signals) -> Iterator[Line]:
    rows = signals.usable
    refused = [place for place in signals.places if place.refuses and place.state != "closed"]
    few = rows < TRAINING_ROWS
    number = f"{rows:,} of {signals.rows:,} rows"
    if refused:
        number += f"; {refused[0].title}: {refused[0].refuses[0]}"
    yield Line(
        "size",
        f"There are fewer than {TRAINING_ROWS} rows to train on" if few else "There are rows enough to begin with",
        number,
        "rows that are neither rejected nor routed to RAG; the rules of the targets",
        "Import more rows. Providers suggest 50 to 100 to begin with.",
        "blocks" if few else "fine",
    )


def _form(signals: Signals) -> Iterator[Line]:
    if (style := signals.style) is None:
        return
    loose = style < STYLE
    yield Line(
        "style",
        "The outputs have no one form to learn yet" if loose else "The outputs have one form",
        f"consistency {style:.2f} of 1; single tasks have .78 and more, mixed ones about .69",
        f"the form of {signals.sampled:,} sampled outputs: beginnings, ends, marks, lines",
        "Look at FMT and STY: `curator review --where finding:FMT,STY`.",
        "blocks" if loose and signals.task == "mixed" else "against" if loose else "fine",
    )


def _agreement(signals: Signals) -> Iterator[Line]:
    found = signals.agreed
    if found is None or found.alpha is None or found.rows < JUDGED:
        return
    apart = (found.high if found.high is not None else found.alpha) < ALPHA
    bounds = "" if found.low is None or found.high is None else f" ({found.low:.2f} to {found.high:.2f})"
    yield Line(
        "agreement",
        "People do not agree on what is right" if apart else "People agree, as far as can be told",
        f"alpha {found.alpha:.2f}{bounds} on {found.rows:,} rows; {ALPHA} is the least that is relied upon",
        "rows that two or more reviewers judged",
        "Settle the rule between them: `curator review`, g d.",
        "blocks" if apart else "fine",
    )


def _eval(signals: Signals) -> Line:
    assert signals.eval_set is not None
    found = signals.eval_set
    wide = f"a share measured on it lies within {50 * found.interval.width:.1f} points"
    half = f"{found.half:,} rows halve that"
    bears: Bears = "blocks"
    if found.changed:
        says = "The eval set was changed since it was frozen"
        then = (
            "Were references corrected? Freeze its rows anew, `curator eval-set create --like "
            f"{found.name} --name NAME`, then `curator baseline --eval-set NAME`, which pays for no answer twice, and "
            "`curator assess --eval-set NAME`. Else undo the edits."
        )
    elif found.rows - found.dropped < EVAL_ROWS:
        says = f"The eval set has fewer than {EVAL_ROWS} rows"
        then = "`curator eval-set create --rows 300 --name NAME`."
    else:
        says, bears = "The eval set is frozen", "fine"
        then = "`curator eval-set create --rows N --name NAME` for a narrower interval."
    number = f"{found.rows:,} rows in {found.clusters:,} clusters, {found.changed:,} changed"
    if found.dropped:
        number += f", {found.dropped:,} rejected, to be fixed or routed to RAG since"
    number += f"; {wide}; {half}"
    return Line("eval set", says, number, f"eval set {found.name}, {found.digest[:12]}", then, bears)


# -- knowledge -------------------------------------------------------------------------------------------------------


def knowledge(signals: Signals) -> Iterator[Line]:
    """What belongs into retrieval."""
    if (found := signals.knowledge) is None:
        return
    heavy = found.value >= KNOWLEDGE
    noted = found.value > NOTED
    yield Line(
        "knowledge",
        "Much of the set teaches facts, which retrieval gives and fine-tuning does not hold"
        if heavy
        else "Some rows teach facts: these belong into retrieval"
        if noted
        else "Few or no rows teach facts",
        f"{_of(found)}; {KNOWLEDGE:.0%} and more ask for retrieval",
        "checks KNO001 and KNO002, by clusters of what they are about",
        "Route them to RAG, and the rest is judged anew: `curator clusters --route N`.",
        "retrieval" if heavy else "against" if noted else "fine",
    )
    for topic in signals.topics:
        if (topic.share or 0) >= TOPIC and topic.rows >= max(TOPIC_ROWS, TOPIC_SHARE * signals.usable):
            yield Line(
                "cluster",
                f"The rows about {topic.name} teach nothing but facts",
                f"{topic.rows:,} rows, {percent(topic.share or 0)} of all about it; the limit is {TOPIC:.0%}",
                "curator clusters",
                "Route this cluster to RAG: `curator clusters --route N`; the rest stays for training.",
                "retrieval",
            )
    if signals.volatile is not None and signals.volatile.value > NOTED:
        yield Line(
            "volatility",
            "Outputs say what will not stay true: what is tuned on them must be tuned again",
            _of(signals.volatile),
            'dates, prices, versions and words such as "currently" in sampled outputs',
            "Take these from retrieval or tools, or plan to train again.",
            "against",
        )


# -- where, and what is known ----------------------------------------------------------------------------------------


def places(signals: Signals, today: str) -> Iterator[Line]:
    """Where could this be trained?"""
    for place in signals.places:
        takes = place.takes(today)
        until = f" until {place.until}" if place.until else ""
        gone = bool(place.until and place.until <= today)
        state = "closed" if gone else f"{place.state}{until}"
        yield Line(
            f"where: {place.name}",
            f"{place.title}: {'takes this set' if takes else 'does not take this set'}",
            "; ".join((state, *([place.misfit] if place.misfit else []), *place.refuses)),
            f"{place.source}, verified {place.verified_on}",
            place.note or "Look at the source again: it is dated.",
            "here" if takes else "elsewhere",
        )


def unchecked(signals: Signals) -> dict[str, str]:
    """The checks that never ran, of those that may block a verdict or speak for retrieval, with what runs each."""
    return {name: how for name, (there, how) in _gates(signals).items() if not there}


def _gates(signals: Signals) -> dict[str, tuple[bool, str]]:
    return {
        "conflicts": (signals.conflicts is not None, "`curator check --select CON`"),
        "label suspects": (signals.suspects is not None, "`curator check --select LAB`"),
        "leakage between splits": (signals.leaks is not None, "`curator check --select SPL`"),
        "knowledge": (signals.knowledge is not None, "`curator check --select KNO`"),
    }


def inventory(signals: Signals, measured: Sequence[Measured]) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """Which evidence is there, and which is missing, with what brings it."""
    asked = all((said := signals.tried.get(one)) is not None and said.tried is not None for one in QUESTIONS)
    has = {
        **_gates(signals),
        "form of the outputs": (signals.style is not None, "rows with outputs"),
        "learning curve": (signals.curve is not None, "60 rows or more"),
        "agreement between reviewers": (signals.agreed is not None, "a second reviewer: `curator review --as NAME`"),
        "a frozen eval set": (signals.eval_set is not None, "`curator eval-set create`"),
        "what was tried in prompting": (asked, "`curator assess --tried QUESTION=yes|no`, or --prompts prompts.toml"),
        "a measured baseline": (any(not one.tuned for one in measured), "`curator baseline --model NAME`"),
        "expected calls": (signals.volume is not None, "`curator assess --volume N`"),
        "a place to train": (bool(signals.places), "`curator targets`"),
    }
    if signals.unpriced:
        table = f"a [models.{signals.unpriced}] table with input and output in prices.toml beside the workspace"
        has[f"the price of {signals.unpriced}"] = (False, table)
    prompted = [one for one in measured if not one.tuned]
    if prompted and all(one.reached != "suffices" for one in prompted):  # before, nobody needs it
        asked = any(one.rung == "P5" for one in prompted)
        has["the largest model"] = (asked, "`curator baseline --model` with the dearest one of `--list-models`")
    present = tuple(name for name, (there, _) in has.items() if there)
    return present, tuple(Missing(name, how) for name, (there, how) in has.items() if not there)
