"""What a slow line is spared: the same picture, in fewer bytes."""

import pyte
from hypothesis import given
from hypothesis import strategies as st

from curator.tui.frugal import thrifty

styles = st.builds(
    lambda attributes, front, back: ";".join([*attributes, *front, *back]),
    st.lists(st.sampled_from(["1", "4", "7"]), max_size=2, unique=True),
    st.sampled_from([[], ["31"], ["38;2;1;2;3"], ["38;5;200"]]),
    st.sampled_from([[], ["44"], ["48;2;9;8;7"]]),
)
texts = st.sampled_from(["a", "bc ", "  ", "é", "\r\n", "x\r\n"])
pieces = st.builds(lambda style, text: f"\x1b[{style}m{text}\x1b[0m" if style else text, styles, texts)
moves = st.builds(lambda y, x: f"\x1b[{y};{x}H", st.integers(1, 4), st.integers(1, 9))


def screen(data: str) -> list[list[object]]:
    found = pyte.Screen(10, 5)
    pyte.Stream(found).feed(data)
    cells = [[found.buffer[y][x] for x in range(10)] for y in range(5)]
    return [[_seen(cell) for cell in line] for line in cells]


def _seen(cell: pyte.screens.Char) -> object:
    if cell.data == " " and not cell.underscore and not cell.reverse:
        return " ", cell.bg
    return cell


@given(st.lists(pieces | moves, max_size=12).map("".join))
def test_the_picture_is_the_same_and_never_longer(data: str) -> None:
    assert screen(thrifty(data)) == screen(data)
    assert len(thrifty(data)) <= len(data)
    assert screen(thrifty(data) + "end") == screen(data + "end")


def test_a_style_that_stands_is_not_written_again() -> None:
    piece = "\x1b[1;38;2;1;2;3;48;2;9;8;7m{}\x1b[0m"
    assert thrifty(piece.format("a") + piece.format("b")) == "\x1b[1;38;2;1;2;3;48;2;9;8;7mab\x1b[0m"


def test_what_is_not_understood_is_left_alone() -> None:
    data = "\x1b[38;9;1mx\x1b[0m\x1b[58;2;1;1;1my\x1b[0m"
    assert thrifty(data) == data
