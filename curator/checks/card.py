"""A rule's card: what it flags, why that matters, what to do, and an example. Read from the docstring."""

import inspect
import re

from msgspec import Struct

_HEADING = re.compile(r"^(Why|Fix|Example): *", re.MULTILINE)


class Card(Struct, frozen=True):
    """The four parts that every check's docstring has. A part that is missing is empty."""

    what: str
    why: str
    fix: str
    example: str

    @classmethod
    def read(cls, docstring: str) -> "Card":
        """The card in a docstring: its first paragraph, then ``Why:``, ``Fix:`` and ``Example:``."""
        what, *sections = _HEADING.split(inspect.cleandoc(docstring))
        parts = dict(zip(sections[::2], sections[1::2], strict=True))
        return cls(
            what=_flowing(what),
            why=_flowing(parts.get("Why", "")),
            fix=_flowing(parts.get("Fix", "")),
            example=inspect.cleandoc(parts.get("Example", "")).strip(),
        )

    @property
    def complete(self) -> bool:
        """Whether all four parts are there."""
        return all((self.what, self.why, self.fix, self.example))


def _flowing(text: str) -> str:
    return " ".join(text.split())
