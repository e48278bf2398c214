"""The hand-made drawings of other modellers, the two forms they name, and short ways to examine them."""

from __future__ import annotations

from pathlib import Path

from engine.verbs.deployments import Examined, examine
from tests.world import shipped_files

FOLDER = Path(__file__).parents[1] / "drawings"
RUNNING = ("camunda8", "camunda7", "flowable", "own_notes", "committee", "panel8", "panel7", "panel_flowable")
VISIT = """\
anliu: 1
form: visit
title: 登记表
basis: proposed
sections:
  - title: 登记
    fields:
      - reason: {label: 事由, type: text, required: true, max_length: 60}
      - people: {label: 人数, type: number, required: true}
"""
DECISION = """\
anliu: 1
form: decision
title: 意见
basis: proposed
sections:
  - title: 意见
    fields:
      - opinion: {label: 意见, type: radio, required: true, options: [同意, 不同意, 补充]}
"""
PANEL = """\
anliu: 1
form: panel
title: 评审材料
basis: proposed
sections:
  - title: 评审材料
    fields:
      - reason: {label: 事由, type: text, required: true}
      - first: {label: 第一位, type: person, required: true}
      - second: {label: 第二位, type: person, required: true}
      - third: {label: 第三位, type: person, required: true}
      - times: {label: 抽查次数, type: number}
"""


def text_of(which: str) -> str:
    return (FOLDER / f"{which}.bpmn").read_text(encoding="utf-8")


def file_of(which: str) -> str:
    return f"processes/{which}.bpmn"


def files_with(which: str, text: str) -> dict[str, str]:
    return {**shipped_files(), "forms/visit.yaml": VISIT, "forms/decision.yaml": DECISION, "forms/panel.yaml": PANEL, file_of(which): text}


def examined(text: str, which: str = "drawing") -> Examined:
    return examine(file_of(which), files_with(which, text))
