"""Text as checks compare it and as a terminal may show it. No I/O, no state.

Everything that says "the same" anywhere in the program means equal under `normalise` or `answer_key`, and
every key that is stored or passed between processes is a `fingerprint`: `hash()` of a string differs from
process to process.
"""

import json
import re
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from unicodedata import category, normalize

_FINAL = ".!?…。 "
# Longer digit strings are identifiers or noise, and turning them into numbers is quadratic.
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,80})(?:\.\d{1,80})?(?:e[+-]?\d{1,3})?")

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+(?:[.,:]\d+)*")

# Marks that are no part of a word; those of the second kind may be part of a number, the third of a word.
# Every ASCII character has an entry: one without costs an exception.
_MARKS = {code: chr(code) for code in range(128)} | str.maketrans(
    dict.fromkeys('!?;"()\u201c\u201d\u2018\u2026\u00a1\u00bf', " ") | dict.fromkeys("'\u2019", "")
)
_POINT = re.compile(r"[.,:](?!\d)")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")
# Thai to Khmer, then Chinese and Japanese.
_NO_SPACES = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED = re.compile(f"[{_NO_SPACES}]")
_ARTICLES = frozenset(("a", "an", "the"))
# In code and markup, punctuation has a meaning.
_NO_PROSE = re.compile(r"[{}\[\]<>=|\\`]")

_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+(?:[.,:][0-9]+)*")  # the same for ASCII, in two thirds of the time

# Longer answers are rare, and a batch of them would be much to remember.
_REMEMBERED = 2_000


@lru_cache(maxsize=128)
def normalise(text: str) -> str:
    """The text without what does not change its meaning: width, case, runs of whitespace, a final stop.

    NFKC and case folding, whitespace collapsed to single spaces, ends stripped, final ``. ! ? …`` dropped.
    A text of nothing but such marks keeps them, so that "?" and "" stay different.
    """
    folded = text.lower() if text.isascii() else normalize("NFKC", normalize("NFKC", text).casefold())
    collapsed = " ".join(folded.split())
    return collapsed.rstrip(_FINAL) or collapsed


@lru_cache(maxsize=64)
def worded(text: str) -> str:
    """The normalised text without punctuation, hyphens within words, and English articles.

    "Has my top-up gone through?" and "has my top up gone through" are worded alike. Numbers keep their marks, and
    code and markup keep all of theirs.
    """
    normal = normalise(text)
    if _NO_PROSE.search(normal):
        return normal
    bare = normal.translate(_MARKS)
    if "-" in bare or not bare.isascii():
        bare = _HYPHEN.sub(" ", bare)
    if "." in bare or "," in bare or ":" in bare:
        bare = _POINT.sub(" ", bare)
    found = bare.split()
    if not _ARTICLES.isdisjoint(found):
        following = [*found[1:], ""]
        found = [
            word
            for word, after in zip(found, following, strict=True)
            if word not in _ARTICLES or not _is_article(word, after)
        ]
    return " ".join(found) or normal


def _is_article(word: str, following: str) -> bool:
    """Whether one of `_ARTICLES` is the article of the next word; "plan a" and "a or b" have none."""
    return len(following) > 1 and (word != "a" or following not in ("or", "and", "is"))


@lru_cache(maxsize=256)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, case folded, in order.

    Remembered: checks of one example ask in turn, and after a few examples so does what learns from them.
    """
    return tuple(_ASCII_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(text.casefold()))


# Copied for each text: to set one up takes longer than to hash a line.
def stands(words: str, text: str) -> bool:
    """Whether these words stand in a text as they are and are no part of a longer word or number there.

    Letters of scripts that put no spaces between words have no such bounds.
    """
    if not words:
        return False
    before = "" if _UNSPACED.match(words[0]) else rf"(?<![^\W{_NO_SPACES}])"
    after = "" if _UNSPACED.match(words[-1]) else rf"(?![^\W{_NO_SPACES}])"
    return re.search(before + re.escape(words) + after, text) is not None


def unspaced(text: str) -> bool:
    """Whether a text has a letter of a script that puts no spaces between words."""
    return _UNSPACED.search(text) is not None


_HASH = blake2b(digest_size=16)


def fingerprint(*parts: str) -> bytes:
    """16 bytes that stand for these parts: the same in every process, and ("ab", "c") is not ("a", "bc")."""
    hashed = _HASH.copy()
    text = "".join([f"{len(part)}:{part}" for part in parts])
    if text.isascii():  # as many bytes as characters
        hashed.update(text.encode())
    else:
        encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
        hashed.update(b"".join([b"%d:%b" % (len(part), part) for part in encoded]))
    return hashed.digest()


def same_answer(left: str, right: str) -> bool:
    """Whether two outputs say the same, compared as what they are.

    JSON objects and arrays as values (order of keys, spacing and 1 against 1.0 do not matter), plain numbers
    as numbers ("1,000" is "1000"; "007" is no number), everything else as normalised text.
    """
    return left == right or answer_key(left) == answer_key(right)


def answer_key(text: str) -> str:
    """A text that two outputs share exactly when `same_answer` holds for them."""
    return _remembered_key(text) if len(text) <= _REMEMBERED else _answer_key(text)


def _answer_key(text: str) -> str:
    stripped = text.strip()
    if stripped[:1] in ("{", "["):
        document = canonical_json(stripped)
        if document is not None:
            return "json " + document
    normal = normalise(text)
    if _NUMBER.fullmatch(normal):
        return "number " + _canonical_number(normal.replace(",", ""))
    return "text " + normal


# Passes over a batch ask again, and in a block of examples with one input each output is compared with many others.
_remembered_key = lru_cache(maxsize=2048)(_answer_key)


def canonical_json(text: str) -> str | None:
    """One spelling for all JSON texts with this value, or None when the text is no unambiguous JSON.

    Duplicate keys and NaN are ambiguous; nesting too deep to parse counts as no JSON.
    """
    try:
        return _WRITER.encode(_canonical(_READER.decode(text)))
    except (ValueError, ArithmeticError, RecursionError):
        return None


def many(count: int, what: str = "row") -> str:
    """A number of things in words: "1 row", "1,200 examples"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def shorten(text: str, width: int = 40) -> str:
    """At most `width` characters of one visible line, for quoting a text in a message."""
    line = visible(" ".join(text[: width * 4].split()), line=True)
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def shared_beginning(left: str, right: str) -> int:
    """How many characters two texts have in common from their start."""
    end = min(len(left), len(right))
    return next((index for index in range(end) if left[index] != right[index]), end)


def visible(text: str, *, line: bool = False) -> str:
    """The text as a terminal may be given it: nothing in it moves, hides, recolours or reorders anything.

    Control characters become their pictures (ESC is ␛), and every other character that is not printed for
    itself (C1, bidi and zero-width marks, tags, surrogates, private use, unassigned, line and paragraph
    separators) its number, such as ``<U+202E>``. Newline and tab stay, unless `line` asks for one line.
    """
    if text.isprintable():
        return text
    return text.translate(_LINE if line else _BLOCK)


class _Shown(dict[int, str]):
    """Fills itself with the shown form of each character as it is met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code < 0x20:
            shown = chr(0x2400 + code)
        elif code == 0x7F:
            shown = "\u2421"
        elif category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            shown = f"<U+{code:04X}>"
        else:
            shown = character
        self[code] = shown
        return shown


_LINE = _Shown()
_BLOCK = _Shown({0x09: "\t", 0x0A: "\n"})


class _Number(str):
    """A number of a JSON text, as written."""


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, _Number):
        return ["number", _canonical_number(value)]
    return ["text", normalise(value)] if isinstance(value, str) else value


def _canonical_number(text: str) -> str:
    """Exact at any length, where Decimal.normalize() would round to the context's precision."""
    sign, digits, exponent = Decimal(text).as_tuple()
    significant = "".join(map(str, digits)).lstrip("0")
    kept = significant.rstrip("0")
    if not kept:
        return "0"
    return f"{'-' if sign else ''}{kept}e{int(exponent) + len(significant) - len(kept)}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


# Made once: to make them takes as long as to read and write a short document.
_READER = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_Number, parse_float=_Number, parse_constant=_refuse)
_WRITER = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"))
