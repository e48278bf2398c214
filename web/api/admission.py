"""The door of the API: whose token it is, whether he comes too often, whether the policy opens the route to its scopes.

Cookies are never looked at here, so no page of another site can act in anybody's name. Whoever has no scope for a
route sees what he would see if there were none.
"""

from __future__ import annotations

import re

from flask import Response, request

from engine.actors import SYSTEM
from engine.verbs import tokens
from web import visit
from web.access import find_rule, may_come
from web.api import problems

_BEARER = re.compile(r"[Bb]earer +(anliu_[0-9a-f]{12}_[0-9a-f]{64})")
MOST_BODY = 1024 * 1024
OF_FILES = "api_files.create"
"""The one route whose body is a file, and as large as an upload may be."""


def admit() -> Response | None:
    """Let the request through (None), or answer it."""
    request.max_content_length = visit.settings().largest_upload if request.endpoint == OF_FILES else MOST_BODY
    came = _bearer()
    if came is None:
        return problems.no_token()
    now = visit.engine().clock.now()
    seconds = visit.throttle().take(came.token_id, now)
    if seconds:
        return problems.too_many(seconds)
    if came.is_seen_long_ago:
        with visit.acting_as_system() as unit:
            tokens.see(unit, came.token_id)
    visit.come_with_token(came)
    rule = find_rule(request.endpoint, request.method)
    if rule is None or request.routing_exception is not None or not may_come(rule, came.actor, demo_is_open=False,
                                                                             scopes=came.scopes):
        return problems.missing()
    return None


def _bearer() -> tokens.Admitted | None:
    """Who the token of this request belongs to; anything but exactly one token is none."""
    sent = request.headers.getlist("Authorization")
    found = _BEARER.fullmatch(sent[0]) if len(sent) == 1 else None
    if found is None:
        return None
    with visit.engine().read(SYSTEM) as read:
        return tokens.admit(read, found[1])
