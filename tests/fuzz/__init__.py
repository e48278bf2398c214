"""Hostile definitions by the thousand: `python -m tests.fuzz` (or `make fuzz`); a slice runs with every test run."""
