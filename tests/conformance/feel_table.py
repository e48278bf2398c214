"""The FEEL cases of the DMN TCK that do not pass: `python -m tests.conformance.feel_table` writes them down, with reasons.

Every case that does not pass has its reason here; a section of docs/conformance.md is made from the run and from them.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass

from tests.conformance.measuring import PACK, PAGE, is_present, measure_feel

TITLE = "## FEEL cases that do not pass"
BESIDE = ("What no case asks: a built-in function is called by its name and is no value that could be handed on, so that a variable "
          "which happens to have its name is null until it is written.")
REASONS = {
    r"0070-feel-instance-of/":
        "Asks for a type that the model file declares (`tNumberList`). An expression alone knows the types of FEEL.",
    r"0021-singleton-list/|0082-feel-coercion/":
        "The declared type of the decision, or of a parameter of its service, makes another value of the value. That is "
        "the model's doing, not the expression's: `engine.feel.coerce` does it where a type is declared.",
    r"0085-decision-services/":
        "The input of a decision service stands in for the decision of that name, which the runner computed before.",
    r"111[67]-.*":
        "Nanoseconds. A moment here has microseconds; XML Schema, which DMN follows for its texts, asks for milliseconds at "
        "least.",
    r"1115-feel-date-function/013":
        "The day is right, 31 December of the year -2017; the runner cannot compare a year before 1.",
}
"""Why a case does not pass, by the beginning of its id."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One case that does not pass: its id, its expression."""

    id: str
    expression: str

    @property
    def reason(self) -> str:
        """Why; empty if nobody knows."""
        return next((reason for start, reason in REASONS.items() if re.match(start, self.id)), "")


def find_failed() -> tuple[Failed, ...]:
    """Every case that does not pass, once through the runner."""
    cases = json.loads((PACK / "feel" / "tck_cases.json").read_text("utf-8"))["cases"]
    named = [key.split(" ", 1) for key in measure_feel()[0].failed]
    return tuple(Failed(case_id, " ".join(cases[int(number)]["expr"].split())) for number, case_id in named)


def section(failed: tuple[Failed, ...]) -> str:
    """The section of the page, with its title: the cases by their reasons."""
    lines = [TITLE, "", BESIDE]
    for reason in dict.fromkeys(case.reason for case in failed):
        alike = [case for case in failed if case.reason == reason]
        lines += ["", f"**{len(alike)}.** {reason}", "", "| case | expression |", "|---|---|"]
        lines += [f"| {_short(case.id)} | `{_shown(case.expression)}` |" for case in alike]
    return "\n".join(lines) + "\n"


def _short(case_id: str) -> str:
    """The file and the case; what only repeats the file's name is left out."""
    file, case, *_ = case_id.split("/")
    return f"{file} {re.sub(r'(?<=^[0-9]{3})_[0-9a-f]{10}$', '', case)}"


def _shown(expression: str) -> str:
    return expression.replace("|", "\\|")


def written() -> str:
    """The section as it stands on the page; empty if there is none."""
    found = re.search(rf"^{TITLE}\n.*?(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return found.group().rstrip("\n") + "\n" if found else ""


def write(new: str) -> None:
    """Puts the section onto the page, in the place of the old one or at the end."""
    text, old = PAGE.read_text("utf-8"), written()
    PAGE.write_text(text.replace(old, new) if old else f"{text.rstrip()}\n\n{new}", encoding="utf-8")


if __name__ == "__main__":
    if not is_present():
        sys.exit("The cases of the TCK are not here.")
    write(section(find_failed()))
