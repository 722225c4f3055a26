"""A range of rows, from where `V` was pressed to the cursor: one decision, label or tag for all of them."""

from array import array
from typing import TYPE_CHECKING, Any

from curator.errors import CuratorError
from curator.review import Outcome
from curator.text import many
from curator.tui.actions import key_for
from curator.tui.screens.choosing import ChoosingScreen
from curator.tui.screens.tagging import TaggingScreen
from curator.tui.widgets.ink import Piece, Pieces

if TYPE_CHECKING:
    from curator.operations.tagged import Field

MOST = 1_000
"""Rows that a range may have: somebody has seen them go by. What decides more asks for their number."""
#: What is of one row only, or of other rows: it does not work while rows are marked.
_OF_A_ROW = ("review.skip", "review.repeat", "ends.", "edit.", "suggestion.", "ground.", "group.accept", "group.reject",
             "group.fix", "tag.all", "tag.decide")  # fmt: skip


class MarkingScreen(TaggingScreen, inherit_bindings=False):
    """Marks what lies between two rows of the queue. Leaves the range with whatever is done to it."""

    marked_from: int | None = None
    """Where in the queue the range begins; None while no rows are marked."""

    @property
    def marked(self) -> range:
        """The places in the queue that are marked."""
        if self.marked_from is None or not len(self.queue):
            return range(0)
        first, last = sorted((self.marked_from, self.queue.cursor))
        return range(first, last + 1)

    @property
    def _seqs(self) -> "array[int]":
        marked = self.marked
        return self.queue.seqs[marked.start : marked.stop]

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if self.marked_from is not None and name.startswith(_OF_A_ROW):
            return False
        return super().possible(name)

    # -- the range -----------------------------------------------------------------------------------------------

    def action_tag(self, what: str) -> None:
        if what == "range":
            self.to_tagged = False
            self._mark(self.queue.cursor if self.marked_from is None else None)
        elif what == "row" and self.marked_from is not None:
            self._tag_marked()
        else:
            super().action_tag(what)

    def _mark(self, index: int | None) -> None:
        self.marked_from = index
        self.message = () if index is not None else [Piece("no rows are marked; nothing was changed", "dim")]
        self.arrived()
        self.panes.rows.refresh()

    def _unmark(self) -> None:
        if self.marked_from is not None:
            self.marked_from = None
            self.panes.marked = range(0)
            self.panes.rows.refresh()

    def arrived(self) -> None:
        """The cursor is somewhere: the range reaches up to there."""
        before, self.panes.marked = self.panes.marked, self.marked
        super().arrived()
        if abs(len(self.marked) - len(before)) > 1 or self.marked.start < before.start:
            self.panes.rows.refresh()

    def hint(self) -> Pieces:
        """How many rows are marked, and what may be done to them."""
        count = len(self.marked)
        if not count:
            return super().hint()
        keys = {name: key_for(name, own) for name, own in _KEYS.items()}
        leave = key_for("queue.back", "esc")
        if count > MOST:
            return [Piece(f"{count:,} rows marked, more than {MOST:,}: {keys['bulk.open']} decides them", "failed")]
        try:
            kept = sum(self.queue.card(index).entry.state.status != "pending" for index in self.marked)
        except CuratorError as error:
            return [Piece(str(error), "failed")]
        told = f"{many(count)} marked{f', {kept:,} decided stay so' if kept else ''}: "
        names = {name: _NAMES[name] for name in _KEYS} if self.size.width >= 120 else dict.fromkeys(_KEYS, "")
        offered = " ".join(f"{key} {names[name]}".strip() for name, key in keys.items() if key)
        return [Piece(told, "fix"), Piece(f"{offered} · {leave} leaves", "dim")]

    def _show_chosen(self, event: ChoosingScreen.Chosen) -> None:
        self._unmark()  # they are other rows
        super()._show_chosen(event)

    def _settle(self, outcome: Outcome) -> None:
        self._unmark()
        super()._settle(outcome)

    def action_queue(self, what: str) -> None:
        if what == "back" and self.marked_from is not None:
            self._mark(None)
        else:
            super().action_queue(what)

    # -- what is done to it --------------------------------------------------------------------------------------

    def _tag_marked(self) -> None:
        seqs = self._seqs
        on = not all(seq in self.tags for seq in seqs)
        self.tags.set(seqs, on)
        self._unmark()
        self.arrived()
        self.say(f"{many(len(seqs))} {'are tagged' if on else 'are not tagged any more'}", "dim")

    def action_bulk(self, what: str) -> None:
        if self.marked_from is None:
            super().action_bulk(what)
            return
        from curator.tui.screens.bulk import BulkScreen

        seqs = self._seqs
        self._unmark()
        where = f"marked rows, #{seqs[0]:,} to #{seqs[-1]:,}"
        self.app.push_screen(BulkScreen(self.desk, where, array("q", sorted(seqs))), self._place_left)

    def decide_marked(self, field: "Field", value: Any) -> None:
        """Give the marked rows what was pressed, as one step."""
        if self.too_many():
            return
        if self._deciding:
            self.say("rows are being decided; wait until it is saved", "failed")
            return
        seqs = self._seqs
        self._unmark()
        self.review.hush("the marked rows")
        self.decide_rows(seqs, "marked", field, value)

    def too_many(self) -> bool:
        """Whether more rows are marked than a key is to decide; then that is said."""
        if len(self.marked) <= MOST:
            return False
        bulk = key_for("bulk.open", "b")
        self.say(f"{many(len(self.marked))} are more than a range takes ({MOST:,}): {bulk} decides them", "failed")
        return True


_KEYS = {"review.accept": "a", "review.reject": "x", "review.fix": "f", "review.route": "R", "review.note": "n",
         "label.1": "1-9", "tag.row": "t", "bulk.open": "b"}  # fmt: skip
_NAMES = {"review.accept": "accept", "review.reject": "reject", "review.fix": "fix", "review.route": "→RAG",
          "review.note": "note", "label.1": "label", "tag.row": "tag", "bulk.open": "bulk"}  # fmt: skip
