"""How long sessions live."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.actors import AUDITOR
from engine.directory.sessions import Session, expires_at, is_live, new_token, sessions_to_end, token_hash

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
POWERS = frozenset({AUDITOR})


def session(name: str = "a", *, seen: float = 0, created: float = 0) -> Session:
    return Session(name, START + timedelta(minutes=created), START + timedelta(minutes=seen))


def live(one: Session, minute: float, powers: frozenset[str] = frozenset()) -> bool:
    return is_live(one, powers, START + timedelta(minutes=minute))


def test_an_idle_session_ends_after_half_an_hour_with_powers_after_a_quarter() -> None:
    assert live(session(seen=10), 39.9)
    assert not live(session(seen=10), 40)
    assert live(session(), 14.9, POWERS)
    assert not live(session(), 15, POWERS)


def test_twelve_hours_end_every_session() -> None:
    busy = session(seen=719)
    assert live(busy, 719.9)
    assert not live(busy, 720)
    assert expires_at(busy, frozenset()) == START + timedelta(hours=12)


def test_a_clock_that_went_back_ends_the_session() -> None:
    assert not live(session(), -1)


def test_a_fourth_session_ends_the_longest_unused() -> None:
    three = [session("a", seen=3), session("b", seen=1), session("c", seen=2)]
    now = START + timedelta(minutes=5)
    assert sessions_to_end(three, frozenset(), now) == ("b",)
    assert sessions_to_end(three[:2], frozenset(), now) == ()
    assert set(sessions_to_end(three, POWERS, now)) == {"a", "b", "c"}


def test_dead_sessions_are_cleared_and_do_not_count() -> None:
    rows = [session("dead", seen=-60, created=-60), session("a", seen=1), session("b", seen=2)]
    assert sessions_to_end(rows, frozenset(), START + timedelta(minutes=5)) == ("dead",)


def test_tokens_are_long_different_and_stored_as_a_hash() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {64}
    assert all(token_hash(token) != token and len(token_hash(token)) == 64 for token in tokens)
    assert new_token(bytes) == "00" * 32
