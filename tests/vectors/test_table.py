"""Sentence vectors: what they bring together, and that a text has one vector wherever it is encoded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.vectors.likeness import cosine, similarity, word_cosines
from curator.vectors.table import dimensions, encode, pieces

TEXTS = st.lists(
    st.text(max_size=60) | st.sampled_from(["Where is my parcel?", "wo ist mein Paket", "Ça va?"]), max_size=9
)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("Where is my parcel?", "I am waiting for my package", "How do I change my password?"),
        ("cancel my subscription", "I want to end the plan", "book a table for tonight"),
        ("The film was wonderful.", "A great movie", "The soup was cold."),
        ("Reset my password", "I forgot my password", "What is the weather like?"),
    ],
)
def test_meaning_brings_texts_together(text: str, near: str, far: str) -> None:
    assert cosine(text, near) > cosine(text, far) + 0.1


@settings(max_examples=50)
@given(TEXTS, st.integers(1, 4))
def test_a_text_has_the_same_vector_in_any_batch(texts: list[str], size: int) -> None:
    whole = encode(texts)
    parts = [encode(texts[start : start + size]) for start in range(0, len(texts), size)]
    assert whole.shape == (len(texts), dimensions())
    assert whole.dtype == np.float32
    assert all((row == part).all() for row, part in zip(whole, (row for part in parts for row in part), strict=True))


@settings(max_examples=50)
@given(TEXTS)
def test_vectors_have_length_one_or_are_zero(texts: list[str]) -> None:
    lengths = np.linalg.norm(encode(texts), axis=1)
    assert all(length == 0 or length == pytest.approx(1, abs=1e-5) for length in lengths)


@pytest.mark.parametrize("text", ["", "  \n", "?!...", "\U0001f600", "\u0300", "x" * 5_000])
def test_a_text_without_a_known_word_is_a_row_of_zeros(text: str) -> None:
    assert not encode([text]).any()


@pytest.mark.parametrize(
    ("left", "right"), [("Where is it?", "where is  it"), ("Café", "cafe"), ("ﬁne", "fine"), ("a_b", "a b")]
)
def test_case_accents_and_signs_do_not_count(left: str, right: str) -> None:
    assert (encode([left]) == encode([right])).all()


def test_words_are_cut_into_their_longest_known_pieces() -> None:
    assert len(pieces()["password"]) == 1
    assert len(pieces()["unsubscribable"]) > 1
    assert pieces()["\U00010348"] == ()


def test_an_endless_word_costs_nothing() -> None:
    assert (encode(["my parcel " + "A" * 100_000]) == encode(["my parcel"])).all()


def test_similarity_is_one_for_the_same_text_and_the_same_from_both_sides() -> None:
    assert similarity("Where is my parcel?", "where is my parcel") == pytest.approx(1, abs=1e-5)
    assert similarity("Where is it?", "I lost it") == pytest.approx(similarity("I lost it", "Where is it?"), abs=1e-6)
    assert 0 <= similarity("Where is it?", "") < 0.1


def test_synonyms_are_nearer_than_strangers() -> None:
    near, far = word_cosines(["parcel"], ["package", "diabetes"])[0]
    assert near > 0.4 > 0.3 > far
