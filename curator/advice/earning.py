"""The lines of a verdict about prompting, and about what fine-tuning would have to earn."""

import math
from collections.abc import Iterator, Sequence

from curator.advice.curve import FLAT
from curator.advice.evidence import CONFLICTS, STYLE, SUSPECTS, Bears, Line, interval, percent
from curator.advice.measured import Measured
from curator.advice.prompts import QUESTIONS, RUNG_OF, SHORT
from curator.advice.signals import Signals, Tried

#: From so much on (F1 of words over chance), outputs of near inputs are alike.
LEARNABLE = 0.10
#: A share of answers in the form of the set below which prompting does not hold the style.
CONFORMS = 0.95
#: Tokens from which on a constant prompt is worth a thought: the least that services cache.
LONG = 1_024


def prompting(signals: Signals, measured: Sequence[Measured]) -> Iterator[Line]:
    """What prompting reaches, and whether it was exhausted."""
    for one in measured:
        if one.tuned:
            continue
        words = {
            "suffices": "reaches the target",
            "short": "stays below the target",
            "undecided": "may reach the target",
        }
        yield Line(
            f"baseline {one.rung}",
            f"{one.rung}, {one.name}, {words[one.reached]}",
            f"{one.metric} {interval(one.interval)}; wanted {one.target:.0%} less {one.margin:.0%}"
            + (f"; {one.unanswered}" if one.unanswered else ""),
            f"{one.rows:,} eval rows, {one.model}, {one.date}",
            "More eval rows, another model, or a better prompt: `curator baseline`.",
            "prompt" if one.reached == "suffices" else "open",
        )
    rungs = {one.rung for one in measured}
    for question in QUESTIONS:
        yield _question(question, signals.tried.get(question) or Tried(), by_rung=RUNG_OF[question] in rungs)
    if signals.neighbours is not None and signals.neighbours.gain >= LEARNABLE:
        yield Line(
            "few-shot",
            "Near inputs have like outputs: few-shot examples that are looked up will help a prompt",
            f"F1 of the words {signals.neighbours.near:.2f} near, {signals.neighbours.random:.2f} by chance",
            f"five nearest of {signals.neighbours.rows:,} sampled rows",
            "The baseline measures it: rung P2.",
            "open",
        )


def _question(question: str, said: Tried, *, by_rung: bool) -> Line:
    who = f"said by {said.by} on {said.at[:10]}" if said.by else ""
    if by_rung:
        number, source = f"rung {RUNG_OF[question]}", "the baseline"
    elif said.shown:
        number = f"prompts {', '.join(said.prompts)}" if said.prompts else f'"{said.note}"'
        source = who or "prompts that were kept"
    else:
        number = "said to be tried, with nothing to show" if said.tried else "not tried"
        source = who or "nobody has said"
    tried = by_rung or said.shown
    return Line(
        f"prompting: {question}",
        f"{SHORT[question][0].upper()}{SHORT[question][1:]}: {'tried' if tried else 'not known to be tried'}",
        number,
        source,
        f"`curator assess --tried {question}=yes --note TEXT`, or rung {RUNG_OF[question]} of the baseline.",
        "fine" if tried else "open",
    )


def earning(signals: Signals, measured: Sequence[Measured]) -> Iterator[Line]:
    """Would fine-tuning earn its cost?"""
    yield from _style_gap(measured)
    yield from _narrowness(signals)
    yield from _prefix(signals)
    yield from _volume(signals)
    yield from _curve(signals)
    for one in measured:
        if one.tuned:
            better = one.gained is True
            yield Line(
                f"tuned {one.model}",
                "The tuned model is better than the best prompt"
                if better
                else "The tuned model is not shown to be better",
                f"{one.metric} {interval(one.interval)} on {one.rows:,} eval rows"
                + (f"; {one.unanswered}" if one.unanswered else ""),
                f"answers of {one.model}, {one.date}, "
                + ("held against no prompt" if one.gained is None else "paired with the best prompt"),
                "More eval rows, or the answers of another model: `curator baseline --outputs FILE --as NAME`.",
                "open",
            )


def _style_gap(measured: Sequence[Measured]) -> Iterator[Line]:
    held = [one for one in measured if one.conformity is not None and not one.tuned]
    if not held:
        return
    best = max(held, key=lambda one: one.conformity or 0.0)
    gap = (best.conformity or 0.0) < CONFORMS
    yield Line(
        "style gap",
        "Prompting does not hold the form of the outputs" if gap else "Prompting holds the form of the outputs",
        f"{percent(best.conformity or 0.0)} of the answers of {best.rung} conform",
        f"{best.rows:,} eval rows, {best.model}, {best.date}",
        "A clearer output contract in the prompt, structured output, or an example of the form.",
        "for" if gap else "against",
    )


def _narrowness(signals: Signals) -> Iterator[Line]:
    if (found := signals.narrowness) is None:
        return
    one = narrow(signals)
    yield Line(
        "narrowness",
        "It is a narrow task, as far as texts can tell" if one else "Texts do not show that it is one narrow task",
        f"Vendi score of {found.of} inputs {found.inputs:.0f}, of their outputs {found.outputs:.0f}; nearest input at "
        f"cosine {found.nearest:.2f}; {percent(found.template)} of the inputs is shared text",
        f"{signals.sampled:,} sampled rows; of 240 rows, intents of a bank have 18 and 18, of an assistant 47 and 53, "
        "trivia 55 and 82",
        "Split the set by task, and assess each.",
        "fine" if one else "open",
    )


def _prefix(signals: Signals) -> Iterator[Line]:
    if (found := signals.prefix) is None:
        return
    long = found.tokens >= LONG
    yield Line(
        "prefix",
        "A long constant prompt stands before each input: caching may make it cheap already"
        if long
        else "No long constant prompt stands before the inputs",
        f"about {found.tokens:,} tokens in {percent(found.share)} of the rows",
        f"{signals.sampled:,} sampled rows, tokens by an estimate",
        "`curator assess --volume N` weighs it; prices fall, and cached tokens cost a tenth.",
        "open" if long else "fine",
    )


def _volume(signals: Signals) -> Iterator[Line]:
    found = signals.economy
    if found is None:
        return
    bears: Bears = "open"
    what = "A long prompt that is sent every time" if found.prefix else "A narrow task"
    if found.volume is None:
        says = "Nobody has said how many calls there are"
    elif found.volume >= found.worst and narrow(signals):
        says, bears = f"{what} has calls enough to earn tuning back", "for"
    elif found.volume >= found.best and narrow(signals):
        says = f"{what} may have calls enough to earn tuning back"
    else:
        says, bears = "There are too few calls to earn tuning back, or the task is not narrow", "against"
    ends = ["never" if math.isinf(end) else f"{end:,.0f}" for end in (found.best, found.worst)]
    volume = "unknown" if found.volume is None else f"{found.volume:,.0f}"
    yield Line(
        "volume",
        says,
        f"break-even at {ends[0]} to {ends[1]} calls; {volume} calls are expected",
        found.said or "prices as dated, tokens of the set",
        "`curator assess --volume N`, other prices, or a shorter prompt.",
        bears,
    )


def narrow(signals: Signals) -> bool:
    """Whether it is one task: near inputs have like outputs, and the outputs have one form."""
    like = signals.neighbours is not None and signals.neighbours.gain >= LEARNABLE
    return (like or signals.task in ("labels", "json")) and (signals.style or 0.0) >= STYLE


def _curve(signals: Signals) -> Iterator[Line]:
    if (found := signals.curve) is None:
        return
    clear = all(
        share is not None and share.value <= most
        for share, most in ((signals.suspects, SUSPECTS), (signals.conflicts, CONFLICTS))
    )
    more = f"twice as many rows take {100 * found.doubling:.1f} points off"
    yield Line(
        "learning curve",
        "More rows would not help what is light" if found.flat else "What there is to learn is not learned out yet",
        f"error {100 * found.at(found.rows):.1f} % at {found.rows:,} rows, {more}; less than {100 * FLAT:.0f} is flat",
        f"{found.learner}, measured up to {max(found.sizes):,} rows, not a fine-tuned model",
        "Measure it again with more rows: `curator assess`.",
        "against" if found.flat else "for" if clear else "open",
    )
