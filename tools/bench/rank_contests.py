"""The measurements of two ranks against their peers."""

import contextlib
import json
import re
import statistics
import subprocess
import tempfile

from memory import Peak
from programs import EARLY, RECIPE, Programs, ends_of, largest_difference, step_seconds
from sides import ENVIRONMENT, PEERS, ROOT, RankSide, compare, leave_others_behind, rank_variables, take_turns, words

RANKS = 2

# Megabytes of gradients: settings that make GPT-2 of tools/bench/gpt2-124m.toml so large.
SIZES = {
    1: {"layers": 4, "heads": 1, "width": 64, "context": 256, "vocab": 512},
    4: {"layers": 4, "heads": 2, "width": 128, "context": 512, "vocab": 1024},
    16: {"layers": 4, "heads": 4, "width": 256, "context": 1024, "vocab": 2240},
    64: {"layers": 4, "heads": 8, "width": 512, "context": 1024, "vocab": 5600},
    250: {"layers": 5, "heads": 12, "width": 768, "context": 1024, "vocab": 34200},
    500: {"layers": 12, "heads": 12, "width": 768, "context": 1024, "vocab": 50257},
}

# [parallel] zero: the peer that shards as much.
STRATEGIES = {0: "ddp", 1: "zero1", 2: "zero2"}

HIDDEN = re.compile(r"exchanges beside the steps took ([0-9.]+) s, of which ([0-9.]+) s held them up; ([0-9.]+) s more")


class RankBench(Programs):
    def contest(self, count, *commands):
        """The seconds of every turn, command by command; each command is started as RANKS processes."""
        with contextlib.ExitStack() as stack:
            sides = [stack.enter_context(RankSide(command, RANKS)) for command in commands]
            return take_turns(count, *sides)

    def exchange(self, count, megabytes):
        """Ours at once, in two parts, Gloo's, and the memory traffic."""
        program, size = self.build / "bin/bench-exchange", megabytes * 10**6
        ours, parts, peer, *floors = self.contest(
            count,
            [program, "all_reduce", size],
            [program, "parts", size],
            [self.python, PEERS / "exchange.py", "all_reduce", size],
            *([program, floor, size] for floor in ("floor", "floor_ahead", "floor_past")),
        )
        return compare(ours, peer), compare(parts, peer), min(map(statistics.median, floors))

    def update(self, count, megabytes):
        """As the plan says, fused, Gloo's with torch's fused AdamW, and the memory traffic."""
        program, shape = self.build / "bin/bench-exchange", SIZES[megabytes]
        settings = [f"model.{key}={value}" for key, value in shape.items()]
        binary = self.compile(
            ROOT / "tools/bench/gpt2-124m.toml", f"update-{megabytes}", "train.batch=2", "parallel.zero=1", *settings
        )
        config = json.dumps({
            "n_embd": shape["width"], "n_head": shape["heads"], "n_layer": shape["layers"],
            "n_positions": shape["context"], "vocab_size": shape["vocab"],
        })
        size = megabytes * 10**6
        ours, fused, peer, *floors = self.contest(
            count,
            [program, "update", binary],
            [program, "fused", binary],
            [self.python, PEERS / "exchange.py", "update", config],
            *([program, f"update_{floor}", size] for floor in ("floor", "floor_ahead", "floor_past")),
        )
        return compare(ours, peer), compare(fused, peer), min(map(statistics.median, floors))

    def prepare_training(self, steps):
        super().prepare_training(steps)
        self.binaries = {
            zero: self.compile(RECIPE, f"zero{zero}", "eval.words.at_start=false", f"parallel.zero={zero}")
            for zero in STRATEGIES
        }

    def ours(self, zero, steps, directory):
        return [self.dsc, "run", self.binaries[zero], "-n", RANKS, "--steps", steps, "--run-dir", directory]

    def peer(self, zero, steps):
        command = [self.python, PEERS / "char_gpt_ranks.py", *self.peer_inputs, "--steps", steps, "--threads", 1]
        return [*command, "--strategy", STRATEGIES[zero]]

    def start(self, command, variables):
        return subprocess.Popen(
            words(command), env=ENVIRONMENT | variables, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=leave_others_behind,
        )

    def finish(self, processes, watched):
        """(their output, the peak of their memory where it is watched)"""
        peak = Peak([process.pid for process in processes]) if watched else None
        texts = [process.communicate() for process in processes]
        if peak:
            peak.stop()
        if any(process.returncode for process in processes):
            raise SystemExit(f"{processes[0].args} failed:\n" + "".join(map("".join, texts)))
        return "".join(map("".join, texts)), peak

    def train_ranks(self, zero, steps, watched=False):
        """(losses, seconds at which steps ended, output, peak)"""
        directory = self.run_directory()
        process = self.start(self.ours(zero, steps, directory), {"OMP_NUM_THREADS": "1"})
        text, peak = self.finish([process], watched)
        return *self.read_metrics(directory), text, peak

    def train_peer_ranks(self, zero, steps, watched=False):
        """(losses, seconds at which steps ended, peak)"""
        with tempfile.TemporaryDirectory(prefix="dsc-meet-") as folder:
            processes = [
                self.start(self.peer(zero, steps), variables) for variables in rank_variables(RANKS, folder)
            ]
            text, peak = self.finish(processes, watched)
        result = json.loads(next(line for line in text.splitlines() if line.startswith('{"losses"')))
        return result["losses"], ends_of(result["seconds"]), peak

    def agreement(self):
        """The largest difference of the losses of the first steps from the peer's, by strategy."""
        found = {}
        for zero in STRATEGIES:
            ours, theirs = self.train_ranks(zero, EARLY)[0], self.train_peer_ranks(zero, EARLY)[0]
            if not len(ours) == len(theirs) == EARLY:
                raise SystemExit(f"found losses of {len(ours)} and {len(theirs)} steps, expected {EARLY}")
            found[zero] = largest_difference(ours, theirs)
        return found

    def training(self, count, steps):
        """Seconds of a step by strategy."""
        return {
            zero: compare(*take_turns(
                count,
                lambda: step_seconds(self.train_ranks(zero, steps)[1]),
                lambda: step_seconds(self.train_peer_ranks(zero, steps)[1]),
            ))
            for zero in STRATEGIES
        }

    def memory(self, steps):
        """(our peak, the peer's) by strategy."""
        return {
            zero: (self.train_ranks(zero, steps, True)[-1], self.train_peer_ranks(zero, steps, True)[-1])
            for zero in STRATEGIES
        }

    def hidden(self, count, steps):
        """By strategy, medians: of a step, the seconds of exchanges, of them those that held the computation up, and those
        of other waits for ranks; the share hidden."""
        found = {}
        for zero in STRATEGIES:
            runs = []
            for _ in range(count):
                text = self.train_ranks(zero, steps)[2]
                exchanged, exposed, waited = map(float, HIDDEN.search(text).groups())
                runs.append((exchanged / steps, exposed / steps, waited / steps, 1 - exposed / exchanged))
            found[zero] = [statistics.median(values) for values in zip(*runs)]
        return found
