"""Many words as one pattern: what it finds is what the plain alternation finds, the longest first."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.alternation import one_of

WORDS = st.lists(st.text("ab.-ß ", min_size=1, max_size=4), min_size=1, max_size=12)


@given(WORDS, st.text("ab.-ß ", max_size=40))
def test_the_tree_finds_what_the_alternation_finds(words: list[str], text: str) -> None:
    plain = "|".join(sorted(map(re.escape, set(words)), key=len, reverse=True))
    assert [m.span() for m in re.finditer(one_of(words), text)] == [m.span() for m in re.finditer(plain, text)]


@pytest.mark.parametrize("words", [[], ["one", ""]])
def test_without_words_there_is_no_pattern(words: list[str]) -> None:
    with pytest.raises(ValueError, match="needs words"):
        one_of(words)
