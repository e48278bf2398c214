"""Accounts: sign in, resume, sign out, passwords. Policies come from the directory, rows from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine.actors import PLATFORM_ADMIN, Actor
from engine.clock import in_china
from engine.directory.passwords import (
    FORMER_KEPT,
    INITIAL_LIVES,
    LONGEST,
    PasswordOwner,
    broken_rules,
    generate_password,
    hash_password,
    password_expires_at,
    verify_password,
)
from engine.directory.sessions import Session, is_live, new_token, sessions_to_end, token_hash
from engine.directory.throttle import (
    REMEMBERED,
    Attempt,
    Verdict,
    address_group,
    judge,
    judge_account,
    judge_last_admin,
)
from engine.errors import FieldError, NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.records import Record, RecordType
from engine.store import account_rows
from engine.store.directory_rows import StoredDirectory, find_account_kind, load_actor, name_of
from engine.store.queries.people import is_demo
from engine.store.reader import Reader
from engine.store.unit import UnitOfWork
from engine.verbs.people import LOGIN_LENGTH, fold_login, need_person, need_platform_admin

SEEN_EVERY = timedelta(minutes=1)
HERE = "session"
"""The address of guesses made by somebody who is already signed in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: its secret token, and whether the password must be changed first."""

    token: str
    person_id: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A password held against the account of a login: the hash that was looked at (None: no account), and the answer."""

    login: str
    password_hash: str | None
    fits: bool


def compare(read: Reader | UnitOfWork, *, login: str, password: str) -> Compared:
    """Hold a password against an account; unknown ones take as long. Decides nothing, `enter` does.

    Slow on purpose, so better done while only reading: a write transaction would keep every other writer waiting.
    """
    folded = fold_login(login)[:LOGIN_LENGTH]
    account = account_rows.find_account(read.connection, folded)
    stored = account.password_hash if account is not None else None
    return Compared(folded, stored, verify_password(stored, password[:LONGEST]))


def enter(unit: UnitOfWork, compared: Compared, *, address: str, agent: str) -> SignedIn:
    """Begin a session after a comparison, under the throttle.

    Unknown, disabled and locked accounts and wrong passwords get the same sentence after the same work; the
    attempt is kept although the verb is refused. A password that was changed since it was compared does not fit.
    """
    login, address = compared.login, address_group(address)[:64]
    # From judging to counting nobody else tries this account: many at once get no more tries than one after another.
    account_rows.lock_account(unit.connection, login)
    account = account_rows.find_account(unit.connection, login)
    verdict = _verdict(unit, login, address, account)
    fits = compared.fits and account is not None and account.password_hash == compared.password_hash
    if account is None or not fits or not account.active or not verdict.allowed or _expired(unit, account):
        raise _refuse(unit, login, address, verdict)
    account_rows.add_attempt(unit.connection, login, address, unit.now, succeeded=True)
    return _begin(unit, account.id, address, agent, must_change=account.must_change)


def sign_in(unit: UnitOfWork, *, login: str, password: str, address: str, agent: str) -> SignedIn:
    """Compare and enter in one transaction."""
    return enter(unit, compare(unit, login=login, password=password), address=address, agent=agent)


def sign_in_demo(unit: UnitOfWork, *, person_id: str, address: str, agent: str) -> SignedIn:
    """Begin a session without a password: only in a database made for demonstration."""
    if not is_demo(Reader(unit.connection, unit.actor, unit.now, unit.means)):
        raise NotFound()
    load_actor(unit.connection, person_id, unit.now)
    return _begin(unit, person_id, address, agent, must_change=False, by_password=False)


def resume(unit: UnitOfWork | Reader, token: str) -> tuple[Actor, bool, str] | None:
    """Who a session token belongs to now, whether the password must be changed, and the session's id."""
    hashed = token_hash(token)
    row = account_rows.find_session(unit.connection, hashed)
    if row is None or not row.active:
        return None
    actor = load_actor(unit.connection, row.person_id, unit.now)
    if not is_live(Session(hashed, row.created_at, row.seen_at), actor.powers, unit.now):
        return None
    must_change = bool(row.must_change) or (row.expires_at is not None and row.expires_at <= unit.now)
    return actor, must_change and row.by_password, hashed


def is_seen_long_ago(read: Reader, session_id: str) -> bool:
    """Whether the session's last sign of life is old enough to be written again."""
    row = account_rows.find_session(read.connection, session_id)
    return row is not None and read.now - row.seen_at >= SEEN_EVERY


def see(unit: UnitOfWork, session_id: str) -> None:
    """Keep a session awake."""
    account_rows.see_session(unit.connection, session_id, unit.now)


def sign_out(unit: UnitOfWork, *, token: str) -> None:
    """End this session at once; doing it twice changes nothing."""
    if account_rows.delete_sessions(unit.connection, [token_hash(token)]):
        unit.record_system(Record(RecordType.SIGNED_OUT, {}, element_id=unit.actor.id))


def change_password(unit: UnitOfWork, *, person_id: str, current: str, new: str, keep_token: str = "") -> None:
    """Change one's own password; all other sessions end. Raises SubmissionInvalid with every broken rule.

    Wrong guesses at the current password count as those at the door do: NotAllowed once they were too many.
    """
    account = account_rows.account_of(unit.connection, person_id)
    if account is None or account.id != unit.actor.id:
        raise NotFound()
    account_rows.lock_account(unit.connection, account.login)
    _need_current(unit, account, current)
    owner = _owner(unit, account.login, account.name, account.unit_id, unit.actor.powers)
    former = [account.password_hash, *account.former.split()]
    broken = broken_rules(new, owner, former=former)
    if broken:
        raise SubmissionInvalid([FieldError("new", rule.zh, rule.en) for rule in broken])
    account_rows.set_password(unit.connection, person_id, password_hash=hash_password(new), must_change=False,
                              changed_at=unit.now, expires_at=password_expires_at(unit.now, owner),
                              former=" ".join(former[:FORMER_KEPT]))
    account_rows.delete_sessions_of(unit.connection, person_id, keep=token_hash(keep_token) if keep_token else "")
    unit.record_system(Record(RecordType.PASSWORD_CHANGED, {"id": person_id, "name": account.name}, element_id=person_id))


def issue_password(unit: UnitOfWork, *, person_id: str, lives: timedelta = INITIAL_LIVES) -> str:
    """A fresh initial password: shown once, must be changed at first use, expires. For platform administrators."""
    need_platform_admin(unit)
    need_person(unit, person_id)
    if find_account_kind(unit.connection, person_id) == "service":
        raise WrongState("程序账号没有密码，请签发令牌", "An account of a program has no password: issue a token")
    password = generate_password()
    account = account_rows.account_of(unit.connection, person_id)
    former = [account.password_hash, *account.former.split()] if account is not None else []
    account_rows.set_password(unit.connection, person_id, password_hash=hash_password(password), must_change=True,
                              changed_at=unit.now, expires_at=unit.now + lives, former=" ".join(former[:FORMER_KEPT]))
    account_rows.delete_sessions_of(unit.connection, person_id, keep="")
    unit.record_system(Record(RecordType.PASSWORD_CHANGED, {
        "id": person_id, "name": name_of(unit.connection, person_id), "is_initial": True},
                              element_id=person_id))
    return password


def _need_current(unit: UnitOfWork, account: account_rows.AccountRow, current: str) -> None:
    # Only guesses made here: whoever knocks at the door from elsewhere must not keep the owner from changing it.
    here = [attempt for attempt in _attempts_at(unit, account.login) if attempt.address == HERE]
    verdict = judge_account(here, unit.now)
    if not verdict.allowed:
        raise _refuse(unit, account.login, HERE, verdict)
    fits = verify_password(account.password_hash, current[:LONGEST])
    account_rows.add_attempt(unit.connection, account.login, HERE, unit.now, succeeded=fits)
    if not fits:
        refusal = SubmissionInvalid([FieldError("current", "当前密码不正确", "The current password is wrong")])
        refusal.keeps_work = True
        raise refusal


def _attempts_at(unit: UnitOfWork, login: str) -> list[Attempt]:
    return [Attempt(row.at, row.address, row.succeeded)
            for row in account_rows.attempts_at(unit.connection, login, unit.now - REMEMBERED)]


def _verdict(unit: UnitOfWork, login: str, address: str, account: account_rows.AccountRow | None) -> Verdict:
    own = _attempts_at(unit, login)
    nearby = [Attempt(row.at, row.address, row.succeeded)
              for row in account_rows.attempts_from(unit.connection, address, unit.now - REMEMBERED)]
    admins = StoredDirectory(unit.connection, unit.now).holders(PLATFORM_ADMIN)
    if account is not None and admins == (account.id,):
        return judge_last_admin(own, nearby, unit.now, asking=address)
    return judge(own, nearby, unit.now)


def _expired(unit: UnitOfWork, account: account_rows.AccountRow) -> bool:
    """Only an initial password expires for good; one's own must be changed after signing in with it."""
    return account.must_change and account.expires_at is not None and account.expires_at <= unit.now


def _refuse(unit: UnitOfWork, login: str, address: str, verdict: Verdict) -> NotAllowed:
    """Count the try, unless the throttle refused it: knocking at a locked door must not keep it locked."""
    zh, en = "账号或密码不正确，或尝试次数过多", "Wrong account or password, or too many tries"
    if verdict.retry_at is None:
        account_rows.add_attempt(unit.connection, login, address, unit.now, succeeded=False)
    else:
        zh += f"，请于 {in_china(verdict.retry_at):%H:%M} 后再试"
        en += f"; try again after {in_china(verdict.retry_at):%H:%M}"
    unit.record_system(Record(RecordType.SIGN_IN_REFUSED, {"login": login, "address": address}))
    refusal = NotAllowed(zh, en)
    refusal.keeps_work = True
    return refusal


def _begin(unit: UnitOfWork, person_id: str, address: str, agent: str, *, must_change: bool,
           by_password: bool = True) -> SignedIn:
    actor = load_actor(unit.connection, person_id, unit.now)
    rows = account_rows.sessions_of(unit.connection, person_id)
    ending = sessions_to_end([Session(row.token_hash, row.created_at, row.seen_at) for row in rows],
                             actor.powers, unit.now)
    account_rows.delete_sessions(unit.connection, list(ending))
    token = new_token()
    account_rows.add_session(unit.connection, token_hash(token), person_id, unit.now, address=address[:64],
                             agent=agent[:300], by_password=by_password)
    unit.record_system(Record(RecordType.SIGNED_IN, {"id": person_id, "name": actor.name, "address": address}, element_id=person_id))
    return SignedIn(token, person_id, must_change)


def _owner(unit: UnitOfWork, login: str, name: str, unit_id: str | None, powers: frozenset[str]) -> PasswordOwner:
    place = StoredDirectory(unit.connection, unit.now).find_unit(unit_id) if unit_id else None
    words = ("anliu", "安流", *((place.name, place.id) if place is not None else ()))
    return PasswordOwner(login, name, words, powers)
