"""Names of what a page sends beside the answers of a form. A hyphen cannot stand in a field id: they never collide."""

from __future__ import annotations

CSRF = "csrf-token"
KEY = "form-key"
ACTION = "form-action"
COMMENT = "form-comment"
MARKED = "form-marked"
OWN_UNIT = "own-unit"
ADD_ROW = "add-row"
DROP_ROW = "drop-row"
SAVE = "save-draft"
PLACE = "form-place"

CONTROLS = frozenset({
    CSRF, KEY, ACTION, COMMENT, OWN_UNIT, ADD_ROW, DROP_ROW, SAVE, PLACE,
    "login", "password", "current", "new", "again", "next", "language", "person",
    "definition-text", "definition-file", "definition-next", "definition-form", "intent",
})
"""Sent once at most; twice is refused."""

EVERY = CONTROLS | {MARKED}
