"""Axolotl's chat_template data sets: chat rows, and the lines of its configuration that keep their weights."""

from curator.targets.base import Written
from curator.targets.chat import ChatRules
from curator.targets.chat_target import chat_target
from curator.targets.status import status

_CONFIG = "axolotl-datasets.yml"
_SETTINGS = """\
    type: chat_template
    field_messages: messages
    message_property_mappings:
      role: role
      content: content
    roles_to_train: [assistant]
    message_field_training: weight
"""


def beside(written: Written) -> dict[str, bytes]:
    """The data sets as Axolotl's configuration names them: without it weights would be ignored in silence."""
    text = "# Put these lines into your configuration. Paths are relative to where axolotl is started.\n"
    for split, key in (("train", "datasets"), ("validation", "test_datasets")):
        if split in written.files:
            text += f"{key}:\n  - path: {written.files[split]}\n    ds_type: json\n"
            text += ("" if split == "train" else "    split: train\n") + _SETTINGS
    return {_CONFIG: text.encode()}


AXOLOTL = chat_target(
    name="axolotl",
    title="Axolotl, chat_template",
    status=status("axolotl"),
    rules=ChatRules(who="Axolotl", advised="turns", weights=True, names=False),
    extras=beside,
    extra_names=(_CONFIG,),
    told=(
        "A row has messages and, where the example has them, tools; nothing else. Content is text and always there.",
        "The last message is from the assistant; every assistant message that is trained on has text or calls.",
        f"Weights are ignored unless message_field_training is set: {_CONFIG} has the lines.",
        "Every tool call is answered before the next turn; calls without ids get ids (call00001).",
    ),
)
