"""Sessions: tokens, how long they live and how many a person may have. Rules only; the rows are the store's.

The token itself is in the browser's cookie and nowhere else: what is stored is its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TOKEN_BYTES = 32
IDLE = timedelta(minutes=30)
IDLE_WITH_POWERS = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
MOST_SESSIONS = 3
MOST_SESSIONS_WITH_POWERS = 1


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one person."""

    token_hash: str
    created_at: datetime
    seen_at: datetime


def new_token(token_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh secret of 256 bits, safe in a cookie. Every sign-in gets a new one, never the visitor's old one."""
    return token_bytes(TOKEN_BYTES).hex()


def token_hash(token: str) -> str:
    """What the store keeps and looks up. No salt needed: a token cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def expires_at(session: Session, powers: Collection[str]) -> datetime:
    """When the session ends if nothing more is done: idle too long, or simply too old."""
    idle = IDLE_WITH_POWERS if powers else IDLE
    return min(session.seen_at + idle, session.created_at + ABSOLUTE)


def is_live(session: Session, powers: Collection[str], now: datetime) -> bool:
    """A clock that went back behind the sign-in ends the session too."""
    return session.created_at <= now < expires_at(session, powers)


def sessions_to_end(sessions: Sequence[Session], powers: Collection[str], now: datetime) -> tuple[str, ...]:
    """Token hashes to delete before one more session begins: dead ones, then the longest unused beyond the limit."""
    live = sorted((one for one in sessions if is_live(one, powers, now)), key=lambda one: one.seen_at)
    most = MOST_SESSIONS_WITH_POWERS if powers else MOST_SESSIONS
    kept = {one.token_hash for one in live[max(0, len(live) - (most - 1)):]}
    return tuple(one.token_hash for one in sessions if one.token_hash not in kept)
