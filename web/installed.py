"""The options that name an installation, for every command that works on one. Knows no command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from web.installation import Installation

FILE = click.Path(path_type=Path)
Command = Callable[..., None]


def installed(command: Command) -> Command:
    """Options that name an installation; the command gets an Installation first."""
    @click.option("--database", envvar="ANLIU_DATABASE", default="sqlite:///anliu.db", show_default=True,
                  show_envvar=True, help="数据库地址 / address of the database")
    @click.option("--keys", envvar="ANLIU_KEYS", default="anliu.keys", type=FILE, show_default=True,
                  show_envvar=True, help="密钥文件 / key file")
    @click.option("--files", envvar="ANLIU_FILES", default="anliu.files", type=FILE, show_default=True,
                  show_envvar=True, help="附件文件夹 / folder of the attachments")
    @click.option("--origin", envvar="ANLIU_ORIGIN", default="anliu", show_default=True, show_envvar=True,
                  help="本站名称，写在回执上 / name of this installation on receipts")
    @functools.wraps(command)
    def run(database: str, keys: Path, files: Path, origin: str, **rest: Any) -> None:
        command(Installation(database, keys, files, origin), **rest)
    return run
