"""Fireworks' preference rows: OpenAI's."""

from curator.targets.chat import ChatRules
from curator.targets.fireworks import LIMITS
from curator.targets.openai_dpo import FORMAT, TOLD, pack, unpack
from curator.targets.preference import preference_target
from curator.targets.status import status

FIREWORKS_DPO = preference_target(
    name="fireworks-dpo",
    title="Fireworks fine-tuning, preferences",
    status=status("fireworks"),
    format=FORMAT,
    rules=ChatRules(who="Fireworks", names=False),
    limits=LIMITS,
    pack=pack,
    unpack=unpack,
    told=TOLD,
)
