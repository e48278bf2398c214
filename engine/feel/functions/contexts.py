"""Built-in functions over contexts: reading, making and changing entries."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.errors import NoValue
from engine.feel.functions.registry import Declarations

FUNCTIONS = feel = Declarations()
Context = dict[str, object]


@feel("get value(m: context, key: string) -> Any")
def get_value(m: Context, key: str) -> object:
    return m.get(key)


@feel("get value(context: context, keys: list) -> Any")
def get_nested_value(context: Context, keys: list[object]) -> object:
    value: object = context
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            raise NoValue
        value = value.get(key)
    return value


@feel("get entries(m: context) -> list<context<key: string, value: Any>>")
def get_entries(m: Context) -> object:
    return [{"key": key, "value": value} for key, value in m.items()]


@feel("context(entries: list) -> context")
def context(entries: list[object]) -> object:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            raise NoValue
        key = entry["key"]
        if not isinstance(key, str) or key in made:
            raise NoValue
        made[key] = entry["value"]
    return made


@feel("context put(context: context, key: string, value: any) -> context")
def context_put(context: Context, key: str, value: object) -> object:
    return {**context, key: value}


@feel("context put(context: context, keys: list, value: any) -> context")
def context_put_nested(context: Context, keys: list[object], value: object) -> object:
    return _put(context, keys, value)


def _put(context: object, keys: Sequence[object], value: object) -> object:
    if not isinstance(context, dict) or not keys or not isinstance(keys[0], str):
        raise NoValue
    head = keys[0]
    return {**context, head: value if len(keys) == 1 else _put(context.get(head), keys[1:], value)}


@feel("context merge(contexts: list) -> context")
def context_merge(contexts: list[object]) -> object:
    merged: Context = {}
    for part in contexts:
        if not isinstance(part, dict):
            raise NoValue
        merged |= part
    return merged
