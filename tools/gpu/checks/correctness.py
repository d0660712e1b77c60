"""What must be true of a GPU, part by part. A part is a function of the machine that yields rows."""

import csv
import json
import os
import subprocess
import sys
import time

from rows import failed, held, left_out, shown

# Of the first steps, before differences of rounding have grown; and of the whole curve's end.
EARLY, EARLY_LIMIT, LATE_LIMIT = 20, 1e-3, 0.02
PREDICTION_LIMIT = 0.10


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


def problem(done):
    """The line of a program's output that says what went wrong."""
    lines = (done.stderr or "").strip().splitlines()
    return next((line for line in lines if "error" in line), last_line(done.stderr) or f"exit code {done.returncode}")


# What needs no GPU to be loaded, every symbol of it bound.
LIBRARIES = {
    "libDscGpuSide.so": "our update can be loaded beside PyTorch's",
    "libDscGpuCalls.so": "what counts calls finds CUPTI",
}


def loads(machine, library, what):
    code = "import ctypes, os, sys; ctypes.CDLL(sys.argv[1], mode=os.RTLD_NOW)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(machine.bundle / "lib" / library)],
        env=machine.environment(), text=True, capture_output=True)
    return held("start", what, done.returncode == 0, last_line(done.stderr) or library, "it loads")


def start(machine):
    """The launcher starts, and finds a device and an engine."""
    done = machine.call(["bin/dsc-run", "--version"])
    yield held("start", "the launcher starts here", done.returncode == 0, last_line(done.stdout) or problem(done), "exit code 0")
    done = machine.call([machine.recipe("char-gpt"), "--help"])
    yield held("start", "so does a training binary", done.returncode == 0, f"exit code {done.returncode}", "exit code 0")
    if machine.torch.folder:
        for device, what in (("cpu", "the engine opens LibTorch"), ("cuda", "so does the engine for GPUs, every symbol bound")):
            said = machine.found("engine", device)
            yield held("start", what, said.startswith("LibTorch"), said, "it opens")
        for library, what in LIBRARIES.items():
            yield loads(machine, library, what)
    else:
        yield left_out("start", "the engine opens LibTorch", machine.torch.reason)


def compare(machine, part, what, words):
    done = machine.call(["bin/gpu-compare", *words])
    if done.returncode not in (0, 1):
        yield failed(part, what, problem(done))
        return None
    found = json.loads(last_line(done.stdout))
    text = f"{found['differing']:,} of {found['values']:,} values differ"
    if found["differing"]:
        text += f"; {found['first']}"
    yield held(part, what, found["differing"] == 0, text, "none differs")
    return found


def schedules(machine):
    """Learning rates and other tracks of every kind of phase, over a million steps each, on the device and on the CPU."""
    limit = [40] if machine.quick else []
    words = [machine.recipe("schedules"), "schedule", *limit]
    found = yield from compare(machine, "schedules", "schedule: bits, every kind of phase", words)
    if found:
        steps = sum(phase["steps"] for phase in found["phases"])
        kinds = {phase["kind"] for phase in found["phases"]}
        worst = [phase["kind"] for phase in found["phases"] if phase["differing"]]
        text = f"{steps:,} steps of {len(found['phases'])} phases, {len(kinds)} kinds after macros were expanded"
        yield shown("schedules", "what was compared", text + (f"; differing: {', '.join(worst)}" if worst else ""), "")


UPDATES = {
    "adamw": "AdamW, f32, clipped, two groups, momentum track",
    "adamw-bf16": "AdamW, bf16 and f32 masters",
    "sgd": "SGD, f32, clipped",
    "sgd-momentum": "SGD with momentum and dampening",
    "sgd-nesterov-bf16": "SGD with Nesterov's momentum, bf16",
    "reactive": "AdamW under a schedule that reacts",
    "gpt2-124m-bf16": "AdamW, bf16, GPT-2 124M",
}


def updates(machine):
    """What updates make of equal gradients: parameters, slots, copies, norms; values that vanish, and NaNs, among them."""
    for name, what in UPDATES.items():
        if machine.quick and name.startswith("gpt2"):
            continue
        yield from compare(machine, "updates", f"update: bits, {what}", [machine.recipe(name), "update"])


def train(machine, recipe, directory, *options, **extra):
    return machine.call([machine.recipe(recipe), "--quiet", "--run-dir", directory, *options], **extra)


def same(machine, part, what, one, other):
    done = machine.script("same_run.py", one, other)
    measured = "byte for byte" if done.returncode == 0 else " ".join(done.stdout.split())[:300] or problem(done)
    return held(part, what, done.returncode == 0, measured, "the same run")


def both(machine, part, what, recipe, one, other):
    """Rows of two runs of a recipe that must be equal; `one` and `other` are (directory, options, environment)."""
    for directory, options, extra in (one, other):
        done = train(machine, recipe, directory, *options, **extra)
        if done.returncode != 0:
            return failed(part, what, problem(done))
    return same(machine, part, what, one[0], other[0])


SYNTHETIC = ("--engine", "synthetic")
ON_GPU, ON_CPU = ("--device", "cuda"), ("--device", "cpu")


def synthetic(machine):
    """Runs on gradients from a counter: the whole step on the device, byte for byte the run of the CPU."""
    for name, what in {
        "adamw": "one graph a step", "adamw-parts": "four micro-batches a step", "adamw-bf16": "bf16 copies",
        "reactive": "a schedule that reacts",
    }.items():
        yield both(
            machine, "synthetic", f"run on counted gradients, {what}: GPU and CPU", name,
            (f"{name}-host", (*SYNTHETIC, *ON_CPU), {}), (f"{name}-device", (*SYNTHETIC, *ON_GPU), {}))


def graph(machine):
    """The step as one graph against the step op by op."""
    runs = [("adamw", SYNTHETIC, "counted gradients")]
    if machine.torch.folder:
        runs.append(("char-gpt-exact", (), "char-gpt, deterministic"))
    for name, engine, what in runs:
        yield both(
            machine, "graph", f"one graph and op by op: {what}", name,
            (f"{name}-graph", (*engine, *ON_GPU), {}), (f"{name}-ops", (*engine, *ON_GPU), {"DSC_STEP_GRAPH": "0"}))
    if machine.torch.folder:
        done = train(machine, "char-gpt-exact", "warned", *ON_GPU, "--steps", "6")
        refused = next((line for line in done.stderr.splitlines() if "op by op" in line), "")
        yield held("graph", "the step of a model is recorded as a graph", done.returncode == 0 and not refused,
                   refused or ("no warning" if done.returncode == 0 else problem(done)), "no warning")
    else:
        yield left_out("graph", "one graph and op by op: char-gpt", machine.torch.reason)


def start_run(machine, name, directory, engine):
    command = [str(machine.recipe(name)), *engine, *ON_GPU, "--quiet", "--run-dir", directory, "--resume"]
    return subprocess.Popen(
        command, cwd=machine.scratch, env=machine.environment(), stderr=subprocess.PIPE, text=True)


def kill_after(machine, process, checkpoint):
    """Kills a run soon after a checkpoint is there; whether it was still alive."""
    while process.poll() is None and not checkpoint.exists():
        time.sleep(0.001)
    if process.poll() is not None:
        return False
    process.kill()
    process.communicate()
    return True


def killed(machine, name, engine, what, steps):
    """A run that is killed after the checkpoints of these steps, and resumed each time, against one that is left alone."""
    directory, hits = f"{name}-killed", 0
    for step in steps:
        process = start_run(machine, name, directory, engine)
        hits += kill_after(machine, process, machine.scratch / directory / f"checkpoints/step-{step:08}")
    for target in (directory, f"{name}-whole"):
        process = start_run(machine, name, target, engine)
        _, said = process.communicate()
        if process.returncode != 0:
            return failed("resume", what, last_line(said) or f"exit code {process.returncode}")
    if hits == 0:
        return failed("resume", what, "the run ended each time before it could be killed")
    row = same(machine, "resume", what, f"{name}-whole", directory)
    row.measured += f", {hits} kills"
    return row


def resume(machine):
    """Killed and resumed: what the run that was left alone leaves."""
    yield killed(machine, "adamw", SYNTHETIC, "killed and resumed: counted gradients", (10, 30))
    if machine.torch.folder:
        yield killed(machine, "char-gpt-exact", (), "killed and resumed: char-gpt, deterministic", (100, 500))
    else:
        yield left_out("resume", "killed and resumed: char-gpt", machine.torch.reason)


def written(machine, directory, engine, device, words):
    """What a model writes, and what went wrong, or None."""
    done = machine.call(["bin/dsc-run", "sample", machine.recipe("char-gpt-exact"), "--checkpoint", machine.scratch / directory,
                         *engine, *device, *words])
    return done.stdout, None if done.returncode == 0 else problem(done)


def same_text(machine, what, directory, engine, words):
    texts = []
    for device in (ON_CPU, ON_GPU):
        text, trouble = written(machine, directory, engine, device, words)
        if trouble:
            return failed("sample", f"{what}, {device[1]}", trouble)
        texts.append(text)
    host, device = texts
    alike = len(os.path.commonprefix(texts))
    return held("sample", what, host == device, f"{len(host)} characters, the first {alike} alike"
                + ("" if host == device else f"; then {host[alike:alike + 20]!r} and {device[alike:alike + 20]!r}"), "the same text")


def sample(machine):
    """What a model writes on the GPU and on the CPU: the likeliest token each time, and drawn tokens."""
    # A draw that falls on the edge between two tokens may go either way: hence so few.
    kinds = {"the likeliest tokens": ("--temperature", "0", "--tokens", "200"), "drawn tokens": ("--seed", "7", "--tokens", "40")}
    for name, engine, steps in (("synthetic", SYNTHETIC, 2), ("char-gpt", (), 100)):
        if name == "char-gpt" and not machine.torch.folder:
            yield left_out("sample", "what char-gpt writes", machine.torch.reason)
            continue
        done = train(machine, "char-gpt-exact", name, *engine, *ON_CPU, "--steps", str(steps))
        if done.returncode != 0:
            yield failed("sample", f"{name}: a model to sample", problem(done))
            continue
        for kind, words in kinds.items():
            what = "scores of no model" if name == "synthetic" else "char-gpt, f32"
            yield same_text(machine, f"{what}: {kind}, GPU and CPU", name, engine, words)


def losses(machine, directory):
    with open(machine.scratch / directory / "metrics.csv", encoding="utf-8") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def curves(machine):
    """Losses of char-gpt on the GPU against those on the CPU."""
    what = "char-gpt, f32: losses on GPU and CPU"
    for directory, device in (("curve-host", ON_CPU), ("curve-device", ON_GPU)):
        done = train(machine, "char-gpt-exact", directory, *device, "--steps", "200")
        if done.returncode != 0:
            yield failed("curves", f"{what}, {device[1]}", problem(done))
            return
    host, device = losses(machine, "curve-host"), losses(machine, "curve-device")
    apart = [abs(a - b) / abs(a) for a, b in zip(host, device)]
    early, late = max(apart[:EARLY]), abs(sum(host[-EARLY:]) - sum(device[-EARLY:])) / sum(host[-EARLY:])
    yield held("curves", f"{what}, first {EARLY} steps", len(host) == len(device) and early <= EARLY_LIMIT,
               f"at most {early:.2e} apart, relative", f"≤ {EARLY_LIMIT:g}")
    yield held("curves", f"{what}, mean of the last {EARLY} of {len(host)}", late <= LATE_LIMIT,
               f"{late:.2e} apart, relative; loss {host[-1]:.4f} and {device[-1]:.4f}", f"≤ {LATE_LIMIT:g}")


def counted(machine, name):
    """Variables by which the driver counts what is asked of it, into files of the scratch folder."""
    return {
        "CUDA_INJECTION64_PATH": str(machine.bundle / "lib/libDscGpuCalls.so"),
        "DSC_GPU_CALLS": str(machine.scratch / f"{name}.calls"),
        "DSC_GPU_MEMORY": str(machine.scratch / f"{name}.memory"),
    }


def calls(machine):
    """What the host asks of the driver in a steady step, as CUPTI sees it."""
    what = "calls of the driver in a steady step of char-gpt"
    extra = counted(machine, "steps")
    done = train(machine, "char-gpt", "counted", *ON_GPU, "--steps", "150", **extra)
    if done.returncode != 0:
        yield failed("calls", what, problem(done))
        return
    if not os.path.exists(extra["DSC_GPU_CALLS"]):
        yield left_out("calls", what, "CUPTI told nothing: libDscGpuCalls.so was not opened, or finds no libcupti.so.13")
        return
    done = machine.script("steps.py", extra["DSC_GPU_CALLS"])
    asked = "40 steps: cuStreamSynchronize 1, cuMemcpyHtoDAsync_v2 1, cuGraphLaunch 1"
    yield held("calls", what, done.returncode == 0 and done.stdout.strip() == asked,
               last_line(done.stdout) + (f"; {last_line(done.stderr)}" if done.returncode else ""), asked)


def memory(machine):
    """The most memory that a training of GPT-2 124M takes, against what `dsc plan` predicts."""
    what = "GPT-2 124M in bf16: memory, against dsc plan"
    extra = counted(machine, "memory")
    engine = machine.scratch / "engine.memory"
    done = train(machine, "gpt2-124m-bf16", "memory", *ON_GPU, "--steps", "6", DSC_ENGINE_MEMORY=str(engine), **extra)
    if done.returncode != 0:
        yield failed("memory", what, problem(done))
        return
    if not os.path.exists(extra["DSC_GPU_MEMORY"]) or not engine.exists():
        yield left_out("memory", what, "CUPTI told nothing of the runtime's own memory")
        return
    own = int(open(extra["DSC_GPU_MEMORY"], encoding="utf-8").read().split()[0])
    tensors, held_for_them = map(int, engine.read_text().split())
    predicted = machine.plan("gpt2-124m-bf16")["memory_bytes_total"]
    ratio = predicted / (own + tensors)
    yield held("memory", what, abs(ratio - 1) <= PREDICTION_LIMIT,
               f"predicted {predicted / 1e9:.2f} GB, {(own + tensors) / 1e9:.2f} GB taken ({ratio - 1:+.1%}); "
               f"LibTorch's allocator held {held_for_them / 1e9:.2f} GB for {tensors / 1e9:.2f}", "within 10 %")


def full(machine):
    """A model that does not fit ends with exit code 8, says what to change, and writes no run."""
    done = train(machine, "gpt2-124m-huge", "full", *ON_GPU, "--steps", "1")
    text = " ".join(done.stderr.split())
    good = done.returncode == 8 and "out of memory" in text and "train.micro_batch" in text
    yield held("full", "a batch that does not fit", good, f"exit code {done.returncode}: {text[:400]}",
               "exit code 8, what was asked and held, train.micro_batch")
    left = [path.name for path in (machine.scratch / "full").glob("checkpoints/*")]
    yield held("full", "nothing was saved of it", not left, ", ".join(left) or "no checkpoint", "no checkpoint")
