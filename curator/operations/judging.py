"""A model as a second reader of suspects: what it is asked, after a yes, and what its answers are worth."""

from collections.abc import Generator, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from curator.advice.prices import Prices
from curator.checks.addressed_to_model import addressed_to_model
from curator.judge.base import Question, Service, not_asked
from curator.judge.keeping import Kept
from curator.judge.rubrics import Rubric, rubric
from curator.judge.verdicts import Judgement, Suspect, judgement_of, question_of
from curator.judge.wrapping import nonce
from curator.model import Example, Finding, Progress
from curator.operations.asking import Session
from curator.operations.asking_plan import Prepared, prepare


class Docket(Struct, frozen=True):
    """Suspects and the questions about them, of one rubric, for one run."""

    rubric: Rubric
    suspects: tuple[Suspect, ...]
    questions: tuple[Question, ...]


class JudgingResult(Struct, frozen=True):
    """A judgement for each suspect, in their order, and the rows that speak to their judge as findings."""

    judgements: tuple[Judgement, ...]
    addressed: tuple[Finding, ...]
    cost: float


def docket(
    name: str, suspects: Sequence[Sequence[Example]], model: str, prices: Prices, *, tag: str | None = None,
    rewrites: bool = False,
) -> Docket:  # fmt: skip
    """Suspects for a rubric: ``knowledge`` and ``output`` take one example each, ``conflict`` two.

    With `rewrites` the judge is asked for the output as it should be, too, where the rubric has rules for that.
    """
    asked = rubric(name, rewrites=rewrites)
    price = prices.of(model)
    thinking = 0 if price is None else price.thinking_tokens
    made = tuple(Suspect(tuple(some), any(_speaks(one, asked) for one in some)) for some in suspects)
    mark = tag or nonce()
    return Docket(asked, made, tuple(question_of(one, asked, model, mark, thinking=thinking) for one in made))


def prepared(
    dockets: Sequence[Docket], service: Service, kept: Kept, prices: Prices, *, allow_secrets: bool = False,
    batches: bool | None = None,
) -> Prepared:  # fmt: skip
    """The plan of judging all of these. Nothing is sent."""
    examples: Mapping[str, Example] = {
        example.id: example for one in dockets for suspect in one.suspects for example in suspect.examples
    }
    names = ", ".join(one.rubric.name for one in dockets)
    asked = [question for one in dockets for question in one.questions]
    return prepare(
        service, kept, prices, asked, purpose=f"judging suspects ({names})",
        examples=examples, allow_secrets=allow_secrets, batches=batches, output=120.0,
    )  # fmt: skip


def judge(dockets: Sequence[Docket], session: Session) -> Generator[Progress, None, JudgingResult]:
    """Asks, and says of every suspect whether it was judged, could not be, or was not.

    Rows that were left out because they hold a secret are not judged. Raises `JudgeError` when no call can succeed.
    """
    out = set(session.plan.left_out)
    asked = [one for docket in dockets for one in docket.questions if not set(one.rows) & out]
    before = session.purse.spent
    answers = yield from session.ask(asked, "judging")
    none = not_asked("it holds a secret and was left out")
    judgements = tuple(
        judgement_of(suspect, one.rubric, answers.get(question.key, none))
        for one in dockets
        for suspect, question in zip(one.suspects, one.questions, strict=True)
    )
    examples = {example.id: example for one in dockets for suspect in one.suspects for example in suspect.examples}
    findings = tuple(finding for example in examples.values() for finding in addressed(example))
    return JudgingResult(judgements, findings, session.purse.spent - before)


def addressed(example: Example) -> list[Finding]:
    """Where a row speaks to a model or a judge that reads it, as its check finds it."""
    found: Iterator[Finding] = addressed_to_model.function(example)
    return [replace(finding, code=addressed_to_model.code) for finding in found]


def _speaks(example: Example, asked: Rubric) -> bool:
    """Whether a row speaks to its judge: by the check, or because it names a verdict or the tag around the data."""
    names = [name for name in asked.verdicts if "_" in name]
    text = " ".join(message.text for message in example.messages).casefold()
    return bool(addressed(example)) or any(sign in text for sign in (*names, "<data-", "</data-"))
