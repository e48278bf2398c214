"""The benchmark: what the engine costs beside the least that could do the same, measured in one run.

`python -m bench` prints ratios and writes build/bench.json. Nothing of the product imports it.
"""
