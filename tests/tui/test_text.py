"""Wrapping, marking, hiding and comparing of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.text import visible
from curator.tui.diff import changes
from curator.tui.widgets.hazard import HAZARDS, decode, encode, why_not_inline
from curator.tui.widgets.wrap import SLICE, Block, Mark, Sheet, shown_form, wrapped


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in wrapped(text, width)]


def test_wrapping_at_blanks_and_in_the_middle_of_long_words() -> None:
    assert lines("the page does not load", 10) == ["the page", "does not", "load"]
    assert lines("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert lines("a\n\nb", 10) == ["a", "", "b"]
    assert lines("", 10) == [""]


def test_wide_characters_take_two_cells() -> None:
    assert lines("请查收附件", 4) == ["请查", "收附", "件"]


@given(st.text(max_size=200), st.integers(1, 20))
def test_wrapping_loses_nothing_but_blanks_and_newlines_at_breaks(text: str, width: int) -> None:
    joined = "".join(lines(text, width))
    assert joined.replace(" ", "") == text.replace("\n", "").replace(" ", "")


@given(st.text(max_size=100), st.integers(0, 100))
def test_what_is_shown_maps_prefix_by_prefix(text: str, cut: int) -> None:
    assert shown_form(text) == shown_form(text[:cut]) + shown_form(text[cut:])


@given(st.text(max_size=100), st.integers(0, 100), st.integers(0, 100), st.integers(5, 40))
def test_a_mark_covers_the_shown_form_of_its_characters(text: str, first: int, second: int, width: int) -> None:
    start, end = sorted((first, second))
    mark = Mark("f", start, end)
    sheet = Sheet((Block("f", "", text),), width)
    sheet.reach(10_000)
    marked = ""
    for row in sheet.rows:
        for a, b, _ in sheet.marks_in(row, (mark,)):
            marked += sheet.slices[row.slice].shown[a:b]
    assert marked.replace(" ", "") == shown_form(text[start:end]).replace("\n", "").replace(" ", "")


def test_a_megabyte_is_laid_out_only_as_far_as_somebody_looks() -> None:
    text = "word " * 200_000
    sheet = Sheet((Block("f", "", text),), 60)
    sheet.reach(40)
    assert sum(piece.end - piece.start for piece in sheet.slices) == SLICE
    line = sheet.row_of("f", 500_000)
    assert line is not None
    row = sheet.rows[line]
    piece = sheet.slices[row.slice]
    assert row.start <= sheet.place(piece, 500_000) <= row.end + 1


def test_a_slice_ends_at_a_line_so_that_none_is_broken() -> None:
    text = "\n".join(f"line {number}" for number in range(5_000))
    sheet = Sheet((Block("f", "", text),), 60)
    sheet.reach(10_000)
    shown = [sheet.slices[row.slice].shown[row.start : row.end] for row in sheet.rows]
    assert shown == text.split("\n")


def test_a_field_that_is_not_shown_has_no_line() -> None:
    assert Sheet((Block("f", "", "x"),), 10).row_of("g", 0) is None


@given(st.text())
def test_hiding_hazards_is_undone_exactly(text: str) -> None:
    if why_not_inline(text):
        return
    assert decode(encode(text)) == text
    assert decode(encode(text, line=True), line=True) == text
    assert not set(map(ord, encode(text))) & set(HAZARDS)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]).filter(lambda c: c != "\n")))
def test_a_hidden_text_is_one_line_for_splitlines(text: str) -> None:
    assert len(encode(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("The app crashes.", "An app crashes.", "[-The-]{+An+} app crashes."),
        ("wait", "wait here", "wait{+ here+}"),
        ("one two three", "one three", "one [-two -]three"),
        ("same", "same", ""),
        ("hello world", "something else entirely", "[-hello world-]{+something else entirely+}"),
    ],
)
def test_changes_are_told_by_words(before: str, after: str, told: str) -> None:
    assert changes(before, after).text == told


@given(st.text(max_size=60), st.text(max_size=60))
def test_marks_of_changes_lie_on_what_they_mark(before: str, after: str) -> None:
    told = changes(before, after)
    for mark in told.marks:
        part = told.text[mark.start : mark.end]
        assert part.startswith("[-" if mark.ink == "removed" else "{+")


def test_long_texts_are_compared_by_lines() -> None:
    before = "".join(f"line {n}\n" for n in range(10_000))
    told = changes(before, before.replace("line 77\n", "LINE 77\n"))
    assert "[-line 77\n-]{+LINE 77\n+}" in told.text
    assert len(visible(told.text)) < 200
