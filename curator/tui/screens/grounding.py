"""From the queue to the screen that grounds a pair and back: what became of its finding is said."""

from textual import on

from curator.errors import CuratorError
from curator.knowledge.grounded import why_not
from curator.tui.screens.edit import Edited
from curator.tui.screens.findings import FindingsScreen
from curator.tui.screens.ground import GroundScreen
from curator.tui.screens.saving import SavingScreen


class GroundingScreen(FindingsScreen, inherit_bindings=False):
    """Opens `GroundScreen`, and tells what the checks say once they have looked again."""

    _grounded: tuple[int, frozenset[str]] | None = None
    """The pair that was grounded last, until it was looked at again, and what was found in it before."""

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
            self.app.push_screen(screen, self._ground_left)

    def _ground_left(self, edited: Edited | None) -> None:
        if edited is None:
            return
        self._grounded = edited.seq, self._knowledge(edited.seq, stale=True)
        self._do(lambda: self.review.settled(edited.seq, edited.words, edited.event, edited.status))

    def _knowledge(self, seq: int, *, stale: bool) -> frozenset[str]:
        found = self.desk.findings(seq)
        return frozenset(
            [one.finding.code for one in found if one.finding.code.startswith("KNO") and one.stale is stale]
        )

    @on(SavingScreen.Rechecked)
    def _looked_again(self, event: SavingScreen.Rechecked) -> None:
        if self._grounded is None or self._grounded[0] not in event.seqs:
            return
        (seq, before), self._grounded = self._grounded, None
        try:
            after = self._knowledge(seq, stale=False)
        except CuratorError as error:
            self.say(str(error), "failed")
            return
        if after:
            self.say(f"ground #{seq}: {', '.join(sorted(after))} stays: the passage does not hold what is said", "fix")
        elif before:
            self.say(f"ground #{seq}: {', '.join(sorted(before))} is gone", "saved")
        else:
            self.say(f"ground #{seq}: no knowledge found, before or now", "dim")
