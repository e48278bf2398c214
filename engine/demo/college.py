"""Who is who in the demonstration college. People are named after their posts; the logins are codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine import Engine
from engine.actors import AUDITOR, CASE_OPERATOR, PLATFORM_ADMIN, POWERS, PROCESS_ADMIN, SYSTEM
from engine.clock import in_china
from engine.errors import SubmissionInvalid
from engine.store.account_rows import set_setting
from engine.verbs import accounts, people, registers, roster

UNITS = (
    ("college", "安流学院", "institution", None), ("centre", "信息网络中心", "centre", "college"),
    ("office", "网络安全和信息化领导小组办公室", "office", "college"), ("CIE", "信息工程学院", "unit", "college"),
    ("SAO", "学生处", "unit", "college"), ("security", "保卫处", "unit", "college"),
    ("publicity", "党委宣传部", "unit", "college"), ("secrecy", "保密办公室", "unit", "college"),
    ("audit", "审计处", "unit", "college"),
)


@dataclass(frozen=True, slots=True)
class Resident:
    """One account: login, name, home unit, and roles (those of a unit are held there)."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]


UNIT_ROLES = (("head", "负责人", ("unit_head", "applicant")), ("dep", "分管领导", ("unit_deputy", "applicant")),
              ("site", "网站管理员", ("site_admin", "applicant")), ("net", "网络管理员", ("net_admin", "applicant")),
              ("sys", "系统管理员", ("sys_admin", "applicant")), ("emg", "应急联络员", ("emergency_contact",)),
              ("app", "申请人", ("applicant",)))

CENTRAL = (
    Resident("c_head", "中心·负责人", "centre", ("centre_head",)),
    Resident("c_filing", "中心·备案管理", "centre", ("centre_filing",)),
    Resident("c_sec1", "中心·安全检测甲", "centre", ("centre_sec",)),
    Resident("c_sec2", "中心·安全检测乙", "centre", ("centre_sec",)),
    Resident("c_room", "中心·机房管理", "centre", ("centre_room",)),
    Resident("c_cloud", "中心·云平台管理", "centre", ("centre_cloud",)),
    Resident("c_handler", "中心·经办人", "centre", ("centre_handler",)),
    Resident("c_net", "中心·网络管理", "centre", ("centre_net",)),
    Resident("c_duty", "中心·值守", "centre", ("centre_duty",)),
    Resident("office", "领导小组办公室·值班", "office", ("lead_group_office",)),
    Resident("lg_a", "领导小组·成员甲", "college", ("lead_group",)),
    Resident("lg_b", "领导小组·成员乙", "SAO", ("lead_group",)),
    Resident("leader", "分管（联系）校领导", "college", ("school_leader",)),
    Resident("college", "学院领导", "college", ("college_leadership",)),
    Resident("police_liaison", "保卫处·联络人", "security", ("security_dept",)),
    Resident("press", "宣传部·审核人", "publicity", ("publicity",)),
    Resident("secrecy", "保密办·负责人", "secrecy", ("secrecy_unit",)),
    Resident("aud", "审计员", "audit", (AUDITOR,)),
    Resident("padm", "平台管理员", "centre", (PLATFORM_ADMIN,)),
    Resident("pedit1", "流程管理员甲", "centre", (PROCESS_ADMIN,)),
    Resident("pedit2", "流程管理员乙", "centre", (PROCESS_ADMIN,)),
    Resident("caseop", "运行管理员", "centre", (CASE_OPERATOR,)),
)


ON_DUTY = ("c_duty", "c_net", "c_duty", "c_room")
"""Who takes the duty desk in turns, a day each from eight to eight."""
DAYS_ON_ROSTER = 28


LETTERS = (("CIE", "信息工程学院"), ("SAO", "学生处"))
"""Units whose network-security pledge is in force."""


def residents() -> tuple[Resident, ...]:
    """Everybody: two units with seven posts each, and the central posts."""
    local = tuple(Resident(f"{code}_{unit.lower()}", f"{short}·{post}", unit, roles)
                  for unit, short in (("CIE", "信工院"), ("SAO", "学生处")) for code, post, roles in UNIT_ROLES)
    return (*local, *CENTRAL)


def settle(engine: Engine) -> dict[str, str]:
    """Fill an empty database with the college; gives the id of each login."""
    ids: dict[str, str] = {}
    with engine.begin(SYSTEM) as unit:
        for unit_id, name, kind, parent in UNITS:
            people.add_unit(unit, unit_id=unit_id, name=name, kind=kind, parent_id=parent)
        for resident in residents():
            ids[resident.login] = people.add_person(unit, login=resident.login, name=resident.name,
                                                    unit_id=resident.unit)
            for role in resident.roles:
                for place in _places(resident, role):
                    people.hold_post(unit, person_id=ids[resident.login], role=role, unit_id=place)
        for unit_id, name in LETTERS:
            registers.import_entry(unit, register="letters", key=f"CN-{unit_id}", values={
                "kind": "网络安全承诺书", "unit": {"id": unit_id, "name": name}, "status": "有效"})
    return ids


def fill_roster(engine: Engine, ids: dict[str, str]) -> None:
    """Put the duty desk on duty for the coming weeks, day after day; what is on the roster already stays.

    For a database with the shipped definitions, because a roster knows the roles of what is deployed.
    """
    with engine.begin(SYSTEM) as unit:
        today = in_china(unit.now).replace(hour=8, minute=0, second=0, microsecond=0)
        for number in range(-1, DAYS_ON_ROSTER):
            login = ON_DUTY[(today + timedelta(days=number)).toordinal() % len(ON_DUTY)]
            since = today + timedelta(days=number)
            try:
                roster.set_shift(unit, role="centre_duty", person_id=ids[login], since=since, until=since + timedelta(days=1))
            except SubmissionInvalid:
                continue  # over already, or on the roster since an earlier start


def open_for_demonstration(engine: Engine, ids: dict[str, str]) -> dict[str, str]:
    """Mark the database as a demonstration and give every account a password; gives the passwords by login."""
    with engine.begin(SYSTEM) as unit:
        set_setting(unit.connection, "demo", "yes")
        return {login: accounts.issue_password(unit, person_id=person_id) for login, person_id in ids.items()}


def _places(resident: Resident, role: str) -> tuple[str, ...]:
    """A power has no unit; the school leader in charge is appointed for every unit."""
    if role in POWERS:
        return ("",)
    return tuple(unit_id for unit_id, *_ in UNITS) if role == "school_leader" else (resident.unit,)
