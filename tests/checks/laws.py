"""Laws that hold of every summary that a check learns."""

import random
from collections.abc import Callable
from typing import Any

import msgspec

from curator.model import Example


def holds_in_any_order(learned: Callable[[list[Example]], Any], examples: list[Example], chance: random.Random) -> None:
    """What is learned from examples is the same in any order, and when parts of them are learned apart."""
    whole = learned(examples)
    mixed = chance.sample(examples, len(examples))
    cut = chance.randint(0, len(mixed))
    first, second = learned(mixed[:cut]), learned(mixed[cut:])
    second.merge(first)
    assert msgspec.to_builtins(second) == msgspec.to_builtins(whole)
