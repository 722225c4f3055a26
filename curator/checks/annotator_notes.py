"""What annotators write beside a label for themselves or for each other."""

import re
from functools import lru_cache

_WHO = r"(?:w/|with|by)?\s*\w+"
_SAYING = (
    r"(?:not\s+(?:really\s+|quite\s+|100\s*%\s+|entirely\s+)?sure|unsure|uncertain|unclear|maybe|perhaps|possibly|"
    r"probably|i\s+(?:think|guess)|guess(?:ing)?|to\s?-?do|fix\s?me|tb[acd]|xxx|wip|to\s+be\s+(?:confirmed|checked|"
    r"reviewed|decided|discussed)|needs?\s+(?:a\s+)?(?:review|check|discussion|second\s+(?:look|opinion)|clarification|"
    r"confirmation|to\s+be\s+\w+)|(?:double|re)-?\s?check|please\s+(?:check|confirm|review|verify)|pls\s+(?:check|"
    rf"confirm|review)|check\s+(?:w/|with|again|later|this|guidelines?|{_WHO}$)|ask\s+\w+|discuss(?:\s+(?:w/|with))?|"
    r"confirm\s+(?:w/|with)|verify|revisit|come\s+back|borderline|ambiguous|hard\s+to\s+(?:say|tell)|could\s+(?:also\s+)?"
    r"be|or\s+is\s+it|not\s+certain|no\s+idea|idk|see\s+(?:guidelines?|comment|notes?)|annotator|labell?er|"
    r"(?:my|our|the)\s+(?:notes?|comments?)|note\s*:|comment\s*:|nb\s*:|nicht\s+sicher|unsicher|vielleicht|prüfen|"
    r"no\s+estoy\s+segur[oa]|revisar|à\s+vérifier|pas\s+sûre?|peut-être)"
)
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
_HEDGE = re.compile(
    r"(?i)^(?:maybe|perhaps|possibly|probably|likely|prob\.?|i\s+(?:think|guess)(?:\s+it'?s)?|not\s+sure[,:;]?|unsure[,:;]?|"
    r"could\s+be|might\s+be)[\s:,-]+(?=\S)"
)


@lru_cache(maxsize=256)
def note_in(text: str) -> tuple[int, int] | None:
    """Where in a short text, if anywhere, somebody left a remark: the text without it is the answer."""
    match = _NOTE.search(text)
    if match is not None and match.start() > 0:
        return match.span()
    match = _HEDGE.match(text)
    return match.span() if match is not None else None
