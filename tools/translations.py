"""The catalogue of the pages' sentences: the source sentences are Chinese, `en` is English.

`python -m tools.translations` gathers new sentences into the catalogue and lists those that wait for English.
Nothing is compiled: the pages read the catalogue itself (web/language.py).
"""

from __future__ import annotations

import sys

from tools.steps import BIN, ROOT, Missing, run

FOLDER = ROOT / "web" / "translations"
TEMPLATE = ROOT / "build" / "messages.pot"
BROKEN = "The translations could not be gathered: mend what is named above, then run `make translations` again."


def gather() -> None:
    """Read every sentence of the pages into the catalogue; sentences that are gone leave it."""
    TEMPLATE.parent.mkdir(exist_ok=True)
    _babel("extract", "-F", "babel.cfg", "--no-wrap", "--sort-by-file", "--add-location=file",
           "--project=anliu", "--copyright-holder=Anliu", "-o", TEMPLATE.relative_to(ROOT), ".")
    verb = "update" if (FOLDER / "en" / "LC_MESSAGES" / "messages.po").exists() else "init"
    keep = ["--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"] if verb == "update" else []
    _babel(verb, "-i", TEMPLATE.relative_to(ROOT), "-d", FOLDER.relative_to(ROOT), "-l", "en", "--no-wrap", *keep)


def _babel(*arguments: object) -> None:
    run([BIN / "pybabel", "-q", *map(str, arguments)], otherwise=BROKEN)


if __name__ == "__main__":
    try:
        gather()
    except Missing as missing:
        sys.exit(f"✗ {missing}")
