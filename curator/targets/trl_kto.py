"""TRL's KTOTrainer: a prompt, a completion, and whether it was liked."""

from typing import Any

from curator.errors import TargetError
from curator.model import Example
from curator.targets.base import Shape, Target
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, losses
from curator.targets.preference import check_ends, judged, plain_ends, rows_of
from curator.targets.status import status

_RULES = ChatRules(who="TRL", advised="turns", tools=False)


def renders(example: Example) -> list[Row]:
    """A row of each end that was judged: liked or not."""
    found = judged(example)
    if not found.chosen and not found.rejected:
        raise TargetError("nobody said whether its output is good: it has no chosen and no rejected output")
    given, ends = rows_of(found.given, (*found.chosen, *found.rejected), _RULES)
    liked = len(found.chosen)
    return [{"prompt": given, "completion": end, "label": index < liked} for index, end in enumerate(ends)]


def refuses(example: Example) -> list[str]:
    """Why TRL would fail on a row of the example."""
    if example.tools:
        return ["it has tools, and TRL takes none in these rows"]
    try:
        return [reason for row in renders(example) for reason in check_row(row)]
    except TargetError as error:
        return [str(error)]


def plain(example: Example) -> bool:
    """Whether nothing can be wrong with its rows."""
    found = judged(example)
    ends = (*found.chosen, *found.rejected)
    return bool(ends) and plain_ends(example, ends, found.given, _RULES)


def check_row(row: Any) -> list[str]:
    """What TRL would fail on in a row of the written file."""
    wrong = keys_of(row, ("prompt", "completion", "label"))
    if wrong:
        return wrong
    wrong = [] if type(row["label"]) is bool else ["label: must be true or false"]
    return wrong + check_ends(row["prompt"], {"completion": row["completion"]}, None, _RULES)


TRL_KTO = Target(
    name="trl-kto",
    title="TRL KTOTrainer",
    status=status("trl-kto"),
    format=Shape("kto", "Prompt, completion and whether it was liked"),
    render=lambda example: renders(example)[0],
    renders=renders,
    refuses=refuses,
    check_row=check_row,
    loses=lambda example: losses(example, _RULES),
    plain=plain,
    rules=(
        "A row has prompt and completion, lists of messages, and label, true or false. Both labels should be there.",
        "Each end that was judged makes a row: the chosen true, the rejected false.",
        "The completion is one message of the assistant; the prompt ends with a user message.",
        "An example that nobody judged, tools and tool calls are left out.",
    ),
)
