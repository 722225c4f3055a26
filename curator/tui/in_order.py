"""Keys are answered one after the other, however fast they come.

A widget that text is typed into takes a letter at once, while a key that is bound goes all the way up to the
application first: of keys that come in one burst, as they do over a slow line, letters would overtake it, and a letter
behind the key that saves would still be typed into what is saved.
"""

from collections import deque
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

#: Seconds that a key waits for the one before it to have its answer, where that never says so.
PATIENCE = 0.5


class InOrderApp(App[None], inherit_bindings=False):
    """The part of the application that hands out a key when all that the last one did is done."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: deque[events.Key] = deque()
        self._answering: events.Key | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._answering is None:
            await self._answer(event)
        else:
            self._waiting.append(event)
            if len(self._waiting) == 1:
                self._watch(self._answering)

    async def _answer(self, event: events.Key) -> None:
        self._answering = event
        if self._waiting:
            self._watch(event)
        focus = self.focused or self.screen
        await super().on_event(event)
        self._follow(event, focus)

    def _watch(self, event: events.Key) -> None:
        self.set_timer(PATIENCE, partial(self._done, event))

    def _follow(self, event: events.Key, pump: MessagePump | None) -> None:
        """Go up behind a key, through each queue that it may go through; one that is closed is passed by."""
        while pump is not None and pump is not self:
            if pump.call_later(self._follow, event, pump._parent):
                return
            pump = pump._parent
        self.call_later(self._settled, event)

    async def _settled(self, event: events.Key) -> None:
        """A key has been all the way up; a screen that it opened has to be there before the next one."""
        if self.screen.is_mounted or not self.screen.call_later(self._done, event):
            await self._done(event)

    async def _done(self, event: events.Key) -> None:
        if self._answering is event:
            self._answering = None
            if self._waiting:
                await self._answer(self._waiting.popleft())
