"""A group of findings with one difference: how many rows have it, and what is decided or fixed in all of them."""

from array import array
from collections.abc import Collection, Generator, Sequence

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Entry, Progress, Status
from curator.operations.decide import Decision, decide
from curator.operations.fix import Fixed, Proposed, apply, fixes
from curator.query import Query, parse
from curator.workspace import Saved, Workspace

#: Examples of a group that are read to be shown.
SHOWN = 8


class Group(Struct, frozen=True):
    """The findings of one code that share a rule. With an empty rule, those of the code that have none."""

    code: str
    rule: str = ""

    @property
    def where(self) -> str:
        """The filter that selects its examples."""
        quoted = f"{self.code}/{self.rule}".replace("\\", "\\\\").replace('"', '\\"')
        return f'finding="{quoted}"'

    @property
    def open(self) -> Query:
        """Those of its examples that nobody has decided."""
        return parse(f"{self.where} status:pending")


class Members(Struct, frozen=True):
    """The examples of a group: all of them, those that nobody has decided, and the first of either kind."""

    all: "array[int]"
    open: "array[int]"
    first: tuple[Entry, ...]
    decided: tuple[Entry, ...]

    @property
    def kept(self) -> int:
        """How many somebody has decided: they stay as they are."""
        return len(self.all) - len(self.open)


def members(ws: Workspace, group: Group) -> Members:
    """The examples that a group's findings stand in."""
    everything, free = ws.examples.ids(parse(group.where)), ws.examples.ids(group.open)
    waiting = set(free)
    decided = [seq for seq in everything if seq not in waiting][:SHOWN]
    return Members(everything, free, tuple(ws.examples.entries(free[:SHOWN])), tuple(ws.examples.entries(decided)))


def group_fixes(ws: Workspace, group: Group) -> list[Proposed]:
    """The fixes that a group's findings propose for examples that nobody has decided, unsafe ones too."""
    found = fixes(ws, (group.code,), True, group.open, rule=group.rule)
    return [one for one in found if one.code == group.code]


def decide_group(
    ws: Workspace, group: Group, status: Status, seen: Collection[int], *, actor: str
) -> Generator[Progress, None, Saved]:
    """Gives the examples of a group that nobody has decided a status, as one operation.

    Raises WorkspaceError when there are others by now than those that were `seen`.
    """
    _refuse_others(ws.examples.ids(group.open), seen)
    decided = yield from decide(ws, group.open, Decision(status=status), actor=actor)
    return decided.saved


def fix_group(ws: Workspace, group: Group, seen: Collection[int], *, actor: str) -> Generator[Progress, None, Fixed]:
    """Takes the fixes of a group in the examples that nobody has decided, as one operation.

    Raises WorkspaceError when there are others by now than those that were `seen`, ConflictError when a text was
    edited meanwhile.
    """
    proposed = group_fixes(ws, group)
    _refuse_others([one.seq for one in proposed], seen)
    return (yield from apply(ws, proposed, actor=actor))


def _refuse_others(seqs: Sequence[int], seen: Collection[int]) -> None:
    more = set(seqs).difference(seen)
    if more:
        raise WorkspaceError(
            f"{len(more):,} more row{'s have' if len(more) > 1 else ' has'} got this finding meanwhile, so nothing was "
            "changed. Look at the group again."
        )
