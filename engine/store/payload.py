"""Payloads and values as text: FEEL values ⇄ canonical JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import cast

from engine import canonical
from engine.feel.values import from_json, to_json
from engine.records import StoredRecord


def encode_value(value: object) -> str:
    """A FEEL value as canonical JSON text."""
    return canonical.encode(to_json(value)).decode()


def decode_value(text: str | bytes) -> object:
    """The FEEL value behind canonical JSON text."""
    return from_json(canonical.decode(text))


def plain(payload: Mapping[str, object]) -> dict[str, object]:
    """Each part of a payload as JSON types: what a row and the trace have in common."""
    return {name: to_json(value) for name, value in payload.items()}


def text_of(stored: StoredRecord, name: str) -> str:
    """A part of a record's payload as canonical JSON, as rows keep it."""
    return canonical.encode(stored.parts[name]).decode()


class StoredValues(MutableMapping[str, object]):
    """Variables as rows keep them, each read when it is first asked for: an instance has many, a step asks for few.

    A value is known as text, as JSON types ("parts") or as FEEL reads it, and goes from one to the next when needed.
    """

    __slots__ = ("_parts", "_texts", "_values")

    def __init__(self, texts: dict[str, str] | None = None) -> None:
        self._texts: dict[str, str] = texts or {}
        self._parts: dict[str, object] = {}
        self._values: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._values:
            if name not in self:
                raise KeyError(name)
            self._values[name] = from_json(self.parts(name))
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values or name in self._parts or name in self._texts

    def __setitem__(self, name: str, value: object) -> None:
        self._forget(name)
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._forget(name)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._texts, **self._parts, **self._values})

    def __len__(self) -> int:
        return len(self._texts.keys() | self._parts.keys() | self._values.keys())

    def parts(self, name: str) -> object:
        """The value as JSON types, not to be changed; None when there is no such variable."""
        if name in self._parts:
            return self._parts[name]
        if name in self._texts:
            found = self._parts[name] = canonical.decode(self._texts[name])
            return found
        return to_json(self._values.get(name))

    def reach(self, name: str, keys: tuple[str, ...]) -> tuple[object, int]:
        """See `engine.feel.Layers`: only what stands at the end of the way is read, not the whole form around it."""
        if name in self._values:
            return self._values[name], 0
        parts = self.parts(name)
        for followed, key in enumerate(keys):
            if type(parts) is not dict or key[:1] == "@" or next(iter(parts), "")[:1] == "@":
                return from_json(parts), followed
            parts = parts.get(key)
        return from_json(parts), len(keys)

    def set_both(self, name: str, value: object, parts: object) -> None:
        """Set a value of which both are known: as FEEL reads it, and as JSON types."""
        self._forget(name)
        self._values[name], self._parts[name] = value, parts

    def copy(self) -> StoredValues:
        """The same values, to go back to."""
        copied = StoredValues(dict(self._texts))
        copied._parts, copied._values = dict(self._parts), dict(self._values)
        return copied

    def go_back(self, copied: StoredValues) -> None:
        """Become what `copy` gave."""
        self._texts, self._parts, self._values = copied._texts, copied._parts, copied._values

    def _forget(self, name: str) -> None:
        for known in (self._texts, self._parts, self._values):
            known.pop(name, None)


def decode_payload(body: bytes) -> dict[str, object]:
    return cast("dict[str, object]", decode_value(body))
