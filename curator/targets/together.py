"""Together's supervised fine-tuning: OpenAI's rows."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.limits import GIGABYTE, Limits
from curator.targets.status import status

#: The client refuses larger files; the service's own bound is 100 GB.
LIMITS = Limits(bytes_most=50 * GIGABYTE)

TOGETHER = chat_target(
    name="together",
    title="Together fine-tuning, conversations",
    status=status("together"),
    rules=ChatRules(
        who="Together",
        weights=True,
        advised="turns",
        says={"advised": "user and assistant do not take turns, which Together's documentation wants"},
    ),
    limits=LIMITS,
    told=(
        "A row has messages and, where the example has them, tools; any other column fails the file.",
        "The last message is from the assistant; every assistant message that is trained on has text or calls.",
        "Weights are 0 or 1, on assistant messages only.",
        "Together's documentation wants user and assistant in turn; its client (2.14.0) takes other orders as well.",
        "Content is text: images would have to be data URLs, and are left out.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
