"""What annotators write beside a label for themselves or for each other."""

import re
from functools import lru_cache

from curator.checks.label_lists import listed_in, squashed
from curator.tasks import Outputs
from curator.text import normalise

_WHO = r"(?:w/|with|by)?\s*\w+"
_SAYING = (
    r"(?:not\s+(?:really\s+|quite\s+|100\s*%\s+|entirely\s+)?sure|unsure|uncertain|unclear|maybe|perhaps|possibly|"
    r"probably|i\s+(?:think|guess)|guess(?:ing)?|to\s?-?do|fix\s?me|tb[acd]|xxx|wip|to\s+be\s+(?:confirmed|checked|"
    r"reviewed|decided|discussed)|needs?\s+(?:a\s+)?(?:review|check|discussion|second\s+(?:look|opinion)|clarification|"
    r"confirmation|to\s+be\s+\w+)|(?:double|re)-?\s?check|please\s+(?:check|confirm|review|verify)|pls\s+(?:check|"
    rf"confirm|review)|check\s+(?:w/|with|again|later|this|guidelines?|{_WHO}$)|ask\s+\w+|discuss(?:\s+(?:w/|with))?|"
    r"confirm\s+(?:w/|with)|verify|revisit|come\s+back|borderline|ambiguous|hard\s+to\s+(?:say|tell)|"
    r"could\s+(?:also\s+)?"
    r"be|or\s+is\s+it|not\s+certain|no\s+idea|idk|see\s+(?:guidelines?|comment|notes?)|annotator|labell?er|"
    r"(?:my|our|the)\s+(?:notes?|comments?)|note\s*:|comment\s*:|nb\s*:|nicht\s+sicher|unsicher|vielleicht|prüfen|"
    r"no\s+estoy\s+segur[oa]|revisar|à\s+vérifier|pas\s+sûre?|peut-être)"
)
# What is a remark beside a label that is known, and may be part of a value elsewhere.
_BESIDE = (
    r"(?:either\s+way|i'd\s+say|(?:pls|please)\s+\w+|\w+\s+(?:pls|please)|review|"
    r"recheck|check|was\s*:|see\s+\w+|bitte\s+\w+|unklar|eventuell|evtl|rückfrage|nachfragen|\w+\s+fragen|"
    r"bin\s+(?:mir\s+)?nicht|à\s+(?:revoir|confirmer)|vérifier|demander|preguntar|duda|no\s+sé|da\s+verificare|"
    r"non\s+sono\s+sicur[oa]|niet\s+zeker|nakijken)"
)
_SAYS = re.compile(rf"\?|(?<!\w)(?:{_SAYING}|{_BESIDE})(?!\w)|!{{2,}}", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*(?:\([^()]+\)|\[[^\[\]]+\]|\{[^{}]+\}|<[^<>]+>)\s*")
# A remark in brackets, after a mark, or after a second space; and question marks that nobody asked.
_NOTE = re.compile(
    rf"""(?ix)
    \s*[(\[{{<]\s*(?:{_SAYING}\b[^)\]}}>]*
      |[^)\]}}>]*\?{{2,}}|[^)\]}}>]*(?:\bnot\ sure|\bunsure)[^)\]}}>]*|\?+)\s*[)\]}}>]\s*$
    | \s*(?://|\#|--+|<!--|\s[-\u2013\u2014]\s|;|\||\s\s|,|:)\s*(?:{_SAYING})(?:\b.*)?$
    | \s+(?:todo|fixme|tbd|tbc|xxx)\b.*$
    | \s*\?{{2,}}\s*$
    | \s+(?:not\ sure|unsure|i\ (?:think|guess)|check\ (?:w/|with)\ .+|ask\ [A-Z]\w+)\s*[?!.]*\s*$
    """
)
_MARKS = tuple("([{<#/")
_MARKED = frozenset("([{<?!*/|#-:;,>")
_HEDGE = re.compile(
    r"(?i)^(?:maybe|perhaps|possibly|probably|likely|prob\.?|i\s+(?:think|guess)(?:\s+it'?s)?|not\s+sure[,:;]?|"
    r"unsure[,:;]?|"
    r"could\s+be|might\s+be)[\s:,-]+(?=\S)"
)


# Of one who checks a text, behind it: "[RT: or do we want 1890 here? pls check before export]".
_ASIDE = re.compile(
    rf"""(?ix)
    \s*\[(?:[A-Z]{{2,3}}\s*:\s*[^\[\]]{{0,160}}(?:\?|\b(?:{_SAYING})\b)[^\[\]]{{0,160}}
      |[^\[\]]{{0,160}}\b(?:{_SAYING}|do\ we\ want|before\ (?:export|we\ train))\b[^\[\]]{{0,160}})\]\s*$
    | \s*\([^()]{{0,120}}(?:\?\?|\b(?:not\ sure|unsure|pls\ check|do\ we\ want|annotator|to\ be\ checked)\b)
      [^()]{{0,120}}\)\s*$
    | \s*(?://|<!--|\#\#)\s*(?:{_SAYING})\b[^\n]{{0,160}}$
    """
)


@lru_cache(maxsize=256)
def aside_in(text: str) -> tuple[int, int] | None:
    """Where a text of any length ends with a remark of whoever checked it."""
    if text[-1:] not in "])>" and "//" not in text[-200:] and "##" not in text[-200:]:
        return None
    match = _ASIDE.search(text, max(0, len(text) - 400))
    return match.span() if match is not None and match.start() > 0 else None


@lru_cache(maxsize=256)
def note_in(text: str) -> tuple[int, int] | None:
    """Where in a short text, if anywhere, somebody left a remark: the text without it is the answer."""
    match = _NOTE.search(text)
    if match is not None and match.start() > 0:
        return match.span()
    match = _HEDGE.match(text)
    return match.span() if match is not None else None


def note_beside(text: str, label: str) -> tuple[int, int] | None:
    """Where a remark stands before or behind a known label: doubt, an order to a colleague, anything in brackets."""
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    if folded.startswith(label) and not text[len(label) :][:1].isalnum():
        start, end = len(label), len(text)
    elif folded.endswith(label) and not text[: -len(label)][-1:].isalnum():
        start, end = 0, len(text) - len(label)
    else:
        return None
    rest = text[start:end]
    several = any(map(str.isalpha, rest)) or rest.count("?") > 1
    if several and (_SAYS.search(rest) or (_BRACKETED.fullmatch(rest) and " " in rest.strip())):
        return start, end
    return None


def remark(written: str, usual: Outputs, head: str) -> tuple[int, int] | None:
    """Where in an answer of this group somebody left a remark; `head` is the instruction."""
    span = note_in(written) or _beside(written, usual, head)
    bare = written.rstrip("?! ")
    if span is not None:
        # Among extracted values, "maybe" may be of the text itself; there a remark stands in brackets or after a mark.
        marked = written[span[0] : span[1]].strip()[:1] in _MARKS
        return span if usual.task == "labels" or marked else None
    if bare != written and written.endswith("?") and usual.task == "labels" and _is_label(bare, usual):
        return len(bare), len(written)
    return None


def _beside(written: str, usual: Outputs, head: str) -> tuple[int, int] | None:
    """A remark beside a label that others use; where labels have brackets, brackets are no remark."""
    if usual.task != "labels" or usual.written.get(written, 0) > 1 or _MARKED.isdisjoint(written):
        return None
    listed = listed_in(head, usual)
    known = {answer for answer, count in usual.answers.items() if (count > 1 or answer in listed) and answer}
    if any("(" in answer or "[" in answer for answer in known):
        return None
    for label in sorted(known, key=len, reverse=True):
        span = note_beside(written, label) if normalise(written) != label else None
        if span is not None:
            return span
    return None


def _is_label(bare: str, usual: Outputs) -> bool:
    name = squashed(bare)
    return any(
        squashed(other) == name and count >= 2 for other, count in usual.written.items() if not other.endswith("?")
    )
