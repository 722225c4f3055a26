"""How texts end: what a finished one looks like, and what only a cut one does. Read by truncated_output."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import DecodeError
from msgspec.json import decode

# Words that leave a sentence open in any register. "What are you waiting for" and "sure I can" are finished.
_OPEN_WORDS = """
    the and or but because than my your our their its every via unless although whereas
    und oder sowie weil dass eine einen einem einer eines unsere
    mais les une des dans votre notre leur pero los las una porque del
"""
OPEN_WORDS = frozenset(_OPEN_WORDS.split())
# Words that leave one open where people otherwise finish with a stop.
_WEAK_WORDS = """
    a an of to in with for from by at is are was were will would can could should that if when as has have
    which into not this these those been being be about also until while during between among within without through
    toward towards upon onto whose including per who we they he she it's
    für mit von zu ist sind wird werden nicht et ou de du à que qui pour avec est sont con para por es son
    bis durch ohne gegen zwischen oder seit wenn auf im zum zur chez sans entre vers jusqu sin hasta desde
"""
WEAK_WORDS = frozenset(_WEAK_WORDS.split())
# Latin, full-width and ideographic, Arabic and Devanagari.
_STOPS = ".!?\u2026:;\u3002\uff01\uff1f\u061f\u06d4\u0964"
_CLOSERS = "\"'\u201d\u2019\u00bb\u203a\u201c\u201e)]}*_`~\u300d\u300f\uff09"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*$")
_LIST_ITEM = re.compile(r"\s*(?:[-*\u2022\u2023\u2013+>|#]|\(?\d{1,3}[.):]|\(?[a-zA-Z][.)])\s")
_FIELD = re.compile(r"\s*[^\s:]{1,30}(?: [^\s:]{1,30}){0,3}:\s")
_SENTENCE_END = re.compile(r"[.!?\u2026][\"'\u201d\u2019)]*\s+\S")
# What a line of code begins with, and what only code has anywhere in a line.
_CODE_LINE = re.compile(
    r"\s*(?:(?:import|def|class|return|SELECT|INSERT|UPDATE|git|npm|pip|curl|docker|sudo|cd|ls|\$) \S|from \w+ import"
    r"|#include|<\?|<!|</?\w+[ >])|\s{4,}\S.*[=(]"
)
_CODE_SIGN = re.compile(r"[;{}]\s*$|=>|::|\(\)|==|!=|\w\[\w+\]", re.MULTILINE)
_CODE_ENDS = (";", "{", "}")
_MAYBE_CODE = re.compile(r"[;{}=\[]|::|\(\)")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)", re.MULTILINE)
_JSON_BEGINS = re.compile(r"\s*(?:\{\s*\"|\[\s*[{\"\[])")
_SMILEY = re.compile(r"[:;=8][-']?[(\[{]")


# The end of a line that needs more: an operator, an opening bracket, a comma, a dot behind a call.
_OPERATOR = re.compile(
    r"(?:\s(?:=|==|!=|<>|<=|>=|\+|&&|\|\||=>|->|\+=|-=|:=|%|and|or|not|in|is|if|else|return|def|class|lambda|import|"
    r"from|new"
    r"|const|let|var|function|await|yield)|[(\[,])\Z"
)
# What stands between two values; alone at the end it may be a path, a glob or the standard input.
_ARITHMETIC = re.compile(r"(?:\b(?:return|if|elif|while|assert)\b|=).*\w\)? [-+*/<>%&|^]\Z")
_SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER)\s", re.IGNORECASE)
_SQL_OPEN = re.compile(
    r"\b(?:SELECT|DISTINCT|FROM|WHERE|JOIN|ON|AND|OR|NOT|BY|HAVING|SET|VALUES|INTO|AS|IN|LIKE|BETWEEN|UNION|WHEN|"
    r"THEN|ELSE"
    r"|CASE|LIMIT|GROUP|ORDER|INNER|OUTER|OFFSET)\Z|[<>=]\Z",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\s*(?:def|class|if|elif|else|for|while|try|except|finally|with|async)\b.*:\Z")
_STRING = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""")


class Ending(NamedTuple):
    """The end of one text. `line` is its last line that is not blank, `start` where that begins."""

    text: str
    line: str
    start: int

    @property
    def stopped(self) -> bool:
        """Whether it ends with a mark that finishes: a stop behind any closing quotes, brackets or emoji."""
        if self.line[-1:] in _STOPS:  # nearly always, or there is nothing
            return True
        rest = self.line.rstrip()
        while rest and (rest[-1] in _CLOSERS or not (rest[-1].isalnum() or rest[-1].isascii() or rest[-1] in _STOPS)):
            rest = rest[:-1].rstrip()
        return rest[-1:] in _STOPS if rest else True

    @property
    def words(self) -> int:
        """The number of words of the last line."""
        return len(self.line.split())

    @property
    def word(self) -> str:
        """The last word, as written; empty when something else is last."""
        match = _WORD.search(self.text.rstrip()[-60:])
        return match.group() if match else ""

    @property
    def sentences(self) -> bool:
        """Whether a sentence ends inside the last line and another one begins."""
        return _SENTENCE_END.search(self.line) is not None

    @property
    def prose(self) -> bool:
        """Whether the last line is running text: no list item, field, heading, title, address, code or verse."""
        line = self.line.strip()
        words = line.split()
        # What ends so is code, as `code_like` tells at more length; and most outputs that are no prose end so.
        if (
            self.text[-1:] in ("}", ";", "{")
            or len(words) < 6
            or _LIST_ITEM.match(self.line)
            or _FIELD.match(line)
            or "://" in line[-80:]
        ):
            return False
        if len(words) < 25 and _titled(words):
            return False
        return not code_like(self.text) and not self._verse()

    def _verse(self) -> bool:
        if not self.start:
            return False
        others = [line.rstrip() for line in self.text[: self.start].split("\n") if line.strip()]
        return len(others) >= 2 and sum(line[-1] not in _STOPS for line in others) * 2 > len(others)


class Kind(NamedTuple):
    """What of an ending is counted: whether it ends running text, with a stop, with a comma, or breaks off code."""

    prose: bool
    stopped: bool
    comma: bool
    open_code: bool = False


# Outputs come again, and what they end with is asked of every one.
@lru_cache(maxsize=64)
def kind_of(text: str) -> Kind:
    """What is counted of the end of a text."""
    last = ending(text)
    if last.prose:
        return Kind(True, last.stopped, last.line.endswith(","))
    if text[:1] == "{" or last.line[-1:] in (")", ";", "}", "]", "."):  # most code, and most outputs that are no prose
        return Kind(False, False, False)
    return Kind(False, False, False, code_like(last.text) and open_code(last.text) is not None)


@lru_cache(maxsize=64)
def ending(text: str) -> Ending:
    """The end of a text."""
    kept = text.rstrip()
    start = kept.rfind("\n") + 1
    return Ending(kept, kept[start:], start)


def code_like(text: str) -> bool:
    """Whether this is code, where commas, brackets and missing stops mean nothing."""
    if text.endswith(_CODE_ENDS) or "```" in text or "~~~" in text:
        return True
    tail = text[-2000:]
    for line in tail.split("\n"):  # twice as fast as any() with a generator, and every text comes here
        if _CODE_LINE.match(line):
            return True
    return _MAYBE_CODE.search(tail) is not None and _CODE_SIGN.search(tail) is not None


@lru_cache(maxsize=64)
def open_code(text: str) -> str | None:
    """How a stripped piece of code breaks off: what it ends with; None when its last line is whole."""
    if text[:1] in ("{", "["):
        return None  # JSON, which is read as such
    line = text[text.rfind("\n") + 1 :]
    bare = _STRING.sub("0", line)
    if bare.lstrip().startswith(("#", "//", "--", "/*", "*")):
        return None
    if _SQL.match(text):
        if _STRING.sub("", text).count("'") % 2 and "--" not in text:
            return "it ends inside a text in quotes"
        match = _SQL_OPEN.search(bare)
        if match:
            return f'it ends with "{match.group()}"'
    match = _OPERATOR.search(bare)
    if match or _ARITHMETIC.search(bare):
        return f'it ends with "{match.group().strip() if match else bare[-1]}"'
    if _BLOCK.match(bare):
        return "a block begins, and nothing is in it"
    if bare.count("(") + bare.count("[") > bare.count(")") + bare.count("]") and not bare.endswith(("{", ":", ">")):
        return "a bracket is not closed"
    return None


def open_fence(text: str) -> int | None:
    """Where a code fence opens that is never closed."""
    if "```" not in text and "~~~" not in text:
        return None
    fences = [match.start() for match in _FENCE.finditer(text)]
    return fences[-1] if len(fences) % 2 else None


def open_json(text: str) -> int | None:
    """Where a document that began as JSON breaks off: the offset of the bracket or quote left open."""
    if not _JSON_BEGINS.match(text):
        return None
    try:
        decode(text)
        return None
    except (DecodeError, UnicodeError, RecursionError):
        pass  # it breaks off, or is well closed and wrong in another way
    opened: list[int] = []
    quoted: int | None = None
    position, end = 0, len(text)
    while position < end:
        character = text[position]
        if quoted is not None:
            if character == "\\":
                position += 1
            elif character == '"':
                quoted = None
        elif character == '"':
            quoted = position
        elif character in "[{":
            opened.append(position)
        elif character in "]}":
            if not opened:
                return None
            opened.pop()
        position += 1
    return opened[-1] if opened else None


def open_bracket(text: str) -> int | None:
    """Where a round bracket opens in the last 200 characters and nothing closes it."""
    tail = _SMILEY.sub("  ", text[-200:])
    depth = 0
    for offset in range(len(tail) - 1, -1, -1):
        if tail[offset] == ")":
            depth += 1
        elif tail[offset] == "(":
            if depth == 0:
                return len(text) - len(tail) + offset
            depth -= 1
    return None


def _titled(words: Sequence[str]) -> bool:
    """Most of the longer words begin with a capital: a headline, a name, a product."""
    longer = [word[0] for word in words if len(word) > 3 and word[0].isalpha()]
    return sum(map(str.isupper, longer)) * 10 > len(longer) * 6
