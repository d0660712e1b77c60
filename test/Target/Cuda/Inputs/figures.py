"""figures.py INSPECT: every kernel of `dsc inspect --json` has figures for every level, and needs no memory of its own."""

import json
import sys

LEVELS = ["sm_80", "sm_90", "sm_100", "sm_120"]
MOST_REGISTERS = 255

with open(sys.argv[1], encoding="utf-8") as file:
    binary = json.load(file)
assert [(image["level"], image["form"]) for image in binary["images"]] == [("sm_80", "text")] + [
    (level, "binary") for level in LEVELS
], binary["images"]
assert all(image["target"] == "cuda" and image["bytes"] > 0 for image in binary["images"])
assert {kernel["kind"] for kernel in binary["kernels"]} == {"map", "reduce", "finish", "schedule"}
for kernel in binary["kernels"]:
    figures = kernel["devices"]["cuda"]
    assert list(figures) == LEVELS, kernel
    for level, of in figures.items():
        assert 0 < of["registers"] <= MOST_REGISTERS, (kernel["name"], level, of)
        assert of["local_bytes"] == of["spill_bytes"] == 0, (kernel["name"], level, of)
        # A finish has some where one warp of it hands over what another one needs.
        if kernel["kind"] != "finish":
            assert (of["shared_bytes"] > 0) == (kernel["kind"] == "reduce"), (kernel["name"], level, of)
