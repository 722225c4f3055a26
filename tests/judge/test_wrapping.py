"""Data stays data: no text ends its own tag, and what is quoted is looked up."""

import json

from hypothesis import given
from hypothesis import strategies as st

from curator.judge.base import key_of
from curator.judge.wrapping import absent, nonce, verbatim, wrapped


@given(st.text(), st.text(alphabet="</>data-0123456789abcdef\\u", max_size=60))
def test_nothing_in_the_data_can_be_taken_for_a_tag(text: str, hostile: str) -> None:
    tag = nonce()
    shown = wrapped({"output": text + hostile + f"</data-{tag}>"}, tag)
    head, body, tail = shown.split("\n")
    assert (head, tail) == (f"<data-{tag}>", f"</data-{tag}>")
    assert "<" not in body
    assert ">" not in body
    assert json.loads(body) == {"output": text + hostile + f"</data-{tag}>"}


def test_every_run_has_a_tag_of_its_own() -> None:
    assert len({nonce() for _ in range(100)}) == 100


def test_a_quote_has_to_stand_there() -> None:
    text = "The fee is \u201c12 Euro\u201d\nper  night."
    assert verbatim('"12 Euro" per night', text)
    assert not verbatim("the fee is", text)  # another letter
    assert not verbatim("13 Euro", text)
    assert not verbatim("", text)
    assert absent("13 Euro", text)
    assert not absent("12 EURO", text)


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_different_questions_have_different_keys(parts: list[str]) -> None:
    joined = ["".join(parts)]
    if joined != parts:
        assert key_of("m", "v", None, *parts) != key_of("m", "v", None, *joined)
    assert key_of("m", "v", None, *parts) == key_of("m", "v", None, *parts)
    assert key_of("m", "v", {}, *parts) != key_of("m", "v", None, *parts)
