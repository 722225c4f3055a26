"""From screen to screen: the menu after a first stroke, and the places that `g` goes to."""

from collections.abc import Sequence
from functools import partial

from rich.console import RenderableType
from textual import on
from textual.app import App
from textual.message import Message

from curator.tui.actions import Action, sequences
from curator.tui.desk import WorkspaceDesk
from curator.tui.jobs import Job
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.next_key import NextKey
from curator.tui.screens.place import PlaceScreen
from curator.tui.screens.queue import QueueScreen
from curator.tui.widgets.wrap import Block

GO = "g"


class GoingApp(App[None], inherit_bindings=False):
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

    def action_prefix(self, stroke: str) -> None:
        screen = self.screen
        own = sequences(getattr(screen, "ACTIONS", ()))
        menu = [(key.split()[1], action) for action, key in own if key.split()[0] == stroke]
        if stroke == GO:
            menu += [(key.split()[1], way) for way in self.ways() for key in way.keys]
        self.push_screen(NextKey(stroke, menu), partial(self._after_prefix, menu))

    async def _after_prefix(self, menu: list[tuple[str, Action]], method: str | None) -> None:
        action = next((action for _, action in menu if action.method == method), None)
        if action is not None:
            namespace = self if action.name.startswith("go.") else self.screen
            await self.run_action(action.method, namespace)

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
            say(f"{job.name}: {job.words} · g h", "plain" if job.ending == "done" else "failed")

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
        name = self.desk.workspace.path.stem
        self._leaving = ConfirmScreen(name, f"leave, and stop the {job.name}", blocks, [], possible=True)
        self.push_screen(self._leaving, self._leave)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            super().exit()
