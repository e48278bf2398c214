"""The published table of borders is the one in the code."""

from __future__ import annotations

from pathlib import Path

from engine.runtime import BORDERS

DOC = Path(__file__).parents[3] / "docs" / "operations.md"


def table() -> str:
    head = "| the token goes … | siblings | timers and events | results, 会签 |\n|---|---|---|---|\n"
    rows = "".join(f"| {row.way} | {row.siblings} | {row.timers} | {row.results} |\n" for row in BORDERS.values() if not row.is_refused)
    refused = "".join(f"| {row.way} | {row.zh} | {row.en} |\n" for row in BORDERS.values() if row.is_refused)
    return f"{head}{rows}\nRefused:\n\n| the token goes … | 中文 | English |\n|---|---|---|\n{refused}"


def test_the_published_table_is_the_one_in_the_code() -> None:
    _, _, rest = DOC.read_text(encoding="utf-8").partition("<!-- borders -->\n\n")
    published, _, _ = rest.partition("\n- **Statutory")
    assert published == table(), f"write this into {DOC.name}:\n{table()}"


def test_a_row_says_what_happens_or_why_it_is_refused_in_both_languages() -> None:
    for row in BORDERS.values():
        assert bool(row.zh) == bool(row.en)
        assert row.is_refused != bool(row.siblings and row.timers and row.results), row.id
