"""Feed hostile definitions to the reader and print how it fared; exit 1 when one was not taken as it should be.

Each must give problems or a definition, nothing else (XML bombs: problems); execute nothing; and stay within the memory. The
CPU time of the slowest is printed, and counts as failed above the limit when one is given.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from engine.definition.library import load_library
from engine.errors import DefinitionInvalid, Problem
from engine.feel.evaluation import _compile
from engine.markup import parse_xml
from engine.verbs.deployments import find_problems
from tests.engine.definition.shelf import FORM, GOOD, SHARED, TABLE
from tests.engine.dmn.tables import FILES
from tests.engine.xml_attacks import ATTACKS
from tests.fuzz.mutations import mutated
from tests.fuzz.payloads import payloads
from tests.fuzz.watched import watched
from web.sources import shipped_definitions, sources_around

MAIN = "processes/demo.test.yaml"
BESIDE = {"forms/sample.yaml": FORM, "tables/sample.yaml": TABLE,
          "tables/sample.dmn": (FILES / "evaluation.dmn").read_text(encoding="utf-8")}
"""What stands beside a definition, each alone."""
MEMORY = 64 * 1024 * 1024
Case = tuple[str, Callable[[], Iterable[Problem]]]
"""What it is, and how it is taken in."""


@dataclass(slots=True)
class Outcome:
    cases: int = 0
    refused: int = 0
    slowest_ms: float = 0.0
    slowest: str = ""
    failures: list[str] = field(default_factory=list)


def mutations(count: int, first_seed: int) -> Iterator[Case]:
    """Spoilt definitions, forms and tables, small ones and the shipped definitions by turns."""
    small = [(MAIN, {**SHARED, MAIN: GOOD}), *((name, {name: text}) for name, text in BESIDE.items())]
    shipped = [(sources.name, dict(sources.files)) for sources in map(sources_around, shipped_definitions())]
    for seed in range(first_seed, first_seed + count):
        turn = seed % 8
        name, files = small[turn] if turn < len(small) else shipped[turn % len(shipped)]
        yield f"mutation {seed} of {name}", _taken(name, {**files, name: mutated(seed, files[name])})


def injections(count: int) -> Iterator[Case]:
    """Every payload in every place of the small definition, form and table where a scalar stands."""
    for payload in payloads(count):
        for place, text in enumerate(_with_each_value(GOOD, payload)):
            yield f"{payload!r} at value {place}", _taken(MAIN, {**SHARED, MAIN: text})
        for name in ("forms/sample.yaml", "tables/sample.yaml"):
            for place, text in enumerate(_with_each_value(BESIDE[name], payload)):
                yield f"{payload!r} at value {place} of {name}", _taken(name, {name: text})


def bombs() -> Iterator[Case]:
    """Every XML bomb as bytes at the parser's door, as a drawing and as a decision table; each must be refused."""
    for name, (source, _) in ATTACKS.items():
        text = source.decode("utf-8", "replace")
        yield f"{name}, as bytes", partial(_refused, partial(_parsed, source))
        for file in ("processes/bomb.bpmn", "tables/bomb.dmn"):
            yield f"{name}, as {file}", partial(_refused, _taken(file, {file: text}))


def _taken(name: str, files: Mapping[str, str]) -> Callable[[], Iterable[Problem]]:
    """A definition is checked whole; what stands beside one is read."""
    if name.startswith("processes/"):
        return lambda: find_problems(name, files)
    return lambda: load_library(files)[1]


def _parsed(source: bytes) -> Iterable[Problem]:
    try:
        parse_xml(source)
    except DefinitionInvalid as invalid:
        return invalid.problems
    return ()


def _refused(take: Callable[[], Iterable[Problem]]) -> Iterable[Problem]:
    found = take()
    assert any(problem.severity == "error" for problem in found)
    return found


def _with_each_value(text: str, payload: str) -> Iterator[str]:
    lines = text.split("\n")
    quoted = payload.replace("\\", "\\\\").replace('"', '\\"')
    for number, line in enumerate(lines):
        for key, mark, _ in (line.partition(": "),):
            if mark:
                yield "\n".join((*lines[:number], f'{key}: "{quoted}"', *lines[number + 1:]))
                yield "\n".join((*lines[:number], f"{key}: {payload}", *lines[number + 1:]))


def check(case: Case, outcome: Outcome, *, limit: float = 0.0) -> None:
    """One case; whatever is wrong with how it was taken is noted. Above the limit its time is that of the best of three."""
    what, take = case
    try:
        found, seen, spent = _measured(take)
        for _ in range(2 if limit and spent > limit else 0):  # whoever else is at work on the machine makes CPU time longer too
            _compile.cache_clear()  # whoever attacks pays the first time
            _, more, again = _measured(take)
            seen, spent = [*seen, *more], min(spent, again)
    except Exception as error:  # noqa: BLE001 - any error at all is a failure of the reader, and must be reported with its case
        outcome.failures.append(f"{what}: {type(error).__name__}: {error}"[:300])
        return
    outcome.cases += 1
    outcome.refused += any(problem.severity == "error" for problem in found)
    if spent > outcome.slowest_ms:
        outcome.slowest_ms, outcome.slowest = spent, what
    outcome.failures += [f"{what}: {event}" for event in seen]
    outcome.failures += [f"{what}: a problem without a sentence" for problem in found if not (problem.zh and problem.en)]


def _measured(take: Callable[[], Iterable[Problem]]) -> tuple[Iterable[Problem], list[str], float]:
    """What is said of it, what was executed meanwhile, and the milliseconds it took; within the memory or not at all."""
    begun = time.process_time()
    with _bounded(), watched() as seen:
        found = take()
    return found, list(seen), (time.process_time() - begun) * 1000


def main() -> int:
    options = _options()
    for case in (*mutations(40, 0), *injections(1), *bombs()):  # once, so that caches and lazy imports are there
        check(case, Outcome())
    gc.collect()
    gc.freeze()  # what stands so far is no case's: to go through it takes longer than most of them
    failed = False
    for name, cases in (("mutated definitions", mutations(options.mutations, options.seed)),
                        ("code payloads", injections(options.payloads)), ("XML bombs", bombs())):
        outcome = Outcome()
        for case in cases:
            check(case, outcome, limit=options.limit)
        sys.stdout.write(f"{name}: {outcome.cases} taken, {outcome.refused} refused, slowest {outcome.slowest_ms:.0f} ms "
                         f"({outcome.slowest[:100]}), {len(outcome.failures)} failed (seed {options.seed})\n")
        sys.stdout.writelines(f"  {failure}\n" for failure in outcome.failures[:20])
        failed = failed or bool(outcome.failures) or (options.limit and outcome.slowest_ms > options.limit)
    return int(failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--payloads", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=0, help="CPU milliseconds that none may exceed")
    return parser.parse_args()


@contextmanager
def _bounded() -> Iterator[None]:
    """No more memory than this for one case, beyond what the process has already."""
    unbounded = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_size() + MEMORY, unbounded[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, unbounded)


def _size() -> int:
    """The address space of this process in bytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    sys.exit(main())
