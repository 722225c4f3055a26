"""From screen to screen: the menu after a first stroke, and the places that `g` goes to."""

from collections.abc import Sequence
from functools import partial

from rich.console import RenderableType
from textual import events, on
from textual.message import Message

from curator.tui.actions import APP_ACTIONS, Action, begun, gone_to, key_for, sequences
from curator.tui.desk import WorkspaceDesk
from curator.tui.in_order import InOrderApp
from curator.tui.jobs import Job
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.next_key import NextKey
from curator.tui.screens.place import PlaceScreen
from curator.tui.screens.queue import QueueScreen
from curator.tui.widgets.wrap import Block

GO = "g"


class GoingApp(InOrderApp, inherit_bindings=False):
    """The part of the application that knows how its screens lie over each other: places lie over the queue.

    It also knows that a job may go on behind all of them.
    """

    desk: WorkspaceDesk
    _leaving: ConfirmScreen | None = None
    """The question that is asked before leaving, when it is."""

    class Go(Message):
        """A screen asks to go to a place."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    class JobEnded(Message):
        """A job has ended, on whichever screen one is."""

        def __init__(self, job: Job) -> None:
            super().__init__()
            self.job = job

    def ways(self) -> Sequence[Action]:
        """Where one can go from the screen that is shown; nowhere from one that waits for an answer."""
        from curator.tui.places import ways  # loads every screen, which nobody needs before one is wanted

        if not isinstance(self.screen, QueueScreen | PlaceScreen):
            return ()
        return [way for way in ways() if way.name != f"go.{self.screen.NAME}"]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a first stroke leads anywhere from here: where keys.toml has moved all it led to, it does not."""
        if action == "prefix":
            stroke = str(parameters[0])
            going = stroke == GO and isinstance(self.screen, QueueScreen | PlaceScreen)  # loads no other screen
            return going or bool(self._menu(stroke))
        return super().check_action(action, parameters)

    def _menu(self, stroke: str) -> list[tuple[str, Action]]:
        """What may follow a first stroke on the screen that is shown."""
        actions = (*getattr(self.screen, "ACTIONS", ()), *APP_ACTIONS)
        if stroke == GO or any(name.startswith("go.") for name in begun().get(stroke, ())):
            actions = (*actions, *self.ways())
        return [(key.split()[1], action) for action, key in sequences(actions) if key.split()[0] == stroke]

    def action_prefix(self, stroke: str) -> None:
        menu = self._menu(stroke)
        self.push_screen(NextKey(stroke, menu), partial(self._after_prefix, menu))

    async def _after_prefix(self, menu: list[tuple[str, Action]], method: str | None) -> None:
        action = next((action for _, action in menu if action.method == method), None)
        if action is not None:
            namespace = self if action.name.startswith(("go.", "app.")) else self.screen
            await self.run_action(action.method, namespace)

    def on_key(self, event: events.Key) -> None:
        """Strokes that only keys.toml knows: no screen binds them, and any may have another key there."""
        if isinstance(self.screen, NextKey):
            return
        if event.key in begun() and self._menu(event.key):
            self.action_prefix(event.key)
        elif (way := self._way_of(event.key)) is not None:
            self.action_go(way.name.removeprefix("go."))
        else:
            return
        event.prevent_default()

    def _way_of(self, key: str) -> Action | None:
        """The place that keys.toml gives this one key."""
        if not gone_to(key):
            return None
        return next((way for way in self.ways() if key in way.strokes), None)

    def action_go(self, name: str) -> None:
        queue = next((screen for screen in self.screen_stack if isinstance(screen, QueueScreen)), None)
        if isinstance(self.screen, PlaceScreen):
            self.screen.dismiss(None)
            if queue is not None and name != "queue":
                queue.call_after_refresh(queue.go, name)
        elif queue is not None and name != "queue":
            queue.go(name)  # at once: the next key is for that screen

    @on(Go)
    def _going(self, event: Go) -> None:
        self.action_go(event.place)

    # -- jobs ----------------------------------------------------------------------------------------------------

    @on(JobEnded)
    def _job_ended(self, event: JobEnded) -> None:
        job, screen = event.job, self.screen
        if (shown := getattr(screen, "job_ended", None)) is not None:
            shown(job)
        elif (say := getattr(screen, "say", None)) is not None:
            say(f"{job.name}: {job.words} · {key_for('go.home', 'g h')}", "plain" if job.ending == "done" else "failed")

    def on_unmount(self) -> None:
        self.desk.jobs.close()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave, from wherever it was asked for. While a job goes on, only once that was answered for."""
        job = self.desk.jobs.running
        if job is None or return_code or self.screen is self._leaving:  # asked a second time: as if answered
            super().exit(result, return_code, message)
            return
        stops = f"y stops the {job.name} and leaves. What it has done is kept: the next one takes it up."
        blocks = [Block("", "A JOB IS UNDER WAY", f"{stops}\nesc stays here, and it goes on.")]
        self._leaving = ConfirmScreen(f"leave, and stop the {job.name}", blocks, [], possible=True)
        self.push_screen(self._leaving, self._leave)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            super().exit()
