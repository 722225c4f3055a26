"""OpenAI's supervised fine-tuning: chat rows, strict."""

from curator.targets.chat import ChatRules
from curator.targets.chat_rules import PARALLEL
from curator.targets.chat_target import chat_target
from curator.targets.limits import MEGABYTE, Limits
from curator.targets.status import status

#: From OpenAI's supervised fine-tuning guide: examples of a training file, its size, and tokens of a row.
LIMITS = Limits(rows_least=10, rows_recommended=50, bytes_most=512 * MEGABYTE, row_tokens=65_536)
#: What OpenAI's own vocabulary reads as control tokens.
MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|endofprompt|>")
RULES = ChatRules(
    who="OpenAI",
    weights=True,
    parts=True,
    tool_names=False,
    most_tools=128,
    marks=MARKS,
    row_tokens=LIMITS.row_tokens,
    counting="o200k_base",
    columns=("tools", PARALLEL),
)
TOLD = (
    "A row has messages and, where the example has them, tools and parallel_tool_calls; nothing else.",
    "The last message is from the assistant; every assistant message that is trained on has text or calls.",
    "Weights are 0 or 1, on assistant messages only; one of them is not 0.",
    "Function names are 1 to 64 letters, digits, - or _; arguments are the JSON text of an object.",
    "Every tool call is answered before the next turn, and every tool message answers a call.",
    "Images are in user messages, JPEG, PNG or WEBP, a web address or up to 10 MB of data.",
    "Calls without ids get ids (call00001); the name of a tool message is left out: its schema has none.",
    "Tokens of a row are counted exactly with the extra tokens, else by an estimate that says so.",
)

OPENAI = chat_target(
    name="openai",
    title="OpenAI supervised fine-tuning",
    status=status("openai"),
    rules=RULES,
    limits=LIMITS,
    told=(*TOLD, "At most 10 images a row."),
)
