"""The closed words: values that the language itself defines, by the kind of the keys that take them."""

from __future__ import annotations

ACTIONS = ("complete", "approve", "reject", "return")
JOINS = ("all", "any")
SCOPES = ("unit", "institution")
FIELD_TYPES = ("text", "textarea", "tel", "email", "date", "datetime", "number", "ip_list", "port_list", "url", "domain",
               "radio", "checkbox", "select", "table", "person", "unit", "signature", "seal", "file", "static")

WORDS: dict[str, tuple[str, ...]] = {
    "action_word": ACTIONS, "join_word": JOINS, "scope_word": SCOPES, "type_word": FIELD_TYPES,
    "any_word": ("any",), "unit_word": ("own",), "target": ("end",), "basis": ("proposed",), "flag": ("true", "false"),
}
