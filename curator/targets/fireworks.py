"""Fireworks' supervised fine-tuning: OpenAI's rows."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.limits import Limits
from curator.targets.status import status

#: From Fireworks' fine-tuning guide. Files of 150 MB and more go up through a signed address.
LIMITS = Limits(rows_least=3, rows_most=3_000_000)

FIREWORKS = chat_target(
    name="fireworks",
    title="Fireworks fine-tuning, conversations",
    status=status("fireworks"),
    rules=ChatRules(who="Fireworks", weights=True, names=False),
    limits=LIMITS,
    told=(
        "A row has messages and, where the example has them, tools; nothing else. Content is text.",
        "The last message is from the assistant; every assistant message that is trained on has text or calls.",
        "Weights are 0 or 1, on assistant messages only.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
        "Files of 150 MB and more cannot be uploaded directly: they need a signed address.",
    ),
)
