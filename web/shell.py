"""What every page is wrapped in: navigation for this person, counts, tokens, and the files of the look."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, current_app, url_for
from jinja2 import StrictUndefined

from engine.store.queries import notices
from engine.store.queries.why import role_title
from web import controls, visit
from web.language import said
from web.protection import form_token
from web.seen import install_seen

_MOST_COUNTED = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Unread notices (counted up to a few), and the posts held, in words."""

    unread: int
    posts: tuple[str, ...]


def install_shell(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        find_actor=visit.find_actor, form_token=form_token, asset=asset, controls=controls,
        fresh_key=fresh_key, standing=standing, is_demo=lambda: visit.settings().demo)
    install_seen(app)


def fresh_key() -> str:
    """The key of one submission: sending the same page twice counts once."""
    return secrets.token_urlsafe(18)


def asset(name: str) -> str:
    """The address of a bundled file; it changes when the file does."""
    folder = Path(current_app.static_folder or "")
    return url_for("static", filename=f"dist/{name}", v=_mark(folder / "dist" / name))


@cache
def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"


def standing() -> Standing:
    """Who is here, for the head of the page."""
    with visit.reading() as read:
        posts = (f"{post.unit_name or ''}{said(role_title(read, post.role))}" for post in visit.actor().posts)
        return Standing(len(notices.unread(read, limit=_MOST_COUNTED)), tuple(dict.fromkeys(posts)))
