"""SAF002: a secret that opens something."""

from collections.abc import Iterator

from curator.checks.base import example_check
from curator.checks.samples import is_sample
from curator.checks.secret_shapes import secret_places
from curator.checks.sensitive import report
from curator.model import Example, Finding, Severity


@example_check("SAF002", Severity.ERROR)
def keys_and_tokens(example: Example) -> Iterator[Finding]:
    """A key, a token or a password, in the input or the output.

    Known by its provider's shape (sk-ant-, sk-proj-, ghp_, AKIA, xoxb-, AIza, glpat-, hf_, npm_, Stripe, Twilio,
    SendGrid, Azure, private keys, JSON web tokens, passwords in addresses and some thirty more), or by a word that
    names it and a value that looks random ("password: ...", "api_key = ..."). Placeholders ("your-key-here", xxxx,
    $TOKEN) and documented samples are none; hashes and ids without such a word beside them neither.

    Why: a tuned model recites keys that it has seen, and whoever reads the data set can use them today.
    Fix: revoke the key at its provider, then put a placeholder in its place.
    Example:
        input "My key is sk-ant-api03-<48 more characters>, why is it refused?"
    """
    live = [place for place in secret_places(example) if not is_sample(place)]
    return report(example, live, lambda kind: "[PASSWORD]" if kind.startswith("password") else "[KEY]")
