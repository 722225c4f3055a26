"""Mistral's chat rows, as mistral-common's validator for fine-tuning takes them (v3 and later tokenizers)."""

from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.limits import MEGABYTE, Limits
from curator.targets.status import status

MISTRAL = chat_target(
    name="mistral",
    title="Mistral fine-tuning",
    status=status("mistral"),
    rules=ChatRules(
        who="Mistral",
        weights=True,
        names=False,
        order="early",
        call_ids="[A-Za-z0-9]{9}",
        marks=("[INST]", "[/INST]", "<s>", "</s>", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]", "[TOOL_RESULTS]"),
        says={"last": "Expected last role Assistant for finetuning but got {role}"},
    ),
    limits=Limits(bytes_most=512 * MEGABYTE),
    told=(
        "A row has messages and, where the example has them, tools; nothing else. Content is text.",
        "The last message is from the assistant; a system message stands before the first answer.",
        "Weights are 0 or 1, on assistant messages only.",
        "Ids of tool calls are nine letters and digits: when one is not, all calls of the row get new ids.",
        "Every tool call is answered before the next turn, and every tool message answers a call.",
    ),
)
