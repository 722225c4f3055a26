"""How panes share the lines that they have together: by what they have to show."""

from collections.abc import Sequence

LEAST = 2
"""Lines that every pane has, however little there is in it."""


def shares(needs: Sequence[int], room: int) -> list[int]:
    """The lines of each pane, of `room` in all, when they need so many.

    Who needs no more than an even share gets what it needs; the others share the rest evenly. Lines that nobody needs
    go to the last one. All of `room` is given out.

    >>> shares([2, 30], 12), shares([30, 30], 12), shares([3, 4], 12)
    ([2, 10], [6, 6], [3, 9])
    """
    given = [0] * len(needs)
    asking = sorted(range(len(needs)), key=lambda one: (needs[one], one))
    for turn, one in enumerate(asking):
        even = room // (len(asking) - turn)
        given[one] = min(max(needs[one], LEAST), even)
        room -= given[one]
    given[-1] += room
    return given


def helps(needs: Sequence[int], lines: Sequence[int]) -> bool:
    """Whether another division shows more: one pane cannot show all of its text while another has lines to spare."""
    cut = any(need > has for need, has in zip(needs, lines, strict=True))
    return cut and any(max(need, LEAST) < has for need, has in zip(needs, lines, strict=True))
