"""Passwords: what a good one is, how it is kept, and how an initial one is made. The only door to argon2.

The rules are the institutions' own (upper and lower case, digits, nothing simple, no unit names and phone
numbers) and longer than theirs. It knows no rows and no requests, and never keeps a password.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from engine.actors import AUDITOR, PLATFORM_ADMIN, PROCESS_ADMIN
from engine.directory.weak_words import disguises, letters_of, strength
from engine.errors import Sentence

SHORTEST = 12
SHORTEST_WITH_POWERS = 15
LONGEST = 256
LEFT_OVER = 6
"""Characters that must remain when common words, dates and keyboard runs are taken out."""
FORMER_KEPT = 5
INITIAL_LIVES = timedelta(hours=24)
LIVES = timedelta(days=180)
LIVES_WITH_POWERS = timedelta(days=90)
PRODUCT_WORDS = ("anliu", "安流")

_HASHER = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1, type=Type.ID)
_NOBODYS_HASH = "$argon2id$v=19$m=47104,t=2,p=1$3LrnQqlTdgcXg5gF5oJVMQ$7RQLEdLcwlU85mPyrJsyMwfDVefMsVTwYl5Wv9BN2PE"
"""Of a secret nobody has: an unknown account costs the same time as a wrong password."""
_LONGER_RULE = frozenset({PLATFORM_ADMIN, PROCESS_ADMIN, AUDITOR})


@dataclass(frozen=True, slots=True)
class PasswordOwner:
    """What a password must have nothing to do with: account, name, and words such as unit, school and phone."""

    account: str
    name: str
    words: tuple[str, ...] = ()
    powers: frozenset[str] = field(default=frozenset())

    @property
    def shortest(self) -> int:
        return SHORTEST_WITH_POWERS if self.powers & _LONGER_RULE else SHORTEST


def hash_password(password: str) -> str:
    """What is stored: an argon2id hash that names its own parameters."""
    return _HASHER.hash(_prepared(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; with None (no such account) it takes as long, and is False."""
    try:
        fits = _HASHER.verify(stored or _NOBODYS_HASH, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """The hash was made with other parameters than today's: make it again at the next sign-in."""
    return _HASHER.check_needs_rehash(stored)


def password_expires_at(changed_at: datetime, owner: PasswordOwner) -> datetime:
    """When a password that its owner chose must be changed."""
    return changed_at + (LIVES_WITH_POWERS if owner.powers & _LONGER_RULE else LIVES)


def broken_rules(password: str, owner: PasswordOwner, *, former: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """Every rule the password breaks, as sentences for its owner; none means it may be set.

    `former` are stored hashes, newest first, the current one included; the last five may not come again.
    """
    broken = (*_shape(password, owner), *_guessable(password, owner))
    if not broken and any(verify_password(stored, password) for stored in former[:FORMER_KEPT]):
        return (Sentence(f"不能与最近 {FORMER_KEPT} 次用过的密码相同", f"It is one of your last {FORMER_KEPT} passwords"),)
    return broken


def generate_password(token_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """An initial password that can be read out over the telephone, of about 62 bits: `Kemu-Rapo-Tovi-Nuda-8362`."""
    while True:
        groups = ["".join(_pick(letters, token_bytes) for letters in (_ONSETS, _VOWELS) * 2) for _ in range(4)]
        digits = "".join(_pick(_DIGITS, token_bytes) for _ in range(4))
        password = "-".join((*(group.capitalize() for group in groups), digits))
        if not broken_rules(password, PasswordOwner("", "", powers=_LONGER_RULE)):
            return password


# Nothing that looks or sounds like something else: no l, no q, no 0 and 1.
_ONSETS = "bdfghjkmnprstvwz"
_VOWELS = "aeiou"
_DIGITS = "23456789"


def _pick(letters: str, token_bytes: Callable[[int], bytes]) -> str:
    # Values above the last whole multiple are thrown away: a plain remainder would favour the first letters.
    whole = 256 - 256 % len(letters)
    while (drawn := token_bytes(1)[0]) >= whole:
        pass
    return letters[drawn % len(letters)]


def _prepared(password: str) -> bytes:
    """One spelling of composed characters; nothing is cut off, no case is folded."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _shape(password: str, owner: PasswordOwner) -> Iterator[Sentence]:
    if len(password) < owner.shortest:
        yield Sentence(f"至少需要 {owner.shortest} 位，现在是 {len(password)} 位",
                       f"It needs at least {owner.shortest} characters and has {len(password)}")
    if len(password) > LONGEST:
        yield Sentence(f"最多 {LONGEST} 位", f"It may have at most {LONGEST} characters")
    if not re.search(r"[A-Z]", password):
        yield Sentence("缺少大写字母", "It has no capital letter")
    if not re.search(r"[a-z]", password):
        yield Sentence("缺少小写字母", "It has no small letter")
    if not re.search(r"[0-9]", password):
        yield Sentence("缺少数字", "It has no digit")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        yield Sentence("含有无法输入的控制字符", "It has control characters that nobody can type")


def _guessable(password: str, owner: PasswordOwner) -> Iterator[Sentence]:
    if strength(password[:LONGEST]) < LEFT_OVER:
        yield Sentence("太容易猜：去掉常见词、日期、重复和键盘顺序后所剩无几",
                       "It is easy to guess: without common words, dates, repeats and keyboard runs little is left")
    if any(_contains(password, word) for word in (owner.account, owner.name, *owner.words)):
        yield Sentence("不能包含账号、姓名、单位、学校名称或电话号码",
                       "It may not contain the account, a name, unit or school, or a telephone number")
    if any(_contains(password, word) for word in PRODUCT_WORDS):
        yield Sentence("不能包含本系统的名称", "It may not contain the name of this system")


def _contains(password: str, word: str) -> bool:
    plain = letters_of(word)
    if len(plain) < (3 if plain.isascii() else 2):
        return False
    # The end of a telephone number is as guessable as the whole of it.
    wanted = plain[-6:] if plain.isdigit() and len(plain) >= 7 else plain
    return any(one in form for one, form in zip(disguises(wanted), disguises(password), strict=True))
