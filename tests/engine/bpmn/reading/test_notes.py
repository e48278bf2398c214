"""Our own notes in a drawing: what of them nobody would read, or could read in two ways, is refused with its element."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.reading.drawings import examined, text_of

EVERYONE = "<anliu:who><anliu:everyone/></anliu:who>"
CHECKED = '<anliu:set name="checked" flag="true"/>'
CHECK = '<bpmn:userTask id="check" name="审核">'
GATEWAY = '<bpmn:exclusiveGateway id="way"'
LATE = ('<bpmn:boundaryEvent id="late" attachedToRef="check" cancelActivity="false"><bpmn:extensionElements>'
        '<anliu:on afterr="3 working days" basis="proposed"><anliu:who/></anliu:on></bpmn:extensionElements>'
        '<bpmn:outgoing>f9</bpmn:outgoing><bpmn:timerEventDefinition id="t"><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
        '</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="told"><bpmn:incoming>f9</bpmn:incoming></bpmn:endEvent>'
        '<bpmn:sequenceFlow id="f9" sourceRef="late" targetRef="told"/>')
REFUSED = {
    "two rules of one who": (EVERYONE, EVERYONE.replace("</", '<anliu:role name="centre_net"/></'),
                             "userTask apply: anliu:who holds one rule only"),
    "a misspelt attribute of a note": (GATEWAY, LATE + GATEWAY, "boundaryEvent late: anliu:on afterr is not supported"),
    "a rule within a note that takes none": (GATEWAY, LATE + GATEWAY, "boundaryEvent late: anliu:on who is not supported"),
    "a truth that is none": (CHECKED, CHECKED.replace("true", "maybe"), "userTask check: flag='maybe' is not true or false"),
    "a number that is none": (CHECKED, CHECKED.replace('flag="true"', 'number="few"'), "userTask check: number='few' is not a number"),
    "a variable written twice": (CHECKED, CHECKED * 2, "userTask check: the variable 'checked' is written twice"),
    "several tokens out of one": (CHECK, CHECK.replace(" name=", ' completionQuantity="2" name='),
                                  "userTask check: completionQuantity is not supported"),
    "notes of another version of our namespace": ("urn:anliu:bpmn:1", "urn:anliu:bpmn:2", "userTask apply: anliu:require is not supported"),
    "another language": ('language="1"', 'language="2"', "process port_opening: The language version is 1"),
    "a share that is no number": ('fraction="0.5"', 'fraction="nan"', "userTask check: Expected a reminder"),
    "a share beyond all numbers": ('fraction="0.5"', 'fraction="1E+999999"', "userTask check: Expected a reminder"),
    "a share of nearly nothing": ('fraction="0.5"', 'fraction="1E-999999"', "userTask check: Expected a reminder"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_note_that_would_be_misread_is_refused(why: str) -> None:
    old, new, sentence = REFUSED[why]
    text = text_of("own_notes")
    assert old in text
    found = examined(text.replace(old, new, 1))
    assert found.bundle is None
    assert [problem for problem in found.problems if problem.en.startswith(sentence) and problem.place.line > 1], found.problems
