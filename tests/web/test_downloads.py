"""What leaves the house can neither calculate nor act."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.downloads import BOM, csv_text, disposition, neutral

FORMULAS = [start + rest for start in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u3000＝")
            for rest in ("1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"https://evil.example\")")]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    assert neutral(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["备案", "2026-11-18", "a=b", "1-2", "mail@example.edu", "", "（空）"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_a_sheet_reads_back_with_every_cell_inert(rows: list[list[str]]) -> None:
    written = csv_text(("一", "二"), rows)
    assert written.startswith(BOM)
    read = list(csv.reader(io.StringIO(written[1:], newline="")))
    assert read[0] == ["一", "二"]
    assert [[neutral(cell) for cell in row] for row in rows] == read[1:]


@pytest.mark.parametrize("name", ["截图.png", "a\r\nSet-Cookie: x=y.png", "../../etc/passwd", "\"; filename=evil.html", "", "\u202egnp.exe",
                                  "长" * 200 + ".pdf", "CON", "a\x00b.txt"])
def test_a_file_name_cannot_break_its_header(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert header.startswith("attachment; filename=\"")
    assert not set(header) & set("\r\n\x00\\")
    assert header.count('"') == 2
