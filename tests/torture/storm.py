"""Twenty thousand timers on three workers and two web nodes that are killed, frozen and lose their database.

`make torture` runs it: first a backlog and half the load in peace, for the figures, then the rest in the storm.
`ANLIU_SEED=…` brings back the order of the faults.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from engine.store.database import FROZEN_SECONDS
from tests.torture.cluster import WAITS, Cluster, Node
from tests.torture.reckoning import Fired, Reckoning, broken_chains, reckon

WORKERS, WEBS = 3, 2
BACKLOG = 3_000
"""Timers that are all due at once, to see how many go in a second."""
CALM_SECONDS = 30
HEADWAY = 3.0
"""Seconds between the last case that is started beforehand and the first timer that is due."""


@dataclass(frozen=True)
class Figures:
    """What the peaceful part measured. Lateness in seconds."""

    capacity: float
    displaced: int
    rate: float
    late_half: float
    late_most: float


def begin_nodes(nodes: Iterable[Node]) -> None:
    for node in nodes:
        node.begin()


def start_cases(cluster: Cluster, count: int, moments: Callable[[int], datetime]) -> tuple[datetime, datetime]:
    """Start cases; gives the moments between which all their timers are due."""
    due = [moments(number) for number in range(count)]
    for moment in due:
        cluster.start_case(moment)
    return min(due), max(due) + timedelta(seconds=WAITS)


def wait_until_done(cluster: Cluster, seconds: float) -> Reckoning:
    """Until every timer is triggered and every case has ended, or the time is over. Nobody starts cases any longer."""
    for node in cluster.nodes:
        if node.role == "web":
            node.kill()
    end = time.monotonic() + seconds
    found = reckon(cluster.engine)
    while (found.lost or found.unfinished) and time.monotonic() < end:
        time.sleep(1)
        found = reckon(cluster.engine)
    return found


# ---------------------------------------------------------------- in peace

def backlog(cluster: Cluster, timers: int) -> tuple[float, int]:
    """How many timers a second the workers trigger when all are due, and by how many places one was out of order."""
    first, count = cluster.in_seconds(-WAITS - 2), timers // WAITS
    begin, end = start_cases(cluster, count, lambda number: first + timedelta(seconds=number / count))
    begin_nodes([cluster.node("worker") for _ in range(WORKERS)])
    fired = wait_until_done(cluster, timers / 5).between(begin, end)
    took = (fired[-1][1] - fired[0][1]).total_seconds()
    return len(fired) / took, displaced(fired)


def displaced(fired: Sequence[Fired]) -> int:
    """The most places by which a timer was triggered before one that was due a second earlier, or more."""
    places = sorted(range(len(fired)), key=lambda place: fired[place][0])
    return max((place - sorted_place for sorted_place, place in enumerate(places)), default=0)


def calm(cluster: Cluster, rate: float, seconds: float) -> list[float]:
    """How late timers are, in seconds, at so many a second: sorted."""
    count = int(rate * seconds) // WAITS
    first = cluster.in_seconds(HEADWAY + count * 0.02)
    begin, end = start_cases(cluster, count, lambda number: first + timedelta(seconds=number * seconds / count))
    found = wait_until_done(cluster, 3 * seconds + 30)
    # The cases of the first and last seconds overlap less: there the load is lower, not higher.
    return sorted((at - due).total_seconds() for due, at in found.between(begin, end))


# ---------------------------------------------------------------- the storm

def storm(cluster: Cluster, dice: random.Random, *, until: float, every: float) -> Iterator[str]:
    """Faults until this moment of the counter, each said as it happens; at the end everything runs again."""
    while time.monotonic() < until:
        fault = dice.choice((kill, kill, freeze, freeze, crash))
        yield fault(cluster, dice, until)
        time.sleep(dice.uniform(0.5, 1.5) * every)


def kill(cluster: Cluster, dice: random.Random, _until: float) -> str:
    node = dice.choice(alive(cluster))
    node.kill()
    cluster.node(node.role).begin()
    return f"killed a {node.role}"


def freeze(cluster: Cluster, dice: random.Random, until: float) -> str:
    """Longer than the database waits for it, if there is time: what it had in hand is somebody else's by then."""
    node = dice.choice(alive(cluster))
    seconds = min(dice.choice((1.0, FROZEN_SECONDS + 5.0)), max(until - time.monotonic(), 1.0))
    node.freeze()
    time.sleep(seconds)
    node.wake()
    return f"froze a {node.role} for {seconds:.0f} s"


def crash(cluster: Cluster, _dice: random.Random, _until: float) -> str:
    cluster.crash_database()
    return "crashed the database"


def alive(cluster: Cluster) -> list[Node]:
    return [node for node in cluster.nodes if node.process.poll() is None]


def acknowledged(cluster: Cluster) -> frozenset[str]:
    """All cases that a web node said were started."""
    return frozenset(case for node in cluster.nodes for case in node.acknowledged())


def check(found: Reckoning, cluster: Cluster) -> None:
    """Nothing lost, nothing doubled, nothing early; nothing acknowledged is missing; every chain is whole."""
    assert not found.lost, f"{len(found.lost)} timers were lost"
    assert not found.doubled, f"{len(found.doubled)} timers were triggered twice"
    assert not found.early, f"{len(found.early)} timers were early"
    assert not found.unfinished, f"{found.unfinished} cases or timers are left"
    assert acknowledged(cluster) <= found.cases, "a case that was acknowledged is not there"
    assert broken_chains(cluster.engine, cluster.folder) == []


# ---------------------------------------------------------------- make torture

def main(timers: int, minutes: float) -> None:
    seed = int(os.environ.get("ANLIU_SEED") or random.SystemRandom().getrandbits(32))
    print(f"ANLIU_SEED={seed}", flush=True)
    cluster = Cluster(seed)
    try:
        figures = measure(cluster)
        print(figures, flush=True)
        rest = (timers - len(reckon(cluster.engine).fired)) // WAITS
        seconds = minutes * 60
        begin_nodes([cluster.node("web") for _ in range(WEBS)])
        first = cluster.in_seconds(5)
        _, end = start_cases(cluster, rest, lambda number: first + timedelta(seconds=number * seconds / rest))
        for word in storm(cluster, random.Random(seed), until=time.monotonic() + seconds, every=8):
            print(word, flush=True)
        found = wait_until_done(cluster, 300)
        told = report(figures, found, acknowledged(cluster), found.between(first, end))
        check(found, cluster)
        print(told)
    finally:
        cluster.close()


def measure(cluster: Cluster) -> Figures:
    """The peaceful part, before there are web nodes: what is counted is the workers' work alone."""
    capacity, places = backlog(cluster, BACKLOG)
    late = calm(cluster, capacity / 2, CALM_SECONDS)
    return Figures(capacity, places, capacity / 2, late[len(late) // 2], late[-1])


def report(figures: Figures, found: Reckoning, heard: Collection[str], in_storm: Sequence[Fired]) -> str:
    late = sorted((at - due).total_seconds() for due, at in in_storm)
    told = {"timers": len(found.fired), "lost": len(found.lost), "doubled": len(found.doubled), "early": len(found.early),
            "acknowledged_starts": len(heard), "capacity_per_second": round(figures.capacity, 1),
            "displaced_places": figures.displaced, "half_load_per_second": round(figures.rate, 1),
            "half_load_late_median_s": round(figures.late_half, 3), "half_load_late_most_s": round(figures.late_most, 3),
            "storm_late_median_s": round(late[len(late) // 2], 3), "storm_late_most_s": round(late[-1], 1)}
    text = json.dumps(told, indent=2)
    Path("build").mkdir(exist_ok=True)
    Path("build/torture.json").write_text(text + "\n", encoding="utf-8")
    return text


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
