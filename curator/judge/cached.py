"""Answers that were paid for are kept: before anything is asked, they are looked up.

Here is only the order in which whatever keeps them is asked, so that a kill at any moment loses no answer that had
arrived and no batch that had been sent.
"""

from collections.abc import Iterable

from curator.judge.base import Answer, BatchState, Question, Service, Trouble
from curator.judge.keeping import Kept, Sent


def divided(questions: Iterable[Question], known: dict[str, Answer]) -> list[Question]:
    """The questions still to be asked, each key once: rows that are copies of each other share their answer."""
    fresh = {one.key: one for one in questions if one.key not in known}
    return list(fresh.values())


def adopted(service: Service, kept: Kept, sent: Sent, others: set[str]) -> Sent | None:
    """Finds the batch that was being sent when the program ended: None when the service never made it.

    The service does not say what is in a batch until it has ended, so those made since with as many requests are
    waited for, and taken when their results bear these keys.
    """
    for state in sorted(service.recent(sent.at - 120.0), key=lambda one: one.created):
        if state.size == len(sent.keys) and state.id not in others:
            return Sent(sent.number, sent.at, sent.endpoint, sent.model, sent.keys, sent.bound, state.id)
    kept.done(sent.number)
    return None


def looked_at(service: Service, sent: Sent) -> BatchState | None:
    """How far a batch is; None when the service knows none like it (any more)."""
    try:
        return service.look(sent.batch or "")
    except Trouble as trouble:
        if trouble.unknown:
            return None
        raise
