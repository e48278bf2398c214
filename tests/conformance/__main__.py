"""`make conformance`: prints what of BPMN and FEEL is kept, and every case that is not."""

from __future__ import annotations

from tests.conformance.measuring import Measured, is_present, measure_bpmn, measure_feel


def main() -> None:
    if not is_present():
        print("The conformance pack does not lie beside the project; nothing to measure.")
        return
    plain, reloaded = measure_bpmn(), measure_bpmn("--restart")
    every, valued = measure_feel()
    for title, measured in (("BPMN", plain), ("BPMN, reloaded after every step", reloaded),
                            ("FEEL, all cases", every), ("FEEL, cases with a value", valued)):
        print(f"{title:34} {measured.passed:5} of {measured.cases:5}   {measured.passed / measured.cases:.1%}")
    for measured in (plain, reloaded):
        _print_failed(measured)


def _print_failed(measured: Measured) -> None:
    for case, why in measured.failed.items():
        print(f"  {case}: {why[:160]}")


if __name__ == "__main__":
    main()
