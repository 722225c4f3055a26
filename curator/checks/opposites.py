"""Words that say the opposite of each other, and what a text says once its negations are taken into account.

"Not connected" and "separated by a gap" say the same, "connected" and "separated" the opposite. Counting the
negations of two texts sees neither; a sign on each scale that a text speaks of sees both.
"""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct


def vocabulary(words: str) -> frozenset[str]:
    """A set of words that are written with spaces in between."""
    return frozenset(words.split())


#: Words that deny.
NEGATIONS = vocabulary(
    "not no never none nor neither without cannot nothing nobody nowhere isnt arent wasnt werent dont doesnt didnt "
    "cant couldnt wont wouldnt shouldnt hasnt havent hadnt mustnt nicht kein keine keinen nie niemals ohne ne pas "
    "jamais sans sin nunca tampoco"
)
#: A negation reaches this many words further.
_REACH = 4
# One scale a line: words of one end / words of the other.
_SCALES = """\
more greater higher larger bigger longer faster increase increases increased increasing rise rises rose risen gain gains
 most louder taller stronger better grow grows grew
/ less fewer lower smaller shorter slower decrease decreases decreased decreasing reduce reduces reduced fall falls fell
 drop drops lose loses least quieter weaker worse shrink shrinks
; closed complete completed unbroken intact close closes connected connect connects connection attached joined joins
 linked touching touch contained contains contain includes included
/ open opened opens incomplete broken break breaks broke gap gaps disconnected disconnects unconnected separate
 separated separates apart detached interrupted cut
; lit light lights stays works working work worked / off unlit fails failed burned burnt dead
; same equal equals similar identical constant alike unchanged
/ different unequal differ differs difference differences change changes changed vary varies
; hot hotter hottest warm warmer warms heat heats heated / cold colder coldest cool cooler cools cooled
; before earlier first / after afterwards later last
; above upper top upward / below under bottom downward beneath
; positive / negative
; near nearer closer closest / far farther further farthest away
; push pushes pushed repel repels / pull pulls pulled attract attracts
; front / back
; always every everything all everyone / never none nothing nobody
; agree agrees yes true right correct valid allowed permitted possible can able eligible
/ disagree disagrees false wrong incorrect invalid forbidden prohibited impossible unable ineligible
; contract contracts contracted tighten tightens / relax relaxes relaxed stretch stretches expand expands loosen
; float floats floating floated / sink sinks sank sunk sinking
; start starts started begin begins began / stop stops stopped end ends ended
; inside internal / outside external
; big large huge / small little tiny
; long / short
; fast quick quickly fastest / slow slowly slowest
; heavy heavier heaviest / light lighter lightest
; hard harder hardest difficult / easy easier easiest soft softer softest
; wet damp / dry
; strong / weak
; early / late
; accept accepts accepted approve approved / reject rejects rejected decline declined deny denied
; enable enabled / disable disabled
; buy bought / sell sold
; free / paid charge charged charges fee
; win wins won / lost loss
; safe / unsafe dangerous
; refundable returnable / nonrefundable final"""


def _ends() -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for number, scale in enumerate(_SCALES.split(";")):
        for side, end in zip((1, -1), scale.split("/"), strict=True):
            for word in end.split():
                found.setdefault(word, []).append((number, side))
    return {word: tuple(ends) for word, ends in found.items()}


_ENDS = _ends()


class Signs(Struct, frozen=True):
    """The ends of scales that a text stands on (number of the scale, 1 or -1), and negations of something else."""

    ends: frozenset[tuple[int, int]]
    negations: int

    def clashes(self, other: "Signs") -> int:
        """On how many scales the two stand on opposite ends; a text on both ends of one clashes with none."""
        return sum(
            (scale, -side) in other.ends and (scale, side) not in other.ends and (scale, -side) not in self.ends
            for scale, side in self.ends
        )

    def agreements(self, other: "Signs") -> int:
        """On how many scales the two stand on the same end, and on no other."""
        return sum(
            (scale, side) in other.ends and not {(scale, -side)} & (self.ends | other.ends) for scale, side in self.ends
        )


@lru_cache(maxsize=256)
def signs(words: Sequence[str]) -> Signs:
    """What a text of these words says on each scale, negations within reach counted in."""
    negated = [index for index, word in enumerate(words) if word in NEGATIONS]
    used = set()
    ends = set()
    for index, word in enumerate(words):
        for scale, side in _ENDS.get(word, ()):
            reaching = [place for place in negated if 0 < index - place <= _REACH]
            if len(reaching) % 2:
                used.add(reaching[-1])
                side = -side
            ends.add((scale, side))
    return Signs(frozenset(ends), len(negated) - len(used))
