"""Review, line by line: a pair is printed, a key is read, and what it did is said once it is on the disk."""

import re
from array import array
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from curator.ends import in_words, turned, why_not
from curator.errors import CuratorError, UndoRefusedError
from curator.model import Entry, Status
from curator.query import parse
from curator.review import Kind, Outcome, Review
from curator.rows import Queue
from curator.settings import Binding, Settings
from curator.text import many, visible
from curator.tui.desk import WorkspaceDesk
from curator.tui.plain import words
from curator.tui.plain.editing import PlainEditing
from curator.tui.plain.keys import KEYS, Keys
from curator.tui.plain.own_keys import own_keys
from curator.tui.plain.words import Look, line_of
from curator.tui.veil import EXACT, OPEN
from curator.workspace import Workspace

STATUSES: dict[str, Status] = {"accept": "accepted", "reject": "rejected", "fix": "fix"}


_NUMBER = re.compile("[0-9]{1,18}")
CHECKED = 200
"""Changed texts that are checked again while the reader waits: 1 s."""


class Talk(Protocol):
    """Both ends of the conversation, a line at a time."""

    def write(self, line: str) -> None:
        """Print a line, now. Only what is visible of it."""

    def ask(self, prompt: str) -> str | None:
        """Print a prompt; the line that was answered, without its end, None when there will be no more."""


def run(path: Path, talk: Talk, *, where: str, reviewer: str, settings: Settings) -> None:
    """Review the workspace at `path`. Raises `WorkspaceError`, `QueryError`, `SettingsError`."""
    parse(where)
    with Workspace.open(path) as workspace:
        desk = WorkspaceDesk(workspace, reviewer, settings)
        Session(desk, talk, where, Keys(own_keys(path.parent))).run()


class Session:
    """One person's pass through a queue, in lines."""

    def __init__(self, desk: WorkspaceDesk, talk: Talk, where: str, keys: Keys) -> None:
        self.desk = desk
        self.talk = talk
        self.where = where
        self.keys = keys
        desk.relabelled = self._relabelled
        self.bindings = desk.settings.bindings
        self.done = False
        self._unveiled: int | None = None
        # a line ends with Enter, and no held key types that: nothing is dropped for coming too soon
        self.review = Review(desk, Queue(desk, array("q")), min_dwell=0)

    @property
    def queue(self) -> Queue:
        """The rows."""
        return self.review.queue

    def run(self) -> None:
        """Talk until the reader leaves, or there are no more lines."""
        total, pending = self.desk.tally()
        name = visible(self.desk.workspace.path.stem, line=True)
        self.say(f"{name}: {many(total, 'pair')}, {pending:,} pending. A key, then Enter; ? and Enter lists the keys.")
        if self.bindings:
            self.say(f"Labels: {words.digits(self.bindings)}")
        self._choose(self.where)
        while not self.done:
            line = self.talk.ask(self._prompt())
            if line is None:
                break
            self._answer(line)
        self.say(f"{self.review.pace.decided:,} decided in this session. All that was said to be saved is saved.")

    def say(self, *lines: str) -> None:
        """Print lines of ours."""
        for line in lines:
            self.talk.write(line)

    def _prompt(self) -> str:
        return f"Key for #{self.queue.seqs[self.queue.cursor]}: " if len(self.queue) else "Key: "

    def _answer(self, line: str) -> None:
        """Do what a line asks for. Whatever goes wrong is said, and what stands is read again."""
        try:
            if self.desk.changed():
                self.queue.forget()
            if not line:
                self._show()
                return
            found = self.keys.find(line)
            if found is None:
                self.say(f"{line_of(line, EXACT, 40)}: no key. ? and Enter lists the keys.")
                return
            name, rest = found
            family, _, what = name.partition(".")
            getattr(self, f"_{family}")(what, rest)
        except UndoRefusedError as error:
            now, then = (line_of(text, EXACT, 60) for text in error.versions)
            self.say(f"Not undone: it was changed since. Now: {now}. Undo would write: {then}")
        except CuratorError as error:
            self.queue.forget()
            said, *more = EXACT.hide(str(error)).split("\n")
            self.say(f"Not done: {said}", *(f"  {line}" for line in more))

    # -- what is printed -------------------------------------------------------------------------------------------

    def _show(self, *, whole: bool = False, system: bool = False) -> None:
        if not len(self.queue):
            self.say("No rows. / and Enter chooses others.")
            return
        entry = self.queue.here.entry
        look = Look(OPEN if self._unveiled == entry.seq else EXACT, whole, system)
        self.say("")
        self._print(words.pair(entry, (self.queue.cursor + 1, len(self.queue)), look))
        self._print(words.said_of(entry, look.veil))
        self._findings(entry)

    def _findings(self, entry: Entry, *, whole: bool = False) -> None:
        veil = OPEN if self._unveiled == entry.seq else EXACT
        found = self.desk.findings(entry.seq)
        checked = bool(found) or self.desk.checked()
        self._print(words.findings(found, entry, veil, checked=checked, whole=whole))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.talk.write(line)

    def _told(self, outcome: Outcome) -> None:
        """Say what a key led to. Only here is it said to be saved: the commit has returned."""
        saved = f", saved #{outcome.event:,}" if outcome.event else ""
        again = " (was so already)" if outcome.kind is Kind.UNCHANGED and outcome.after else ""
        self.say(visible(f"{outcome.words}{saved}{again}.", line=True))
        if outcome.edited:
            self._check_again(outcome)
        if outcome.moved:
            self._show()
        elif outcome.after is not None:
            self.say("No pending row below. / chooses others, k goes back, q leaves.")

    def _check_again(self, outcome: Outcome) -> None:
        """Look again for findings in texts that were changed, unless that would keep the reader waiting."""
        if len(outcome.seqs) > CHECKED:
            self.say("Their texts were changed: `curator check` looks at them again.")
            return
        try:
            self.desk.recheck(list(outcome.seqs))
        except CuratorError as error:
            self.say(f"It could not be checked again: {EXACT.hide(str(error))}")
            return
        self.queue.reread(outcome.seqs)
        if not outcome.moved and len(outcome.seqs) == 1 and len(self.queue):
            self._findings(self.queue.here.entry)

    # -- what a key does, by the family of its name ------------------------------------------------------------------

    def _review(self, what: str, rest: str) -> None:
        if what == "note":
            self._note(rest)
            return
        acts: dict[str, Callable[[], Outcome]] = {
            "skip": self.review.skip, "repeat": self.review.repeat, "route": self.review.toggle_route
        }  # fmt: skip
        self._told(acts[what]() if what in acts else self.review.decide(STATUSES[what]))

    def _note(self, text: str) -> None:
        if not len(self.queue):
            self._show()
            return
        note = self.queue.here.entry.state.note
        if not text:
            if note:
                self.say(f"Note now: {line_of(note, EXACT, 1_000)}")
            text = (self.talk.ask("Note (empty: leave it, -: none): ") or "").strip()
        if not text:
            self.say("Nothing was changed.")
        else:
            self._told(self.review.note("" if text == "-" else text))

    def _label(self, what: str, rest: str) -> None:
        binding = self.bindings.get(what)
        if what == "clear":
            self._told(self.review.clear_labels())
        elif binding is None:
            self.say(f"{what} gives no label here. {words.digits(self.bindings) or 'curator.toml names the labels.'}")
        elif not len(self.queue):
            self._show()
        elif binding.where and not self.desk.count(f"#{self.queue.here.entry.seq} and ({binding.where})"):
            self.say(f"{visible(binding.label, line=True)} is for other rows: {line_of(binding.where, EXACT)}")
        elif (given := self._valued(binding, rest)) is not None:
            self._told(self.review.toggle_label(given))

    def _valued(self, binding: Binding, value: str) -> Binding | None:
        """The binding with the value that is asked for where the digit alone does not say it."""
        if binding.value is not None:
            return binding
        rating = binding.kind == "rating"
        name = visible(binding.label, line=True)
        if not value:
            kind = f"1 to {binding.most}" if rating else "a line of text"
            value = (self.talk.ask(f"{name} ({kind}, empty: leave it): ") or "").strip()
        if not value:
            self.say("Nothing was changed.")
            return None
        if rating and value not in map(str, range(1, binding.most + 1)):
            self.say(f"{name} is a rating from 1 to {binding.most}. Nothing was changed.")
            return None
        return replace(binding, value=int(value) if rating else value)

    def _relabelled(self, settings: Settings) -> None:
        self.desk.settings, self.bindings = settings, settings.bindings

    def _log(self, what: str, _rest: str) -> None:
        self._told(self.review.undo() if what == "undo" else self.review.redo())

    def _list(self, what: str, rest: str) -> None:
        if what == "goto":
            number = (rest or self.talk.ask("Number: ") or "").strip().lstrip("#")
            index = self.queue.index_of(int(number)) if _NUMBER.fullmatch(number) else None
            if index is None:
                self.say(f"#{line_of(number, EXACT, 20)} is not in this queue.")
                return
        else:
            cursor, last = self.queue.cursor, len(self.queue) - 1
            index = {"down": cursor + 1, "up": cursor - 1, "first": 0, "last": last}[what]
        self._go(index, "No row above." if what in ("up", "first") else "No row below.")

    def _group(self, what: str, _rest: str) -> None:
        index = self.queue.next_flagged(1 if what == "next" else -1)
        self._go(self.queue.cursor if index is None else index, "No row with findings near. / finding:any finds them.")

    def _go(self, index: int, nothing: str) -> None:
        if not len(self.queue) or self.queue.move(index):
            self._unveiled = None
            self._show()
        else:
            self.say(nothing)

    def _finding(self, _what: str, _rest: str) -> None:
        if len(self.queue):
            self._findings(self.queue.here.entry, whole=True)
        else:
            self._show()

    def _view(self, what: str, _rest: str) -> None:
        if what == "unveil" and len(self.queue):
            seq = self.queue.here.entry.seq
            self._unveiled = None if self._unveiled == seq else seq
        self._show(whole=what == "zoom", system=what == "system")

    def _suggestion(self, _what: str, _rest: str) -> None:
        found = self.desk.findings(self.queue.here.entry.seq) if len(self.queue) else []
        item = next((one for one in found if one.finding.fix is not None and not one.stale), None)
        if item is None or item.finding.fix is None:
            self.say("No finding of this row has a suggestion.")
            return
        entry = self.desk.entry(self.queue.here.entry.seq)
        texts = {f: text for f, text in item.finding.fix.changes.items() if words.text_of(entry, f) is not None}
        event = self.desk.save_text(entry.seq, texts, entry.state.revision, None)
        code = item.finding.code
        self._told(self.review.settled(entry.seq, f"took the suggestion of {code} #{entry.seq}", event, None))

    def _ends(self, _what: str, _rest: str) -> None:
        if not len(self.queue):
            self._show()
            return
        entry = self.desk.entry(self.queue.here.entry.seq)
        if refused := why_not(entry.example):
            self.say(f"It cannot be turned round: {refused}.")
            return
        event = self.desk.save_text(entry.seq, turned(entry.example), entry.state.revision, None)
        said = in_words(self.desk.entry(entry.seq).example)
        self._told(self.review.settled(entry.seq, f"turned #{entry.seq}: {said}", event, None))

    def _edit(self, _what: str, _rest: str) -> None:
        if not len(self.queue):
            self._show()
            return
        edited = PlainEditing(self.desk, self.say, self.talk.ask).edit(self.desk.entry(self.queue.here.entry.seq))
        if edited is not None:
            self._told(self.review.settled(*edited))

    def _filter(self, _what: str, rest: str) -> None:
        if not rest:
            self.say(f"Rows now: {line_of(self.where, EXACT) or 'all'}")
            answer = self.talk.ask("Filter (empty: leave it, *: all rows): ")
            rest = (answer or "").strip()
            if not rest:
                self.say("Nothing was changed.")
                return
        self._choose("" if rest == "*" else rest)

    def _queue(self, what: str, _rest: str) -> None:
        if what == "leave":
            self.done = True
        else:
            self._choose(self.where)

    def _choose(self, where: str) -> None:
        """Show the rows of a filter, from the first pending one on."""
        queue = Queue(self.desk, self.desk.seqs(where))
        queue.start()
        self.where, self._unveiled = where, None
        self.review.freeze(queue)
        if where:
            self.say(f"{many(len(queue))}: {line_of(where, EXACT)}")
        self._show()

    def _app(self, _what: str, _rest: str) -> None:
        told = [(self.keys.words(key), key) for key in KEYS]
        digits = {f"label.{digit}": partial(words.digits, {digit: b}) for digit, b in self.bindings.items()}
        for typed, key in told:
            if typed and (not key.name[6:].isdigit() or key.name in digits):
                named = f"label {digits[key.name]()[2:]} on or off" if key.name in digits else key.help
                self.say(f"{typed}: {named}")
        self.say("Enter alone: print the pair again. n, # and / take what follows them: n too short, #12, /finding:CON")
