"""Conflicts one after the other: the answers to one input side by side, and one key that says which is right."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from curator.errors import CuratorError
from curator.tui import conflicts as told
from curator.tui.actions import DECIDE, FIND, MOVE, Action, Actions
from curator.tui.desk import WorkspaceDesk
from curator.tui.places import Opened, Place
from curator.tui.screens.comparing import DIGITS, ComparingScreen, Seen
from curator.tui.screens.place import PLACE_ACTIONS, place_bindings
from curator.tui.widgets.text_view import TextView

if TYPE_CHECKING:  # loads the checks, which nobody needs before conflicts are asked for
    from curator.operations.conflicts import Conflict
    from curator.operations.resolve import Resolution, Resolved

NAMED = 50
"""Rows that a filter names by their numbers."""
CHECKED_AGAIN = 20
"""Rows that are checked again after one answer was written into them; the rest waits for the next check."""

ACTIONS: Actions = (
    *(
        Action(f"resolve.{n}", (str(n),), f"{told.letter(n - 1)} right", f"{told.letter(n - 1)} is right: reject "
               "the others", DECIDE, n if n < 3 else 10 + n)
        for n in range(1, DIGITS + 1)
    ),
    Action("resolve.shown", ("0",), "this right", "the one on the right is right", DECIDE, 3),
    Action("resolve.write", ("m",), "write one", "write the right answer once, for all", DECIDE, 4),
    Action("resolve.both", ("k",), "all right", "all right: the input lacks context", DECIDE, 5),
    Action("resolve.reject", ("x",), "reject all", "reject all rows", DECIDE, 6),
    Action("resolve.rag", ("R",), "→RAG", "route all rows to RAG", DECIDE, 7),
    Action("conflicts.skip", ("s",), "skip", "leave it, go to the next", DECIDE, 8),
    Action("conflicts.accept", ("a",), "accept too", "accept what is right, or leave it", DECIDE, 30),
    Action("conflicts.next", ("right_square_bracket",), "next", "next open conflict", MOVE, 9),
    Action("conflicts.previous", ("left_square_bracket",), "previous", "previous one", MOVE, beside="conflicts.next"),
    Action("variant.next", ("l", "right"), "other answer", "next answer at the right", MOVE, 20),
    Action("variant.previous", ("h", "left"), "back", "the one before", MOVE, beside="variant.next"),
    Action("conflicts.diff", ("d",), "diff", "compare words, lines, or not", MOVE, 21),
    Action("conflicts.input", ("i",), "input", "the whole input, or the answers", MOVE, 22),
    Action("conflicts.down", ("J", "space"), "scroll", "scroll the texts", MOVE, 23),
    Action("conflicts.up", ("K",), "up", "scroll them up", MOVE, beside="conflicts.down"),
    Action("conflicts.open", ("enter",), "rows", "its rows in the queue", FIND, 24),
    Action("conflicts.refresh", ("r",), "refresh", "gather the conflicts again", FIND),
    *PLACE_ACTIONS,
)  # fmt: skip


class ConflictsScreen(ComparingScreen, inherit_bindings=False):
    """Shows the conflicts that are open, the largest first, or that of a row; resolves one with one key."""

    NAME: ClassVar[str] = "conflicts"
    ACTIONS: ClassVar[Actions] = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(ACTIONS)

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        family, _, what = name.partition(".")
        conflict = self.seen.conflict if self.seen is not None else None
        if family == "resolve":
            return conflict is not None and not self.busy and self._resolvable(what, conflict)
        if family == "variant":
            return conflict is not None and len(conflict.variants) > 2
        if name in ("conflicts.next", "conflicts.previous", "conflicts.skip"):
            return self._next(1 if what != "previous" else -1) is not None
        if name == "conflicts.refresh":
            return not self.busy
        return conflict is not None if family == "conflicts" else super().possible(name)

    def _resolvable(self, what: str, conflict: "Conflict") -> bool:
        if what.isdigit():
            return int(what) <= len(conflict.variants) > 1
        if what == "shown":
            return len(conflict.variants) > DIGITS
        return conflict.plain if what == "write" else True

    def _next(self, step: int) -> int | None:
        if self.found is None:
            return None
        return self.found.next_open(-1 if self.number is None else self.number, step)

    def action_conflicts(self, what: str) -> None:
        if what in ("next", "previous", "skip"):
            here = self.seen
            self.go(self._next(-1 if what == "previous" else 1))
            self.say(f"skipped #{here.conflict.rows[0].seq}" if what == "skip" and here is not None else "", "dim")
        elif what in ("down", "up"):
            for text in self.query(TextView):
                text.scroll_lines(2 if what == "down" else -2)
        elif what == "diff":
            self.mode = told.other_mode(self.mode)
            self.compare()
        elif what == "input":
            self.toggle_class("-asked")
            self.undivide()
        elif what == "accept":
            self.accept = not self.accept
            self.look()
        elif what == "refresh":
            self.asked_for = None if self.seen is None else self.seen.conflict.rows[0].seq
            self.say("reading conflicts …", "dim")
            self.gather()
        else:
            self._open()

    def action_variant(self, what: str) -> None:
        count = len(self.seen.conflict.variants) if self.seen is not None else 0
        other = max(1, min(count - 1, self.other + (1 if what == "next" else -1)))
        if count and other != self.other:
            self.other, self.sides = other, None
            self.draw()
            self.compare()

    def _open(self) -> None:
        if self.seen is None:
            return
        seqs = [row.seq for row in self.seen.conflict.rows]
        where = f"id:{','.join(map(str, seqs))}" if len(seqs) <= NAMED else f"cluster:{seqs[0]}"
        self.dismiss(Opened(where, seqs))

    # -- resolving -----------------------------------------------------------------------------------------------

    def action_resolve(self, what: str) -> None:
        if self.seen is None:
            return
        if self.dwell.too_soon():
            self.say("too fast: the key was dropped", "failed")
            return
        if what == "write":
            self._write(self.seen)
            return
        from curator.operations.resolve import Resolution

        if what.isdigit() or what == "shown":
            number = self.other if what == "shown" else int(what) - 1
            self._resolve(self.seen, Resolution("right", number, accept=self.accept))
        else:
            self._resolve(self.seen, Resolution("both" if what == "both" else "rag" if what == "rag" else "reject"))

    def _write(self, seen: Seen) -> None:
        from curator.tui.screens.one_answer import OneAnswerScreen

        conflict = seen.conflict
        self.app.push_screen(OneAnswerScreen(self.desk, conflict), partial(self._written, seen))

    def _written(self, seen: Seen, text: str | None) -> None:
        from curator.operations.resolve import Resolution

        self.dwell.shown()
        if text is None:
            self.say("nothing was changed", "dim")
        else:
            self._resolve(seen, Resolution("write", text=text, accept=self.accept))

    def _resolve(self, seen: Seen, resolution: "Resolution") -> None:
        reviewer = self.desk.reviewer

        def carry(desk: WorkspaceDesk) -> "Resolved":
            from curator.operations.resolve import resolve

            return self.through(resolve(desk.workspace, seen.conflict, resolution, actor=reviewer))

        try:
            self.desk.in_place()
        except CuratorError as error:
            self.say(f"not saved: {error}", "failed")
            return
        self.ask(carry, partial(self._resolved, seen, resolution))

    def _resolved(self, seen: Seen, resolution: "Resolution", done: "Resolved") -> None:
        self.touched.add(seen.number)
        if resolution.kind == "write":
            self.desk.drop_draft(seen.conflict.rows[0].seq, "conflict")
            edited = done.edited[:CHECKED_AGAIN]
            self.ask(lambda desk: desk.recheck(edited), lambda _: None, group="recheck")
        self.saved(told.done(resolution, done.rows), done.saved.seq)
        self._count(go_on=True)

    def _count(self, *, go_on: bool) -> None:
        """Ask which of those that were resolved here are open now; then go on, or back to one that is open again."""
        found, touched = self.found, sorted(self.touched)
        if found is None:
            return

        def count(desk: WorkspaceDesk) -> list[tuple[int, bool]]:
            from curator.operations.conflicts import still_open

            return [(number, still_open(desk.workspace, found.rows(number), found.compared)) for number in touched]

        self.ask(count, partial(self._counted, go_on), group="count")

    def _counted(self, go_on: bool, counted: "Sequence[tuple[int, bool]]") -> None:
        found = self.found
        if found is None:
            return
        again = [number for number, is_open in counted if is_open and not found.open[number]]
        for number, is_open in counted:
            found.open[number] = is_open
        if again and not go_on:
            self.go(again[-1])
        elif go_on and self.number is not None and not found.open[self.number]:
            after = found.next_open(self.number, 1)
            self.go(after if after is not None else found.next_open(-1, 1))
        else:
            self.look()

    def turned(self) -> None:
        """A conflict may be open again, or resolved."""
        self._count(go_on=False)


PLACE = Place("c", "conflicts", "conflicting rows, side by side", ConflictsScreen)
