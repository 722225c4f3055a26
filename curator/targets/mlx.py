"""MLX-LM on Apple machines: chat rows in train.jsonl, valid.jsonl and test.jsonl."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.status import status

MLX = chat_target(
    name="mlx",
    title="MLX-LM, conversations",
    status=status("mlx"),
    rules=ChatRules(who="MLX-LM", advised="turns", names=False),
    files={"train": "train.jsonl", "validation": "valid.jsonl", "test": "test.jsonl"},
    told=(
        "The validation file is called valid.jsonl; a folder without train.jsonl has no training set.",
        "Every row has messages: MLX reads all rows the way that the first one looks. Tools come where there are some.",
        "The last message is from the assistant; every assistant message has text or calls.",
        "Every token is trained on; with --mask-prompt those of the last answer only.",
        "Weights are ignored by MLX-LM: an example with a weight other than 1 is left out.",
        "Content is text. Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
