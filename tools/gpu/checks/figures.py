"""Figures, beside those of peers. A part is a function of the machine that yields rows."""

import csv
import json
import statistics
import subprocess

from correctness import ON_GPU, last_line, problem, train
from rows import failed, held, left_out, shown

# A peer that compiles may take long: it gets so many seconds.
COMPILE_SECONDS = 200


def peer(machine, script, *words, timeout=None):
    """Lines of JSON that a program of PyTorch's Python printed, and what went wrong, or None."""
    command = [machine.torch.python, str(machine.bundle / "peers" / script), *map(str, words)]
    try:
        done = subprocess.run(
            command, cwd=machine.scratch, env=machine.environment(), text=True, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        text = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
        return answers(text), f"not done after {timeout} s"
    return answers(done.stdout), None if done.returncode == 0 else last_line(done.stderr) or f"exit code {done.returncode}"


def answers(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def given_up(part, what, trouble):
    """A peer that takes too long is no fault of ours."""
    return (left_out if trouble.startswith("not done") else failed)(part, what, trouble)


def lacks_peers(machine, part, what):
    if machine.torch.python:
        return None
    return left_out(part, what, machine.torch.reason or "no Python here has this LibTorch")


# ------------------------------------------------------------------------------------------------------- the update


def update_part(part, recipe, mode, what, floor):
    """An update against peers that take turns with it in one process."""

    def run(machine):
        if missing := lacks_peers(machine, part, what):
            yield missing
            return
        words = [machine.bundle, machine.recipe(recipe), mode] + (["--quick"] if machine.quick else [])
        words += ["--compiles"] if machine.compiles else []
        found, trouble = peer(machine, "update.py", *words, timeout=COMPILE_SECONDS)
        for answer in found:
            yield from update_rows(part, what, answer, floor)
        if trouble:
            yield given_up(part, what, trouble)

    run.__doc__ = f"{what}, against PyTorch's (and optax's) optimizers."
    return run


def update_rows(part, what, answer, floor):
    if "missing" in answer:
        yield left_out(part, f"{what}: {answer['peer']}", answer["missing"])
    elif "apart" in answer:
        yield held(part, f"{what}: three updates agree with PyTorch's", answer["apart"] < 1e-5,
                   f"{answer['apart']:.1e} apart, relative", "< 1e-5")
    elif "copy" in answer:
        share = answer["ours"] / answer["copy"]
        yield held(part, f"{what}: bytes per second, against a copy", share >= 0.92,
                   f"{answer['ours'] / 1e12:.2f} TB/s of {answer['copy'] / 1e12:.2f} TB/s, {share:.1%}", "≥ 92 %")
    elif "ratio" in answer:
        yield held(part, f"{what}: {answer['peer']}", answer["ratio"] >= floor,
                   f"{answer['ours'] * 1e3:.3f} ms, peer {answer['theirs'] * 1e3:.3f} ms: {answer['ratio']:.2f}×", f"≥ {floor:g}×")


ADAMW_SMALL = update_part("adamw-124m", "gpt2-124m", "f32", "AdamW f32, 124 M", 1.1)
ADAMW_LARGE = update_part("adamw-1.5b", "gpt2-1.5b", "f32", "AdamW f32, 1.5 B", 1.1)
ADAMW_MIXED = update_part("adamw-bf16", "gpt2-124m-bf16", "mixed", "AdamW, bf16 parameters and f32 masters", 1.4)
WHOLE = update_part("step", "gpt2-124m-bf16", "step", "norm, clip, schedule, AdamW, bf16 copy, zero", 1.8)


def schedule(machine):
    """What the schedule adds to a captured step."""
    part, what = "schedule", "schedule in a captured step: time added"
    if missing := lacks_peers(machine, part, what):
        yield missing
        return
    words = [machine.bundle, machine.recipe("gpt2-124m"), "schedule", "--constant", machine.recipe("gpt2-124m-constant")]
    found, trouble = peer(machine, "update.py", *words, timeout=COMPILE_SECONDS)
    for answer in found:
        yield held(part, what, answer["added"] <= 0.2e-6,
                   f"{answer['added'] * 1e6:+.3f} µs (finish {answer['scheduled'] * 1e6:.2f} µs, constant "
                   f"{answer['constant'] * 1e6:.2f} µs); 0 host writes in it, the peer's lr is one", "≤ 0.2 µs")
    if trouble:
        yield given_up(part, what, trouble)


# ------------------------------------------------------------------------------------------------------- training


def our_rate(machine, recipe, directory, steps, warm_up, tokens):
    """Tokens per second of a run of our own, after its first steps."""
    done = train(machine, recipe, directory, *ON_GPU, "--steps", str(steps))
    if done.returncode != 0:
        raise RuntimeError(problem(done))
    with open(machine.scratch / directory / "metrics.csv", encoding="utf-8") as file:
        seconds = [float(row["seconds"]) for row in csv.DictReader(file)]
    return tokens * (len(seconds) - warm_up) / (seconds[-1] - seconds[warm_up - 1])


def training_part(part, recipe, steps, warm_up, floors):
    """Tokens per second of training, ours before and after each peer."""

    def run(machine):
        what = f"{recipe}: tokens per second"
        if missing := lacks_peers(machine, part, what):
            yield missing
            return
        plan = machine.plan(recipe)
        tokens = plan["tokens_per_step"]
        try:
            rates = [our_rate(machine, recipe, f"{part}-0", steps, warm_up, tokens)]
            for index, (mode, floor) in enumerate(floors.items()):
                if mode == "compile" and not machine.compiles:
                    continue
                words = [machine.bundle, part, mode, plan["batch"]]
                found, trouble = peer(machine, "train.py", *words, timeout=COMPILE_SECONDS)
                rates.append(our_rate(machine, recipe, f"{part}-{index + 1}", steps, warm_up, tokens))
                if trouble or not found:
                    yield left_out(part, f"{what}, PyTorch {mode}", trouble or "the peer said nothing")
                    continue
                ours, theirs = statistics.median(rates[-2:]), tokens / found[-1]["seconds"]
                text = f"{ours / 1e3:,.0f} k, peer {theirs / 1e3:,.0f} k: {ours / theirs:.2f}×"
                row = shown(part, f"{what}, PyTorch {mode}", text) if floor is None else held(
                    part, f"{what}, PyTorch {mode}", ours / theirs >= floor, text, f"≥ {floor:g}×")
                yield row
        except RuntimeError as trouble:
            yield failed(part, what, str(trouble))
            return
        flops = statistics.median(rates) * plan["flops_per_token"]
        yield shown(part, f"{recipe}: ours", f"{statistics.median(rates) / 1e3:,.0f} k tokens/s, {flops / 1e12:.1f} TFLOP/s, "
                    f"from {min(rates) / 1e3:,.0f} k to {max(rates) / 1e3:,.0f} k in {len(rates)} runs", "")

    run.__doc__ = f"Training {recipe}: tokens per second, against PyTorch eager, in a graph, and compiled."
    return run


CHAR_GPT = training_part("char-gpt", "char-gpt", 800, 100, {"eager": 8, "graph": 1.2, "compile": None})
GPT2 = training_part("gpt2-124m", "gpt2-124m-bf16", 40, 10, {"eager": None, "graph": 1.0, "compile": None})
