"""`curator keys --test`: asks for each key and tells what the terminal sends for it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.events import Event

from curator.settings import Review
from curator.tui.actions import key_name
from curator.tui.key_table import Listed, askable
from curator.tui.looks import LooksApp
from curator.tui.widgets.bar import Bar, Panel, Rule
from curator.tui.widgets.ink import Piece, Pieces

SKIP, LEAVE = "space", "ctrl+c"


class Trial:
    """Which keys were asked for and what came. A key that does not come is passed over with the space bar."""

    def __init__(self, asked: Sequence[str]) -> None:
        self.asked = list(asked)
        self.came: dict[str, bool] = {}
        self.instead: dict[str, str] = {}
        self.left = False

    @property
    def now(self) -> str | None:
        """The key that is asked for; None when there are no more."""
        return None if self.left or len(self.came) == len(self.asked) else self.asked[len(self.came)]

    def press(self, key: str) -> None:
        """A key came."""
        now = self.now
        if now is None:
            return
        if key == now:
            self.came[now] = True
            self.instead.pop(now, None)
        elif key == SKIP:
            self.came[now] = False
        elif key == LEAVE:
            self.left = True
        else:
            self.instead[now] = key

    def told(self, key: str) -> str:
        """What became of a key, in words; empty before it was asked for."""
        if key not in self.came:
            return ""
        instead = f", {key_name(self.instead[key])} came" if key in self.instead else ""
        return "came" if self.came[key] else f"did not come{instead}"

    @property
    def missing(self) -> list[str]:
        """The keys that did not come."""
        return [key for key, came in self.came.items() if not came]


class KeyTrialApp(LooksApp, inherit_bindings=False):
    """Asks for the keys of the tables one by one, and shows whatever is pressed."""

    CSS_PATH = "curator.tcss"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_CSS = "#keys-asked { height: 1fr; }"
    BINDINGS: ClassVar = []

    def __init__(self, table: Sequence[Listed], review: Review) -> None:
        super().__init__()
        self.dress(review)
        self.trial = Trial(list(askable(table)))
        self._does: Mapping[str, tuple[str, ...]] = askable(table)
        self._meaning: dict[str, list[str]] = {}
        for action, names in table:
            for key in action.strokes:
                self._meaning.setdefault(key, []).append(f"{action.name} ({names[0]})")

    def compose(self) -> ComposeResult:
        yield Bar(id="title")
        yield Rule(id="rule-top")
        yield Panel(id="keys-asked")
        yield Rule(id="rule-bottom")
        yield Bar(id="last")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        for name in ("top", "bottom"):
            self.screen.query_one(f"#rule-{name}", Rule).frame(("", ""))
        self.query_one("#keys", Bar).show(
            [
                Piece(" spc ", "key"), Piece("it does not come", "dim"),
                Piece("   ctrl+c ", "key"), Piece("leave", "dim"),
            ]
        )  # fmt: skip
        self._draw()

    async def on_event(self, event: Event) -> None:
        """Keys are looked at before any binding of Textual's own takes one."""
        if isinstance(event, events.Key):
            self.trial.press(event.key)
            means = ", ".join(self._meaning.get(event.key, [])[:3])
            self.query_one("#last", Bar).show([Piece(f" {key_name(event.key)} came", "bold"), Piece(f"  {means}")])
            self._draw()
        else:
            await super().on_event(event)

    def _draw(self) -> None:
        trial = self.trial
        now = trial.now
        if now is None:
            self.exit()
            return
        count = f"{len(trial.came) + 1} of {len(trial.asked)} "
        self.query_one("#title", Bar).show(
            [Piece(" press ", "dim"), Piece(key_name(now), "title"), Piece(f"   {self._does[now][0]}")],
            [Piece(count, "dim")],
        )
        lines = [self._line(key, here=key == now) for key in trial.asked]
        self.query_one("#keys-asked", Panel).show(lines, (max(0, len(trial.came) - 3), len(trial.came) + 4))

    def _line(self, key: str, *, here: bool) -> Pieces:
        told = self.trial.told(key)
        instead = self.trial.instead.get(key, "") if here else ""
        shown = f"{key_name(instead)} came: press it again, or the space bar" if instead else told
        return [
            Piece("▸ " if here else "  ", "pointer"),
            Piece(f"{key_name(key):<14}", "bold" if here else "plain"),
            Piece(f"{shown:<24}", "failed" if told.startswith("did") or instead else "saved"),
            Piece(f" {self._does[key][0]}", "dim"),
        ]


def run(table: Sequence[Listed], review: Review) -> Trial:
    """Ask for the keys in the terminal; what came."""
    app = KeyTrialApp(table, review)
    app.run()
    return app.trial
