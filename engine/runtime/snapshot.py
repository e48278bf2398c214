"""The tokens of an instance as text: format number, last id given out, and its tokens.

A row is [id, element, state] and, where there is more to remember, a fourth entry with notes; the tokens of a
sub-process stand in the notes of the token that started it. No spec, no history, no variables: what the owner of the
variables wants kept with the tokens (the locals of loops) travels unread, as `notes`.
"""

from __future__ import annotations

from typing import Any

from engine import canonical
from engine.runtime.failures import SnapshotInvalid, unknown_element
from engine.runtime.flow import KEPT, MAIN_SCOPE, READY, STARTED, WAITING, Flow, Level, LiveToken
from engine.runtime.naming import PREFIX

FORMAT = 2

_NAMES = {WAITING: "waiting", READY: "ready", STARTED: "started", KEPT: "kept"}
_STATES = {name: state for state, name in _NAMES.items()}

Row = list[Any]


def write_snapshot(last_id: int, flow: Flow, notes: object) -> str:
    return write_rows(last_id, _rows(flow), notes)


def write_rows(last_id: int, rows: list[Row], notes: object) -> str:
    """The same from rows that were read before."""
    content: dict[str, object] = {"format": FORMAT, "last": last_id, "tokens": rows}
    if notes:
        content["notes"] = notes
    return canonical.encode(content).decode()


def read_snapshot(text: str) -> tuple[int, list[Row], object]:
    """The last id, the rows of the main flow and the notes; raises SnapshotInvalid for a format nobody knows."""
    content: Any = canonical.decode(text)
    if content.get("format") == 1:
        return content["last"], _rows_of_format_1(content["scopes"]), None
    if content.get("format") != FORMAT:
        raise SnapshotInvalid(f"不认识令牌格式 {content.get('format')}",
                              f"Expected tokens in format {FORMAT}, but it is {content.get('format')}")
    return content["last"], content["tokens"], content.get("notes")


def last_id_in(text: str) -> int:
    """The last id given out, whatever version the tokens belong to; raises SnapshotInvalid."""
    return read_snapshot(text)[0]


def grow(level: Level, rows: list[Row]) -> None:
    """Set stored tokens into an empty level."""
    root, task_specs = level.task_tree, level.spec.task_specs
    for token_id, element_id, state, *more in rows:
        notes = more[0] if more else {}
        spec = task_specs.get(notes.pop("as", PREFIX) + element_id)
        if spec is None:
            raise unknown_element(element_id)
        token = LiveToken(level, spec, root, _STATES[state], token_id)
        if more:
            inner = notes.pop("inner", None)
            token.internal_data = notes
            if inner is not None:
                grow(level.top_workflow.create_level(token, spec.level), inner)


def _rows(level: Level) -> list[Row]:
    return [_row(level, token) for token in level.live()]


def _row(level: Level, token: LiveToken) -> Row:
    name: str = token.task_spec.name
    row: Row = [token.id, name[1:], _NAMES[token._state]]
    inner = level.top_workflow.subprocesses.get(token.id)
    if inner is None and not token.internal_data and name[0] == PREFIX:
        return row
    notes = dict(token.internal_data)
    if name[0] != PREFIX:
        notes["as"] = name[0]
    if inner is not None:
        notes["inner"] = _rows(inner)
    row.append(notes)
    return row


def _rows_of_format_1(scopes: list[dict[str, Any]]) -> list[Row]:
    """Before, each running event sub-process was a scope beside the main flow; now it hangs on a token."""
    rows: list[Row] = []
    for scope in scopes:
        element_id, _, token_id = scope["id"].rpartition("#")
        for row in scope["tokens"]:
            if len(row) > 3:
                row[3].pop("event_fired", None)
        if scope["id"] == MAIN_SCOPE:
            rows += scope["tokens"]
        else:
            rows.append([token_id, element_id, "started", {"inner": scope["tokens"]}])
    return rows
