"""Which suspect pairs belong together, told from terms alone."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from curator.knowledge.clusters import Cluster, Survey
from curator.knowledge.terms import RECURRING, Recurring, Vocabulary, content_words, named_terms


class Row(NamedTuple):
    """A row of a set: what it says, whether it is a suspect, and what it was asked of."""

    text: str
    suspect: bool = True
    group: bytes = b""
    names: frozenset[str] = frozenset()


def clustered(rows: Sequence[tuple[int, Row]], weak: Sequence[tuple[int, Row]] = ()) -> list[Cluster]:
    """The clusters of numbered rows, told in the order given."""
    suspects = [(seq, row) for seq, row in rows if row.suspect]
    recurring = Recurring()
    for _, row in suspects:
        recurring.add(content_words(row.text), row.names)
    vocabulary = Vocabulary(recurring.terms)
    survey = Survey(vocabulary)
    for seq, row in suspects:
        survey.suspect(seq, vocabulary.held(row.text), row.group)
    for seq, row in weak:
        survey.weak(seq, vocabulary.held(row.text), row.group)
    for _, row in rows:
        if not row.suspect:
            survey.other(vocabulary.held(row.text), row.group)
    return survey.clusters()


def numbered(*rows: Row) -> list[tuple[int, Row]]:
    return list(enumerate(rows, 1))


REST = [Row(f"Classify ticket {n}: the page stays empty.", suspect=False) for n in range(20)]


def test_pairs_that_share_a_recurring_term_are_one_cluster() -> None:
    bank = [Row("How do I enrol for netbanking with hdfc?"), Row("Is hdfc netbanking free?"), Row("hdfc payorder fees")]
    bank += [Row("Lost hdfc netbanking password"), Row("Where is a payorder of hdfc printed?")]
    (found,) = clustered(numbered(*bank, *REST))
    assert (found.kind, found.members, found.share) == ("terms", (1, 2, 3, 4, 5), 1.0)
    assert found.terms == ("hdfc",)  # the other two stand in three rows, one too few


def test_a_row_with_a_word_that_one_subject_has_mostly_is_about_that_subject() -> None:
    bank = [Row(f"Does hdfc charge for a locker, question {n}?") for n in range(5)]
    found = clustered(numbered(*bank, Row("How big is a locker?"), *REST))
    assert [(one.kind, one.members) for one in found] == [("terms", (1, 2, 3, 4, 5, 6))]


PLANS = [
    *(Row(f"Does Brightloom Pro {word}?") for word in ("keep logs", "cost much", "run offline")),
    *(Row(f"{word} Brightloom?") for word in ("Who founded", "Where is")),
]


def test_rows_of_the_rest_with_such_a_word_are_rows_about_the_subject_as_well() -> None:
    rest = [Row("Sum up the Pro leaflet.", suspect=False)]
    found = clustered(numbered(*PLANS, Row("Storage with Pro?"), *rest, *REST))
    assert [(one.terms, one.members, one.rows) for one in found] == [(("brightloom", "pro"), (1, 2, 3, 4, 5, 6), 7)]


def test_a_word_that_stands_as_often_elsewhere_brings_no_row_along() -> None:
    rest = [Row("Sum up the Pro leaflet.", suspect=False)] * 2
    found, others = clustered(numbered(*PLANS, Row("Golf pro?"), *rest, *REST))
    assert (found.terms, found.members, found.rows) == (("brightloom", "pro"), (1, 2, 3, 4, 5), 5)
    assert (others.kind, others.members) == ("others", (6,))


def test_terms_of_different_subjects_make_different_clusters() -> None:
    bank = [Row(f"Does hdfc charge for netbanking, question {n}?") for n in range(5)]
    ward = [Row(f"Is zelotrin given with orvexin in case {n}?") for n in range(4)]
    found = clustered(numbered(*bank, *ward, *REST))
    assert [(one.members, set(one.terms) >= terms) for one, terms in zip(
        found, ({"hdfc", "netbanking"}, {"zelotrin", "orvexin"}), strict=True
    )] == [((1, 2, 3, 4, 5), True), ((6, 7, 8, 9), True)]  # fmt: skip


def test_three_rows_are_too_few_for_a_term() -> None:
    (found,) = clustered(numbered(*(Row(f"zelotrin {word}") for word in ("once", "twice", "daily")), *REST))
    assert (found.kind, found.members, found.share) == ("others", (1, 2, 3), None)


def test_what_the_rest_says_as_often_is_no_term() -> None:
    suspects = [Row(f"What is zelotrin {n}?") for n in range(6)]
    said = [Row("Sum up the leaflet on zelotrin.", suspect=False)]
    assert clustered(numbered(*suspects, *said * 6, *REST))[0].kind == "others"
    few = clustered(numbered(*suspects, *said * 2, *REST))[0]
    assert (few.kind, few.terms, few.rows, few.share) == ("terms", ("zelotrin",), 8, 0.75)


def test_words_of_everyday_english_are_no_terms_even_where_every_row_is_a_suspect() -> None:
    rows = [Row(f"x{n}") for n in range(60)] + [Row("people came first")] * 2 + [Row("the first people")] * 2
    assert [one.kind for one in clustered(numbered(*rows))] == ["others"]
    rare = [row._replace(text=row.text.replace("people", "zelotrin")) for row in rows]
    assert [one.terms for one in clustered(numbered(*rare))] == [("zelotrin",), ()]


def test_of_a_name_and_its_words_the_longest_is_kept() -> None:
    names = frozenset(["retail loan service centre"])
    rows = [Row(f"The Retail Loan Service Centre answers question {n}.", names=names) for n in range(RECURRING)]
    assert clustered(numbered(*rows, *REST))[0].terms[0] == "retail loan service centre"
    assert not {"retail", "loan", "centre"} & set(clustered(numbered(*rows, *REST))[0].terms)


def test_what_was_asked_of_one_instruction_is_a_cluster_of_its_own() -> None:
    words = "dogs boots soup lamps cards sheets".split()
    hut = [Row(f"{word}?", group=b"hut") for word in words]
    grounded = [Row("The text says so.", suspect=False, group=b"hut")] * 2
    asked, others = clustered(numbered(*hut, Row("Who founded Vennmark?"), *grounded, *REST))
    assert (asked.kind, asked.group, asked.members, asked.rows) == ("asked", b"hut", (1, 2, 3, 4, 5, 6), 8)
    assert (others.kind, others.members) == ("others", (7,))


def test_rows_to_look_at_join_but_make_no_cluster() -> None:
    suspects = numbered(*(Row(f"What does zelotrin do, {n}?") for n in range(4)), *REST)
    look = [(90 + n, Row("What is zelotrin?")) for n in range(10)]
    (found,) = clustered(suspects, weak=look)
    assert (found.members, len(found.weak), found.rows) == ((1, 2, 3, 4), 10, 14)


def test_a_sample_shows_the_rows_that_hold_most() -> None:
    rows = [Row("zelotrin alone") for _ in range(20)] + [Row("zelotrin with orvexin and balmide")] * 5
    (found,) = clustered(numbered(*rows, *REST))
    assert set(found.sample[:5]) == {21, 22, 23, 24, 25}


def test_names_terms_and_hosts_of_evidence_are_terms() -> None:
    evidence = [("name", "Retail Loan Centre"), ("link", "https://www.tarnbeck.example/x?a=1"), ("price", "9 euros")]
    evidence += [("link", "help@vennmark.example"), ("name", "Odile")]  # one word is found in the text itself
    assert named_terms(evidence) == {"retail loan centre", "tarnbeck example", "vennmark example"}


def test_numbers_and_function_words_are_no_terms() -> None:
    assert content_words("The bank's fee in 2024 isn't due on it: 12,000 or A4?") == {"bank", "fee", "due"}


WORDS = ["hdfc", "netbanking", "payorder", "zelotrin", "orvexin", "people", "year", "page", "lantern"]
ROWS = st.lists(
    st.builds(
        Row,
        text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
        suspect=st.booleans(),
        group=st.sampled_from([b"", b"hut", b"desk"]),
        names=st.sets(st.sampled_from(["hdfc netbanking", "people year", "zelotrin page"]), max_size=2).map(frozenset),
    ),
    max_size=40,
)


@given(rows=ROWS, seed=st.integers(0, 1_000))
@settings(deadline=None)
def test_the_order_of_rows_changes_nothing(rows: list[Row], seed: int) -> None:
    told = numbered(*rows)
    shuffled = random.Random(seed).sample(told, len(told))
    assert clustered(shuffled) == clustered(told)


@given(rows=ROWS)
@settings(deadline=None)
def test_each_suspect_is_in_one_cluster(rows: list[Row]) -> None:
    found = clustered(numbered(*rows))
    assert sorted(seq for one in found for seq in one.members) == [seq for seq, row in numbered(*rows) if row.suspect]
    for one in found:
        assert one.kind == "others" or (len(one.members) >= RECURRING and 0 < (one.share or 0) <= 1)
        assert set(one.sample) <= set(one.members)
