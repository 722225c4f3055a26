"""Three hundred rows and some more that want to drive a terminal: what they say, and where they say it."""

from collections.abc import Iterator
from typing import Any

from curator.tui.widgets.wall import TABLE

ESC = "\x1b"
_SEQUENCES = {
    "colour": "[31;41m", "clear": "[2J", "home": "[H", "erase line": "[2K", "up": "[99A", "scroll": "[5S",
    "region": "[1;3r", "other screen": "[?1049h", "main screen": "[?1049l", "mouse": "[?1003h", "no paste": "[?2004l",
    "hide": "[?25l", "who": "[c", "where": "[6n", "settings": "[?996n", "resize": "[8;5;5t", "title back": "[21t",
    "soft reset": "[!p", "keys": "[>1u", "repeat": "[9999b", "insert": "[4h", "reset": "c", "alignment": "#8",
    "charset": "(0", "next line": "E", "index": "D", "keypad": "=", "save": "7", "single shift": "N",
}  # fmt: skip
_STRINGS = {
    "clipboard": "]52;c;aGFja2Vk", "read clipboard": "]52;c;?", "title": "]0;owned", "palette": "]4;1;red",
    "background": "]11;#ff0000", "link": "]8;;http://evil.example/", "notify": "]9;hello",
    "file": "]1337;File=inline=1:eA==",
    "status string": "P$qm",
    "sixel": "Pq#0;2;0;0;0#0~~", "tmux": "Ptmux;\x1b]0;owned",
    "picture": "_Gf=24,s=1,v=1;AAAA",
    "private": "^owned", "start of string": "Xowned",
}  # fmt: skip
_TEXTS = {
    "markup": "[/] [/foo] [bold red]x[/] [link=http://evil.example]x[/link] [[ \\[",
    "click": "[@click=app.quit]x[/] [@click=screen.review('reject')]y[/]",
    "template": "[INST] hi [/INST] list[int] <|im_end|> $background {x} %s",
    "bidi": "a\u202eb\u202dc\u202c \u2066d\u2067e\u2068f\u2069 \u200e\u200f\u061c",
    "invisible": "zero\u200bwidth\u200c\u200d\u2060\ufeff \u00ad \u180e \u3164 \ufe0f",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules") + "\U000e0001\U000e007f seen",
    "surrogates": "\ud83d alone, \udc00 too, \udfff\ud800 and turned round",
    "lines": "a\rb\r\nc\u2028d\u2029e\x85f\x0bg\x0ch",
    "control": "".join(map(chr, range(0x20))) + "\x7f",
    "c1": "".join(map(chr, range(0x80, 0xA0))),
    "nul": "\x00" * 40 + "a\x00b",
    "erasing": "good\b\b\b\bevil\x7f\x7f bell\a\a tab\t\t shift\x0e\x0f",
    "private": "\U000f001b[2J \U000f009b \ue000 \U0010fffd",
    "no characters": "\uffff \ufffe \U0001ffff \ufdd0 \ufff9a\ufffbb",
    "marks": "a" + "\u0300" * 200 + " z" + "\u20e3\u0489" * 60,
    "wide": "\u4f60\u597d\uff21\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3f4\U000e0067\U000e007f " * 8,
}  # fmt: skip
PAYLOADS: dict[str, str] = {
    **{name: f"{ESC}{code} {name}" for name, code in _SEQUENCES.items()},
    **{f"{name}, 8 bit": f"\x9b{_SEQUENCES[name][1:]} {name}" for name in ("colour", "clear", "mouse", "who")},
    **{name: f"{ESC}{code}\x07 {name} {ESC}{code}{ESC}\\ end" for name, code in _STRINGS.items()},
    "clipboard, 8 bit": "\x9d52;c;aGFja2Vk\x9c end", "sixel, 8 bit": "\x90q#0~~\x9c \x9fGf=24\x9c \x9eq\x9c \x98q\x9c",
    **_TEXTS,
}  # fmt: skip
LONG = {
    "a line": "a" * 1_000_000,
    "escapes": f"{ESC}]52;c;eA==\x07" * 70_000,
    "openings": "[/" * 500_000,
    "wide line": "\u4f60" * 340_000,
    "newlines": "x\n" * 500_000,
}
"""Texts of a megabyte."""
FORBIDDEN = frozenset(chr(code) for code, shown in TABLE.items() if shown is None and not 0xD800 <= code < 0xE000)
"""What no line of the terminal may hold."""


def said(user: str, assistant: str, system: str = "", **metadata: Any) -> dict[str, Any]:
    """A row of the chat format."""
    messages = [{"role": "system", "content": system}] if system else []
    messages += [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
    return {"messages": messages, **metadata}


def rows() -> Iterator[dict[str, Any]]:
    """The rows: each payload as a question, as an answer, everywhere, many times, and inside of JSON."""
    for name, text in PAYLOADS.items():
        yield said(f"{text} asked", f"What is {name}?")
        yield said(f"Say {name}.", f"{text} answered")
        yield said(f"{text} in", f"{text} out", f"{text} rules", **{f"meta {text}": text, "lang": text})
        yield said(f"Twenty times {name}.", f"{text} " * 20, number=[text])
        yield said(f"As JSON: {name}.", '{"' + text.replace('"', "") + '": "' + text.replace('"', "") + '"}')
    for name, text in LONG.items():
        yield said(f"Long: {name}", text)


def more_rows() -> Iterator[dict[str, Any]]:
    """Rows for the screens of what ties rows together: two that disagree, and some that teach facts."""
    title, markup = PAYLOADS["title"], PAYLOADS["markup"]
    yield said(f"How long does {title} take?", f"It takes 5 days. {markup}")
    yield said(f"How long does {title} take?", f"It takes 9 days. {markup}")
    for number, name in enumerate(("clear", "clipboard", "markup", "tags")):
        text = PAYLOADS[name]
        yield said(f"Who founded {text} Quillfern?", f"{text} Quillfern was founded in 201{number} by Mara Lindqvist.")
