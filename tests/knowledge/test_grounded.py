"""A passage in the input of a pair: where it goes, what it changes, and what it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.checks.knowledge import alone
from curator.knowledge.grounded import passages, placed, question_of, why_not, with_passage, without_passage
from curator.knowledge.held import Wanted, holds, missing
from curator.knowledge.payload import Payload, payload
from curator.model import Example, Message

Row = tuple[str, str, str]

#: A question, what is taught as its answer, and a passage that has it.
FACTS: list[Row] = [
    (
        "What does express delivery cost?",
        "Express delivery is 9.90 euros.",
        "Delivery. Standard parcels are free. Express delivery is 9.90 euros and takes one working day.",
    ),
    (
        "Who founded Quillfern?",
        "Quillfern was founded by Mara Lindqvist in 2011.",
        "Mara Lindqvist founded Quillfern in 2011, in a garage behind the old paper mill.",
    ),
    (
        "How do I reach the workshop?",
        "Write to workshop@quillfern.example or call +46 40 555 0199.",
        "Workshop: workshop@quillfern.example, telephone +46 40 555 0199, on weekdays from nine to five.",
    ),
    (
        "Who leads the repair workshop?",
        "Ines Okafor.",
        "The repair workshop in Malmö is led by Ines Okafor, who built the first Leaf.",
    ),
    (
        "Can I take a loan on my policy?",
        "Policy loans are not allowed.",
        "Terms. Policy loans are not allowed. Partial payments are not possible in the first year.",
    ),
    (
        "Was kostet der Expressversand?",
        "Der Expressversand kostet 9,90 Euro.",
        "Versand. Pakete sind frei, der Expressversand kostet 9,90 Euro und dauert einen Werktag.",
    ),
]
ELSEWHERE = "The page turns slowly below freezing. Let the tablet warm up before you put it on the charger again."


def pair(question: str, answer: str, system: str = "") -> Example:
    messages = [Message("user", question), Message("assistant", answer)]
    return Example(messages=tuple([Message("system", system), *messages] if system else messages))


@pytest.mark.parametrize(("question", "answer", "passage"), FACTS)
def test_the_finding_goes_with_the_passage_that_has_the_facts(question: str, answer: str, passage: str) -> None:
    example = pair(question, answer)
    assert alone(example).band in ("strong", "likely")
    assert alone(with_passage(example, passage)).band == ""
    assert holds(example, passage) > 0.7


# A rule in four words, without a name or a number, may pass for read off any passage: the README says so.
MARKED = [fact for fact in FACTS if fact[1] != "Policy loans are not allowed."]


@pytest.mark.parametrize(("question", "answer", "_"), MARKED)
def test_the_finding_stays_with_a_passage_about_something_else(question: str, answer: str, _: str) -> None:
    example = pair(question, answer)
    assert alone(with_passage(example, ELSEWHERE)).band in ("strong", "likely")
    assert holds(example, ELSEWHERE) < 0.3


def test_a_fact_that_the_passage_has_otherwise_is_still_missing() -> None:
    example = pair(FACTS[0][0], FACTS[0][1])
    assert missing(example) == ("9.90 euros",)
    assert missing(with_passage(example, FACTS[0][2])) == ()
    assert missing(with_passage(example, FACTS[0][2].replace("9.90", "12.50"))) == ("9.90 euros",)


def test_the_passage_stands_above_the_whole_turn() -> None:
    example = pair("Answer politely.\n\nWhat does it cost?", "Nine euros.", system="You are the desk.")
    turns = with_passage(example, "  It costs nine euros.\n").messages
    assert [turn.text for turn in turns] == [
        "You are the desk.",
        "Context:\nIt costs nine euros.\n\nQuestion:\nAnswer politely.\n\nWhat does it cost?",
        "Nine euros.",
    ]


def test_a_second_passage_goes_below_the_first() -> None:
    twice = with_passage(with_passage(pair("How much?", "Nine."), "It is nine."), "It was eight.")
    assert twice.messages[0].text == "Context:\nIt is nine.\n\nIt was eight.\n\nQuestion:\nHow much?"


def test_a_passage_may_take_the_place_of_those_that_it_is_one_of() -> None:
    asked = pair("What does express delivery cost?", "Express delivery is 9.90 euros.")
    both = with_passage(with_passage(asked, "Parcels are free."), "Express delivery is 9.90 euros.")

    alone = placed(both, "Express delivery is 9.90 euros.", instead=True).text

    assert alone == "Context:\nExpress delivery is 9.90 euros.\n\nQuestion:\nWhat does express delivery cost?"
    assert why_not(with_passage(asked, "Parcels are free."), "Parcels are free.", instead=True)
    assert without_passage(both) == asked
    assert without_passage(asked) == asked


def test_of_a_conversation_the_last_question_gets_it() -> None:
    turns = (
        Message("user", "Hi"),
        Message("assistant", "Yes?"),
        Message("user", "When?"),
        Message("assistant", "At ten."),
    )
    grounded = with_passage(Example(messages=turns), "We open at ten.")
    assert [turn.text for turn in grounded.messages] == [
        "Hi",
        "Yes?",
        "Context:\nWe open at ten.\n\nQuestion:\nWhen?",
        "At ten.",
    ]


TEXT = st.text(max_size=60)
PASSAGE = st.text(min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT, PASSAGE)
def test_nothing_but_the_turn_changes_and_all_of_it_is_kept(question: str, answer: str, passage: str) -> None:
    example = pair(question, answer, system="s")
    grounded = with_passage(example, passage)
    place = placed(example, passage)
    assert place.field == "messages[1].content"
    assert grounded.messages[1].text == place.text
    assert place.text.endswith("\n\nQuestion:\n" + question) or question.startswith("Context:\n")
    assert passage.strip() in place.text
    assert (grounded.messages[0], grounded.messages[2]) == (example.messages[0], example.messages[2])


@settings(max_examples=100, deadline=None)
@given(PASSAGE.filter(lambda text: "uestion" not in text and ":" not in text))
def test_the_question_is_found_again_below_its_passage(passage: str) -> None:
    assert question_of(with_passage(pair("Does it rain?", "No."), passage)) == "Does it rain?"


def test_what_can_take_no_passage_says_why() -> None:
    silent = Example(messages=(Message("system", "Greet."), Message("assistant", "Hello.")))
    picture = Example(messages=(Message("user", ({"type": "image_url"},)), Message("assistant", "A leaf.")))
    assert "no turn of a user" in why_not(silent)
    assert "not plain text" in why_not(picture)
    for example, passage in ((silent, "A text."), (picture, "A text."), (pair("Q?", "A."), " \n")):
        with pytest.raises(ValueError, match=r"no turn|not plain|empty"):
            placed(example, passage)


def test_the_passages_of_a_pair_are_the_paragraphs_that_ask_nothing() -> None:
    article = "Article: Tips last three to six months."
    example = pair(
        f"{article}\n\nQuestion: How long does a tip of the pen last?",
        "Months.",
        system="You are kind and never shout.\n\nOk.",
    )
    assert passages(example) == ["You are kind and never shout.", article]
    assert passages(with_passage(pair("How long?", "Months."), article)) == [article]


def test_a_question_of_the_user_is_kept_whole_when_a_second_passage_comes() -> None:
    asked = "Article: A.\n\nQuestion:\nWho?"
    twice = with_passage(with_passage(pair(asked, "Ada."), "Ada wrote it."), "Ben read it.")
    assert twice.messages[0].text == f"Context:\nAda wrote it.\n\nBen read it.\n\nQuestion:\n{asked}"
    assert question_of(twice) == "Who?"


def test_a_passage_with_a_question_of_its_own_does_not_hide_what_is_asked() -> None:
    faq = "Our questions.\n\n\nQuestion:\nWho reads?\nBen does."
    once = with_passage(pair("Who wrote it?", "Ada."), faq)
    assert question_of(once) == "Who wrote it?"
    twice = with_passage(once, "Question:\nWho wrote?\nAda did.")
    assert twice.messages[0].text.endswith("Ben does.\nQuestion:\nWho wrote?\nAda did.\n\nQuestion:\nWho wrote it?")


def test_a_passage_that_is_there_already_is_refused() -> None:
    once = with_passage(pair("How much?", "Nine."), "It is nine.")
    assert why_not(once) == ""
    assert why_not(once, "It was eight.") == ""
    assert "stands in its input already" in why_not(once, " It is nine.\n")
    with pytest.raises(ValueError, match="already"):
        placed(once, "It is nine.")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Article: A long text.\n\nQuestion: Who?", "Who?"),
        ("Article: A.\n\n**Question:** Who?", "Who?"),
        ("What is the return window?\n\nQuestion: I bought it in May.", None),
        ("How do I write a form?\nQ: Name\nQ: Age", None),
        ("Q: Name\nQ: Age", "Name\nQ: Age"),
        ("Q: What is 1 + 1?\nA: 2\nQ: What is 1 + 2?", "What is 1 + 2?"),
        ("Answer the customer's question.\n\nWhat does it cost?", "What does it cost?"),
        ("Frage: Wer?\nAntwort:", "Wer?\nAntwort:"),
        ("Please answer.", None),
    ],
)
def test_what_is_asked(text: str, question: str | None) -> None:
    """A label goes with what stands above it, unless something is asked there; None stands for the whole text."""
    assert question_of(pair(text, "A.")) == (text if question is None else question)


@pytest.mark.parametrize("text", ["a" + "\n" * 400_000 + "b", "\n".join(["answer"] * 60_000), "answer " * 60_000])
def test_a_question_is_found_in_a_long_prompt_as_soon_as_in_a_short_one(text: str) -> None:
    assert question_of(pair(text, "A."))  # took minutes while line ends were tried from each line end


def test_what_a_passage_holds_is_worked_out_once_for_all_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(given: str, output: str) -> Payload:
        asked.append(given)
        return payload(given, output)

    monkeypatch.setattr("curator.knowledge.held.payload", counted)
    wanted = Wanted(pair("Who founded Quillfern? " * 50, "Mara Lindqvist did, in 2011."))
    shares = [wanted.share(passage) for passage in ("Mara Lindqvist in 2011.", "It was in 2011.", ELSEWHERE)]
    assert shares[0] > shares[1] > shares[2] == 0.0
    assert [len(given) < 200 for given in asked] == [False, True, True, True]


def test_an_answer_of_no_words_is_weighed_by_its_question() -> None:
    example = pair("Can I take a loan on my policy?", "No.")
    assert holds(example, "Terms: a loan on a policy is not possible.") >= 0.5
    assert holds(example, ELSEWHERE) == 0.0


def test_of_a_row_so_much_is_offered_that_looking_ends() -> None:
    many = pair("\n\n".join(f"This is the paragraph with number {n}." for n in range(500)) + "\n\nWhy?", "So.")
    long = pair("word " * 100_000 + "\n\nThe parcel comes within two days.\n\nWhy?", "So.")
    assert 10 <= len(passages(many)) <= 100
    assert passages(long) == ["The parcel comes within two days."]
