"""What dsc and its peers are given, and how they train."""

import csv
import json

from sides import PEERS, ROOT, output

RECIPE = ROOT / "pipelines/char-gpt.toml"
TOKENS = 32 * 64  # of a step of RECIPE
EARLY = 20  # steps before differences of rounding have grown


def step_seconds(ends, warm_up=10):
    """The mean of the steps after the first ones, of the seconds at which steps ended."""
    return (ends[-1] - ends[warm_up - 1]) / (len(ends) - warm_up)


def ends_of(seconds):
    return [sum(seconds[: index + 1]) for index in range(len(seconds))]


def largest_difference(some, others):
    return max(abs(x - y) for x, y in zip(some, others))


class Programs:
    def __init__(self, build, python, scratch):
        self.build, self.dsc = build, build / "bin/dsc"
        self.python, self.scratch = python, scratch
        self.fresh = 0

    def compile(self, recipe, name, *settings):
        path = self.scratch / name
        options = [word for setting in settings for word in ("--set", setting)]
        output([self.dsc, "compile", recipe, "-o", path, *options])
        return path

    def run_directory(self):
        self.fresh += 1
        return self.scratch / f"run-{self.fresh}"

    def prepare_training(self, steps):
        """Initial weights, batches and learning rates for both sides."""
        self.char_gpt = self.compile(RECIPE, "char-gpt", "eval.words.at_start=false")
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

    def read_metrics(self, directory):
        """(losses, seconds at which each step ended)"""
        with open(directory / "metrics.csv") as file:
            rows = list(csv.DictReader(file))
        return [float(row["loss"]) for row in rows], [float(row["seconds"]) for row in rows]

    def train(self, steps):
        directory = self.run_directory()
        output([self.dsc, "run", self.char_gpt, "--steps", steps, "--run-dir", directory])
        return self.read_metrics(directory)

    def train_peer(self, steps, threads, *options):
        command = [self.python, PEERS / "char_gpt.py", *self.peer_inputs, "--steps", steps, "--threads", threads, *options]
        result = json.loads(output(command))
        return result["losses"], ends_of(result["seconds"])
