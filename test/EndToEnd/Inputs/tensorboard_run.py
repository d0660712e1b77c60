"""tensorboard_run.py RUN: what TensorBoard itself reads in a run of mlp.toml, against metrics.csv and events.jsonl."""
import csv
import json
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run = sys.argv[1]
reader = EventAccumulator(run, size_guidance={"scalars": 0})
reader.Reload()
tags = {"train/loss", "train/learning_rate", "train/grad_norm", "train/tokens_per_second", "eval/points/loss"}
assert {*reader.Tags()["scalars"]} == tags, reader.Tags()

with open(f"{run}/metrics.csv") as lines:
    rows = list(csv.DictReader(lines))
for tag, column in (("train/loss", "loss"), ("train/learning_rate", "lr"), ("train/grad_norm", "grad_norm")):
    points = reader.Scalars(tag)
    assert [point.step for point in points] == [int(row["step"]) + 1 for row in rows], f"steps of {tag}"
    for point, row in zip(points, rows):
        assert math.isclose(point.value, float(row[column]), rel_tol=1e-6), (tag, point, row)
assert all(point.value > 0 for point in reader.Scalars("train/tokens_per_second"))

with open(f"{run}/events.jsonl") as lines:
    evals = [event for event in map(json.loads, lines) if event["event"] == "eval"]
points = reader.Scalars("eval/points/loss")
assert [point.step for point in points] == [event["step"] for event in evals], points
assert all(math.isclose(p.value, e["loss"], rel_tol=1e-6) for p, e in zip(points, evals))
