"""Together's preference rows: OpenAI's."""

from curator.targets.chat import ChatRules
from curator.targets.openai_dpo import FORMAT, TOLD, pack, unpack
from curator.targets.preference import preference_target
from curator.targets.status import status
from curator.targets.together import LIMITS

TOGETHER_DPO = preference_target(
    name="together-dpo",
    title="Together fine-tuning, preferences",
    status=status("together"),
    format=FORMAT,
    rules=ChatRules(who="Together", names=False),
    limits=LIMITS,
    pack=pack,
    unpack=unpack,
    told=TOLD,
)
