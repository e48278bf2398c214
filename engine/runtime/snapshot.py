"""The tokens of an instance as text: format number, last id given out, and per scope its tokens.

A row is [id, element, state] and, where there is more to remember, a fourth entry with notes; the tokens of
an embedded sub-process stand in the notes of the token that started it. No variables, spec or history.
"""

from __future__ import annotations

import json
from typing import Any

from engine.runtime.blueprint import inner_name
from engine.runtime.failures import SnapshotInvalid, unknown_element
from engine.runtime.flow import READY, STARTED, WAITING, Flow, InnerFlow, LiveToken

FORMAT = 1

_NAMES = {WAITING: "waiting", READY: "ready", STARTED: "started"}
_STATES = {name: state for state, name in _NAMES.items()}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Row = list[Any]


def write_snapshot(last_id: int, flows: list[Flow]) -> str:
    scopes = [{"id": flow.scope_id, "tokens": _rows(flow)} for flow in flows]
    return _ENCODER.encode({"format": FORMAT, "last": last_id, "scopes": scopes})


def read_snapshot(text: str) -> tuple[int, list[tuple[str, list[Row]]]]:
    """The last id and, per scope, its id and rows; raises SnapshotInvalid for another format."""
    content = json.loads(text)
    if content.get("format") != FORMAT:
        raise SnapshotInvalid(f"不认识令牌格式 {content.get('format')}",
                              f"Expected tokens in format {FORMAT}, but it is {content.get('format')}")
    return content["last"], [(scope["id"], scope["tokens"]) for scope in content["scopes"]]


def grow(flow: Flow | InnerFlow, rows: list[Row]) -> None:
    """Set stored tokens into an empty flow."""
    root = flow.task_tree
    for token_id, element_id, state, *more in rows:
        spec = flow.spec.task_specs.get(inner_name(element_id))
        if spec is None:
            raise unknown_element(element_id)
        token = LiveToken(flow, spec, root, _STATES[state], token_id)
        if more:
            notes = dict(more[0])
            inner = notes.pop("inner", None)
            token.internal_data = notes
            if inner is not None:
                grow(flow.top_workflow.create_subprocess(token, spec.spec), inner)


def _rows(flow: Flow | InnerFlow) -> list[Row]:
    return [_row(flow, token) for token in flow.live()]


def _row(flow: Flow | InnerFlow, token: LiveToken) -> Row:
    row: Row = [token.id, token.element_id, _NAMES[token._state]]
    inner = flow.top_workflow.subprocesses.get(token.id)
    notes = {key: value for key, value in token.internal_data.items() if key != "event_fired"}
    if inner is not None:
        notes["inner"] = _rows(inner)
    if notes:
        row.append(notes)
    return row
