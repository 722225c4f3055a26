"""Should you fine-tune? Typed signals and what a baseline has measured go in; one of six verdicts comes out.

There is no score. Each line says one thing with its number, where the number is from and what would overturn it, and
the verdict lists which evidence is there and which is missing. Without a measured baseline it never says that
fine-tuning may pay.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from curator.advice import earning, evidence
from curator.advice.evidence import Line, Missing
from curator.advice.measured import Measured, best_of
from curator.advice.prompts import QUESTIONS, RUNG_OF, SHORT
from curator.advice.signals import Signals
from curator.text import many

Kind = Literal["not yet", "retrieval", "unknown", "prompt", "fine-tune", "limit"]

TITLES: dict[Kind, str] = {
    "not yet": "Not yet: the data comes first",
    "retrieval": "Use retrieval",
    "unknown": "Unknown: measure",
    "prompt": "The prompt is enough",
    "fine-tune": "Fine-tuning may pay",
    "limit": "A fundamental limit: neither will help",
}
#: A target that even the best rung's upper bound misses by this much is far away.
FAR = 0.10
#: The rungs that ask more of a prompt each, and how many of them in a row have to gain nothing.
LADDER, IDLE = ("P0", "P1", "P2", "P3", "P4"), 2


class Verdict(Struct, frozen=True):
    """The verdict: its kind, why in a sentence, the lines that led to it and all others, and what is known.

    `present` names the evidence that is there, `missing` what is not, each with the command that brings it. `next` is
    what to do now.
    """

    kind: Kind
    why: str
    lines: tuple[Line, ...]
    present: tuple[str, ...]
    missing: tuple[Missing, ...]
    next: str

    @property
    def title(self) -> str:
        """The verdict in a few words."""
        return TITLES[self.kind]

    @property
    def confidence(self) -> str:
        """How much of the evidence is there."""
        return f"{len(self.present)} of {len(self.present) + len(self.missing)} pieces of evidence are there"


def verdict(signals: Signals, measured: Sequence[Measured] = (), *, today: str) -> Verdict:
    """What follows from the signals and from the rungs that were measured, `today` being an ISO date."""
    lines = [*evidence.data(signals), *evidence.knowledge(signals), *earning.prompting(signals, measured)]
    lines += [*earning.earning(signals, measured), *evidence.places(signals, today)]
    kind, why, then = _judged(signals, [one for one in measured if not one.tuned], lines, today)
    rank = {
        "blocks": 0,
        "retrieval": 1,
        "prompt": 2,
        "against": 3,
        "for": 3,
        "open": 4,
        "fine": 5,
        "here": 6,
        "elsewhere": 7,
    }
    lines.sort(key=lambda one: rank[one.bears])
    present, missing = evidence.inventory(signals, measured)
    return Verdict(kind, why, tuple(lines), present, missing, then)


def _judged(signals: Signals, measured: Sequence[Measured], lines: Sequence[Line], today: str) -> tuple[Kind, str, str]:
    blocking = [one for one in lines if one.bears == "blocks"]
    if blocking:
        more = f", and {len(blocking) - 1} more" if len(blocking) > 1 else ""
        return "not yet", f"{blocking[0].says}{more}.", blocking[0].overturn
    enough = next((one for one in measured if one.reached == "suffices"), None)
    if enough is not None and enough.rung != "RAG":
        words = f"{enough.name} reach {evidence.interval(enough.interval)} of the {enough.target:.0%} wanted"
        failed = f" ({enough.unanswered}, counted as wrong)" if enough.unanswered else ""
        return (
            "prompt",
            f"{words}, by {enough.metric} on {enough.rows:,} rows{failed}.",
            "Export the prompt and the eval set.",
        )
    to_retrieval = [one for one in lines if one.bears == "retrieval"]
    if enough is not None:
        return "retrieval", "With the source passage in context the target is reached.", "Route those rows to RAG."
    if to_retrieval:
        return "retrieval", f"{to_retrieval[0].says}.", to_retrieval[0].overturn
    if not measured and (tried := signals.unanswered) is not None:
        return (
            "unknown",
            f"A baseline was tried ({tried.model}, {tried.date}), but none of its {many(tried.asked, 'answer')} could "
            f"be used ({tried.reasons}): nobody knows what prompting alone reaches.",
            "Ask another model: `curator baseline --model NAME`; `--list-models` says which there are.",
        )
    if not measured:
        return (
            "unknown",
            "No baseline has been measured: nobody knows what prompting alone reaches.",
            _to_measure(signals),
        )
    return _of_gap(signals, measured, lines, today)


def _to_measure(signals: Signals) -> str:
    made = signals.eval_set is not None
    first = "" if made else "`curator eval-set create`, then "
    return f"{first}`curator baseline --model NAME`."


def _of_gap(signals: Signals, measured: Sequence[Measured], lines: Sequence[Line], today: str) -> tuple[Kind, str, str]:
    """The verdict of a baseline that has not reached its target."""
    best = best_of(measured)
    own = [one for one in measured if one.model == best.model]  # what another model was asked says nothing of this one
    unclear = [one for one in own if one.reached == "undecided" or one.interval.high >= one.target]
    shown = best if best in unclear or not unclear else best_of(unclear)
    which = "The best rung" if shown is best else "A rung"
    said = f"{which} ({shown.rung}, {shown.name}) reaches {evidence.interval(shown.interval)} of {shown.target:.0%}"
    said += f" ({shown.unanswered})" if shown.unanswered else ""
    if unclear:
        return (
            "unknown",
            f"{said}: that is neither enough nor too little, on {shown.rows:,} rows.",
            "Rows without an answer count for neither: ask another model, `curator baseline --model NAME`."
            if shown.unanswered
            else "More eval rows tell them apart: `curator eval-set show` says how many.",
        )
    if not gap_stands(signals, own):
        left = ", ".join(SHORT[one] for one in untried(signals, own))
        return (
            "unknown",
            f"{said}, but prompting is not exhausted: with {best.model}, {left} were not tried.",
            f"`curator baseline --model {best.model}` climbs the rest of the ladder.",
        )
    if unchecked := evidence.unchecked(signals):
        return (
            "unknown",
            f"{said}, but the data was not checked for {', '.join(unchecked)}: any of them would explain the gap.",
            f"{' and '.join(unchecked.values())}, then `curator assess`.",
        )
    curve = signals.curve
    largest = any(one.rung == "P5" for one in measured) and any(one.rung == "P4" for one in measured)
    if curve is not None and curve.flat and best.gap >= FAR and largest:
        return (
            "limit",
            f"{said}, the largest model and decomposition included, and more rows would not help.",
            ("Redefine the task: fewer labels, a clearer rule, or a person for what is hard."),
        )
    return _of_reasons(said, signals, [one for one in lines if one.bears == "for"], today)


def _of_reasons(said: str, signals: Signals, reasons: Sequence[Line], today: str) -> tuple[Kind, str, str]:
    """The verdict of a gap that prompting does not close: is there a reason to think that tuning would?"""
    if not reasons:
        return (
            "unknown",
            f"{said}, but nothing measured says that fine-tuning would close the gap.",
            "What is missing is listed: the learning curve, the calls expected, the form of the answers.",
        )
    if not any(place.takes(today) for place in signals.places):
        return (
            "unknown",
            f"{said}, but no place to train takes this set.",
            "`curator targets` says what each one wants.",
        )
    return (
        "fine-tune",
        f"{said}, and {reasons[0].says[0].lower()}{reasons[0].says[1:]}.",
        "Train on `curator export`, then `curator baseline --outputs FILE --as NAME` on the same eval set.",
    )


def untried(signals: Signals, measured: Sequence[Measured]) -> list[str]:
    """The questions that neither a rung nor an answer with something to show has answered."""
    rungs = {one.rung for one in measured}
    return [
        question
        for question in QUESTIONS
        if RUNG_OF[question] not in rungs and not ((said := signals.tried.get(question)) is not None and said.shown)
    ]


def gap_stands(signals: Signals, measured: Sequence[Measured]) -> bool:
    """Whether prompting one model does not close the gap: all was tried, or its last two rungs gained nothing.

    Examples are among what has to be tried: a ladder that ends before P2 shows nothing. P5 repeats the best prompt of
    the largest model and is no rung of its own.
    """
    if not untried(signals, measured):
        return True
    ladder = sorted((one for one in measured if one.rung in LADDER), key=lambda one: one.rung)
    last = [one.gained for one in ladder[-IDLE:]]
    return {"P1", "P2"} <= {one.rung for one in ladder} and last == [False] * IDLE
