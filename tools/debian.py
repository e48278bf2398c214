"""Debian's packages: installed only by root, only on a machine that has apt, and said before it is done."""

from __future__ import annotations

import os
import shutil

from tools.steps import Missing, run, say


def may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(*packages: str, what: str) -> None:
    """Install packages, or raise Missing naming `what` and the command that brings it."""
    names = " ".join(packages)
    mend = f"{what} is missing: run `sudo apt-get install {names}` (or bring it another way), then the same again."
    if not may_install():
        raise Missing(mend)
    say(f"installing {what} from Debian's packages: {names}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], otherwise=mend, extra=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], otherwise=mend, extra=quiet)
