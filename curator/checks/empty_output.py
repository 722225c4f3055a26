"""TXT001: nothing is taught."""

from collections.abc import Iterator
from unicodedata import category

from curator.checks.base import example_check, found
from curator.model import Example, Finding, Message, Severity, Span


@example_check("TXT001", Severity.ERROR)
def empty_output(example: Example) -> Iterator[Finding]:
    """An output without a character in it, or no assistant message at all.

    A tool call or an image without text is an output; so are the alternatives of a preference pair and the
    reference answer of a graded task.

    Why: the model is taught to say nothing, or the trainer drops the row in silence.
    Fix: write the output, or reject the example.
    Example:
        input "When do you open on Sundays?", output ""
    """
    if example.output is None:
        if example.reference is None and not any(_says_something(example)):
            yield found(example, "There is no assistant message, so nothing is taught.")
        return
    for index, message in enumerate(example.messages):
        if message.role == "assistant" and message.weight != 0 and _empty(message):
            text = message.text
            why = "is empty" if not text else "holds nothing but spaces and invisible characters"
            span = Span(f"messages[{index}].content", 0, len(text), "nothing to learn")
            yield found(example, f"The output {why}.", evidence=[span])


def _empty(message: Message) -> bool:
    if message.tool_calls or not isinstance(message.content, str):
        return not message.tool_calls and not message.content
    text = message.content
    if text and text[0] != " " and text[0].isprintable():
        return False
    return all(character.isspace() or category(character) in ("Cf", "Cc") for character in text)


def _says_something(example: Example) -> Iterator[bool]:
    for alternative in example.alternatives:
        if alternative.preferred is not False:
            yield any(message.role == "assistant" and not _empty(message) for message in alternative.messages)
