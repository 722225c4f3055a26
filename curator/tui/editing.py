"""Editing one example, without a screen: its texts as they were, as they are typed, and their drafts."""

from collections.abc import Mapping
from typing import Protocol

from curator.model import Entry


class Drafts(Protocol):
    """Where half-typed texts are kept through a crash."""

    def draft(self, seq: int, field: str) -> str | None:
        """The draft of a field, or None."""

    def keep_draft(self, seq: int, field: str, text: str) -> None:
        """Keep this text."""

    def drop_draft(self, seq: int, field: str) -> None:
        """Forget it."""


def field_of(index: int) -> str:
    """The name of a message's text."""
    return f"messages[{index}].content"


class Editing:
    """The messages of an example that are text, and what has been typed into them since they were opened.

    A draft is kept for each field that differs from what stands, and dropped when it no longer does. A draft
    found at the start is only offered.
    """

    def __init__(self, drafts: Drafts, entry: Entry, texts: Mapping[str, str]) -> None:
        self._drafts = drafts
        self.entry = entry
        messages = entry.example.messages
        self.indexes = [index for index, message in enumerate(messages) if isinstance(message.content, str)]
        self.typed: dict[str, str] = dict(texts)
        self._kept: dict[str, str] = {}
        self.offers = self._find_drafts()

    def _find_drafts(self) -> dict[str, str]:
        found = {}
        for index in self.indexes:
            field = field_of(index)
            text = self._drafts.draft(self.entry.seq, field)
            if text is not None and text != self.original(field) and field not in self.typed:
                found[field] = text
        return found

    def original(self, field: str) -> str:
        """The text that stands."""
        index = int(field[len("messages[") : field.index("]")])
        return self.entry.example.messages[index].text

    def text(self, field: str) -> str:
        """The text as it is typed now."""
        return self.typed.get(field, self.original(field))

    def type(self, field: str, text: str) -> None:
        """The text was changed."""
        if text == self.original(field):
            self.typed.pop(field, None)
        else:
            self.typed[field] = text

    @property
    def changed(self) -> dict[str, str]:
        """The fields that differ from what stands."""
        return dict(self.typed)

    def keep(self) -> None:
        """Write drafts for what differs and has not been kept yet; forget those of what no longer differs."""
        for field, text in self.typed.items():
            if self._kept.get(field) != text:
                self._drafts.keep_draft(self.entry.seq, field, text)
                self._kept[field] = text
        for field in [field for field in self._kept if field not in self.typed]:
            self._drafts.drop_draft(self.entry.seq, field)
            del self._kept[field]

    def forget(self) -> None:
        """Drop all drafts of this example: everything is saved, or thrown away."""
        for field in {*self._kept, *self.typed}:
            self._drafts.drop_draft(self.entry.seq, field)
        self._kept.clear()
        self.typed.clear()

    def take(self, field: str) -> str | None:
        """The offered draft of a field, taken over."""
        text = self.offers.pop(field, None)
        if text is not None:
            self.type(field, text)
        return text

    def refuse(self, field: str) -> None:
        """Throw the offered draft of a field away."""
        if self.offers.pop(field, None) is not None:
            self._drafts.drop_draft(self.entry.seq, field)

    def rebase(self, entry: Entry) -> None:
        """Somebody saved another text meanwhile: what is typed now stands against theirs."""
        self.entry = entry
        for field, text in list(self.typed.items()):
            self.type(field, text)
