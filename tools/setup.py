"""Set-up in one command, quick when nothing changed: `python -m tools.setup` or `… for-tests`.

Needs Python 3.11 with venv and the package registries; everything else it brings or names in one sentence.
"""

from __future__ import annotations

import sys

from tools import assets, environment, screen
from tools.steps import Missing


def set_up(purpose: str) -> None:
    environment.make()
    if purpose == "for-tests":
        environment.add_development()
    assets.make()
    if purpose == "for-tests":
        screen.bring_chromium()
    else:
        screen.bring_fonts()


if __name__ == "__main__":
    try:
        set_up(sys.argv[1] if len(sys.argv) > 1 else "for-use")
    except Missing as missing:
        sys.exit(f"✗ {missing}")
