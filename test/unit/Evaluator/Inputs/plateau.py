"""plateau.py > plateau.json: what torch.optim.lr_scheduler.ReduceLROnPlateau makes of series of a metric.

Each case holds the settings, the LR at the start, the metric of each step (JSON has no NaN: "nan", "inf", "-inf") and
[step, LR] wherever the LR changed. ReactionTests.cpp compares the state machine that the compiler generates with these, bit for bit.
"""
import json
import math
import random
import sys

import torch

SETTINGS = [
    {"mode": mode, "threshold_mode": kind, "threshold": threshold, "factor": factor, "patience": patience,
     "cooldown": cooldown, "min_lr": least, "eps": eps}
    for mode, kind, threshold, factor, patience, cooldown, least, eps in [
        ("min", "rel", 1e-4, 0.1, 10, 0, 0.0, 1e-8),
        ("min", "rel", 1e-2, 0.5, 3, 0, 0.0, 1e-8),
        ("min", "abs", 1e-2, 0.5, 2, 4, 0.0, 1e-8),
        ("max", "rel", 1e-3, 0.3, 2, 1, 0.0, 1e-8),
        ("max", "abs", 5e-2, 0.9, 0, 0, 1e-4, 1e-8),
        ("min", "rel", 0.0, 0.7, 1, 3, 2e-4, 0.0),
        ("min", "rel", 1e-1, 0.6, 0, 2, 0.0, 1e-5),
        ("max", "rel", 0.2, 0.8, 4, 0, 1e-3, 1e-3),
    ]
]


def series(draw, kind, mode):
    sign = 1 if mode == "min" else -1
    value, values = 4.0, []
    for step in range(120):
        value += sign * (-0.05 * math.exp(-step / 20) + draw.gauss(0, 0.02))
        values.append(round(value, 4))
    if kind == "constant":
        values = [2.5] * 60
    elif kind == "strange":
        for at, what in ((0, math.nan), (7, math.inf), (8, -math.inf), (30, math.nan), (31, math.inf)):
            values[at] = what
    elif kind == "negative":
        values = [round(v - 5, 4) for v in values]
    return values


def run(settings, lr, values):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=lr)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
    changes = []
    for step, value in enumerate(values):
        scheduler.step(value)
        now = optimizer.param_groups[0]["lr"]
        if now != lr:
            changes.append([step, now])
        lr = now
    return changes


def portable(value):
    return value if math.isfinite(value) else repr(value)


def main():
    draw = random.Random(20)
    cases = []
    for settings in SETTINGS:
        for kind in ("noisy", "constant", "strange", "negative"):
            lr = draw.choice([3e-3, 0.1, 1.7e-2])
            values = series(draw, kind, settings["mode"])
            cases.append({**settings, "lr": lr, "metric": [portable(v) for v in values],
                          "changes": run(settings, lr, values)})
    lines = ",\n".join(json.dumps(case) for case in cases)
    sys.stdout.write(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')


main()
