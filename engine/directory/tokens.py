"""Tokens of outside programs: what they look like, what they may open, how long they live. Rules only; the rows are the store's.

A token is `<id>_<secret>`: the id is shown in lists and traces, the secret once, to whoever it is issued to. What is
stored is the hash of the whole.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.directory.sessions import TOKEN_BYTES
from engine.errors import FieldError, Sentence

MARK = "anliu"
"""Begins every token, so that one that leaks into a text is found by searching."""
LIVES = timedelta(days=90)
LONGEST = timedelta(days=366)
TITLE_LENGTH = 200

SCOPES: Mapping[str, Sentence] = {
    "starts": Sentence("发起事项", "start cases"),
    "tasks:read": Sentence("查看任务", "see tasks"),
    "tasks:write": Sentence("认领、放回和办理任务", "claim, release and complete tasks"),
    "files": Sentence("上传附件", "store files for forms"),
    "messages": Sentence("发送消息和信号", "send messages and signals"),
    "instances": Sentence("查看事项", "see cases"),
    "traces": Sentence("查看痕迹和回执", "see traces and receipts"),
    "registers": Sentence("查看台账", "see registers"),
    "jobs": Sentence("领取和完成外部工作", "fetch and finish the work of service steps"),
}
"""What a token may be issued for. A scope opens routes; what is found there is decided by who the token belongs to."""


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token nobody has seen yet: what is shown of it, and the whole."""

    id: str
    text: str


def new_token() -> FreshToken:
    """A fresh token with a secret of 256 bits."""
    token_id = f"{MARK}_{secrets.token_hex(6)}"
    return FreshToken(token_id, f"{token_id}_{secrets.token_hex(TOKEN_BYTES)}")


def wrong_request(title: str, scopes: Iterable[str], lives: timedelta) -> list[FieldError]:
    """Everything that keeps a token from being issued like this."""
    unknown = sorted(set(scopes) - SCOPES.keys())
    wrong = []
    if not 0 < len(title.strip()) <= TITLE_LENGTH or not title.isprintable():
        wrong.append(FieldError("title", f"请写明令牌的用途（{TITLE_LENGTH} 字以内）",
                                f"Say what the token is for, in {TITLE_LENGTH} characters at most"))
    if unknown or not set(scopes):
        known = "、".join(SCOPES)
        wrong.append(FieldError("scopes", f"权限范围须从这些中选：{known}" + (f"；没有 {'、'.join(unknown)}" if unknown else ""),
                                f"Expected one or more scopes of {', '.join(SCOPES)}"
                                + (f", not {', '.join(unknown)}" if unknown else "")))
    if not timedelta(0) < lives <= LONGEST:
        wrong.append(FieldError("lives", f"有效期为 1 至 {LONGEST.days} 天", f"A token lives 1 to {LONGEST.days} days"))
    return wrong
