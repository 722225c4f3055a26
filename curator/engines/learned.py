"""What was learned, as it passes between processes and onto disk: summaries as msgpack."""

from collections.abc import Iterable

import msgspec

from curator.engines.answers import Group, Learned, Packed
from curator.engines.plan import Plan
from curator.engines.problems import Problems

_encode = msgspec.msgpack.Encoder().encode


def pack_learned(plan: Plan, learned: Learned, problems: Problems) -> Packed:
    """What was learned, on its way. A summary that cannot be packed is a problem of its check, and left out."""
    packed: Packed = []
    for number, (whole, groups) in learned.items():
        learner = plan.learners[number]
        check = plan.asking(learner.learn)
        for key, group in ((b"", Group(whole)), *groups.items()):
            body = problems.ask(check, None, _encode, group.summary)
            if body is None and not key:
                break  # without the whole, its groups say nothing
            if body is not None:
                packed.append((number, key, group.count, body))
    return packed


def unpack_learned(plan: Plan, parts: Iterable[tuple[int, bytes, int, bytes]]) -> Learned:
    """What was learned, back as summaries."""
    kinds = [learner.learn for learner in plan.learners]
    learned: Learned = {}
    for number, key, count, body in parts:
        summary = msgspec.msgpack.decode(body, type=kinds[number])
        if not key:
            learned[number] = (summary, {})
        else:
            learned[number][1][key] = Group(summary, count)
    return learned
