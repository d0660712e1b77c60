"""range_json.py FILE: looks at what `dsc lr-find --json` wrote of a ramp of 100 steps that is no number at step 80."""
import json
import math
import sys

with open(sys.argv[1]) as file:
    found = json.load(file)
assert (found["name"], found["ramp"], found["steps"]) == ("tiny", "exp", 100), found
(test,) = found["tests"]
lr, loss = test["lr"], test["loss"]
assert len(lr) == len(loss) == 81 and loss[80] is None and None not in loss[:80]
assert all(math.isclose(rate, 1e-3 * 100 ** ((i + 1) / 100), rel_tol=1e-14) for i, rate in enumerate(lr[:80])), lr
assert test["stopped_early"] and test["verdict"] == "wide enough" and test["points"] == 80
assert test["onset"]["lr"] == lr[79]
assert test["rule"]["cycle_max"] == 0.9 * lr[79] and test["rule"]["cycle_min"] == 0.5 * test["best"]["lr"]
assert test["suggestions"]["minimum_tenth"] == test["best"]["lr"] / 10
assert found["proposal"] == {"peak": test["rule"]["cycle_max"], "floor": test["rule"]["cycle_min"]}
# The average of a test of 100 steps, corrected for its start, as anybody would write it.
beta, average = 1 - 2 / (100 / 10 + 1), 0.0
for i in range(80):
    average = beta * average + (1 - beta) * loss[i]
    assert math.isclose(average / (1 - beta ** (i + 1)), test["smoothed"][i], rel_tol=1e-12), i
best = min(range(10, 80), key=lambda i: test["smoothed"][i])
assert test["best"] == {"index": best, "lr": test["smoothed_lr"][best]}, test["best"]
