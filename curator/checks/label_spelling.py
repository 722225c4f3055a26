"""Which label of a set another spelling stands for. No I/O, no state."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from curator.checks.label_lists import as_listed, but_identifiers, squashed, without_identifiers
from curator.tasks import Outputs, spelt_out
from curator.text import normalise, words

_WRAPPED = re.compile(
    r"""(?ix) ^[\W_]* (?:(?:the|my|its)\s+)?
    (?:(?:correct|final|predicted|best)\s+)?
    (?:label|category|categor[ií]a|catégorie|kategorie|class|classification|answer|output|topic|intent|sentiment|type
    |tag|prediction|result|response|etikett|etiqueta|antwort)
    \s*(?:\s+is\b|[:=\-\u2013\u2014>]+)\s* (?P<rest>.+)$"""
)
# Words that say of a label that it is one, or of a thing that it is a matter; they name nothing more.
_OF_ITSELF = """
    issue issues problem problems question questions request requests query queries inquiry inquiries enquiry ticket
    tickets topic label category class type matter related message case concern concerns complaint complaints feedback
    report reports department dept section abteilung anfrage anfragen probleme frage fragen beschwerde beschwerden
    kategorie thema problème demande réclamation catégorie problema consulta pregunta queja solicitud reclamación
    categoría
"""
_EMPTY = frozenset(_OF_ITSELF.split())
# Words that join or lead others; a label is the same without them.
_JOINING_WORDS = "and the of a an und der die das et le la les de y el los las"
_JOINING = frozenset(_JOINING_WORDS.split())
# The last word before a label in a sentence, and words that turn the sentence round.
_SAYING_WORDS = "is as be to under ist als unter est comme es como é è come"
_SAYING = frozenset(_SAYING_WORDS.split())
_DENYING_WORDS = """
    not no never isn't don't doesn't can't nicht kein keine pas non nunca não or either oder ou than rather
"""
_DENYING = frozenset(_DENYING_WORDS.split())
# Between these, the order counts.
_DIRECTED_WORDS = "to from of by vs versus over under than before after into not no zu von nach vor de a à"
_DIRECTED = frozenset(_DIRECTED_WORDS.split())
_JOINTS = re.compile(r"[^\w]|_")
_NEGATING = ("in", "un", "im", "ir", "il", "non", "dis", "mis", "anti", "not", "no", "a")
_BRITISH = (
    ("ise", "ize"),
    ("isa", "iza"),
    ("our", "or"),
    ("tre", "ter"),
    ("ogue", "og"),
    ("ence", "ense"),
    ("yse", "yze"),
)


class Variant(NamedTuple):
    """The label that a spelling stands for, and how they differ; `plain` says that only looks differ."""

    label: str
    how: str
    plain: bool


def variant(
    written: str, usual: Outputs, listed: frozenset[str] = frozenset(), instruction: str = ""
) -> Variant | None:
    """What this answer is a variant of, among the answers of its group and those that the instruction lists.

    Only a rare spelling is a variant, and only of a label that is used more often or that the instruction has as it is
    written. A label that the instruction lists is right as it is; so is one that differs from all others in more than
    its spelling.
    """
    if not is_rare(written, usual):
        return None
    count, name = usual.written.get(written, 0), squashed(written)
    looks = [other for other in usual.written if other != written and squashed(other) == name]
    named = as_listed(written, instruction, usual) if listed and count <= rare(usual) else ""
    if named:
        return Variant(named, _look(written, named), True)
    if looks:
        return _same_looks(written, looks, usual)
    if count > rare(usual) or normalise(written) in listed:
        return None
    known = _known(written, usual, listed)
    for difference in (_wrapping, _sentence, _ending, _filler, _order, _typing):
        found = [(other, how) for other in known if (how := difference(written, other))]
        if difference is _order:
            found = [(other, how) for other, how in found if normalise(other) in listed or _joined(written, other)]
        if found:
            best = min(found, key=lambda one: (OSA.distance(written.casefold(), one[0].casefold()), one[0]))
            return Variant(best[0], best[1], False) if not _serves(written, best[0], known) else None
    return None


def is_rare(written: str, usual: Outputs) -> bool:
    """Whether an answer is rare in its group, or rare beside the same answer in other case."""
    count = usual.written.get(written, 0)
    return count <= rare(usual) or count * 5 <= usual.answers.get(normalise(written), 0)


def rare(usual: Outputs) -> int:
    """How often an answer may occur that is a slip: once, or one twentieth of what labels come to on average."""
    return max(1, usual.short // (20 * max(len(usual.answers), 1)))


def unlisted(written: str, instruction: str, listed: frozenset[str], usual: Outputs) -> bool:
    """Whether the instruction lists the label set, and this answer is none of it.

    The list is the set when all labels that are used more than rarely are on it. What is made of its words ("bug,
    billing"), or stands in the instruction in any way ("otherwise say unclear"), is left alone.
    """
    limit = rare(usual)
    used = [answer for answer, count in usual.answers.items() if count > limit]
    if len(used) < 2 or not all(answer in listed for answer in used):
        return False
    written, instruction = but_identifiers(written, instruction), without_identifiers(instruction)
    told = {_singular(word) for word in words(spelt_out(instruction))} | set(words(instruction))
    tokens = _bare_tokens(_tokens(written))
    return any(word not in told and _singular(word) not in told for word in tokens if not word.isdigit())


def _same_looks(written: str, looks: list[str], usual: Outputs) -> Variant | None:
    count = usual.written.get(written, 0)
    best = max(looks, key=lambda other: (usual.written[other], _in_style(other, usual), other))
    more = usual.written[best]
    if more == count and _in_style(written, usual) >= _in_style(best, usual):
        return None
    if more < count or (count > 1 and count * 4 > more):
        return None
    return Variant(best, _look(written, best), True)


def _look(written: str, label: str) -> str:
    if written.casefold() == label.casefold():
        return "case"
    return "punctuation" if "".join(written.split()).casefold() != "".join(label.split()).casefold() else "spacing"


def _in_style(label: str, usual: Outputs) -> int:
    """How many rows are written in this label's style of case and joining."""
    style = _style(label)
    return sum(count for other, count in usual.written.items() if _style(other) == style and other != label)


def _style(label: str) -> tuple[str, bool]:
    case = "lower" if label.islower() else "upper" if label.isupper() else "capital"
    return case, label[-1:].isalnum()


def _known(written: str, usual: Outputs, listed: frozenset[str]) -> list[str]:
    """Labels that this one may stand for: used three times as often and not once, or listed."""
    count = usual.written.get(written, 0)
    least = max(2, 3 * count if count > 1 else 2)
    return [
        other
        for other, often in usual.written.items()
        if other != written and (often >= least or normalise(other) in listed)
    ]


def _wrapping(written: str, label: str) -> str:
    match = _WRAPPED.match(written)
    if match and squashed(match["rest"]) == squashed(label):
        return "a prefix"
    return ""


def _sentence(written: str, label: str) -> str:
    """Whether the label ends a sentence that says no more than what the label is."""
    left, right = _tokens(written), _tokens(label)
    before = left[: len(left) - len(right)]
    if len(before) < 2 or left[len(before) :] != right or before[-1] not in _SAYING or _DENYING & set(before):
        return ""
    return "a sentence around it"


def _ending(written: str, label: str) -> str:
    left, right = _tokens(written), _tokens(label)
    if left != right and [_singular(word) for word in left] == [_singular(word) for word in right]:
        return "singular and plural"
    return ""


def _filler(written: str, label: str) -> str:
    left, right = _tokens(written), _tokens(label)
    one, two = _bare_tokens(left), _bare_tokens(right)
    if one and one == two and left != right:
        return "small words"
    if len(left) == 1 == len(right):
        # "Technikabteilung" for "Technik"
        joined = left[0].removeprefix(right[0])
        return f"the word {joined!r}" if len(right[0]) >= 4 and joined in _EMPTY else ""
    if len(left) == len(right) + 1 and right:
        rest = [word for word in left if word not in right]
        if len(rest) == 1 and rest[0] in _EMPTY:
            return f"the word {rest[0]!r}"
    return ""


def _order(written: str, label: str) -> str:
    """Whether the label has the same words in another order; "usd to eur" is another label."""
    left, right = _tokens(written), _tokens(label)
    turned = 1 < len(left) == len(right) and left != right and sorted(left) == sorted(right)
    return "the order of the words" if turned and _DIRECTED.isdisjoint(left) else ""


def _joined(written: str, label: str) -> bool:
    """Whether two labels join their words in other ways, as "lost card" and "card_lost" do."""
    return _JOINTS.findall(written) != _JOINTS.findall(label)


def _bare_tokens(tokens: tuple[str, ...]) -> list[str]:
    return [word for word in tokens if word not in _JOINING]


def _typing(written: str, label: str) -> str:
    """Whether one word of each differs by a slip of the keyboard; a word of the language is no slip of another."""
    left, right = squashed(written), squashed(label)
    one, other = _tokens(written), _tokens(label)
    if len(one) != len(other):
        return "spelling" if _slip(left, right) else ""
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return "spelling" if differing and all(_slip(a, b) for a, b in differing) else ""


def _slip(written: str, meant: str) -> bool:
    shorter = min(len(written), len(meant))
    if shorter < 4 or any(a.isdigit() for a in written + meant) or _negated(written, meant):
        return False
    distance = OSA.distance(written, meant, score_cutoff=2)
    if any(written.replace(a, b) == meant or written.replace(b, a) == meant for a, b in _BRITISH):
        return True
    if distance > (1 if shorter < 7 else 2) or not distance:
        return False
    return not _is_word(written) or _doubled(written) == _doubled(meant)


def _negated(left: str, right: str) -> bool:
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return any(longer == prefix + shorter for prefix in _NEGATING)


def _doubled(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def _is_word(word: str) -> bool:
    from curator.vectors.table import pieces

    return len(pieces()[word]) == 1


def _serves(written: str, label: str, known: list[str]) -> bool:
    """Whether the word that makes the difference is one that other labels use to tell themselves apart."""
    extra = set(_tokens(written)) - set(_tokens(label))
    return any(extra & set(_tokens(other)) & _EMPTY for other in known if other != label)


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    return words(spelt_out(text))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
