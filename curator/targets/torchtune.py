"""torchtune's chat_dataset with OpenAI's rows (``conversation_column: messages``, ``conversation_style: openai``)."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.status import status

TORCHTUNE = chat_target(
    name="torchtune",
    title="torchtune chat_dataset, conversation_style openai",
    status=status("torchtune"),
    rules=ChatRules(who="torchtune", tools=False, names=False, order="led", least=2),
    told=(
        "A row has messages and nothing else; each has role and content, and the content is text.",
        "A null content would repeat the message before it in silence: content is always there.",
        "The system message comes first, no answer comes before a user, no two users follow each other.",
        "Tools and tool calls are left out: torchtune's reader of these rows does not know them.",
        "Weights are ignored by torchtune: an example with a weight other than 1 is left out.",
    ),
)
