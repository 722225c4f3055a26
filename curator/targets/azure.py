"""Azure OpenAI (Microsoft Foundry): OpenAI's rows in files that begin with a byte order mark."""

from msgspec.structs import replace

from curator.targets.chat_target import chat_target
from curator.targets.openai import LIMITS, RULES, TOLD
from curator.targets.status import status

AZURE = chat_target(
    name="azure",
    title="Azure OpenAI supervised fine-tuning",
    status=status("azure"),
    rules=replace(RULES, who="Azure OpenAI", most_images=64),
    limits=replace(LIMITS, bytes_most=LIMITS.bytes_most - 1),
    mark=b"\xef\xbb\xbf",
    told=(
        *TOLD,
        "At most 64 images a row; a file is less than 512 MB.",
        "The files begin with a byte order mark, which the documentation demands; Microsoft's own samples have none. "
        "bom = false under [targets.azure] in curator.toml leaves it out.",
    ),
)
