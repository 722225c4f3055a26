"""What taking hidden characters out does: nothing that can be seen, and nothing the second time."""

from hypothesis import given
from hypothesis import strategies as st

from curator.checks.hidden_characters import hidden_characters
from curator.model import Example, Finding, Message

HIDDEN = "\u200b\u2060\ufeff\u00ad\u200e\x07\u2062"


def found(text: str) -> list[Finding]:
    example = Example(messages=(Message("user", "Where is it?"), Message("assistant", text)), id="b2-1-1")
    return list(hidden_characters.function(example))


def fixed(text: str) -> str:
    [finding] = found(text)
    assert finding.fix is not None
    return finding.fix.changes["messages[1].content"]


def test_the_fix_takes_out_what_is_not_seen() -> None:
    assert fixed("Your re\u200bfund is\ufeff here.") == "Your refund is here."


def test_a_line_separator_becomes_a_line_end() -> None:
    assert fixed("One.\u2028Two.") == "One.\nTwo."


def test_a_terminals_colours_go_with_their_escape() -> None:
    assert fixed("\x1b[1;31mError\x1b[0m: no disk") == "Error: no disk"


def test_taking_out_what_turns_the_order_is_not_safe() -> None:
    [finding] = found("Pay \u202e001\u202c euros.")
    assert finding.fix is not None
    assert not finding.fix.safe


def test_a_control_character_inside_a_word_may_be_a_lost_letter() -> None:
    [inside] = found("It isn\x19t here.")
    [between] = found("It is \x07here.")
    assert inside.fix is not None
    assert between.fix is not None
    assert (inside.fix.safe, between.fix.safe) == (False, True)


def test_nothing_is_left_to_propose_for_a_text_of_nothing_else() -> None:
    [finding] = found("\u200b\u200b")
    assert finding.fix is None


@given(st.lists(st.sampled_from(["Your ", "refund", " is", " on", " its way.", "\n", *HIDDEN]), min_size=1))
def test_only_hidden_characters_go(parts: list[str]) -> None:
    text = "A" + "".join(parts) + "."
    seen = "".join(character for character in text if character not in HIDDEN)
    if seen == text:
        assert found(text) == []
    else:
        assert fixed(text) == seen
        assert found(fixed(text)) == []
