"""What is done about a check or a rule: it is ignored with a reason, given a threshold, or fixed."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from curator.errors import CuratorError
from curator.text import many
from curator.tui import triage as told
from curator.tui.desk import WorkspaceDesk
from curator.tui.screens.asking import AskingScreen
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.veil import EXACT
from curator.workspace import Ignored, Saved

if TYPE_CHECKING:  # loads the engines, which nobody needs before findings are asked for
    from curator.operations.fix import Fixed, Proposed
    from curator.operations.triage import Ruled, Triage


class SettingAside(AskingScreen, inherit_bindings=False):
    """Asks for a reason or a score, carries it out in the background, and lets what is listed be counted again."""

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.found: Triage | None = None
        self.lines: list[told.Line] = []
        self.cursor = 0
        self.seen: told.Sample | None = None
        self.at = 0

    @property
    def line(self) -> told.Line | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def here(self) -> "Ruled | None":
        """The check or the rule under the cursor."""
        return self.line.ruled if self.line is not None else None

    @property
    def held(self) -> Ignored | None:
        """What is ignored, under the cursor."""
        return self.line.ignored if self.line is not None else None

    def gather(self) -> None:
        """Count again what stands."""
        raise NotImplementedError

    # -- setting aside -------------------------------------------------------------------------------------------

    def ask_why(self) -> None:
        """Ask why it is ignored; of what is ignored already, for another reason."""
        if (held := self.held) is not None:
            hint = f"{EXACT.head(held.code, 60)} stays ignored, and says so; I lists it again"
            self.ask_line("reason", "why", held.reason, hint)
        elif (ruled := self.here) is not None:
            what = ruled.code if ruled.rule is None else f"{ruled.code} {told.rule_of(ruled, EXACT)}"
            hint = f"{EXACT.head(what, 120)}: {many(ruled.rows)} will count nowhere; u takes it back"
            self.ask_line("ignore", "why", "", hint)

    def ask_score(self) -> None:
        """Ask for a threshold."""
        if (ruled := self.here) is not None and self.found is not None:
            held = next((one.score for one in self.found.ignored if one.code == ruled.code and one.score), None)
            hint = f"findings of {ruled.code} that score lower are left out; 0 leaves out none"
            self.ask_line("threshold", "score", f"{held:g}" if held else "", hint)

    def typed(self, about: str, text: str) -> None:
        """Count what a threshold would leave out."""
        ruled, score = self.here, _score(text)
        if about != "threshold" or ruled is None:
            return
        if score is None:
            self.hint("a score is a number from 0 to 1", "failed")
            return

        def count(desk: WorkspaceDesk) -> int:
            from curator.operations.triage import below

            return below(desk.workspace, ruled.code, score)

        self.ask(count, partial(self._counted, text), group="below")

    def _counted(self, text: str, count: int) -> None:
        if self.asking == "threshold":
            self.hint(f"{count:,} finding{'' if count == 1 else 's'} would be left out below {text}", "bold")

    def answered(self, about: str, text: str) -> None:
        """Ignore, or set the threshold; a line that says nothing stays open."""
        ruled, held, score = self.here, self.held, _score(text)
        if about in ("ignore", "reason") and not text.strip():
            self.hint("say why: whoever comes after you will want to know", "failed")
            return
        if about == "reason" and held is not None:
            self._give_reason(held, text.strip())
        if ruled is None:
            return
        if about == "threshold" and score is None:
            self.hint("a score is a number from 0 to 1", "failed")
            return
        self.close_line()
        reviewer = self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> Saved:
            from curator.operations.triage import ignore, threshold

            if about == "threshold":
                return threshold(desk.workspace, ruled.code, score or 0, actor=reviewer)
            return ignore(desk.workspace, ruled.code, ruled.rule, reason=text.strip(), actor=reviewer)

        words = f"ignored {many(ruled.rows)}" if about == "ignore" else f"threshold of {ruled.code}: {text.strip()}"
        self._carry(carry, words)

    def _give_reason(self, held: Ignored, reason: str) -> None:
        self.close_line()
        if reason == held.reason:
            self.say("it stands so already", "dim")
            return
        reviewer = self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> Saved:
            from curator.operations.triage import give_reason

            return give_reason(desk.workspace, held, reason, actor=reviewer)

        self._carry(carry, f"{held.code} stays ignored, for another reason")

    def lift(self) -> None:
        """List again what is ignored."""
        held = self.held
        if held is None:
            return
        reviewer = self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> Saved:
            from curator.operations.triage import lift

            return lift(desk.workspace, held, actor=reviewer)

        self._carry(carry, f"{many(held.rows)} listed again")

    def no_finding(self) -> None:
        """Say that the sampled row has no such flaw."""
        ruled, seen = self.here, self.seen
        if ruled is None or seen is None:
            return
        seq, reviewer = seen.entries[self.at].seq, self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> Saved:
            from curator.operations.triage import dismiss

            found = [one.finding for one in desk.findings(seq)]
            wrong = {(one.code, one.rule) for one in found if one.code == ruled.code and ruled.rule in (None, one.rule)}
            return dismiss(desk.workspace, seq, sorted(wrong), reason="said to be none", actor=reviewer)

        self._carry(carry, f"#{seq} has no such flaw")

    def _carry(self, work: Callable[[WorkspaceDesk], Saved], words: str) -> None:
        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.say("saving …", "dim")
        self.ask(work, partial(self._carried, words))

    def _carried(self, words: str, saved: Saved) -> None:
        if saved.changes:
            self.saved(words, saved.seq)
        else:
            self.say("it stands so already", "dim")
        self.gather()

    # -- fixing --------------------------------------------------------------------------------------------------

    def look_at_fixes(self) -> None:
        """Show what the safe fixes would change."""
        ruled = self.here
        if ruled is None:
            return

        def look(desk: WorkspaceDesk) -> "list[Proposed]":
            from curator.operations.triage import safe_fixes

            return safe_fixes(desk.workspace, ruled.code, ruled.rule)

        self.say("reading the fixes …", "dim")
        self.ask(look, partial(self._seen_fixes, ruled))

    def _seen_fixes(self, ruled: "Ruled", proposed: "list[Proposed]") -> None:
        if not self.is_current:
            return
        self.say("")
        blocks, marks = told.question(ruled, proposed, EXACT)
        title = f"fix {many(len({one.seq for one in proposed}))} with {ruled.code}"
        confirm = ConfirmScreen(title, blocks, marks, possible=bool(proposed))
        self.app.push_screen(confirm, partial(self._confirmed, proposed))

    def _confirmed(self, proposed: "list[Proposed]", yes: bool | None) -> None:
        if not yes:
            self.say("nothing was changed", "dim")
            return
        reviewer, settings = self.desk.reviewer, self.desk.settings

        def carry(desk: WorkspaceDesk) -> "Fixed":
            from curator.operations.fix import apply

            return self.through(apply(desk.workspace, proposed, actor=reviewer, settings=settings))

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.say("fixing …", "dim")
        self.ask(carry, self._fixed)

    def _fixed(self, done: "Fixed") -> None:
        texts = f"{done.changes:,} text{'' if done.changes == 1 else 's'}"
        self.saved(f"fixed {texts} of {many(done.examples)}", done.event)
        self.gather()


def _score(text: str) -> float | None:
    """A score as somebody types it; None for what is none."""
    try:
        score = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return score if 0 <= score <= 1 else None
