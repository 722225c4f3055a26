"""From the queue to the screen that grounds a pair and back: what became of its finding is said."""

from functools import partial
from typing import NamedTuple

from textual import on
from textual.message import Message

from curator.errors import CuratorError
from curator.knowledge.grounded import BORNE_OUT, why_not
from curator.model import Entry
from curator.tui.desk import Errand
from curator.tui.screens.edit import Edited
from curator.tui.screens.findings import FindingsScreen
from curator.tui.screens.ground import GroundScreen
from curator.tui.screens.saving import SavingScreen


class _Stored(NamedTuple):
    """A pair that was grounded: as it was, with which passage, and what was found in it before."""

    entry: Entry
    passage: str
    before: frozenset[str]


class GroundingScreen(FindingsScreen, inherit_bindings=False):
    """Opens `GroundScreen`, and tells what the checks say once they have looked again."""

    class Weighed(Message):
        """A worker has looked whether a passage that was stored bears the pair out: its facts, and its words."""

        def __init__(self, stored: _Stored, missing: int, share: float) -> None:
            super().__init__()
            self.stored = stored
            self.missing = missing
            self.share = share

    _grounded: _Stored | None = None
    """The pair that was grounded last, until it was looked at again."""

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        return bool(len(self.queue)) and super().possible(name) if name == "ground.open" else super().possible(name)

    def action_ground(self, _what: str) -> None:
        try:
            entry = self.desk.entry(self.queue.seqs[self.queue.cursor])
            refused = why_not(entry.example)
            if not refused:
                screen = GroundScreen(self.desk, entry)
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        if refused:
            self.say(f"this pair takes no passage: {refused}", "failed")
        else:
            self.app.push_screen(screen, partial(self._ground_left, screen))

    def _ground_left(self, screen: GroundScreen, edited: Edited | None) -> None:
        if edited is None or screen.stored is None:
            return
        self._grounded = _Stored(*screen.stored, self._knowledge(edited.seq, stale=True))
        self._do(lambda: self.review.settled(edited.seq, edited.words, edited.event, edited.status))

    def _knowledge(self, seq: int, *, stale: bool) -> frozenset[str]:
        found = self.desk.findings(seq)
        return frozenset(
            [one.finding.code for one in found if one.finding.code.startswith("KNO") and one.stale is stale]
        )

    @on(SavingScreen.Rechecked)
    def _looked_again(self, event: SavingScreen.Rechecked) -> None:
        if self._grounded is None or self._grounded.entry.seq not in event.seqs:
            return
        stored, self._grounded = self._grounded, None
        seq = stored.entry.seq
        try:
            after, unchecked = self._knowledge(seq, stale=False), self._knowledge(seq, stale=True)
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        if after:
            self.say(f"ground #{seq}: {', '.join(sorted(after))} stays: the passage does not hold what is said", "fix")
        elif unchecked:
            self.say(f"ground #{seq}: {', '.join(sorted(unchecked))} was not checked again: it is off here", "fix")
        elif stored.before:
            self._ask_file("weigh", partial(self._weigh, stored))
        else:
            self.say(f"ground #{seq}: no knowledge found, before or now", "dim")

    async def _weigh(self, stored: _Stored) -> None:
        missing, share = await Errand(self.desk.workspace.path).ask(
            lambda desk: desk.weigh(stored.entry, stored.passage)
        )
        self.post_message(self.Weighed(stored, len(missing), share))

    @on(Weighed)
    def _weighed(self, event: Weighed) -> None:
        found, seq = ", ".join(sorted(event.stored.before)), event.stored.entry.seq
        if event.missing:
            self.say(f"ground #{seq}: {found} is gone, but {event.missing:,} of its facts are not held", "fix")
        elif event.share < BORNE_OUT:
            self.say(f"ground #{seq}: no finding, but the passage has only {event.share:.0%} of what is said", "fix")
        else:
            self.say(f"ground #{seq}: {found} is gone", "saved")
