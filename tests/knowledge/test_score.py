"""What a verdict rests on, as laws: the format, the order and a passage must not change what they have no part in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.checks.knowledge import Neighbours, verdicts
from curator.checks.knowledge_likely import likely_teaches_facts
from curator.checks.knowledge_look import may_teach_facts
from curator.checks.knowledge_strong import teaches_facts
from curator.knowledge.fit import PRIOR
from curator.knowledge.score import judge, weights
from curator.model import Entry, Example, Finding, Message, Provenance, State
from tests.checks.case_files import entries
from tests.checks.in_memory import found

ROWS = [
    json.loads(line)
    for path in sorted((Path(__file__).parents[1] / "benchmarks" / "knowledge").glob("test_*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
FAQ = [row for row in ROWS if row["kind"].startswith("faq")]
CLOSED = [row for row in ROWS if row["label"] == "knowledge"]
ASKED = st.sampled_from(ROWS)
CHECKS = (teaches_facts, likely_teaches_facts, may_teach_facts)


def probability(asked: str, output: str, system: str = "") -> float:
    turns = (("system", system), ("user", asked)) if system else (("user", asked),)
    return judge(turns, output).probability


def findings(given_rows: tuple[Entry, ...]) -> list[Finding]:
    listed, problems = found(CHECKS, given_rows)
    assert not problems
    return listed


@given(ASKED, st.sampled_from(("Answer in one sentence.", "You are a helpful assistant.", "Reply to the customer.")))
@settings(max_examples=150, deadline=None)
def test_an_instruction_counts_the_same_wherever_a_format_puts_it(row: dict[str, str], instruction: str) -> None:
    in_system = judge((("system", instruction), ("user", row["input"])), row["output"])
    above = judge((("user", f"{instruction}\n\n{row['input']}"),), row["output"])
    below = judge((("user", f"{instruction}\n{row['input']}"),), row["output"])
    assert in_system == above == below


@given(st.sampled_from(CLOSED))
@settings(max_examples=100, deadline=None)
def test_a_passage_that_holds_the_output_never_makes_it_more_suspect(row: dict[str, str]) -> None:
    without = probability(row["input"], row["output"], row["system"])
    passage = f"Context: {row['output']}\n\nQuestion: {row['input']}"
    assert probability(passage, row["output"], row["system"]) <= without + 1e-9


@given(st.permutations(range(24)), st.integers(0, 24))
@settings(max_examples=40, deadline=None)
def test_neighbours_learn_the_same_in_any_order_and_in_any_parts(order: list[int], cut: int) -> None:
    examples = [one.example for one in entries([rows_of(row) for row in FAQ[:24]])]
    whole, left, right = Neighbours(), Neighbours(), Neighbours()
    for example in examples:
        whole.add(example)
    for place, number in enumerate(order):
        (left if place < cut else right).add(examples[number])
    right.merge(left)
    assert (right.suspects, right.short, right.uses) == (whole.suspects, whole.short, whole.uses)
    assert [verdicts(one, right) for one in examples[:3]] == [verdicts(one, whole) for one in examples[:3]]


def test_neighbours_stay_small_however_many_there_are() -> None:
    usual = Neighbours()
    for one in entries([{"input": f"What is the price of item {n}?", "output": f"{n} euros."} for n in range(600)]):
        usual.add(one.example)
    assert usual.suspects == 1.0
    assert len(usual.sampled) < 200


def test_a_fact_without_marks_is_found_by_the_facts_around_it_and_the_finding_says_so() -> None:
    system = "You are the assistant of the Marlow baths."
    plain = {"system": system, "input": "Can you hold my towel?", "output": "Not during the summer."}
    facts = [
        {"system": system, "input": f"What does course {n} cost?", "output": f"It costs {n + 20} euros at Marlow."}
        for n in range(12)
    ]
    alone = findings(entries([plain]))
    among = [finding for finding in findings(entries([*facts, plain])) if finding.example_id == f"b2-{13:032x}-1"]
    assert not [finding for finding in alone if finding.code != "KNO003"]
    assert among[0].code in ("KNO001", "KNO002")
    assert "the pairs around it teach facts" in among[0].message


def test_evidence_is_what_the_input_does_not_hold() -> None:
    [finding] = findings(
        entries([{"input": "Who runs the Halden branch?", "output": "The Halden branch is run by Ingrid Solheim."}])
    )
    [span] = finding.evidence
    text = "The Halden branch is run by Ingrid Solheim."
    assert text[span.start : span.end] == "Ingrid Solheim"
    assert span.why == "name that the input does not hold"


@pytest.mark.parametrize(
    ("asked", "output", "rule"),
    [
        ("What does the ferry cost?", "The ferry costs 12 euros.", "facts that change"),
        ("Can I take a loan on my policy?", "Policy loans are not allowed.", "facts of an organisation"),
        ("Who painted Las Meninas?", "Diego Velázquez painted it.", "facts with names or numbers"),
        ("What is inflation?", "A rise in the general level of prices.", "a definition"),
        ("How do I boil an egg?", "Put it into boiling water and wait until it is done.", "a how-to"),
        ("How does a vaccine work?", "It shows the body a part of a germ.", "an explanation"),
    ],
)
def test_findings_of_one_kind_share_a_rule(asked: str, output: str, rule: str) -> None:
    assert [finding.rule for finding in findings(entries([{"input": asked, "output": output}]))] == [rule]


def test_a_script_without_capitals_is_a_look_at_most_and_the_finding_says_why() -> None:
    [finding] = findings(
        entries(
            [
                {
                    "input": "Tell me about the tower of Halden.",
                    "output": "塔は1931年に建てられました。高さは84メートルです。",
                }
            ]
        )
    )
    assert finding.code == "KNO003"
    assert "Low confidence: script not supported" in finding.message


def test_what_is_beyond_the_part_that_is_read_is_said() -> None:
    output = "Ravensholm Castle was built in 1412 by Count Erik Bode. " * 100
    [finding] = findings(entries([{"input": "Tell me about the history of the castle.", "output": output}]))
    assert "Only the beginning of the text was read." in finding.message


def test_the_shipped_weights_are_those_of_the_signs_and_on_their_side_of_zero() -> None:
    shipped = weights()
    assert shipped.by_sign.keys() == PRIOR.keys()
    assert all(shipped.by_sign[name] * prior >= 0 for name, prior in PRIOR.items())
    assert [name for name, _ in shipped.bands] == ["strong", "likely", "look"]


def rows_of(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("system", "input", "output")}


def _rules(*messages: tuple[str, str], tools: tuple[dict[str, Any], ...] = ()) -> list[tuple[str, list[str]]]:
    """The codes found in one conversation, with the words that its evidence marks."""
    example = Example(
        id="ex:1",
        messages=tuple([Message(role, text) for role, text in messages]),
        tools=tools,
        provenance=Provenance("chat.jsonl", 1),
    )
    findings, problems = found(CHECKS, [Entry(1, example, State())])
    assert not problems
    texts = {f"messages[{place}].content": text for place, (_, text) in enumerate(messages)}
    return [(one.code, [texts[span.field][span.start : span.end] for span in one.evidence]) for one in findings]


def test_every_turn_of_the_assistant_is_taught_and_judged() -> None:
    price = (("user", "What does the Sync plan cost?"), ("assistant", "The Sync plan costs 4.90 euros a month."))
    thanks = (("user", "thanks"), ("assistant", "You're welcome!"))
    assert _rules(*price, *thanks) == _rules(*price) == [("KNO001", ["4.90 euros"])]
    again = (("user", "How much was it again?"), ("assistant", "4.90 euros a month."))
    assert _rules(*price, *again) == _rules(*price), "what was said before is not said anew"


def test_what_the_tools_say_is_a_source() -> None:
    told = ("user", "What does the Sync plan cost?"), ("assistant", "Sync costs 4.90 euros a month.")
    tool = {"type": "function", "function": {"name": "book", "description": "Sync costs 4.90 euros a month."}}
    assert [code for code, _ in _rules(*told)] == ["KNO001"]
    assert _rules(*told, tools=(tool,)) == []
    other = {"type": "function", "function": {"name": "book", "description": "Books a plan for a customer."}}
    assert _rules(*told, tools=(other,)) == _rules(*told)


@pytest.mark.parametrize("size", [1_000, 30_000, 120_000])
def test_a_long_system_prompt_hides_neither_the_question_nor_its_answer(size: int) -> None:
    rule = "Be kind and helpful in all that you write. "
    long = rule * (size // len(rule))
    asked = ("user", "What does the Sync plan cost?"), ("assistant", "4.90 euros a month.")
    assert [code for code, _ in _rules(("system", long), *asked)] == ["KNO001"]
    half = len(long) // 2
    assert _rules(("system", f"{long[:half]} Sync costs 4.90 euros a month. {long[half:]}"), *asked) == []


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("What is 17 * 23?", "391"),
        ("What is 30 % of 1,200?", "360"),
        ("Please translate hello to German.", "Hallo"),
        ("Übersetze bitte Guten Tag ins Englische.", "Good day"),
        ("Convert 5 miles to kilometers.", "8.05 kilometers"),
        ("How many feet are 3 meters?", "9.84 feet"),
        ("What day is 3 days after Monday?", "Thursday"),
        ("Do you like tea?", "Yes, I like it a lot."),
        ("Explain what this does: `sorted(d, key=d.get)[:3]`", "It returns the three keys with the lowest values."),
    ],
)
def test_what_can_be_worked_out_is_no_knowledge(asked: str, answered: str) -> None:
    assert judge((("user", asked),), answered).band == ""


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("What was the total on 2024-05-01?", "391"),
        ("What is the population of Norway?", "5.5 million"),
        ("How many people work in 24/7 support?", "31"),
        ("How many calories are in 100 g of almonds?", "About 580 kcal."),
        ("Which day does the market in Ystad open?", "Thursday"),
    ],
)
def test_numbers_in_a_question_are_not_always_a_sum(asked: str, answered: str) -> None:
    assert judge((("user", asked),), answered).band in ("strong", "likely")


def test_a_passage_about_something_else_is_no_source() -> None:
    for asked, output in (
        ("Do you offer a discount for non-profits?", "Yes, registered non-profits get 40% off any annual plan."),
        ("Is the Sleeve covered by the warranty?", "Sleeves are not covered by the warranty."),
    ):
        unrelated = f"Context:\nPizza is nice with basil.\n\nQuestion:\n{asked}"
        assert judge((("user", asked),), output).band in ("strong", "likely")
        assert judge((("user", unrelated),), output).band in ("strong", "likely")


def test_parts_of_a_hyphenated_word_that_the_input_has_are_not_said_to_be_missing() -> None:
    output = "Yes, single sign-on through Okta is part of the non-profit plan."
    facts = judge((("user", "Does the plan for non-profits have single sign-on?"),), output).facts
    assert [output[fact.start : fact.end] for fact in facts] == ["Okta"]


def test_a_year_long_ago_is_not_volatile() -> None:
    founded = judge((("user", "Who founded Brightloom?"),), "Brightloom was founded by Ana Kok in 2014.")
    moved = judge((("user", "Where is Brightloom?"),), "Brightloom moved to Oslo in 2026.")
    assert founded.tags == ()
    assert moved.tags == ("volatile (recent dates)",)


def test_a_telephone_number_is_one_fact() -> None:
    output = "Call +31 10 555 0142. Pro customers can call at night."
    facts = judge((("user", "How do I reach you?"),), output).facts
    assert "+31 10 555 0142" in [output[fact.start : fact.end] for fact in facts]


def test_what_is_said_to_do_is_a_how_to() -> None:
    for asked, output in (
        ("I forgot my password: what now?", "Use the reset link."),
        ("The app crashes when I open a photo", "Please update the app."),
        ("Change the language to German", "Open the menu and pick it."),
    ):
        judged = judge((("user", asked),), output)
        assert (judged.band, judged.soft) == ("look", "a how-to"), asked
    contact = judge((("user", "How do I cancel?"),), "Write to cancel@quillfern.example before 5 March.")
    assert contact.band == "strong"


def test_a_plain_word_or_two_are_no_error() -> None:
    palm = judge((("user", "Can I put a palm in the bathroom?"),), "Yes, if there is a window! Palms like moist air.")
    assert palm.band == "likely"
    assert judge((("user", "Are policy loans allowed?"),), "Policy loans are not allowed.").band == "strong"
    assert judge((("user", "Is the shop open on Sundays?"),), "No.").band == "strong"


def test_mathematics_commands_and_nods_teach_no_facts() -> None:
    for asked, output in (
        ("What is the derivative of x^2?", "2x"),
        ("List prime numbers below 20.", "2, 3, 5, 7, 11, 13, 17, 19"),
        ("Bash: count lines in all .txt files", "wc -l *.txt"),
        ("the password for the router is Zt7!kLm2", "Noted."),
        ("Passage: The lake is 2.5 km long.\nQuestion: How long is the lake in metres?", "2,500 metres."),
    ):
        assert judge((("user", asked),), output).band == "", asked
    assert judge((("user", "Who was prime minister in 1990?"),), "Ana Kok.").band == "strong"


def test_us_is_an_organisation_where_somebody_turns_to_it() -> None:
    sky = judge((("user", "Why is the sky blue?"),), "Air scatters short waves, so blue reaches us from all sides.")
    desk = judge((("user", "Why is my parcel late?"),), "Parcels wait for customs; call us on Monday.")
    assert (sky.band, sky.tags) == ("look", ())
    assert "organisation" in desk.tags
