"""One request: who is here, in which session, and the way into the engine. The only module that touches `g`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, g, request
from werkzeug.wrappers import Response

from engine import Engine
from engine.actors import SYSTEM, Actor
from engine.verbs import accounts
from engine.verbs.tokens import Admitted
from web.api.throttle import Throttle
from web.settings import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["anliu_settings"]
    return found


def engine() -> Engine:
    found: Engine = current_app.extensions["anliu_engine"]
    return found


def throttle() -> Throttle:
    found: Throttle = current_app.extensions["anliu_throttle"]
    return found


def is_for_programs() -> bool:
    """Whether this request is for the API, which knows tokens and no cookies."""
    return request.path.startswith("/api/")


def come_with_token(came: Admitted) -> None:
    """A program is here, as whom its token belongs to."""
    g.actor = came.actor


def _cookie(name: str) -> str:
    return f"__Host-{name}" if settings().https else name


def session_cookie() -> str:
    return _cookie("anliu-session")


def visitor_cookie() -> str:
    return _cookie("anliu-visitor")


def arrive() -> None:
    """Find out who is here: the session of the cookie, or nobody."""
    g.actor, g.must_change, g.new_visitor = None, False, None
    token = "" if is_for_programs() else request.cookies.get(session_cookie(), "")
    if not token:
        return
    with engine().read(SYSTEM) as read:
        resumed = accounts.resume(read, token)
        is_asleep = resumed is not None and accounts.is_seen_long_ago(read, resumed[2])
    if resumed is not None:
        g.actor, g.must_change, session_id = resumed
        if is_asleep:
            with acting_as_system() as unit:
                accounts.see(unit, session_id)


def actor() -> Actor:
    """Who is signed in; only on pages that the policy opens to signed-in people."""
    found: Actor = g.actor
    return found


def find_actor() -> Actor | None:
    return g.get("actor")


def must_change_password() -> bool:
    return bool(g.get("must_change"))


def token() -> str:
    return request.cookies.get(session_cookie(), "")


def secret_of_visit() -> str:
    """What a form's token is bound to: the session, or before it a random cookie of this browser."""
    if find_actor() is not None:
        return token()
    known = request.cookies.get(visitor_cookie(), "")
    if known:
        return known
    if g.get("new_visitor") is None:
        g.new_visitor = secrets.token_urlsafe(32)
    return str(g.new_visitor)


def remember_visitor(response: Response) -> Response:
    if g.get("new_visitor"):
        set_cookie(response, visitor_cookie(), g.new_visitor)
    return response


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    response.set_cookie(name, value, max_age=max_age, path="/", secure=settings().https, httponly=True, samesite="Lax")


def forget_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=settings().https, httponly=True, samesite="Lax")


@contextmanager
def reading() -> Iterator[Any]:
    """A read bound to who is here: invisible things are not found."""
    with engine().read(actor()) as read:
        yield read


@contextmanager
def acting() -> Iterator[Any]:
    """One transaction of who is here."""
    with engine().begin(actor()) as unit:
        yield unit


@contextmanager
def acting_as_system() -> Iterator[Any]:
    """One transaction before anybody is signed in."""
    with engine().begin(SYSTEM) as unit:
        yield unit


@contextmanager
def reading_as_system() -> Iterator[Any]:
    with engine().read(SYSTEM) as read:
        yield read
