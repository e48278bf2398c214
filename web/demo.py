"""The demonstration: a college in a folder of its own, its accounts with fresh passwords, the shipped definitions.

Everything in it may be thrown away; nothing here touches another database.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import east_asian_width

from engine import Engine
from engine.actors import SYSTEM
from engine.demo import college
from engine.errors import EngineError
from engine.store.queries.people import find_by_login
from engine.verbs import deployments
from web.installation import Installation
from web.sources import shipped_definitions, sources_around

HEADINGS = ("账号 login", "密码 password", "姓名 name", "岗位 roles")


class NoDemonstration(EngineError):
    """The folder holds something that is not a demonstration."""


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    password: str
    name: str
    roles: tuple[str, ...]


def demonstration_in(folder: Path) -> Installation:
    """The installation that a demonstration in this folder is."""
    return Installation(f"sqlite:///{folder / 'demo.db'}", folder / "keys.json", folder / "files", "anliu.demo")


def clear(folder: Path) -> None:
    """Throw an earlier demonstration away. Refuses a folder that holds anything else."""
    if not folder.exists():
        return
    strange = sorted(path.name for path in folder.iterdir() if not path.name.startswith(("demo.db", "keys.json", "files")))
    if strange:
        raise NoDemonstration(f"{folder} 里有不属于演示的文件（{strange[0]}），没有删除 / "
                              f"{folder} holds something that is no demonstration ({strange[0]}), nothing was removed")
    shutil.rmtree(folder)


def prepare(folder: Path) -> Installation:
    """The folder and its keys, made when they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    installation = demonstration_in(folder)
    if not installation.keys.exists():
        installation.create_keys()
    return installation


def furnish(engine: Engine) -> tuple[Account, ...]:
    """People (once), definitions, a roster for the coming weeks, a fresh password for everybody: what is printed is what is true."""
    residents = college.residents()
    ids = _ids_of(engine, residents) or college.settle(engine)
    passwords = college.open_for_demonstration(engine, ids)
    for path in shipped_definitions():
        sources = sources_around(path)
        with engine.begin(SYSTEM) as unit:
            deployments.deploy(unit, main_file=sources.name, files=sources.files)
    college.fill_roster(engine, ids)
    return tuple(Account(resident.login, passwords[resident.login], resident.name, resident.roles)
                 for resident in residents)


def table(accounts: Sequence[Account]) -> str:
    """The accounts as aligned text; 汉字 are two columns wide."""
    rows = [HEADINGS, *((item.login, item.password, item.name, " ".join(item.roles)) for item in accounts)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows)


def _ids_of(engine: Engine, residents: Sequence[college.Resident]) -> dict[str, str]:
    """Who already lives here; empty in a new database."""
    with engine.read(SYSTEM) as read:
        found = {resident.login: find_by_login(read, resident.login) for resident in residents}
    return {login: person_id for login, person_id in found.items() if person_id is not None}


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
