"""NeMo AutoModel and NeMo RL: chat rows."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.status import status

NEMO = chat_target(
    name="nemo",
    title="NVIDIA NeMo, conversations",
    status=status("nemo"),
    rules=ChatRules(who="NeMo", advised="turns", names=False),
    told=(
        "A row has messages and, where the example has them, tools; nothing else. Content is text.",
        "The last message is from the assistant; every assistant message has text or calls.",
        "Weights are not known to NeMo: an example with a weight other than 1 is left out.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
