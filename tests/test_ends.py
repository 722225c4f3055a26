"""Turning a preference round: twice is as before, and an edit of a judged answer keeps its mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.ends import in_words, is_pair, turned, why_not, with_its_end
from curator.errors import WorkspaceError
from curator.model import Alternative, Example, Message, Provenance
from curator.workspace.fields import text_at, with_text

TEXT = st.text(max_size=20)


def pair(chosen: str, rejected: str) -> Example:
    end = Alternative((Message("assistant", rejected),), preferred=False)
    return Example(messages=(Message("user", "?"), Message("assistant", chosen)), alternatives=(end,))


def judged(answer: str, *, liked: bool) -> Example:
    own = Message("assistant", answer)
    return Example(
        messages=(Message("user", "?"), own),
        alternatives=(Alternative((own,), preferred=liked),),
        provenance=Provenance("answers.jsonl", 1, "kto"),
    )


def both(one: str, two: str) -> Example:
    ends = tuple(
        Alternative((Message("assistant", text), Message("user", "and?"), Message("assistant", text)), preferred=liked)
        for text, liked in ((one, True), (two, False))
    )
    return Example(messages=(Message("user", "?"),), alternatives=ends)


def apply(example: Example) -> Example:
    for field, text in turned(example).items():
        assert text_at(example, field) != text or example.output_text == text
        example = with_text(example, field, text)
    return example


@given(
    st.one_of(st.builds(pair, TEXT, TEXT), st.builds(judged, TEXT, liked=st.booleans()), st.builds(both, TEXT, TEXT))
)
def test_turned_twice_it_is_as_before(example: Example) -> None:
    assert why_not(example) == ""
    once = apply(example)
    assert apply(once) == example
    if is_pair(example):
        assert (once.output_text, once.alternatives[0].messages[0].text) == (
            example.alternatives[0].messages[0].text, example.output_text
        )  # fmt: skip
    else:
        assert [one.preferred for one in once.alternatives] == [not one.preferred for one in example.alternatives]


def test_an_edit_of_a_judged_answer_is_still_judged() -> None:
    edited = judged("5", liked=True)
    for field, text in with_its_end(edited, {"messages[1].content": "4"}).items():
        edited = with_text(edited, field, text)
    assert edited == judged("4", liked=True)
    assert in_words(edited) == "liked"
    assert with_its_end(pair("a", "b"), {"messages[1].content": "c"}) == {"messages[1].content": "c"}


def test_what_cannot_be_turned_says_why() -> None:
    assert why_not(Example(messages=(Message("user", "?"), Message("assistant", "4")))) == "it has one end only"
    three = Example(
        messages=pair("a", "b").messages, alternatives=(*pair("a", "b").alternatives, *pair("a", "c").alternatives)
    )
    assert "one chosen and one rejected" in why_not(three)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("alternatives[3].preferred", "only 1 other ends"),
        ("alternatives[0].messages[4].content", "only 1 messages"),
        ("alternatives[0].messages", "is no field that can be changed"),
        ("alternatives[0].preferred", "is no preference"),
    ],
)
def test_what_is_no_field_is_refused(field: str, said: str) -> None:
    with pytest.raises(WorkspaceError, match=said.replace("[", r"\[")):
        with_text(pair("a", "b"), field, "maybe")
