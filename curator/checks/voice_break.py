"""STY001 and STY003: an output in another voice than the rest of its group."""

from collections.abc import Iterator
from typing import Annotated

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.checks.voice import ALWAYS, HABITS, NEVER, POINTS, Voice, habits, of_bits
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span
from curator.text import shorten, words

_AT_LEAST = 8
# For a break, at most this share of the others may have the habit; none at all in a small group.
_NEVER, _SMALL = 0.05, 40
# Two points are a break: slang and an emoji, two words of slang, a shout, two official phrases.
_BREAK = 2.0
# Of a longer text, in words, as many more points are asked: the more words, the more of them are unusual.
_LONG = 120
# In smaller groups a rule may hold by chance; what none of a group does sooner than what all of it do.
_RULES, _CHANCE = 10, 20


@profile_check("STY001", Severity.WARNING, learn=Voice, by=instruction_group, at_least=_AT_LEAST)
def voice_break(example: Example, usual: Voice) -> Iterator[Finding]:
    """An output in a blatantly other voice than the others of its instruction: slang and emoji among plain answers,
    an official letter among chats, shouting, rudeness.

    Habits are counted over the others; what hardly any of them does (none, in a group of fewer than forty) counts
    points, and two points are a break. One exclamation mark or one casual word alone is none.

    Why: the model learns both voices, and picks one by chance.
    Fix: rewrite the output in the voice of the others, or reject it.
    Example:
        output "OMG yes!!! u can totally return those lol" among "You can return the shoes within 30 days."
    """
    if usual.outputs < _AT_LEAST or not usual.together:
        return
    rare = POINTS & usual.rare(0 if usual.outputs < _SMALL else _NEVER * (usual.outputs - 1))
    for field, text in example.output_fields():
        mask = habits(text)
        if not mask or not mask & rare:
            continue
        broken = [HABITS[index] for index in of_bits(mask & rare)]
        points = sum(habit.points for habit in broken)
        if points < _BREAK * max(1.0, len(words(text)) / _LONG):
            continue
        named = [habit.never for habit in broken if habit.never] or ["uses other words"]
        others = usual.outputs - 1
        says = f'Another voice ("{shorten(text)}"): of the {others:,} others hardly any or none does this; the group '
        span = Span(field, len(text) - len(text.lstrip()), len(text.rstrip()), "another voice")
        score = points / (points + 1)
        yield found(example, f"{says}{', '.join(named)}.", evidence=[span], score=score, rule="another voice")


@profile_check("STY003", Severity.INFO, learn=Voice, by=instruction_group, at_least=_AT_LEAST)
def voice_rule(example: Example, usual: Voice, *, holds: Annotated[float, Between(0.8, 1)] = 0.95) -> Iterator[Finding]:
    """An exception to a habit that at least the share `holds` of the other outputs of the instruction keep.

    The habits are contractions, person, exclamation marks, emoji, slang, capitals, greeting, thanks, apology, sign-off
    and final question, each a rule ("never uses exclamation marks") that its exceptions share. In a group of fewer
    than forty all others have to keep it; what a group never does is a rule from twenty outputs on.

    Why: a voice is the sum of such habits; here you see which ones the set has, and where it breaks them.
    Fix: rewrite the exceptions, or accept the rule's findings when the habit is chance.
    Example:
        output "Great, it's on its way!" where 212 of 213 others never use exclamation marks
    """
    others = usual.outputs - 1
    if others < _RULES - 1 or not usual.together:
        return
    needed = others * (1.0 if usual.outputs < _SMALL else holds)
    ruled = NEVER if usual.outputs >= _CHANCE else 0
    rare, common = ruled & usual.rare(others - needed), ALWAYS & usual.common(needed)
    for field, text in example.output_fields():
        mask = habits(text)
        if mask is None:
            continue
        for index in of_bits((mask & rare) | (~mask & common)):
            count = usual.counts[index]
            rule, keep = HABITS[index].always, count
            if mask >> index & 1:
                rule, keep = HABITS[index].never, others - count + 1
            others_do = f"{keep:,} of {others:,} others do"
            says = f"The voice here {rule} ({others_do}); this output does not."
            span = Span(field, len(text) - len(text.lstrip()), len(text.rstrip()), f"the rule: {rule}")
            yield found(example, says, evidence=[span], score=keep / (others + 1), rule=rule)
