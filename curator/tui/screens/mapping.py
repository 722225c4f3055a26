"""The second step of an import: which reading is meant, where each column goes, what the first rows become."""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from curator.errors import CuratorError
from curator.text import many
from curator.tui import importing as told
from curator.tui.desk import WorkspaceDesk
from curator.tui.screens.picking import COLUMNS, PickingScreen
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the sources, which nobody needs before something is imported
    from curator.model import Example
    from curator.operations.import_reading import Chosen, Options
    from curator.operations.preview_import import Look, Sight, Way
    from curator.operations.rehearse_import import Rehearsed


ENDS = ("chosen", "rejected")
"""The ends of a preference pair."""
_APART = {
    "chosen": ("output", "context"), "rejected": ("output", "context"),
    "output": ("chosen", "rejected"), "context": ("chosen", "rejected"),
}  # fmt: skip
"""Roles that do not go together: what is taken away when one of them is given."""


class MappingScreen(PickingScreen, inherit_bindings=False):
    """Asks how rows are read, and tries the first of them meanwhile."""

    def __init__(self, desk: WorkspaceDesk) -> None:
        super().__init__(desk)
        self.found: Look | None = None
        self.source = 0
        self.picked: dict[tuple[str, ...], Options] = {}
        self.format: Chosen | None = None
        self.why = ""
        self.goes: dict[str, str] = {}
        self.row = 0
        self.offered: list[tuple[Pieces, Callable[[], None]]] = []  # what a column, or the rows, can be read as
        self.offering = ""
        self.seen: Rehearsed | None = None

    def looked(self, found: "Look") -> None:
        """Read its rows as they were read before, or as they can only be read; else ask."""
        self.found, self.source, self.row = found, 0, 0
        self.picked = {}
        for sight in found.sights:
            if sight.settled:
                self._pick(sight, sight.ways[0])
        self.to_step(COLUMNS)
        self._chose()
        self._offer_ways()
        if found.notes:
            self.say(EXACT.head(found.notes[0], 300), "dim")

    # -- how its rows are read -----------------------------------------------------------------------------------

    @property
    def sight(self) -> "Sight":
        """The source that is looked at."""
        assert self.found is not None
        return self.found.sights[self.source]

    @staticmethod
    def _key(sight: "Sight") -> tuple[str, ...]:
        """Sources with the same columns are read alike."""
        return tuple(sorted(column.name for column in sight.columns))

    def options(self, sight: "Sight") -> "Options | None":
        """How the rows of a source are read; None while nobody has said."""
        return self.picked.get(self._key(sight))

    def _pick(self, sight: "Sight", way: "Way") -> None:
        from curator.operations.import_reading import Options

        self.picked[self._key(sight)] = Options(format=way.format, mapping=way.mapping)

    def _chose(self) -> None:
        """Something was chosen: read the rows by it, and try them from the first on."""
        from curator.operations.preview_import import goes

        self.format, self.why = self._read(self.sight)
        options = self.options(self.sight)
        if options is None:
            self.why = ""  # it is asked, which says enough
        self.goes = goes(self.sight, self.format, options.mapping if options else {})
        self.rehearse()

    def _read(self, sight: "Sight") -> "tuple[Chosen | None, str]":
        """The format that was chosen for a source, or why there is none."""
        from curator.operations.preview_import import chosen

        options = self.options(sight)
        if not sight.rows:
            return None, sight.problem
        if options is None:
            return None, "say first how its rows are read"
        pair = not options.mapping.keys().isdisjoint(ENDS)
        sides = [side for side in (ENDS if pair else ("input", "output")) if side not in options.mapping]
        if sides and {"input", "output", "context", *ENDS} & options.mapping.keys():
            return None, f"no column is the {' or the '.join(sides)} yet: enter on a column sends it there"
        try:
            return chosen(sight, options), ""
        except CuratorError as error:
            return None, str(error).partition(": --map: ")[2] or str(error)

    def rehearse(self, most: int | None = 0) -> None:
        """Try rows as they are read now: the first ones, so many, or all."""
        from curator.operations.rehearse_import import FIRST, rehearse

        self.seen = None
        chosen = self.chosen()
        if self.why or not chosen:
            self.end_stream()
            return
        count = FIRST if most == 0 else most

        def run(_: WorkspaceDesk) -> "Generator[Rehearsed, None, Rehearsed]":
            return rehearse(chosen, count)

        self.stream(run)

    def streamed(self, value: "Rehearsed") -> None:
        """More rows were tried."""
        self.seen = value
        if self.step == COLUMNS:
            self.show_counted()
        else:
            self.draw()

    def chosen(self) -> "list[tuple[Sight, Options]]":
        """The sources that somebody has said about how they are read."""
        sights = self.found.sights if self.found else ()
        return [(sight, options) for sight in sights if (options := self.options(sight)) is not None]

    def _offer_ways(self) -> None:
        """Two readings are a question, which is put before anything else."""
        sight = self.sight
        if self.options(sight) is None and sight.ways:
            self.offering = "ways"
            self.offered = [(line, partial(self._take_way, way)) for line, way in
                            zip(told.way_lines(sight.ways), sight.ways, strict=True)]  # fmt: skip
            self.cursor = 0
        self.draw()

    def _take_way(self, way: "Way") -> None:
        self._pick(self.sight, way)

    def offer_formats(self) -> None:
        """Offer every way and every format to choose from."""
        from curator.formats.detect import formats
        from curator.operations.preview_import import Way

        values = [row.value for row in self.sight.rows if row.value is not None]
        ways = list(self.sight.ways)
        for one in formats():
            count = sum(one.matches(value) > 0 for value in values)
            if one.name not in (way.format for way in ways):
                ways.append(Way(f"{one.name}: {one.title}, {count} of {many(len(values))} fit", one.name))
        self.offering = "ways"
        self.offered = [(line, partial(self._take_way, way)) for line, way in
                        zip(told.way_lines(ways), ways, strict=True)]  # fmt: skip
        self.cursor = 0
        self.draw()

    def offer_roles(self) -> None:
        """Offer where the column under the cursor can go."""
        column = self.sight.columns[self.cursor].name
        self.offering = column
        self.offered = [
            ([Piece(" "), Piece(f"{role:<10}", "bold"), Piece(f" {what}", "dim")], partial(self._send, column, role))
            for role, what in told.ROLES.items()
        ]
        now = list(told.ROLES)
        role = self.goes.get(column, "")
        self.cursor = now.index(role) if role in now else 0
        self.draw()

    def _send(self, column: str, role: str) -> None:
        """Send a column somewhere else: the mapping begins with what the format reads, where that is a pair."""
        from curator.operations.import_reading import Options

        before = self.options(self.sight) or Options()
        mapping = dict(before.mapping)
        base = before.format
        if not base and self.sight.ways and not self.sight.ways[0].mapping:
            base = self.sight.ways[0].format
        if not mapping and not (base and role in ("system", "reference") and not self._is_pair()):
            for other, where in self.goes.items():
                where = "context" if where == "input" and "input" in mapping else where
                if where in told.ROLES and where != "metadata":
                    mapping.setdefault(where, other)
        out = _APART.get(role, ())  # a pair of ends has no output besides, and no context
        mapping = {
            name: other for name, other in mapping.items() if other != column and name != role and name not in out
        }
        if role != "metadata":
            mapping[role] = column
        self.picked[self._key(self.sight)] = replace(before, format=base, mapping=mapping)

    def _is_pair(self) -> bool:
        return {"input", "output"} <= set(self.goes.values())

    def take(self) -> None:
        """Take what is offered under the cursor."""
        if self.cursor < len(self.offered):
            at = next((n for n, column in enumerate(self.sight.columns) if column.name == self.offering), 0)
            self.offered[self.cursor][1]()
            self.close_offer(at)
            self._chose()
            self.message = [Piece(EXACT.head(self.why, 300), "failed")] if self.why else ()
            self.draw()

    def close_offer(self, at: int = 0) -> None:
        """Show the columns again."""
        self.offering, self.offered, self.cursor = "", [], at
        self.draw()

    def preview(self) -> tuple[Pieces, Sequence[Block]]:
        """A row as it will be, or the question how it is read."""
        from curator.operations.preview_import import reads

        sight = self.sight
        if not sight.rows:
            return [Piece("PREVIEW", "title")], [Block("", "CANNOT BE READ", sight.problem, "failed")]
        if self.offering == "ways" and self.options(sight) is None:
            way = sight.ways[self.cursor] if self.cursor < len(sight.ways) else None
            return [Piece("QUESTION", "title")], told.ways_blocks(sight, way)
        made: Example | str | None = reads(sight, self.format, self.row) if self.format else self.why or None
        if self.format is None and not self.why and not sight.ways:
            made = sight.problem
        place = Piece(f"  row {self.row + 1:,} of the first {len(sight.rows):,}", "dim")
        return [Piece("PREVIEW", "title"), place], told.row_blocks(sight, self.row, made)

    def sights(self) -> "Sequence[Sight]":
        """Every source that was found."""
        return self.found.sights if self.found else ()

    def to_source(self, number: int) -> None:
        """Look at another source."""
        self.source, self.row = number, 0
        self.close_offer()
        self._chose()
        self._offer_ways()

    def all_said(self) -> bool:
        """Whether it is known of every source how it is read; goes to the first of which it is not."""
        for number, sight in enumerate(self.sights()):
            format_, why = self._read(sight)
            if format_ is None:
                self.to_source(number)
                self.say(EXACT.head(why, 300), "failed")
                return False
        return True
