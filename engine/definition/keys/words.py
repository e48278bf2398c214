"""The closed words: values that the language itself defines, by the kind of the keys that take them."""

from __future__ import annotations

ACTIONS = ("complete", "approve", "reject", "return")
JOINS = ("all", "any")
SCOPES = ("unit", "institution")
FIELD_TYPES = ("text", "textarea", "tel", "email", "date", "datetime", "number", "ip_list", "port_list", "url", "domain",
               "radio", "checkbox", "select", "table", "person", "unit", "signature", "seal", "file", "static")
HITS = ("unique", "any", "priority", "first", "rule order", "output order", "collect", "collect sum", "collect min",
        "collect max", "collect count")
COLUMN_TYPES = {"text": "string", "number": "number", "whole number": "number", "boolean": "boolean", "date": "date",
                "time": "time", "datetime": "date and time", "duration": "days and time duration",
                "period": "years and months duration"}
"""What a column of a decision table may be of, and what FEEL calls it."""

WORDS: dict[str, tuple[str, ...]] = {
    "action_word": ACTIONS, "join_word": JOINS, "scope_word": SCOPES, "type_word": FIELD_TYPES,
    "hit_word": HITS, "column_word": tuple(COLUMN_TYPES),
    "any_word": ("any",), "unit_word": ("own",), "target": ("end",), "basis": ("proposed",), "flag": ("true", "false"),
}
