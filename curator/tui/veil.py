"""Secrets and personal data on the screen: dots in their place, until they are asked for.

What the safety checks look for takes 50 ms to load, which is not in the way of the first paint: until it is there,
every word that could be such a value is dotted. A veiled text is as long as the text, so that evidence keeps its place.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from curator.tui.glyphs import quoted

WHOLE = 16_384
"""Characters up to which a text is veiled as a whole; of a longer one, the part that is looked at."""
AROUND = 4_096
"""Characters on each side that are looked at with a part: a private key is no longer than that."""

_SUSPECT = re.compile(r"(?<!\S)(?:(?=\S*[\d@])\S+|\S{20,})")


def cautious(text: str) -> str:
    """Dots in place of every word with a digit or an @, and of every long one. Needs nothing to be loaded."""
    return _SUSPECT.sub(lambda match: "\u2022" * len(match.group()), text)


@lru_cache(maxsize=512)
def exact(text: str) -> str:
    """Dots in place of what the safety checks know, after the first characters of each value."""
    from curator.checks.sensitive_values import masked_text  # 50 ms: `load` calls it first, in a thread

    return masked_text(text)


def load() -> None:
    """Load what `exact` needs."""
    exact("")


class Veil(NamedTuple):
    """What stands between the data and the screen."""

    hide: Callable[[str], str]

    def part(self, text: str, start: int, end: int) -> str:
        """Characters `start` to `end` of the text as they may be shown: as many as there are."""
        if len(text) <= WHOLE:
            return self.hide(text)[start:end]
        first = max(0, start - AROUND)
        return self.hide(text[first : end + AROUND])[start - first : end - first]

    def head(self, text: str, most: int) -> str:
        """The beginning of a text for a line of ours; what it is cut off from is looked at too."""
        hidden = self.hide(quoted(text[: most + AROUND // 8]))
        return hidden[:most] if len(text) > most else hidden


def _as_it_is(text: str) -> str:
    return text


CAUTIOUS, EXACT, OPEN = Veil(cautious), Veil(exact), Veil(_as_it_is)
