"""What may stand where the cursor is in a filter: names of fields, and the values that a field can take."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from curator.query import CHOICES, FIELDS, FUNCTIONS, ORDERS

_TERM = re.compile(r"(?P<field>[\w.]+)(?P<op>!=|:|=)(?:[^\s,()]*,)*(?P<value>[^\s,()]*)\Z")
_MORE = {"cluster": ("any", "none"), "finding": ("any", "none"), "label": ("any", "none"), "note": ("any", "none")}
NAMES = (*(f"{name}:" for name in FIELDS), *(f"{name}(out)>" for name in FUNCTIONS), "meta.", "order:", "limit:", "not")


class Offer(NamedTuple):
    """What may be written from `start` to the cursor."""

    start: int
    words: Sequence[str]


def offer(text: str, place: int, known: Mapping[str, Sequence[str]]) -> Offer:
    """What may stand at `place`; `known` holds the values of fields that only the workspace knows."""
    begun = re.split(r"[\s(]", text[:place])[-1].removeprefix("-")
    term = _TERM.match(begun)
    if term is None:
        return Offer(place - len(begun), [name for name in NAMES if name.startswith(begun.lower())])
    value = term["value"]
    values = ORDERS if term["field"] == "order" else (*CHOICES.get(term["field"], ()), *known.get(term["field"], ()))
    values = tuple(dict.fromkeys((*values, *_MORE.get(term["field"], ()))))
    return Offer(place - len(value), [one for one in values if one.lower().startswith(value.lower())])


def shared(words: Sequence[str]) -> str:
    """What all of them begin with."""
    first, last = min(words, default=""), max(words, default="")
    same = (index for index, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1])
    return first[: next(same, min(len(first), len(last)))]
