"""same_run.py A B: fails unless two run directories hold what the contract says is equal.

The step, eval, phase, decision and checkpoint events without `time`, the metrics without `seconds`, the names of the checkpoints
kept and, byte by byte, their model, optimizer and config files. What a signal saved in between is extra.
"""
import json
import os
import sys


def events(run):
    kept = []
    with open(f"{run}/events.jsonl") as lines:
        for line in lines:
            event = json.loads(line)
            event.pop("time")
            if event["event"] in ("step", "eval", "phase", "decision", "checkpoint", "skip") and event.get("scheduled", True):
                kept.append(event)
    return kept


def metrics(run):
    with open(f"{run}/metrics.csv") as lines:
        return [line.rstrip("\n").rsplit(",", 1)[0] for line in lines]


def checkpoints(run):
    folder = f"{run}/checkpoints"
    found = {"last": os.readlink(f"{folder}/last")}
    for name in sorted(os.listdir(folder)):
        if name == "last":
            continue
        for file in ("model.safetensors", "optimizer.safetensors", "config.json"):
            with open(f"{folder}/{name}/{file}", "rb") as data:
                found[f"{name}/{file}"] = data.read()
        with open(f"{folder}/{name}/manifest.json") as data:
            manifest = json.load(data)
        found[f"{name} schedule_state"] = manifest["schedule_state"]
        found[f"{name} state"] = {key: value for key, value in manifest["state"].items() if key != "seconds"}
    return found


def main():
    one, other = sys.argv[1:]
    for part in (events, metrics, checkpoints):
        left, right = part(one), part(other)
        if left == right:
            continue
        print(f"{part.__name__} of {one} and {other} differ")
        if isinstance(left, dict):
            keys = [key for key in sorted({*left, *right}) if left.get(key) != right.get(key)]
            print("in", keys)
        else:
            print(f"{len(left)} and {len(right)} entries; the first that differ:")
            print(next(((a, b) for a, b in zip(left, right) if a != b), "none"))
        sys.exit(1)


main()
