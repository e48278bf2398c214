"""Every line of a whole trace is a sentence for people, in Chinese and in English, and the chain holds it together."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engine.store.queries.trace import TraceEntry
from tests.stories import (
    test_early_ends,
    test_s02_filing,
    test_s14_trace,
    test_s15_confirmation,
    test_s16_corrected_times,
    test_s17_levels,
)
from tests.stories.test_s01_filing import decided
from tests.world import World

RAW = re.compile(r"[0-9a-f]{32}|\b[a-z]+_[a-z_]+\b|\bperson:[0-9a-f]|@CIE|@SAO|\bNone\b|\bnull\b|[{}]|（空）|\bTrue\b|\bFalse\b")
NUMBER = re.compile(r"\b(?:incident|filing_system)-\d{4}-\d+\b")
CHINESE = re.compile(r"[一-鿿]")


def replaced_head(world: World) -> World:
    return test_s02_filing.submitted(test_s02_filing.without_deputy(world), by="head_sao")


def lowered(world: World) -> World:
    return test_s17_levels.relevel(test_s17_levels.reported_at_two(world), "Ⅳ级", "2026-11-12 13:00", "2026-11-12 13:10")


def handed_to_the_police(world: World) -> World:
    return test_early_ends.secure(test_early_ends.begun(world), "2026-11-10 14:15", sabotage="是")


def changed_finding(world: World) -> World:
    return test_s15_confirmation.concealed(world).complete("确认时效", by="office", accountability="不启动",
                                                           **test_s15_confirmation.REASONS)


STORIES: dict[str, Callable[[World], object]] = {
    "a filing to its number": decided, "a filing withdrawn and returned": test_s02_filing.changed,
    "a filing nobody else may sign": replaced_head, "a night to the archive": test_s14_trace.archived,
    "an upgrade": test_s17_levels.reported_again, "a downgrade": lowered, "a correction": test_s16_corrected_times.corrected,
    "a changed finding": changed_finding, "an event with the police": handed_to_the_police,
}


@pytest.mark.parametrize("story", STORIES)
def test_the_whole_trace_reads_in_both_languages(world: World, story: str) -> None:
    STORIES[story](world)
    trace = world.trace()
    assert len(trace) > 10 or story == "a filing nobody else may sign"
    assert [line for entry in trace for line in unreadable(entry)] == []
    assert [entry.seq for entry in trace] == list(range(1, len(trace) + 1))


def unreadable(entry: TraceEntry) -> list[str]:
    """What a reader would stumble over in one line of the trace."""
    texts = {"zh": entry.sentence.zh, "en": entry.sentence.en, "who": entry.actor_name}
    if entry.acting_for is not None:
        texts |= {"for": entry.acting_for.zh, "for en": entry.acting_for.en}
    texts |= {f"label of {name}": entry.labels[name] for name, _, _ in entry.changes}
    found = [f"{entry.type} {name}: {text}" for name, text in texts.items()
             if not text.strip() or RAW.search(NUMBER.sub("", text))]
    if not CHINESE.search(entry.sentence.zh):
        found.append(f"{entry.type} zh: {entry.sentence.zh}")
    if not re.search(r"[A-Za-z]{2}", entry.sentence.en):
        found.append(f"{entry.type} en: {entry.sentence.en}")
    return found
