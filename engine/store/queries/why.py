"""Why something is mine, in one sentence."""

from __future__ import annotations

from engine.actors import EVERYONE, split_principal
from engine.errors import Sentence
from engine.store.directory_rows import StoredDirectory
from engine.store.reader import Reader

_FIXED = {
    "assigned": Sentence("您已签收", "You claimed it"), "done": Sentence("您已办理", "You completed it"),
    "started": Sentence("您发起的", "You started it"), EVERYONE: Sentence("任何人都可以办理", "Anybody may do it"),
}


def why_candidate(read: Reader, principal: str) -> Sentence:
    """The post or name by which the actor is a candidate."""
    if principal in _FIXED:
        return _FIXED[principal]
    role, unit_id = split_principal(principal)
    if role == "person":
        return Sentence("指定由您办理", "It names you")
    title = role_title(read, role)
    unit = StoredDirectory(read.connection, read.now).find_unit(unit_id) if unit_id else None
    place = unit.name if unit is not None else ""
    return Sentence(f"因为您是{place}{title.zh}", f"Because you are {title.en}{' of ' + place if place else ''}")


def role_title(read: Reader, role: str) -> Sentence:
    """What a role is called; its key when no deployed definition names it."""
    titles = read.means.versions.role_titles(read.connection)
    return titles.get(role, Sentence(role, role))
