"""Of 32 planted flaws at least 28 are named, and of 65 clean rows at most 2 are flagged, in any format."""

from collections import Counter
from functools import cache

import pytest

from curator.checks.base import checks
from tests.planted import run

FORMATS = tuple(run.FORMATS)
outcome = cache(run.outcome)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("instance", run.INSTANCES)
def test_flaws_are_named(instance: int, form: str) -> None:
    named = outcome(instance, form).named
    missed = [name for name, codes in named.items() if not codes]
    assert len(named) - len(missed) >= 28, missed


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("instance", run.INSTANCES)
def test_clean_rows_are_left_alone(instance: int, form: str) -> None:
    alarms = outcome(instance, form).false_alarms
    assert len({one.row for one in alarms}) <= 2, alarms


@pytest.mark.parametrize("form", FORMATS[1:])
@pytest.mark.parametrize("instance", run.INSTANCES)
def test_each_format_has_the_same_findings(instance: int, form: str) -> None:
    assert outcome(instance, form).places() == outcome(instance, FORMATS[0]).places()


def test_the_clean_rows_are_of_seven_tasks() -> None:
    tasks = Counter(row.instruction for row in run.clean_rows() if not row.talk)
    assert (len(tasks), sum(tasks.values())) == (7, 65)
    assert min(tasks.values()) >= 8


@pytest.mark.parametrize("instance", run.INSTANCES)
def test_each_class_is_planted_once(instance: int) -> None:
    rows = run.flawed_rows(instance)
    assert Counter(row.flaw for row in rows) == Counter(flaw.name for flaw in run.flaws())
    assert len(rows) == 32
    clean = {row.id: row for row in run.clean_rows()}
    assert all(clean[row.of].split == "train" for row in rows if row.of)


def test_instances_of_a_class_differ() -> None:
    three = [run.flawed_rows(instance) for instance in run.INSTANCES]
    assert all(len({row.input for row in rows}) == 3 for rows in zip(*three, strict=True))


def test_flaws_go_by_codes_that_there_are() -> None:
    assert {code for flaw in run.flaws() for code in flaw.codes} <= {one.code for one in checks()}
