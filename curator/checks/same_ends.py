"""PRF001: nothing to prefer."""

from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.ends import is_pair
from curator.model import Example, Finding, Severity, Span, content_field
from curator.text import normalise


@example_check("PRF001", Severity.ERROR)
def same_ends(example: Example) -> Iterator[Finding]:
    """A chosen and a rejected end that say the same, up to case and spacing.

    Ends with tool calls, or of several messages, are compared as they are written.

    Why: preference training learns from what differs; here the same text is pushed up and down at once.
    Fix: write the end that is missing, or reject the row.
    Example:
        chosen "Press and hold the button." and rejected "press and hold the button."
    """
    index = example.output_index
    if index is None or not is_pair(example):
        return
    chosen, rejected = example.messages[index:], example.alternatives[0].messages
    plain = all(len(end) == 1 and end[0].text and not end[0].tool_calls for end in (chosen, rejected))
    same = normalise(chosen[0].text) == normalise(rejected[0].text) if plain else chosen == rejected
    if same:
        evidence = [Span(content_field(index), 0, len(chosen[0].text), "what is rejected as well")]
        yield found(example, "The chosen and the rejected end say the same.", evidence=evidence if plain else ())
