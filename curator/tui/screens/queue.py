"""The review queue: one key a decision, saved before the next example is shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import BindingType
from textual.message import Message

from curator.ends import in_words, turned, why_not
from curator.errors import CuratorError
from curator.model import Entry, Span, Status
from curator.review import Outcome
from curator.settings import Binding
from curator.tui import external
from curator.tui.actions import QUEUE_ACTIONS, Actions, bindings, name_of
from curator.tui.desk import Errand, WorkspaceDesk
from curator.tui.lines import LabelKey
from curator.tui.screens.edit import Edited, EditScreen
from curator.tui.screens.marking import MarkingScreen
from curator.tui.widgets.ask import Ask

if TYPE_CHECKING:
    from curator.operations.tagged import Field


BREAKS_OFF = "TXT003"
"""The check whose evidence is gone on after, and not written anew."""


class QueueScreen(MarkingScreen, inherit_bindings=False):
    """Decides, labels and edits."""

    NAME: ClassVar[str] = "queue"
    ACTIONS: ClassVar[Actions] = QUEUE_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(QUEUE_ACTIONS)

    class Indexed(Message):
        """A worker has read the words of the workspace, which filters of labels look for."""

    _asked_for: Binding
    """The rating or text label that a line is typed for."""

    # -- whose labels --------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        if self.belonging.waits(label.binding for label in self.label_keys):
            self._ask_file("label words", partial(self._index_words, self.desk.workspace.path))

    async def _index_words(self, path: Path) -> None:
        def index(desk: WorkspaceDesk) -> None:
            for _ in desk.workspace.words.build():
                pass

        await Errand(path).ask(index)
        self.post_message(self.Indexed())

    @on(Indexed)
    def _indexed(self) -> None:
        self.belonging.forget()
        self.show_status()

    # -- deciding ------------------------------------------------------------------------------------------------

    def possible(self, name: str) -> bool:
        """Whether the action `name` can be done now."""
        if name.startswith("label.") and name != "label.clear" and not self._is_for_row(name[6:]):
            return False
        if name.startswith(("review.", "label.", "edit.")) and not len(self.queue):
            return False
        if name == "ends.turn" and (not len(self.queue) or not self._has_ends()):
            return False
        if name == "review.repeat" and self.review.last is None:
            return False
        if name == "log.undo" and not self.undoable:
            return False
        return super().possible(name)

    def _has_ends(self) -> bool:
        try:
            return bool(self.queue.here.entry.example.alternatives)
        except CuratorError:
            return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now. One for a label of other rows is not offered, but says why it is not."""
        name = name_of(action, parameters)
        if name.startswith("label.") and not self.asking and len(self.queue):
            return name == "label.clear" or any(label.key == name[6:] for label in self.label_keys)
        return super().check_action(action, parameters)

    def _label_of(self, digit: str) -> LabelKey | None:
        return next((label for label in self.label_keys if label.key == digit), None)

    def _is_for_row(self, digit: str) -> bool:
        """Whether a digit gives a label that the row may have, or takes one away that it has."""
        label, state = self._label_of(digit), self._state()
        if label is None:
            return False
        held = label.binding.value is not None and state is not None and label.given(state.labels)
        return held or self._many or not self.why_no_label(label.binding)

    @property
    def _many(self) -> bool:
        """Whether the next key is for the tagged rows, or for those that are marked."""
        return self.to_tagged or self.marked_from is not None

    def _decide_many(self, field: "Field", value: Any) -> None:
        if self.marked_from is not None:
            self.decide_marked(field, value)
        else:
            self.decide_tagged(field, value)

    def action_review(self, what: str) -> None:
        review = self.review
        statuses: dict[str, Status] = {"accept": "accepted", "reject": "rejected", "fix": "fix"}
        if self._many and what in ("note", "route", *statuses):
            if what != "note":
                self._decide_many("route" if what == "route" else "status", statuses.get(what))
            elif not self.too_many():
                told = f"{len(self.marked):,} marked" if self.marked_from is not None else f"{len(self.tags):,} tagged"
                self._ask("note of many", f"note of {told}", "", 0)
        elif what in statuses:
            self._do(partial(review.decide, statuses[what]))
        elif what == "note":
            state = self._state()
            if state is not None:
                self._ask("note", f"note #{self.queue.seqs[self.queue.cursor]}", state.note, 0)
        else:
            self._do({"skip": review.skip, "repeat": review.repeat, "route": review.toggle_route}[what])
            if what == "route":
                self._recount()  # one more that is decided, or one less

    def action_label(self, what: str) -> None:
        label = self._label_of(what)
        if label is not None and not self._is_for_row(what):
            self.say(self.why_no_label(label.binding), "failed")
        elif label is not None and label.binding.value is None:
            self._ask_label(label.binding)
        elif self._many:
            self._decide_many("labels", None if label is None else label.binding)
        elif label is None:
            self._do(self.review.clear_labels)
        else:
            self._do(partial(self.review.toggle_label, label.binding))

    def _ask_label(self, binding: Binding) -> None:
        """Ask for a rating or a text, which no digit can say; of one example at a time."""
        state = self._state()
        if self._many:
            self.say(f"{binding.label} is given to one row at a time", "failed")
        elif state is not None:
            self._asked_for = binding
            prompt = f"{binding.label} 1-{binding.most}" if binding.kind == "rating" else binding.label
            self._ask("label", prompt, str(state.labels.get(binding.label, "")), 0)

    def _give_label(self, text: str) -> None:
        binding, value = self._asked_for, text.strip()
        digits = value.isascii() and value.isdigit()
        if binding.kind == "rating" and value and not (digits and 1 <= int(value) <= binding.most):
            self.say(f"{binding.label} is a number from 1 to {binding.most}", "failed")
        else:
            self._do(partial(self.review.give, binding, int(value) if value and binding.kind == "rating" else value))

    def action_log(self, what: str) -> None:
        acts = {"undo": self.review.undo, "redo": self.review.redo, "pass_over": self.review.pass_over}
        self._do(acts[what])
        self._recount()

    # -- lines that are asked for ------------------------------------------------------------------------------

    def action_list(self, what: str) -> None:
        if what == "goto":
            self._ask("goto", "#", "", 0)
        else:
            super().action_list(what)

    @on(Ask.Answered)
    def _answered(self, event: Ask.Answered) -> None:
        if event.about == "filter":
            self._apply_filter(event.text)
            return
        self._asked()
        if event.about == "name":
            self._save_filter(event.text)
        elif event.about == "note of many":
            self._decide_many("note", event.text)
        elif event.about == "label":
            self._give_label(event.text)
        elif event.about == "note":
            self._do(partial(self.review.note, event.text))
        elif event.about == "goto":
            self._go_to(event.text.strip().lstrip("#"))

    def _go_to(self, number: str) -> None:
        index = self.queue.index_of(int(number)) if number.isdigit() else None
        if index is None:
            self.say(f"#{number} is not in this queue", "failed")
        else:
            self._move(index)

    # -- chosen and rejected -------------------------------------------------------------------------------------

    def action_ends(self, _what: str) -> None:
        entry = self.queue.here.entry
        if refused := why_not(entry.example):
            self.say(f"#{entry.seq} cannot be turned round: {refused}", "failed")
            return

        def turn() -> Outcome:
            event = self.desk.save_text(entry.seq, turned(entry.example), entry.state.revision, None)
            words = f"turned #{entry.seq}: {in_words(self.desk.entry(entry.seq).example)}"
            return self.review.settled(entry.seq, words, event, None)

        self._do(turn)

    # -- editing -------------------------------------------------------------------------------------------------

    def action_edit(self, what: str) -> None:
        try:
            entry = self.desk.entry(self.queue.seqs[self.queue.cursor])
            if what == "inline":
                self._edit(entry, {})
            else:
                self._edit_outside(entry)
        except CuratorError as error:
            self.say(str(error), "failed")

    def _edit_outside(self, entry: Entry) -> None:
        index = entry.example.output_index
        if index is None:
            self.say("this example has no output to edit; e edits its messages", "failed")
            return
        content = entry.example.messages[index].content
        if not isinstance(content, str):
            self.say("this output is not plain text: it has parts that an editor would lose", "failed")
            return
        text = external.edit(self.app, content, f"{entry.seq}-output")
        if text == content:
            self.say("nothing was changed in the editor", "dim")
        else:
            self._edit(entry, {f"messages[{index}].content": text})

    def _edit(self, entry: Entry, texts: dict[str, str]) -> None:
        """Open the editor over `entry`, the revision that was seen: an edit made by others meanwhile is a conflict."""
        if not any(isinstance(message.content, str) for message in entry.example.messages):
            self.say("no message of this example is plain text", "failed")
            return
        self.app.push_screen(EditScreen(self.desk, entry, texts, self._places()), self._edited)

    def _places(self) -> dict[str, Span]:
        """Where each field shows the finding that is looked at, else the first that is of this text."""
        chosen = self.found if self.current is None else [self.found[self.current]]
        places: dict[str, Span] = {}
        for one in chosen:
            if not one.stale:
                for span in one.finding.evidence:
                    goes_on = one.finding.code == BREAKS_OFF
                    places.setdefault(span.field, replace(span, start=span.end) if goes_on else span)
        return places

    def _edited(self, edited: Edited | None) -> None:
        if edited is not None:
            self._do(partial(self.review.settled, edited.seq, edited.words, edited.event, edited.status))
