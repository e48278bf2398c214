"""Why something is mine, in one sentence."""

from __future__ import annotations

from engine.actors import EVERYONE, is_duty, split_principal
from engine.errors import Sentence
from engine.store.directory_rows import StoredDirectory
from engine.store.reader import Reader

_FIXED = {
    "assigned": Sentence("您已认领", "You claimed it"), "done": Sentence("您已办理", "You completed it"),
    "started": Sentence("您发起的", "You started it"), EVERYONE: Sentence("任何人都可以办理", "Anybody may do it"),
}


def why_candidate(read: Reader, principal: str) -> Sentence:
    """The post or name by which the actor is a candidate."""
    if principal in _FIXED:
        return _FIXED[principal]
    role, unit_id = split_principal(principal)
    if role == "person":
        return Sentence("指定由您办理", "It names you")
    post = post_words(read, role, unit_id)
    if is_duty(principal):
        return Sentence(f"因为您现在是{post.zh}当班", f"Because you are on duty now as {post.en}")
    return Sentence(f"因为您是{post.zh}", f"Because you are {post.en}")


def behalf_of(read: Reader, acting_for: str | None) -> Sentence | None:
    """Whom somebody stood in for, in words: post, unit, and who holds the post."""
    if not acting_for:
        return None
    directory = StoredDirectory(read.connection, read.now)
    parts = []
    for principal in acting_for.split(", "):
        role, unit_id = split_principal(principal)
        if is_duty(principal):  # who was on duty then is not who is on duty now
            post = post_words(read, role, unit_id)
            parts.append((f"{post.zh}当班人员", f"whoever was on duty as {post.en}"))
            continue
        holders = [person.name for person in map(directory.find_person, directory.holders(principal)) if person]
        names = "、".join(holders)
        post = Sentence("", "") if role == "person" else post_words(read, role, unit_id)
        parts.append((f"{post.zh}{names}", f"{post.en} {names}".strip()))
    return Sentence("、".join(zh for zh, _ in parts), ", ".join(en for _, en in parts))


def post_words(read: Reader, role: str, unit_id: str | None) -> Sentence:
    """A role in its unit as people say it: 信息工程学院单位主要负责人."""
    title = role_title(read, role)
    unit = StoredDirectory(read.connection, read.now).find_unit(unit_id) if unit_id else None
    return Sentence(unit.name + title.zh, f"{title.en} of {unit.name}") if unit is not None else title


def role_title(read: Reader, role: str) -> Sentence:
    """What a role is called; nothing when no current version knows it, because a key is no word for people."""
    return read.means.versions.role_titles(read.connection).get(role, Sentence("", ""))
