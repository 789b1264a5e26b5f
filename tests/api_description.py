"""Comparing two OpenAPI documents: what a program that was written for the first would miss in the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SAID = frozenset({"description", "title", "summary", "example", "examples"})
"""Words for people: they may change."""


def said(name: str, path: str) -> bool:
    """Whether something is words for people; a field of an answer may have such a name as well."""
    return name in SAID and not path.endswith("/properties")


def without_words(value: Any, path: str = "") -> Any:
    """A document without what is said to people."""
    if isinstance(value, Mapping):
        return {name: without_words(each, f"{path}/{name}") for name, each in value.items() if not said(name, path)}
    return [without_words(each, path) for each in value] if isinstance(value, list) else value


def missing(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """The path of everything that is no longer there, or of another type."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name, value in old.items():
            below = f"{path}/{name}"
            if said(name, path):
                continue
            if name not in new:
                yield f"{below}: gone"
            else:
                yield from missing(value, new[name], below)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _missing_of_list(old, new, path)
    elif type(old) is not type(new):
        yield f"{path}: was {_kind(old)}, is {_kind(new)}"
    elif old != new:
        yield f"{path}: was {old!r}, is {new!r}"


def _missing_of_list(old: list[Any], new: list[Any], path: str) -> Iterator[str]:
    """Parameters are known by name and place, alternatives by what they are; no order counts."""
    for each in old:
        if isinstance(each, Mapping) and "in" in each:
            found = [other for other in new if (other["name"], other["in"]) == (each["name"], each["in"])]
            below = f"{path}/{each['in']}:{each['name']}"
            yield from missing(each, found[0], below) if found else [f"{below}: gone"]
        elif isinstance(each, Mapping):
            if not any(not list(missing(each, other)) for other in new):
                yield f"{path}/{each.get('type') or each.get('$ref')}: gone"
        elif each not in new:
            yield f"{path}/{each}: gone"


def demanded(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Parameters that the second document demands and the first did not."""
    for path, methods in old["paths"].items():
        before = {each["name"] for each in methods["get"].get("parameters", ()) if each["required"]}
        for each in new["paths"].get(path, {}).get("get", {}).get("parameters", ()):
            if each["required"] and each["name"] not in before:
                yield f"/paths/{path}/get/{each['name']}: demanded"


def _kind(value: Any) -> str:
    return type(value).__name__
