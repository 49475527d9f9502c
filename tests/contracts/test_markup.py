"""No text that somebody wrote is read as markup."""

import textwrap
from pathlib import Path

import pytest

from tests.contracts.markup import find_faults

ROOT = Path(__file__).resolve().parents[2]

CAUGHT = [
    "def f(name: str): Static(name)",
    "def f(name): Static(name)",
    "def f(name): widgets.Label(name)",
    "def f(name): Static(content=name)",
    "def f(name): Static(f'hello {name}')",
    "def f(name): Static('hello ' + name)",
    "def f(name): Static('hello {}'.format(name))",
    "def f(name): Static('%s' % name)",
    "def f(name): Static(name or 'nobody')",
    "def f(name): Static('nobody' if not name else name)",
    "def f(post): Static(post.body)",
    "def f(post): Static(str(post))",
    "def f(name): Static(name, markup=True)",
    "def f(name, off): Static(name, markup=off)",
    "def f(**rest): Static(**rest)",
    "def f(self, name): self.update(name)",
    "def f(self, name): self.query_one('#a', Static).update(name)",
    "def f(self, name): self.notify(name)",
    "def f(self, name): self.app.notify(message=name)",
    "def f(name): Option(name)",
    "def f(name): OptionList('one', name)",
    "def f(names): OptionList(*names)",
    "def f(name): Button(name)",
    "def f(self, name): self.border_title = name",
    "def f(self, name): self.pane.border_subtitle = f'{name}'",
    "def f(self, name): self.tooltip = name",
    "def f(name): Content.from_markup(name)",
    "def f(name): Content.from_text(name)",
    "def f(name):\n    words = 'a'\n    words = name\n    Static(words)",
    "def f(name):\n    words = 'a'\n    words += name\n    Static(words)",
    "def f(names):\n    for name in names:\n        Static(name)",
    "def f(pair):\n    one, two = pair\n    Static(one)",
    "def f(x):\n    match x:\n        case A(name):\n            Static(name)",
    "def f(x):\n    match x:\n        case str() as name:\n            Static(name)",
    "def g(name) -> str: return name\ndef f(name): Static(g(name))",
    "class A(Static):\n    def __init__(self, name: str):\n        super().__init__(name)",
    "class A(Widget):\n    def render(self) -> str:\n        return self.name",
    (
        "class A(Widget):\n    def __init__(self, name):\n        self.words = name\n"
        "    def f(self):\n        Static(self.words)"
    ),
    "def f(name): Hit(1.0, name, run)",
    "def f(names): Static(', '.join(names))",
    "HELLO = 'hello {}'\ndef f(name): Static(HELLO.format(name))",
    "def f(self, count): self.update(f'{count:>3}')",
    "def f(self, name):\n    try: pass\n    except E as error: self.notify(error)",
]

LET_THROUGH = [
    "Static('hello')",
    "Static()",
    "Static('hello ' 'there')",
    "HELLO = 'hello'\ndef f(): Static(HELLO)",
    "def f(name): Static(Content(name))",
    "def f(name): Static(Content.assemble('to ', name, (name, 'bold')))",
    "def f(name: Content): Static(name)",
    "def f(name: Content | None): Static(name or '')",
    "def f(name: 'Content'): Static(name)",
    "def f(name): Static(Text(name))",
    "def f(name): Static(name, markup=False)",
    "def f(self, name): self.notify(name, markup=False)",
    "def f(self, count): self.update(f'{count:d} wait')",
    "def f(self, is_new): self.update('new' if is_new else 'old')",
    "def f(name):\n    words = Content(name)\n    Static(words)",
    "def g(name) -> Content: return Content(name)\ndef f(name): Static(g(name))",
    "def f(name): Option(Content(name))",
    "def f(self, name): self.border_title = Content(name)",
    "def f(self): self.border_title = 'Composer'",
    "def f(self): self.border_title = None",
    "def f(counts, name): counts.update({name: 1})",
    "class A(Static):\n    def __init__(self, name: str):\n        super().__init__(Content(name))",
    "class A(Widget):\n    def render(self) -> Content:\n        return Content(self.name)",
    "class A(Widget):\n    words: Content\n    def f(self):\n        Static(self.words)",
    (
        "class A(Widget):\n    def __init__(self, name):\n        self.words = Content(name)\n"
        "    def f(self):\n        Static(self.words)"
    ),
    "def render(name): return name",
    "def f(names): Static(Content(', ').join(Content(name) for name in names))",
    "def f(name):\n    words = Content(name)\n    Static(words.stylize('bold'))",
    "def f(words: Content): Static(words.append('a'))",
]


def judge(tmp_path: Path, source: str) -> list[str]:
    """Give what the checker finds in one made-up module."""
    path = tmp_path / "sample.py"
    path.write_text(textwrap.dedent(source))
    return [fault.sink for fault in find_faults([path], tmp_path)]


@pytest.mark.parametrize("source", CAUGHT)
def test_a_text_of_unknown_origin_is_caught(tmp_path: Path, source: str) -> None:
    """Each way in which a text could come to be read as markup is one fault."""
    assert len(judge(tmp_path, source)) == 1


@pytest.mark.parametrize("source", LET_THROUGH)
def test_literal_words_are_let_through(tmp_path: Path, source: str) -> None:
    """Words of the source, and values that take words literally, are no fault."""
    assert judge(tmp_path, source) == []


def test_two_functions_of_a_name_must_both_be_literal(tmp_path: Path) -> None:
    """A method that gives Content does not vouch for another of its name."""
    source = "class A:\n    def g(self) -> Content: ...\nclass B:\n    def g(self) -> str: ...\n"
    assert judge(tmp_path, source + "def f(b): Static(b.g())") == ["Static"]


def test_no_text_is_read_as_markup_anywhere() -> None:
    """Nowhere in the screens and widgets may a text be read as markup."""
    paths = [*(ROOT / "tui").rglob("*.py"), *(ROOT / "widgets").rglob("*.py")]
    assert paths
    assert [str(fault) for fault in find_faults(paths, ROOT)] == []
