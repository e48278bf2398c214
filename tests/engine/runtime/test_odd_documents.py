from random import Random

import pytest
from lxml import etree

from engine.bpmn.xml import name, parse_xml
from engine.errors import DefinitionInvalid
from engine.runtime import Case, Program, compile_program
from engine.runtime.reading import NODES
from tests.engine.runtime.blocks import CONDITIONS, Inventor, draw
from tests.engine.runtime.drawing import Notebook, again

KINDS = sorted(NODES)


def spoil(root: etree._Element, dice: Random) -> None:
    """Take away, double, rename or rewire something."""
    process = root.find(name("process"))
    element = dice.choice(list(process.iter("*"))[1:])
    match dice.randint(0, 5):
        case 0:
            element.getparent().remove(element)
        case 1:
            element.tag = name(dice.choice(KINDS))
        case 2 if element.attrib:
            del element.attrib[dice.choice(list(element.attrib))]
        case 3 if element.attrib:
            other = dice.choice([each for each in process.iter("*") if each.attrib])
            element.set(dice.choice(list(element.attrib)), dice.choice(list(other.attrib.values())))
        case 4:
            element.set(dice.choice(("isForCompensation", "instantiate", "triggeredByEvent", "startQuantity", "default",
                                     "cancelActivity", "isSequential")), dice.choice(("true", "false", "2", "", "x")))
        case _:
            dice.choice(list(process.iter(name("subProcess"))) or [process]).append(etree.fromstring(etree.tostring(element)))


def compiled(root: etree._Element) -> Program | None:
    try:
        return compile_program(root, "p")
    except DefinitionInvalid:
        return None


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_document_is_refused_or_runs_and_never_crashes(seed: int) -> None:
    print(f"seed {seed}")
    dice = Random(seed)
    source = draw(Inventor(dice).process()).xml()
    ran = 0
    for _ in range(25):
        root = parse_xml(source)
        for _ in range(dice.randint(1, 2)):
            spoil(root, dice)
        program = compiled(root)
        if program is None or program.only_start is None:
            continue
        notes = Notebook(**{condition: dice.random() < 0.5 for condition in CONDITIONS}, n0=0, n1=1, n2=2, n3=3)
        case = Case.start(program, hooks=notes)
        for _ in range(8):
            text = case.dump()
            case = again(case)
            assert case.dump() == text
            acts = [*case.open_tokens(), *(token for token in case.waiting() if token.kind != "condition")]
            if acts:
                token = dice.choice(acts)
                (case.complete if token.kind == "task" else case.trigger)(token.id)
        ran += 1
    print(f"{ran} ran")
