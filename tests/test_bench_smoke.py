"""The benchmark runs, in the small: what it measures is done for real, only fewer times."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bench import stage
from bench.__main__ import Size, main
from engine.views import tasks

TINY = Size(completions=8, pages=3, looks=2, tasks=300, few_tasks=30, warm_up=1, expressions=8, checks=2)


def test_every_measure_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "build" / "bench.json"
    main(TINY, out)
    printed, measures = capsys.readouterr().out, json.loads(out.read_text("utf-8"))
    assert [measure["n"] for measure in measures] == [8, 2, 8, 8, 3, 2, 2, 2, 2]
    for measure in measures:
        assert set(measure) == {"name", "ours_ms", "baseline_ms", "ratio", "added_ms", "n"}
        assert measure["ours_ms"] > 0 < measure["baseline_ms"]
        assert measure["name"] in printed


def test_an_inbox_is_read_along_an_index_and_never_scanned(tmp_path: Path) -> None:
    college = stage.build(tmp_path)
    reader = college.actor("app_cie")
    asked: list[tuple[str, Any]] = []
    event.listen(college.engine.database.reading, "before_cursor_execute",
                 lambda _connection, _cursor, statement, parameters, _context, _many: asked.append((statement, parameters)))
    with college.engine.read(reader) as read:
        tasks.inbox(read, "todo")
        tasks.inbox(read, "claim")
        tasks.inbox_counts(read)
    assert asked
    with sqlite3.connect(college.path) as connection:
        plans = [row[3] for statement, parameters in asked
                 for row in connection.execute(f"explain query plan {statement}", parameters)]
    assert [step for step in plans if step.startswith(("SCAN tasks", "SCAN candidates", "SCAN instances"))] == []
    assert any("ix_candidates_principal_sort_at" in step for step in plans)
    college.engine.close()
