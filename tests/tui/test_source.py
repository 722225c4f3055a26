"""Text from data has one way onto the screen; the source is read to see that nobody opens a second."""

import ast
from pathlib import Path

import pytest

import curator.tui

FILES = sorted(Path(curator.tui.__file__).parent.rglob("*.py"))
PARSES_MARKUP = {"Static", "Label", "Button", "Markdown", "OptionList", "Option", "DataTable", "notify", "update"}
PARSES_MARKUP |= {"Text", "from_markup", "add_row", "RichLog", "Checkbox", "Collapsible", "Tab"}
MARKUP_ARGUMENTS = {"placeholder", "tooltip", "title"}
MARKUP_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "placeholder", "sub_title"}
SAFE = {"Content", "visible"}


def _literal_or_safe(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in SAFE
    return False


def unsafe(source: str) -> list[int]:
    """The lines that give something else than a literal to what may parse markup."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in PARSES_MARKUP:
                found += [node.lineno for argument in node.args if not _literal_or_safe(argument)]
            found += [
                node.lineno
                for word in node.keywords
                if word.arg in MARKUP_ARGUMENTS and not _literal_or_safe(word.value)
            ]
        elif isinstance(node, ast.Assign):
            targets = [t.attr for t in node.targets if isinstance(t, ast.Attribute)]
            if MARKUP_ATTRIBUTES & set(targets) and not _literal_or_safe(node.value):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_but_literals_goes_to_what_parses_markup(path: Path) -> None:
    assert unsafe(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "Static(text)",
        'self.notify(f"{name}")',
        "self.border_title = name",
        "Input(placeholder=name)",
        "label.update(x)",
    ],
)
def test_the_reader_of_the_source_sees_what_it_should(line: str) -> None:
    assert unsafe(line) == [1]


@pytest.mark.parametrize("line", ['Static("fixed")', "Static(Content(text))", "self.border_title = visible(name)"])
def test_and_nothing_else(line: str) -> None:
    assert unsafe(line) == []


def test_a_segment_is_made_only_where_text_was_made_visible() -> None:
    makers = {path.name for path in FILES if "Segment(" in path.read_text()}
    assert makers == {"ink.py", "bar.py", "text_view.py", "wall.py", "plot.py"}  # into the last one only numbers go


def test_the_waiting_of_the_pilot_can_be_shortened() -> None:
    import textual._wait

    assert isinstance(textual._wait.SLEEP_GRANULARITY, float)
    assert isinstance(textual._wait.SLEEP_IDLE, float)
