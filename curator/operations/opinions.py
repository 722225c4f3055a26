"""What a second reader can say of a row: codes beside those of the checks, each with its card, and their findings.

A finding of a model is a suggestion like that of a check: it is shown, filtered, triaged and set aside in the same way,
and goes stale when the text is edited. No run of checks replaces it.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from curator.checks.card import Card
from curator.checks.sensitive_values import masked_text
from curator.errors import SettingsError
from curator.judge.probing import CAVEAT, Probed
from curator.judge.verdicts import Judgement
from curator.model import JUDGED, Example, Finding, Fix, Severity, content_field


class Opinion(Struct, frozen=True):
    """A code of a second reader, as `curator explain` shows it."""

    code: str
    name: str
    severity: Severity
    card: Card


def _opinion(number: int, name: str, severity: Severity, *card: str) -> Opinion:
    return Opinion(f"{JUDGED}{number:03}", name, severity, Card(*card))


_HOW = "`curator check --judge` asks for it, after a yes."
_CLEARED = "A model errs. Look at some of them before you set aside what the checks said of all."

OPINIONS: tuple[Opinion, ...] = (
    _opinion(
        1, "judged-knowledge", Severity.WARNING,
        f"A model that read the row as a second reader holds that its output teaches facts. {_HOW}",
        "Facts that the prompt does not hold belong in retrieval. What it quotes was looked up: it stands in the "
        "output and not in the prompt.",
        "Route the row to RAG, ground it in its passage, or set the finding aside when the model is wrong.",
        "input:  What is the cancellation fee?\noutput: It is 45 Euro until noon.\nquoted: 45 Euro",
    ),
    _opinion(
        2, "judged-conflict", Severity.WARNING,
        f"A model that read two rows as a second reader holds that their outputs cannot both be right. {_HOW}",
        "Two answers to one question teach the model to guess. The words that contradict each other were looked up in "
        "both outputs.",
        "Decide which one is right on the conflicts screen, or write the right answer once.",
        "input:   Can I return a sale item?\noutput:  Yes, within 14 days.\nrelated: No, sale items are final.",
    ),
    _opinion(
        3, "judged-wrong", Severity.WARNING,
        f"A model that read the row as a second reader holds that its output does not do what the input asks. {_HOW}",
        "What is wrong in the data is learned as right. With --rewrite it comes with the output as the model would "
        "have it, as a change to take or leave.",
        "Take the suggestion, edit the output, reject the row, or set the finding aside when the model is wrong.",
        "input:  Sum up: the shop closes at six.\noutput: The shop closes at eight.\nquoted: at eight",
    ),
    _opinion(
        4, "judged-no-knowledge", Severity.INFO,
        f"A model that read a row which a check suspects of teaching facts does not. {_HOW}",
        "It tells which suspicions to look at last.",
        _CLEARED,
        "input:  Write a limerick about tea.\noutput: A lady from Leeds …\nsaid:   skill_or_style",
    ),
    _opinion(
        5, "judged-compatible", Severity.INFO,
        f"A model that read two rows which a check holds to conflict finds that both outputs can be right. {_HOW}",
        "It tells which suspicions to look at last.",
        _CLEARED,
        "input:   How do I reset it?\noutput:  Hold the button.\nrelated: Press and hold the button for a while.",
    ),
    _opinion(
        6, "judged-right", Severity.INFO,
        f"A model that read a row whose output a check suspects finds that it does what its input asks. {_HOW}",
        "It tells which suspicions to look at last.",
        _CLEARED,
        "input:  In which year? (text: … in 1998 …)\noutput: 1998\nsaid:   right",
    ),
    _opinion(
        7, "probed", Severity.INFO,
        "A model was asked several times, without its passage, for what the row teaches. `curator check --probe` asks, "
        "after a yes.",
        "What a model does not know yet it learns slowly, and learns to make things up with it; what it half knows is "
        f"learned best (Gekhman et al. 2024). {CAVEAT}",
        "Route rows that teach what is unknown to RAG.",
        "input:  What is the cancellation fee?\noutput: It is 45 Euro until noon.\nsaid:   0 of 10 answers held it",
    ),
)  # fmt: skip
#: The codes of a rubric: of a suspicion, and of none.
CODES: Mapping[str, tuple[str, str]] = {
    "knowledge": ("JDG001", "JDG004"), "conflict": ("JDG002", "JDG005"), "output": ("JDG003", "JDG006"),
}  # fmt: skip
PROBED = "JDG007"
_WORDS = {
    "knowledge_injection": "teaches facts that the prompt does not hold",
    "borderline": "teaches what every capable model knows",
    "skill_or_style": "teaches a behaviour, no facts",
    "conflict": "cannot be right together with the related row",
    "compatible": "can be right together with the related row",
    "wrong": "does not do what its input asks",
    "right": "does what its input asks",
}  # fmt: skip


def opinions(name: str) -> tuple[Opinion, ...]:
    """The codes that a name, a code or the beginning of one means. Raises `SettingsError` when none is meant."""
    found = tuple(one for one in OPINIONS if one.code.startswith(name.upper()) or one.name == name.lower())
    if not found:
        raise SettingsError(
            f"{name}: is no code of a second reader; there are {', '.join(one.code for one in OPINIONS)}."
        )
    return found


def findings_of(judgement: Judgement, model: str) -> list[Finding]:
    """What is kept of a judgement: a finding on each of its rows that names the other one; none without a verdict."""
    if judgement.outcome != "judged":
        return []
    code = CODES[judgement.rubric][not judgement.suspicious]
    said = masked_text(judgement.reason)
    message = f"{model} as second reader: {_WORDS[judgement.verdict]}" + (f" ({said})" if said else "")
    return [
        Finding(
            code, name, message, 0.9 if judgement.suspicious else 0.1,
            tuple(span for of, span in judgement.evidence if of == name),
            tuple(other for other in judgement.ids if other != name),
            rule=f"{judgement.rubric}: {judgement.verdict}",
        )
        for name in judgement.ids
    ]  # fmt: skip


def rewritten(example: Example, text: str) -> Example | None:
    """The example with this output; None when its output is no text."""
    from msgspec.structs import replace

    index = example.output_index
    if index is None or not isinstance(example.messages[index].content, str):
        return None
    messages = list(example.messages)
    messages[index] = replace(messages[index], content=text)
    return replace(example, messages=tuple(messages))


def proposing(finding: Finding, example: Example, text: str) -> Finding:
    """The finding with a rewrite of the output as a change to take or leave: it may change the meaning."""
    from msgspec.structs import replace

    index = example.output_index
    return finding if index is None else replace(finding, fix=Fix({content_field(index): text}, safe=False))


def finding_of_probe(probed: Probed, model: str) -> Finding | None:
    """What is kept of a probe; nothing when no answer could be used."""
    if probed.known in ("cannot judge", "not judged"):
        return None
    message = (
        f"{model} knows it {_KNOWN[probed.known]}: {probed.right} of {probed.asked} answers held what the row teaches "
        f"(95 %: {probed.low:.0%} to {probed.high:.0%})"
    )
    return Finding(PROBED, probed.id, message, _RANKS[probed.known], rule=f"probe: {probed.known}")


_KNOWN = {"highly known": "well", "maybe known": "by halves", "weakly known": "hardly", "unknown": "not at all"}
_RANKS = {"highly known": 0.1, "maybe known": 0.4, "weakly known": 0.7, "unknown": 0.9}


def codes_of(names: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Severity and name of each code, as a run stores them; only those of `names` when there are some."""
    return {one.code: (one.severity.value, one.name) for one in OPINIONS if not names or one.code in names}
