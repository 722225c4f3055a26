"""How a function becomes a check, and how checks are named and configured."""

import pickle
from collections.abc import Iterator
from typing import Annotated, Literal

import pytest

from curator.checks.base import checks, example_check, found, pair_check, select
from curator.checks.options import Between
from curator.corpus import Edge, same_input
from curator.errors import SettingsError
from curator.model import Example, Finding, Severity


@example_check("ZZZ009", Severity.INFO)
def shouted_output(
    example: Example,
    *,
    share: Annotated[float, Between(0, 1)] = 0.5,
    script: Literal["latin", "any"] = "any",
    words: tuple[str, ...] = (),
    strict: bool = False,
) -> Iterator[Finding]:
    """Output in capitals. More about it.

    Why: it reads as shouting,
    in every language.
    Fix: write it in lower case.
    Example:
        input "Hi"
        output "HELLO"
    """
    if example.output_text.isupper() and share and script and words is not None and not strict:
        yield found(example, "Shouted.")


def test_a_check_is_named_and_described_by_its_function() -> None:
    assert (shouted_output.name, shouted_output.shape) == ("shouted-output", "example")
    assert shouted_output.card.what == "Output in capitals. More about it."
    assert shouted_output.card.why == "it reads as shouting, in every language."
    assert shouted_output.card.example == 'input "Hi"\noutput "HELLO"'
    assert shouted_output.card.complete


def test_keyword_arguments_are_its_options() -> None:
    assert [(option.name, option.default, option.allowed) for option in shouted_output.options] == [
        ("share", 0.5, "0 to 1"),
        ("script", "any", "'latin' or 'any'"),
        ("words", (), "a list of texts"),
        ("strict", False, "true or false"),
    ]
    assert shouted_output.validated({"share": 1, "words": ["a"]}) == {"share": 1, "words": ("a",)}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("share", 1.5, "share = 1.5 is not allowed; it may be 0 to 1, and is 0.5 unless set"),
        ("share", "much", "share = 'much' is not allowed"),
        ("share", float("nan"), "share = nan is not allowed"),
        ("strict", "yes", "it may be true or false, and is False unless set"),
        ("script", "greek", "it may be 'latin' or 'any'"),
        ("words", "a", "it may be a list of texts"),
        ("shar", 1, "there is no option 'shar' (did you mean 'share'?)"),
        ("quite", 1, "there is no option 'quite'; its options are share, script, words, strict"),
    ],
)
def test_an_option_out_of_its_range_is_refused(name: str, value: object, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        shouted_output.validated({name: value}, "curator.toml: [checks.shouted-output]")
    assert str(refused.value).startswith("curator.toml: [checks.shouted-output]: ")
    assert said in str(refused.value)


def test_a_function_of_the_wrong_shape_is_no_check() -> None:
    with pytest.raises(TypeError, match="a pair check takes 2 arguments"):

        @pair_check("ZZZ008", Severity.INFO, block=same_input)
        def one_sided(left: Example) -> Edge | None:
            return Edge(left.id, left.id, "same")

    with pytest.raises(TypeError, match="option 'much' needs an annotation and a default"):

        @example_check("ZZZ007", Severity.INFO)
        def undecided(example: Example, *, much: int) -> Iterator[Finding]:
            yield found(example, str(much))


def test_checks_are_selected_by_code_beginning_and_name() -> None:
    known = checks()
    codes = [check.code for check in known]
    assert [check.code for check in select(known)] == codes
    assert [
        check.code
        for check in select(known, ["txt00", "CON001"], ["TXT002", "refusal", "TXT006", "TXT007", "TXT008", "TXT009"])
    ] == [
        "CON001",
        "TXT001",
        "TXT003",
        "TXT005",
    ]
    for unknown in ("X", "TXT9", "", "empty"):
        with pytest.raises(SettingsError, match="no check is called"):
            select(known, [unknown])


def test_a_check_travels_to_another_process_by_name() -> None:
    for check in checks():
        assert pickle.loads(pickle.dumps(check)) is check
