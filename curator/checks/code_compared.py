"""What two programs for one task differ in: a name, a layout, or what they do."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Indel

from curator.tasks import looks_code

_TOKEN = re.compile(
    r"(?P<note>--[^\n]*|/\*.*?\*/|(?<!\S)#[^\n]*|//[^\n]*)|(?P<text>'(?:[^'\\\n]|\\.|'')*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|<>|!=|==|&&|\|\||[^\w\s])",
    re.DOTALL,
)
_FENCE = re.compile(r"^\s*```\w*\s*$", re.MULTILINE)
# What another one of turns round what a program does, whatever its names are.
_TURNING = frozenset(
    "not is in and or asc desc min max sum avg count first last all any some none true false null exists union except "
    "intersect inner left right full outer left before after left add sub append remove push pop increment decrement "
    "ceil floor upper lower ascending descending reverse".split()
)
_SIGNS = frozenset(("<", ">", "<=", ">=", "=", "==", "!=", "<>", "+", "-", "*", "/", "%", "!", "&&", "||"))
#: Of so many tokens, so many may differ: more, and it is another way to write it.
_DIFFERING = 4


class CodeDifference(NamedTuple):
    """What two programs differ in. `turned` says that it changes what they do; empty sides are nothing there."""

    left: str
    right: str
    turned: bool


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[str, ...]:
    kept = [match[0] for match in _TOKEN.finditer(text) if match.lastgroup != "note" and match[0] not in ";`"]
    return tuple([token if token[0] in "'\"" else token.casefold() for token in kept])


def code_difference(left: str, right: str) -> CodeDifference | None:
    """What two programs differ in; None when neither is code, or when they are written too differently to tell."""
    if not (_is_code(left) or _is_code(right)):
        return None
    one, two = _tokens(_FENCE.sub("", left)), _tokens(_FENCE.sub("", right))
    apart = [step for step in Indel.opcodes(one, two) if step.tag != "equal"]
    mine = [token for step in apart for token in one[step.src_start : step.src_end]]
    theirs = [token for step in apart for token in two[step.dest_start : step.dest_end]]
    if max(len(mine), len(theirs)) * _DIFFERING > max(len(one), len(two)) or max(len(mine), len(theirs)) > _DIFFERING:
        return None
    told = [token for token in (*mine, *theirs) if _turns(token)]
    turned = bool(told) and sorted(mine) != sorted(theirs) and len(told) == len(mine) + len(theirs)
    return CodeDifference(" ".join(mine), " ".join(theirs), turned)


def _is_code(text: str) -> bool:
    return looks_code(text.strip()) or text.lstrip()[:7].casefold() in ("select ", "update ", "delete ", "insert ")


def _turns(token: str) -> bool:
    return token in _TURNING or token in _SIGNS or token[0].isdigit() or token[0] in "'\""
