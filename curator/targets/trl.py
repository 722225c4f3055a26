"""TRL's SFTTrainer with chat rows: every token of `messages` is trained on unless the trainer is told otherwise."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.status import status

#: TRL's templates know ``return`` in a function, which transformers writes for Python functions.
RULES = ChatRules(
    who="TRL",
    advised="turns",
    function_keys=frozenset({"name", "description", "parameters", "strict", "return"}),
    says={"weight": "; the target trl-prompt-completion trains on the last one only"},
)

TRL = chat_target(
    name="trl",
    title="TRL SFTTrainer, messages",
    status=status("trl"),
    rules=RULES,
    told=(
        "A row has messages and, where the example has them, tools; nothing else.",
        "Roles are system, user, assistant and tool: with any other TRL drops the row in silence.",
        "The last message is from the assistant; every assistant message has text or calls.",
        "Every token is trained on unless the trainer gets assistant_only_loss=True.",
        "Weights are ignored by TRL: an example with a weight other than 1 is left out.",
        "Content is text: one text part becomes text, images and several parts are left out.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
