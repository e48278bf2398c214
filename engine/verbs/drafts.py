"""Drafts: what somebody typed and did not send yet. Nothing is checked, nothing is lost, nobody else sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.errors import FieldError, SubmissionInvalid
from engine.store.draft_rows import delete_draft, save_draft
from engine.store.unit import UnitOfWork

MAX_TEXT = 256 * 1024


def save(unit: UnitOfWork, *, place: str, typed: Mapping[str, object]) -> None:
    """Keep what was typed at a place: `task:<id>`, `start:<process>/<start>` or `request:<instance>/<id>`."""
    text = json.dumps(dict(typed), ensure_ascii=False)
    if len(text) > MAX_TEXT:
        raise SubmissionInvalid([FieldError("", "草稿太大，无法保存", "The draft is too large to keep")])
    save_draft(unit.connection, unit.actor.id, place[:200], typed=text, at=unit.now)


def task_place(task_id: str) -> str:
    return f"task:{task_id}"


def start_place(process: str, start_id: str) -> str:
    return f"start:{process}/{start_id}"


def request_place(instance_id: str, request_id: str) -> str:
    return f"request:{instance_id}/{request_id}"


def discard(unit: UnitOfWork, *, place: str) -> None:
    """Forget a draft: after it was sent, or because nothing of it may be kept."""
    delete_draft(unit.connection, unit.actor.id, place)
