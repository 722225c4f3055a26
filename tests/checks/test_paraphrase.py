"""What has to agree before two requests are the same in other words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.checks.answer_witness import same_by_answers
from curator.checks.paraphrase import paraphrase, possible_paraphrase
from curator.checks.rephrasing import own_parts, rephrased
from curator.model import Example, Message
from curator.variable import SharedText
from curator.vectors import minilm

TEXTS = st.text(max_size=40) | st.sampled_from(
    ["Book a train from Oslo to Bergen", "Where is my parcel?", "No, 3 of them."]
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Turn the heating up", "Turn the heating down"),
        ("How do I log in?", "How do I log out?"),
        ("How do I install the driver?", "How do I uninstall the driver?"),
        ("Fly from Oslo to Rome", "A flight to Oslo from Rome"),
        ("A master in maths after a bachelor in law", "A master in law after a bachelor in maths"),
        ("Is parking free on monday", "Is the parking free on a sunday"),
        ("Give me 3 names", "Give me 4 names"),
        ("Is it open?", "Is it not open?"),
        ("Who signs it?", "When is it signed?"),
        ("Read user_name from the table", "Read user_id from the table"),
        ("The old dogs chase young cats", "The young cats chase old dogs"),
    ],
)
def test_requests_that_differ_in_what_counts_are_not_one(left: str, right: str) -> None:
    found = rephrased(left, right)
    assert found is None or (found.left_over and found.right_over)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Fly from Oslo to Rome", "I want to fly to Rome from Oslo"),
        ("Give me two names", "Please give me 2 names"),
        ("The app crashes when I open it twice", "When I open it twice, the app crashes"),
        ("Cancel my booking", "I want to cancel the reservation"),
        ("Wie kann ich das Passwort ändern?", "Bitte das Passwort ändern"),
    ],
)
def test_other_words_for_the_same_leave_nothing_over(left: str, right: str) -> None:
    found = rephrased(left, right)
    assert found is not None
    assert found.left_over == found.right_over == ()


@settings(max_examples=100)
@given(TEXTS, TEXTS)
def test_both_sides_count_alike(left: str, right: str) -> None:
    one, two = rephrased(left, right), rephrased(right, left)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert one.shared == two.shared
        assert set(one.left_over) == set(two.right_over)


def test_what_both_texts_say_is_left_out() -> None:
    passage = "The museum opens at ten. It is closed on Mondays."
    assert own_parts(f"{passage}\nWhen does it open?", f"{passage}\nAt what time does it open?") == (
        "When does it open?",
        "At what time does it open?",
    )


def pair(output: str, *, rows: int) -> tuple[Example, Example, SharedText]:
    """Two wordings of one request with one answer, which so many rows of the set give."""
    inputs = ("How do I rename a folder?", "What is the way to rename a folder?")
    left, right = (Example(messages=(Message("user", text), Message("assistant", output)), id=text) for text in inputs)
    usual = SharedText()
    for _ in range(rows // 2):
        usual.add(left)
        usual.add(right)
    return left, right, usual


def test_an_answer_of_the_house_makes_less_of_it() -> None:
    answer = "Press F2 and type the new name of it."
    assert paraphrase.function(*pair(answer, rows=2)) is not None
    assert paraphrase.function(*pair(answer, rows=8)) is None
    assert possible_paraphrase.function(*pair(answer, rows=8)) is not None


def test_wordings_under_a_label_that_many_rows_have_are_wanted() -> None:
    assert paraphrase.function(*pair("files", rows=8)) is None
    assert possible_paraphrase.function(*pair("files", rows=8)) is None


def test_a_question_asked_back_is_no_answer_of_its_own() -> None:
    assert paraphrase.function(*pair("Which folder do you want to rename now?", rows=2)) is None


def test_the_message_quotes_both() -> None:
    edge = paraphrase.function(*pair("Press F2 and type the new name of it.", rows=2))
    assert edge.kind == "similar"
    assert '"How do I rename a folder?" and "What is the way to rename a folder?"' in edge.message


@pytest.mark.skipif(not minilm.available(), reason="the extra minilm is not installed")
def test_the_larger_model_only_ranks_what_may_be_the_same() -> None:
    left, right, usual = pair("Press F2 and type the new name of it.", rows=8)
    plain = possible_paraphrase.function(left, right, usual)
    ranked = possible_paraphrase.function(left, right, usual, minilm=True)
    assert plain is not None
    assert ranked is not None
    assert plain.score == 1.0
    assert 0 < ranked.score < 1


def test_a_request_without_a_telling_word_is_told_apart_by_the_other_one() -> None:
    said = "Brookvale seems nice. It's at 36163 Fremont Boulevard, with 1 bedroom. The rent would be $1,700 a month."
    other = "Another option is Brookvale, at 36163 Fremont Boulevard, with 1 bedroom. The rent is $1,700 a month."
    asked = "Can you find me something else then."
    more = "That's not quite what I had in mind. Can you find me something else?"
    assert not same_by_answers(asked, more, said, other, passage=False)
    assert not same_by_answers(more, asked, other, said, passage=False)
