"""What an answer is made of: the fields that may be chosen, and the columns of a table made of it.

Both are read off the JSON Schema of the answer, so that a field which is added there can be chosen, and is a column, at
once. A name with dots leads into an object, or into each object of a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter

Json = Any
"""A value as :mod:`json` reads it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A field. ``whole``: it is one cell of a table, whatever it holds; ``pieces``: of a text that stands in pieces."""

    children: Mapping[str, Node] = field(default_factory=dict)
    whole: bool = True
    pieces: bool = False

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Node]]:
        """Every field below, in the order of the schema, by its name with dots."""
        for name, child in self.children.items():
            yield prefix + name, child
            yield from child.walk(f"{prefix}{name}.")


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a route's answer. ``listed``: it holds ``items``, and what is chosen are fields of each item."""

    root: Node
    listed: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Every field that may be chosen."""
        return tuple(name for name, _ in self.root.walk())

    def chosen(self, written: str | None) -> tuple[str, ...]:
        """The fields that a parameter names, each once and in its order; all of them when it is not there.

        Raises:
            RequestValidationError: it names one that there is not.
        """
        if written is None:
            return tuple(self.root.children)
        names = tuple(dict.fromkeys(name.strip() for name in written.split(",")))
        unknown = [error for name in names if (error := self._error(name))]
        if unknown:
            raise RequestValidationError(unknown)
        return names

    def _error(self, name: str) -> dict[str, Any] | None:
        node, above = self.root, ""
        for part in name.split("."):
            if part not in node.children:
                known = ", ".join(f"{above}{each}" for each in node.children) or f"none below {above[:-1]}"
                named = f"{above}{part}"[:100]  # what is repeated of a parameter stays short
                message = f"{json.dumps(named)} is no field here; known are: {known}"
                return {"loc": ("query", "fields"), "type": "unknown_field", "msg": message}
            node, above = node.children[part], f"{above}{part}."
        return None

    def select(self, answer: Json, names: Sequence[str]) -> Json:
        """The answer with the named fields only; beside ``items`` everything stays."""
        tree = _tree(names)
        if self.listed:
            return {**answer, "items": _pruned(answer["items"], tree)}
        return _pruned(answer, tree)

    def columns(self, names: Sequence[str]) -> tuple[tuple[str, Node], ...]:
        """The columns of a table with the named fields, in their order; an object has one for each of its own."""
        cells = [(name, node) for name, node in self.root.walk() if node.whole and not self._inside_list(name)]
        wanted = ((name, node) for each in names for name, node in cells if _related(name, each))
        return tuple({name: (name, node) for name, node in wanted}.values())

    def _inside_list(self, name: str) -> bool:
        node = self.root
        for part in name.split(".")[:-1]:
            node = node.children[part]
            if node.whole:
                return True
        return False


def _related(name: str, chosen: str) -> bool:
    return name == chosen or name.startswith(f"{chosen}.") or chosen.startswith(f"{name}.")


def _tree(names: Sequence[str]) -> dict[str, Any]:
    """Names with dots as nested mappings; what is chosen whole has none below."""
    tree: dict[str, Any] = {}
    for name in sorted(names):  # "a" before "a.b", which it includes
        here, *parts = [tree, *name.split(".")]
        for part in parts[:-1]:
            here = here.setdefault(part, {})
            if here is None:
                break
        if here is not None:
            here[parts[-1]] = None
    return tree


def _pruned(value: Json, tree: Mapping[str, Any] | None) -> Json:
    if tree is None or value is None:
        return value
    if isinstance(value, list):
        return [_pruned(each, tree) for each in value]
    return {name: _pruned(each, tree[name]) for name, each in value.items() if name in tree}


def shape_of(model: Any) -> Shape:  # noqa: ANN401 any answer's type
    """The shape of the answers that a route declares."""
    schema = TypeAdapter(model).json_schema(mode="serialization")
    root = _node(schema, schema.get("$defs", {}))
    items = root.children.get("items")
    return Shape(items, listed=True) if items is not None else Shape(root, listed=False)


def _node(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Node:
    """The field that a schema describes; null beside something else does not count."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _node(known[name], known)
    if "anyOf" in schema:
        return _node(next(each for each in schema["anyOf"] if each.get("type") != "null"), known)
    if "items" in schema:
        inner = _node(schema["items"], known)
        return Node(inner.children, pieces={"text", "match"} == set(inner.children))
    children = {name: _node(each, known) for name, each in schema.get("properties", {}).items()}
    return Node(children, whole=not children)
