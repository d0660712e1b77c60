"""make_vectors.py > peer-vectors.json: what the schedulers of PyTorch and Transformers give, step by step.

Each vector holds the phases that say the same in a recipe. `values[k]` is the learning rate with which update k is made:
the scheduler is stepped after every update, as both libraries ask for. Needs torch 2.11 and transformers 4.57.
"""

import json
import warnings

import torch
import transformers
from torch.optim import lr_scheduler as torch_schedulers

BASE = 0.05
STEPS = 120
warnings.filterwarnings("ignore")
vectors = []


def phase(kind, length, **keys):
    lines = ["[[schedule.phase]]", f'kind = "{kind}"', f'length = "{length}"']
    for key, value in keys.items():
        lines.append(f"{key.rstrip('_')} = {value if isinstance(value, str) and value[:1] in '[{' else json.dumps(value)}")
    return "\n".join(lines) + "\n"


def add(name, make, *phases, momentum=False):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE, momentum=0.9 if momentum else 0.0)
    scheduler = make(optimizer)
    values, momenta = [], []
    for _ in range(STEPS):
        values.append(float(optimizer.param_groups[0]["lr"]))
        momenta.append(float(optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        scheduler.step()
    names = [text.split('kind = "')[1].split('"')[0] for text in phases]
    for index, kind in enumerate(names):
        if names.count(kind) > 1:
            phases = [
                text.replace("[[schedule.phase]]", f'[[schedule.phase]]\nname = "{kind}-{i}"')
                if names[i] == kind and "name =" not in text
                else text
                for i, text in enumerate(phases)
            ]
    vector = {"name": name, "schedule": "".join(phases), "values": values}
    if momentum:
        vector["momentum"] = momenta
    vectors.append(vector)


def torch_vectors():
    s = torch_schedulers
    whole = f"{STEPS} steps"
    add("torch StepLR", lambda o: s.StepLR(o, 25, gamma=0.3), phase("step", whole, every="25 steps", gamma=0.3))
    add(
        "torch MultiStepLR",
        lambda o: s.MultiStepLR(o, [10, 40, 41, 90], gamma=0.5),
        phase("multi_step", whole, milestones='["10 steps", "40 steps", "41 steps", "90 steps"]', gamma=0.5),
    )
    add("torch ExponentialLR", lambda o: s.ExponentialLR(o, 0.97), phase("exponential", whole, gamma=0.97))
    for power in (1.0, 2.0, 0.5):
        add(
            f"torch PolynomialLR {power}",
            lambda o: s.PolynomialLR(o, 150, power=power),
            phase("polynomial", "150 steps", power=power, to=0.0),
        )
    add(
        "torch LinearLR",
        lambda o: s.LinearLR(o, 0.25, 1.0, 30),
        phase("linear", "30 steps", from_="25%"),
        phase("constant", "rest"),
    )
    add("torch CosineAnnealingLR", lambda o: s.CosineAnnealingLR(o, STEPS, 1e-4), phase("cosine", whole, to=1e-4))
    add(
        "torch CosineAnnealingLR beyond T_max",
        lambda o: s.CosineAnnealingLR(o, 40, 1e-4),
        phase("cosine", whole, to=1e-4, cycles=1.5),
    )
    for multiplier in (1, 2, 3):
        add(
            f"torch CosineAnnealingWarmRestarts {multiplier}",
            lambda o: s.CosineAnnealingWarmRestarts(o, 10, multiplier, 1e-5),
            phase("sgdr", whole, first="10 steps", growth=float(multiplier), to=1e-5),
        )
    for mode, kind in (("triangular", "triangular"), ("triangular2", "triangular2"), ("exp_range", "exp_range")):
        keys = {"gamma": 0.99} if mode == "exp_range" else {}
        momentum = "{ from = 0.9, to = 0.8 }"
        add(
            f"torch CyclicLR {mode}",
            lambda o: s.CyclicLR(o, 1e-3, 1e-2, 12, 20, mode=mode, gamma=0.99),
            phase(
                kind, whole, from_=1e-3, to=1e-2, up="12 steps", down="20 steps", momentum=momentum, **keys
            ),
            momentum=True,
        )
    one_cycle = lambda o: s.OneCycleLR(o, BASE, STEPS, pct_start=0.25, cycle_momentum=True)
    momentum = "{ from = 0.95, to = 0.85 }"
    add(
        "torch OneCycleLR",
        one_cycle,
        phase("cosine", "29 steps", from_=BASE / 25, momentum=momentum),
        phase("cosine", "91 steps", to=BASE / 25 / 1e4, inclusive="both", momentum="{ to = 0.95 }"),
        momentum=True,
    )


def transformers_vectors():
    warmup, total = 20, STEPS
    rise = phase("linear", f"{warmup} steps", from_=0.0)
    t = transformers.optimization
    add(
        "transformers linear",
        lambda o: t.get_linear_schedule_with_warmup(o, warmup, total),
        rise,
        phase("linear", "rest", to=0.0),
    )
    add("transformers constant", lambda o: t.get_constant_schedule_with_warmup(o, warmup), rise, phase("constant", "rest"))
    for cycles in (0.5, 1.5, 2.0):
        add(
            f"transformers cosine {cycles}",
            lambda o: t.get_cosine_schedule_with_warmup(o, warmup, total, cycles),
            rise,
            phase("cosine", "rest", to=0.0, cycles=cycles),
        )
    add(
        "transformers hard restarts",
        lambda o: t.get_cosine_with_hard_restarts_schedule_with_warmup(o, warmup, total, 4),
        rise,
        phase("cosine_restarts", "rest", to=0.0, cycles=4),
    )
    add(
        "transformers polynomial",
        lambda o: t.get_polynomial_decay_schedule_with_warmup(o, warmup, total, lr_end=1e-6, power=2.5),
        rise,
        phase("polynomial", "rest", to=1e-6, power=2.5),
    )
    add(
        "transformers inverse_sqrt",
        lambda o: t.get_inverse_sqrt_schedule(o, warmup),
        rise,
        phase("inverse_sqrt", "rest", timescale=f"{warmup} steps"),
    )
    add(
        "transformers inverse_sqrt with a timescale",
        lambda o: t.get_inverse_sqrt_schedule(o, warmup, 700),
        rise,
        phase("inverse_sqrt", "rest", timescale="700 steps"),
    )
    for kind, ours in (("linear", "linear"), ("cosine", "cosine"), ("1-sqrt", "one_minus_sqrt")):
        add(
            f"transformers wsd {kind}",
            lambda o: t.get_wsd_schedule(o, warmup, 60, num_stable_steps=40, decay_type=kind, min_lr_ratio=0.1),
            phase("linear", f"{warmup} steps", from_="10%"),
            phase("constant", "40 steps"),
            phase(ours, "rest", to="10%"),
        )
    add(
        "transformers wsd with a 1-sqrt warm-up",
        lambda o: t.get_wsd_schedule(o, 60, 60, num_stable_steps=0, warmup_type="1-sqrt", decay_type="linear"),
        phase("sqrt", "60 steps", from_=0.0),
        phase("linear", "rest", to=0.0),
    )
    add(
        "transformers wsd with a cosine warm-up",
        lambda o: t.get_wsd_schedule(o, 60, 60, num_stable_steps=0, warmup_type="cosine", decay_type="linear"),
        phase("cosine", "60 steps", from_=0.0),
        phase("linear", "rest", to=0.0),
    )


torch_vectors()
transformers_vectors()
for vector in vectors:
    if "150 steps" in vector["schedule"]:
        vector["length"] = 150
document = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__, "base": BASE}
print(json.dumps({**document, "vectors": vectors}, indent=0))
