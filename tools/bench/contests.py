"""The measurements. Both sides of a row take turns; its figure is the median of the ratios of adjacent pairs."""

import csv
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = ROOT / "tools/bench/peers"
RECIPE = ROOT / "pipelines/char-gpt.toml"
TOKENS = 32 * 64  # of a step of RECIPE
EARLY = 20  # steps before differences of rounding have grown

# A side's time may not hang on what the caller's shell says of threads.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not re.match("(OMP|GOMP|MKL|KMP|DSC)_", name)}


def output(command, **variables):
    done = subprocess.run(
        [str(word) for word in command], env=ENVIRONMENT | variables, text=True, capture_output=True, cwd=ROOT
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds(command):
    start = time.perf_counter()
    output(command)
    return time.perf_counter() - start


def seconds_to_line(command, pattern):
    """From the start of a process to the line of its output that says that a step is finished."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], env=ENVIRONMENT, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    for line in process.stdout:
        if re.match(pattern, line):
            taken = time.perf_counter() - start
            process.stdout.read()
            if process.wait() == 0:
                return taken
    raise SystemExit(f"{' '.join(map(str, command))} made no step")


def turns(count, ours, peer):
    """(our median, the peer's median, the median ratio of adjacent pairs)"""
    pairs = [(ours(), peer()) for _ in range(count)]
    mine, theirs = zip(*pairs)
    return statistics.median(mine), statistics.median(theirs), statistics.median(b / a for a, b in pairs)


# A heap that returns nothing to the kernel: temporaries fault no page in twice.
KEEP = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(16 << 30)}

# row: (our side, the peer's side, the peer's environment)
ADAMW = {
    "loop": ("ours", "loop", {}),
    "loop_kept": ("ours", "loop", KEEP),
    "fused": ("ours", "fused", {}),
    "fused_shared": ("ours", "fused_shared", {}),
    "load_store": ("ours", "load_store", {}),
    "load_store_ahead": ("ours", "load_store_ahead", {}),
    "norm_loop": ("ours_norm", "loop_norm", {}),
}


class Side:
    """One side of AdamW's rows: a process that makes updates when it is told to, and says how long the last took."""

    def __init__(self, command, variables):
        self.process = subprocess.Popen(
            [str(word) for word in command], env=ENVIRONMENT | variables, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"{' '.join(map(str, command))} failed")

    def __call__(self):
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()


class Bench:
    def __init__(self, build, python, scratch):
        self.dsc, self.adamw_program = build / "bin/dsc", build / "bin/bench-adamw"
        self.python, self.scratch = python, scratch
        self.fresh = 0

    def compile(self, recipe, name, *options):
        path = self.scratch / name
        output([self.dsc, "compile", recipe, "-o", path, *options])
        return path

    def run_directory(self):
        self.fresh += 1
        return self.scratch / f"run-{self.fresh}"

    def adamw(self, rounds):
        binary = self.compile(ROOT / "tools/bench/gpt2-124m.toml", "gpt2-124m")
        threads = {"OMP_NUM_THREADS": "2"}
        facts = json.loads(output([self.adamw_program, binary, "agree"], **threads))

        def side(name, variables):
            return Side([self.adamw_program, binary, "turns", name], threads | variables)

        def contest(ours, peer, variables):
            with side(ours, {}) as our_side, side(peer, variables) as peer_side:
                return turns(rounds, our_side, peer_side)

        return facts, {row: contest(*sides) for row, sides in ADAMW.items()}

    def compile_time(self, rounds):
        command = [self.dsc, "compile", RECIPE, "--target", "cpu", "-o", self.scratch / "warm"]
        seconds(command)
        return statistics.median(seconds(command) for _ in range(rounds))

    def first_step(self, rounds):
        binary = self.compile(RECIPE, "first", "--set", "eval.words.at_start=false")
        text = "/usr/share/dict/web2"

        def ours():
            command = [self.dsc, "run", binary, "--steps", 1, "--run-dir", self.run_directory()]
            return seconds_to_line(command, "step 1/")

        def peer():
            return seconds_to_line([self.python, PEERS / "first_step.py", text], "step 1 ")

        ours(), peer()
        return turns(rounds, ours, peer)

    def prepare_training(self, steps):
        """Initial weights, batches and learning rates for both sides."""
        self.char_gpt = self.compile(RECIPE, "char-gpt", "--set", "eval.words.at_start=false")
        start = self.run_directory()
        output([self.dsc, "run", self.char_gpt, "--steps", 0, "--run-dir", start])
        output([self.dsc, "data", "show", RECIPE, "--steps", steps, "-o", self.scratch / "batches.safetensors"])
        rates = self.scratch / "rates.csv"
        rates.write_text(output([self.dsc, "plot", RECIPE, "--csv"]))
        self.peer_inputs = [
            *("--checkpoint", start / "checkpoints/step-00000000"),
            *("--batches", self.scratch / "batches.safetensors"),
            *("--rates", rates),
        ]

    def train(self, steps):
        """(losses, seconds at which each step ended)"""
        directory = self.run_directory()
        output([self.dsc, "run", self.char_gpt, "--steps", steps, "--run-dir", directory])
        with open(directory / "metrics.csv") as file:
            rows = list(csv.DictReader(file))
        return [float(row["loss"]) for row in rows], [float(row["seconds"]) for row in rows]

    def train_peer(self, steps, threads, *options):
        command = [self.python, PEERS / "char_gpt.py", *self.peer_inputs, "--steps", steps, "--threads", threads, *options]
        result = json.loads(output(command))
        ends = [sum(result["seconds"][: index + 1]) for index in range(steps)]
        return result["losses"], ends

    def losses(self, steps):
        """Of the loss curves: the largest difference of ours from PyTorch's over the first steps; how far ours, and
        PyTorch's, is from the same training in float64 over all (root mean square); our last loss."""
        ours, peer, exact = self.train(steps)[0], self.train_peer(steps, 1)[0], self.train_peer(steps, 1, "--double")[0]
        if not len(ours) == len(peer) == len(exact) == steps:
            raise SystemExit(f"found losses of {len(ours)}, {len(peer)} and {len(exact)} steps, expected {steps}")

        def apart(a, b):
            return max(abs(x - y) for x, y in zip(a, b))

        def distance(a):
            return math.sqrt(statistics.mean((x - y) ** 2 for x, y in zip(a, exact)))

        return apart(ours[:EARLY], peer), distance(ours), distance(peer), ours[-1]

    def training_rates(self, rounds, steps, warm_up=10):
        """Seconds of a step, against PyTorch on one thread and on two."""

        def of_step(ends):
            return (ends[-1] - ends[warm_up - 1]) / (steps - warm_up)

        return {
            threads: turns(
                rounds, lambda: of_step(self.train(steps)[1]), lambda: of_step(self.train_peer(steps, threads)[1])
            )
            for threads in (1, 2)
        }
