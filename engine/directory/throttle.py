"""Against guessing passwords: what past attempts say about the next one. Pure; the attempts are the store's rows.

Per account: from the third wrong password on, a growing pause; the fifth within ten minutes locks the account
for thirty. Per address (an IPv6 /64 counts as one): fifty wrong ones in ten minutes, then wait until the window
clears. Unknown accounts are judged alike, so nobody learns which accounts exist.

The last active platform administrator must not be lockable from elsewhere, or anybody could shut the owners
out: his account is judged with `judge_last_admin`, by the attempts of the asking address alone. The address
rule and his longer password bound what many addresses together can try.

Attempts are stored and asked for by `address_group`. Only passwords that were really checked count: a refused
try must not lengthen the lock.
"""

from __future__ import annotations

import ipaddress
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
WRONG_PER_ACCOUNT = 5
LOCKED = timedelta(minutes=30)
PAUSES = {3: timedelta(seconds=5), 4: timedelta(seconds=15)}
"""Pause after the n-th wrong password in a row of the window."""
WRONG_PER_ADDRESS = 50
REMEMBERED = WINDOW + LOCKED
"""How far back the attempts must reach that are handed in."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One checked sign-in."""

    at: datetime
    address: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password may be tried now; if not, when again."""

    retry_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        return self.retry_at is None


def judge(account: Sequence[Attempt], address: Sequence[Attempt], now: datetime) -> Verdict:
    """Both rules: the attempts at this account, and those from this address at any account."""
    verdicts = judge_account(account, now), judge_address(address, now)
    return max(verdicts, key=lambda verdict: (verdict.retry_at is not None, verdict.retry_at))


def judge_last_admin(account: Sequence[Attempt], address: Sequence[Attempt], now: datetime, *,
                     asking: str) -> Verdict:
    """As `judge`, for the last active platform administrator: other addresses cannot lock his account."""
    own = [attempt for attempt in account if address_group(attempt.address) == address_group(asking)]
    return judge(own, address, now)


def judge_account(attempts: Iterable[Attempt], now: datetime) -> Verdict:
    """Five wrong in ten minutes lock for thirty; a right one clears what its own address did wrong before."""
    wrong: deque[Attempt] = deque()
    until: datetime | None = None
    for attempt in sorted(attempts, key=lambda one: one.at):
        if attempt.succeeded:
            # Not those of other addresses: the owner signing in must not hand a guesser five new tries.
            wrong = deque(one for one in wrong if address_group(one.address) != address_group(attempt.address))
            continue
        wrong.append(attempt)
        while wrong[0].at <= attempt.at - WINDOW:
            wrong.popleft()
        if len(wrong) >= WRONG_PER_ACCOUNT:
            until = attempt.at + LOCKED
            wrong.clear()
        elif len(wrong) in PAUSES:
            until = max(until or attempt.at, attempt.at + PAUSES[len(wrong)])
    return Verdict(until if until is not None and now < until else None)


def judge_address(attempts: Iterable[Attempt], now: datetime) -> Verdict:
    """Fifty wrong within ten minutes from one address: wait until enough of them are old."""
    recent = sorted(one.at for one in attempts if not one.succeeded and one.at > now - WINDOW)
    if len(recent) < WRONG_PER_ADDRESS:
        return Verdict()
    return Verdict(recent[-WRONG_PER_ADDRESS] + WINDOW)


def address_group(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 an IPv6 customer is given."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address) + "/64"
