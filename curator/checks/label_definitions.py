"""What an instruction says that each of its labels is for: "billing (invoices, refunds)", "access: gates and codes"."""

import re
from collections.abc import Sequence

from curator.tasks import spelt_out

# Between a label and what it is for.
_MEANS = re.compile(
    r"[\"'`*_\u201d]{0,2}\s*(?:\(|[:=]|[-\u2013\u2014]+\s|,?\s?(?:is |means |for |if |when |covers )|->|\u2192)\s*",
    re.IGNORECASE,
)
# Longer ones tell of something else.
_LONGEST = 200
# What one definition ends with before the next label begins.
_TAIL = re.compile(
    r"[\s\"'`*_(,;.:)\u201c-]*(?:\b(?:or|and|oder|und|ou|et|o|y)\b)?[\s\"'`*_(,;:)\u201c\d.-]*\Z", re.IGNORECASE
)


def definitions(instruction: str, labels: Sequence[str]) -> dict[str, str]:
    """What the lines of an instruction say behind each label, up to the next one; only of labels of which they do.

    Nothing where fewer than two labels are told what they are for: that is no list of definitions.
    """
    found: dict[str, str] = {}
    if len(labels) < 2:
        return found
    names = {spelling.casefold(): label for label in labels for spelling in (label, spelt_out(label)) if spelling}
    item = re.compile(
        rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?![\w-])", re.IGNORECASE
    )
    for line in instruction.split("\n"):
        places = [match for match in item.finditer(line) if _MEANS.match(line, match.end()) or _listed(line, match)]
        ends = [*(place.start() for place in places), len(line)][1:]
        for match, end in zip(places, ends, strict=True):
            told = _MEANS.match(line, match.end(), end)
            if told is None:
                continue
            opened = line[match.end() : told.end()].rstrip().endswith("(")
            said = line[told.end() : end]
            said = said.partition(")")[0] if opened else _TAIL.sub("", re.split(r"[.;](?:\s|\Z)", said)[0])
            if 0 < len(said) <= _LONGEST:
                found.setdefault(names[match[0].casefold()], said.strip())
    return found if len(found) >= 2 else {}


def _listed(line: str, match: re.Match[str]) -> bool:
    """Whether a label stands in a list, and not in what another one is for."""
    before, after = line[: match.start()].rstrip(), line[match.end() :].lstrip()
    return (not before or before[-1] in ",;:(\"'`*-|/") and (not after or after[0] in ",;.)\"'`*|/(:")
