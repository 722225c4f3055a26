"""Each check finds its hits and leaves the near misses alone; see the files in cases/."""

import pytest

from curator.checks.base import checks
from curator.model import Severity
from tests.checks.case_files import Case, cases
from tests.checks.in_memory import found

CHECKS = {check.code: check for check in checks()}


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case.code} {case.kind} {case.domain}")
def test_hit_or_near_miss(case: Case) -> None:
    findings, problems = found([CHECKS[case.code]], case.entries, context=case.usual)
    ids = {entry.example.id: entry.seq for entry in case.entries} | {"": 0}  # 0 stands for the whole set
    assert not problems
    assert tuple(sorted({ids[finding.example_id or ""] for finding in findings})) == case.expected


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.kind == "hit"], ids=lambda case: f"{case.code} {case.domain}"
)
def test_evidence_lies_in_the_text(case: Case) -> None:
    texts = {entry.example.id: entry.example.messages for entry in case.entries}
    findings, _ = found([CHECKS[case.code]], case.entries, context=case.usual)
    for finding in findings:
        for span in finding.evidence:
            messages = texts[finding.example_id or ""]
            index = int(span.field.removeprefix("messages[").removesuffix("].content"))
            assert 0 <= span.start <= span.end <= len(messages[index].text)
            assert span.end > span.start or not messages[index].text
            assert span.why


# Rows of the other checks are alike on purpose.
CLEAN = [case for case in cases() if case.kind == "near" and case.code.startswith("TXT")]


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: f"{case.code} {case.domain}")
def test_a_near_miss_of_one_check_is_clean_for_the_others(case: Case) -> None:
    # What is information only may well be about such rows; and a flawless answer may well teach facts.
    others = [
        check
        for check in CHECKS.values()
        if check.code not in (case.code, "TXT001")
        and not check.code.startswith("KNO")
        and check.severity is not Severity.INFO
    ]
    findings, _ = found(others, case.entries, context=case.usual)
    assert [(finding.code, finding.message) for finding in findings] == []
