"""What a text claims, read as values, names and sums, and held against what the model was given."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.grounding.arithmetic import false_claims
from curator.grounding.claims import assess
from curator.grounding.context import given_text
from curator.grounding.names import names, sentences
from curator.grounding.records import record, says, stands, stems, value_stems
from curator.grounding.statements import statements
from curator.grounding.values import same, values

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def alike(left: str, right: str) -> bool:
    (one,), (two,) = values(left), values(right)
    return same(one, two)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("14 days", "two weeks"),
        ("14 days", "for a fortnight"),
        ("ten per cent", "10 %"),
        ("120 minutes", "2 hours"),
        ("1,200", "1200"),
        ("1.200,50 €", "€1,200.50"),
        ("five million", "5 million"),
        ("two hundred and five", "205"),
        ("3 May 2024", "2024-05-03"),
        ("May 3, 2024", "03.05.2024"),
        ("3 pm", "15:00"),
        ("2:35 pm", "14:35"),
        ("Mondays", "lundi"),
        ("thurs", "Thursday"),
        ("on sat", "Saturdays"),
        ("3 wks", "three weeks"),
        ("1'200 EUR", "€1,200"),
        ("twice a day", "two times"),
        ("50 %", "50 percent"),
        ("1 año", "twelve months"),
    ],
)
def test_values_are_compared_as_values(left: str, right: str) -> None:
    assert alike(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("14 days", "14 weeks"), ("14 days", "30 days"), ("3 May", "4 May"), ("3 pm", "3 am"), ("Monday", "Tuesday")],
)
def test_other_values_are_other_values(left: str, right: str) -> None:
    assert not alike(left, right)


@given(st.integers(1900, 2099), st.integers(1, 12), st.integers(1, 28))
def test_a_date_is_the_same_in_every_notation(year: int, month: int, day: int) -> None:
    iso = f"{year}-{month:02}-{day:02}"
    for other in (
        f"{day} {MONTHS[month - 1]} {year}",
        f"{MONTHS[month - 1]} {day}, {year}",
        f"{day:02}.{month:02}.{year}",
    ):
        assert alike(iso, other)


@given(st.integers(0, 10**9))
def test_separators_do_not_change_a_number(number: int) -> None:
    assert alike(str(number), f"{number:,}")


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for value in values(text):
        assert 0 <= value.start < value.end <= len(text)
    for name in names(text):
        assert 0 <= name.start < name.end <= len(text)
    for start, end in sentences(text):
        assert 0 <= start < end <= len(text)
    false_claims(text)
    record(text)
    given_text((("user", text),))


def test_a_word_that_is_also_short_for_a_weekday_claims_none_by_itself() -> None:
    assert [value.claim for value in values("they sat in the sun")] == [False, False]
    assert next(value.claim for value in values("open sat 9-12"))


def test_what_holds_under_a_condition_is_stated_with_it_kept_apart() -> None:
    text = "Pets are allowed, unless they bark. Rooms are cleaned daily, but not the cellar."
    assert [(one.text, bool(one.conditions)) for one in statements(text)] == [
        ("Pets are allowed", True),
        ("Rooms are cleaned daily", True),
    ]


def test_a_range_has_one_unit() -> None:
    three, five = values("3 to 5 working days")
    assert "day" in three.units
    assert five.amounts == {Fraction(5 * 1440)}


def test_names_are_runs_of_capitals_inside_sentences() -> None:
    text = "Yesterday we met Ana Ruiz of the Museum of Fine Arts in Lisbon. She was late."
    inside = [text[name.start : name.end] for name in names(text) if not name.first]
    assert inside == ["Ana Ruiz of the Museum of Fine Arts", "Lisbon"]


def test_german_nouns_are_no_names() -> None:
    assert names("Die Leihfrist für das Buch ist nicht lang, und der Ausweis wird in der Halle gezeigt.") == ()


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("name[The Mill], area[city centre]", (("name", "The Mill"), ("area", "city centre"))),
        ("INFORM(time=7 pm); REQUEST(city=)", (("time", "7 pm"),)),
        ("Describe it.\n\nsize: 3 m\nprice: $5\ncolour: red", (("size", "3 m"), ("price", "$5"), ("colour", "red"))),
        (
            "Tell it.\n\nname: Rex | age: 3 | owner: unknown | coat: short",
            (("name", "Rex"), ("age", "3"), ("coat", "short")),
        ),
        ("name: Rex, the dog, age: 3, coat: short", (("name", "Rex, the dog"), ("age", "3"), ("coat", "short"))),
        ("Note: we close early. Please bring: a cap, and ask: who is in?", ()),
        ('{"a": {"b": 1}, "c": ["x", "y"]}', (("a.b", "1"), ("c[]", "x"), ("c[]", "y"))),
        ("What does x[0] = 1 do in this program, and why is it there?", ()),
        ("Context: a long text.\n\nQuestion: why?", ()),
    ],
)
def test_records_are_read_in_many_notations(text: str, slots: tuple[tuple[str, str], ...]) -> None:
    assert record(text) == slots


def test_a_value_may_be_said_in_another_notation() -> None:
    assert says("It starts on the 5th of March at half past seven.", "2024-03-05")
    assert says("Between £20 and £25", "£20-25")
    assert not says("It starts on 6 March.", "2024-03-05")


@given(st.integers(-999, 999), st.sampled_from("+-*"), st.integers(1, 999), st.integers(1, 50))
def test_sums_that_hold_are_left_alone_and_others_found(left: int, sign: str, right: int, off: int) -> None:
    result = {"+": left + right, "-": left - right, "*": left * right}[sign]
    if left >= 0:
        assert not false_claims(f"So {left} {sign} {right} = {result}.")
        assert [claim.value for claim in false_claims(f"So {left} {sign} {right} = {result + off}.")] == [result]


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(0, 4))
def test_a_quotient_may_be_rounded_to_what_is_written(left: int, right: int, digits: int) -> None:
    assert not false_claims(f"{left} / {right} = {left / right:.{digits}f}")


QUESTION = "Answer from the context.\n\nContext: {}\n\nQuestion: {}"


@pytest.mark.parametrize(
    ("context", "question", "output", "instead"),
    [
        ("Returns are accepted within 14 days.", "How long?", "Returns are accepted within 30 days.", "14 days"),
        ("The shop closes at 6 pm and opens at 9 am.", "When does it close?", "The shop closes at 8 pm.", "6 pm"),
        ("The fair was opened in Oslo.", "Where was the fair opened?", "The fair was opened in Bergen.", "Oslo"),
        ("The flight leaves from Gate B12.", "Where from?", "The flight leaves from Gate B14.", "B12"),
    ],
)
def test_a_clash_names_what_the_context_says(context: str, question: str, output: str, instead: str) -> None:
    assessment = assess((("user", QUESTION.format(context, question)),), output)
    assert [clash.instead for clash in assessment.clashes] == [instead]


def test_the_same_in_another_format() -> None:
    context = "Context: Returns are accepted within 14 days of delivery.\n\nHow long do I have to return it?"
    chat = assess((("system", "Answer from the context."), ("user", context)), "You have 30 days to return it.")
    alpaca = assess((("user", f"Answer from the context.\n\n{context}"),), "You have 30 days to return it.")
    assert chat == alpaca
    assert chat.clashes


@given(
    st.lists(
        st.sampled_from(
            ("San", "jose", "7", "pm", "7pm", "$", "'s", "st", "The", "\u017f", "\u0345", "_", "-", " ", ", ")
        )
    )
)
def test_a_value_stands_where_its_tokens_do(pieces: list[str]) -> None:
    for cut in range(len(pieces)):
        text, value = "".join(pieces), "".join(pieces[cut : cut + 3])
        assert stands(text, value) == (value_stems(value) <= set(stems(text)))


@pytest.mark.parametrize(
    ("context", "output", "absent"),
    [
        ("Unit F3 is 8 ft wide and 10 ft deep.", "The floor has 80 sq ft, which is about 7.4 square metres.", []),
        ("Unit F3 is 8 ft wide and 10 ft deep.", "It is 2.44 m wide.", []),
        ("Unit F3 is 8 ft wide and 10 ft deep.", "It is 3.44 m wide.", ["3.44"]),
        ("Bake it at 200 °C for 25 minutes.", "Bake it at 400 °F for 25 minutes.", []),
        ("Bake it at 200 °C for 25 minutes.", "Bake it at 450 °F for 25 minutes.", ["450"]),
        ("Our dog weighs 12 kg and is four years old.", "Your dog weighs about 26 pounds.", []),
        ("Our dog weighs 12 kg and is four years old.", "Your dog weighs about 36 pounds.", ["36 pounds"]),
        ("The tank holds 40 gallons.", "It holds about 151 litres.", []),
        ("The walk is 5 miles long.", "It is a walk of 8 km.", []),
        ("Crew: Rosalind Petch (lead), Iain Corrie. Say so if it does not hold the answer.",
         "Today Rosalind Petch and Kit Sayer come to you.", ["Kit Sayer"]),
    ],
)  # fmt: skip
def test_a_measure_in_another_unit_is_borne_out_and_a_new_name_is_not(
    context: str, output: str, absent: list[str]
) -> None:
    turns = (("user", f"Record: {context} The record was written down by the office on Monday.\n\nQuestion: What?"),)
    found = assess(turns, output)
    assert [output[issue.start : issue.end] for issue in found.absent] == absent
