"""Where a text holds a key, a token or a password. Read by keys_and_tokens.

Providers give their keys a beginning, a length and an alphabet: `SHAPES`. What has no such shape is a secret when a
word names it ("password = ...", "api_key: ...") and the value looks random. The lengths are those of the providers'
own documentation and of public scanners' rules, as of 2026.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from functools import lru_cache
from math import fsum, log2

from curator.checks.sensitive import Hit, Place, places, without_overlaps
from curator.memo import per_example
from curator.model import Example

_L, _R = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_JWT, _IN_ADDRESS = "JSON web token", "password in an address"
_GITLAB = (
    r"gl(?:pat|dt|ft|rt)-[\w-]{20,60}|glsoat-[\w-]{20,50}|GR1348941[\w-]{20,50}"
    r"|glcbt-(?:[0-9a-fA-F]{2}_)?[\w-]{20}|glimt-[\w-]{25}"
    r"|glptt-[\w-]{40}|glagent-[\w-]{50,1024}|gloas-[\w-]{64}"
)
# Kind, what the text must contain for the shape to be looked for (any of these), the shape.
SHAPES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (kind, tuple(marks.split()), re.compile(shape))
    for kind, marks, shape in (
        ("Anthropic key", "sk-ant-", _L + r"sk-ant-[\w-]{16,}"),
        (
            "OpenAI key",
            "sk-",
            _L
            + r"sk-(?:[a-z]{2,8}-(?:v\d-)?)?"
            + r"(?:[\w-]{16,120}T3BlbkFJ[\w-]{16,120}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,}[\w-]*)",
        ),
        (
            "GitHub token",
            "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
            _L + r"(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{22,255})" + _R,
        ),
        (
            "GitLab token",
            "glpat- gldt- glft- glrt- glsoat- GR1348941 glcbt- glimt- glptt- glagent- gloas-",
            _L + f"(?:{_GITLAB})" + r"(?![\w-])",
        ),
        ("AWS access key", "AKIA ASIA ABIA ACCA A3T", _L + r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}" + _R),
        ("Slack token", "xox xapp-", _L + r"xox[abeoprs]-[\w-]{10,}|" + _L + r"xapp-\d-[\w-]{20,}"),
        ("Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9_/-]{20,}"),
        ("Discord webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{40,}"),
        ("Google key", "AIza GOCSPX- ya29.", _L + r"(?:AIza[\w-]{35}(?![\w-])|GOCSPX-[\w-]{28}|ya29\.[\w-]{30,})"),
        ("Hugging Face token", "hf_", _L + r"hf_[A-Za-z0-9]{30,40}" + _R),
        (
            "npm token",
            "npm_ _authToken",
            _L + r"npm_[A-Za-z0-9]{36}" + _R + r"|//[\w.-]+/:_authToken=\s*(?:npm_\w{8,}|[0-9a-fA-F-]{36})",
        ),
        ("PyPI token", "pypi-", _L + r"pypi-[\w-]{85,}"),
        (
            "Stripe key",
            "k_live_ k_test_ whsec_",
            _L + r"(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})",
        ),
        ("Twilio key", "SK AC", _L + r"(?:SK|AC)[0-9a-f]{32}" + _R),
        ("SendGrid key", "SG.", _L + r"SG\.[\w-]{22}\.[\w-]{43}(?![\w-])"),
        ("Mailgun key", "key- pubkey-", _L + r"(?:pub)?key-[0-9a-f]{32}" + _R),
        ("Mailchimp key", "-us", _L + r"[0-9a-f]{32}-us\d{1,2}" + _R),
        ("Square token", "sq0 EAAA", _L + r"(?:sq0(?:atp|csp|idp)-[\w-]{22,43}|EAAA[\w+=-]{60})"),
        ("Shopify token", "shp", _L + r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}" + _R),
        ("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", _L + r"do[opr]_v1_[0-9a-f]{64}" + _R),
        ("Databricks token", "dapi", _L + r"dapi[0-9a-f]{32}(?:-\d)?" + _R),
        (
            "Groq, xAI or Replicate key",
            "gsk_ xai- r8_",
            _L + r"(?:gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{60,}|r8_[A-Za-z0-9]{37})" + _R,
        ),
        ("Artifactory token", "AKC AP", r"(?<![\w-])(?:AKC[A-Za-z0-9]{10,}|AP[\dA-F][A-Za-z0-9]{10,})" + _R),
        ("Atlassian or Linear key", "ATATT lin_api_", _L + r"(?:ATATT3[\w=-]{60,}|lin_api_[A-Za-z0-9]{32,})"),
        ("Telegram token", "", r"(?<![\w:])\d{8,10}:(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{35}(?![\w-])"),
        ("Discord token", "", r"(?<![\w.-])[\w-]{0,3}[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])"),
        (_JWT, "eyJ", _L + r"eyJ[\w-]{14,}={0,2}\.eyJ[\w-]{14,}={0,2}(?:\.[\w-]*)?"),
        (
            "Azure key",
            "AccountKey SharedAccessKey sig=",
            r"(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,86}={0,2}|[?&]sig=[A-Za-z0-9%+/]{40,}(?:%3D|=)",
        ),
        (
            "private key",
            "PRIVATE KEY",
            r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:[\sA-Za-z0-9+/=:,\\-]{40,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"|[\sA-Za-z0-9+/=\\]{40,})",
        ),
        (
            _IN_ADDRESS,
            "://",
            r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/?#@\"'<>${}*]{0,80}:(?P<value>[^\s:/?#@\"'<>${}*]{2,100})@(?P<host>[\w.-]+)",
        ),
    )
)
# What values are made of: the marks of most kinds are looked for in such runs, which few texts have; those of some in
# all words that are long enough for them, and of two, whose values hold other characters, everywhere.
_RUN, _WORD = 20, 13
_RUNS = re.compile(rf"[\w.:/+=@%~-]{{{_RUN},}}")
_ANYWHERE = ("private key", _IN_ADDRESS)
_SHORTER = ("OpenAI key", "Slack token", "npm token", "Artifactory token")
_BY_MARK = tuple((kind, mark, index) for index, (kind, marks, _) in enumerate(SHAPES) for mark in marks)
_MARKS_ANYWHERE = tuple((mark, index) for kind, mark, index in _BY_MARK if kind in _ANYWHERE)
_MARKS_IN_WORDS = tuple((mark, index) for kind, mark, index in _BY_MARK if kind in _SHORTER)
_MARKS_IN_RUNS = tuple((mark, index) for kind, mark, index in _BY_MARK if kind not in _ANYWHERE + _SHORTER)
# For those that have no mark of their own: what is rare in them, and begins with a literal.
_SIGNS = {"Telegram token": r":[\w-]{35}", "Discord token": r"\.[\w-]{6}\.[\w-]{27}"}
_BY_SIGN = tuple((index, re.compile(_SIGNS[kind])) for index, (kind, marks, _) in enumerate(SHAPES) if not marks)
# From the word that names a secret to its value. A key is one only with another word before it.
_ANCHORS = ("pass", "pwd", "kennwort", "contrase", "key", "token", "secret", "bearer", "credential")
_ANCHOR = re.compile("|".join(_ANCHORS))
_DIGIT = re.compile("[0-9]")
_NAMED = re.compile(
    r"(?P<name>pass(?:word|wd|phrase|code|wort|e)?|pwd|kennwort|contrase\u00f1a|key|token|secret|bearer|credential)"
    r"(?P<more>[\w-]{0,20})(?:\]|\"|'|`|\*\*)*"
    r"(?:\s+(?:for|of|to|on|f\u00fcr|zum|zur|von|vom|pour|de|du|del|para|till|f\u00f6r)(?:\s+[\w'-]{1,20}){1,5}?(?=\s*:|\s+(?:is|ist|est|es|lautet)\b))?"
    r"(?P<link>\s*(?::=|=>|==?|:)\s*|\s+(?:is|ist|est|es|to|lautet)\s*:?\s+|\s+(?=[\w+/=-]{20})|\s+(?=\S{8}))"
    r"(?P<quote>[\"'`]|\*\*)?(?P<value>[^\s\"'`,;<>{}()\[\]]{6,200})",
    re.IGNORECASE,
)
_KEY_OF = re.compile(
    r"(?:api|access|auth|private|encryption|signing|account|storage|service|client|iam|cos|hmac|secret)[ _-]?$",
    re.IGNORECASE,
)
# Characters before such a word that are read.
_BEFORE = 32
_LOGIN = re.compile(r"\b(?:log-?in|user(?:name)?|benutzer|usuario|identifiant|användare)\b", re.IGNORECASE)
_MINE = re.compile(r"\b(?:my|mein|mon|mi|mitt) $", re.IGNORECASE)
_NO_SECRET = re.compile(r"(?<=\w) $")
_PASSWORD = re.compile(r"pass|pwd|kennwort|contrase", re.IGNORECASE)
_NONE = re.compile(
    r"(?:your|example|sample|placeholder|change|replace|insert|https?:|process\.|os\.|self\.|this\.|\$|%|@|\\|[*.x\u2022_-]+$)"
    r"|(?:my|the|an?|some|enter|test|demo|dummy|fake|none|null|true|false|todo|env|config|settings|args|request|response"
    r"|user|get|str|string|0x)(?![a-z])",
    re.IGNORECASE,
)
# A secret that only a blank parts from its name has so many characters.
_BARE = 32
# What people write in place of a key: twelve or more of one mark, or the word itself.
_PLACEHOLDER = re.compile(
    r"([xX*.\u2022])\1{11}|your|placeholder|redacted|insert|changeme|replace|\u2026", re.IGNORECASE
)
_OTHER = re.compile(
    r"hash|salt|id$|type|ur[il]|name|field|length|count|size|expir|hint|policy|file|path|algo", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*?(?:\.[A-Za-z_]\w*)*")
_LOCAL = re.compile(
    r"[^.]*|127\.0\.0\.1|0\.0\.0\.0|.*\.(?:local|localhost|internal|invalid|test|example)|(?:.*\.)?example\.\w+"
)
_SECOND = re.compile(r"[A-Za-z_.-]*(?:key|token|secret|password|passwd|pwd)$", re.IGNORECASE)


@lru_cache(maxsize=256)
def secrets(text: str) -> tuple[Hit, ...]:
    """Where a text holds secrets, documented samples included."""
    hits: list[Hit] = []
    for index in looked_for(text):
        kind, _, shape = SHAPES[index]
        hits += [Hit(*_span(match), kind) for match in shape.finditer(text) if _real(match, kind)]
    if not text.isascii() or _DIGIT.search(text):  # what looks random has a digit
        hits += [Hit(*match.span("value"), _kind(match)) for match in _named(text) if _random(match)]
    return without_overlaps(hits)


@per_example
def secret_places(example: Example) -> tuple[Place, ...]:
    """Secrets in any text of a row."""
    return places(example, secrets)


def looked_for(text: str) -> list[int]:
    """The shapes that can be in a text: their marks are, where values of theirs can be."""
    found = [index for mark, index in _MARKS_ANYWHERE if mark in text]
    words = " ".join([word for word in text.split() if len(word) >= _WORD])
    if words:
        found += [index for mark, index in _MARKS_IN_WORDS if mark in words]
        runs = " ".join(_RUNS.findall(words)) if len(words) >= _RUN else ""
        if runs:
            found += [index for mark, index in _MARKS_IN_RUNS if mark in runs]
            found += [index for index, sign in _BY_SIGN if sign.search(runs)]
    return sorted(set(found)) if found else found


def _named(text: str) -> Iterator[re.Match[str]]:
    """Each word that names a secret, with what follows it."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals fall apart in lower case, and offsets with them
        lower = text
    for anchor in _ANCHORS if _ANCHOR.search(lower) else ():
        place = lower.find(anchor)
        while place >= 0:
            match = _NAMED.match(text, place)
            if match and _named_so(match, text[max(0, place - _BEFORE) : place]):
                yield match
            place = lower.find(anchor, place + len(anchor))


def _named_so(match: re.Match[str], before: str) -> bool:
    name = match["name"].lower()
    if name == "key":
        return _KEY_OF.search(before) is not None
    if name == "pass":
        return not before[-1:].isalpha() and (_NO_SECRET.search(before) is None or _LOGIN.search(before) is not None)
    return not before.lower().endswith(("public", "public_", "public-", "public "))


def entropy(text: str) -> float:
    """Bits a character, from how often each occurs: 0 for "aaaa", 4 for sixteen different ones."""
    size = len(text)
    return -fsum(count / size * log2(count / size) for count in (text.count(character) for character in set(text)))


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.span("value" if "value" in match.re.groupindex else 0)


def _real(match: re.Match[str], kind: str) -> bool:
    """Whether a value with a provider's shape is more than a shape."""
    value = match.group()
    if _PLACEHOLDER.search(value):
        return False
    if kind == _JWT:
        return _json_object(value.partition(".")[0])
    if kind == _IN_ADDRESS:
        return not _LOCAL.fullmatch(match["host"]) or _password(match["value"])
    return True


def _json_object(encoded: str) -> bool:
    try:
        return isinstance(
            json.loads(urlsafe_b64decode(encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4))), dict
        )
    except ValueError:
        return False


def _kind(match: re.Match[str]) -> str:
    return "password" if _PASSWORD.search(match["name"]) else "key or token"


def _random(match: re.Match[str]) -> bool:
    """Whether a value beside such a word is one that nobody types as an example."""
    value = match["value"].rstrip(".!?:")
    if _NONE.match(value) or _PLACEHOLDER.search(value) or _SECOND.match(value) or _OTHER.search(match["more"]):
        return False
    if match["link"].isspace() and match["name"].lower() != "bearer":
        if match["name"].lower() == "secret":
            return len(value) >= _BARE and _scrambled(value)
        # "user ann, password Fusee!Chain_75": no word of a sentence has a mark and a digit in it.
        return _PASSWORD.fullmatch(match["name"][:4]) is not None and not value.isalnum() and _password(value)
    follows = match.string[match.end() : match.end() + 1]
    if follows in ("(", "[") or ("=" in match["link"] and not match["quote"] and _IDENTIFIER.fullmatch(value)):
        return False
    if _PASSWORD.search(match["name"]):
        return _password(value, _MINE.search(match.string, max(0, match.start() - _BEFORE), match.start()) is not None)
    digits, letters = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    return len(value) >= 16 and digits and letters and entropy(value) >= 3.0 and not _name_like(value)


def _scrambled(value: str) -> bool:
    """Small letters, capitals and digits in no order."""
    kinds = any(map(str.islower, value)), any(map(str.isupper, value)), any(map(str.isdigit, value))
    return all(kinds) and entropy(value) >= 4.0 and not _name_like(value)


def _password(value: str, mine: bool = False) -> bool:
    """Letters and digits, and capitals or marks with them where nobody says that it is theirs."""
    digits, letters = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    mixed = (value.lower() != value) + digits + (not value.isalnum())
    return len(value) >= 7 and letters and digits and mixed >= 2 - mine and entropy(value) >= 2.5


def _name_like(value: str) -> bool:
    """A path, a dotted or snake-case name, a version: words joined by marks."""
    parts = re.split(r"[._/:-]", value)
    return len(parts) > 1 and all(len(part) < 12 and (part.isalpha() or part.isdigit() or not part) for part in parts)
