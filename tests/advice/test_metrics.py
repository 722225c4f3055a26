"""What counts as right, and as near, by the task."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.advice.metrics import METRICS, macro_f1, metrics_of

WRITTEN = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    ("name", "reference", "answer", "wanted"),
    [
        ("exact", "billing", " billing\n", 1),
        ("exact", "billing", "Billing", 0),
        ("normalised", "Yes, it is.", "yes, it is", 1),
        ("normalised", "12,5", "125", 0),
        ("label", "billing", "Label: **Billing**.", 1),
        ("label", "billing", "This is about billing", 0),
        ("label", "time: late", "late", 0),
        ("numeric", "so 1,250 in all", "The sum is 1250.", 1),
        ("numeric", "72", "7 times 10 is 70", 0),
        ("numeric", "-3", "3", 0),
        ("numeric", "none", "None.", 1),
        ("json-valid", "{}", "```json\n[1]\n```", 1),
        ("json-valid", "{}", "{'a': 1}", 0),
        ("json-fields", '{"a": 1, "b": "X"}', '{"b": "x", "a": 1.0}', 1),
        ("json-fields", '{"a": 1, "b": 2}', '{"a": 1, "b": 3}', 0.5),
        ("json-fields", '{"a": 1}', '{"a": 1, "b": 3, "c": 4}', 0.5),
        ("json-fields", '{"a": true}', '{"a": 1}', 0),
        ("json-fields", '{"a": 1}', "a is 1", 0),
        ("json-fields", '{"a": [1, 2]}', '{"a": [2, 1]}', 1),
        ("token-f1", "the red car", "a red car", 2 / 3),
        ("rouge-l", "police killed the gunman", "police kill the gunman", 3 / 4),
        ("rouge-l", "police killed the gunman", "the gunman killed police", 2 / 4),
        ("chrf", "", "", 1),
        ("chrf", "abc", "", 0),
        ("chrf", "abc", "xyz", 0),
    ],
)
def test_answers_are_scored(name: str, reference: str, answer: str, wanted: float) -> None:
    assert METRICS[name].score(reference, answer) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("reference", "answer", "wanted"),
    [
        ("the cat sat on the mat", "the cat is on the mat", 61.9251512899325),
        ("Refunds take five days.", "A refund takes five days, as a rule.", 49.7616567454791),
    ],
)
def test_chrf_is_sacrebleus(reference: str, answer: str, wanted: float) -> None:
    assert 100 * METRICS["chrf"].score(reference, answer) == pytest.approx(wanted)  # sacrebleu 2.6.0, sentence_chrf


@given(WRITTEN)
def test_the_reference_itself_is_right(text: str) -> None:
    for name in ("exact", "normalised", "label", "token-f1", "rouge-l", "chrf", "numeric"):
        assert METRICS[name].score(text, text) == pytest.approx(1), name


@given(WRITTEN, WRITTEN)
def test_scores_are_shares(reference: str, answer: str) -> None:
    for metric in METRICS.values():
        assert 0 <= metric.score(reference, answer) <= 1 + 1e-12
        assert not metric.exact or metric.score(reference, answer) in (0, 1)


def test_macro_f1_counts_each_label_alike() -> None:
    references = ["bug"] * 8 + ["praise"] * 2
    assert macro_f1(references, ["bug"] * 10) == pytest.approx((16 / 18 + 0) / 2)
    assert macro_f1(references, references) == 1
    assert macro_f1(references, [None] * 10) == 0
    assert macro_f1([], []) == 0


@pytest.mark.parametrize(
    ("task", "references", "first"),
    [
        ("labels", ["bug"], "label"),
        ("json", ['{"a": 1}'], "json-fields"),
        ("prose", ["It rains."], "chrf"),
        ("prose", ["So it is 12.", "That makes 7 apples: 7"], "numeric"),
        ("extraction", ["Bern", "12"], "normalised"),
    ],
)
def test_the_task_says_what_is_measured(task: str, references: list[str], first: str) -> None:
    assert metrics_of(task, references)[0].name == first  # type: ignore[arg-type]
