"""TXT010: an output in another language than the others."""

import re
from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct, field

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.corpus import instruction_group, opening
from curator.languages import NAMES, hints, language, named_targets, prose_language
from curator.model import Example, Finding, Severity, Span
from curator.text import words

# What says that another language is wanted, in the languages that instructions are mostly written in.
_ASKED = re.compile(
    r"\btransl|\blanguages?\b|\bmultiling|\bbiling|\blocali[sz]|übersetz|\bsprache|\btraduc|\btraduire|\btradui|\btraduz|"
    r"\btradur|\blangue|\blingua|\bidioma|\blengua|\bvertaal|översätt|oversæt|oversett|tłumacz|çevir|"
    r"перев[её]|переклад|翻译|翻譯|翻訳|번역|\bin (?:english|german|french|spanish|italian|dutch|portuguese|chinese|"
    r"japanese|korean|russian|polish|turkish|swedish|danish|norwegian|finnish|czech|greek|hebrew|arabic|hindi|latin)\b|"
    r"\bauf (?:deutsch|englisch|französisch|spanisch|italienisch)|\ben (?:anglais|français|allemand|espagnol|inglés|"
    r"español|francés|alemán|inglês|português)\b",
    re.IGNORECASE,
)
# A translator who is spoken to answers in the language of the question.
_TRANSLATED = re.compile(
    r"transl|übersetz|tradu[ciz]|tradur|vertaal|översätt|oversæt|oversett|перев|翻|번역", re.IGNORECASE
)
# Texts of a language in a group below which nothing is said about what is usual there.
_ENOUGH = 5


class Languages(Struct):
    """The languages of a group's outputs."""

    outputs: dict[str, int] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Count one example's last output."""
        spoken = prose_language(example.output_text)
        if spoken is not None:
            self.outputs[spoken] = self.outputs.get(spoken, 0) + 1

    def merge(self, other: "Languages") -> None:
        """Take in another count."""
        for spoken, count in other.outputs.items():
            self.outputs[spoken] = self.outputs.get(spoken, 0) + count

    def usual(self, share: float) -> str | None:
        """The language of at least this share of the outputs."""
        most = max(sorted(self.outputs), key=self.outputs.__getitem__)
        total = sum(self.outputs.values())
        # One output that is in question may not tip the scale in a small group.
        return most if self.outputs[most] >= max(_ENOUGH, share * (total - 1)) else None

    def told(self, targets: frozenset[str], spoken: str) -> str | None:
        """The one language that the instruction names, where more outputs are in it than in this other one."""
        target = next(iter(targets)) if len(targets) == 1 else ""
        most = self.outputs.get(target, 0)
        return target if most >= 2 and most > 3 * self.outputs.get(spoken, 0) - 3 else None


@profile_check("TXT010", Severity.WARNING, learn=Languages, by=instruction_group)
def other_language(
    example: Example, usual: Languages, *, share: Annotated[float, Between(0.5, 1)] = 0.8
) -> Iterator[Finding]:
    """An output in another language than at least the share `share` of the other outputs of its instruction.

    Told from small words and scripts for more than thirty languages; a text that is too short or too mixed to tell
    is left alone. So is an output in the language of its own input, and one where the input asks for a translation
    or names a language, unless the only one that it names to write in is the others'.

    Why: the model learns to change the language for no reason that it can see.
    Fix: translate the output, or reject the example.
    Example:
        input "When does the shop open?", output "Wir öffnen um neun Uhr und schließen um sechs."
    """
    if len(usual.outputs) < 2:  # this one's language was counted too
        return
    text = example.output_text
    spoken = prose_language(text)
    if spoken is None or spoken == usual.usual(share):
        return
    asked = opening(example)
    others = "\n".join(message.text for message in example.input if message.role == "user")
    told = _ASKED.search(asked) or _ASKED.search(others)
    expected = usual.told(named_targets(f"{asked}\n{others}"), spoken) if told else usual.usual(share)
    if expected is None or spoken == expected or NAMES[spoken].casefold() in words(asked):
        return
    ordered = named_targets(asked) == {expected} and _TRANSLATED.search(asked) is None
    if not ordered and _asked_in(example, spoken, expected):
        return
    message = f"The output is in {NAMES[spoken]}; others for this instruction are in {NAMES[expected]}."
    span = Span(f"messages[{example.output_index}].content", 0, len(text), f"{NAMES[spoken]}")
    yield found(example, message, evidence=[span], rule=f"{NAMES[spoken]} for {NAMES[expected]}")


def _asked_in(example: Example, spoken: str, expected: str) -> bool:
    """Whether the last user speaks this language: by the last lines, which are no instruction in any format."""
    given = next((message.text for message in reversed(example.messages) if message.role == "user"), "")
    lines = [line for line in given.split("\n") if line.strip()]
    for line in reversed(lines):
        told = language(line)
        if told is not None:
            return told == spoken
    last = lines[-1] if lines else ""
    return hints(last, spoken) > hints(last, expected)
