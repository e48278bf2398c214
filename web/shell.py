"""What every page is wrapped in: navigation for this person, counts, tokens, and the files of the look."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from jinja2 import StrictUndefined

from engine.actors import AUDITOR, CASE_OPERATOR, PLATFORM_ADMIN, PROCESS_ADMIN, PROGRAM
from engine.store.queries import notices, planned
from engine.store.queries.why import role_title
from web import controls, visit
from web.language import said
from web.protection import form_token
from web.seen import install_seen

_MOST_COUNTED = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Unread notices (counted up to a few), cases that could not begin (for case operators), and the posts held, in words."""

    unread: int
    not_begun: int
    posts: tuple[str, ...]


def install_shell(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        find_actor=visit.find_actor, form_token=form_token, asset=asset, controls=controls,
        fresh_key=fresh_key, standing=standing, is_demo=lambda: visit.settings().demo)
    install_seen(app)


def role_words(read: Any, role: str) -> str:
    """What a role is called: a power of the platform, or a role that a deployed definition knows; else nothing."""
    powers = {PLATFORM_ADMIN: _("平台管理员"), PROCESS_ADMIN: _("流程管理员"), CASE_OPERATOR: _("运行管理员"), AUDITOR: _("审计人员"),
              PROGRAM: _("外部程序")}
    return powers.get(role) or said(role_title(read, role))


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
        titles = ((post.unit_name or "", role_words(read, post.role)) for post in visit.actor().posts)
        posts = (f"{unit}{title}" for unit, title in titles if title)
        return Standing(len(notices.unread(read, limit=_MOST_COUNTED)), planned.count_stopped(read), tuple(dict.fromkeys(posts)))
