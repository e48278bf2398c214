"""The fast verdicts against a slow and obvious token game, over random nets. Each failure names its seed."""

from __future__ import annotations

from random import Random

import pytest

from engine.soundness.explore import explore
from engine.soundness.net import Net
from engine.soundness.reduce import reduce
from tests.engine.soundness.nets import Played, play, structured, wild

SEEDS = 12
NETS_PER_SEED = 30


def invent(seed: int) -> list[tuple[str, Net]]:
    dice = Random(seed)
    nets = []
    for number in range(NETS_PER_SEED):
        kind = number % 4
        net = (structured(dice, size=dice.randint(2, 9)) if kind == 0
               else structured(dice, size=dice.randint(2, 9), careless=0.15) if kind == 1
               else wild(dice, knots=dice.randint(4, 9)))
        nets.append((f"seed {seed}, net {number}: {net}", net))
    return nets


def agree(net: Net, played: Played) -> bool:
    found = explore(net)
    return (found.complete and (found.doubled is not None) == played.doubled and (found.stuck is not None) == played.stuck
            and (found.endless is not None) == played.endless and found.is_sound == played.is_sound)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_exploring_finds_what_brute_force_finds(seed: int) -> None:
    for name, net in invent(seed):
        played = play(net)
        assert played is None or agree(net, played), name


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_reduced_net_is_sound_exactly_when_the_net_is(seed: int) -> None:
    for name, net in invent(seed):
        played = play(net)
        found = explore(reduce(net))
        assert played is None or found.is_sound == played.is_sound, name


def test_random_nets_are_of_all_sorts() -> None:
    verdicts = [played for seed in range(10) for _, net in invent(seed) if (played := play(net)) is not None]
    assert len(verdicts) > 250
    for sort, least in {"is_sound": 100, "doubled": 10, "stuck": 40, "endless": 2}.items():
        assert sum(getattr(played, sort) for played in verdicts) > least, sort


@pytest.mark.parametrize("seed", range(20))
def test_a_block_structured_net_becomes_nothing_but_a_beginning_and_an_end(seed: int) -> None:
    net = structured(Random(seed), size=200)
    found = reduce(net)
    assert len(net.arcs) > 100
    assert len(found.arcs) == 1, f"seed {seed}"
    assert explore(found).is_sound
