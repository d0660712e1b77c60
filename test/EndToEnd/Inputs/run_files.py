"""run_files.py RUN: checks the files of a finished run of mlp.toml."""
import csv
import hashlib
import json
import sys

import safetensors_file

run = sys.argv[1]
STEPS, BATCH = 50, 8


def same(found, expected, what):
    if found != expected:
        sys.exit(f"{what}: found {found}, expected {expected}")


with open(f"{run}/events.jsonl") as lines:
    events = [json.loads(line) for line in lines]
steps = [event for event in events if event["event"] == "step"]
for event in events:
    clock = [key for key in event if key in ("seconds", "elapsed", "unix")]
    same(clock, [], f"clock readings outside `time` in {event}")
    assert "time" in event, event
for event in steps:
    same({*event}, {"event", "step", "loss", "lr", "phase", "grad_norm", "tokens", "time"}, "keys of a step")
same([event["step"] for event in steps], list(range(STEPS)), "steps")
same([event["tokens"] for event in steps], [BATCH * (k + 1) for k in range(STEPS)], "tokens")
same([event["phase"] for event in steps], ["up"] * 5 + ["down"] * 45, "phases of the steps")
same([(e["step"], e["name"]) for e in events if e["event"] == "phase"], [(0, "up"), (5, "down")], "phases")
same([e["step"] for e in events if e["event"] == "eval"], [0, 10, 20, 30, 40, 50], "evaluations")
same([e["step"] for e in events if e["event"] == "checkpoint"], [10, 20, 30, 40, 50], "checkpoints")
same([events[0]["event"], events[-1]["event"]], ["start", "stop"], "first and last")
same(steps[0]["lr"], 0.002, "the first LR")
same(steps[-1]["lr"], 0.001, "the last LR")
same({*[e["event"] for e in events]}, {"start", "step", "eval", "phase", "checkpoint", "stop"}, "kinds of events")

with open(f"{run}/metrics.csv") as lines:
    rows = list(csv.DictReader(lines))
same(list(rows[0]), "step,loss,val_loss,lr,grad_norm,tokens,seconds".split(","), "header")
same(len(rows), STEPS, "rows")
for row, event in zip(rows, steps):
    for key in ("loss", "lr", "grad_norm"):
        same(float(row[key]), event[key], f"{key} of row {row['step']}")
    same(row["val_loss"] != "", int(row["step"]) % 10 == 9, f"val_loss of row {row['step']}")

with open(f"{run}/run.json") as text:
    described = json.load(text)
for key in ("name", "dsc", "recipe_hash", "machine", "command", "engine", "device"):
    assert key in described, f"run.json lacks {key}"

for name in ("step-00000040", "step-00000050"):
    folder = f"{run}/checkpoints/{name}"
    with open(f"{folder}/manifest.json") as text:
        manifest = json.load(text)
    same(manifest["state"]["steps"], int(name[5:]), "steps applied")
    same(manifest["state"]["batches"], int(name[5:]), "batches consumed")
    for key in ("schedule_state", "loss_scale", "recipe_hash", "logs"):
        assert key in manifest, f"manifest.json lacks {key}"
    same({*manifest["files"]}, {"model.safetensors", "optimizer.safetensors", "config.json"}, "files")
    for file, entry in manifest["files"].items():
        with open(f"{folder}/{file}", "rb") as data:
            content = data.read()
        same(entry, {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}, file)
    model = safetensors_file.read(f"{folder}/model.safetensors")
    state = safetensors_file.read(f"{folder}/optimizer.safetensors")
    shapes = {key: value[0] for key, value in model.items()}
    same(
        shapes,
        {"layers.0.weight": [8, 2], "layers.0.bias": [8], "layers.1.weight": [2, 8], "layers.1.bias": [2]},
        "tensors",
    )
    same(
        {key: value[0] for key, value in state.items()},
        {f"{key}.{slot}": shape for key, shape in shapes.items() for slot in ("exp_avg", "exp_avg_sq")},
        "optimizer tensors",
    )
    assert all(number >= 0 for key, value in state.items() if key.endswith("_sq") for number in value[1])
    forbidden = (b"/", b"time", b"seconds")
    for file in ("config.json", "model.safetensors"):
        with open(f"{folder}/{file}", "rb") as data:
            text = data.read()
        header = text[8 : 8 + int.from_bytes(text[:8], "little")] if file.startswith("model") else text
        assert not any(word in header for word in forbidden), f"{file} holds a path or a clock reading"
