"""Finds where a text that is not written in the source would be read as markup.

Textual reads ``[...]`` in a plain ``str`` as markup almost everywhere: a stranger's ``[/x]`` would
end the program and ``[@click=...]`` would be a button. Law: whatever reaches such a place is a
literal in the source, or a value that takes words literally (``Content``, ``Text``, ``Strip``);
what cannot be shown to be one of these is a fault.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.contracts.sinks import EVERY, LITERAL_CALLS, LITERAL_TYPES, SINKS, TITLES

NUMBER_FORMATS = frozenset("dfeg%n")


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a text might be read as markup."""

    where: str
    line: int
    sink: str

    def __str__(self) -> str:
        """Say where, for a test's message."""
        return f"{self.where}:{self.line}: {self.sink} may read a text as markup"


@dataclass(slots=True)
class Names:
    """What is known of the names in one function, class or module."""

    values: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    types: dict[str, ast.expr] = field(default_factory=dict)


def find_faults(paths: Iterable[Path], root: Path) -> list[Fault]:
    """Read ``paths`` together and give every fault in them."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    functions = _index_functions(trees.values())
    faults = []
    for path, tree in trees.items():
        reader = _Reader(str(path.relative_to(root)), functions)
        reader.visit(tree)
        faults += reader.faults
    return faults


def _index_functions(trees: Iterable[ast.Module]) -> dict[str, bool]:
    """Say of every function's name whether all that bear it give something literal."""
    index: dict[str, bool] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                index[node.name] = _is_literal_type(node.returns) and index.get(node.name, True)
    return index


def _is_literal_type(annotation: ast.expr | None) -> bool:
    """Say whether every value of a type takes words as they are."""
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in LITERAL_TYPES
        case ast.Constant(value=None):
            return True
        case ast.Constant(value=str(text)):
            return _is_literal_type(ast.parse(text, mode="eval").body)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_literal_type(left) and _is_literal_type(right)
        case _:
            return False


def _last_name(node: ast.expr) -> str:
    """Give the last part of a dotted name; nothing of other expressions."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
        case _:
            return ""


class _Reader(ast.NodeVisitor):
    """Walks one module and collects its faults."""

    def __init__(self, where: str, functions: dict[str, bool]) -> None:
        self.faults: list[Fault] = []
        self._where = where
        self._functions = functions
        self._scopes: list[Names] = []
        self._classes: list[tuple[Names, frozenset[str]]] = []
        self._judging: set[str] = set()

    def visit_Module(self, node: ast.Module) -> None:
        self._scopes.append(_collect(node.body))
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        own = _collect(node.body)
        for child in ast.walk(node):
            match child:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        _note_attribute(own, target, value)
                case ast.AnnAssign(target=target, annotation=annotation):
                    if isinstance(target, ast.Attribute):
                        own.types[target.attr] = annotation
                case ast.AugAssign(target=ast.Attribute(attr=name), value=value):
                    own.values.setdefault(name, []).append(value)
                case _:
                    pass
        self._classes.append((own, frozenset(_last_name(base) for base in node.bases)))
        self.generic_visit(node)
        self._classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        own = _collect(node.body)
        arguments = node.args
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            own.values.setdefault(argument.arg, []).append(None)
            if argument.annotation is not None:
                own.types[argument.arg] = argument.annotation
        self._scopes.append(own)
        if node.name == "render" and self._classes:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    self._check(inner.value, "render")
        self.generic_visit(node)
        self._scopes.pop()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._check_title(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._check_title(node.target, node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._check_title(node.target, node.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = self._name_sink(node.func)
        if name in SINKS and not _is_off(node) and not _updates_mapping(name, node):
            positions, keywords = SINKS[name]
            for position, argument in enumerate(node.args):
                if position in positions or EVERY in positions:
                    self._check(argument, name)
            for keyword in node.keywords:
                if keyword.arg in keywords:
                    self._check(keyword.value, name)
                elif keyword.arg is None:
                    self._fault(node, f"{name}(**…)")
        self.generic_visit(node)

    def _name_sink(self, func: ast.expr) -> str:
        """Give the name under which a call is judged; ``super().__init__`` is its base's."""
        if (
            isinstance(func, ast.Attribute)
            and func.attr == "__init__"
            and isinstance(func.value, ast.Call)
            and _last_name(func.value.func) == "super"
            and self._classes
        ):
            return next((base for base in self._classes[-1][1] if base in SINKS), "")
        return _last_name(func)

    def _check_title(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Attribute) and target.attr in TITLES:
            self._check(value, target.attr)
        elif isinstance(target, ast.Name) and target.id in {"BORDER_TITLE", "BORDER_SUBTITLE"}:
            self._check(value, target.id)

    def _check(self, value: ast.expr, sink: str) -> None:
        if not self._is_literal(value):
            self._fault(value, sink)

    def _fault(self, node: ast.expr, sink: str) -> None:
        self.faults.append(Fault(self._where, node.lineno, sink))

    def _is_literal(self, node: ast.expr) -> bool:  # noqa: C901, PLR0911 - one case per form
        """Say whether an expression can only give words of the source, or takes them literally."""
        match node:
            case ast.Constant() | ast.Compare():
                return True
            case ast.JoinedStr(values=values):
                return all(_is_plain_part(part) for part in values)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._is_literal(left) and self._is_literal(right)
            case ast.BoolOp(values=values):
                return all(map(self._is_literal, values))
            case ast.IfExp(body=body, orelse=orelse):
                return self._is_literal(body) and self._is_literal(orelse)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(map(self._is_literal, parts))
            case ast.Starred(value=value) | ast.NamedExpr(value=value) | ast.Await(value=value):
                return self._is_literal(value)
            case ast.GeneratorExp(elt=part) | ast.ListComp(elt=part):
                return self._is_literal(part)
            case ast.Call(func=func):
                return self._gives_literal(_last_name(func)) or self._is_method_of_content(func)
            case ast.Name(id=name):
                return self._is_literal_name(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if self._classes:
                return self._is_known(self._classes[-1][0], name)
            case _:
                return False

    def _gives_literal(self, function: str) -> bool:
        """Say whether a call of ``function`` gives something that takes words literally."""
        checked_itself = function in SINKS and function != "update"
        known = self._functions.get(function, False)
        return function in LITERAL_CALLS or known or checked_itself

    def _is_method_of_content(self, func: ast.expr) -> bool:
        """Say whether ``func`` is a method of a value that takes words literally."""
        return isinstance(func, ast.Attribute) and self._is_content(func.value)

    def _is_content(self, node: ast.expr) -> bool:
        """Say whether an expression is such a value, and not only a text of the source."""
        match node:
            case ast.Call(func=func):
                known = self._functions.get(_last_name(func), False)
                is_made = _last_name(func) in LITERAL_CALLS
                return is_made or known or self._is_method_of_content(func)
            case ast.Name(id=name):
                scope = next((s for s in reversed(self._scopes) if name in s.values), Names())
                values = scope.values.get(name, [])
                if name in scope.types:
                    return _is_literal_type(scope.types[name])
                return bool(values) and all(
                    isinstance(value, ast.Call) and self._is_content(value) for value in values
                )
            case _:
                return False

    def _is_literal_name(self, name: str) -> bool:
        """Look a name up from the innermost scope outwards."""
        for scope in reversed(self._scopes):
            if name in scope.values or name in scope.types:
                return self._is_known(scope, name)
        return False

    def _is_known(self, names: Names, name: str) -> bool:
        """Say whether all that a name can stand for is literal."""
        if name in names.types:
            return _is_literal_type(names.types[name]) or self._is_constant(names, name)
        return self._is_constant(names, name)

    def _is_constant(self, names: Names, name: str) -> bool:
        if name not in names.values or name in self._judging:
            return False
        self._judging.add(name)
        try:
            return all(v is not None and self._is_literal(v) for v in names.values[name])
        finally:
            self._judging.discard(name)


def _collect(body: list[ast.stmt]) -> Names:  # noqa: C901 - one case per form
    """Note what is bound in a body, its inner functions and classes left out."""
    names = Names()
    for node in _walk_scope(body):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _note(names, target, value)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                names.types[name] = annotation
                names.values.setdefault(name, []).append(value)
            case ast.AugAssign(target=target, value=value):
                _note(names, target, value)
            case ast.NamedExpr(target=target, value=value):
                _note(names, target, value)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                _note(names, target, None)
            case ast.withitem(optional_vars=ast.expr() as target):
                _note(names, target, None)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.values.setdefault(name, []).append(None)
            case ast.ExceptHandler(name=str(name)):
                names.values.setdefault(name, []).append(None)
            case _:
                pass
    return names


def _walk_scope(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk without entering inner functions and classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        yield node
        yield from _walk_scope(ast.iter_child_nodes(node))


def _note(names: Names, target: ast.expr, value: ast.expr | None) -> None:
    """Note that ``target`` was bound; parts of an unpacking are unknown."""
    match target:
        case ast.Name(id=name):
            names.values.setdefault(name, []).append(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                _note(names, part, None)
        case ast.Starred(value=inner):
            _note(names, inner, None)
        case _:
            pass


def _note_attribute(names: Names, target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Attribute):
        names.values.setdefault(target.attr, []).append(value)


def _is_plain_part(part: ast.expr) -> bool:
    """Say whether a part of an f-string is written out, or formatted as a number."""
    match part:
        case ast.Constant():
            return True
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(spec))])):
            return spec[-1:] in NUMBER_FORMATS
        case _:
            return False


def _is_off(call: ast.Call) -> bool:
    """Say whether a call switches markup off in so many words."""
    return any(
        keyword.arg == "markup"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
        for keyword in call.keywords
    )


def _updates_mapping(name: str, call: ast.Call) -> bool:
    """Say whether an ``update`` plainly is that of a mapping or a set."""
    mapping = ast.Dict | ast.DictComp | ast.Set | ast.SetComp
    return name == "update" and any(isinstance(argument, mapping) for argument in call.args)
