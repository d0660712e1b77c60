"""plan_json.py FILE: checks `dsc plan mlp.toml --json`."""
import json
import sys

with open(sys.argv[1]) as text:
    plan = json.load(text)


def same(found, expected):
    assert found == expected, f"found {found}, expected {expected}"


same([plan[key] for key in ("name", "steps", "batch", "micro_batch", "ranks", "parameters")], ["tiny", 50, 8, 8, 1, 42])
phases = [tuple(phase[key] for key in ("name", "begin", "end", "first_lr", "last_lr")) for phase in plan["phases"]]
same(phases[0], ("up", 0, 5, 0.002, 0.01))
same(phases[1][:3] + phases[1][4:], ("down", 5, 50, 0.001))
same({group["name"]: group["size"] for group in plan["groups"]}, {"default": 32, "no-decay": 10})
same(sum(len(group["parameters"]) for group in plan["groups"]), 4)
# Two weights of 2 by 8, two FLOPs each way forward, four backward.
same(plan["flops_per_token"], 192)
same(sum(plan["memory_bytes"].values()), plan["memory_bytes_total"])
kinds = [stage["kind"] for stage in plan["stages"]]
same(kinds, ["unit"] * 3 + ["reduce", "finish", "map", "map"])
# Forward of eight rows; the backward that flops_per_token has beside it costs twice as much.
same(sum(stage["forward_flops"] for stage in plan["stages"] if stage["kind"] == "unit") * 3, 192 * 8)
# AdamW reads and writes the parameter and both moments, and reads the gradient: seven f32.
same([stage["bytes_per_element"] for stage in plan["stages"] if stage["kind"] == "map"], [28, 28])
