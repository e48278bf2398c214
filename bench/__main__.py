"""`python -m bench`: run every measurement, print a table, write build/bench.json."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import stage as stages
from bench.completion import measure_completion
from bench.expressions import measure_compiling, measure_evaluating
from bench.inbox import MINE, Crowd, measure_inbox
from bench.measuring import Measure
from bench.pages import measure_page
from bench.soundness import measure_soundness
from bench.stage import Stage

OUT = Path("build") / "bench.json"


@dataclass(frozen=True, slots=True)
class Size:
    """How often each thing is done, and how full the full database is."""

    completions: int = 400
    pages: int = 300
    looks: int = 60
    tasks: int = 100_000
    few_tasks: int = 1_000
    warm_up: int = 30
    expressions: int = 1_000
    checks: int = 20


def run(size: Size, folder: Path) -> Iterator[Measure]:
    """Every measurement, one after the other, each on copies of the same college."""
    yield measure_compiling("compiling an expression, beside Python's compiler", count=size.expressions, warm_up=size.warm_up)
    yield measure_evaluating("a thousand evaluations of a condition, beside Python's", count=max(size.expressions // 20, 2),
                             warm_up=1)
    college: Stage = stages.build(folder / "college")
    yield measure_completion("completing a task, small definition", stages.reading_turns, college, folder / "small",
                             count=size.completions, warm_up=size.warm_up)
    yield measure_completion("completing a task, shipped filing process", stages.filing_turns, college,
                             folder / "filing", count=size.completions, warm_up=size.warm_up)
    yield measure_page("completing a task over HTTP", college, folder / "page", count=size.pages, warm_up=size.warm_up)
    few = min(MINE, size.few_tasks)
    yield measure_inbox(f"inbox of {few} among {size.tasks:,} open tasks, beside {size.few_tasks:,}", college,
                        folder / "inbox", crowds=(Crowd(size.tasks, few), Crowd(size.few_tasks, few)),
                        count=size.looks, warm_up=2)
    yield measure_inbox(f"inbox of {size.tasks:,}, beside {size.few_tasks:,}", college, folder / "crowd",
                        crowds=(Crowd(size.tasks, size.tasks), Crowd(size.few_tasks, size.few_tasks)),
                        count=size.looks, warm_up=2)
    college.engine.close()
    for steps in (60, 300):
        yield measure_soundness(steps=steps, count=size.checks, warm_up=2)


def main(size: Size = Size(), out: Path = OUT) -> None:
    """Print each measure as it is known; write all of them."""
    sys.stdout.write(f"{'':58}{'ours':>9}{'baseline':>10}{'ratio':>8}{'added':>9}      n   (CPU ms, medians)\n")
    measures = []
    with tempfile.TemporaryDirectory() as folder:
        for measure in run(size, Path(folder)):
            measures.append(measure)
            sys.stdout.write(f"{measure.name:58}{measure.ours_ms:9.3f}{measure.baseline_ms:10.3f}{measure.ratio:8.2f}"
                             f"{measure.added_ms:9.3f}{measure.n:7}\n")
            sys.stdout.flush()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(measure) for measure in measures], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
